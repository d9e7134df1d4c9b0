"""Item analysis: how hard each check is, and whether it tells strong students from weak ones.

Difficulty is the mean share of the check's points that was earned. Discrimination is the corrected item-total
correlation: Pearson's r between the share earned in the check and the points earned in all other checks (the
check itself is left out, as it correlates with itself). The limits are those of classical test theory: items
of discrimination under 0.2 are poor, negative ones are to be mended or dropped (Ebel and Frisbie, Essentials of
Educational Measurement, 1991, chapter 13).
"""

from __future__ import annotations

import statistics
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from grader.model import Check, CheckGrade, Grade, PartGrade, Status

FEWEST = 10  # students; the correlation of fewer is chance (for 10 it is within ±0.6 in 95 of 100 classes)
EASY = 0.95
HARD = 0.2
POOR = 0.2


@dataclass(frozen=True, slots=True)
class Item:
    """How a class did on one check. Held students, and those for whom it is an error of ours, are not counted.

    Attributes:
        difficulty: mean share of the points, 0 (nobody earns any) to 1; None without students.
        discrimination: -1 to 1; None under FEWEST students, or where all earned the same.
        remark: what to look at, in a sentence; "" where nothing stands out.
    """

    check: Check
    part_title: str
    students: int
    passed: int
    difficulty: float | None
    discrimination: float | None
    remark: str


def items(grades: Sequence[Grade]) -> tuple[Item, ...]:
    """Return one item a check, in the order of the assignment."""
    found: dict[str, tuple[PartGrade, CheckGrade, list[tuple[CheckGrade, float]]]] = {}
    for grade in grades:
        total = sum(graded.earned for _, graded in _checks(grade))
        for part, graded in _checks(grade):
            _, _, results = found.setdefault(graded.check.id, (part, graded, []))
            if graded.status is not Status.ERROR and not grade.held:
                results.append((graded, total - graded.earned))
    return tuple(_item(part, graded.check, results) for part, graded, results in found.values())


def _checks(grade: Grade) -> Iterator[tuple[PartGrade, CheckGrade]]:
    return ((part, graded) for part in grade.parts for graded in part.checks)


def _item(part: PartGrade, check: Check, results: Sequence[tuple[CheckGrade, float]]) -> Item:
    shares = [_share(graded) for graded, _ in results]
    difficulty = statistics.fmean(shares) if shares else None
    discrimination = _correlation(shares, [rest for _, rest in results])
    return Item(
        check=check,
        part_title=part.title,
        students=len(results),
        passed=sum(graded.status is Status.PASSED for graded, _ in results),
        difficulty=difficulty,
        discrimination=discrimination,
        remark=_remark(difficulty, discrimination) if len(results) >= FEWEST else "",
    )


def _share(graded: CheckGrade) -> float:
    points = graded.check.points
    return graded.earned / points if points else float(graded.status is Status.PASSED)


def _correlation(shares: Sequence[float], rests: Sequence[float]) -> float | None:
    if len(shares) < FEWEST or _constant(shares) or _constant(rests):
        return None
    return statistics.correlation(shares, rests)


def _constant(values: Sequence[float]) -> bool:
    # Sums of the same points in another order differ by rounding, which would correlate.
    return max(values) - min(values) < 1e-9


def _remark(difficulty: float | None, discrimination: float | None) -> str:
    if discrimination is not None and discrimination < 0:
        return "Students who are good elsewhere lose points here: look whether the check or its text is wrong."
    if difficulty is not None and difficulty >= EASY:
        return "Too easy: nearly everybody earns all of it."
    if difficulty is not None and difficulty <= HARD:
        return "Too hard: hardly anybody earns it. Look whether the text says what is asked."
    if discrimination is not None and discrimination < POOR:
        return "Hardly tells strong students from weak ones."
    return ""
