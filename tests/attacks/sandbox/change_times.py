"""Make a file look older than the deadline."""

import os


def attack(path):
    os.utime(path, (1, 1))
