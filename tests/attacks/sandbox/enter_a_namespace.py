"""Become root in a user namespace of one's own."""

import ctypes


def attack():
    return ctypes.CDLL(None).unshare(0x10000000)
