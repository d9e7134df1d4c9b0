"""Start a process that goes on."""

import os
import time


def attack():
    if os.fork() == 0:
        time.sleep(60)
        os._exit(0)
