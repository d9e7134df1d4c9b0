"""Mutated frames for the decoder of the wire, in both directions.

Half of the frames are changed as bytes. Of the others the meta is changed as a tree (types swapped, nodes
repeated, nested, taken from other frames, sizes turned into others) and the header made to fit, so that the
change is reached and not stopped at the first count.
"""

from __future__ import annotations

import math
import random
from collections.abc import Callable
from typing import Any

import msgspec
import numpy as np

from grader.sandbox import wire
from grader.sandbox.exchange import Exchange, Handle, Served
from tests.fuzz.bytes_ import EDGES, mutated
from tests.fuzz.campaign import Target

REPLY = wire.reply_caps(1 << 20)
TAGS = "nbifsgaptldxhocrz"
PLAIN: tuple[Any, ...] = (
    None, True, False, -1, 2**64 - 1, -(2**63), 1.5, float("nan"), float("inf"), "", "f8", "O", "\ud7ff", "a" * 300,
    b"", b"\0" * 8, [], {}, [[]], {"a": 1}, 4096, 2**39, 2**40,
)  # fmt: skip


class CutShort(Exception):  # noqa: N818 - reads as what happened
    """The frame ends before the reader has all it asked for, as when a worker hangs up."""


def values() -> list[object]:
    """Return values such as checks and students exchange."""
    rng = np.random.default_rng(3)
    return [
        None,
        {"args": (rng.standard_normal((4, 3)), rng.integers(0, 9, 5)), "kwargs": {"stride": 1}, "consume": False},
        (rng.standard_normal((2, 3, 4)), {"W": np.ones((2, 2), np.float32), "b": np.zeros(0)}),
        [0.5 * step for step in range(100)],
        list(range(40)),
        (np.float32(2), np.bool_(True), np.complex64(1j), np.int8(-3)),
        {"type": "ValueError", "message": "shapes (4,3) and (5,)", "frames": [{"label": "mlp.py", "line": 3}]},
        (0, (rng.random((3, 3)) > 0.5,), {}, [1, 2, 3]),
        {"defined": {"f": "function"}, "problems": (), "compiled": np.zeros(64, np.uint8), "slow": [3]},
        [[[[[[["deep"]]]]]], "é" * 20, -5, 2.5, {"a": {"b": {}}}],
        wire.Unusable("set", "is not a number"),
        [object(), 2**70, "a" * 5000],
    ]


def corpus() -> list[bytes]:
    """Return honest frames of requests and replies, one for each kind of node."""
    exchange = Exchange()
    foreign = (Handle(7, "Net", exchange.dropped), np.random.default_rng(1), np.sin, Served(np.cos))
    frames = [
        b"".join(wire.encode(kind, 99, value, wire.REQUEST_CAPS, wire.refuse_foreign))
        for kind in (wire.Message.CALL, wire.Message.VALUE)
        for value in values()
    ]
    return [*frames, b"".join(wire.encode(2, 99, list(foreign), wire.REQUEST_CAPS, exchange.encode))]


def target() -> Target:
    """Return the trusted side's reader of replies."""
    frames = corpus()
    trees = [_tree_of(frame) for frame in frames]

    def make(dice: random.Random) -> bytes:
        if dice.random() < 0.5:
            return mutated(dice.choice(frames), frames, dice)
        return _rebuilt(dice, trees)

    return Target("frames", make, read, most_bytes=24 << 20)


def read(data: bytes) -> bool:
    """Read a frame as the trusted side does; tell whether it was accepted.

    Raises:
        AssertionError: what was accepted is not plain data, or does not survive a second crossing.
    """
    exchange = Exchange()
    exchange._keep("kept")  # so that a node may name something
    try:
        frame = wire.read_frame(_reader(data), REPLY, exchange.decode)
    except (wire.WireError, CutShort):
        return False
    _assert_plain(frame.value)
    wire.encode(frame.type, frame.nonce, frame.value, wire.REQUEST_CAPS, exchange.encode)
    return True


def _reader(data: bytes) -> Callable[[memoryview], None]:
    rest = memoryview(data)

    def read_into(view: memoryview) -> None:
        nonlocal rest
        if len(rest) < len(view):
            raise CutShort
        view[:] = rest[: len(view)]
        rest = rest[len(view) :]

    return read_into


def _assert_plain(value: object) -> None:
    kind = type(value)
    if kind in (list, tuple):
        for item in value:  # type: ignore[attr-defined]  # a list or a tuple
            _assert_plain(item)
    elif kind is dict:
        assert all(type(key) is str for key in value), "a key that is no string"  # type: ignore[attr-defined]
        for item in value.values():  # type: ignore[attr-defined]  # a dict
            _assert_plain(item)
    elif kind is np.ndarray:
        assert value.dtype.hasobject is False, "an array of objects"  # type: ignore[attr-defined]
        assert value.flags.c_contiguous, "an array in another order"  # type: ignore[attr-defined]
    else:
        known = (type(None), bool, int, float, str, wire.Unusable, Handle, np.random.Generator)
        assert kind in known or issubclass(kind, np.number | np.bool_), f"a value of type {kind.__name__}"
        assert kind is not int or -(2**63) <= value < 2**63, "an int of more than 64 bits"  # type: ignore[operator]


# --- frames as trees --------------------------------------------------------------------------------------


def _tree_of(frame: bytes) -> Any:
    meta_bytes = wire.HEADER.unpack_from(frame)[5]
    return msgspec.msgpack.decode(frame[wire.HEADER.size : wire.HEADER.size + meta_bytes])


def _rebuilt(dice: random.Random, trees: list[Any]) -> bytes:
    tree = _copied(dice.choice(trees))
    for _ in range(dice.randint(1, 4)):
        tree = _changed(tree, trees, dice)
    arrays, payload = _announced(tree)
    if dice.random() < 0.1:
        arrays, payload = dice.choice((arrays + 1, 4096, 65535)), dice.choice(EDGES)
    meta = msgspec.msgpack.encode(tree)
    if dice.random() < 0.03:
        meta = b"\x92\xa1l" * dice.randrange(1, 3000) + meta
    body = bytes(min(payload, 1 << 16))
    header = wire.HEADER.pack(
        wire.MAGIC, wire.VERSION, dice.randrange(24), min(arrays, 65535), 99, len(meta), 0, payload % 2**64
    )
    return header + meta + body


def _copied(tree: Any) -> Any:
    return [_copied(item) for item in tree] if isinstance(tree, list) else tree


def _places(tree: Any) -> list[tuple[list[Any], int]]:
    """Return every place in a tree: a list and an index into it."""
    if not isinstance(tree, list):
        return []
    return [place for i, item in enumerate(tree) for place in ((tree, i), *_places(item))]


def _changed(tree: Any, trees: list[Any], dice: random.Random) -> Any:
    places = _places(tree)
    if not places:
        return _copied(dice.choice(PLAIN))
    around, at = dice.choice(places)
    item = around[at]
    match dice.randrange(9):
        case 0:
            around[at] = _copied(dice.choice(PLAIN))
        case 1:
            around[at] = dice.choice(TAGS)
        case 2:
            around[at] = dice.choice(sorted(wire.DTYPES))
        case 3:
            around[at] = dice.choice((*EDGES, -1, -(2**63))) if dice.random() < 0.3 else dice.randrange(64)
        case 4:
            del around[at]
        case 5:
            around[at:at] = [_copied(item)] * dice.choice((1, 2, 40))
        case 6:
            around[at] = _nested(item, dice)
        case 7:
            donor_around, donor_at = dice.choice(_places(dice.choice(trees)))
            around[at] = _copied(donor_around[donor_at])
        case _:
            around.append(_copied(item))
    return tree


def _nested(item: Any, dice: random.Random) -> Any:
    for _ in range(dice.choice((1, 3, 13, 40))):
        item = [dice.choice(("l", "t")), item]
    return item


def _announced(tree: Any) -> tuple[int, int]:
    """Return the number of arrays and their bytes, where the tree makes sense, as its header should tell."""
    if not isinstance(tree, list):
        return 0, 0
    counts = [_announced(item) for item in tree]
    arrays, payload = sum(a for a, _ in counts), sum(p for _, p in counts)
    match tree:
        case ["a", str() as code, [*shape]] if code in wire.DTYPES and all(type(n) is int for n in shape):
            return arrays + 1, payload + max(0, math.prod(shape)) * np.dtype(code).itemsize
        case ["p", str() as code, int() as count] if code in wire.DTYPES:
            return arrays + 1, payload + max(0, count) * np.dtype(code).itemsize
    return arrays, payload
