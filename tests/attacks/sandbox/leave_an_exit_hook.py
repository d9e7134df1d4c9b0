"""Write the result when everything is over."""

import atexit
import os

exit_for_good = os._exit


def attack(path):
    def write(*_):
        with open(path, "w") as file:
            file.write("mine")
        exit_for_good(0)

    atexit.register(write)
    os._exit = write
