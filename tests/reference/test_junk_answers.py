"""Whatever a part answers, no check breaks on it: junk fails, and never becomes an error of ours."""

from __future__ import annotations

import pytest

from grader.model import Grade, Status
from tests.reference.harness import grade_sources, read_assignment, with_parts_replaced

ASSIGNMENT = read_assignment("mlp")
FUNCTIONS = tuple(part.name for part in ASSIGNMENT.parts if part.kind != "class" and part.name != "train")

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


@pytest.fixture(scope="module")
def grades() -> dict[str, Grade]:
    sources = {
        name: with_parts_replaced(ASSIGNMENT, "\n\n".join(f"def {f}(*a, **k):\n    return {junk}" for f in FUNCTIONS))
        for name, junk in JUNK.items()
    }
    # With its components served, train really trains: minutes for all the junk.
    return grade_sources(ASSIGNMENT, sources, without=["train"])


@pytest.mark.parametrize("junk", JUNK)
def test_junk_never_becomes_an_error_of_ours(grades: dict[str, Grade], junk: str) -> None:
    cases = [case for part in grades[junk].parts for check in part.checks for case in check.cases]
    assert [(case.check, case.reason) for case in cases if case.status is Status.ERROR] == []


@pytest.mark.parametrize("junk", JUNK)
def test_junk_earns_nothing(grades: dict[str, Grade], junk: str) -> None:
    assert {part.part: part.earned for part in grades[junk].parts if part.part in FUNCTIONS and part.earned} == {}
