"""Send text that is not UTF-8."""

from frames import header, write


def attack():
    meta = b"\x92\xa1s\xa2\xff\xfe"
    write(header(meta_bytes=len(meta)) + meta)


def honest():
    return "honest"
