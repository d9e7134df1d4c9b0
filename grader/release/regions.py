"""The marker grammar: what stands between ``# BEGIN SOLUTION`` and ``# END SOLUTION`` never leaves.

A marker is a comment on a line of its own, spelt exactly so. Everything that merely resembles one is an
error: a misspelt marker must not publish the solution it was to hide.
"""

from __future__ import annotations

import ast
import difflib
import re
from collections.abc import Iterator, Sequence
from pathlib import Path

from grader.course import UNWRITTEN
from grader.errors import CourseError
from grader.model import Record

BEGIN = "# BEGIN SOLUTION"
END = "# END SOLUTION"
SHORTEST_LINE = 12

_COMMENT = re.compile(r"#+\s*(?P<text>\S.*?)\s*$")
_RESEMBLES = 0.8  # of difflib's ratio: two letters wrong of sixteen still resemble


class Region(Record, frozen=True, kw_only=True):
    """One solution region; lines count from 1 and are those of the markers."""

    begin: int
    end: int
    indent: str
    owner: str  # the top-level function, or "Class.method"

    @property
    def part(self) -> str:
        """The part the region belongs to."""
        return self.owner.partition(".")[0]


def find_regions(source: str, path: Path) -> tuple[Region, ...]:
    """Return the solution regions of ``source`` in order.

    Raises:
        CourseError: a marker is misspelt, unbalanced, nested or not in one function, or a region has no code;
            the message names ``path`` and the line.
    """
    lines = source.split("\n")
    try:
        tree = ast.parse(source)
    except SyntaxError as error:
        raise CourseError(f"{path}, line {error.lineno}, is not valid Python: {error.msg}.") from None
    owners = tuple(_owners(tree))
    return tuple(
        _region(lines, begin, end, owners, path) for begin, end in _balanced(list(_markers(lines, path)), path)
    )


def hide_solutions(source: str, regions: Sequence[Region]) -> str:
    """Return ``source`` with each region replaced by a line that raises ``NotImplementedError``."""
    lines = source.split("\n")
    for region in reversed(regions):
        lines[region.begin - 1 : region.end] = [
            f"{region.indent}# Write your solution here.",
            f'{region.indent}raise NotImplementedError("{region.owner} {UNWRITTEN}")',
        ]
    return "\n".join(lines)


def solution_lines(source: str, path: Path = Path("the solution")) -> frozenset[str]:
    """Return the stripped lines of 12 or more characters that stand in solution regions and nowhere else.

    Comments are included. A line that also stands outside of the regions is no secret.

    Raises:
        CourseError: the markers are wrong.
    """
    hidden: set[int] = set()
    for region in find_regions(source, path):
        hidden.update(range(region.begin + 1, region.end))
    inside: set[str] = set()
    outside: set[str] = set()
    for number, line in enumerate(source.split("\n"), start=1):
        (inside if number in hidden else outside).add(line.strip())
    return frozenset(line for line in inside - outside if len(line) >= SHORTEST_LINE)


def _markers(lines: Sequence[str], path: Path) -> Iterator[tuple[int, str]]:
    for number, line in enumerate(lines, start=1):
        if line.strip() in (BEGIN, END):
            yield number, line.strip()
        elif meant := _resembled(line):
            raise CourseError(
                f"{path}, line {number}: {line.strip()!r} resembles a marker. "
                f"Write {meant!r}, spelt so and on a line of its own."
            )


def _resembled(line: str) -> str:
    """Return the marker that a comment of ``line`` was probably meant to be."""
    found = _COMMENT.search(line)
    if not found:
        return ""
    text = f"# {found['text'].upper()}"
    return next(iter(difflib.get_close_matches(text, (BEGIN, END), n=1, cutoff=_RESEMBLES)), "")


def _balanced(markers: Sequence[tuple[int, str]], path: Path) -> Iterator[tuple[int, int]]:
    opened = 0
    for number, marker in markers:
        if marker == BEGIN and opened:
            raise CourseError(
                f"{path}, line {number}: {BEGIN!r} stands inside the region of line {opened}. "
                f"Regions cannot be nested; end that one with {END!r} first."
            )
        if marker == END and not opened:
            raise CourseError(f"{path}, line {number}: {END!r} ends no region. Write {BEGIN!r} above it.")
        if marker == END:
            yield opened, number
        opened = number if marker == BEGIN else 0
    if opened:
        raise CourseError(f"{path}, line {opened}: {BEGIN!r} is never ended. Write {END!r} below it.")


def _region(lines: Sequence[str], begin: int, end: int, owners: Sequence[tuple[str, int, int]], path: Path) -> Region:
    code = [number for number in range(begin + 1, end) if not _is_bare(lines[number - 1])]
    if not code:
        raise CourseError(f"{path}, line {begin}: the region has no code, so there is nothing to write.")
    around = [name for name, first, last in owners if first < begin and code[-1] <= last]
    if not around:
        raise CourseError(
            f"{path}, line {begin}: the region is not inside one function or method. "
            "Only bodies can be left to students."
        )
    indent = lines[begin - 1][: -len(BEGIN)]
    if lines[end - 1][: -len(END)] != indent:
        raise CourseError(f"{path}, line {end}: {END!r} is indented otherwise than {BEGIN!r} in line {begin}.")
    return Region(begin=begin, end=end, indent=indent, owner=around[0])


def _is_bare(line: str) -> bool:
    return not line.strip() or line.lstrip().startswith("#")


def _owners(tree: ast.Module) -> Iterator[tuple[str, int, int]]:
    """Yield name, first and last line of each top-level function and each method."""
    for node in tree.body:
        if isinstance(node, ast.FunctionDef):
            yield node.name, node.lineno, node.end_lineno or node.lineno
        elif isinstance(node, ast.ClassDef):
            for member in node.body:
                if isinstance(member, ast.FunctionDef):
                    yield f"{node.name}.{member.name}", member.lineno, member.end_lineno or member.lineno
