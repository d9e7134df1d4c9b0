"""Objects that do not cross the wire, seen from the trusted side: handles, callables, generators."""

from __future__ import annotations

import warnings
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any, NamedTuple

import numpy as np

from grader.sandbox import told, wire, writeback

MAX_KEPT_BYTES = 1 << 30  # of trusted-side arrays that one worker may hold on to


class Handle:
    """An object that stays in the worker. It can be passed to later calls of the same worker."""

    __slots__ = ("_dropped", "number", "type_name")

    def __init__(self, number: int, type_name: str, dropped: list[int]) -> None:
        self.number = number
        self.type_name = type_name
        self._dropped = dropped

    def __repr__(self) -> str:
        return f"<{self.type_name} in the worker>"

    def __del__(self) -> None:
        # The next request tells the worker to let go of it.
        self._dropped.append(self.number)

    def belongs_to(self, exchange: Exchange) -> bool:
        """Return whether it came from the worker of ``exchange``."""
        return self._dropped is exchange.dropped


class Served(NamedTuple):
    """A part that is answered by the trusted side instead of by the student's code."""

    function: Callable[..., object]
    opaque: tuple[int, ...] = ()  # results that stay on the trusted side
    iterates: bool = False  # it returns a list, which the worker sees as an iterator
    writes_back: bool = False  # it may change dictionaries among its arguments; the worker's change too


class ServedClass(NamedTuple):
    """A class whose instances live in the worker with their attributes, and compute on the trusted side."""

    construct: Served  # arguments -> (object kept on the trusted side, its attributes by name)
    methods: Mapping[str, Served]  # by name; each takes that object, the attributes, and the arguments
    local: Callable[..., object]  # the class itself, for code that runs in this process


@dataclass(frozen=True, slots=True)
class ServedNode:
    """Marks a served part in a request; ``Served`` itself is a tuple and would cross as one."""

    served: Served


@dataclass(frozen=True, slots=True)
class _Outer:
    """Marks a value of an answer that stays on the trusted side."""

    value: object


class Exchange:
    """What one worker and the trusted side keep for each other."""

    def __init__(self) -> None:
        self.dropped: list[int] = []  # handles that nobody here uses any more
        self._callables: list[Served] = []
        self._numbers: dict[int, int] = {}
        self._kept: dict[int, object] = {}
        self._kept_bytes = 0
        self._next_kept = 0

    def take_dropped(self) -> list[int]:
        """Return the handles dropped since the last request."""
        dropped = self.dropped[:1000]
        del self.dropped[: len(dropped)]
        return dropped

    def encode(self, value: object) -> list[Any]:
        """Return the node of a value of the trusted side that is no data.

        Raises:
            TypeError: it cannot be sent to a worker.
        """
        if isinstance(value, Handle):
            if not value.belongs_to(self):
                raise TypeError(f"{value!r} belongs to another worker: it cannot be passed to this one.")
            return ["h", value.number, value.type_name]
        if isinstance(value, _Outer):
            return self._keep(value.value)
        if isinstance(value, np.random.Generator):
            return wire.generator_node(value)
        if isinstance(value, ServedNode):
            return self._callable_node(value.served)
        if callable(value):
            return self._callable_node(Served(value))
        raise TypeError(f"A value of type {type(value).__name__} cannot be sent to a worker.")

    def decode(self, tag: str, fields: list[Any]) -> object:
        """Return what a node of the worker stands for."""
        match tag, fields:
            case "h", [int() as number, str() as name] if len(name) <= 80:
                return Handle(number, told.type_name(name), self.dropped)
            case "o", [int() as number]:
                return self._kept[number]
            case "r", [_, _, _, _]:
                return wire.generator(fields)
        raise wire.WireError("an unknown node")

    def answer(
        self, number: int, args: tuple[object, ...], kwargs: dict[str, object]
    ) -> tuple[object, writeback.Changes]:
        """Call what the worker asked to be called; return its result and what it changed in its arguments.

        Raises:
            Exception: whatever the callable raises.
        """
        served = self._callables[number]
        values = (*args, *kwargs.values())
        before = writeback.dictionaries(values) if served.writes_back else {}
        with np.errstate(all="ignore"), warnings.catch_warnings():
            warnings.simplefilter("ignore")  # the arguments are a student's
            value = served.function(*args, **kwargs)
        if served.opaque and isinstance(value, tuple):
            value = tuple(_Outer(item) if place in served.opaque else item for place, item in enumerate(value))
        return value, writeback.changes(values, before)

    def knows(self, number: int) -> bool:
        """Return whether a callable has this number."""
        return 0 <= number < len(self._callables)

    def name_of(self, number: int) -> str:
        """Return the name of a callable."""
        return _name_of(self._callables[number])

    def drop(self, numbers: list[int]) -> None:
        """Let go of what the worker no longer uses."""
        for number in numbers:
            if number in self._kept:  # a worker may name what it never had, to look smaller than it is
                self._kept_bytes -= _size_of(self._kept.pop(number))

    @property
    def is_full(self) -> bool:
        """Whether the worker holds on to more than it may."""
        return self._kept_bytes > MAX_KEPT_BYTES or len(self._kept) > 1 << 20

    def _keep(self, value: object) -> list[Any]:
        self._next_kept += 1
        self._kept[self._next_kept] = value
        self._kept_bytes += _size_of(value)
        return ["o", self._next_kept]

    def _callable_node(self, served: Served) -> list[Any]:
        key = id(served.function)
        if key not in self._numbers or self._callables[self._numbers[key]] != served:
            self._numbers[key] = len(self._callables)
            self._callables.append(served)
        return ["c", self._numbers[key], _name_of(served)]


def _name_of(served: Served) -> str:
    return str(getattr(served.function, "__name__", type(served.function).__name__))[:80]


def _size_of(value: object) -> int:
    if isinstance(value, np.ndarray):
        return value.nbytes
    if isinstance(value, tuple | list):
        return sum(map(_size_of, value))
    if isinstance(value, dict):
        return sum(map(_size_of, value.values()))
    return 64
