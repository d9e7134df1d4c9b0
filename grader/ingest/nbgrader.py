"""The layout of nbgrader's ``submitted/``: ``ada/mlp/mlp.ipynb`` with ``timestamp.txt`` beside it.

A student's folder holds one folder an assignment; who has none for this assignment is refused, not forgotten.
"""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from grader.ingest.layout import Entry, entry
from grader.ingest.times import read_timestamp


def find(entries: Sequence[Path], assignment: str) -> list[Entry]:
    """Return the students of a folder ``submitted``; [] where it is none."""
    if not all(path.is_dir() and not path.is_symlink() and _holds_folders_alone(path) for path in entries):
        return []
    if not any((path / assignment).is_dir() for path in entries):
        return []
    return [
        entry(
            path.name,
            path / assignment,
            submitted=read_timestamp(path / assignment / "timestamp.txt"),
            told_by="nbgrader",
        )
        for path in entries
    ]


def _holds_folders_alone(path: Path) -> bool:
    return all(inner.is_dir() for inner in path.iterdir() if not inner.name.startswith("."))
