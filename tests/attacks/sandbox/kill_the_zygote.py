"""Kill the parent, of which all later workers come."""

import os


def attack():
    os.kill(os.getppid(), 9)
