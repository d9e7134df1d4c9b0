"""Mutations of plain bytes, without knowledge of what they mean."""

from __future__ import annotations

import random
import struct
from collections.abc import Sequence

EDGES = (0, 1, 0x7F, 0x80, 0xFF, 0xFFFF, 0x7FFFFFFF, 0x80000000, 0xFFFFFFFF, 2**40, 2**63 - 1, 2**63, 2**64 - 1)


def mutated(data: bytes, others: Sequence[bytes], dice: random.Random) -> bytes:
    """Return ``data`` after one to six changes; ``others`` are spliced into it."""
    changed = bytearray(data)
    for _ in range(dice.randint(1, 6)):
        _change(changed, others, dice)
    return bytes(changed)


def _change(data: bytearray, others: Sequence[bytes], dice: random.Random) -> None:
    at = dice.randrange(len(data) + 1)
    match dice.randrange(8):
        case 0 if at < len(data):
            data[at] ^= 1 << dice.randrange(8)
        case 1 if at < len(data):
            data[at] = dice.randrange(256)
        case 2:
            width, form = dice.choice(((2, "<H"), (4, "<I"), (8, "<Q"), (4, ">I"), (8, ">Q")))
            number = dice.choice(EDGES) & ((1 << 8 * width) - 1)
            data[at : at + width] = struct.pack(form, number)
        case 3:
            del data[at : at + dice.randrange(1, 17)]
        case 4:
            data[at:at] = dice.randbytes(dice.randrange(1, 9))
        case 5:
            data[at:at] = data[at : at + dice.randrange(1, 33)] * dice.randrange(1, 9)
        case 6:
            other = dice.choice(others)
            start = dice.randrange(len(other) + 1)
            data[at : at + dice.randrange(33)] = other[start : start + dice.randrange(1, 65)]
        case _:
            if dice.random() < 0.2:
                del data[at:]
