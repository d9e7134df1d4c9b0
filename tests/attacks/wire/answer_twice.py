"""Give two answers to one question."""

from frames import nonce, send


def attack():
    send(["s", "forged"], nonce=nonce())
    return "second"


def honest():
    return "honest"
