"""Take out of a check what its student may not see.

Public checks are shown whole. Of a hidden check the student sees the summary, the diagnosis, how large the
errors are, how many entries are wrong and where; never inputs, expected values, case ids, or anything the
student's own code could have used to carry them out (what it printed, numbers in its exceptions). Numbers in our
own sentences, such as factors, lengths and losses, are shown to three digits. What a training came to is the student's
own work and is shown of hidden checks too: confusions, learned weights as pictures in a few greys, generated text.
"""

from __future__ import annotations

import math
from collections.abc import Callable

import msgspec

from grader.model import (
    ArrayEvidence,
    CaseResult,
    CheckGrade,
    Curve,
    Diagnosis,
    Evidence,
    Finding,
    Grade,
    Measure,
    PartGrade,
    Status,
    StudentError,
    Visibility,
)
from grader.report.untrusted import coarse, without_numbers


def grade_for_student(grade: Grade) -> Grade:
    """Return a grade as its student may see it."""
    # Of a held report the notes say what failed in us, with lines of checks and reference.
    return msgspec.structs.replace(
        grade, parts=tuple(map(part_for_student, grade.parts)), notes=() if grade.held else grade.notes
    )


def part_for_student(part: PartGrade) -> PartGrade:
    """Return a part as its student may see it; its diagnosis is one of those of its cases."""
    return msgspec.structs.replace(
        part, checks=tuple(map(for_student, part.checks)), diagnosis=_diagnosis_of_part(part)
    )


def _diagnosis_of_part(part: PartGrade) -> Diagnosis | None:
    told = [graded for graded in part.checks if any(case.diagnosis == part.diagnosis for case in graded.cases)]
    if any(graded.check.visibility is Visibility.PUBLIC for graded in told):
        return part.diagnosis
    raised = any(case.diagnosis == part.diagnosis and _raised(case) for graded in told for case in graded.cases)
    return _hidden_diagnosis(part.diagnosis, raised=raised or not told)


def for_student(graded: CheckGrade) -> CheckGrade:
    """Return ``graded`` as its student may see it."""
    if graded.check.visibility is Visibility.PUBLIC:
        return graded
    return msgspec.structs.replace(
        graded,
        check=msgspec.structs.replace(graded.check, cases=("",) * len(graded.check.cases)),
        cases=tuple(_hidden_case(case) for case in graded.cases),
    )


def order_of_magnitude(error: float) -> float:
    """Round a relative error to a power of ten, so that it tells no more than its size."""
    if error == 0 or not math.isfinite(error):
        return error
    # The smallest denormals round down to a power that is no float; 1e-300 is as good as zero here.
    return 10.0 ** max(-300, min(300, round(math.log10(abs(error)))))


def _raised(case: CaseResult) -> bool:
    return case.evidence is not None and case.evidence.error is not None


def _hidden_diagnosis(diagnosis: Diagnosis | None, *, raised: bool) -> Diagnosis | None:
    """Return a diagnosis without what an exception told; a misconception repeats it, but its hint is the author's."""
    if diagnosis is None:
        return None
    observed = without_numbers if raised and diagnosis.kind in ("error", "misconception") else coarse
    advised = without_numbers if raised and diagnosis.kind == "error" else coarse
    return msgspec.structs.replace(diagnosis, observation=observed(diagnosis.observation), hint=advised(diagnosis.hint))


def _hidden_case(case: CaseResult) -> CaseResult:
    # The sentence on an exception repeats its message, of which a student chose every word.
    said = without_numbers if _raised(case) else coarse
    return msgspec.structs.replace(
        case,
        case="",
        output="",
        # Why we failed is for the instructor: our own messages may hold what the check compares with.
        reason="" if case.status is Status.ERROR else without_numbers(case.reason),
        evidence=_hidden_evidence(case.evidence, said),
        diagnosis=_hidden_diagnosis(case.diagnosis, raised=_raised(case)),
        advice=tuple(map(coarse, case.advice)),
    )


def _hidden_evidence(evidence: Evidence | None, said: Callable[[str], str]) -> Evidence | None:
    if evidence is None:
        return None
    return msgspec.structs.replace(
        evidence,
        summary=said(evidence.summary),
        detail="",
        curves=tuple(map(_hidden_curve, evidence.curves)),
        measures=tuple(map(_hidden_measure, evidence.measures)),
        arrays=tuple(_hidden_array(array) for array in evidence.arrays),
        error=_hidden_error(evidence.error),
        findings=tuple(map(_hidden_finding, evidence.findings)),
        smallest=None,
    )


def _hidden_finding(finding: Finding) -> Finding:
    return msgspec.structs.replace(
        finding,
        observation=coarse(finding.observation),
        cause=coarse(finding.cause),
        experiment=coarse(finding.experiment),
    )


def _hidden_array(array: ArrayEvidence) -> ArrayEvidence:
    return msgspec.structs.replace(array, worst=(), max_relative_error=order_of_magnitude(array.max_relative_error))


def _hidden_curve(curve: Curve) -> Curve:
    # A picture shows each point as exactly as it is given.
    return msgspec.structs.replace(curve, y=tuple(map(_three_digits, curve.y)))


def _hidden_measure(measure: Measure) -> Measure:
    return msgspec.structs.replace(measure, value=_three_digits(measure.value))


def _three_digits(value: float) -> float:
    # Not a number stays the same object, which makes measures equal and cases a group.
    return float(f"{value:.3g}") if math.isfinite(value) else value


def _hidden_error(error: StudentError | None) -> StudentError | None:
    # A student can raise ValueError(x): the words of a message help, its numbers may be the hidden input.
    if error is None:
        return None
    return msgspec.structs.replace(error, type=without_numbers(error.type), message=without_numbers(error.message))
