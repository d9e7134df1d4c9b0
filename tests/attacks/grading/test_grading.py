"""No attack on grading earns a point that it does not deserve, and each fools a naive grader."""

from __future__ import annotations

import pytest

from grader.model import Grade
from tests.attacks.grading import controls
from tests.attacks.grading.case import HAND_INS, Case
from tests.attacks.grading.cases import CASES
from tests.attacks.grading.court import grade_cases, honest_in, names_by_course
from tests.attacks.grading.runner import missed

ATTACKS = pytest.mark.parametrize("case", CASES, ids=[case.name for case in CASES])


@pytest.fixture(scope="module")
def grades() -> dict[str, Grade]:
    return grade_cases(CASES)


@pytest.fixture(scope="module")
def fooled() -> dict[str, bool | str]:
    return controls.fooled()


def test_every_file_is_an_attack_that_is_tried() -> None:
    assert sorted(case.name for case in CASES) == sorted(path.stem for path in HAND_INS.glob("*.py"))


@ATTACKS
def test_the_attack_earns_nothing_that_it_does_not_deserve(case: Case, grades: dict[str, Grade]) -> None:
    assert {target: points for target, points in case.gains(grades[case.name]).items() if points} == {}


@ATTACKS
def test_the_attack_holds_no_report_and_writes_on_no_page(case: Case, grades: dict[str, Grade]) -> None:
    assert (grades[case.name].held, case.shows(grades[case.name])) == (False, False)


@pytest.mark.parametrize("course", names_by_course(CASES))
def test_the_solution_earns_all_that_the_attacks_are_after(course: str, grades: dict[str, Grade]) -> None:
    assert missed(grades[honest_in(course)]) is False


@ATTACKS
def test_the_attack_fools_a_naive_grader(case: Case, fooled: dict[str, bool | str]) -> None:
    assert fooled[case.name] is True
