"""Read the reference from the disk."""


def attack(path):
    with open(path) as file:
        return file.read()
