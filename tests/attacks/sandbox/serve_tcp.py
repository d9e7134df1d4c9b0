"""Wait for orders from outside."""

import socket

servers = []


def attack(port):
    servers.append(socket.create_server(("127.0.0.1", port)))
