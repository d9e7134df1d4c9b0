"""Ask the grader to call something it did not offer."""

from frames import nonce, send


def attack():
    send(["t", ["i", -1], ["t"], ["d"], ["l"]], kind=19, nonce=nonce())


def honest():
    return "honest"
