"""Claim an object of the grader that was never handed over."""

from frames import send


def attack():
    send(["o", -1])


def honest():
    return "honest"
