"""Frame format v1: what crosses between the trusted side and a worker is data, and nothing else.

A frame is a 32-byte header, a msgpack tree of tagged nodes (the meta), and the raw bytes of the arrays in the
order in which the tree names them. No length, offset or shape of the other side is believed: array sizes are
computed again from dtype and shape, and no array is allocated beyond the announced payload, which is itself
capped. Whatever is wrong with a frame is a ``WireError``, never another exception.

    header   magic "DLG1", version u8, type u8, arrays u16, nonce u64, meta_len u32, flags u32,
             payload_len u64

    node     ["n"] None   ["b", bool]   ["i", int64]   ["f", float]   ["s", text]
             ["g", dtype, bytes] NumPy scalar   ["a", dtype, shape] array
             ["p", dtype, count] long list of floats or of ints, sent as an array
             ["t", ...] tuple   ["l", ...] list   ["d", key, node, key, node, ...] dict
             ["x", type, reason] what cannot cross   ["h", id, type] object that stays in the worker
             ["o", id] object that stays on the trusted side
             ["c", id, name] callable of the trusted side   ["r", ...] state of a PCG64 generator
"""

from __future__ import annotations

import math
import struct
from collections.abc import Callable
from enum import IntEnum
from typing import Any, NamedTuple

import msgspec
import numpy as np
import numpy.typing as npt

from grader.sandbox import told

MAGIC = b"DLG1"
VERSION = 1
HEADER = struct.Struct("<4sBBHQIIQ")
DTYPES = {
    code: np.dtype("<" + code)
    for code in ("b1", "i1", "i2", "i4", "i8", "u1", "u2", "u4", "u8", "f2", "f4", "f8", "c8", "c16")
}
CODES = {dtype: code for code, dtype in DTYPES.items()}
BUFFER_BYTES = 1 << 16
MAX_STRING = 4096
MAX_KEY = 256
MAX_RANK = 8
MAX_DEPTH = 12
MAX_ARRAYS = 4096
NUMBERS_AND_TEXT = (int, float, str)
CONTAINERS = (list, tuple, dict)
PLAIN = frozenset((bool, int, float, str, type(None)))  # most values, found without asking for base classes
PACK_FROM = 32  # lists of so many plain floats or ints are sent as one array

Array = npt.NDArray[Any]
ReadInto = Callable[[memoryview], None]
EncodeForeign = Callable[[object], list[Any]]
DecodeForeign = Callable[[str, list[Any]], object]


class Message(IntEnum):
    """What a frame is for."""

    LOAD = 1  # requests
    CALL = 2
    METHOD = 3
    GET = 4
    SET = 5
    ANSWER = 6  # to a callback
    ANSWER_FAILED = 7
    READY = 16  # replies
    VALUE = 17
    RAISED = 18
    CALLBACK = 19
    LOADED = 20
    PROGRESS = 21
    TOO_LARGE = 22


class WireError(Exception):
    """A frame that breaks the format."""


class TooLarge(WireError):  # noqa: N818 - reads as what happened
    """A value that is well formed but larger than what may be sent."""


class Caps(NamedTuple):
    """What one direction may carry."""

    meta_bytes: int
    nodes: int
    payload_bytes: int


REQUEST_CAPS = Caps(meta_bytes=1 << 20, nodes=1 << 16, payload_bytes=64 << 20)


def reply_caps(payload_bytes: int) -> Caps:
    """Return what a worker may send: little meta, because 1 MB of tiny items costs 0.3 s to decode."""
    return Caps(meta_bytes=1 << 18, nodes=1 << 14, payload_bytes=payload_bytes)


class Unusable(NamedTuple):
    """Stands for a value that cannot cross the wire."""

    type_name: str
    reason: str  # continues "it ...": "holds Python objects"


class Frame(NamedTuple):
    """A decoded frame."""

    type: int
    nonce: int
    value: object


def refuse_foreign(value: object) -> list[Any]:
    """Encode no foreign value: report it as one that cannot cross."""
    return ["x", type_name(value), "is not a number, a string, an array, or a list, tuple or dict of these"]


def type_name(value: object) -> str:
    """Return the name of the type of ``value``, at most 80 characters and always a plain string."""
    return str.__str__(type.__dict__["__name__"].__get__(type(value)))[:80]


# --- encoding ---------------------------------------------------------------------------------------------


def encode(frame_type: int, nonce: int, value: object, caps: Caps, foreign: EncodeForeign) -> list[memoryview]:
    """Return the buffers of one frame, to be written in order.

    Args:
        frame_type: 0 to 255.
        nonce: 64-bit number that ties a reply to its request.
        value: anything; what is not plain data is handed to ``foreign``, which returns a node or raises.
        caps: what this direction may carry.
        foreign: encodes handles, callables and generators.

    Raises:
        TooLarge: the value exceeds ``caps``.
    """
    encoder = _Encoder(caps, foreign)
    node = encoder.node(value, 0)
    meta = msgspec.msgpack.encode(node)
    if len(meta) > caps.meta_bytes:
        raise TooLarge(f"has too many small items ({len(meta):,} bytes of description)")
    header = HEADER.pack(MAGIC, VERSION, frame_type, len(encoder.arrays), nonce, len(meta), 0, encoder.payload_bytes)
    return [memoryview(header + meta), *(_bytes_of(array) for array in encoder.arrays if array.size)]


def _bytes_of(array: Array) -> memoryview:
    return array.reshape(-1).view(np.uint8).data


class _Encoder:
    def __init__(self, caps: Caps, foreign: EncodeForeign) -> None:
        self.caps = caps
        self.foreign = foreign
        self.arrays: list[Array] = []
        self.payload_bytes = 0
        self.nodes = 0

    def node(self, value: Any, depth: int) -> list[Any]:
        self.nodes += 1
        if self.nodes > self.caps.nodes:
            raise TooLarge(f"has more than {self.caps.nodes:,} items")
        # issubclass(type(...)), not isinstance: an object may lie about its __class__.
        kind = type(value)
        if kind in PLAIN:
            return _leaf(value)
        if issubclass(kind, np.ndarray):
            return self.array(value)
        if issubclass(kind, np.generic) and not issubclass(kind, str):
            return self.scalar(value)
        if issubclass(kind, NUMBERS_AND_TEXT):
            return _leaf(value)
        if kind is Unusable:
            return ["x", value.type_name, value.reason]
        if issubclass(kind, CONTAINERS):
            return self.container(value, depth)
        return self.foreign(value)

    def scalar(self, value: np.generic) -> list[Any]:
        plain = np.array(value, subok=False)
        code = _code(plain.dtype)
        if code is None:
            return ["x", type_name(value), f"has dtype {plain.dtype}"[:200]]
        return ["g", code, _little(plain, code).tobytes()]

    def array(self, value: Array) -> list[Any]:
        plain = np.array(value, copy=None, subok=False)
        code = _code(plain.dtype)
        if code is None:
            return ["x", "ndarray", f"has dtype {plain.dtype}"[:200]]
        if plain.ndim > MAX_RANK:
            return ["x", "ndarray", f"has {plain.ndim} axes, at most {MAX_RANK} can cross"]
        self.attach(_little(plain, code))
        return ["a", code, list(plain.shape)]

    def attach(self, array: Array) -> None:
        self.arrays.append(array)
        self.payload_bytes += array.nbytes
        if self.payload_bytes > self.caps.payload_bytes:
            raise TooLarge(f"holds {self.payload_bytes:,} bytes or more")
        if len(self.arrays) > MAX_ARRAYS:
            raise TooLarge(f"holds more than {MAX_ARRAYS:,} arrays")

    def container(self, value: Any, depth: int) -> list[Any]:
        if depth >= MAX_DEPTH:
            return ["x", type_name(value), f"is nested more than {MAX_DEPTH} levels deep"]
        if issubclass(type(value), dict):
            return self.mapping(value, depth)
        # The methods of list and tuple themselves: a subclass may lie about its items.
        base = list if issubclass(type(value), list) else tuple
        if base.__len__(value) > self.caps.payload_bytes:
            raise TooLarge(f"has {base.__len__(value):,} items")
        items = list(base.__iter__(value))
        if base is list and (packed := _packed(items)) is not None:
            self.attach(packed)
            return ["p", packed.dtype.str[1:], len(items)]
        return ["l" if base is list else "t", *(self.node(item, depth + 1) for item in items)]

    def mapping(self, value: dict[Any, Any], depth: int) -> list[Any]:
        node: list[Any] = ["d"]
        for key, item in dict.items(value):
            if not issubclass(type(key), str) or str.__len__(key) > MAX_KEY:
                return [
                    "x",
                    type_name(value),
                    f"has a key other than a string of at most {MAX_KEY} characters",
                ]
            node += [_clean(key), self.node(item, depth + 1)]
        return node


def _leaf(value: Any) -> list[Any]:
    if value is None:
        return ["n"]
    if value is True or value is False:
        return ["b", value]
    if issubclass(type(value), int):
        number = int.__index__(value)
        if not -(2**63) <= number < 2**63:
            return ["x", type_name(value), "does not fit into 64 bits"]
        return ["i", number]
    if issubclass(type(value), float):
        return ["f", float.__float__(value)]
    text = str.__str__(value)
    if len(text.encode("utf-8", "replace")) > MAX_STRING:
        return ["x", type_name(value), f"is longer than {MAX_STRING:,} bytes"]
    return ["s", _clean(text)]


def _clean(text: str) -> str:
    # Lone surrogates have no UTF-8 form.
    return str.__str__(text).encode("utf-8", "replace").decode()


def _packed(items: list[Any]) -> Array | None:
    if len(items) < PACK_FROM:
        return None
    kinds = set(map(type, items))
    if kinds == {float}:
        return np.array(items, dtype="<f8")
    if kinds == {int} and min(items) >= -(2**63) and max(items) < 2**63:
        return np.array(items, dtype="<i8")
    return None


def _code(dtype: np.dtype[Any]) -> str | None:
    found = CODES.get(dtype)
    if found is None:  # it may be big endian
        code = f"{dtype.kind}{dtype.itemsize}"
        found = code if code in DTYPES else None
    return found


def _little(array: Array, code: str) -> Array:
    # asarray with order="C" keeps 0-d arrays 0-d, which ascontiguousarray does not.
    return np.asarray(array, dtype=DTYPES[code], order="C")


# --- decoding ---------------------------------------------------------------------------------------------


class Reader:
    """Reads a wire in large pieces, because most frames come in one.

    Args:
        receive: waits, then puts at least one byte into a view and returns how many.
    """

    def __init__(self, receive: Callable[[memoryview], int]) -> None:
        self._receive = receive
        self._buffer = memoryview(bytearray(BUFFER_BYTES))
        self._unread = self._buffer[:0]

    @property
    def holds_more(self) -> bool:
        """Whether more came than was asked for."""
        return len(self._unread) > 0

    def read_into(self, view: memoryview) -> None:
        """Fill ``view``."""
        while len(view):
            if not self._unread:
                if len(view) >= BUFFER_BYTES:
                    view = view[self._receive(view) :]
                    continue
                self._unread = self._buffer[: self._receive(self._buffer)]
            count = min(len(view), len(self._unread))
            view[:count] = self._unread[:count]
            view, self._unread = view[count:], self._unread[count:]


def read_frame(read_into: ReadInto, caps: Caps, foreign: DecodeForeign) -> Frame:
    """Read and check one frame.

    Args:
        read_into: fills the view it is given, or raises; its exceptions pass through.
        caps: what this direction may carry, checked before anything is allocated.
        foreign: turns the fields of a foreign node into a value, or raises.

    Returns:
        The frame; its arrays are new, C-contiguous, little endian and writable.

    Raises:
        WireError: the frame breaks the format.
    """
    header = bytearray(HEADER.size)
    read_into(memoryview(header))
    frame_type, nonce, array_count, meta_bytes, payload_bytes = _parse_header(bytes(header), caps)
    meta = bytearray(meta_bytes)
    read_into(memoryview(meta))
    decoder = _Decoder(caps.nodes, payload_bytes, foreign)
    try:
        value = decoder.node(msgspec.msgpack.decode(meta), 0)
        if len(decoder.arrays) != array_count or decoder.payload_bytes != payload_bytes:
            raise WireError("the arrays do not add up to the payload")
    except Exception as error:
        raise WireError(f"malformed frame: {type(error).__name__}") from error
    for array in decoder.arrays:
        if array.size:
            read_into(_bytes_of(array))
    decoder.finish()
    return Frame(frame_type, nonce, value)


def _parse_header(header: bytes, caps: Caps) -> tuple[int, int, int, int, int]:
    magic, version, frame_type, arrays, nonce, meta_bytes, flags, payload_bytes = HEADER.unpack(header)
    if magic != MAGIC or version != VERSION or flags != 0 or arrays > MAX_ARRAYS:
        raise WireError("the header is not one of frame format 1")
    if meta_bytes > caps.meta_bytes or payload_bytes > caps.payload_bytes:
        raise WireError("the header announces more than may be sent")
    return frame_type, nonce, arrays, meta_bytes, payload_bytes


class _Decoder:
    def __init__(self, nodes: int, payload_bytes: int, foreign: DecodeForeign) -> None:
        self.nodes_left = nodes
        self.payload_cap = payload_bytes
        self.foreign = foreign
        self.arrays: list[Array] = []
        self.packed: list[tuple[list[Any], Array]] = []
        self.payload_bytes = 0

    def node(self, raw: Any, depth: int) -> object:
        self.nodes_left -= 1
        if self.nodes_left < 0 or depth > MAX_DEPTH or type(raw) is not list:
            raise WireError("too many or too deep nodes")
        tag, fields = raw[0], raw[1:]
        match tag:
            case "a":
                code, shape = fields
                return self.allocate(code, _checked_shape(shape))
            case "n" | "b" | "i" | "f" | "s" | "x":
                return _decode_leaf(tag, fields)
            case "g":
                return _decode_scalar(*fields)
            case "t":
                return tuple(self.node(item, depth + 1) for item in fields)
            case "l":
                return [self.node(item, depth + 1) for item in fields]
            case "d":
                return self.mapping(fields, depth)
            case "p":
                return self.unpacked(*fields)
        return self.foreign(_checked_text(tag, 1), fields)

    def mapping(self, fields: list[Any], depth: int) -> dict[str, object]:
        keys = [_checked_text(key, MAX_KEY) for key in fields[::2]]
        if len(fields) % 2 or len(set(keys)) != len(keys):
            raise WireError("a dict without a value for each key")
        return {key: self.node(item, depth + 1) for key, item in zip(keys, fields[1::2], strict=True)}

    def allocate(self, code: Any, shape: tuple[int, ...]) -> Array:
        dtype = _checked_dtype(code)
        self.payload_bytes += math.prod(shape) * dtype.itemsize
        if self.payload_bytes > self.payload_cap or len(self.arrays) >= MAX_ARRAYS:
            raise WireError("arrays larger than the payload")
        array: Array = np.empty(shape, dtype)
        self.arrays.append(array)
        return array

    def unpacked(self, code: Any, count: Any) -> list[Any]:
        if code not in ("f8", "i8"):
            raise WireError("a packed list of another type")
        items: list[Any] = []
        self.packed.append((items, self.allocate(code, _checked_shape([count]))))
        return items

    def finish(self) -> None:
        for array in self.arrays:
            if array.dtype.kind == "b":
                # Any other byte than 0 and 1 in a bool array is undefined behaviour in NumPy.
                array[...] = array.view(np.uint8) != 0
        for items, array in self.packed:
            items.extend(array.tolist())


def _decode_leaf(tag: str, fields: list[Any]) -> object:
    match tag, fields:
        case "n", []:
            return None
        case "b", [bool() as flag]:
            return flag
        case "i", [int() as number] if type(number) is int and -(2**63) <= number < 2**63:
            return number
        case "f", [float() as number]:
            return number
        case "s", [text]:
            return _checked_text(text, MAX_STRING)
        case "x", [name, reason]:
            return Unusable(told.type_name(_checked_text(name, 80)), told.reason(_checked_text(reason, 200)))
    raise WireError("a malformed node")


def _decode_scalar(code: Any, data: Any) -> object:
    dtype = _checked_dtype(code)
    if type(data) is not bytes or len(data) != dtype.itemsize:
        raise WireError("a scalar of another size")
    if dtype == np.bool_:
        return np.bool_(data != b"\0")
    return np.frombuffer(data, dtype)[0]


def _checked_dtype(code: Any) -> np.dtype[Any]:
    dtype = DTYPES.get(code) if type(code) is str else None
    if dtype is None:
        raise WireError("an unknown dtype")
    return dtype


def _checked_shape(shape: Any) -> tuple[int, ...]:
    if type(shape) is not list or len(shape) > MAX_RANK:
        raise WireError("a malformed shape")
    for size in shape:  # a loop, because any() with a generator takes twice as long
        if type(size) is not int or not 0 <= size < 2**40:
            raise WireError("a malformed shape")
    return tuple(shape)


def _checked_text(text: Any, limit: int) -> str:
    if type(text) is not str or len(text) > limit:
        raise WireError("a malformed text")
    return text


def generator_node(generator: np.random.Generator) -> list[Any]:
    """Return the node of a generator: the state of its PCG64, as hexadecimal text.

    Raises:
        TypeError: it is on another bit generator.
    """
    bits = generator.bit_generator
    if type(bits) is not np.random.PCG64:
        raise TypeError(
            f"A generator on {type(bits).__name__} cannot be sent to a worker; "
            "use np.random.default_rng(seed), which is on PCG64."
        )
    state: Any = bits.state
    inner = state["state"]
    return ["r", f"{inner['state']:x}", f"{inner['inc']:x}", state["has_uint32"], state["uinteger"]]


def generator(fields: list[Any]) -> np.random.Generator:
    """Return the generator of a node's fields.

    Raises:
        WireError: they are not the state of a PCG64.
    """
    match fields:
        case [str() as state, str() as increment, int() as has_uint32, int() as uinteger] if (
            len(state) <= 32 and len(increment) <= 32 and has_uint32 in (0, 1) and 0 <= uinteger < 2**32
        ):
            pass
        case _:
            raise WireError("a generator without a state")
    bits = np.random.PCG64(0)
    bits.state = {
        "bit_generator": "PCG64",
        "state": {"state": int(state, 16), "inc": int(increment, 16)},
        "has_uint32": has_uint32,
        "uinteger": uinteger,
    }
    return np.random.Generator(bits)
