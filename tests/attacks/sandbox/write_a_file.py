"""Write a file of one's own."""


def attack(path):
    with open(path, "w") as file:
        file.write("mine")
