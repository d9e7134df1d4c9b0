"""Small grades with what they rest on, for the tests of differences."""

from __future__ import annotations

from grader.model import (
    CaseResult,
    Check,
    CheckGrade,
    Diagnosis,
    Evidence,
    Grade,
    PartGrade,
    Refusal,
    Status,
    Visibility,
)
from grader.session.basis import Basis, Graded
from grader.session.ingredients import Ingredient, Ingredients, Kind, digest_of

CHECK = "checks/test_a.py::test_values"
OTHER = "checks/test_a.py::test_shape"
REFUSAL = Refusal(student="Rosa", key="rosa", origin="rosa.zip", reason="The archive is empty.")


def cause(name: str = "mask-omitted", hint: str = "Look at the mask.") -> Diagnosis:
    return Diagnosis(name=name, kind="misconception", observation="dx is wrong.", hint=hint)


def check(
    earned: float = 2.0, points: float = 2.0, *, name: str = CHECK, part: str = "a", title: str = "Computes it",
    diagnosis: Diagnosis | None = None, status: Status | None = None,
) -> CheckGrade:  # fmt: skip
    """Return a check with one case."""
    found = status or (Status.PASSED if earned == points else Status.FAILED)
    evidence = None if found is Status.PASSED else Evidence(summary="dx is wrong.")
    case = CaseResult(
        check=name, case="", status=found, fraction=earned / points, evidence=evidence, diagnosis=diagnosis, cpu_s=0.5,
        reason="The check itself failed: no." if found is Status.ERROR else "",
    )  # fmt: skip
    of = Check(id=name, part=part, title=title, points=points, visibility=Visibility.HIDDEN)
    return CheckGrade(check=of, status=found, earned=earned, cases=(case,))


def part(*checks: CheckGrade, name: str = "a") -> PartGrade:
    worst = next((one.status for one in checks if one.status is not Status.PASSED), Status.PASSED)
    return PartGrade(
        part=name,
        title=f"Part {name}",
        status=worst,
        earned=sum(one.earned for one in checks),
        possible=sum(one.check.points for one in checks),
        diagnosis=next((case.diagnosis for one in checks for case in one.cases if case.diagnosis), None),
        checks=checks,
    )


def graded(
    *parts: PartGrade, student: str = "ada", digest: str = "hand-in", bases: dict[str, Basis] | None = None,
    notes: tuple[str, ...] = (),
) -> Graded:  # fmt: skip
    """Return a grade; without bases every part rests on nothing that changes."""
    grade = Grade(
        assignment="tiny",
        assignment_title="A tiny network",
        student=student,
        key=student.lower(),
        digest=digest,
        origin=f"{student}.py",
        earned=sum(one.earned for one in parts),
        possible=sum(one.possible for one in parts),
        parts=parts,
        notes=notes,
        held=any(one.status is Status.ERROR for one in parts),
    )
    return Graded(grade=grade, bases={one.part: Basis(digest="same") for one in parts} if bases is None else bases)


def ingredient(kind: Kind, value: str, name: str = "") -> Ingredient:
    return Ingredient(kind=kind, name=name, value=value)


def resting(*ingredients: Ingredient) -> Basis:
    return Basis(digest=digest_of(ingredients))


def by_digest(*lists: Ingredients) -> dict[str, Ingredients]:
    return {digest_of(one): one for one in lists}
