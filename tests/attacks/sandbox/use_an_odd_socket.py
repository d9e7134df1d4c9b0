"""Open a socket of a family that network namespaces do not cover."""

import socket


def attack():
    for family in (socket.AF_VSOCK, socket.AF_ALG, socket.AF_PACKET, socket.AF_NETLINK):
        try:
            return socket.socket(
                family, socket.SOCK_RAW if family == socket.AF_NETLINK else socket.SOCK_STREAM
            ).fileno()
        except OSError:
            continue
    raise OSError
