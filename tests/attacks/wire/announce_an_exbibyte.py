"""Announce arrays of an exbibyte."""

import msgspec
from frames import header, write


def attack():
    meta = msgspec.msgpack.encode(["a", "f8", [1 << 57]])
    write(header(meta_bytes=len(meta), payload_bytes=1 << 60, arrays=1) + meta)


def honest():
    return "honest"
