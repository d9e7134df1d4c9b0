"""A course whose stubs have other names need not rename them: every part is found under each name listed for it."""

from __future__ import annotations

import re

import pytest

from grader.course import Assignment
from grader.misconceptions import solution_path
from grader.model import Grade
from tests.reference.harness import NAMES, grade_sources, read_assignment, trainings


def renamed(assignment: Assignment, place: int) -> str:
    """Return the solution in which each part that has aliases goes by the one at ``place``, or by its last."""
    source = solution_path(assignment).read_text(encoding="utf-8")
    for part in assignment.parts:
        if part.aliases:
            alias = part.aliases[min(place, len(part.aliases) - 1)]
            source = re.sub(rf"\b{part.name}\b", alias, source)
    return source


@pytest.fixture(scope="module", params=NAMES)
def graded(request: pytest.FixtureRequest) -> tuple[Assignment, dict[str, Grade]]:
    assignment = read_assignment(request.param)
    most = max(len(part.aliases) for part in assignment.parts)
    sources = {f"alias {place}": renamed(assignment, place) for place in range(most)}
    return assignment, grade_sources(assignment, sources, without=trainings(assignment))


def test_the_solution_under_other_names_earns_everything(graded: tuple[Assignment, dict[str, Grade]]) -> None:
    assert {name: grade.possible - grade.earned for name, grade in graded[1].items()} == dict.fromkeys(graded[1], 0.0)


def test_the_names_are_really_others(graded: tuple[Assignment, dict[str, Grade]]) -> None:
    assignment = graded[0]
    renamed_parts = [part.name for part in assignment.parts if part.aliases]
    assert renamed_parts
    assert [name for name in renamed_parts if re.search(rf"^(def|class) {name}\b", renamed(assignment, 0), re.M)] == []


def test_the_aliases_that_courses_most_often_use_are_listed() -> None:
    cnn = read_assignment("cnn")
    assert "conv_forward_naive" in cnn.part("conv_forward").aliases
    assert "max_pool_backward_naive" in cnn.part("max_pool_backward").aliases
