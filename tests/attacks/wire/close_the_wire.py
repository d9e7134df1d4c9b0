"""Hang up."""

import os


def attack():
    os.close(3)
    while True:
        pass


def honest():
    return "honest"
