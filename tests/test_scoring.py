"""From outcomes to points: what a case, a check and a part are worth, and how they are summed up."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import product
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from grader.course import Assignment, Part
from grader.model import CaseResult, Check, Diagnosis, DiagnosisKind, Status, Visibility
from grader.scoring import RANK, grade_check, grade_parts, joint_status, main_diagnosis

P, PART, F = Status.PASSED, Status.PARTIAL, Status.FAILED
NOT, SKIP, ERROR = Status.NOT_ATTEMPTED, Status.SKIPPED, Status.ERROR


def check(part: str = "affine", points: float = 3.0, name: str = "test_values") -> Check:
    return Check(id=f"checks/{part}::{name}", part=part, title="Works.", points=points, visibility=Visibility.HIDDEN)


def case(status: Status, fraction: float | None = None, diagnosis: Diagnosis | None = None) -> CaseResult:
    earned = (1.0 if status is P else 0.0) if fraction is None else fraction
    return CaseResult(check="c", case="", status=status, fraction=earned, diagnosis=diagnosis)


def cause(name: str, kind: DiagnosisKind) -> Diagnosis:
    return Diagnosis(name=name, kind=kind, observation=f"{name}.")


# --- checks -----------------------------------------------------------------------------------------------


def test_the_points_of_a_check_are_shared_by_its_cases() -> None:
    assert grade_check(check(points=3.0), [case(P), case(F), case(P)]).earned == 2.0


@pytest.mark.parametrize("count", range(1, 50))
def test_all_cases_passed_earn_exactly_all_points(count: int) -> None:
    assert grade_check(check(points=3.0), [case(P)] * count).earned == 3.0


def test_a_fraction_earns_its_share() -> None:
    assert grade_check(check(points=4.0), [case(PART, 0.25), case(P)]).earned == 2.5


@pytest.mark.parametrize("status", [F, NOT, SKIP])
def test_what_did_not_pass_earns_nothing(status: Status) -> None:
    graded = grade_check(check(), [case(status)] * 2)
    assert (graded.earned, graded.status) == (0.0, status)


def test_an_error_of_ours_decides_no_points_of_the_check() -> None:
    graded = grade_check(check(), [case(P), case(ERROR), case(P)])
    assert (graded.earned, graded.status) == (0.0, ERROR)


def test_the_cases_are_kept_in_order() -> None:
    cases = (case(P), case(F), case(SKIP))
    assert grade_check(check(), list(cases)).cases == cases


@given(st.lists(st.floats(0, 1), min_size=1, max_size=20), st.floats(0, 100))
def test_no_check_earns_less_than_nothing_or_more_than_its_points(fractions: list[float], points: float) -> None:
    graded = grade_check(check(points=points), [case(PART, fraction) for fraction in fractions])
    assert 0.0 <= graded.earned <= round(points, 6)


# --- statuses ---------------------------------------------------------------------------------------------


@pytest.mark.parametrize("status", list(Status))
def test_equal_outcomes_amount_to_themselves(status: Status) -> None:
    assert joint_status([status, status, status]) is status


@pytest.mark.parametrize(
    ("statuses", "joint"),
    [
        ([P, F], PART),
        ([P, SKIP], PART),
        ([P, NOT], PART),
        ([PART, F], PART),
        ([PART, P], PART),
        ([F, SKIP], F),
        ([F, NOT], F),
        ([NOT, SKIP], NOT),
    ],
)
def test_different_outcomes_are_summed_up(statuses: Sequence[Status], joint: Status) -> None:
    assert (joint_status(statuses), joint_status(statuses[::-1])) == (joint, joint)


@pytest.mark.parametrize("other", list(Status))
def test_an_error_of_ours_outweighs_everything(other: Status) -> None:
    assert joint_status([other, ERROR]) is ERROR


def test_only_what_passed_throughout_has_passed() -> None:
    mixed = [pair for pair in product(Status, repeat=2) if joint_status(pair) is P]
    assert mixed == [(P, P)]


# --- parts ------------------------------------------------------------------------------------------------

ASSIGNMENT = Assignment(
    name="mlp",
    title="A network",
    folder=Path("reference/mlp"),
    min_tier="T1",
    public_checks=(),
    data=(),
    heldout=(),
    parts=tuple(Part(name=name, title=f"The {name} layer") for name in ("relu", "affine", "softmax")),
)


def test_parts_come_in_the_order_of_the_assignment_and_those_without_checks_are_left_out() -> None:
    checks = [check("affine"), check("relu")]
    parts = grade_parts(ASSIGNMENT, checks, {c.id: [case(P)] for c in checks})
    assert [(part.part, part.title) for part in parts] == [("relu", "The relu layer"), ("affine", "The affine layer")]


def test_the_points_of_a_part_are_those_of_its_checks() -> None:
    checks = [check(points=3.0), check(points=1.5, name="test_gradients"), check("relu", points=10.0)]
    results = dict(zip([c.id for c in checks], ([case(P)], [case(F), case(P)], [case(P)]), strict=True))
    relu, affine = grade_parts(ASSIGNMENT, checks, results)
    assert ((relu.earned, relu.possible), (affine.earned, affine.possible)) == ((10.0, 10.0), (3.75, 4.5))


def test_a_part_with_an_error_of_ours_is_one() -> None:
    checks = [check(), check(name="test_gradients")]
    (part,) = grade_parts(ASSIGNMENT, checks, {checks[0].id: [case(P)], checks[1].id: [case(ERROR)]})
    assert (part.status, part.earned) == (ERROR, 3.0)


def test_a_part_keeps_its_checks_in_order() -> None:
    checks = [check(), check(name="test_gradients")]
    (part,) = grade_parts(ASSIGNMENT, checks, {c.id: [case(P)] for c in checks})
    assert [graded.check for graded in part.checks] == checks


# --- the cause that stands for a part ---------------------------------------------------------------------


def test_without_a_cause_none_is_named() -> None:
    assert main_diagnosis([case(F), case(P)]) is None


def test_the_strongest_kind_stands_for_the_part() -> None:
    kinds: list[DiagnosisKind] = ["place", "relation", "structure", "error", "misconception"]
    named = []
    for count in range(1, 6):
        found = main_diagnosis([case(F, diagnosis=cause(kind, kind)) for kind in kinds[:count]])
        assert found is not None
        named.append(found.kind)
    assert named == kinds


def test_of_one_kind_the_most_frequent_stands_for_the_part() -> None:
    causes = [cause(name, "relation") for name in ("sign", "factor", "factor", "offset")]
    found = main_diagnosis([case(F, diagnosis=diagnosis) for diagnosis in causes])
    assert found == causes[1]


def test_of_equally_many_the_first_stands_for_the_part() -> None:
    causes = [cause(name, "relation") for name in ("sign", "factor")]
    assert main_diagnosis([case(F, diagnosis=diagnosis) for diagnosis in causes]) == causes[0]


def test_every_kind_of_cause_has_a_rank() -> None:
    assert set(RANK) == set(DiagnosisKind.__args__)  # type: ignore[attr-defined]  # an alias tells its members there
