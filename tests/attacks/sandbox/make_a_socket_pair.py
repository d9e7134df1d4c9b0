"""Make two sockets, to pass descriptors around."""

import socket

pairs = []


def attack():
    pairs.append(socket.socketpair())
    return pairs[0][0].fileno()
