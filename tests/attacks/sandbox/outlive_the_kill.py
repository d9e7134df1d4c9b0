"""Start a process in a session of its own, to act when this one is dead."""

import os
import time


def attack(path):
    if os.fork() == 0:
        os.setsid()
        if os.fork() == 0:
            time.sleep(0.15)
            with open(path, "w") as file:
                file.write("mine")
        os._exit(0)
