"""Leave a message for a friend in a POSIX queue."""

import ctypes


def attack(name):
    return ctypes.CDLL(None).mq_open(name.encode(), 0o102, 0o666, None)
