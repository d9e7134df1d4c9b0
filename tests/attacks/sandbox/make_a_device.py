"""Make a device file."""

import os
import stat


def attack(path):
    os.mknod(path, stat.S_IFCHR | 0o666, os.makedev(1, 3))
