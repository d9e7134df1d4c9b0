"""The layout of Canvas's "Download Submissions": flat files ``lovelaceada_LATE_4711_9001_mlp-2.ipynb``.

The numbers are the student's and the submission's; "-2" counts versions of a file. Names may be shared, so that the
student's number stays in the name.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from itertools import groupby
from pathlib import Path

from grader.ingest.layout import Entry, Named

_NAME = re.compile(r"(?P<student>[^_]+)_(?:LATE_)?(?P<number>\d+)_\d+_(?P<file>.+)", re.DOTALL)
_VERSION = re.compile(r"-\d+(?=\.[A-Za-z]+$)")


def find(entries: Sequence[Path], assignment: str) -> list[Entry]:
    """Return the students of a Canvas download, each with the files under their own names; [] where it is none."""
    found = [(match, path) for path in entries if (match := _NAME.fullmatch(path.name))]
    if len(found) < len(entries):
        return []
    named = sorted((f"{match['student']}_{match['number']}", match["file"], path) for match, path in found)
    return [
        Entry(
            student=student,
            parts=tuple(Named(name=_VERSION.sub("", name), path=path) for _, name, path in files),
        )
        for student, files in groupby(named, key=lambda item: item[0])
    ]
