"""Raise an exception whose traceback has no end."""

import sys


def down(depth):
    if depth == 0:
        raise ValueError
    across(depth - 1)


def across(depth):
    down(depth)


def attack():
    sys.setrecursionlimit(10**6)
    down(4_000)
