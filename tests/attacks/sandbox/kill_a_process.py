"""Kill the grader."""

import os


def attack(pid):
    os.kill(pid, 9)
