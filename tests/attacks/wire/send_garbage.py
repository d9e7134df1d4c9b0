"""Write bytes that are no frame."""

import os


def attack():
    os.write(3, bytes(range(256)))


def honest():
    return "honest"
