"""Print how far each part of the references is from the oracle, as a Markdown table.

Run from the root of the repository, with the extra ``oracle`` installed:

    python -m tests.oracle.table [number]

Numbers from 1 on draw other random shapes and other values than the tests do, which use 0.
"""

from __future__ import annotations

import sys
from collections.abc import Iterable, Iterator
from typing import NamedTuple

from tests.oracle.collection import all_cases, answers_of_reference
from tests.oracle.comparison import compare
from tests.oracle.formulas.expected import answers_of_oracle


class Row(NamedTuple):
    """One part: its largest relative error over all cases and results."""

    assignment: str
    part: str
    num_cases: int
    error: float


def main() -> None:
    number = int(sys.argv[1]) if len(sys.argv) > 1 else 0
    print("\n".join(as_markdown(measure(number))))


def measure(number: int) -> list[Row]:
    """Return a row for each part, in the order of the entries."""
    rows: dict[tuple[str, str], Row] = {}
    for case in all_cases():
        found = list(compare(answers_of_reference(case, number), answers_of_oracle(case, number)))
        for part in sorted({comparison.part for comparison in found}):
            error = max(comparison.error for comparison in found if comparison.part == part)
            row = rows.get((case.assignment, part), Row(case.assignment, part, 0, 0.0))
            rows[case.assignment, part] = Row(*row[:2], row.num_cases + 1, max(row.error, error))
    return list(rows.values())


def as_markdown(rows: Iterable[Row]) -> Iterator[str]:
    yield "| assignment | part | cases | largest relative error |"
    yield "|---|---|---:|---:|"
    for row in rows:
        error = f"{row.error:.1e}" if row.error else "0"
        yield f"| {row.assignment} | `{row.part}` | {row.num_cases} | {error} |"


if __name__ == "__main__":
    main()
