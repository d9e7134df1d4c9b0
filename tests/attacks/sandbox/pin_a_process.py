"""Give the grader one core only."""

import os


def attack(pid):
    os.sched_setaffinity(pid, {0})
