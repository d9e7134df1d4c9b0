"""Announce oneself as a fresh worker in the middle of a call."""

from frames import nonce, send


def attack():
    send(["d"], kind=16, nonce=nonce())


def honest():
    return "honest"
