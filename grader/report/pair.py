"""Two similar hand-ins as the class report shows them."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from grader.model import Grade, PartGrade
from grader.report.sidebyside import Row, rows
from grader.report.similarity import Pair, pairs

LISTED = 200  # pairs; more are no list that anybody reads
SHOWN = 25  # pairs side by side
PARTS = 4  # of a pair
ROWS = 120  # of a part


@dataclass(frozen=True, slots=True)
class PartPair:
    """One part of both, line by line."""

    title: str
    labels: tuple[str, str]  # the file or cell of each
    rows: tuple[Row, ...]
    left_out: int  # rows after the last shown


@dataclass(frozen=True, slots=True)
class PairView:
    """A pair; ``parts`` is empty where the pair is listed alone."""

    pair: Pair
    titles: tuple[str, ...]
    parts: tuple[PartPair, ...]


@dataclass(frozen=True, slots=True)
class Similarities:
    """What the page tells of similar hand-ins.

    Attributes:
        compared: students of whom there is code.
        left_out: pairs after the last listed.
    """

    compared: int
    views: tuple[PairView, ...]
    left_out: int


def similarities(grades: Sequence[Grade]) -> Similarities:
    """Compare the hand-ins of a class."""
    found = pairs(grades)
    return Similarities(
        compared=sum(any(part.source is not None for part in grade.parts) for grade in grades),
        views=tuple(_view(pair, number < SHOWN) for number, pair in enumerate(found[:LISTED])),
        left_out=max(0, len(found) - LISTED),
    )


def _view(pair: Pair, shown: bool) -> PairView:
    beside = [(part, _named(pair.other, part.part)) for part in _alike(pair)]
    parts = [view for one, other in beside[:PARTS] for view in _part_pair(one, other)] if shown else []
    return PairView(pair, tuple(part.title for part, _ in beside), tuple(parts))


def _alike(pair: Pair) -> list[PartGrade]:
    """Return the parts that are alike, the longest first: what is short tells least."""
    parts = [_named(pair.one, name) for name in pair.parts]
    return sorted(parts, key=lambda part: -len(part.source.text) if part.source is not None else 0)


def _named(grade: Grade, name: str) -> PartGrade:
    return next(part for part in grade.parts if part.part == name)


def _part_pair(one: PartGrade, other: PartGrade) -> Iterator[PartPair]:
    if one.source is not None and other.source is not None:
        found = rows(one.source, other.source)
        labels = (one.source.label, other.source.label)
        yield PartPair(one.title, labels, found[:ROWS], max(0, len(found) - ROWS))
