"""The only place where student code runs: a forked, locked-down process that answers requests.

Order matters: the descriptors, the locks, the canaries, then READY, and only then the student's source
arrives. Every reply carries the nonce of its request. Values leave as data; what the trusted side asked to
keep here, or what cannot be data, leaves as a number. A callback is a request the other way: while a
call is running, the worker sends the arguments and waits for the answer.
"""

from __future__ import annotations

import os
from collections.abc import Callable, Collection
from itertools import islice
from typing import Any, NoReturn

import numpy as np

from grader.sandbox import lockdown, streams, wire
from grader.sandbox.failures import describe
from grader.sandbox.generators import seed_generators, take_over_unseeded
from grader.sandbox.program import Program, Unit
from grader.sandbox.wire import Message

MAX_CONSUMED = 100_000
EXIT_FAULT = 70  # the trusted side closed the wire or broke the format
EXIT_MEMORY = 77  # not even the failure could be reported


class Elsewhere:
    """An object that stays on the trusted side; student code can only pass it around."""

    __slots__ = ("_dropped", "_number")

    def __init__(self, number: int, dropped: list[int]) -> None:
        self._number = number
        self._dropped = dropped

    def __repr__(self) -> str:
        return "<kept by the grader>"

    def __del__(self) -> None:
        self._dropped.append(self._number)


class _Kept:
    """Marks a value of a reply that stays in the worker."""

    def __init__(self, value: object) -> None:
        self.value = value


def run(settings: lockdown.Settings, rpc_fd: int, output_fd: int, reply_bytes: int) -> NoReturn:
    """Lock this process down and answer requests until the trusted side hangs up; never returns."""
    status = EXIT_FAULT
    try:
        lockdown.arrange_descriptors(rpc_fd, output_fd)
        _lock_down(settings)
        Worker(wire.reply_caps(reply_bytes)).serve(lockdown.run_canaries())
    except MemoryError:
        status = EXIT_MEMORY
    finally:
        os._exit(status)


def _lock_down(settings: lockdown.Settings) -> None:
    try:
        lockdown.lock_down(settings)
    except Exception as error:
        # Nobody reads the wire yet: the trusted side shows what it finds in the output pipe.
        os.write(streams.OUTPUT_FD, str(error).encode())
        raise


class Worker:
    """The state of one worker: the student's program and the objects kept for the trusted side."""

    def __init__(self, caps: wire.Caps) -> None:
        self.seed = 0
        self.caps = caps
        self.nonce = 0
        self.program = Program((), (), self.report_progress)
        self.is_loading = False  # else a function that reloads a module would report statements
        self.kept: dict[int, object] = {}
        self.next_number = 0
        self.dropped: list[int] = []
        self.stream = streams.open_stream()
        self.reader = wire.Reader(_receive)

    def serve(self, canaries: dict[str, int]) -> None:
        """Announce this worker and answer requests."""
        streams.install(self.stream)
        streams.refuse_input()
        self.send(Message.READY, canaries)
        while True:
            frame = self.receive()
            self.nonce = frame.nonce
            streams.install(self.stream)
            self.answer(frame.type, frame.value)

    def answer(self, message: int, body: Any) -> None:
        """Do what one request asks and send its reply."""
        for number in body["drop"]:
            self.kept.pop(number, None)
        try:
            if body["seed"] is not None:
                self.seed = body["seed"]
                self.seed_all()
            if message == Message.LOAD:
                reply, value = Message.LOADED, self.load(body)
            else:
                reply, value = Message.VALUE, self.perform(message, body)
        except BaseException as error:
            reply, value = Message.RAISED, describe(error, self.program.sources)
        self.send(reply, value)

    def load(self, body: Any) -> object:
        """Run the student's source and put served functions in the place of the student's."""
        units = [Unit(module, label, bytes(text).decode()) for module, label, text in body["units"]]
        self.program = Program(units, body["skip"], self.report_progress, bytes(body["compiled"]))
        self.is_loading = True
        self.program.run()
        self.is_loading = False
        served = {name: _served_part(name, answers) for name, answers in body["served"].items()}
        for module in self.program.modules.values():
            vars(module).update(served)
        self.seed_all()  # as if loading had drawn nothing
        return {
            "problems": self.program.problems,
            "defined": self.program.names(),
            "slow": self.program.slow,
            "compiled": np.frombuffer(self.program.compiled, dtype=np.uint8),
        }

    def perform(self, message: int, body: Any) -> object:
        """Run student code for one request and return the value to send."""
        match message:
            case Message.GET:
                return getattr(body["object"], body["name"])
            case Message.SET:
                setattr(body["object"], body["name"], body["value"])
                return None
            case Message.CALL:
                function: Any = self.program.find(body["name"])
            case _:
                for name, value in body["set"].items():
                    setattr(body["object"], name, value)
                function = getattr(body["object"], body["name"])
        args = body["args"]
        value = function(*args, **body["kwargs"])
        if body["consume"] and hasattr(value, "__iter__") and not isinstance(value, list | tuple | dict | np.ndarray):
            value = list(islice(value, MAX_CONSUMED))
        marked = _marked(value, body["opaque"])
        return (marked, args) if body["with_arguments"] else marked

    def call_back(self, number: int, name: str, args: tuple[Any, ...], kwargs: dict[str, Any]) -> object:
        """Ask the trusted side to call one of its callables.

        Raises:
            ValueError: it could not be computed from these arguments.
        """
        dropped = self.dropped[:1000]
        del self.dropped[: len(dropped)]
        try:
            self.transmit(Message.CALLBACK, (number, args, kwargs, dropped))
        except wire.TooLarge as error:
            raise ValueError(f"what was passed to {name} {error}.") from None
        frame = self.receive()
        if frame.type == Message.ANSWER:
            sent: tuple[Any, ...] = (*args, *kwargs.values())
            move_on(sent)
            answer: Any = frame.value
            value, changes = answer
            for place, entries in changes:
                sent[place].update(entries)
            return value
        raise ValueError(f"{name} could not be computed from these arguments.")

    def report_progress(self, number: int, unit: int, line: int) -> None:
        """Say which statement runs next, for the case that it ends the worker."""
        if self.is_loading:
            self.transmit(Message.PROGRESS, (number, unit, line))

    def seed_all(self) -> None:
        """Seed all that student code can draw from without a seed of its own."""
        seed_generators(self.seed)
        take_over_unseeded(self.seed)

    # --- the wire -----------------------------------------------------------------------------------------

    def send(self, message: Message, value: object) -> None:
        """Send a reply, or say why it cannot be sent."""
        try:
            self.transmit(message, value)
        except wire.TooLarge as error:
            self.transmit(Message.TOO_LARGE, str(error))
        except MemoryError:
            self.transmit(Message.TOO_LARGE, "does not fit into memory a second time")

    def transmit(self, message: Message, value: object) -> None:
        """Write one frame."""
        buffers = wire.encode(message, self.nonce, value, self.caps, self.encode_foreign)
        while buffers:
            written = os.writev(lockdown.RPC_FD, buffers[:64])
            while buffers and written >= len(buffers[0]):
                written -= len(buffers.pop(0))
            if written:
                buffers[0] = buffers[0][written:]

    def receive(self) -> wire.Frame:
        """Read one frame."""
        return wire.read_frame(self.reader.read_into, wire.REQUEST_CAPS, self.decode_foreign)

    def encode_foreign(self, value: object) -> list[Any]:
        """Return the node of an object that is no data."""
        if type(value) is _Kept:
            self.next_number += 1
            self.kept[self.next_number] = value.value
            return ["h", self.next_number, wire.type_name(value.value)]
        if type(value) is Elsewhere:
            return ["o", value._number]
        if type(value) is np.random.Generator and type(value.bit_generator) is np.random.PCG64:
            return wire.generator_node(value)
        return wire.refuse_foreign(value)

    def decode_foreign(self, tag: str, fields: list[Any]) -> object:
        """Return the object a node of the trusted side stands for."""
        match tag, fields:
            case "h", [number, _]:
                return self.kept[number]
            case "o", [number]:
                return Elsewhere(number, self.dropped)
            case "c", [number, name]:
                return self.make_callback(number, name)
            case "r", [_, _, _, _]:
                return wire.generator(fields)
        raise wire.WireError(f"an unknown node {tag}")

    def make_callback(self, number: int, name: str) -> Callable[..., object]:
        """Return a function that is computed on the trusted side."""

        def callback(*args: Any, **kwargs: Any) -> object:
            return self.call_back(number, name, args, kwargs)

        callback.__name__ = callback.__qualname__ = name
        return callback


def move_on(values: Collection[object]) -> None:
    """Move generators on, as if they had been drawn from: the trusted side drew from copies of them."""
    for value in values:
        if type(value) is np.random.Generator and type(value.bit_generator) is np.random.PCG64:
            value.bit_generator.state = value.bit_generator.jumped().state


def _served_part(name: str, answers: Any) -> object:
    """Return what stands for a served part: a function, or a class whose methods are computed elsewhere."""
    if not isinstance(answers, dict):
        return answers
    if "__iter__" in answers:
        return lambda *args, **kwargs: iter(answers["__iter__"](*args, **kwargs))
    construct = answers.pop("__init__")

    def initialise(self: Any, *args: Any, **kwargs: Any) -> None:
        self._elsewhere, attributes = construct(*args, **kwargs)
        vars(self).update(attributes)

    def method(answer: Callable[..., object]) -> Callable[..., object]:
        def call(self: Any, *args: Any, **kwargs: Any) -> object:
            attributes = {key: value for key, value in vars(self).items() if key != "_elsewhere"}
            value = answer(self._elsewhere, attributes, *args, **kwargs)
            vars(self).update(attributes)
            return value

        return call

    return type(name, (), {"__init__": initialise} | {key: method(answer) for key, answer in answers.items()})


def _marked(value: object, opaque: Any) -> object:
    if opaque == "all":
        return _Kept(value)
    if opaque and isinstance(value, tuple | list):
        items = [_Kept(item) if place in opaque else item for place, item in enumerate(value)]
        return items if isinstance(value, list) else tuple(items)
    return value


def _receive(view: memoryview) -> int:
    count = os.readv(lockdown.RPC_FD, [view])
    if count == 0:
        raise EOFError("the trusted side hung up")
    return count
