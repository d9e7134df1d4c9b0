"""Put the output in the place of the wire."""

import os


def attack():
    os.dup2(1, 3)


def honest():
    return "honest"
