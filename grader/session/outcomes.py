"""The only place where exceptions become outcomes.

A wrong answer fails; a part that is still a stub is not attempted; a case whose answer cannot be judged because
another part is unusable is skipped; everything that student code cannot cause is an error of ours.
"""

from __future__ import annotations

import inspect
from collections.abc import Callable
from typing import NamedTuple

import msgspec

from grader.checking.errors import explain_error, named_text, raised_text
from grader.checking.failure import CheckFailed, NeedsPart
from grader.course import Assignment
from grader.errors import StudentRaised, WorkerEnded
from grader.model import (
    CaseResult,
    Check,
    Curve,
    Diagnosis,
    Evidence,
    Images,
    Matrix,
    Measure,
    Status,
    StudentError,
    Text,
)
from grader.session.student import LocalBackend, PartMissing, Student


class Loaded(NamedTuple):
    """What is known of a submission once its source has been loaded.

    Attributes:
        stubs: parts that are still as they were handed out.
        voided: parts whose definition failed, with the error.
        missing: parts that are not defined at all.
    """

    stubs: frozenset[str]
    voided: dict[str, StudentError]
    missing: frozenset[str]


def outcome(check: Check, case: str, raised: BaseException | None, student: Student, loaded: Loaded) -> CaseResult:
    """Return what a case came to.

    Args:
        check: the check the case belongs to.
        case: its parameter id.
        raised: what the test function raised, or None.
        student: the proxy the case used.
        loaded: what is known of the submission's source.
    """
    result = judged(check, case, raised, student, loaded)
    shown = shown_evidence(result.evidence, student)
    return msgspec.structs.replace(result, evidence=shown, advice=tuple(student.advice))


def judged(check: Check, case: str, raised: BaseException | None, student: Student, loaded: Loaded) -> CaseResult:
    if raised is None:
        return CaseResult(check=check.id, case=case, status=Status.PASSED, fraction=1.0)
    if isinstance(raised, CheckFailed):
        return CaseResult(
            check=check.id,
            case=case,
            status=Status.PARTIAL if 0 < raised.fraction < 1 else Status.FAILED,
            fraction=raised.fraction,
            evidence=raised.evidence,
            diagnosis=raised.diagnosis,
        )
    if check.part in loaded.stubs:
        return without_points(check, case, Status.NOT_ATTEMPTED, f"{check.part} is not written yet.")
    if check.part in loaded.missing:
        return part_missing(check, case, check.part, loaded)
    if isinstance(raised, NeedsPart):
        return needs_part(check, case, raised.part, str(raised))
    if isinstance(raised, PartMissing):
        return part_missing(check, case, raised.part, loaded)
    if isinstance(raised, StudentRaised):
        return student_raised(check, case, raised.error, student)
    if isinstance(raised, WorkerEnded):
        return worker_ended(check, case, raised, student.calling)
    reason = f"The check itself failed: {type(raised).__name__}: {str(raised)[:300]}"
    return without_points(check, case, Status.ERROR, reason)


def shown_evidence(evidence: Evidence | None, student: Student) -> Evidence | None:
    """Return the evidence with the curves, measures and pictures that the check showed."""
    if not student.shown:
        return evidence
    evidence = evidence or Evidence(summary="")
    kinds = {"curves": Curve, "measures": Measure, "matrices": Matrix, "images": Images, "texts": Text}
    shown = {
        name: getattr(evidence, name) + tuple(record for record in student.shown if isinstance(record, kind))
        for name, kind in kinds.items()
    }
    return msgspec.structs.replace(evidence, **shown)


def without_points(check: Check, case: str, status: Status, reason: str) -> CaseResult:
    return CaseResult(check=check.id, case=case, status=status, fraction=0.0, reason=reason)


def failed(check: Check, case: str, evidence: Evidence, diagnosis: Diagnosis | None) -> CaseResult:
    return CaseResult(
        check=check.id, case=case, status=Status.FAILED, fraction=0.0, evidence=evidence, diagnosis=diagnosis
    )


def needs_part(check: Check, case: str, needed: str, reason: str) -> CaseResult:
    """Fail the case where the unusable part is the one under test; skip it where it is another one."""
    if needed == check.part:
        diagnosis = Diagnosis(name="nothing-to-judge", kind="structure", observation=reason)
        return failed(check, case, Evidence(summary=reason), diagnosis)
    return without_points(check, case, Status.SKIPPED, reason)


def part_missing(check: Check, case: str, missing: str, loaded: Loaded) -> CaseResult:
    error = loaded.voided.get(missing)
    if error is not None:
        reason = f"{missing} could not be read: {named_text(error)}"
        if missing != check.part:
            return without_points(check, case, Status.SKIPPED, reason)
        diagnosis = Diagnosis(
            name="cannot-be-read",
            kind="error",
            observation=reason,
            hint="Only the code in it is lost; the rest of the file is graded.",
        )
        return failed(check, case, Evidence(summary=reason, error=error), diagnosis)
    reason = f"{missing} is not defined in the submission. Give it exactly this name."
    status = Status.NOT_ATTEMPTED if missing == check.part else Status.SKIPPED
    return without_points(check, case, status, reason)


def student_raised(check: Check, case: str, error: StudentError, student: Student) -> CaseResult:
    if error.type == "NotImplementedError":
        unwritten = owner(student.assignment, error) or student.calling
        reason = f"{unwritten} is not written yet."
        if unwritten == check.part:
            return without_points(check, case, Status.NOT_ATTEMPTED, reason)
        return without_points(check, case, Status.SKIPPED, f"{reason} {check.part} is checked with it.")
    summary = raised_text(student.calling, error)
    if student.calling != check.part:
        return without_points(check, case, Status.SKIPPED, f"{summary} {check.part} is checked with it.")
    diagnosis = explain_error(student.calling, error)
    # Raised before a line of it ran: it is not what is called, or takes other arguments.
    in_vain = not error.frames and error.type in ("TypeError", "AttributeError")
    if in_vain and (hint := called_as(student, check.part)):
        diagnosis = msgspec.structs.replace(diagnosis, name="called-in-vain", hint=hint)
    return failed(check, case, Evidence(summary=summary, error=error), diagnosis)


def called_as(student: Student, part: str) -> str:
    """Say what a part should be and how it is called, as the reference has it; "" where there is none."""
    counterpart = student.counterpart
    if counterpart is None or not isinstance(counterpart.backend, LocalBackend):
        return ""
    found = counterpart.backend.function(part)
    methods = student.assignment.part(part).methods
    if not methods:
        return f"It is called as {part}{signature(found)}."
    named = ", ".join(f"{name}{signature(getattr(found, name), bound=True)}" for name in methods)
    word = "method" if len(methods) == 1 else "methods"
    return f"It is a class, made as {part}{signature(found)}, with the {word} {named}."


def signature(function: Callable[..., object], *, bound: bool = False) -> str:
    """Return the parameters of a function in brackets; without self, where it is ``bound``."""
    parameters = list(inspect.signature(function).parameters.values())[bound:]
    return str(inspect.Signature(parameters))


def owner(assignment: Assignment, error: StudentError) -> str:
    """Return the part whose own code raised, "" where it is none."""
    names = {name: part.name for part in assignment.parts for name in (part.name, *part.aliases)}
    for frame in reversed(error.frames):
        name = frame.function.split(".")[0]
        if name in names:
            return names[name]
    return ""


def worker_ended(check: Check, case: str, ended: WorkerEnded, calling: str) -> CaseResult:
    summary = str(ended)
    if calling and calling != check.part:
        # Without the summary's numbers, which are taken out of what a hidden check says.
        return without_points(check, case, Status.SKIPPED, f"{calling} was stopped. {check.part} is checked with it.")
    diagnosis = Diagnosis(name=f"stopped-{ended.ending.replace(' ', '-')}", kind="error", observation=summary)
    return failed(check, case, Evidence(summary=summary), diagnosis)
