"""Leave a message for a friend in a System V queue."""

import ctypes


def attack(key):
    return ctypes.CDLL(None).msgget(key, 0o1666)
