"""The gradebook: a CSV file with one row a student and one column a part.

Scores of held and refused hand-ins are empty: an empty cell cannot be imported as a zero.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path

from grader.export.atomic import write_bytes
from grader.export.sheet import neutralised, number, table
from grader.model import Arrival, CaseResult, Final, Grade, PartGrade, Refusal, Status

HEADER = (
    "student", "key", "origin", "automatic", "adjustment", "late", "total", "possible", "percent", "status", "reason",
    "attempt", "submitted", "time_from",
)  # fmt: skip


def write(
    path: Path, grades: Sequence[Grade], refusals: Sequence[Refusal], finals: Mapping[str, Final] | None = None
) -> None:
    """Write the gradebook as UTF-8 CSV, sorted by key, replacing ``path`` in one step.

    ``status`` is "graded", "held" or "refused"; ``reason`` says why a score is missing. ``total`` is ``automatic`` and
    ``adjustment`` without ``late``, all in points; ``percent`` of it runs from 0. The columns of the parts are the
    automatic points, whose sum is ``automatic``.

    Args:
        finals: what counts, by key; for who is not among them the automatic points do.

    Raises:
        OSError: the folder cannot be written; ``path`` is as it was.
    """
    parts = tuple(dict.fromkeys(part.part for grade in grades for part in grade.parts))
    keyed: list[tuple[str, list[str]]] = [
        *((grade.key, _graded_row(grade, (finals or {}).get(grade.key), parts)) for grade in grades),
        *((refusal.key, _refused_row(refusal, parts)) for refusal in refusals),
    ]
    rows = (row for _, row in sorted(keyed))
    write_bytes(path, table([*HEADER, *map(neutralised, parts)], rows).encode())


def _graded_row(grade: Grade, final: Final | None, parts: Sequence[str]) -> list[str]:
    who = [neutralised(grade.student), neutralised(grade.key), neutralised(grade.origin)]
    came = _came(final.arrival if final is not None else None)
    if grade.held:
        scores = [*[""] * 4, number(grade.possible), ""]
        return [*who, *scores, "held", neutralised(_fault(grade)), *came, *[""] * len(parts)]
    adjustment, late, total = (0.0, 0.0, grade.earned) if final is None else (final.adjustment, final.late, final.total)
    earned = {part.part: number(part.earned) for part in grade.parts}
    percent = number(100 * total / grade.possible) if grade.possible else ""
    scores = [*map(number, (grade.earned, adjustment, late, total, grade.possible)), percent]
    return [*who, *scores, "graded", "", *came, *(earned.get(part, "") for part in parts)]


def _came(arrival: Arrival | None) -> list[str]:
    if arrival is None:
        return ["", "", ""]
    return [f"{arrival.attempt} of {arrival.attempts}", arrival.submitted, arrival.told_by]


def _refused_row(refusal: Refusal, parts: Sequence[str]) -> list[str]:
    who = [neutralised(refusal.student), neutralised(refusal.key), neutralised(refusal.origin)]
    return [*who, *[""] * 6, "refused", neutralised(refusal.reason), *_came(None), *[""] * len(parts)]


def _fault(grade: Grade) -> str:
    reasons = (case.reason for part in grade.parts for case in _faulty_cases(part))
    return next(filter(None, reasons), "The grader had a fault of its own; no points are decided.")


def _faulty_cases(part: PartGrade) -> Iterator[CaseResult]:
    cases = (case for graded in part.checks for case in graded.cases)
    return (case for case in cases if case.status is Status.ERROR)
