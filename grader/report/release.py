"""What of the hidden checks is shown at all, before ``disclosure`` decides what is shown of each."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Literal

import msgspec

from grader.model import Check, CheckGrade, Diagnosis, Grade, PartGrade, Status, Visibility

# Everything; of hidden checks their points a part, without names; of hidden checks nothing.
Shown = Literal["all", "scores", "public"]

HIDDEN_TITLE = "Hidden checks"


def as_released(grade: Grade, shown: Shown) -> Grade:
    """Return a grade with as much of its hidden checks as is released.

    With "public" the points and the status of the parts and of the whole are those of the public checks, and a part
    without any is left out: its points would tell the hidden ones.
    """
    if shown == "all":
        return grade
    if shown == "scores":
        return msgspec.structs.replace(grade, parts=tuple(map(_without_names, grade.parts)))
    parts = tuple(_public(part) for part in grade.parts if any(map(_is_public, part.checks)))
    return msgspec.structs.replace(
        grade,
        parts=parts,
        earned=round(sum(part.earned for part in parts), 6),
        possible=sum(part.possible for part in parts),
    )


def _is_public(graded: CheckGrade) -> bool:
    return graded.check.visibility is Visibility.PUBLIC


def _public(part: PartGrade) -> PartGrade:
    checks = tuple(filter(_is_public, part.checks))
    return msgspec.structs.replace(
        part,
        checks=checks,
        status=_joint([graded.status for graded in checks]),
        earned=round(sum(graded.earned for graded in checks), 6),
        possible=sum(graded.check.points for graded in checks),
        diagnosis=_told_by(part.diagnosis, checks),
    )


def _without_names(part: PartGrade) -> PartGrade:
    public = tuple(filter(_is_public, part.checks))
    hidden = tuple(graded for graded in part.checks if not _is_public(graded))
    if not hidden:
        return part
    return msgspec.structs.replace(
        part, checks=(*public, _merged(part.part, hidden)), diagnosis=_told_by(part.diagnosis, public)
    )


def _merged(part: str, hidden: Sequence[CheckGrade]) -> CheckGrade:
    """Return checks as one that says how many points they gave together."""
    return CheckGrade(
        check=Check(
            id=f"hidden/{part}",
            part=part,
            title=HIDDEN_TITLE,
            points=sum(graded.check.points for graded in hidden),
            visibility=Visibility.HIDDEN,
            cases=(),
        ),
        status=_joint([graded.status for graded in hidden]),
        earned=round(sum(graded.earned for graded in hidden), 6),
        cases=(),
    )


def _told_by(diagnosis: Diagnosis | None, checks: Sequence[CheckGrade]) -> Diagnosis | None:
    """Return a part's diagnosis where one of these checks made it."""
    made = any(case.diagnosis == diagnosis for graded in checks for case in graded.cases)
    return diagnosis if made else None


def _joint(statuses: Sequence[Status]) -> Status:
    found = set(statuses)
    if Status.ERROR in found:
        return Status.ERROR
    if len(found) == 1:
        return next(iter(found))
    if found & {Status.PASSED, Status.PARTIAL}:
        return Status.PARTIAL
    return Status.FAILED if Status.FAILED in found else Status.NOT_ATTEMPTED
