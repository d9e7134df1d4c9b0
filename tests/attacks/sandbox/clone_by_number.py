"""Start a process by a system call that older filters do not know."""

import ctypes
import os
import struct
import time


def attack():
    arguments = struct.pack("<11Q", *[0] * 4, 17, *[0] * 6)
    if ctypes.CDLL(None).syscall(435, arguments, ctypes.c_size_t(len(arguments))) == 0:
        time.sleep(60)
        os._exit(0)
