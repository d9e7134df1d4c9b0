"""What is fuzzed, and how much of it: in every test run, and in the full one."""

from __future__ import annotations

from pathlib import Path

from tests.fuzz import course_files, frames, hand_ins
from tests.fuzz.campaign import Target

QUICK = {"frames": 20_000, "sources": 700, "notebooks": 700, "archives": 600, "course-files": 600}
FULL = {"frames": 1_000_000, "sources": 34_000, "notebooks": 33_000, "archives": 33_000, "course-files": 10_000}


def all_targets(folder: Path) -> tuple[Target, ...]:
    """Return all targets; they write the files they need below ``folder``."""
    return frames.target(), *hand_ins.targets(folder), course_files.target(folder)
