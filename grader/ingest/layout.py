"""What a layout is: the way a class's hand-ins lie on disk, as some system hands them out.

A layout is recognised by the names of *all* entries of the folder, so that no file is taken for what it is not.
"""

from __future__ import annotations

from pathlib import Path

from grader.model import Record, TimeSource


class Named(Record, frozen=True, kw_only=True):
    """One file or folder of a student, under the name that the student gave it."""

    name: str
    path: Path


class Entry(Record, frozen=True, kw_only=True):
    """What one student handed in: one file or folder, or several files that belong together."""

    student: str
    parts: tuple[Named, ...]
    attempt: int = 0  # larger for a later hand-in of the same student
    submitted: str = ""  # ISO 8601, UTC
    told_by: TimeSource = ""


def entry(student: str, path: Path, *, attempt: int = 0, submitted: str = "", told_by: TimeSource = "") -> Entry:
    """Return what a student handed in as one file or folder; who told the time counts only where there is one."""
    return Entry(
        student=student,
        parts=(Named(name=path.name, path=path),),
        attempt=attempt,
        submitted=submitted,
        told_by=told_by if submitted else "",
    )
