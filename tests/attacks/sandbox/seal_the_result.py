"""Take the right to write away from the file of the result."""

import os


def attack(path):
    os.chmod(path, 0o400)
