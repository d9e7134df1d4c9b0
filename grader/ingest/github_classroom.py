"""The layout of ``gh classroom clone``: a repository ``mlp-ada`` a student.

The prefix is taken off where every repository has the assignment's name; else the folder's name stays whole.
"""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from grader.ingest.layout import Entry, entry


def find(entries: Sequence[Path], assignment: str) -> list[Entry]:
    """Return the students of cloned repositories; [] where there are others."""
    prefix = f"{assignment}-"
    if not all(path.name.startswith(prefix) and path.name != prefix and (path / ".git").exists() for path in entries):
        return []
    return [entry(path.name.removeprefix(prefix), path) for path in entries]
