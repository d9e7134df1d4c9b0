"""All grades as one JSON file, for programs and for the course's own analysis; not for students.

JSON has no infinity and no NaN: such numbers are ``null``. Control characters and lone surrogates in text are
written out (``\\x1b``, ``\\ud800``), so that every reader gets valid Unicode. Times are left out: the file of the same
grades is the same, byte for byte, whenever and wherever they were given. So is the students' code, of which the
hand-ins are the record.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from pathlib import Path

import msgspec

from grader.export.atomic import write_bytes
from grader.model import Final, Grade, Refusal
from grader.report.untrusted import visible

FORMAT = "grader-results/1"
LEFT_OUT = ("cpu_s", "wall_s", "source")


def write(path: Path, grades: Sequence[Grade], refusals: Sequence[Refusal], finals: Iterable[Final] = ()) -> None:
    """Write ``{"format", "grades", "refusals", "finals"}``, each list sorted by key, replacing ``path`` in one step.

    ``finals`` says what counts for each student: the automatic points of the grade with all that instructors and the
    late policy changed.

    Raises:
        OSError: the folder cannot be written; ``path`` is as it was.
    """
    document = {
        "format": FORMAT,
        "grades": sorted(grades, key=lambda grade: grade.key),
        "refusals": sorted(refusals, key=lambda refusal: refusal.key),
        "finals": sorted(finals, key=lambda final: final.key),
    }
    plain = _plain(msgspec.to_builtins(document))
    write_bytes(path, msgspec.json.format(msgspec.json.encode(plain), indent=1) + b"\n")


def _plain(value: object) -> object:
    if isinstance(value, str):
        return visible(value)
    if isinstance(value, dict):
        return {key: _plain(item) for key, item in value.items() if key not in LEFT_OUT}
    if isinstance(value, (list, tuple)):
        return [_plain(item) for item in value]
    return value
