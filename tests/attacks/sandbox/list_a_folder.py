"""Look around for names of tests and of other students."""

import os


def attack(folder):
    return os.listdir(folder)
