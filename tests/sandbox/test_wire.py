from __future__ import annotations

import io
import random
import struct
import tracemalloc
from collections.abc import Callable
from typing import Any

import msgspec
import numpy as np
import pytest

from grader.sandbox import wire

CAPS = wire.Caps(meta_bytes=1 << 18, nodes=1 << 14, payload_bytes=1 << 20)


def refuse(tag: str, fields: list[Any]) -> object:
    raise wire.WireError(tag)


def encoded(value: object, caps: wire.Caps = CAPS) -> bytes:
    return b"".join(wire.encode(17, 99, value, caps, wire.refuse_foreign))


def decoded(data: bytes, caps: wire.Caps = CAPS) -> Any:
    rest = memoryview(data)

    def read_into(view: memoryview) -> None:
        nonlocal rest
        if len(rest) < len(view):
            raise wire.WireError("the frame is cut short")
        view[:] = rest[: len(view)]
        rest = rest[len(view) :]

    return wire.read_frame(read_into, caps, refuse).value


def crossed(value: object) -> Any:
    return decoded(encoded(value))


def forged(meta: object, *, payload: int = 0, arrays: int = 0, body: bytes = b"") -> bytes:
    raw = meta if isinstance(meta, bytes) else msgspec.msgpack.encode(meta)
    return wire.HEADER.pack(wire.MAGIC, 1, 17, arrays, 99, len(raw), 0, payload) + raw + body


PLAIN = [None, True, False, 0, -5, 2**63 - 1, -(2**63), 1.5, "é", "", (), (1, 2.0), [1, "a"], {"a": (None,)}, {}]


@pytest.mark.parametrize("value", PLAIN, ids=repr)
def test_plain_values_arrive_as_they_left(value: object) -> None:
    got = crossed(value)
    assert got == value
    assert type(got) is type(value)


@pytest.mark.parametrize("dtype", sorted(wire.DTYPES))
def test_arrays_of_every_dtype_arrive_as_they_left(dtype: str) -> None:
    array = np.arange(60).reshape(4, 3, 5).astype(dtype)
    np.testing.assert_array_equal(crossed(array), array, strict=True)


@pytest.mark.parametrize(
    "array",
    [
        np.arange(12.0).reshape(3, 4).T,
        np.arange(12.0)[::-2],
        np.arange(12, dtype=">f4").reshape(3, 4),
        np.asfortranarray(np.arange(6.0).reshape(3, 2)),
        np.array(3.5),
        np.empty((0, 4)),
        np.ma.masked_array([1.0, 2.0], mask=[True, False]),
    ],
    ids=["transposed", "reversed", "big-endian", "fortran", "0-d", "empty", "masked"],
)
def test_unusual_arrays_arrive_plain(array: np.ndarray[Any, Any]) -> None:
    got = crossed(array)
    np.testing.assert_array_equal(got, np.asarray(array))
    assert type(got) is np.ndarray
    assert got.flags.c_contiguous
    assert got.flags.writeable
    assert got.dtype.isnative


@pytest.mark.parametrize("value", [np.float32(1.5), np.int8(-3), np.bool_(True), np.complex64(1j)])
def test_numpy_scalars_keep_their_type(value: np.generic) -> None:
    got = crossed(value)
    assert got == value
    assert type(got) is type(value)


def test_a_numpy_string_arrives_as_a_string() -> None:
    assert crossed(np.str_("abc")) == "abc"


def test_a_long_list_of_floats_is_one_array_on_the_wire() -> None:
    losses = [0.5 * step for step in range(50_000)]
    assert crossed(losses) == losses


@pytest.mark.parametrize("value", [[True] * 40, [2**70] * 40, [1, 2.0] * 20], ids=["bools", "big", "mixed"])
def test_long_lists_of_other_kinds_keep_the_kinds_of_their_items(value: list[object]) -> None:
    got = crossed(value)
    expected = [wire.Unusable("int", "does not fit into 64 bits")] * 40 if value[0] == 2**70 else value
    assert got == expected
    assert list(map(type, got)) == list(map(type, expected))


@pytest.mark.parametrize(
    ("value", "type_name", "reason"),
    [
        (2**63, "int", "does not fit into 64 bits"),
        ("a" * 5000, "str", "is longer than 4,096 bytes"),
        (np.array([object()]), "ndarray", "has dtype object"),
        (np.longdouble(1), "longdouble", "has dtype float128"),
        ({1: 2}, "dict", "has a key other than a string of at most 256 characters"),
        ({1, 2}, "set", "is not a number, a string, an array, or a list, tuple or dict of these"),
    ],
    ids=["int", "str", "object array", "longdouble", "dict", "set"],
)
def test_what_cannot_cross_is_named_with_its_reason(value: object, type_name: str, reason: str) -> None:
    assert crossed([value]) == [wire.Unusable(type_name, reason)]


def test_a_list_that_holds_itself_ends_at_the_greatest_depth() -> None:
    knot: list[object] = []
    knot.append(knot)
    got = crossed(knot)
    for _ in range(wire.MAX_DEPTH):
        got = got[0]
    assert got == wire.Unusable("list", "is nested more than 12 levels deep")


def test_an_object_that_lies_about_its_class_is_unusable() -> None:
    class Liar:
        @property
        def __class__(self) -> type:
            return list

        @__class__.setter
        def __class__(self, value: type) -> None: ...

    assert crossed(Liar()).type_name == "Liar"


def test_a_lone_surrogate_is_replaced() -> None:
    assert crossed("a\ud800b") == "a?b"


def test_arrays_beyond_the_cap_are_too_large() -> None:
    with pytest.raises(wire.TooLarge, match=r"^holds 1,600,000 bytes or more$"):
        encoded([np.zeros(100_000), np.zeros(100_000)])


def test_items_beyond_the_cap_are_too_large() -> None:
    with pytest.raises(wire.TooLarge, match=r"^has more than 16,384 items$"):
        encoded([None] * 20_000)


FORGERIES = {
    "garbage": b"\xff" * 32,
    "other magic": b"DLG2" + forged(["n"])[4:],
    "flags": wire.HEADER.pack(wire.MAGIC, 1, 17, 0, 99, 2, 1, 0) + msgspec.msgpack.encode(["n"]),
    "4 GB of meta": wire.HEADER.pack(wire.MAGIC, 1, 17, 0, 99, 2**32 - 1, 0, 0),
    "2**60 bytes of payload": wire.HEADER.pack(wire.MAGIC, 1, 17, 1, 99, 2, 0, 2**60),
    "cut short": forged(["a", "f8", [4]], payload=32, arrays=1, body=b"\0" * 31),
    "huge shape": forged(["a", "f8", [2**39, 2**39]], payload=32, arrays=1),
    "negative shape": forged(["a", "f8", [-1]], arrays=1),
    "float shape": forged(["a", "f8", [1.0]], payload=8, arrays=1, body=b"\0" * 8),
    "bool shape": forged(["a", "f8", [True]], payload=8, arrays=1, body=b"\0" * 8),
    "object dtype": forged(["a", "O", [1]], payload=8, arrays=1, body=b"\0" * 8),
    "void dtype": forged(["a", "V8", [1]], payload=8, arrays=1, body=b"\0" * 8),
    "list as dtype": forged(["a", ["f8"], [1]], payload=8, arrays=1, body=b"\0" * 8),
    "nine axes": forged(["a", "u1", [1] * 9], payload=1, arrays=1, body=b"\0"),
    "unclaimed payload": forged(["n"], payload=8, body=b"\0" * 8),
    "uncounted array": forged(["a", "u1", [1]], payload=1, body=b"\0"),
    "bool as int": forged(["i", True]),
    "int as float": forged(["f", 1]),
    "uint64": forged(["i", 2**64 - 1]),
    "long text": forged(["s", "a" * 5000]),
    "dict without value": forged(["d", "a"]),
    "dict with twins": forged(["d", "a", ["n"], "a", ["n"]]),
    "dict with other keys": forged(["d", 1, ["n"]]),
    "no tag": forged([]),
    "unknown tag": forged(["z"]),
    "tag of another type": forged([[], 1]),
    "not a node": forged(5),
    "trailing bytes": forged(msgspec.msgpack.encode(["n"]) + b"\xc0"),
    "bad utf-8": forged(b"\x92\xa1s\xa2\xff\xfe"),
    "pickle": forged(b"\x80\x04\x95\x10\x00\x00\x00\x00\x00\x00\x00\x8c\x02os\x94."),
    "deep": forged(b"\x92\xa1l" * 500 + b"\x91\xa1n"),
    "scalar of another size": forged(["g", "f8", b"\0"]),
    "packed list of bytes": forged(["p", "u1", 1], payload=1, arrays=1, body=b"\0"),
    "too many nodes": forged(["l", *[["n"]] * 20_000]),
}


@pytest.mark.parametrize("data", FORGERIES.values(), ids=FORGERIES.keys())
def test_a_forged_frame_is_a_wire_error(data: bytes) -> None:
    with pytest.raises(wire.WireError):
        decoded(data)


def test_nothing_is_allocated_beyond_the_payload() -> None:
    tracemalloc.start()
    try:
        with pytest.raises(wire.WireError):
            decoded(forged(["a", "u1", [1 << 33]], payload=8, arrays=1, body=b"\0" * 8))
        _, peak_bytes = tracemalloc.get_traced_memory()
    finally:
        tracemalloc.stop()
    assert peak_bytes < 1 << 20


def test_an_honest_frame_made_by_hand_is_accepted() -> None:
    assert decoded(forged(["a", "u1", [2]], payload=2, arrays=1, body=b"\1\2")).tolist() == [1, 2]


def test_bytes_that_are_no_bools_become_true() -> None:
    array = decoded(forged(["a", "b1", [2]], payload=2, arrays=1, body=b"\0\7"))
    assert array.view(np.uint8).tolist() == [0, 1]


def test_twenty_thousand_mutated_frames_decode_or_are_wire_errors() -> None:
    dice = random.Random(5)
    value = {"a": np.arange(6.0).reshape(2, 3), "b": [1, 2.5, "x", None, np.float32(2)], "c": (True, [0.5] * 40)}
    honest = encoded(value)
    broken = 0
    for _ in range(20_000):
        data = bytearray(honest)
        for _ in range(dice.randint(1, 4)):
            _mutate(data, dice)
        try:
            decoded(bytes(data))
        except wire.WireError:
            broken += 1
    assert 4_000 < broken < 16_000  # both ways out were taken


def _mutate(data: bytearray, dice: random.Random) -> None:
    place = dice.randrange(len(data)) if dice.random() < 0.3 else dice.randrange(32, len(data))
    match dice.randrange(4):
        case 0:
            data[place] = dice.randrange(256)
        case 1:
            data[place] ^= 1 << dice.randrange(8)
        case 2:
            data[place : place + 4] = struct.pack("<i", dice.choice((-1, 0, 2**31 - 1, 255)))
        case _:
            data[place:place] = data[place : place + dice.randrange(8)]


# --- reading in large pieces ------------------------------------------------------------------------------


def pieces(data: bytes, size: int) -> Callable[[memoryview], int]:
    """Return what gives out ``data`` at most ``size`` bytes at a time."""
    stream = io.BytesIO(data)

    def receive(view: memoryview) -> int:
        return stream.readinto(view[:size])

    return receive


@pytest.mark.parametrize("size", [1, 7, 1000, 1 << 20])
def test_a_reader_fills_views_of_all_sizes_whatever_the_pieces(size: int) -> None:
    data = bytes(np.random.default_rng(0).integers(0, 256, 200_000, dtype=np.uint8))
    reader, got = wire.Reader(pieces(data, size)), bytearray()
    for length in (0, 1, 32, 500, 70_000, 3, 129_464):
        view = memoryview(bytearray(length))
        reader.read_into(view)
        got += view
    assert bytes(got) == data


def test_a_reader_knows_that_more_came_than_was_asked_for() -> None:
    reader = wire.Reader(pieces(b"abcdef", 6))
    reader.read_into(memoryview(bytearray(4)))
    assert reader.holds_more
    reader.read_into(memoryview(bytearray(2)))
    assert not reader.holds_more
