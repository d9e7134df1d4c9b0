"""Where the checks of one part find a student to call: in a sandboxed worker, or in this process.

A desk starts workers as they are needed, loads the submission into them, and keeps the books.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from functools import partial
from typing import Any, Protocol

from grader.course import Assignment
from grader.errors import WorkerEnded
from grader.model import StudentError, Submission
from grader.sandbox.host import LoadEnded, LoadReport, Sandbox, Served, ServedClass, Worker
from grader.sandbox.limits import Limits
from grader.session.outcomes import Loaded
from grader.session.student import Backend, Opaque, Student, copied, guarded

# A worker goes on to the next check of its part while it has used less than this share of its budget.
REUSE_SHARE = 0.1

# Wall time is only a safety net: a busy machine must not fail a student (security.md 7.6).
WALL_FACTOR, WALL_EXTRA_S = 3.0, 5.0

# Statements that end the worker while the source is loaded are left out one by one, up to this many.
LOAD_ATTEMPTS = 4

# Of one submission, over all its workers; a worker that was tampered with may report others each time.
MAX_PROBLEMS = 200

# Where parts are served, whole data sets cross as their arguments: 4,000 images of 784 pixels are 24 MiB.
REPLY_BYTES, SERVED_REPLY_BYTES = 16 << 20, 64 << 20

# More than any part's checks make; numerical derivatives of networks take some hundreds.
CALLS = 100_000

NOTHING_DEFINED = "Nothing that is asked for is defined in it. Is it the file that was meant to be handed in?"

# As ``grader.release`` writes it into a stub; what is still there has not been worked on.
STUB = re.compile(r"# Write your solution here\.\s*raise NotImplementedError\(\s*[\"'](\w+)(?:\.__init__)? is not")


class SubmissionState:
    """What is learnt of a submission while it is graded, and holds for all its workers."""

    def __init__(self, submission: Submission) -> None:
        self.submission = submission
        self.skip: set[int] = set()
        self.compiled = b""
        self.problems: dict[int, tuple[StudentError, tuple[str, ...]]] = {}
        self.notes: list[str] = list(submission.notes)
        self.overran: dict[str, str] = {}
        self.cpu_s = 0.0
        self.wall_s = 0.0  # spent waiting for workers
        self.unloadable: WorkerEnded | None = None
        self.disturbed = False  # by something that is neither the submission's doing nor the checks'

    def scratch(self) -> SubmissionState:
        """Return a state for workers that decide nothing: it knows what loading needs, and tells nothing back."""
        other = SubmissionState(self.submission)
        other.skip, other.compiled, other.problems = set(self.skip), self.compiled, dict(self.problems)
        other.overran, other.unloadable = dict(self.overran), self.unloadable
        return other

    def load_errors(self) -> tuple[StudentError, ...]:
        """Return what its statements raised, in their order."""
        return tuple(error for _, (error, _) in sorted(self.problems.items()))


class Desk(Protocol):
    """Gives out the proxy of one part of one submission."""

    def set_budget(self, cpu_s: float) -> None: ...

    def student(self, seed: int) -> tuple[Student, Loaded]: ...

    def cpu_s(self) -> float: ...

    def output(self) -> str: ...

    def clear(self) -> None: ...


class RemoteBackend:
    """A submission in a sandboxed worker, as ``Student`` wants it.

    A part that overran its time once is not called again: an endless loop costs one budget, not forty.

    Attributes are set together with the method call that follows: a numerical gradient sets the parameters of a
    network and asks for its loss some hundred times.
    """

    def __init__(self, worker: Worker, names: Mapping[str, str], overran: dict[str, str]) -> None:
        self._worker = worker
        self._names = names
        self._overran = overran
        self._unset: tuple[Any, dict[str, Any]] | None = None
        self.ended = False

    def forget_unset(self) -> None:
        """Forget attributes that no call has needed: they belong to an object of an earlier case."""
        self._unset = None

    def has(self, name: str) -> bool:
        return name in self._names

    def defined_as(self, name: str) -> str:
        return self._names[name]

    def cpu_s(self) -> float:
        """Return the CPU seconds of the worker so far, by its own clock in the kernel."""
        return self._worker.usage().cpu_s

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
        def call() -> Any:
            found = self._names[name]
            return self._worker.call(found, args, kwargs, opaque=opaque, consume=consume, with_arguments=with_arguments)

        self._set_now()
        return self._do(name, call)

    def call_method(self, target: Any, name: str, args: Sequence[Any], kwargs: Mapping[str, Any]) -> Any:
        attributes = self._taken(target)
        self._set_now()

        def call() -> Any:
            return self._worker.call_method(target, name, args, kwargs, attributes=attributes)

        return self._do(target.type_name, call)

    def get_attribute(self, target: Any, name: str) -> Any:
        self._set_now()
        return self._do(target.type_name, lambda: self._worker.get_attribute(target, name))

    def set_attribute(self, target: Any, name: str, value: Any) -> None:
        attributes = self._taken(target)
        self._set_now()
        self._unset = target, {**attributes, name: copied(value)}

    def _taken(self, target: Any) -> dict[str, Any]:
        """Return the attributes of ``target`` that are still to be set; the caller sets them."""
        if self._unset is None or self._unset[0] is not target:
            return {}
        attributes, self._unset = self._unset[1], None
        return attributes

    def _set_now(self) -> None:
        if self._unset is not None:
            (target, attributes), self._unset = self._unset, None
            for name, value in attributes.items():
                self._do(target.type_name, partial(self._worker.set_attribute, target, name, value))

    def _do(self, name: str, action: Callable[[], Any]) -> Any:
        if name in self._overran:
            raise WorkerEnded("cpu", self._overran[name])
        try:
            return action()
        except WorkerEnded as ended:
            self.ended = True
            if ended.ending in ("cpu", "wall"):
                self._overran[name] = str(ended)
            raise


class SandboxDesk:
    """A desk whose student lives in a worker, renewed when it ended or used much of its budget."""

    def __init__(
        self,
        sandbox: Sandbox,
        assignment: Assignment,
        state: SubmissionState,
        served: Mapping[str, Served | ServedClass],
        solution: Student,
    ) -> None:
        self._sandbox = sandbox
        self._assignment = assignment
        self._state = state
        self._served = served
        self._solution = solution
        self._budget_s = 0.0
        self._worker: Worker | None = None
        self._backend: RemoteBackend | None = None
        self._loaded = Loaded(frozenset(), {}, frozenset())
        self._spent_s = 0.0

    def set_budget(self, cpu_s: float) -> None:
        """Set the CPU time of the check that comes next; a worker with too little left is replaced."""
        self._budget_s = cpu_s
        worker = self._worker
        if worker is not None and worker.usage().cpu_s > REUSE_SHARE * cpu_s:
            self.clear()

    def student(self, seed: int) -> tuple[Student, Loaded]:
        if self._backend is None or self._backend.ended:
            self.clear()
            self._start(seed)
        assert self._backend is not None, "just started"
        assert self._worker is not None, "its backend uses it"
        # What a case draws and prints must not hang on the cases before it, nor on whether the worker is a new one.
        self._worker.seed = seed % 2**63
        self._worker.forget_output()
        self._backend.forget_unset()
        return Student(self._assignment, self._backend, self._solution), self._loaded

    def cpu_s(self) -> float:
        """Return the CPU seconds used so far by all workers of this desk."""
        return self._spent_s + (self._worker.usage().cpu_s if self._worker is not None else 0.0)

    def output(self) -> str:
        return self._worker.usage().output if self._worker is not None else ""

    def clear(self) -> None:
        """End the worker, if there is one, and keep what it used."""
        if self._worker is not None:
            worker, self._worker, self._backend = self._worker, None, None
            worker.close()
            self._state.disturbed |= worker.was_killed
            self._spent_s += worker.usage().cpu_s
            self._state.cpu_s += worker.usage().cpu_s
            self._state.wall_s += worker.usage().wall_s

    def _start(self, seed: int) -> None:
        """Start a worker and load the submission; a statement that ends the worker is left out next time."""
        if self._state.unloadable is not None:
            raise self._state.unloadable.with_traceback(None)
        for _ in range(LOAD_ATTEMPTS):
            budget_s = self._budget_s * (1 + REUSE_SHARE)
            limits = Limits(
                cpu_s=budget_s,
                wall_s=WALL_FACTOR * budget_s + WALL_EXTRA_S,
                reply_bytes=SERVED_REPLY_BYTES if self._served else REPLY_BYTES,
                calls=CALLS,
            )
            self._worker = self._sandbox.worker(limits, seed=seed % 2**63)
            try:
                report = self._worker.load(
                    self._state.submission.units,
                    skip=frozenset(self._state.skip),
                    compiled=self._state.compiled,
                    served=self._served,
                )
            except LoadEnded as ended:
                self._leave_out(ended)
                self.clear()
                continue
            self._learn(report)
            names = names_of(self._assignment, {*report.defined, *self._served})
            self._backend = RemoteBackend(self._worker, names, self._state.overran)
            self._loaded = loaded_of(self._assignment, self._state, names)
            if not names:
                self._state.notes.append(NOTHING_DEFINED)
            return
        message = (
            "The file could not be loaded: too many of its statements end Python. "
            "Remove os._exit() and whatever else ends the program."
        )
        self._state.unloadable = WorkerEnded("exit", message)
        raise self._state.unloadable

    def _leave_out(self, ended: LoadEnded) -> None:
        """Remember a statement that ended the worker.

        Raises:
            WorkerEnded: leaving one out is no help: no statement ran yet, or the wire was tampered with.
        """
        state = self._state
        if ended.statement < 0 or ended.ending == "protocol":
            # A fresh one: the traceback of this one would keep alive all that the worker sent.
            state.unloadable = WorkerEnded(ended.ending, str(ended))
            raise state.unloadable
        state.skip.add(ended.statement)
        state.problems[ended.statement] = (StudentError(type="Stopped", message=str(ended)[:400]), ())
        state.notes.append(f"{ended} The statement was left out.")

    def _learn(self, report: LoadReport) -> None:
        state = self._state
        for problem in report.problems:
            if len(state.problems) < MAX_PROBLEMS:
                state.problems.setdefault(problem.statement, (problem.error, problem.defines))
        if len(state.skip) < MAX_PROBLEMS:
            state.skip.update(report.slow)
        state.compiled = report.compiled


class LocalDesk:
    """A desk for source we trust (reference, misconceptions): the student lives in this process."""

    def __init__(
        self, assignment: Assignment, source: str, served: Mapping[str, Served | ServedClass], solution: Student
    ) -> None:
        from grader.session.student import LocalBackend

        namespace: dict[str, Any] = {"__name__": assignment.name}
        guarded(lambda: exec(compile(source, f"{assignment.name}.py", "exec"), namespace))
        names = names_of(assignment, set(namespace))
        for name, answer in served.items():
            namespace[name], names[name] = local_stand_in(answer), name
        self._backend: Backend = LocalBackend(namespace, names)
        self._assignment = assignment
        self._solution = solution
        self._loaded = Loaded(frozenset(stubs_in(source)), {}, frozenset())

    def set_budget(self, cpu_s: float) -> None:
        """Do nothing: trusted code ends."""

    def student(self, seed: int) -> tuple[Student, Loaded]:
        return Student(self._assignment, self._backend, self._solution), self._loaded

    def cpu_s(self) -> float:
        return 0.0

    def output(self) -> str:
        return ""

    def clear(self) -> None:
        """Do nothing: there is no worker."""


def local_stand_in(answer: Served | ServedClass) -> Callable[..., Any]:
    """Return what stands for a served part in this process."""
    return answer.function if isinstance(answer, Served) else answer.local


def names_of(assignment: Assignment, defined: set[str]) -> dict[str, str]:
    """Return for each part that is defined the name it is defined by: its own, or else an alias."""
    found = {}
    for part in assignment.parts:
        for name in (part.name, *part.aliases):
            if name in defined:
                found[part.name] = name
                break
    return found


def stubs_in(text: str) -> set[str]:
    """Return the names of the functions and classes that are still as they were handed out."""
    return set(STUB.findall(text))


def loaded_of(assignment: Assignment, state: SubmissionState, names: Mapping[str, str]) -> Loaded:
    stubs = {name for unit in state.submission.units for name in stubs_in(unit.text)}
    voided = {name: error for error, defines in state.problems.values() for name in defines}
    missing = frozenset(part.name for part in assignment.parts if part.name not in names)
    aliases = {alias: part.name for part in assignment.parts for alias in (part.name, *part.aliases)}
    return Loaded(
        stubs=frozenset(aliases.get(name, name) for name in stubs),
        voided={aliases[name]: error for name, error in voided.items() if aliases.get(name) in missing},
        missing=missing,
    )
