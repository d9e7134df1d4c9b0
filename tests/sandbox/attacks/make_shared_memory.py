import os


def attack() -> str:
    descriptor = os.memfd_create("shared")
    os.write(descriptor, b"mine")
    return os.pread(descriptor, 4, 0).decode()
