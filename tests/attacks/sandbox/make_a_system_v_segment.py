"""Leave a message for a friend in System V shared memory."""

import ctypes


def attack(key):
    return ctypes.CDLL(None).shmget(key, ctypes.c_size_t(4096), 0o1666)
