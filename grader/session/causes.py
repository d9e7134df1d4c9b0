"""Name the cause of a failure: run the misconceptions through the failed cases and compare the answers.

A misconception explains a case when it fails it too and every answer it gives on the way, to every call, equals
the student's up to rounding. Inputs are random, so that chance is excluded; and as the misconception fails the
case, no correct answer can match it.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Sequence
from typing import Any, NamedTuple

import numpy as np
import pytest

from grader.course import Assignment
from grader.misconceptions import Misconception, load_misconceptions, solution_path, wrong_source
from grader.session.runner import Runner, local_student
from grader.session.student import Call, Student

# Two implementations of one wrong formula differ by rounding only, which conditioning may magnify.
SAME_RTOL = 1e-6

# Failed cases of one part that misconceptions are run through; more tell nothing new and cost time.
CASES_COMPARED = 12


class FailedCase(NamedTuple):
    """A case a student failed, with what the student's code answered."""

    item: pytest.Function
    calls: tuple[Call, ...]


class AnotherAnswer(Exception):  # noqa: N818 - reads as what happened
    """A misconception does not answer as the student's code did."""


class Causes:
    """The misconceptions of an assignment, ready to be compared with students' answers."""

    def __init__(self, runner: Runner) -> None:
        self._runner = runner
        self._assignment: Assignment = runner.assignment
        self._misconceptions = load_misconceptions(runner.assignment)
        self._source = solution_path(runner.assignment).read_text(encoding="utf-8")
        self._students: dict[str, Student] = {}

    def explain(self, part: str, cases: Sequence[FailedCase], digest: str) -> dict[str, Misconception]:
        """Return, by item id, the misconception that explains each failed case of a part.

        Of several that explain one case, the one that explains most cases of the part is named; where two
        explain equally many, none is.
        """
        compared = cases[:CASES_COMPARED]
        candidates = [m for m in self._misconceptions if m.part == part]
        matches = {case.item.nodeid: [m for m in candidates if self._gives(m, case, digest)] for case in compared}
        counts = Counter(m.name for matching in matches.values() for m in matching)
        explained = {}
        for nodeid, matching in matches.items():
            most = max((counts[m.name] for m in matching), default=0)
            best = [m for m in matching if counts[m.name] == most]
            if len(best) == 1:
                explained[nodeid] = best[0]
        return explained

    def _gives(self, misconception: Misconception, case: FailedCase, digest: str) -> bool:
        student = self._student(misconception)
        student.watch = follower(case.calls)
        raised = self._runner.run(case.item, student, digest)
        same = len(student.calls) == len(case.calls)
        return same and raised is not None and not isinstance(raised, AnotherAnswer)

    def _student(self, misconception: Misconception) -> Student:
        if misconception.name not in self._students:
            source = wrong_source(self._source, misconception)
            student = local_student(self._assignment, source, misconception.name, self._runner.solution)
            self._students[misconception.name] = student
        return self._students[misconception.name]


def follower(calls: Sequence[Call]) -> Callable[[Call], None]:
    """Return what ends a case at the first call that is none of ``calls``, in their order, or has another answer.

    Most misconceptions differ from the student in the first call already; the rest may be a long training.
    """
    expected = iter(calls)

    def follow(mine: Call) -> None:
        other = next(expected, None)
        if other is None or not same_call(mine, other):
            raise AnotherAnswer

    return follow


def same_call(mine: Call, other: Call) -> bool:
    return mine.label == other.label and mine.error == other.error and same_value(mine.result, other.result)


def same_value(mine: Any, other: Any) -> bool:
    """Compare two answers: structure exactly, numbers up to rounding, NaN equal to NaN."""
    if isinstance(mine, tuple | list) and isinstance(other, tuple | list):
        return len(mine) == len(other) and all(map(same_value, mine, other))
    if isinstance(mine, dict) and isinstance(other, dict):
        return mine.keys() == other.keys() and all(same_value(mine[key], other[key]) for key in mine)
    if is_numeric(mine) and is_numeric(other):
        return same_numbers(np.asarray(mine), np.asarray(other))
    if mine is None or other is None or isinstance(mine, str) or isinstance(other, str):
        return type(mine) is type(other) and mine == other
    if crosses(mine) != crosses(other):
        return False
    # What cannot cross the wire is compared by what it says of itself.
    return type_name(mine) == type_name(other)


def is_numeric(value: Any) -> bool:
    return isinstance(value, np.ndarray | np.generic | int | float) and np.asarray(value).dtype.kind in "biuf"


def crosses(value: Any) -> bool:
    """Tell whether a value is a dictionary that could cross the wire, unlike one that came as unusable."""
    return isinstance(value, dict) and all(isinstance(key, str) for key in value)


def type_name(value: Any) -> str:
    return str(getattr(value, "type_name", type(value).__name__))


def same_numbers(mine: np.ndarray[Any, Any], other: np.ndarray[Any, Any]) -> bool:
    if mine.shape != other.shape:
        return False
    scale = max(float(np.max(np.abs(other), initial=0.0, where=np.isfinite(other))), 1e-300)
    return bool(np.allclose(mine, other, rtol=SAME_RTOL, atol=SAME_RTOL * scale, equal_nan=True))
