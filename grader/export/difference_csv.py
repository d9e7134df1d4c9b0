"""What a regrade changes as a CSV file: for each student one row in all, then one for each part that changes.

The row of a student as a whole has an empty ``part``. ``change`` is in points, empty where none are decided before or
after; ``kind`` is one of those of ``grader.model.ChangeKind``.
"""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

from grader.export.atomic import write_bytes
from grader.export.sheet import neutralised, number, table
from grader.model import Difference, PartChange, StudentChange

HEADER = (
    "student",
    "key",
    "kind",
    "part",
    "before",
    "after",
    "change",
    "possible_before",
    "possible_after",
    "why",
)


def write(path: Path, difference: Difference) -> None:
    """Write the difference as UTF-8 CSV, replacing ``path`` in one step.

    Raises:
        OSError: the folder cannot be written; ``path`` is as it was.
    """
    rows = (row for change in difference.changes for row in rows_of(change))
    write_bytes(path, table(HEADER, rows).encode())


def rows_of(change: StudentChange) -> Iterator[list[str]]:
    everything: list[tuple[str, StudentChange | PartChange]] = [
        ("", change),
        *((part.part, part) for part in change.parts),
    ]
    for name, one in everything:
        yield [
            neutralised(change.student),
            neutralised(change.key),
            change.kind,
            neutralised(name),
            cell(one.before),
            cell(one.after),
            number(one.after - one.before) if one.after is not None and one.before is not None else "",
            number(one.possible_before),
            number(one.possible_after),
            neutralised(" ".join(one.why)),
        ]


def cell(points: float | None) -> str:
    return "" if points is None else number(points)
