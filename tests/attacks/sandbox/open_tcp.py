"""Send the tests home."""

import socket


def attack(port):
    socket.create_connection(("127.0.0.1", port)).send(b"hello")
