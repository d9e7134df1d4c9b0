"""Stop in the middle of an answer."""

import os

from frames import header, write


def attack():
    write(header(meta_bytes=1000))
    os._exit(0)


def honest():
    return "honest"
