"""Leave a message for a friend in /dev/shm."""


def attack(path):
    with open(path, "w") as file:
        file.write("mine")
