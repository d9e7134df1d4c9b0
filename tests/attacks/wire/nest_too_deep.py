"""Send lists in lists in lists."""

from frames import header, write


def attack():
    meta = b"\x92\xa1l" * 20_000 + b"\x91\xa1n"
    write(header(meta_bytes=len(meta)) + meta)


def honest():
    return "honest"
