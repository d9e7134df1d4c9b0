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


def test_a_rate_counts_students_and_their_share_of_points() -> None:
    [rate] = [rate for rate in statistics.check_rates(grades()) if rate.check.title.startswith("Gradients of")]
    assert (rate.students, rate.passed, round(rate.mean_share, 9)) == (2, 0, 0.4)


def test_an_error_of_ours_does_not_count_in_a_rate() -> None:
    [rate] = [rate for rate in statistics.check_rates(grades()) if rate.part_title == "Sampling"]
    assert (rate.students, rate.pass_rate) == (0, 0.0)


def test_causes_are_ranked_by_students() -> None:
    ranked = [(cause.diagnosis.name, [grade.key for grade in cause.grades]) for cause in statistics.causes(grades())]
    assert ranked == [
        ("affine-db-wrong-axis", ["ada", "alan"]),
        ("times-a-constant", ["alan", "sofia"]),
        ("learning-rate-too-low", ["sofia"]),
    ]


def test_a_student_holds_a_cause_once_however_many_cases_show_it() -> None:
    cases = [factory.case(Status.FAILED, diagnosis=factory.TIMES_N) for _ in range(3)]
    part = factory.part("affine", "Affine layer", Status.FAILED, [factory.check("Gradients", cases)])
    [cause] = statistics.causes([factory.grade([part])])
    assert len(cause.grades) == 1


def test_failures_without_diagnosis_are_ranked_by_part() -> None:
    found = [(item.part_title, len(item.grades)) for item in statistics.unexplained(grades())]
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
    assert (incident.part_title, [grade.key for grade in incident.grades]) == ("Convolution", ["ada"])


def test_errors_of_ours_are_told_with_their_reason() -> None:
    [incident] = statistics.faults(grades())
    assert incident.sentence == "The worker could not be started: fork failed with EAGAIN."
