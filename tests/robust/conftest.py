"""One course, and one run over its class that nothing disturbed, for all the tests of this folder."""

from __future__ import annotations

from pathlib import Path
from typing import NamedTuple

import pytest

from tests.robust.running import Course, Run, results, write_class


class Undisturbed(NamedTuple):
    """What a run comes to that nothing disturbs."""

    out: Path
    files: dict[str, bytes]


@pytest.fixture(scope="session")
def course(tmp_path_factory: pytest.TempPathFactory) -> Course:
    return write_class(tmp_path_factory.mktemp("robust"))


@pytest.fixture(scope="session")
def undisturbed(course: Course, tmp_path_factory: pytest.TempPathFactory) -> Undisturbed:
    out = tmp_path_factory.mktemp("undisturbed") / "out"
    code, _, errors = Run(course, out).end()
    assert code == 1, errors  # one hand-in is refused
    return Undisturbed(out, results(out))
