"""Record the results of the four demos, which take half an hour to grade and a few seconds to render.

::

    for name in mlp training cnn rnn; do grader demo $name --out demo-run/$name; done
    python -m tests.browser.record demo-run

Records of an earlier version stay readable, so a recording need be made anew only to show what came since.
"""

from __future__ import annotations

import lzma
import sys
from pathlib import Path

import msgspec

from grader.model import CaseResult, Grade, Record, Refusal
from grader.store import open_store

RECORDED = Path(__file__).parent / "demo"
ASSIGNMENTS = ("mlp", "training", "cnn", "rnn")


class Recording(Record, frozen=True, kw_only=True):
    """All results of one demo class."""

    grades: tuple[Grade, ...]
    refusals: tuple[Refusal, ...]


def read_recording(assignment: str) -> Recording:
    """Return the recorded results of a demo."""
    packed = (RECORDED / f"{assignment}.msgpack.xz").read_bytes()
    return msgspec.msgpack.decode(lzma.decompress(packed), type=Recording)


def record(assignment: str, results: Path) -> int:
    """Write the recording of a demo from its results.sqlite; return its size in bytes."""
    with open_store(results) as store:
        recording = Recording(grades=tuple(map(without_times, store.grades())), refusals=tuple(store.refusals()))
    packed = lzma.compress(msgspec.msgpack.encode(recording), preset=9)
    RECORDED.mkdir(exist_ok=True)
    return (RECORDED / f"{assignment}.msgpack.xz").write_bytes(packed)


def without_times(grade: Grade) -> Grade:
    """Return a grade without how long anything took, which no page shows."""
    parts = tuple(
        msgspec.structs.replace(
            part,
            checks=tuple(
                msgspec.structs.replace(check, cases=tuple(map(timeless, check.cases))) for check in part.checks
            ),
        )
        for part in grade.parts
    )
    return msgspec.structs.replace(grade, parts=parts, cpu_s=0.0, wall_s=0.0)


def timeless(case: CaseResult) -> CaseResult:
    return msgspec.structs.replace(case, cpu_s=0.0, wall_s=0.0)


if __name__ == "__main__":
    for name in ASSIGNMENTS:
        size = record(name, Path(sys.argv[1], name, "results.sqlite"))
        sys.stdout.write(f"{name}: {size:,} bytes\n")
