"""Kill all processes of the grader at once."""

import os


def attack(pid):
    os.killpg(pid, 9)
