"""Leave a link to be followed by whoever collects the answers."""

import os


def attack(path, link):
    os.symlink(path, link)
