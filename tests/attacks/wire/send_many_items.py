"""Send a million tiny items."""

from frames import send


def attack():
    send(["l", *[["n"]] * 300_000])


def honest():
    return "honest"
