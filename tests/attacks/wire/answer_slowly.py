"""Send one byte from time to time."""

import os
import time

from frames import header


def attack():
    for byte in header(meta_bytes=1000) + bytes(1000):
        os.write(3, bytes([byte]))
        time.sleep(0.05)


def honest():
    return "honest"
