"""Write escape sequences to the teacher's terminal."""

import os


def attack(path):
    os.write(os.open(path, os.O_WRONLY | os.O_NOCTTY), b"mine")
