"""Checks that are wrong themselves: nothing is graded, or one report is held, and the sentence says why."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from grader.course import Assignment
from grader.errors import CourseError
from grader.model import Grade, Status
from grader.session.runner import Runner, run_session
from tests.course_factory import (
    POSSIBLE,
    PUBLIC,
    SECRET,
    SOLUTION,
    case_of,
    changed,
    check_of,
    part_of,
    write_course,
)
from tests.session.conftest import GradeAll, process_restored

BROKEN = '''
import pytest

@pytest.mark.check("batches", points=2)
def test_broken(student, rng):
    """Stumbles over what it did not expect."""
    import numpy as np
    first = student.batches(np.zeros((4, 2)), np.arange(4), 3, rng)[0]
    {"pair": 1}["pair" if len(first) == 2 else "triple"]

@pytest.mark.check("Net", points=1)
@pytest.mark.parametrize("width", [1, 2])
def test_broken_in_one_case(student, width):
    """Stumbles in one of two cases."""
    net = student.Net(width, 3)
    if net.params["W"].shape != (2, 3):
        [0][int(net.params["b"].sum())]
'''


@pytest.fixture(scope="module")
def broken(tmp_path_factory: pytest.TempPathFactory) -> Assignment:
    return write_course(tmp_path_factory.mktemp("broken"), files={"checks/test_broken.py": BROKEN})


@pytest.fixture(scope="module")
def grades(grade_all: GradeAll, broken: Assignment) -> dict[str, Grade]:
    triple = changed(("yield X[chosen], y[chosen]", "yield X[chosen], y[chosen], chosen"))
    ones = changed(("np.zeros(classes)", "np.ones(classes)"))
    return grade_all(broken, {"before": SOLUTION, "stumbles": triple, "one case": ones, "after": SOLUTION})


def test_an_error_in_a_check_is_an_error_of_ours(grades: dict[str, Grade]) -> None:
    assert check_of(grades["stumbles"], "test_broken").status is Status.ERROR


def test_an_error_in_a_check_says_what_it_is(grades: dict[str, Grade]) -> None:
    assert case_of(grades["stumbles"], "test_broken").reason == "The check itself failed: KeyError: 'triple'"


def test_an_error_in_a_check_holds_the_report(grades: dict[str, Grade]) -> None:
    assert grades["stumbles"].held


def test_an_error_in_a_check_decides_no_points_of_it(grades: dict[str, Grade]) -> None:
    assert check_of(grades["stumbles"], "test_broken").earned == 0.0


def test_an_error_in_one_case_decides_no_points_of_the_others(grades: dict[str, Grade]) -> None:
    check = check_of(grades["one case"], "test_broken_in_one_case")
    assert (check.status, check.earned) == (Status.ERROR, 0.0)


def test_an_error_in_a_check_leaves_other_parts_graded(grades: dict[str, Grade]) -> None:
    assert part_of(grades["stumbles"], "affine_backward").earned == 4.0


@pytest.mark.parametrize("name", ["before", "after"])
def test_an_error_in_a_check_leaves_other_submissions_alone(grades: dict[str, Grade], name: str) -> None:
    assert (grades[name].held, grades[name].earned) == (False, POSSIBLE + 3.0)


def test_a_check_that_the_reference_fails_stops_everything(tmp_path: Path, grade_all: GradeAll) -> None:
    wrong = changed(("[0.5, 0.5]])", "[0.5, 9.0]])"), source=PUBLIC)
    assignment = write_course(tmp_path, files={"checks/test_tiny.py": wrong})
    with pytest.raises(
        CourseError, match=r"^The reference solution fails checks/test_tiny.py::test_small_numbers, so n"
    ):
        grade_all(assignment, {"ada": SOLUTION})


FORM = "check(part, points=..., replay=True, large=False)"
MARK = '@pytest.mark.check("batches", points=1)\n'
FUNCTION = 'def test_it(student):\n    """It works."""\n'
WRONG_CHECKS = {
    "no marker": (
        FUNCTION,
        'checks/test_wrong.py::test_it has no marker. Write @pytest.mark.check("part", points=1) above it.',
    ),
    "no docstring": (
        MARK + "def test_it(student):\n    pass\n",
        "checks/test_wrong.py::test_it has no docstring. Its first line is the title that students read.",
    ),
    "no points": (
        MARK.replace(", points=1", "") + FUNCTION,
        f"checks/test_wrong.py::test_it: the marker is {FORM}, and was given otherwise.",
    ),
    "another option": (
        MARK.replace("points", "weight=2, points") + FUNCTION,
        f"checks/test_wrong.py::test_it: the marker is {FORM}, and was given otherwise.",
    ),
    "no part": (
        MARK.replace('"batches", ', "") + FUNCTION,
        f"checks/test_wrong.py::test_it: the marker is {FORM}, and was given otherwise.",
    ),
    "points below zero": (
        MARK.replace("points=1", "points=-1") + FUNCTION,
        "checks/test_wrong.py::test_it: points is -1, expected a number above 0.",
    ),
    "points in words": (
        MARK.replace("points=1", "points='two'") + FUNCTION,
        "checks/test_wrong.py::test_it: points is 'two', expected a number above 0.",
    ),
    "mistyped part": (
        MARK.replace("batches", "batch") + FUNCTION,
        "There is no part 'batch' in assignment 'tiny'. Did you mean 'batches'?",
    ),
    "a mistyped part in the body": (
        MARK + FUNCTION + "    student.bathces()\n",
        "There is no part 'bathces' in assignment 'tiny'. Did you mean 'batches'?",
    ),
    "data that is not there": (
        MARK + FUNCTION.replace("student", "student, data") + "    data('other.npz')\n",
        "A check asks for the data 'other.npz'; tiny has: points.npz, points_test.npz.",
    ),
}


@pytest.mark.parametrize("name", list(WRONG_CHECKS))
def test_a_wrong_check_stops_everything(tmp_path: Path, grade_all: GradeAll, name: str) -> None:
    source, sentence = WRONG_CHECKS[name]
    assignment = write_course(tmp_path, files={"checks/test_wrong.py": f"import pytest\n\n{source}"})
    with pytest.raises(CourseError, match=f"{re.escape(sentence)}$"):
        grade_all(assignment, {})


def test_a_check_file_that_cannot_be_read_is_named(tmp_path: Path, grade_all: GradeAll) -> None:
    assignment = write_course(tmp_path, files={"checks/test_wrong.py": "def test_it(:\n"})
    with pytest.raises(CourseError, match=r"^The checks cannot be read. test_wrong.py: "):
        grade_all(assignment, {})


def test_an_assignment_without_checks_is_said_to_be(tmp_path: Path, grade_all: GradeAll) -> None:
    assignment = write_course(tmp_path)
    for file in (assignment.folder / "checks").glob("*.py"):
        file.write_text("")
    sentence = f"No check was found in {assignment.folder / 'checks'}. Checks are functions test_* in files test_*.py."
    with pytest.raises(CourseError, match=f"^{re.escape(sentence)}$"):
        grade_all(assignment, {})


def test_a_reference_without_a_part_is_said_to_be(tmp_path: Path) -> None:
    path = tmp_path / "reference" / "tiny" / "tiny.py"
    wrong = changed(("def train(", "def training("))
    assignment = write_course(tmp_path, files={"tiny.py": wrong})
    with pytest.raises(CourseError, match=f"^{re.escape(f'{path} does not define train.')}$"), process_restored():
        run_session(assignment, SECRET, lambda runner: None)


LARGE = '''
import pytest

@pytest.mark.check("affine_backward", points=1, large=True)
def test_large(student):
    """Ends in time."""
    student.affine_backward()

@pytest.mark.check("affine_backward", points=1)
def test_small(student):
    """Ends."""
'''


def test_a_large_check_runs_first_and_is_not_run_to_find_causes(tmp_path: Path) -> None:
    assignment = write_course(tmp_path, files={"checks/test_z_last.py": LARGE})
    found: list[tuple[str, bool]] = []

    def job(runner: Runner) -> None:
        found.extend((collected.check.id, collected.replay) for collected in runner.checks)

    with process_restored():
        run_session(assignment, SECRET, job)
    assert found[0] == ("checks/test_z_last.py::test_large", False)
    assert found[-1] == ("checks/test_z_last.py::test_small", True)
