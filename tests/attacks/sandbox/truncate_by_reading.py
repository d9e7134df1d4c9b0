"""Empty a file that may only be read."""

import os


def attack(path):
    os.open(path, os.O_RDONLY | os.O_TRUNC)
