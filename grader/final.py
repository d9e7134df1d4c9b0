"""What counts for a student: the automatic grade, with what instructors changed and what being late takes off.

The order: instructors' points of each part are put in the place of the automatic ones (never below 0); of their sum
being late takes its share; points on the hand-in as a whole come last, so that they can give back what it took.
The automatic grade itself is never changed.
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Sequence
from datetime import datetime, timedelta
from typing import Literal

import msgspec

from grader.model import (
    Arrival,
    Final,
    FinalPart,
    Grade,
    Hand,
    Late,
    PartGrade,
    Policy,
    Record,
    Refusal,
    Remark,
)
from grader.remarks import standing

DAY = timedelta(days=1)


class Chosen(Record, frozen=True, kw_only=True):
    """One result a student, under the student's own key."""

    grades: tuple[Grade, ...]
    refusals: tuple[Refusal, ...]
    hand: Hand
    kept: dict[str, str]  # key of each hand-in that counts: that of its student


def final_grades(grades: Iterable[Grade], hand: Hand) -> dict[str, Final]:
    """Return what counts for each student, by key."""
    arrivals = {arrival.key: arrival for arrival in hand.arrivals}
    remarks: dict[str, list[Remark]] = {}
    for remark in holding(hand.remarks):
        remarks.setdefault(remark.key, []).append(remark)
    return {
        grade.key: final_grade(grade, remarks.get(grade.key, ()), arrivals.get(grade.key), hand.policy)
        for grade in grades
    }


def final_grade(grade: Grade, remarks: Sequence[Remark], arrival: Arrival | None, policy: Policy) -> Final:
    """Return what counts for one student.

    Args:
        grade: the automatic one.
        remarks: on this student, those that hold, in order.
        arrival: of the hand-in; None where nothing is known of it.
        policy: says what being late costs.
    """
    parts = tuple(
        final_part(part, mine) for part in grade.parts if (mine := [r for r in remarks if r.part == part.part])
    )
    known = {part.part for part in grade.parts}
    whole = tuple(remark for remark in remarks if not remark.part)
    earned = grade.earned + sum(part.points - part.automatic for part in parts)
    days = days_late(arrival, policy)
    late = earned * share_taken(days, policy.late)
    total = max(0.0, earned - late + sum(remark.points or 0.0 for remark in whole))
    return Final(
        key=grade.key,
        automatic=grade.earned,
        adjustment=round(total + late - grade.earned, 6),
        late=round(late, 6),
        total=round(total, 6),
        possible=grade.possible,
        days_late=days,
        parts=parts,
        remarks=whole,
        gone=tuple(remark for remark in remarks if remark.part and remark.part not in known),
        arrival=arrival,
    )


def final_part(part: PartGrade, remarks: Sequence[Remark]) -> FinalPart:
    """Return the points of a part after its remarks: what sets them forgets what was before, never below 0."""
    points = part.earned
    for remark in remarks:
        if remark.points is not None:
            points = remark.points if remark.sets else points + remark.points
    return FinalPart(
        part=part.part,
        title=part.title,
        automatic=part.earned,
        points=round(max(0.0, points), 6),
        remarks=tuple(remarks),
    )


def holding(remarks: Sequence[Remark]) -> tuple[Remark, ...]:
    """Return the remarks that were not undone, without the entries that undo; what is undone twice holds again."""
    numbers = standing(remarks)
    return tuple(remark for remark in remarks if remark.undoes is None and remark.number in numbers)


def days_late(arrival: Arrival | None, policy: Policy) -> int:
    """Return how many days have begun between the due date and a hand-in; 0 within the grace, or when unknown."""
    if not policy.due or arrival is None or not arrival.submitted:
        return 0
    grace = timedelta(minutes=policy.late.grace_minutes if policy.late is not None else 0)
    delay = datetime.fromisoformat(arrival.submitted) - datetime.fromisoformat(policy.due)
    return math.ceil(delay / DAY) if delay > grace else 0


def share_taken(days: int, late: Late | None) -> float:
    """Return the share of the points, 0 to 1, that so many days take off."""
    return 0.0 if late is None else min(days * late.per_day, 1.0 - late.floor)


def chosen_attempts(grades: Sequence[Grade], refusals: Sequence[Refusal], hand: Hand) -> Chosen:
    """Keep one attempt of each student: the one that counts most, of equals the last.

    An attempt that was refused counts where no other was graded. Where one is held it may be the best, so that it is
    kept and no score is published.
    """
    finals = final_grades(grades, hand)
    arrivals = {arrival.key: arrival for arrival in hand.arrivals}

    def student_of(key: str) -> str:
        return arrivals[key].student_key if key in arrivals else key

    def rank(grade: Grade) -> tuple[bool, float, int]:
        arrival = arrivals.get(grade.key)
        return grade.held, finals[grade.key].total, arrival.attempt if arrival is not None else 0

    best: dict[str, Grade] = {}
    for grade in grades:
        student = student_of(grade.key)
        if student not in best or rank(grade) > rank(best[student]):
            best[student] = grade
    refused = {student_of(refusal.key): refusal for refusal in refusals if student_of(refusal.key) not in best}
    kept = {grade.key: student for student, grade in best.items()}
    kept |= {refusal.key: student for student, refusal in refused.items()}
    return Chosen(
        grades=tuple(msgspec.structs.replace(best[student], key=student) for student in sorted(best)),
        refusals=tuple(msgspec.structs.replace(refused[student], key=student) for student in sorted(refused)),
        hand=msgspec.structs.replace(
            hand,
            arrivals=tuple(msgspec.structs.replace(a, key=kept[a.key]) for a in hand.arrivals if a.key in kept),
        ),
        kept=kept,
    )


def shown_at(policy: Policy, now: datetime) -> Literal["all", "scores", "public"]:
    """Return what of the hidden checks students are shown at a moment; "after-due" is nothing until the due date."""
    if policy.release != "after-due":
        return policy.release
    return "all" if policy.due and now > datetime.fromisoformat(policy.due) else "public"
