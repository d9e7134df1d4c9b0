"""Validation of checks: a good course has no breach, and every kind of breach is said in a sentence."""

from __future__ import annotations

from pathlib import Path

import pytest

from grader.course import Assignment
from grader.errors import CourseError
from grader.validate import Validation, hand_ins, validate
from tests.course_factory import HIDDEN, MISCONCEPTIONS, SECRET, SOLUTION, changed, write_course


def validated(assignment: Assignment, calls: list[int] | None = None) -> Validation:
    counted: list[int] = [] if calls is None else calls
    return validate(assignment, secret=SECRET, jobs=1, on_start=counted.append, on_grade=lambda: counted.append(-1))


@pytest.fixture(scope="module")
def good(tmp_path_factory: pytest.TempPathFactory) -> tuple[Validation, list[int]]:
    calls: list[int] = []
    return validated(write_course(tmp_path_factory.mktemp("good")), calls), calls


def test_a_good_course_has_no_breach(good: tuple[Validation, list[int]]) -> None:
    assert good[0].breaches == ()


def test_every_part_has_a_row(good: tuple[Validation, list[int]]) -> None:
    assert [(row.part, row.checks, row.cases, row.points) for row in good[0].rows] == [
        ("affine_forward", 2, 3, 3.0),
        ("affine_backward", 2, 3, 4.0),
        ("affine_relu_forward", 1, 1, 1.0),
        ("affine_relu_backward", 1, 1, 2.0),
        ("Net", 2, 2, 3.0),
        ("batches", 1, 1, 1.0),
        ("train", 1, 1, 2.0),
    ]


def test_every_misconception_is_caught_and_named(good: tuple[Validation, list[int]]) -> None:
    assert {(row.misconceptions, row.caught, row.diagnosed) for row in good[0].rows} == {(1, 1, 1)}


def test_progress_is_told(good: tuple[Validation, list[int]]) -> None:
    assert good[1] == [11, *[-1] * 11]


TWO_MORE = """
    Misconception(
        name="harmless",
        part="batches",
        edits=(("rng.permutation(len(X))", "rng.permutation(X.shape[0])"),),
        hint="It is right.",
    ),
    Misconception(
        name="twin",
        part="affine_forward",
        edits=(("x @ w + b", "x @ w + 0 * b"),),
        hint="No input tells it from bias-omitted.",
    ),
)
"""

# Breaches of a course with a check of the wrong part, a part without misconceptions and the two above.
BREACHES = {
    "part without checks": "No check earns points for affine_relu_forward.",
    "part without misconceptions": "No misconception puts the checks of train to the test.",
    "harmless": "harmless is not caught: batches earns all its points.",
    "twins": "twin is diagnosed as nothing, expected as itself.",
    "twins, the other": "bias-omitted is diagnosed as nothing, expected as itself.",
    "part that is not charged": "relu-omitted is not caught: affine_relu_forward earns all its points.",
    "another part charged": "relu-omitted costs points in affine_relu_backward, which is not declared in 'affects'.",
}


@pytest.fixture(scope="module")
def breaches(tmp_path_factory: pytest.TempPathFactory) -> tuple[str, ...]:
    without_train = MISCONCEPTIONS[: MISCONCEPTIONS.index('    Misconception(\n        name="train-uphill"')]
    hidden = changed(('"affine_relu_forward", points=1', '"affine_relu_backward", points=1'), source=HIDDEN)
    files = {"misconceptions/tiny.py": without_train + TWO_MORE, "checks/test_tiny_hidden.py": hidden}
    return validated(write_course(tmp_path_factory.mktemp("bad"), files=files)).breaches


@pytest.mark.parametrize("name", list(BREACHES))
def test_a_breach_is_said_in_a_sentence(breaches: tuple[str, ...], name: str) -> None:
    assert BREACHES[name] in breaches


def test_nothing_else_is_a_breach(breaches: tuple[str, ...]) -> None:
    assert set(breaches) == set(BREACHES.values())


def test_a_reference_that_fails_stops_validation(tmp_path: Path) -> None:
    wrong = changed(("np.zeros(classes)", "np.ones(classes) * np.arange(classes)"))
    course = write_course(tmp_path, files={"tiny.py": wrong})
    with pytest.raises(
        CourseError, match=r"^The reference solution fails checks/test_tiny.py::test_loss_of_an_untrained"
    ):
        validated(course)


def test_the_reference_is_handed_in_three_ways(tmp_path: Path) -> None:
    names = [name for name in hand_ins(write_course(tmp_path)) if name.startswith("reference")]
    assert names == ["reference.py", "reference.ipynb", "reference.zip"]


def test_the_zipped_reference_is_the_plain_one(tmp_path: Path) -> None:
    found = hand_ins(write_course(tmp_path))
    assert found["reference.zip"].units[0].text == SOLUTION
