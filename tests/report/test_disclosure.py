from __future__ import annotations

import math

import msgspec
import pytest

from grader.model import CaseResult, CheckGrade, Curve, Diagnosis, Evidence, Status
from grader.report.disclosure import for_student, grade_for_student, order_of_magnitude, part_for_student
from tests.report import factory


def graded(*, hidden: bool) -> CheckGrade:
    evidence = Evidence(
        summary="`dx` is wrong.",
        detail="x = 0.25",
        arrays=(factory.array(),),
        error=factory.exception("could not reach 0.918273"),
    )
    case = factory.case(
        Status.FAILED, "N4", evidence=evidence, output="0.918273", reason="needs 3 rows", diagnosis=factory.TIMES_N
    )
    return factory.check("Gradients", [case], hidden=hidden)


def hidden_case() -> CaseResult:
    return for_student(graded(hidden=True)).cases[0]


def hidden_evidence() -> Evidence:
    evidence = hidden_case().evidence
    assert evidence is not None
    return evidence


def test_a_public_check_is_shown_whole() -> None:
    assert for_student(graded(hidden=False)) == graded(hidden=False)


def test_a_hidden_check_keeps_its_summary() -> None:
    assert hidden_evidence().summary == "`dx` is wrong."


def test_a_hidden_check_keeps_its_diagnosis() -> None:
    assert hidden_case().diagnosis == factory.TIMES_N


def test_a_hidden_check_loses_its_detail() -> None:
    assert hidden_evidence().detail == ""


def test_a_hidden_check_loses_its_worst_entries() -> None:
    assert hidden_evidence().arrays[0].worst == ()


def test_a_hidden_check_keeps_its_heat_map() -> None:
    assert hidden_evidence().arrays[0].heat == factory.array().heat


def test_a_hidden_check_tells_the_size_of_its_error_as_a_power_of_ten() -> None:
    assert hidden_evidence().arrays[0].max_relative_error == 0.01


def test_a_hidden_check_loses_the_ids_of_its_cases() -> None:
    shown = for_student(graded(hidden=True))
    assert (shown.cases[0].case, shown.check.cases) == ("", ("",))


def test_a_hidden_check_loses_what_was_printed() -> None:
    assert hidden_case().output == ""


def learnt() -> Evidence:
    """Return what is left of the evidence of a hidden training."""
    case = for_student(factory.training_part().checks[0]).cases[0]
    assert case.evidence is not None
    return case.evidence


def test_a_hidden_training_keeps_what_was_learnt() -> None:
    whole = factory.training_part().checks[0].cases[0].evidence
    assert whole is not None
    assert (learnt().matrices, learnt().images, learnt().texts) == (whole.matrices, whole.images, whole.texts)


def test_a_finding_on_a_hidden_training_tells_three_digits() -> None:
    assert learnt().findings[0].observation == (
        "The loss fell by 26 % in 300 steps; each step changed the weights by ≈0.000988 % of their size."
    )


def test_a_hidden_check_loses_its_smallest_input() -> None:
    evidence = Evidence(summary="", smallest=factory.SMALLEST)
    shown = for_student(factory.check("Gradients", [factory.case(Status.FAILED, evidence=evidence)])).cases[0]
    assert shown.evidence == Evidence(summary="")


def test_a_fault_of_ours_in_a_hidden_check_loses_its_reason() -> None:
    fault = factory.case(Status.ERROR, reason="expected array([a, b])")
    assert for_student(factory.check("Gradients", [fault])).cases[0].reason == ""


def test_a_skipped_hidden_check_keeps_its_reason() -> None:
    skipped = factory.case(Status.SKIPPED, reason="It needs `affine_forward`.")
    assert for_student(factory.check("Gradients", [skipped])).cases[0].reason == "It needs `affine_forward`."


def test_an_exception_of_a_hidden_check_loses_its_numbers() -> None:
    error = hidden_evidence().error
    assert error is not None
    assert error.message == "could not reach #"


def test_an_exception_of_a_hidden_check_keeps_its_frames() -> None:
    error = hidden_evidence().error
    assert error is not None
    assert error.frames == factory.exception().frames


@pytest.mark.parametrize(("error", "size"), [(0.0, 0.0), (math.inf, math.inf), (5e-324, 1e-300), (340.0, 1000.0)])
def test_an_order_of_magnitude_is_a_power_of_ten(error: float, size: float) -> None:
    assert order_of_magnitude(error) == pytest.approx(size, rel=1e-12)


def raised() -> CaseResult:
    """Return a case whose exception says 0.918273 wherever it is repeated."""
    message = "affine_backward raised ValueError: could not reach 0.918273"
    return factory.case(
        Status.FAILED,
        evidence=Evidence(summary=message, error=factory.exception("could not reach 0.918273")),
        diagnosis=Diagnosis(name="raised", kind="error", observation=message, hint="No 0.918273 here"),
    )


def test_the_sentence_on_an_exception_loses_its_numbers() -> None:
    (case,) = for_student(factory.check("Gradients", [raised()])).cases
    assert case.evidence is not None
    assert case.evidence.summary == "affine_backward raised ValueError: could not reach #"


def test_the_diagnosis_of_an_exception_loses_its_numbers() -> None:
    (case,) = for_student(factory.check("Gradients", [raised()])).cases
    assert case.diagnosis is not None
    assert (case.diagnosis.observation, case.diagnosis.hint) == (
        "affine_backward raised ValueError: could not reach #",
        "No # here",
    )


def told_by_part(*, hidden: bool) -> str:
    checks = [factory.check("Gradients", [raised()], hidden=hidden)]
    part = factory.part("affine", "Affine", Status.FAILED, checks, raised().diagnosis)
    shown = part_for_student(part).diagnosis
    assert shown is not None
    return shown.observation


def test_a_part_tells_no_more_than_its_hidden_check() -> None:
    assert told_by_part(hidden=True) == "affine_backward raised ValueError: could not reach #"


def test_a_part_tells_what_its_public_check_does() -> None:
    assert told_by_part(hidden=False) == "affine_backward raised ValueError: could not reach 0.918273"


def test_a_held_report_does_not_say_what_failed_in_us() -> None:
    held = msgspec.structs.replace(factory.held_grade(), notes=("File checks/test_affine.py: expected 0.918273",))
    assert grade_for_student(held).notes == ()


def test_the_curve_of_a_hidden_check_is_drawn_to_three_digits() -> None:
    evidence = Evidence(summary="", curves=(Curve(name="loss", x=(0.0, 1.0), y=(0.918273, math.inf)),))
    (case,) = for_student(factory.check("Training", [factory.case(Status.PARTIAL, evidence=evidence)])).cases
    assert case.evidence is not None
    assert case.evidence.curves[0].y == (0.918, math.inf)
