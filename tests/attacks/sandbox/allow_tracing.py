"""Allow other processes to read this one, such as that of a friend."""

import ctypes


def attack():
    ctypes.CDLL(None).prctl(4, 1, 0, 0, 0)
    return ctypes.CDLL(None).prctl(3, 0, 0, 0, 0)
