from __future__ import annotations

from grader.model import Evidence, Measure, Status
from grader.report.groups import group_cases
from tests.report.factory import OUT_OF_TIME, TIMES_N, WRONG_AXIS, case


def test_cases_with_one_diagnosis_form_one_group() -> None:
    cases = [case(Status.FAILED, name, diagnosis=WRONG_AXIS) for name in "abc"]
    assert group_cases(cases) == (tuple(cases),)


def test_cases_with_two_diagnoses_form_two_groups() -> None:
    first, second = case(Status.FAILED, diagnosis=WRONG_AXIS), case(Status.FAILED, diagnosis=TIMES_N)
    assert group_cases([first, second]) == ((first,), (second,))


def test_cases_without_diagnosis_are_grouped_by_summary() -> None:
    cases = [case(Status.FAILED, name, evidence=Evidence(summary="dw is None.")) for name in "ab"]
    assert group_cases(cases) == (tuple(cases),)


def test_the_group_that_lost_most_comes_first() -> None:
    once = case(Status.FAILED, "a", diagnosis=OUT_OF_TIME)
    twice = [case(Status.FAILED, name, diagnosis=WRONG_AXIS) for name in "bc"]
    assert group_cases([once, *twice]) == (tuple(twice), (once,))


def test_passed_cases_are_not_told() -> None:
    assert group_cases([case(Status.PASSED)]) == ()


def test_passed_cases_that_needed_a_served_part_are_told() -> None:
    served = case(Status.PASSED, right_once=("affine_backward",))
    assert group_cases([served]) == ((served,),)


def test_passed_cases_that_were_measured_are_told() -> None:
    evidence = Evidence(summary="", measures=(Measure(name="accuracy", value=0.97, full=0.95, none=0.8),))
    measured = case(Status.PASSED, evidence=evidence)
    assert group_cases([measured]) == ((measured,),)
