"""Send an array whose size does not fit into 64 bits."""

from frames import send


def attack():
    send(["a", "f8", [1 << 40] * 2 + [1 << 62]], payload=bytes(8))


def honest():
    return "honest"
