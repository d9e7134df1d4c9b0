import os


def attack() -> int:
    descriptor = os.memfd_create("shared")
    return os.write(descriptor, b"mine")
