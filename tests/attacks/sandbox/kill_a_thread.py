"""Kill the grader by one of its threads."""

import ctypes


def attack(pid):
    ctypes.CDLL(None).tgkill(pid, pid, 9)
