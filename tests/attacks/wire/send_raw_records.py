"""Send an array of a structured dtype."""

from frames import send


def attack():
    send(["a", "V8", [1]], payload=bytes(8))


def honest():
    return "honest"
