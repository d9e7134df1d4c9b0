"""Reach the file through the root folder of another process."""


def attack(pid, path):
    with open(f"/proc/{pid}/root{path}") as file:
        return file.read()
