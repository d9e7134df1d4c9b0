"""What is committed under ``assignments/`` is what ``grader release`` makes of ``reference/``."""

from __future__ import annotations

from pathlib import Path

import pytest

from grader.course import load_assignment
from grader.release import check_release

ROOT = Path(__file__).parents[1]
NAMES = sorted(path.parent.name for path in (ROOT / "reference").glob("*/assignment.toml"))


@pytest.mark.parametrize("name", NAMES)
def test_the_committed_release_is_in_step(name: str) -> None:
    stale = check_release(load_assignment(ROOT / "reference" / name), ROOT / "assignments" / name)
    assert stale == (), f"Run: grader release {name}"
