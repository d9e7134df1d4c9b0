"""Executable wrong solutions: each is the reference solution with a small edit, a name and a hint.

They serve three times: they diagnose (a student's answers equal theirs), they test the checks
(``grader validate``) and they make the demo class.
"""

from __future__ import annotations

import ast
import runpy
from collections import Counter
from collections.abc import Mapping
from functools import lru_cache
from itertools import accumulate
from pathlib import Path
from types import MappingProxyType

from grader.course import Assignment
from grader.errors import CourseError
from grader.model import Record


class Misconception(Record, frozen=True, kw_only=True):
    """One wrong solution.

    Attributes:
        name: what the report says, such as "affine-db-wrong-axis".
        part: the part that loses points.
        edits: pairs (old, new); each old text stands exactly once in the source of ``where``.
        hint: what to look at next, without the solution; shown to students.
        where: the part that is edited, when it is another one than ``part`` (a forward whose cache is wrong).
        also: other names of the same wrong answer, which no input can tell apart.
        affects: other parts that lose points by it, though nothing in them is wrong.
        seen: where it was met: "[3]" of the hand-ins surveyed, "[lit]" in public issues.
    """

    name: str
    part: str
    edits: tuple[tuple[str, str], ...]
    hint: str
    where: str = ""
    also: tuple[str, ...] = ()
    affects: tuple[str, ...] = ()
    seen: str = ""


def solution_path(assignment: Assignment) -> Path:
    return assignment.folder / f"{assignment.name}.py"


def load_misconceptions(assignment: Assignment) -> tuple[Misconception, ...]:
    """Return the ``MISCONCEPTIONS`` of the files in the assignment's folder ``misconceptions``, each seen to apply.

    Raises:
        CourseError: a name is given twice, a part is unknown, or an edit does not fit exactly once.
    """
    path = assignment.folder / "misconceptions"
    found: list[Misconception] = []
    for file in sorted(path.glob("*.py")):
        found.extend(runpy.run_path(str(file)).get("MISCONCEPTIONS", ()))
    source = solution_path(assignment).read_text(encoding="utf-8")
    for name, count in Counter(name for m in found for name in (m.name, *m.also)).items():
        if count > 1:
            raise CourseError(f"{path}: the misconception {name!r} is given {count} times.")
    for misconception in found:
        assignment.part(misconception.part)
        for other in misconception.affects:
            assignment.part(other)
        wrong_source(source, misconception)
    return tuple(found)


def wrong_source(source: str, misconception: Misconception) -> str:
    """Return the reference solution with the misconception's edits.

    Args:
        source: the reference solution.

    Raises:
        CourseError: an edit's old text does not stand exactly once in the part.
    """
    part = misconception.where or misconception.part
    start, end = span(source, part, misconception.name)
    text = source[start:end]
    for old, new in misconception.edits:
        count = text.count(old)
        if count != 1:
            raise CourseError(
                f"misconception {misconception.name!r}: the text {old!r} stands {count} times in {part}, "
                "expected once. Give a longer or a current piece of the solution."
            )
        text = text.replace(old, new)
    return source[:start] + text + source[end:]


def span(source: str, part: str, name: str) -> tuple[int, int]:
    """Return where the definition of a part begins and ends in the source."""
    try:
        return definitions(source)[part]
    except KeyError:
        raise CourseError(f"misconception {name!r}: the solution defines no {part!r}.") from None


@lru_cache(maxsize=8)
def definitions(source: str) -> Mapping[str, tuple[int, int]]:
    """Return where each top-level function and class begins and ends; one solution has a hundred misconceptions."""
    # Not splitlines(), which ends lines where Python does not: at a form feed, for one.
    starts = [0, *accumulate(len(line) + 1 for line in source.split("\n"))]
    found = {}
    for node in ast.parse(source).body:
        if isinstance(node, ast.FunctionDef | ast.ClassDef):
            assert node.end_lineno is not None, "parsed from source"
            found[node.name] = (starts[node.lineno - 1], min(starts[node.end_lineno], len(source)))
    return MappingProxyType(found)
