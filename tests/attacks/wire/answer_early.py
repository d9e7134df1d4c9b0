"""Answer the next question before it is asked."""

from frames import nonce, send


def attack():
    send(["s", "forged"], nonce=nonce() + 1)


def honest():
    return "honest"
