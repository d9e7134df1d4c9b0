"""Send more arrays than are announced."""

from frames import send


def attack():
    send(["l", *[["a", "b1", [0]]] * 9_000], arrays=1)


def honest():
    return "honest"
