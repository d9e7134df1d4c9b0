"""Checks on a student's own machine: their file in this process, and the same messages as in the report."""

from __future__ import annotations

import inspect
import io
import linecache
import random
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager, redirect_stderr, redirect_stdout
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import Any

import msgspec
import numpy as np
import pytest

from grader.course import Assignment, load_assignment
from grader.errors import CourseError, StudentRaised, SubmissionError
from grader.ingest import read_submission
from grader.model import CaseResult, Check, Refusal, SourceUnit, Status, StudentError, Visibility
from grader.sandbox.failures import describe
from grader.sandbox.statements import compile_statement, future_flags, split
from grader.session.checks import case_id, check_id, collected
from grader.session.desk import names_of, stubs_in
from grader.session.messages import brief_of, message_of
from grader.session.outcomes import Loaded, outcome
from grader.session.setting import case_seed, load_arrays, load_data
from grader.session.smallest import smallest_input
from grader.session.student import LocalBackend, Student, guarded

RESULTS: pytest.StashKey[list[tuple[Check, CaseResult]]] = pytest.StashKey()
PRINTED: pytest.StashKey[str] = pytest.StashKey()  # of an item: what the student's code printed

# Spent to find a smaller input for a part, seconds; a check that takes longer is not worth asking again.
SHRUNK_UP_TO_S, SHRINK_S = 2.0, 2.0

Opened = tuple[Assignment, Student, Loaded]


@dataclass(frozen=True, slots=True)
class Told:
    """What pytest prints of a failed check: the words of the report, where a traceback would stand.

    Attributes:
        text: the whole message, some lines.
        reprcrash: holds as ``message`` the same in one line, for pytest's short summary.
    """

    text: str
    reprcrash: Crash

    def __str__(self) -> str:
        return self.text

    def toterminal(self, out: Any) -> None:
        """Write the message to pytest's terminal writer."""
        for line in self.text.splitlines():
            out.line(line)


@dataclass(frozen=True, slots=True)
class Crash:
    """The part of pytest's ``ReprFileLocation`` that its short summary reads."""

    message: str


class LocalSetting:
    """The fixtures of public checks, over one file of the student's, or the names of a notebook.

    Args:
        config: of the pytest run; its option ``--submission`` may name the file.
        open_folder: opens the assignment in a folder of checks; from the file where None.
        beside: a folder whose ``data`` goes before the assignment's own, which may have been shipped without.
    """

    def __init__(
        self,
        config: pytest.Config,
        open_folder: Callable[[Path], Opened] | None = None,
        beside: Path | None = None,
    ) -> None:
        submission = config.getoption("--submission")
        self._submission = submission
        self._is_file = open_folder is None
        self._shrunk: set[str] = set()  # parts
        self._open_folder = open_folder or partial(open_assignment, submission=submission)
        self._beside = Path(submission).absolute().parent if submission and beside is None else beside
        self._opened: dict[Path, Opened] = {}
        self.results = config.stash.setdefault(RESULTS, [])

    def student(self, item: pytest.Item) -> Student:
        return self._open(item)[1]

    def reference(self, item: pytest.Item) -> Student:
        raise CourseError(f"{item.nodeid} asks for the reference, which students do not have. Make it a hidden check.")

    def rng(self, item: pytest.Item) -> np.random.Generator:
        assert isinstance(item, pytest.Function)
        assignment = self._open(item)[0]
        return np.random.default_rng(case_seed(b"", assignment.name, check_id(item), case_id(item)))

    def data(self, name: str) -> dict[str, Any]:
        assignment = next(iter(self._opened.values()))[0]
        if self._beside is not None and name in assignment.data and (self._beside / "data" / name).is_file():
            return load_arrays(self._beside / "data" / name)
        return load_data(assignment, name)

    def finish(self, item: pytest.Item, report: pytest.TestReport, raised: BaseException | None) -> None:
        """Judge a case as grading does, keep the result, and show it instead of a traceback."""
        assert isinstance(item, pytest.Function)
        if isinstance(raised, CourseError | SubmissionError):
            report.longrepr = str(raised)
            return
        assignment, student, loaded = self._open(item)
        # The released assignment names no file that is public: a student has no other.
        collected_check = collected(check_id(item), (item,), assignment).check
        check = msgspec.structs.replace(collected_check, visibility=Visibility.PUBLIC)
        result = outcome(check, case_id(item), raised, student, loaded)
        result = msgspec.structs.replace(result, output=item.stash.get(PRINTED, ""))
        if report.duration < SHRUNK_UP_TO_S:
            result = self._with_smallest(check, result, raised, student)
        self.results.append((check, result))
        student.begin()
        if result.status is Status.ERROR:
            return  # a fault of the check: the traceback is what its author needs
        if result.status in (Status.NOT_ATTEMPTED, Status.SKIPPED):
            report.outcome = "skipped"
            report.longrepr = (str(item.path), item.location[1] or 0, result.reason)
        elif result.status is not Status.PASSED:
            told = Told(message_of(check, result, Visibility.PUBLIC), Crash(brief_of(check, result)))
            # pytest writes whatever has a ``toterminal``; its types know only its own.
            report.longrepr = told  # type: ignore[assignment]

    def _with_smallest(
        self, check: Check, result: CaseResult, raised: BaseException | None, student: Student
    ) -> CaseResult:
        """Return the result with the smallest input that still fails, for the first failure of a part."""
        if result.status not in (Status.FAILED, Status.PARTIAL) or check.part in self._shrunk:
            return result
        self._shrunk.add(check.part)
        end = time.monotonic() + SHRINK_S
        module = self._module(student)
        with undisturbed():
            try:
                found = smallest_input(raised, student, check.part, module, lambda: time.monotonic() > end)
            except Exception:
                found = None  # a help and no more: no fault of ours in it may hide what the check says
        if found is None or result.evidence is None:
            return result
        return msgspec.structs.replace(result, evidence=msgspec.structs.replace(result.evidence, smallest=found))

    def _module(self, student: Student) -> str:
        """Return the name that the student's file is imported by; "" where there is none, or a notebook."""
        if not self._is_file:
            return ""
        file = Path(self._submission) if self._submission else Path(f"{student.assignment.name}.py")
        return file.stem if file.suffix == ".py" and file.stem.isidentifier() else ""

    def _open(self, item: pytest.Item) -> Opened:
        folder = item.path.parent
        if folder not in self._opened:
            self._opened[folder] = self._open_folder(folder)
        return self._opened[folder]


@contextmanager
def undisturbed() -> Iterator[None]:
    """Show nothing of what is printed inside, and leave NumPy's and Python's generators as they were."""
    drawn, chosen = np.random.get_state(), random.getstate()
    try:
        with redirect_stdout(io.StringIO()), redirect_stderr(io.StringIO()):
            yield
    finally:
        np.random.set_state(drawn)
        random.setstate(chosen)


def open_assignment(folder: Path, submission: str | None) -> Opened:
    """Return an assignment folder's assignment with the student's file loaded in this process.

    Args:
        folder: holds the public checks and ``assignment.toml``.
        submission: the student's file; ``<name>.py`` in the folder where None.

    Raises:
        CourseError: the folder holds no assignment.
        SubmissionError: the file cannot be read.
    """
    assignment = load_assignment(folder)
    path = Path(submission) if submission else folder / f"{assignment.name}.py"
    read = read_submission(path, assignment.name, student="you")
    if isinstance(read, Refusal):
        raise SubmissionError(read.reason)
    namespace, voided = load_units(read.units, assignment.name)
    names = names_of(assignment, set(namespace))
    stubs = {name for unit in read.units for name in stubs_in(unit.text)}
    missing = frozenset(part.name for part in assignment.parts if part.name not in names)
    loaded = Loaded(frozenset(stubs), {name: voided[name] for name in voided if name in missing}, missing)
    return assignment, Student(assignment, LocalBackend(namespace, names)), loaded


def open_namespace(folder: Path, namespace: Mapping[str, Any]) -> Opened:
    """Return an assignment folder's assignment with the functions and classes that a notebook has defined.

    Args:
        folder: holds the public checks and ``assignment.toml``.
        namespace: of the notebook. A name that is no function or class is no part, whatever it is called.

    Raises:
        CourseError: the folder holds no assignment.
    """
    assignment = load_assignment(folder)
    names = names_of(assignment, {name for name, value in namespace.items() if callable(value)})
    missing = frozenset(part.name for part in assignment.parts if part.name not in names)
    stubs = frozenset(part for part, name in names.items() if stubs_in(source_of(namespace[name])))
    return assignment, Student(assignment, LocalBackend(namespace, names)), Loaded(stubs, {}, missing)


def source_of(value: Any) -> str:
    """Return the source of a function or class; "" where there is none to be found."""
    try:
        return inspect.getsource(value)
    except (OSError, TypeError):
        return ""


def load_units(units: tuple[SourceUnit, ...], name: str) -> tuple[dict[str, Any], dict[str, StudentError]]:
    """Execute source statement by statement, as a worker does; return its names and what was voided by errors."""
    namespace: dict[str, Any] = {"__name__": name}
    voided: dict[str, StudentError] = {}
    for unit in units:
        lines = unit.text.splitlines(keepends=True)
        linecache.cache[unit.label] = (len(unit.text), None, lines, unit.label)
        statements = split(unit.text, unit.label)
        flags = future_flags(statements)
        for statement in statements:
            try:
                if statement.tree is None:
                    raise statement.error or SyntaxError("invalid syntax")
                code = compile_statement(statement.tree, unit.label, flags)
                guarded(partial(exec, code, namespace))
            except StudentRaised as raised:
                voided.update(dict.fromkeys(statement.defines, raised.error))
            except Exception as error:
                record = msgspec.convert(describe(error, {unit.label: (unit.label, lines)}), StudentError)
                voided.update(dict.fromkeys(statement.defines, record))
    return namespace, voided
