"""The feedback report of one student: what was earned, what would earn most next, why points are missing."""

from __future__ import annotations

from dataclasses import dataclass, replace

from grader.model import CheckGrade, Diagnosis, Final, Grade, PartGrade, Status
from grader.report.code import CodeView, code_view
from grader.report.disclosure import grade_for_student
from grader.report.evidence import Allowance, GroupView, group_view
from grader.report.groups import group_cases
from grader.report.hand import hand_view
from grader.report.pages import template
from grader.report.release import Shown, as_released
from grader.report.wording import isolation

NEXT_LIMIT = 4
GROUP_LIMIT = 3


@dataclass(frozen=True, slots=True)
class CheckView:
    """One check of a part."""

    graded: CheckGrade
    groups: tuple[GroupView, ...]
    groups_left_out: int
    advice: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class PartView:
    """One part, with an anchor on the page."""

    anchor: str
    grade: PartGrade
    diagnosis: Diagnosis | None
    checks: tuple[CheckView, ...]
    code: CodeView | None = None
    by_hand: float = 0.0  # points that an instructor added to those of the checks, or took off

    @property
    def missing(self) -> float:
        """Points not earned yet."""
        return self.grade.possible - self.grade.earned - self.by_hand

    @property
    def folded(self) -> bool:
        """Tell whether the checks hold nothing that needs reading now."""
        return self.grade.status in {Status.PASSED, Status.NOT_ATTEMPTED} and not any(
            check.groups or check.advice for check in self.checks
        )

    @property
    def reason(self) -> str:
        """Why points are missing, in a sentence."""
        if self.grade.status is Status.NOT_ATTEMPTED:
            return "Not attempted yet."
        if self.diagnosis is not None:
            return self.diagnosis.observation
        groups = [group for check in self.checks for group in check.groups]
        return next((group.reason or group.summary for group in groups if group.reason or group.summary), "")


def render_student(grade: Grade, *, notebook: str = "", final: Final | None = None, shown: Shown = "all") -> str:
    """Return the feedback report of one graded submission as one self-contained HTML page.

    The page shows nothing of hidden checks but what ``grader.report.disclosure`` lets through. It needs
    neither network nor JavaScript. Drawing changes matplotlib's settings for a moment, so that reports are
    rendered from one thread of a process at a time.

    Args:
        grade: of the submission.
        notebook: address of the student's notebook with the same feedback; "" where there is none.
        final: what counts, with instructors' comments; None where the grade alone does.
        shown: what of the hidden checks is released.
    """
    allowance = Allowance()
    grade = grade_for_student(as_released(grade, shown))
    parts = tuple(part_view(f"part-{number}", part, allowance) for number, part in enumerate(grade.parts, start=1))
    if final is not None and shown != "public":
        by_hand = {part.part: part.points - part.automatic for part in final.parts}
        parts = tuple(replace(view, by_hand=by_hand.get(view.grade.part, 0.0)) for view in parts)
    return template("student.html").render(
        grade=grade,
        hand=hand_view(grade, final, shown, {view.grade.part: view.anchor for view in parts}),
        parts=parts,
        next_parts=_next_parts(parts),
        isolation=isolation(grade.tier),
        notebook=notebook,
    )


def part_view(anchor: str, part: PartGrade, allowance: Allowance) -> PartView:
    """Return a part as the page shows it, under an id that is unique there."""
    checks = tuple(_check_view(graded, part.diagnosis, allowance) for graded in part.checks)
    return PartView(anchor, part, part.diagnosis, checks, allowance.take_code(code_view(part)))


def _check_view(graded: CheckGrade, told: Diagnosis | None, allowance: Allowance) -> CheckView:
    groups = group_cases(graded.cases)
    return CheckView(
        graded=graded,
        groups=tuple(group_view(group, len(graded.cases), told, allowance) for group in groups[:GROUP_LIMIT]),
        groups_left_out=max(0, len(groups) - GROUP_LIMIT),
        advice=tuple(dict.fromkeys(sentence for case in graded.cases for sentence in case.advice)),
    )


def _next_parts(parts: tuple[PartView, ...]) -> tuple[PartView, ...]:
    """Return the parts with the most missing points."""
    open_parts = [part for part in parts if part.missing > 1e-9]
    return tuple(sorted(open_parts, key=lambda part: part.missing, reverse=True)[:NEXT_LIMIT])
