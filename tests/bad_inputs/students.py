"""Names of students."""

from __future__ import annotations

from pathlib import Path

from tests.bad_inputs.table import HandIn, Item, Row, graded, python, refused, zipped
from tests.course_factory import SOLUTION


def under(name: str) -> HandIn:
    """Return what writes the solution under exactly this name."""

    def write(base: Path) -> None:
        (base.parent / f"{name}.py").write_text(SOLUTION)

    return write


def called(item: str, name: str) -> Item:
    """Return a right solution of a student with an odd name."""
    return Item(item, under(name), graded(), called=name)


def twice(base: Path) -> None:
    """Write two hand-ins of one student."""
    python(SOLUTION)(base)
    zipped(("tiny.py", SOLUTION))(base)


STUDENTS = Row(
    "Names of students",
    (
        called("student with two dots in the name", "a..b"),
        called("student with letters of many scripts", "Zo\u00eb \u674e \U0001f600"),
        called("student with a name of 255 bytes", "n" * 252),
        called("student with markup as a name", "<b onclick=alert(1)>"),
        called("student with ANSI codes as a name", "\x1b[31mred\x1b[0m"),
        called("student with a formula as a name", "=1+1"),
        called("student with a line break in the name", "a\nb"),
        called("student whose name reverses text", "evil\u202egnp"),
        called("student whose name is not UTF-8", "b\udcffd"),
        called("student called like a drive", "C:tiny"),
        called("student with a backslash", "a\\b"),
        called("student called like a command", "--help"),
        called("student whose name is a space", " "),
        called("student with the name of another in capitals", "A..B"),
        Item(
            "two hand-ins of one student",
            twice,
            refused(
                "There are several hand-ins of one student: two-hand-ins-of-one-student.py and "
                "two-hand-ins-of-one-student.zip. Keep one."
            ),
        ),
        Item("the same bytes as another", python(SOLUTION), graded()),
    ),
)

ROWS = (STUDENTS,)
