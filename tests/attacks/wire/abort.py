"""Abort the interpreter."""

import os


def attack():
    os.abort()


def honest():
    return "honest"
