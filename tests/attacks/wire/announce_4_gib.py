"""Announce a description of 4 GiB."""

from frames import header, write


def attack():
    write(header(meta_bytes=0xFFFF_FFFF))


def honest():
    return "honest"
