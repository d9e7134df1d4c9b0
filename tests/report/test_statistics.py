from __future__ import annotations

import pytest

from grader.model import Evidence, Grade, Status
from grader.report import statistics
from tests.report import factory


def grades() -> list[Grade]:
    return [
        factory.grade([factory.failed_part(), factory.time_out_part()], key="ada"),
        factory.grade([factory.failed_part(), factory.hidden_part()], key="alan"),
        factory.grade([factory.training_part(), factory.hidden_part()], key="sofia"),
        factory.held_grade(),
    ]


def test_held_reports_do_not_count_in_the_scores() -> None:
    scores = statistics.scores(grades())
    assert scores is not None
    assert scores.shares == pytest.approx((4 / 13, 6 / 16, 9 / 17))


def test_a_class_of_held_reports_has_no_scores() -> None:
    assert statistics.scores([factory.held_grade()]) is None


def test_causes_are_ranked_by_students() -> None:
    causes = statistics.causes(grades())
    ranked = [(cause.diagnosis.name, [holder.grade.key for holder in cause.holders]) for cause in causes]
    assert ranked == [
        ("affine-db-wrong-axis", ["ada", "alan"]),
        ("times-a-constant", ["alan", "sofia"]),
        ("learning-rate-too-low", ["sofia"]),
    ]


def test_a_student_holds_a_cause_once_however_many_cases_show_it() -> None:
    cases = [factory.case(Status.FAILED, diagnosis=factory.TIMES_N) for _ in range(3)]
    part = factory.part("affine", "Affine layer", Status.FAILED, [factory.check("Gradients", cases)])
    [cause] = statistics.causes([factory.grade([part])])
    assert len(cause.holders) == 1


def test_failures_without_diagnosis_are_ranked_by_part() -> None:
    found = [(item.part_title, len(item.holders)) for item in statistics.unexplained(grades())]
    assert found == [("Softmax loss and its gradient", 2)]


def test_a_failure_the_diagnosis_of_its_part_explains_is_not_unexplained() -> None:
    part = factory.part(
        "affine",
        "Affine layer",
        Status.FAILED,
        [factory.check("Gradients", [factory.case(Status.FAILED, evidence=Evidence(summary="Wrong."))])],
        factory.WRONG_AXIS,
    )
    assert statistics.unexplained([factory.grade([part])]) == ()


def test_time_outs_are_told_by_part() -> None:
    [incident] = statistics.time_outs(grades())
    assert (incident.part_title, [holder.grade.key for holder in incident.holders]) == ("Convolution", ["ada"])


def test_errors_of_ours_are_told_with_their_reason() -> None:
    [incident] = statistics.faults(grades())
    assert incident.sentence == "The worker could not be started: fork failed with EAGAIN."


def test_a_failure_without_diagnosis_is_told_with_its_checks_and_what_was_seen() -> None:
    [found] = statistics.unexplained(grades())
    assert (found.checks, found.seen) == (("Loss and gradient on random scores",), ("`dw` is None.",))


def test_whoever_holds_a_cause_is_told_with_the_part() -> None:
    [cause] = [cause for cause in statistics.causes(grades()) if cause.diagnosis.name == "times-a-constant"]
    told = [(holder.grade.key, holder.anchor) for holder in cause.holders]
    assert told == [("alan", "#part-2"), ("sofia", "#part-2")]
