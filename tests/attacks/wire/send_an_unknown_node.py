"""Send a node of an unknown kind."""

from frames import send


def attack():
    send(["@", {"import": "os"}])


def honest():
    return "honest"
