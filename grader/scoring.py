"""From outcomes to a grade: points of a check are shared by its cases, points of a part are those of its checks."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence

from grader.course import Assignment
from grader.model import CaseResult, Check, CheckGrade, Diagnosis, PartGrade, Status


def grade_check(check: Check, cases: Sequence[CaseResult]) -> CheckGrade:
    """Return a check's points and status; an error of ours decides no points for the whole check."""
    statuses = [case.status for case in cases]
    earned = check.points * sum(case.fraction for case in cases) / len(cases)
    if Status.ERROR in statuses:
        return CheckGrade(check=check, status=Status.ERROR, earned=0.0, cases=tuple(cases))
    return CheckGrade(check=check, status=joint_status(statuses), earned=round(earned, 6), cases=tuple(cases))


def joint_status(statuses: Sequence[Status]) -> Status:
    """Return what several outcomes amount to."""
    found = set(statuses)
    if Status.ERROR in found:
        return Status.ERROR
    if len(found) == 1:
        return next(iter(found))
    if Status.PASSED in found or Status.PARTIAL in found:
        return Status.PARTIAL
    if Status.FAILED in found:
        return Status.FAILED
    return Status.NOT_ATTEMPTED


def grade_parts(
    assignment: Assignment, checks: Sequence[Check], results: Mapping[str, Sequence[CaseResult]]
) -> tuple[PartGrade, ...]:
    """Return the parts in the assignment's order; a part without checks is left out.

    Args:
        assignment: names and orders the parts.
        checks: all the checks.
        results: for each check's id, the outcome of each case.
    """
    parts = []
    for part in assignment.parts:
        grades = tuple(grade_check(check, results[check.id]) for check in checks if check.part == part.name)
        if grades:
            parts.append(
                PartGrade(
                    part=part.name,
                    title=part.title,
                    status=joint_status([grade.status for grade in grades]),
                    earned=round(sum(grade.earned for grade in grades), 6),
                    possible=sum(grade.check.points for grade in grades),
                    diagnosis=main_diagnosis([case for grade in grades for case in grade.cases]),
                    checks=grades,
                )
            )
    return tuple(parts)


# Which kind of diagnosis says most, where the cases of a part have several.
RANK = {"misconception": 0, "error": 1, "structure": 2, "relation": 3, "place": 4}


def main_diagnosis(cases: Sequence[CaseResult]) -> Diagnosis | None:
    """Return the diagnosis that stands for a part: the strongest kind, and of these the most frequent."""
    found = [case.diagnosis for case in cases if case.diagnosis is not None]
    if not found:
        return None
    counts = Counter(diagnosis.name for diagnosis in found)
    return min(found, key=lambda diagnosis: (RANK[diagnosis.kind], -counts[diagnosis.name]))
