"""Recurse until the stack is gone."""

import sys


def attack():
    sys.setrecursionlimit(10**9)

    class Deep:
        def __getattr__(self, name):
            return getattr(self, name)

    Deep().a  # noqa: B018 - it has an effect


def honest():
    return "honest"
