"""Print until whoever collects it runs out of memory."""

import os


def attack():
    for _ in range(1280):
        os.write(1, bytes(1 << 16))
