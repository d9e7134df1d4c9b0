"""Send the tests home, a packet at a time."""

import socket


def attack(port):
    socket.socket(socket.AF_INET, socket.SOCK_DGRAM).sendto(b"hello", ("127.0.0.1", port))
