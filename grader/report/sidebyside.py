"""Set two sources side by side, line by line, blind to what renaming and rewording comments changes."""

from __future__ import annotations

import itertools
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Literal

from rapidfuzz.distance import Indel

from grader.model import Excerpt
from grader.report.fingerprints import symbols

Agreement = Literal["same", "alike", "moved", ""]


@dataclass(frozen=True, slots=True)
class Line:
    """One line of a source."""

    number: int  # in its file or cell, from 1
    text: str
    known: str  # its symbols; "" where nothing counts, as in a comment


@dataclass(frozen=True, slots=True)
class Row:
    """A line of one source, of the other, or of both beside each other."""

    one: Line | None
    other: Line | None
    agreement: Agreement  # "alike": but for names, comments and layout; "moved": so, elsewhere in the other source


def rows(one: Excerpt, other: Excerpt) -> tuple[Row, ...]:
    """Align two sources; the lines of each stay in their order."""
    left, right = _lines(one), _lines(other)
    anywhere = {line.known for line in left} & {line.known for line in right}
    return tuple(itertools.chain.from_iterable(_aligned(left, right, anywhere)))


def _lines(source: Excerpt) -> list[Line]:
    texts = source.text.split("\n")
    known = symbols(source.text).by_line(len(texts))
    return [Line(source.first_line + place, text, known[place]) for place, text in enumerate(texts)]


def _aligned(left: Sequence[Line], right: Sequence[Line], anywhere: set[str]) -> Iterator[list[Row]]:
    codes = Indel.opcodes([line.known for line in left], [line.known for line in right])
    for code in codes:
        one, other = left[code.src_start : code.src_end], right[code.dest_start : code.dest_end]
        if code.tag == "equal":
            yield [Row(a, b, _equal(a, b)) for a, b in zip(one, other, strict=True)]
        else:
            yield [Row(line, None, _alone(line, anywhere)) for line in one]
            yield [Row(None, line, _alone(line, anywhere)) for line in other]


def _equal(one: Line, other: Line) -> Agreement:
    if not one.known:  # a comment or a heading: of no weight
        return "same" if one.text.strip() and one.text.split() == other.text.split() else ""
    return "same" if one.text.split() == other.text.split() else "alike"


def _alone(line: Line, anywhere: set[str]) -> Agreement:
    return "moved" if line.known and line.known in anywhere else ""
