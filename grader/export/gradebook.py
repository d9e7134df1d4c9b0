"""The gradebook: a CSV file with one row a student and one column a part.

Spreadsheets run a cell that starts with ``=``, ``+``, ``-``, ``@``, a tab or a line break as a formula; such
text gets a leading apostrophe (OWASP, "CSV Injection"). Scores of held and refused hand-ins are empty: an
empty cell cannot be imported as a zero.
"""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path

from grader.export.atomic import write_bytes
from grader.model import CaseResult, Grade, PartGrade, Refusal, Status
from grader.report.untrusted import visible

HEADER = ("student", "key", "origin", "total", "possible", "percent", "status", "reason")

_FORMULA_STARTS = ("=", "+", "-", "@", "\t", "\r", "\n")


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
    write_bytes(path, _csv([*HEADER, *map(neutralised, parts)], rows).encode())


def neutralised(text: str) -> str:
    """Return ``text`` as a cell that no spreadsheet takes for a formula, controls written out."""
    cell = visible(text).replace("\n", " ").replace("\t", " ")
    return f"'{cell}" if text.startswith(_FORMULA_STARTS) or cell.startswith(_FORMULA_STARTS) else cell


def _csv(header: Sequence[str], rows: Iterable[Sequence[str]]) -> str:
    buffer = io.StringIO(newline="")
    writer = csv.writer(buffer, lineterminator="\n")
    writer.writerow(header)
    writer.writerows(rows)
    return buffer.getvalue()


def _graded_row(grade: Grade, parts: Sequence[str]) -> list[str]:
    who = [neutralised(grade.student), neutralised(grade.key), neutralised(grade.origin)]
    if grade.held:
        return [*who, "", _number(grade.possible), "", "held", neutralised(_fault(grade)), *[""] * len(parts)]
    earned = {part.part: _number(part.earned) for part in grade.parts}
    percent = _number(100 * grade.earned / grade.possible) if grade.possible else ""
    scores = [_number(grade.earned), _number(grade.possible), percent]
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


def _number(value: float) -> str:
    # Four decimals hold every share of a point anybody gives, and hide the noise of adding thirds.
    return f"{value:.4f}".rstrip("0").rstrip(".")
