"""Take out of a check what its student may not see.

Public checks are shown whole. Of a hidden check the student sees the summary, the diagnosis, how large the
errors are, how many entries are wrong and where; never inputs, expected values, case ids, or anything the
student's own code could have used to carry them out (what it printed, numbers in its exceptions).
"""

from __future__ import annotations

import math

import msgspec

from grader.model import ArrayEvidence, CaseResult, CheckGrade, Evidence, Status, StudentError, Visibility
from grader.report.untrusted import without_numbers


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


def _hidden_case(case: CaseResult) -> CaseResult:
    return msgspec.structs.replace(
        case,
        case="",
        output="",
        # Why we failed is for the instructor: our own messages may hold what the check compares with.
        reason="" if case.status is Status.ERROR else without_numbers(case.reason),
        evidence=_hidden_evidence(case.evidence),
    )


def _hidden_evidence(evidence: Evidence | None) -> Evidence | None:
    if evidence is None:
        return None
    return msgspec.structs.replace(
        evidence,
        detail="",
        arrays=tuple(_hidden_array(array) for array in evidence.arrays),
        error=_hidden_error(evidence.error),
    )


def _hidden_array(array: ArrayEvidence) -> ArrayEvidence:
    return msgspec.structs.replace(array, worst=(), max_relative_error=order_of_magnitude(array.max_relative_error))


def _hidden_error(error: StudentError | None) -> StudentError | None:
    # A student can raise ValueError(x): the words of a message help, its numbers may be the hidden input.
    if error is None:
        return None
    return msgspec.structs.replace(error, type=without_numbers(error.type), message=without_numbers(error.message))
