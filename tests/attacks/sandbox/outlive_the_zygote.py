"""Take back that this process ends with its parent."""

import ctypes


def attack():
    ctypes.CDLL(None).prctl(1, 0, 0, 0, 0)
