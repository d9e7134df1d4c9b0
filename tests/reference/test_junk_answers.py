"""Whatever a part answers, no check breaks on it: junk fails, and never becomes an error of ours."""

from __future__ import annotations

import pytest

from grader.course import Assignment
from grader.model import Grade, Status
from tests.reference.harness import NAMES, cases_of, grade_sources, read_assignment, trainings, with_parts_replaced

# Expressions that every part returns, whatever it was asked.
JUNK = {
    "nothing": "None",
    "a string": "'abc'",
    "an object": "object()",
    "an array of objects": "np.array([None, {}], dtype=object)",
    "an array of complex numbers": "np.ones((4, 3)) * 1j",
    "NaN": "np.full((4, 3), np.nan)",
    "a pair of lists": "([1.0, 2.0], [3, 'a'])",
    "three arrays": "(np.ones((4, 3)), np.full((3, 5), np.inf), np.ones(5))",
    "a structured array": "np.zeros(3, dtype=[('a', 'f8')])",
    "batches of all kinds": "[(np.ones((4, 2, 3)), np.ones(4)), (np.ones((4, 2)), 'abc'), None, 5]",
    "empty batches": "[(np.ones((0, 2, 3)), np.ones(0))]",
    "a number too large": "10**400",
}


def functions_of(assignment: Assignment) -> tuple[str, ...]:
    """Return the parts that are replaced by junk: all functions but those that train for long."""
    long = trainings(assignment)
    return tuple(part.name for part in assignment.parts if part.kind != "class" and part.name not in long)


@pytest.fixture(scope="module", params=NAMES)
def graded(request: pytest.FixtureRequest) -> tuple[Assignment, dict[str, Grade]]:
    assignment = read_assignment(request.param)
    functions = functions_of(assignment)
    sources = {
        name: with_parts_replaced(assignment, "\n\n".join(f"def {f}(*a, **k):\n    return {junk}" for f in functions))
        for name, junk in JUNK.items()
    }
    # With its components served, what trains really trains: minutes for all the junk.
    return assignment, grade_sources(assignment, sources, without=trainings(assignment), compared=1)


@pytest.mark.parametrize("junk", JUNK)
def test_junk_never_becomes_an_error_of_ours(graded: tuple[Assignment, dict[str, Grade]], junk: str) -> None:
    cases = cases_of(graded[1][junk].parts)
    assert [(case.check, case.reason) for case in cases if case.status is Status.ERROR] == []


@pytest.mark.parametrize("junk", JUNK)
def test_junk_earns_nothing(graded: tuple[Assignment, dict[str, Grade]], junk: str) -> None:
    assignment, grades = graded
    functions = functions_of(assignment)
    assert {part.part: part.earned for part in grades[junk].parts if part.part in functions and part.earned} == {}
