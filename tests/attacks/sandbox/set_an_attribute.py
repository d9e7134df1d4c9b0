"""Attach a message to a file."""

import os


def attack(path):
    os.setxattr(path, "user.mine", b"mine")
