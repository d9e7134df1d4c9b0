"""Send a number in a form the format does not know."""

from frames import send


def attack():
    send(["i", "9" * 5000])


def honest():
    return "honest"
