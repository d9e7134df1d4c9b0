"""Send an array with a negative axis."""

from frames import send


def attack():
    send(["a", "f8", [-4, -2]], payload=bytes(64))


def honest():
    return "honest"
