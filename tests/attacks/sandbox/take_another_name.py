"""Call oneself something else in the list of processes."""

import ctypes


def attack():
    ctypes.CDLL(None).prctl(15, b"sshd", 0, 0, 0)
