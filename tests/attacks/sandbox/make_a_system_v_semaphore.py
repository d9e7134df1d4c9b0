"""Signal to a friend by a System V semaphore."""

import ctypes


def attack(key):
    return ctypes.CDLL(None).semget(key, 1, 0o1666)
