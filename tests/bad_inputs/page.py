"""The page docs/bad-inputs.md, written from the table of fixtures: ``python -m tests.bad_inputs.page``."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

from grader.report.untrusted import capped, visible
from tests.bad_inputs.rows import ITEMS, ROWS
from tests.bad_inputs.table import POSSIBLE, Expected, Row

PAGE = Path(__file__).parents[2] / "docs" / "bad-inputs.md"

OPENING = """\
# Bad inputs

What students hand in that is broken, odd or hostile, and what they read about it. Each is a fixture in
`tests/bad_inputs/`; all of them are graded as one class by `grader grade`, in the sandbox, and what comes of each is
compared word for word with this page. Whatever is among them, the run goes on, nobody else's grade changes, no report
is held, and the command ends with exit code 1: something to look at.

A hand-in is *refused* when nothing of it can be graded: it gets no score, and the reason stands in the gradebook, in
the class report and in the terminal. Everything else is graded, and a mistake costs the part it is in. In hidden checks
students read an exception's message without its numbers.

This page is written by `python -m tests.bad_inputs.page`. What happens when the grader itself is killed or the disk is
full is tested in `tests/batch/`, and attacks in `tests/attacks/`.
"""


def page() -> str:
    """Return the page."""
    return "\n".join([OPENING, *summary(), *(line for row in ROWS for line in section(row))])


def summary() -> Iterator[str]:
    """Yield the table of rows and counts."""
    yield "| What is wrong | Fixtures | of them refused |"
    yield "|---|---:|---:|"
    for row in ROWS:
        yield f"| {row.title} | {len(row.items)} | {sum(bool(item.expected.refused) for item in row.items)} |"
    yield f"| All | {len(ITEMS)} | {sum(bool(item.expected.refused) for item in ITEMS)} |"
    yield ""


def section(row: Row) -> Iterator[str]:
    """Yield the table of one row."""
    yield f"## {row.title}"
    yield ""
    yield "| Hand-in | Points | What is read |"
    yield "|---|---:|---|"
    for item in row.items:
        yield f"| {item.name} | {points(item.expected)} | {'<br>'.join(map(cell, said(item.expected)))} |"
    yield ""


def points(expected: Expected) -> str:
    return "refused" if expected.refused else f"{POSSIBLE - sum(expected.lost.values()):g} of {POSSIBLE:g}"


def said(expected: Expected) -> Iterator[str]:
    """Yield the lines that are read of a hand-in."""
    yield from filter(None, (expected.refused, *expected.notes))
    # What stopped while it was loaded is a note already.
    yield from (error for error in expected.errors if not error.startswith("Stopped: "))
    yield from expected.reads.splitlines()
    if expected.output:
        yield f"Printed: {expected.output}"


def cell(text: str) -> str:
    """Return a line fit for a cell of a Markdown table."""
    plain = capped(visible(text), 300).replace("\n", " ").replace("&", "&amp;").replace("<", "&lt;")
    return re.sub(r"([\\`*_\[\]|])", r"\\\1", plain).strip()


if __name__ == "__main__":
    PAGE.write_text(page(), encoding="utf-8")
    print(PAGE)
