"""Reach the file through a link of one's own."""

import os


def attack(path, link):
    os.symlink(path, link)
    with open(link) as file:
        return file.read()
