"""The layout of Moodle's "Download all submissions": folders ``Ada Lovelace_4711_assignsubmission_file``.

Older versions end the name with one more "_", and hand out flat files ``..._assignsubmission_file_mlp.ipynb``
where folders are not asked for. Text typed online is no hand-in.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from itertools import groupby
from pathlib import Path

from grader.ingest.layout import Entry, Named

_NAME = re.compile(
    r"(?P<student>.+_\d+)_assignsubmission_(?P<kind>file|onlinetext)(?:_(?P<file>.+)|_)?",
    re.DOTALL,
)


def find(entries: Sequence[Path], assignment: str) -> list[Entry]:
    """Return the students of a Moodle download; [] where it is none."""
    found = [(match, path) for path in entries if (match := _NAME.fullmatch(path.name))]
    if len(found) < len(entries):
        return []
    files = sorted(
        (match["student"], match["file"] or path.name, path) for match, path in found if match["kind"] == "file"
    )
    return [
        Entry(student=student, parts=tuple(Named(name=name, path=path) for _, name, path in group))
        for student, group in groupby(files, key=lambda item: item[0])
    ]
