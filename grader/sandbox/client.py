"""The trusted side of one worker: requests out, replies in, and a verdict on how it ended."""

from __future__ import annotations

import contextlib
import os
import secrets
import select
import socket
import time
from collections.abc import Collection, Mapping, Sequence
from functools import cached_property
from typing import Any, Literal, NoReturn, Self

import msgspec
import numpy as np

from grader.errors import GraderError, StudentRaised, WorkerEnded
from grader.model import Frame, Record, SourceUnit, StudentError
from grader.sandbox import told, wire
from grader.sandbox.channel import Channel, Ended
from grader.sandbox.endings import LoadEnded, explain, was_killed
from grader.sandbox.exchange import Exchange, Handle, Served, ServedClass, ServedNode
from grader.sandbox.limits import Limits, Usage
from grader.sandbox.nursery import Nursery, Remains, kill
from grader.sandbox.wire import Message

Opaque = Collection[int] | Literal["all"]
MAX_COMPILED_BYTES = 8 << 20  # one MiB of source makes less; it goes back to each worker of the submission
MAX_SLOW = 1000
MAX_SOURCE_LINE = 200
EOF_GRACE_S = 0.5  # between hanging up and dying, for a worker that ends by itself


class LoadProblem(Record, frozen=True, kw_only=True):
    """One statement that could not be executed."""

    error: StudentError
    defines: tuple[str, ...]  # names it would have defined; "Class.method" for a method
    statement: int  # counted over all units


class LoadReport(Record, frozen=True, kw_only=True):
    """What loading a submission came to."""

    problems: tuple[LoadProblem, ...]
    defined: dict[str, Literal["function", "class", "other"]]
    slow: tuple[int, ...]  # statements that took more than a second and define nothing
    compiled: bytes = b""  # for the next worker that loads the same units; never opened on this side


class Worker:
    """One locked-down process; a context manager, leaving it kills and reaps.

    Attributes:
        was_killed: whether somebody else killed it: the kernel, out of memory, or a person; or it killed itself.
    """

    def __init__(self, nursery: Nursery, layers: Sequence[str], limits: Limits, *, seed: int) -> None:
        """Fork the worker; it locks itself down while the caller goes on.

        Args:
            nursery: forks it.
            layers: of the lockdown.
            limits: what it may use.
            seed: of its generators; they are seeded again before the next request whenever it is set.

        Raises:
            GraderError: it could not be started.
        """
        self.seed: int | None = seed
        self._nursery = nursery
        self._limits = limits
        self._exchange = Exchange()
        self._caps = wire.reply_caps(limits.reply_bytes)
        self.was_killed = False
        self._ended: WorkerEnded | None = None
        self._remains: Remains | None = None
        self._buried = False
        self._sources: dict[str, list[str]] = {}
        self._calls = 0
        self._callbacks = 0
        self._answers_s = 0.0
        self._started_s = time.monotonic()
        self.pid, self._pid_fd, self._channel = _start(nursery, layers, limits)

    @cached_property
    def canaries(self) -> dict[str, int]:
        """What each forbidden attempt of the worker came to, once it has locked itself down.

        Raises:
            GraderError: it did not get that far.
        """
        return self._read_canaries()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def load(
        self,
        units: Sequence[SourceUnit],
        *,
        skip: Collection[int] = (),
        compiled: bytes = b"",
        served: Mapping[str, Served | ServedClass] = {},
    ) -> LoadReport:
        """Execute the submission statement by statement; what fails voids only itself.

        Args:
            units: executed in order; units of the same module share a namespace. The first one comes first
                where two modules define the same name.
            skip: statements to leave out, counted over all units.
            compiled: of the report of an earlier worker that loaded the same units; saves the time to compile.
            served: names that call the trusted side instead of the student's code.

        Raises:
            LoadEnded: the worker ended; it names the statement.
        """
        body = {
            "units": [(unit.module, unit.label, _as_bytes(unit.text)) for unit in units],
            "skip": sorted(skip),
            "compiled": np.frombuffer(compiled, dtype=np.uint8),
            "served": {name: _served_node(part) for name, part in served.items()},
        }
        self._sources = {unit.label: unit.text.splitlines() for unit in units}
        progress = _Progress([unit.label for unit in units])
        try:
            return self._load(body, progress)
        except WorkerEnded as ended:
            raise LoadEnded(ended.ending, str(ended), progress.statement) from None

    def _load(self, body: dict[str, object], progress: _Progress) -> LoadReport:
        try:
            return _load_report(self._request(Message.LOAD, body, progress.subject, progress), self._sources)
        except (msgspec.ValidationError, StudentRaised):  # what statements raise is in the report
            self._end(Ended("protocol"), progress.subject)

    def call(
        self,
        name: str,
        args: Sequence[object],
        kwargs: Mapping[str, object] = {},
        *,
        opaque: Opaque = (),
        consume: bool = False,
        with_arguments: bool = False,
    ) -> object:
        """Call a global of the submission.

        Args:
            name: of the function or class; one that is not defined is a NameError of the student.
            args: values, callables, generators on PCG64 and handles of this worker.
            kwargs: the same, by name.
            opaque: places of a returned tuple or list that stay in the worker, as handles; "all" keeps the
                whole value.
            consume: take the values of an iterator, at most 100,000.
            with_arguments: also return ``args`` as the call left them.

        Returns:
            The result, or the pair (result, tuple of args); arrays are fresh and writable, what cannot cross is
            ``Unusable``.

        Raises:
            StudentRaised: student code raised.
            WorkerEnded: the worker ended or was stopped.
            TypeError: an argument cannot be sent.
        """
        body = {"name": name, **_call_fields(args, kwargs, opaque, consume), "with_arguments": with_arguments}
        value = self._request(Message.CALL, body, name)
        if with_arguments:
            match value:
                case (_, tuple() as after) if len(after) == len(args):
                    pass
                case _:
                    self._end(Ended("protocol"), name)
        return value

    def call_method(
        self,
        handle: Handle,
        name: str,
        args: Sequence[object],
        kwargs: Mapping[str, object] = {},
        *,
        attributes: Mapping[str, object] = {},
        opaque: Opaque = (),
        consume: bool = False,
    ) -> object:
        """Set attributes of an object in the worker, then call one of its methods; otherwise as ``call``."""
        fields = _call_fields(args, kwargs, opaque, consume)
        body = {"object": handle, "name": name, "set": dict(attributes), **fields, "with_arguments": False}
        return self._request(Message.METHOD, body, f"{handle.type_name}.{name}")

    def get_attribute(self, handle: Handle, name: str) -> object:
        """Return the value of an attribute of an object in the worker."""
        return self._request(Message.GET, {"object": handle, "name": name}, f"{handle.type_name}.{name}")

    def set_attribute(self, handle: Handle, name: str, value: object) -> None:
        """Set an attribute of an object in the worker."""
        body = {"object": handle, "name": name, "value": value}
        self._request(Message.SET, body, f"{handle.type_name}.{name}")

    def usage(self) -> Usage:
        """Return what the worker used so far."""
        if not self._buried:
            with contextlib.suppress(Ended):  # a flood of output is for the next call to report
                self._channel.drain()
        remains = self._remains
        return Usage(
            cpu_s=self._channel.cpu_s() if remains is None else remains.cpu_s,
            wall_s=self._channel.wall_s,
            output=self._channel.output.decode("utf-8", "replace"),
            max_rss_bytes=0 if remains is None else remains.max_rss_bytes,
        )

    def forget_output(self) -> None:
        """Leave out of ``usage`` what was printed so far."""
        with contextlib.suppress(Ended):  # a flood of output is for the next call to report
            self._channel.drain()
        self._channel.output.clear()

    def close(self) -> None:
        """Kill and reap the worker."""
        if not self._buried:
            kill(self._pid_fd)
            self._bury()

    # --- requests -----------------------------------------------------------------------------------------

    def _request(
        self, message: Message, body: dict[str, object], subject: str, progress: _Progress | None = None
    ) -> object:
        if self._ended is not None:
            raise self._ended
        if self._buried:
            raise GraderError("A worker was called after it was closed.")
        assert self.canaries, "a worker that did not lock itself down has raised"
        self._calls += 1
        if self._calls > self._limits.calls:
            raise GraderError(f"A check made more than {self._limits.calls:,} calls of one worker.")
        nonce = secrets.randbits(64)
        seed, self.seed = self.seed, None
        fields = {"seed": None if seed is None else seed % 2**63, "drop": self._exchange.take_dropped()}
        request = self._encoded(message, nonce, {**body, **fields})
        try:
            self._channel.send(request)
            return self._reply(nonce, progress)
        except (Ended, wire.WireError) as why:
            if progress is not None:
                subject = progress.subject
            self._end(why if isinstance(why, Ended) else Ended("protocol"), subject)

    def _reply(self, nonce: int, progress: _Progress | None) -> object:
        while True:
            frame = self._read(nonce)
            match frame.type:
                case Message.VALUE | Message.LOADED if (frame.type == Message.LOADED) == (progress is not None):
                    return frame.value
                case Message.RAISED:
                    raise StudentRaised(_student_error(frame.value, self._sources))
                case Message.CALLBACK:
                    self._channel.send(self._answer(nonce, frame.value))
                case Message.PROGRESS if progress is not None:
                    progress.note(frame.value)
                case Message.TOO_LARGE if isinstance(frame.value, str):
                    raise Ended("reply too large", told.size(frame.value))
                case _:
                    raise Ended("protocol")

    def _read(self, nonce: int) -> wire.Frame:
        frame = wire.read_frame(self._channel.read_into, self._caps, self._exchange.decode)
        if frame.nonce != nonce:
            raise Ended("protocol")
        return frame

    def _answer(self, nonce: int, value: object) -> list[memoryview]:
        match value:
            case (int() as number, tuple() as args, dict() as kwargs, list() as dropped) if self._exchange.knows(
                number
            ) and all(type(item) is int for item in dropped):
                pass
            case _:
                raise Ended("protocol")
        self._exchange.drop(dropped)
        self._callbacks += 1
        if self._callbacks > self._limits.callbacks:
            raise Ended("callbacks")
        if self._exchange.is_full:
            raise Ended("memory")
        if self._answers_s > self._limits.cpu_s:  # our time is not the worker's, and must not be endless either
            raise Ended("cpu")
        started_s = time.process_time()
        try:
            answer = self._exchange.answer(number, args, kwargs)
            return wire.encode(Message.ANSWER, nonce, answer, wire.REQUEST_CAPS, self._exchange.encode)
        except Exception:  # a student's arguments may be anything, and what comes of them too large to send
            return self._encoded(Message.ANSWER_FAILED, nonce, None)
        finally:
            self._answers_s += time.process_time() - started_s

    def _encoded(self, message: Message, nonce: int, value: object) -> list[memoryview]:
        try:
            return wire.encode(message, nonce, value, wire.REQUEST_CAPS, self._exchange.encode)
        except wire.TooLarge as error:
            raise GraderError(f"What a check sends to a worker {error}; at most 64 MiB can be sent.") from None

    # --- life and death -----------------------------------------------------------------------------------

    def _read_canaries(self) -> dict[str, int]:
        try:
            frame = self._read(0)
            if frame.type != Message.READY:
                raise Ended("protocol")
            canaries = msgspec.convert(frame.value, dict[str, int])
        except (Ended, wire.WireError, msgspec.ValidationError) as why:
            kill(self._pid_fd)
            self._bury()
            said = self._channel.output.decode("utf-8", "replace") or "It left no message."
            raise GraderError(f"A worker could not be started ({why or 'it ended'}). {said}") from why
        self._channel.start_the_clock()
        return canaries

    def _end(self, why: Ended, subject: str) -> NoReturn:
        if not why.ending:
            # It hung up: let it die by itself, so that its status tells why.
            select.select([self._pid_fd], [], [], EOF_GRACE_S)
            if not select.select([self._pid_fd], [], [], 0)[0]:
                why = Ended("protocol")
        kill(self._pid_fd)
        remains = self._bury()
        self.was_killed = not why.ending and was_killed(remains, self._limits)
        self._ended = WorkerEnded(*explain(subject, why, remains, self._limits))
        raise self._ended

    def _bury(self) -> Remains:
        self._buried = True  # also where the sandbox has ended and cannot say what became of it
        try:
            self._remains = self._nursery.reap(self.pid)
            with contextlib.suppress(Ended):  # how it ended is known already
                self._channel.drain()
        finally:
            self._channel.close()
            os.close(self._pid_fd)
        return self._remains


class _Progress:
    """Which statement of a submission runs."""

    def __init__(self, labels: list[str]) -> None:
        self._labels = labels
        self.statement = -1
        self.subject = labels[0] if labels else "The submission"

    def note(self, value: object) -> None:
        """Take a report of the worker."""
        match value:
            case (int() as statement, int() as unit, int() as line) if 0 <= unit < len(self._labels):
                self.statement = statement
                self.subject = f"{self._labels[unit]}, line {line},"
            case _:
                raise Ended("protocol")


def _start(nursery: Nursery, layers: Sequence[str], limits: Limits) -> tuple[int, int, Channel]:
    settings = {
        "layers": list(layers),
        "cpu_s": limits.cpu_s,
        "memory_bytes": limits.memory_bytes,
        "reply_bytes": limits.reply_bytes,
    }
    ours, theirs = socket.socketpair()
    output_fd, their_output_fd = os.pipe2(os.O_CLOEXEC)
    try:
        pid, pid_fd = nursery.fork(settings, theirs.fileno(), their_output_fd)
    except BaseException:
        ours.close()
        os.close(output_fd)
        raise
    finally:
        theirs.close()
        os.close(their_output_fd)
    return pid, pid_fd, Channel(ours, output_fd, pid, limits)


def _load_report(value: object, sources: Mapping[str, Sequence[str]]) -> LoadReport:
    match value:
        case {"compiled": np.ndarray(dtype=np.uint8, ndim=1) as compiled, **rest}:
            report = msgspec.convert(rest, LoadReport)
            if compiled.nbytes > MAX_COMPILED_BYTES or len(report.slow) > MAX_SLOW:
                raise msgspec.ValidationError("more than source can come to")
            problems = tuple(
                msgspec.structs.replace(problem, error=_believed(problem.error, sources)) for problem in report.problems
            )
            return msgspec.structs.replace(report, compiled=compiled.tobytes(), problems=problems)
    raise msgspec.ValidationError("no compiled source")


def _served_node(part: Served | ServedClass) -> object:
    if isinstance(part, Served):
        return {"__iter__": ServedNode(part)} if part.iterates else ServedNode(part)
    return {"__init__": ServedNode(part.construct)} | {name: ServedNode(m) for name, m in part.methods.items()}


def _as_bytes(text: str) -> np.ndarray[Any, np.dtype[np.uint8]]:
    return np.frombuffer(text.encode("utf-8", "replace"), dtype=np.uint8)


def _call_fields(
    args: Sequence[object], kwargs: Mapping[str, object], opaque: Opaque, consume: bool
) -> dict[str, object]:
    return {
        "args": tuple(args),
        "kwargs": dict(kwargs),
        "opaque": opaque if isinstance(opaque, str) else sorted(opaque),
        "consume": consume,
    }


def _student_error(value: object, sources: Mapping[str, Sequence[str]]) -> StudentError:
    try:
        error = msgspec.convert(value, StudentError)
    except msgspec.ValidationError:
        raise Ended("protocol") from None
    return _believed(error, sources)


def _believed(error: StudentError, sources: Mapping[str, Sequence[str]]) -> StudentError:
    """Return an exception with the lines of its traceback that are in the source, as they stand there."""
    frames = tuple(
        Frame(
            label=frame.label,
            line=frame.line,
            function=told.function(frame.function),
            text="".join(sources[frame.label][frame.line - 1 : frame.line]).strip()[:MAX_SOURCE_LINE],
        )
        for frame in error.frames[-8:]
        # A syntax error may lie one line behind the last.
        if frame.label in sources and 0 < frame.line <= len(sources[frame.label]) + 1
    )
    return StudentError(type=error.type[:80], message=error.message[:400], frames=frames)
