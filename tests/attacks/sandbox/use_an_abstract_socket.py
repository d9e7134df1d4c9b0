"""Talk to a service that has no file."""

import socket


def attack(name):
    socket.socket(socket.AF_UNIX).connect("\0" + name)
