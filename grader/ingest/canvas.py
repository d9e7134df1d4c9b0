"""The layout of Canvas's "Download Submissions": flat files ``lovelaceada_LATE_4711_9001_mlp-2.ipynb``.

The numbers are the student's and the submission's; "-2" counts versions of a file. Names may be shared, so that the
student's number stays in the name. Where a file is there in several versions, each of them is an attempt, together with
the newest versions of the other files up to then.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from itertools import groupby
from pathlib import Path

from grader.ingest.layout import Entry, Named

_NAME = re.compile(r"(?P<student>[^_]+)_(?:LATE_)?(?P<number>\d+)_\d+_(?P<file>.+)", re.DOTALL)
_VERSION = re.compile(r"-(\d{1,4})(?=\.[A-Za-z]+$)")


def find(entries: Sequence[Path], assignment: str) -> list[Entry]:
    """Return the students of a Canvas download, each with the files under their own names; [] where it is none."""
    found = [(match, path) for path in entries if (match := _NAME.fullmatch(path.name))]
    if len(found) < len(entries):
        return []
    named = sorted((f"{match['student']}_{match['number']}", match["file"], path) for match, path in found)
    return [
        attempt
        for student, files in groupby(named, key=lambda item: item[0])
        for attempt in _attempts(student, [(name, path) for _, name, path in files])
    ]


def _attempts(student: str, files: Sequence[tuple[str, Path]]) -> Iterator[Entry]:
    """Yield the attempts of a student: one, unless a file is there in several versions."""
    versions: dict[str, dict[int, Path]] = {}
    for name, path in files:
        found = _VERSION.search(name)
        versions.setdefault(_VERSION.sub("", name), {})[int(found[1]) if found else 0] = path
    numbers = {number for known in versions.values() if len(known) > 1 for number in known}
    for number in sorted(numbers) or [max(max(known) for known in versions.values())]:
        newest = {name: max((v for v in known if v <= number), default=-1) for name, known in versions.items()}
        parts = [Named(name=name, path=versions[name][v]) for name, v in newest.items() if v >= 0]
        yield Entry(student=student, parts=tuple(parts), attempt=number)
