"""Put another folder in the place of the root."""

import os


def attack(folder):
    os.chroot(folder)
    return os.listdir("/")
