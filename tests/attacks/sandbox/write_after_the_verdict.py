"""Have a second process edit the answer after it was given."""

import os
import time


def attack():
    if os.fork() == 0:
        time.sleep(0.05)
        os.write(3, b"passed")
        os._exit(0)
