"""Remove a file of the grader."""

import os


def attack(path):
    os.unlink(path)
