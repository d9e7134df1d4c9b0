"""The proxy that checks see as ``student``, over either of two backends.

In grading the backend calls into a sandboxed worker; on a student's own machine, and for the reference and the
misconceptions, it calls a module in the same process. Checks cannot tell the two apart: arguments are copied,
exceptions become ``StudentRaised``, a ``cache`` is passed around unopened.
"""

from __future__ import annotations

import builtins
import linecache
import time
import traceback
from collections.abc import Callable, Collection, Mapping, Sequence
from itertools import islice
from pathlib import Path
from types import TracebackType
from typing import Any, Literal, NamedTuple, Protocol

import numpy as np

from grader.checking.assertions import fail, is_several, type_name
from grader.course import Assignment, Part
from grader.errors import StudentRaised
from grader.model import Curve, Frame, Images, Matrix, Measure, StudentError, Text

Opaque = Collection[int] | Literal["all"]
ITERATOR_LIMIT = 100_000
PACKAGE = str(Path(__file__).parent.parent)
TYPE_LIMIT, MESSAGE_LIMIT, FRAME_LIMIT = 80, 400, 8


class Backend(Protocol):
    """Where a student's code runs."""

    def has(self, name: str) -> bool: ...

    def defined_as(self, name: str) -> str: ...

    def cpu_s(self) -> float: ...

    def call(
        self,
        name: str,
        args: Sequence[Any],
        kwargs: Mapping[str, Any],
        *,
        opaque: Opaque,
        consume: bool,
        with_arguments: bool,
    ) -> Any: ...

    def call_method(self, target: Any, name: str, args: Sequence[Any], kwargs: Mapping[str, Any]) -> Any: ...

    def get_attribute(self, target: Any, name: str) -> Any: ...

    def set_attribute(self, target: Any, name: str, value: Any) -> None: ...


class PartMissing(Exception):  # noqa: N818 - reads as what happened
    """The submission defines no such part."""

    def __init__(self, part: str) -> None:
        super().__init__(f"{part} is not defined.")
        self.part = part


class Call(NamedTuple):
    """One call of a case and what came back, without what stayed in the worker."""

    part: str
    label: str
    result: Any
    error: str


class Student:
    """One submission, or the reference, as an object with one attribute a part.

    Attributes:
        calls: what was called since the case began, in order; compared with what misconceptions give.
        calling: name of the part that was called last.
        arguments: of the last call of each function, by position and by name.
        advice: sentences that cost no points, given by the check that runs.
        shown: curves, measures and pictures for the report, given by the check that runs, whether it passes or not.
        watch: told of every call once it is done; what it raises ends the case.
    """

    def __init__(self, assignment: Assignment, backend: Backend, counterpart: Student | None = None) -> None:
        self.assignment = assignment
        self.backend = backend
        self.counterpart = counterpart
        self.calls: list[Call] = []
        self.advice: list[str] = []
        self.shown: list[Curve | Measure | Matrix | Images | Text] = []
        self.calling = ""
        self.arguments: dict[str, tuple[tuple[Any, ...], dict[str, Any]]] = {}
        self.watch: Callable[[Call], None] | None = None

    def __getattr__(self, name: str) -> PartFunction:
        if name.startswith("_"):
            raise AttributeError(name)
        part = self.assignment.part(name)
        counterpart = None if self.counterpart is None else getattr(self.counterpart, name)
        return PartFunction(self, part, counterpart)

    def begin(self) -> None:
        """Forget the last case; of the counterpart too, which would else keep all it ever answered."""
        self.calls, self.calling, self.advice, self.shown = [], "", [], []
        self.arguments = {}
        if self.counterpart is not None:
            self.counterpart.begin()

    def run(
        self, part: Part, label: str, action: Callable[[], Any], opaque: Opaque = (), *, with_arguments: bool = False
    ) -> Any:
        """Do one call and record what came of it, without the results that are opaque."""
        self.calling = part.name
        try:
            result = action()
        except StudentRaised as raised:
            self._note(Call(part.name, label, None, f"{raised.error.type}: {raised.error.message}"))
            raise
        kept = (without(result[0], opaque), result[1]) if with_arguments else without(result, opaque)
        self._note(Call(part.name, label, kept, ""))
        return result

    def _note(self, call: Call) -> None:
        self.calls.append(call)
        if self.watch is not None:
            self.watch(call)


def without(result: Any, opaque: Opaque) -> Any:
    """Return a result with what is opaque replaced by None."""
    if opaque == "all":
        return None
    if opaque and isinstance(result, tuple | list):
        return tuple(None if i in opaque else value for i, value in enumerate(result))
    return result


class PartFunction:
    """A part that can be called.

    Attributes:
        name: of the part.
        returns: names of the values it returns.
        counterpart: the reference's part of that name, or None on a student's machine.
    """

    def __init__(self, student: Student, part: Part, counterpart: PartFunction | None) -> None:
        self.name = part.name
        self.returns = part.returns
        self.counterpart = counterpart
        self._student = student
        self._part = part

    @property
    def backend(self) -> Backend:
        """Return where its code runs."""
        return self._student.backend

    def __call__(self, *args: Any, **kwargs: Any) -> Any:
        result = self._run(args, kwargs, with_arguments=False)
        return StudentObject(self._student, self._part, result) if self._part.kind == "class" else result

    def with_arguments(self, *args: Any, **kwargs: Any) -> tuple[Any, tuple[Any, ...]]:
        """Call the function; return its result and ``args`` as it left them, for what it changes in place."""
        result, after = self._run(args, kwargs, with_arguments=True)
        return result, after

    def timed(self, *args: Any, **kwargs: Any) -> tuple[Any, float]:
        """Call the function; return its result and the CPU seconds it took where it runs."""
        started_s = self._student.backend.cpu_s()
        result = self(*args, **kwargs)
        return result, self._student.backend.cpu_s() - started_s

    def _run(self, args: tuple[Any, ...], kwargs: dict[str, Any], *, with_arguments: bool) -> Any:
        student, part = self._student, self._part
        student.calling = part.name
        student.arguments[part.name] = (args, kwargs)
        if not student.backend.has(part.name):
            raise PartMissing(part.name)
        plain = [unwrapped(value) for value in args]
        named = {key: unwrapped(value) for key, value in kwargs.items()}

        consume = part.kind == "iterator"

        def action() -> Any:
            return student.backend.call(
                part.name, plain, named, opaque=part.opaque, consume=consume, with_arguments=with_arguments
            )

        result = student.run(part, part.name, action, part.opaque, with_arguments=with_arguments)
        if consume:
            require_values(part.name, result[0] if with_arguments else result)
        return result


def require_values(name: str, result: Any) -> None:
    """Require that a part that should be iterated over gave values.

    Raises:
        CheckFailed: it gave something else, on which a check itself would fail.
    """
    if is_several(result) or isinstance(result, dict) or (isinstance(result, np.ndarray) and result.ndim):
        return
    came = "None" if result is None else f"one {type_name(result)}"
    raise fail(f"{name} gave {came}, expected values one after the other.", name="no-values", hint="Is there a yield?")


class StudentObject:
    """An instance of a student's class; its declared methods are called, all else is an attribute."""

    def __init__(self, student: Student, part: Part, target: Any) -> None:
        object.__setattr__(self, "_student", student)
        object.__setattr__(self, "_part", part)
        object.__setattr__(self, "_target", target)

    def __getattr__(self, name: str) -> Any:
        student, part, target = self._student, self._part, self._target
        label = f"{part.name}.{name}"
        if name not in part.methods:
            return student.run(part, label, lambda: student.backend.get_attribute(target, name))

        def method(*args: Any, **kwargs: Any) -> Any:
            plain = [unwrapped(value) for value in args]
            return student.run(part, label, lambda: student.backend.call_method(target, name, plain, kwargs))

        return method

    def __setattr__(self, name: str, value: Any) -> None:
        student, part, target = self._student, self._part, self._target
        label = f"{part.name}.{name} = "
        student.run(part, label, lambda: student.backend.set_attribute(target, name, value))


def unwrapped(value: Any) -> Any:
    """Return what stands behind a proxy, so that it can be handed back to the student's code."""
    return value._target if isinstance(value, StudentObject) else value


class LocalBackend:
    """Student code in this process: on a student's own machine, and for code we trust.

    Args:
        namespace: the names the code defined.
        names: for each part, the name it has there (an alias, where the submission uses one).
    """

    def __init__(self, namespace: Mapping[str, Any], names: Mapping[str, str]) -> None:
        self._namespace = namespace
        self._names = names

    def has(self, name: str) -> bool:
        return name in self._names

    def defined_as(self, name: str) -> str:
        """Return the name that a part has in the submission: its own, or an alias."""
        return self._names[name]

    def cpu_s(self) -> float:
        return time.process_time()

    def function(self, name: str) -> Callable[..., Any]:
        """Return the function or class that stands for a part."""
        found: Callable[..., Any] = self._namespace[self._names[name]]
        return found

    def call(
        self,
        name: str,
        args: Sequence[Any],
        kwargs: Mapping[str, Any],
        *,
        opaque: Opaque,
        consume: bool,
        with_arguments: bool,
    ) -> Any:
        function, own = self.function(name), copied(list(args))
        result = guarded(lambda: function(*own, **copied(dict(kwargs))))
        if consume and hasattr(result, "__iter__"):
            result = guarded(lambda: list(islice(result, ITERATOR_LIMIT)))
        return (result, tuple(copied(own))) if with_arguments else result

    def call_method(self, target: Any, name: str, args: Sequence[Any], kwargs: Mapping[str, Any]) -> Any:
        # A copy, as in grading: an object may keep the dict it returned and fill it anew at the next call.
        return guarded(lambda: copied(getattr(target, name)(*copied(list(args)), **copied(dict(kwargs)))))

    def get_attribute(self, target: Any, name: str) -> Any:
        return guarded(lambda: copied(getattr(target, name)))

    def set_attribute(self, target: Any, name: str, value: Any) -> None:
        guarded(lambda: setattr(target, name, copied(value)))


def copied(value: Any) -> Any:
    """Return plain data with every array copied, so that code that changes its arguments harms nobody."""
    if isinstance(value, np.ndarray):
        return value.copy()
    if type(value) in (list, tuple):
        return type(value)(copied(item) for item in value)
    if type(value) is dict:
        return {key: copied(item) for key, item in value.items()}
    if isinstance(value, np.random.Generator):
        return copied_generator(value)
    return value


def copied_generator(rng: np.random.Generator) -> np.random.Generator:
    bits = type(rng.bit_generator)()
    bits.state = rng.bit_generator.state
    return np.random.Generator(bits)


def guarded(action: Callable[[], Any]) -> Any:
    """Run code that may be wrong; whatever it raises becomes ``StudentRaised``."""
    try:
        with np.errstate(all="ignore"):
            return action()
    except builtins.KeyboardInterrupt:
        raise
    except BaseException as error:
        raise StudentRaised(as_record(error)) from error


def as_record(error: BaseException) -> StudentError:
    """Return an exception as data, with the frames below this package."""
    try:
        message = str(error)
    except Exception:
        message = "(the exception has no readable message)"
    return StudentError(
        type=type(error).__name__[:TYPE_LIMIT],
        message=message[:MESSAGE_LIMIT],
        frames=frames_of(error.__traceback__),
    )


def frames_of(trace: TracebackType | None) -> tuple[Frame, ...]:
    found = [
        Frame(
            label=frame.f_code.co_filename,
            line=line,
            function=frame.f_code.co_qualname,
            text=linecache.getline(frame.f_code.co_filename, line).strip(),
        )
        for frame, line in traceback.walk_tb(trace)
        if not frame.f_code.co_filename.startswith(PACKAGE) and "site-packages" not in frame.f_code.co_filename
    ]
    return tuple(found[-FRAME_LIMIT:])
