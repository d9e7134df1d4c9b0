"""Take no more questions."""

import os
import time


def attack():
    os.readv = lambda *_: time.sleep(60)


def honest():
    return "honest"
