"""Talk to a service of the machine, such as that of containers."""

import socket


def attack(path):
    socket.socket(socket.AF_UNIX).connect(path)
