"""Raise an exception whose text cannot be had."""


class EvilError(Exception):
    def __str__(self):
        raise SystemExit(0)

    __repr__ = __str__


def attack():
    raise EvilError


def honest():
    return "honest"
