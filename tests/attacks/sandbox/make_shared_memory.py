"""Make memory that can be shared with a friend."""

import mmap
import os

kept = []


def attack():
    descriptor = os.memfd_create("shared")
    os.ftruncate(descriptor, 8 << 20)
    kept.append(mmap.mmap(descriptor, 8 << 20))
    kept[0].write(bytes(8 << 20))
