"""All entries, their cases, and the references they are about."""

from __future__ import annotations

import zlib
from collections.abc import Iterator, Mapping
from functools import lru_cache
from pathlib import Path
from types import MappingProxyType
from typing import NamedTuple

import numpy as np
from numpy.random import RandomState
from numpy.typing import NDArray

from grader.course import load_assignment
from grader.session.runner import reference_student
from grader.session.student import Student
from tests.oracle import cnn, mlp, rnn, training
from tests.oracle.comparison import Results
from tests.oracle.draws import Arguments
from tests.oracle.entry import Entry

REFERENCE = Path(__file__).parents[2] / "reference"
ENTRIES: Mapping[str, tuple[Entry, ...]] = MappingProxyType(
    {"mlp": mlp.ENTRIES, "training": training.ENTRIES, "cnn": cnn.ENTRIES, "rnn": rnn.ENTRIES}
)


class Case(NamedTuple):
    """One set of arguments of one entry."""

    assignment: str
    formula: str
    name: str

    def __str__(self) -> str:
        return f"{self.assignment}/{self.formula}/{self.name}"

    @property
    def entry(self) -> Entry:
        return next(entry for entry in ENTRIES[self.assignment] if entry.formula == self.formula)


def all_cases() -> Iterator[Case]:
    for assignment, entries in ENTRIES.items():
        for entry in entries:
            yield from (Case(assignment, entry.formula, name) for name in entry.cases)


@lru_cache
def reference(assignment: str) -> Student:
    """Return the reference solution of an assignment."""
    return reference_student(load_assignment(REFERENCE / assignment))


class Draw:
    """The random numbers of a case.

    Args:
        case: whose.
        number: another number is another draw of shapes and values.
    """

    def __init__(self, case: Case, number: int = 0) -> None:
        self._case = case
        self._seed = zlib.crc32(f"{case}/{number}".encode())

    def arguments(self) -> Arguments:
        """Return the arguments, new arrays in every call."""
        return self._case.entry.cases[self._case.name](RandomState(self._seed))

    def cotangent(self, index: int, shape: tuple[int, ...]) -> NDArray[np.float64]:
        """Return what the output of that index and shape is weighted with."""
        return RandomState([self._seed, index]).standard_normal(shape)


def answers_of_reference(case: Case, number: int = 0) -> Results:
    """Return what the reference answers in a case."""
    draw = Draw(case, number)
    return case.entry.run(reference(case.assignment), draw.arguments(), draw.cotangent)
