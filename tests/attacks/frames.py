"""Handed in with every attack on the wire: writes frames by hand, past all of the worker's own code."""

import os
import struct
import sys

import msgspec


def header(*, meta_bytes=0, payload_bytes=0, arrays=0, kind=17, nonce=0):
    return struct.pack("<4sBBHQIIQ", b"DLG1", 1, kind, arrays, nonce % 2**64, meta_bytes, 0, payload_bytes)


def write(data):
    while data:
        data = data[os.write(3, data) :]


def send(node, *, payload=b"", arrays=None, **fields):
    meta = msgspec.msgpack.encode(node)
    count = int(bool(payload)) if arrays is None else arrays
    write(header(meta_bytes=len(meta), payload_bytes=len(payload), arrays=count, **fields) + meta + payload)


def nonce():
    """Find the number of the request that is being answered: it is in the frames of the worker's own code."""
    frame = sys._getframe()
    while not hasattr(frame.f_locals.get("self"), "nonce"):
        frame = frame.f_back
    return frame.f_locals["self"].nonce
