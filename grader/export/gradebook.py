"""The gradebook: a CSV file with one row a student and one column a part.

Scores of held and refused hand-ins are empty: an empty cell cannot be imported as a zero.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from pathlib import Path

from grader.export.atomic import write_bytes
from grader.export.sheet import neutralised, number, table
from grader.model import CaseResult, Grade, PartGrade, Refusal, Status

HEADER = ("student", "key", "origin", "total", "possible", "percent", "status", "reason")


def write(path: Path, grades: Sequence[Grade], refusals: Sequence[Refusal]) -> None:
    """Write the gradebook as UTF-8 CSV, sorted by key, replacing ``path`` in one step.

    ``status`` is "graded", "held" or "refused"; ``reason`` says why a score is missing. ``total`` and the
    columns of the parts are in points, ``percent`` runs from 0 to 100.

    Raises:
        OSError: the folder cannot be written; ``path`` is as it was.
    """
    parts = tuple(dict.fromkeys(part.part for grade in grades for part in grade.parts))
    keyed: list[tuple[str, list[str]]] = [
        *((grade.key, _graded_row(grade, parts)) for grade in grades),
        *((refusal.key, _refused_row(refusal, parts)) for refusal in refusals),
    ]
    rows = (row for _, row in sorted(keyed))
    write_bytes(path, table([*HEADER, *map(neutralised, parts)], rows).encode())


def _graded_row(grade: Grade, parts: Sequence[str]) -> list[str]:
    who = [neutralised(grade.student), neutralised(grade.key), neutralised(grade.origin)]
    if grade.held:
        return [*who, "", number(grade.possible), "", "held", neutralised(_fault(grade)), *[""] * len(parts)]
    earned = {part.part: number(part.earned) for part in grade.parts}
    percent = number(100 * grade.earned / grade.possible) if grade.possible else ""
    scores = [number(grade.earned), number(grade.possible), percent]
    return [*who, *scores, "graded", "", *(earned.get(part, "") for part in parts)]


def _refused_row(refusal: Refusal, parts: Sequence[str]) -> list[str]:
    who = [neutralised(refusal.student), neutralised(refusal.key), neutralised(refusal.origin)]
    return [*who, "", "", "", "refused", neutralised(refusal.reason), *[""] * len(parts)]


def _fault(grade: Grade) -> str:
    reasons = (case.reason for part in grade.parts for case in _faulty_cases(part))
    return next(filter(None, reasons), "The grader had a fault of its own; no points are decided.")


def _faulty_cases(part: PartGrade) -> Iterator[CaseResult]:
    cases = (case for graded in part.checks for case in graded.cases)
    return (case for case in cases if case.status is Status.ERROR)
