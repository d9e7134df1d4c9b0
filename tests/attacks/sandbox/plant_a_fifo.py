"""Leave a pipe on which whoever collects the answers waits for ever."""

import os


def attack(path):
    os.mkfifo(path)
