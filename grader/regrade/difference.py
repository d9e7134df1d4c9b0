"""What a regrade changes: who gains, who loses, by how much, in which parts, and why."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from typing import NamedTuple, get_args

import msgspec

from grader.model import (
    ChangeKind,
    CheckChange,
    CheckGrade,
    Diagnosis,
    Difference,
    Grade,
    PartChange,
    PartGrade,
    Refusal,
    StudentChange,
)
from grader.regrade.reasons import HANDED_IN_ANEW, By, course_changes, differing_checks, part_of, told, why
from grader.session.basis import Graded
from grader.store import Store

NEW = "It was not among the hand-ins before."
GONE = "It is no longer among the hand-ins."
READ_OTHERWISE = "What is said of reading the hand-in changed."
FAULT = "The grader had a fault of its own; no points are decided."

# Sums of shares of points differ in their last digits.
ROUNDING = 1e-9
TIMES = ("cpu_s", "wall_s")
KINDS: tuple[ChangeKind, ...] = get_args(ChangeKind)
Outcome = Graded | Refusal


class Results(NamedTuple):
    """All results of a class, by student."""

    graded: Mapping[str, Graded]
    refusals: Mapping[str, Refusal]

    def of(self, key: str) -> Outcome | None:
        return self.graded.get(key) or self.refusals.get(key)

    def keys(self) -> set[str]:
        return {*self.graded, *self.refusals}


def results(graded: Iterable[Graded], refusals: Iterable[Refusal]) -> Results:
    return Results({one.grade.key: one for one in graded}, {one.key: one for one in refusals})


def difference(before: Results, after: Results, ingredients: By) -> Difference:
    """Return what changes between two results of a class.

    Args:
        before: as published.
        after: as a regrade has them.
        ingredients: what the digests of bases are made of.
    """
    keys = before.keys() | after.keys()
    found = [one for key in keys if (one := student_change(before.of(key), after.of(key), ingredients)) is not None]
    titles = [one.grade.assignment_title for one in (*after.graded.values(), *before.graded.values())]
    return Difference(
        title=titles[0] if titles else "",
        changes=tuple(sorted(found, key=order)),
        unchanged=len(keys) - len(found),
        course=tuple(dict.fromkeys(all_course_changes(before, after, ingredients))),
    )


def are_the_same(before: Store, after: Store) -> bool:
    """Tell whether two results come to the same files, down to the last picture; only times may differ."""
    then, now = ([without_times(msgspec.to_builtins(one)) for one in store.grades()] for store in (before, after))
    return (then, before.refusals(), before.hand()) == (now, after.refusals(), after.hand())


def without_times(value: object) -> object:
    if isinstance(value, dict):
        return {key: without_times(item) for key, item in value.items() if key not in TIMES}
    if isinstance(value, (list, tuple)):
        return [without_times(item) for item in value]
    # What is not a number is the same as itself here.
    return "nan" if value != value else value


def order(change: StudentChange) -> tuple[int, float, str]:
    moved = share(change.after, change.possible_after) - share(change.before, change.possible_before)
    return KINDS.index(change.kind), -abs(round(moved, 9)), change.key


def share(earned: float | None, possible: float) -> float:
    return earned / possible if earned and possible else 0.0


def all_course_changes(before: Results, after: Results, ingredients: By) -> Iterator[str]:
    """Yield what changed in the course between the grades of each student; a pair of bases is looked at once."""
    seen: set[frozenset[tuple[str, str]]] = set()
    for key in sorted(before.graded.keys() & after.graded.keys()):
        then, now = before.graded[key], after.graded[key]
        pairs = frozenset((then.bases[part].digest, now.bases[part].digest) for part in then.bases.keys() & now.bases)
        if pairs not in seen:
            seen.add(pairs)
            yield from course_changes(then, now, ingredients)


def student_change(before: Outcome | None, after: Outcome | None, ingredients: By) -> StudentChange | None:
    """Return what changes for one student; None where nothing does that is read."""
    match before, after:
        case _, Graded() if after.grade.held and not is_held(before):
            return change("held", before, after, (fault(after.grade),))
        case Graded(), Graded() if is_held(before) and not after.grade.held:
            return change("decided", before, after, (f"It was held: {fault(before.grade)}",))
        case Graded(), Graded():
            return between_grades(before, after, ingredients)
        case Refusal(), Graded():
            return change("decided", before, after, (f"It was refused: {before.reason}",))
        case Refusal(), Refusal():
            return None if before.reason == after.reason else change("reworded", before, after, (after.reason,))
        case _, Refusal():
            return change("refused", before, after, (after.reason,))
        case None, Graded():
            return change("new", before, after, (NEW,))
        case _:
            return change("gone", before, after, (GONE,))


def is_held(outcome: Outcome | None) -> bool:
    return isinstance(outcome, Graded) and outcome.grade.held


def between_grades(before: Graded, after: Graded, ingredients: By) -> StudentChange | None:
    """Return what changes between two grades that are both decided, or both held."""
    parts = () if after.grade.held else tuple(part_changes(before, after, ingredients))
    if not parts and said_of_all(before.grade) == said_of_all(after.grade):
        return None
    reasons = tuple(dict.fromkeys(reason for part in parts for reason in part.why))
    anew = before.grade.digest != after.grade.digest
    return change(
        kind_of(before.grade, after.grade),
        before,
        after,
        reasons or (HANDED_IN_ANEW if anew else READ_OTHERWISE,),
        parts,
    )


def kind_of(before: Grade, after: Grade) -> ChangeKind:
    if before.held or after.held or (before.earned, before.possible) == (after.earned, after.possible):
        return "reworded"
    rise = share(after.earned, after.possible) - share(before.earned, before.possible)
    if abs(rise) < ROUNDING:
        return "rescaled"
    return "gains" if rise > 0 else "loses"


def change(
    kind: ChangeKind,
    before: Outcome | None,
    after: Outcome | None,
    why: tuple[str, ...],
    parts: tuple[PartChange, ...] = (),
) -> StudentChange:
    shown = after or before
    assert shown is not None
    who = shown.grade if isinstance(shown, Graded) else shown
    return StudentChange(
        student=who.student,
        key=who.key,
        kind=kind,
        before=decided(before),
        after=decided(after),
        possible_before=before.grade.possible if isinstance(before, Graded) else 0.0,
        possible_after=after.grade.possible if isinstance(after, Graded) else 0.0,
        parts=parts,
        why=why,
    )


def decided(outcome: Outcome | None) -> float | None:
    return outcome.grade.earned if isinstance(outcome, Graded) and not outcome.grade.held else None


def fault(grade: Grade) -> str:
    cases = (case for part in grade.parts for graded in part.checks for case in graded.cases)
    reasons = (case.reason for case in cases if case.status == "error" and case.reason)
    return next(reasons, grade.notes[-1] if grade.notes and not grade.parts else FAULT)


def said_of_all(grade: Grade) -> object:
    return grade.notes, grade.load_errors


def part_changes(before: Graded, after: Graded, ingredients: By) -> Iterator[PartChange]:
    """Yield the parts with other points or other words, in the order of the assignment."""
    for name in dict.fromkeys(part.part for grade in (after.grade, before.grade) for part in grade.parts):
        then, now = part_of(before.grade, name), part_of(after.grade, name)
        if said(then) != said(now):
            yield part_change(then, now, why(name, before, after, ingredients))


def said(part: PartGrade | None) -> object:
    """Return what a student reads of a part in words and points; pictures, times and the code do not count."""
    if part is None:
        return None
    return part.title, part.status, part.earned, part.possible, part.diagnosis, *map(told, part.checks)


def part_change(before: PartGrade | None, after: PartGrade | None, reasons: tuple[str, ...]) -> PartChange:
    shown = after or before
    assert shown is not None
    words = [words_of(part.diagnosis if part is not None else None) for part in (before, after)]
    said_before, said_after = words if words[0] != words[1] else ("", "")
    return PartChange(
        part=shown.part,
        title=shown.title,
        before=before.earned if before is not None else None,
        after=after.earned if after is not None else None,
        possible_before=before.possible if before is not None else 0.0,
        possible_after=after.possible if after is not None else 0.0,
        why=reasons,
        checks=tuple(check_changes(before, after)),
        said_before=said_before,
        said_after=said_after,
    )


def words_of(diagnosis: Diagnosis | None) -> str:
    if diagnosis is None:
        return ""
    return " ".join(filter(None, (f"{diagnosis.name}: {diagnosis.observation}", diagnosis.hint)))


def check_changes(before: PartGrade | None, after: PartGrade | None) -> Iterator[CheckChange]:
    """Yield the checks that came out otherwise, in order."""
    then, now = ({} if part is None else {one.check.id: one for one in part.checks} for part in (before, after))
    for name in dict.fromkeys((*now, *then)):
        if name in differing_checks(before, after):
            yield check_change(then.get(name), now.get(name))


def check_change(before: CheckGrade | None, after: CheckGrade | None) -> CheckChange:
    shown = after or before
    assert shown is not None
    return CheckChange(
        title=shown.check.title,
        before=before.status if before is not None else None,
        after=after.status if after is not None else None,
        earned_before=before.earned if before is not None else 0.0,
        earned_after=after.earned if after is not None else 0.0,
    )
