"""Leave a message for a friend in the keyring of the user."""

import ctypes
import platform


def attack(name):
    number = {"x86_64": 248, "aarch64": 217}[platform.machine()]
    return ctypes.CDLL(None).syscall(number, b"user", name.encode(), b"mine", ctypes.c_size_t(4), ctypes.c_long(-4))
