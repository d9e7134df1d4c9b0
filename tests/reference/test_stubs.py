"""A stub as it is handed out is not attempted, every part of it: nothing is failed, and nothing merely skipped."""

from __future__ import annotations

import pytest

from grader.misconceptions import solution_path
from grader.model import Status
from grader.release.regions import find_regions, hide_solutions
from tests.reference.harness import NAMES, grade_sources, read_assignment


@pytest.mark.parametrize("name", NAMES)
def test_every_part_of_the_stub_is_not_attempted(name: str) -> None:
    assignment = read_assignment(name)
    path = solution_path(assignment)
    source = path.read_text(encoding="utf-8")
    grade = grade_sources(assignment, {"stub": hide_solutions(source, find_regions(source, path))})["stub"]
    assert {part.part: part.status for part in grade.parts if part.status is not Status.NOT_ATTEMPTED} == {}
    assert grade.earned == 0
