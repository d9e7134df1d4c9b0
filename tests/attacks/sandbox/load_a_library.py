"""Run machine code from a file that was handed in."""

import ctypes


def attack(path):
    return ctypes.CDLL(path)._name
