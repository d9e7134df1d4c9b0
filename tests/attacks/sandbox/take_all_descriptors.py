"""Open as many descriptors as there are."""

import os


def attack():
    for _ in range(600):
        os.dup(1)
