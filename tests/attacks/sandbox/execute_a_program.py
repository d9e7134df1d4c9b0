"""Become another program."""

import os


def attack(path):
    os.execv("/bin/sh", ["sh", "-c", f"echo mine > {path}"])
