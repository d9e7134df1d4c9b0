"""Look for lines of a solution in files that are shipped."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator
from pathlib import Path

import jupytext

from grader.model import Record


class Leak(Record, frozen=True, kw_only=True):
    """One line of a solution found elsewhere; in a notebook, ``line`` counts over the text of all cells."""

    path: Path
    line: int
    text: str


def find_leaks(lines: Collection[str], paths: Iterable[Path]) -> tuple[Leak, ...]:
    """Return where one of ``lines`` stands in the text files ``paths``, indentation apart.

    Args:
        lines: what ``solution_lines`` returns.
        paths: files, and folders that are searched with all below them.
    """
    return tuple(
        Leak(path=path, line=number, text=text.strip())
        for path in _files(paths)
        for number, text in enumerate(_text(path).split("\n"), start=1)
        if text.strip() in lines
    )


def _files(paths: Iterable[Path]) -> Iterator[Path]:
    for path in paths:
        if path.is_dir():
            yield from sorted(below for below in path.rglob("*") if below.is_file())
        else:
            yield path


def _text(path: Path) -> str:
    # A binary file has no lines of source; decoded leniently, what text it has is searched too.
    text = path.read_text(encoding="utf-8", errors="replace")
    if path.suffix != ".ipynb":
        return text
    return "\n".join(cell.source for cell in jupytext.reads(text, fmt="ipynb").cells)
