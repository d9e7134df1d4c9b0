"""Find hand-ins that are nearly the same, whoever renamed, reordered or commented what.

Each part's code becomes the set of its pieces: all runs of PIECE_LENGTH symbols (``fingerprints``). Winnowing
(Schleimer, Wilkerson and Aiken 2003) keeps a sample of such pieces to save room; a part has a few hundred at
most, so all are kept. A piece weighs as much as it is rare in the class, log(n / holders) / log(n / 2): 1 where
two of n students alone have it, 0 where all have it, as with what the stub gives and what every right solution
has in common. Two hand-ins are alike in a part where the pieces they share make up ALIKE of the weight of both,
and weigh EVIDENCE together.

A short function has one natural solution, so parts under LONG symbols in half of the class are compared all
together, as if they were one. Measured on independent solutions of the four assignments (tests/fixtures/styles
and the references, any two of them as a class of two): the largest share is 0.51 in a part of LONG symbols or
more (205 comparisons, all others up to 0.35), and 0.16 in the short parts together (126). Renamed, reordered and
recommented copies of each have 1.0.

With n students and F pieces that at least two of them have, the time is O(n² F) multiplications, done by one
matrix product a part.
"""

from __future__ import annotations

import itertools
import math
import statistics
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from grader.model import Grade, Status
from grader.report.fingerprints import Symbols, symbols

LONG = 80  # symbols from which a part is compared by itself; about eight lines
ALIKE = 0.6  # share of the weight
EVIDENCE = 40.0  # weight; four lines in a row that nobody else has
_COLUMNS = 4096  # of a matrix at a time, so that memory stays bounded in a large class


@dataclass(frozen=True, slots=True)
class Alike:
    """Parts in which two hand-ins agree."""

    parts: tuple[str, ...]
    share: float  # of the weight of both, 0 to 1
    evidence: float  # weight of the pieces they share


@dataclass(frozen=True, slots=True)
class Pair:
    """Two students whose hand-ins are alike."""

    one: Grade
    other: Grade
    alike: tuple[Alike, ...]  # the strongest first

    @property
    def share(self) -> float:
        """The largest share of any of the parts."""
        return max(found.share for found in self.alike)

    @property
    def evidence(self) -> float:
        """The weight of all pieces they share in parts that are alike."""
        return sum(found.evidence for found in self.alike)

    @property
    def parts(self) -> tuple[str, ...]:
        """The names of the parts that are alike."""
        return tuple(part for found in self.alike for part in found.parts)


Pieces = Mapping[str, frozenset[str]]  # by part
Document = dict[int, dict[str, frozenset[str]]]  # by the number of the student


def pairs(grades: Sequence[Grade]) -> tuple[Pair, ...]:
    """Return the pairs of students whose code is alike, those who share most of what is rare first.

    Args:
        grades: of one assignment; parts without source, and those not attempted, are not compared.
    """
    found: dict[tuple[int, int], list[Alike]] = defaultdict(list)
    for document in _documents(grades):
        for numbers, alike in _alike(document, len(grades)):
            found[numbers].append(alike)
    made = [
        Pair(grades[one], grades[other], tuple(sorted(alike, key=lambda part: (-part.evidence, part.parts))))
        for (one, other), alike in found.items()
    ]
    return tuple(sorted(made, key=lambda pair: (-pair.evidence, pair.one.key, pair.other.key)))


def _documents(grades: Sequence[Grade]) -> list[Document]:
    """Return what is compared: each long part by itself, and the short parts of each student as one."""
    parts = _by_part(grades)
    long: list[Document] = []
    short: Document = defaultdict(dict)
    for part, read in parts.items():
        # By the class and not by the student: else 99 symbols would never be compared with a copy of 101.
        if statistics.median(len(one.values) for one in read.values()) >= LONG:
            long.append({number: {part: frozenset(one.pieces())} for number, one in read.items()})
        else:
            for number, one in read.items():
                short[number][part] = frozenset(one.pieces())
    return [*long, short]


def _by_part(grades: Sequence[Grade]) -> dict[str, dict[int, Symbols]]:
    found: dict[str, dict[int, Symbols]] = defaultdict(dict)
    seen: dict[str, Symbols] = {}  # many hand in the same text: what the course gives, and copies
    for number, grade in enumerate(grades):
        for part in grade.parts:
            if part.source is not None and part.status is not Status.NOT_ATTEMPTED:
                text = part.source.text
                found[part.part][number] = seen[text] if text in seen else seen.setdefault(text, symbols(text))
    return found


def _alike(document: Document, students: int) -> Iterator[tuple[tuple[int, int], Alike]]:
    numbers = list(document)
    held = [_named(document[number]) for number in numbers]
    weights = _weights(held, students)
    total = np.array([sum(weights[piece] for piece in pieces) for pieces in held])
    shared = _shared(held, weights)
    both = total[:, None] + total[None, :]
    share = np.divide(2 * shared, both, out=np.zeros_like(shared), where=both > 0).clip(max=1.0)  # rounding
    for one, other in np.argwhere(np.triu((share >= ALIKE) & (shared >= EVIDENCE), k=1)).tolist():
        parts = _agreeing(document[numbers[one]], document[numbers[other]])
        yield (numbers[one], numbers[other]), Alike(parts, float(share[one, other]), float(shared[one, other]))


def _named(pieces: Pieces) -> frozenset[tuple[str, str]]:
    return frozenset((part, piece) for part, held in pieces.items() for piece in held)


def _weights(held: Iterable[frozenset[tuple[str, str]]], students: int) -> dict[tuple[str, str], float]:
    """Return 1 for a piece of one or two students, falling with the logarithm of its holders to 0 for all."""
    holders = Counter(itertools.chain.from_iterable(held))
    scale = math.log(students / 2) if students > 2 else math.inf
    return {piece: 1.0 if count <= 2 else math.log(students / count) / scale for piece, count in holders.items()}


def _shared(
    held: Sequence[frozenset[tuple[str, str]]], weights: Mapping[tuple[str, str], float]
) -> NDArray[np.float64]:
    """Return the weight of the pieces that each two have in common, (n, n)."""
    rows: dict[tuple[str, str], list[int]] = defaultdict(list)
    for row, pieces in enumerate(held):
        for piece in pieces:
            rows[piece].append(row)
    common = [(piece, holders) for piece, holders in rows.items() if len(holders) > 1 and weights[piece] > 0]
    shared = np.zeros((len(held), len(held)))
    for start in range(0, len(common), _COLUMNS):
        chunk = common[start : start + _COLUMNS]
        has = np.zeros((len(held), len(chunk)))
        for column, (piece, holders) in enumerate(chunk):
            has[holders, column] = math.sqrt(weights[piece])
        shared += has @ has.T
    return shared


def _agreeing(one: Pieces, other: Pieces) -> tuple[str, ...]:
    """Return the parts that both have and whose pieces are mostly the same; of a long part, the part."""
    both = [part for part in one if one[part] and other.get(part)]
    return tuple(part for part in both if _overlap(one[part], other[part]) >= ALIKE) or tuple(both)


def _overlap(one: frozenset[str], other: frozenset[str]) -> float:
    return 2 * len(one & other) / (len(one) + len(other))
