"""From what a result rests on, then and now, to sentences that say why it came out otherwise."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import NamedTuple

from grader.model import CaseResult, CheckGrade, Diagnosis, Grade, PartGrade, Status
from grader.session.basis import Basis, Graded
from grader.session.ingredients import Ingredients, Kind

HANDED_IN_ANEW = "The hand-in itself changed."
CUT_SHORT = "The earlier result was cut short or held, so the part was run again."
UNKNOWN = "The course or the grader changed; the earlier results do not keep what they were made of."
BY_CHANCE = "Nothing that it rests on changed: it does not come out the same every time, as with time limits."

# What decides words, and never points.
WORDS: tuple[Kind, ...] = ("title", "visibility", "misconception", "hint")
OF_A_CHECK: tuple[Kind, ...] = ("check", "points", "title", "visibility", "cases")
OF_A_MISCONCEPTION: tuple[Kind, ...] = ("misconception", "hint")

By = Mapping[str, Ingredients]  # by digest


class Turn(NamedTuple):
    """One ingredient then and now; None where it was, or is, not there."""

    kind: Kind
    name: str
    before: str | None
    after: str | None


def why(part: str, before: Graded, after: Graded, ingredients: By) -> tuple[str, ...]:
    """Return sentences that say why a part has other points or other words than before; never none.

    Args:
        part: its name; both grades may lack it.
        before, after: of the same student.
        ingredients: what the digests of bases are made of.
    """
    if before.grade.digest != after.grade.digest:
        return (HANDED_IN_ANEW,)
    then, now = before.bases.get(part), after.bases.get(part)
    if then is None or now is None:
        return (CUT_SHORT,)
    sentences = [*of_the_course(part, before.grade, after.grade, then, now, ingredients)]
    sentences += of_other_parts(before.grade, after.grade, then, now)
    return tuple(dict.fromkeys(sentences)) or (BY_CHANCE,)


def of_the_course(part: str, before: Grade, after: Grade, then: Basis, now: Basis, ingredients: By) -> Iterator[str]:
    if then.digest == now.digest:
        return
    if then.digest not in ingredients or now.digest not in ingredients:
        yield UNKNOWN
        return
    found = turns(ingredients[then.digest], ingredients[now.digest])
    yield from map(sentence, relevant(found, part_of(before, part), part_of(after, part)))


def course_changes(before: Graded, after: Graded, ingredients: By) -> Iterator[str]:
    """Yield a sentence for everything in the course that changed between two grades, whatever came of it."""
    for part, now in after.bases.items():
        then = before.bases.get(part)
        if then is not None and then.digest != now.digest:
            if then.digest in ingredients and now.digest in ingredients:
                yield from map(sentence, turns(ingredients[then.digest], ingredients[now.digest]))
            else:
                yield UNKNOWN


def turns(before: Ingredients, after: Ingredients) -> list[Turn]:
    """Return what changed between two lists of ingredients, in the order of the later one.

    A check or a misconception that came or went is told of once, not once for its title, its points and its hint.
    """
    then, now = by_name(before), by_name(after)
    found = [
        Turn(*name, then.get(name), now.get(name))
        for name in dict.fromkeys((*now, *then))
        if then.get(name) != now.get(name)
    ]
    whole = {
        turn.name for turn in found if turn.kind in ("check", "misconception") and None in (turn.before, turn.after)
    }
    kept = [turn for turn in found if turn.name not in whole or turn.kind in ("check", "misconception")]
    # The grader decides everything and is seldom why.
    return sorted(kept, key=lambda turn: turn.kind == "grader")


def by_name(ingredients: Ingredients) -> dict[tuple[Kind, str], str]:
    return {(one.kind, one.name): one.value for one in ingredients}


def relevant(found: list[Turn], before: PartGrade | None, after: PartGrade | None) -> list[Turn]:
    """Leave out what cannot be why: checks that came out the same, misconceptions nobody spoke of."""
    other_points = before is None or after is None or before.earned != after.earned or before.possible != after.possible
    differing, spoken = differing_checks(before, after), diagnoses(before) | diagnoses(after)
    kept = [
        turn
        for turn in found
        if not (turn.kind in OF_A_CHECK and turn.name not in differing)
        and not (turn.kind in OF_A_MISCONCEPTION and turn.name not in spoken)
        and not (turn.kind in WORDS and other_points)
    ]
    return kept or found


def differing_checks(before: PartGrade | None, after: PartGrade | None) -> set[str]:
    """Return the ids of checks that came out otherwise, or are told of in other words."""
    then, now = ({} if part is None else {one.check.id: told(one) for one in part.checks} for part in (before, after))
    return {name for name in then.keys() | now.keys() if then.get(name) != now.get(name)}


def told(graded: CheckGrade) -> object:
    """Return what a student is told of a check in words and points; pictures and times do not count."""
    check = graded.check
    return check.title, check.points, check.visibility, graded.status, graded.earned, *map(told_case, graded.cases)


def told_case(case: CaseResult) -> object:
    summary = case.evidence.summary if case.evidence is not None else ""
    return case.status, case.fraction, case.diagnosis, summary, case.advice, case.right_once, case.reason


def diagnoses(part: PartGrade | None) -> set[str]:
    """Return the names of all causes that were found in a part."""
    if part is None:
        return set()
    found: list[Diagnosis | None] = [part.diagnosis]
    found += [case.diagnosis for graded in part.checks for case in graded.cases]
    return {one.name for one in found if one is not None}


def of_other_parts(before: Grade, after: Grade, then: Basis, now: Basis) -> Iterator[str]:
    """Yield a sentence for each part that this one uses and that turned right or wrong, or slow or fast."""
    for name in sorted({*(then.wrong or ()), *(now.wrong or ())}):
        was, is_now = is_wrong(part_of(before, name)), is_wrong(part_of(after, name))
        if was != is_now:
            yield f"`{name}`, which it uses, is {'wrong' if is_now else 'right'} now."
    for name in sorted({*then.stopped} ^ {*now.stopped}):
        yield f"`{name}`, which it uses, {'runs out of time now' if name in now.stopped else 'is in time now'}."


def is_wrong(part: PartGrade | None) -> bool:
    return part is not None and part.status not in (Status.PASSED, Status.ERROR)


def part_of(grade: Grade, name: str) -> PartGrade | None:
    return next((part for part in grade.parts if part.part == name), None)


def sentence(turn: Turn) -> str:
    """Say what became of an ingredient."""
    name = f"`{turn.name.rpartition('::')[2]}`"
    match turn.kind:
        case "grader":
            return "The grader itself is another version."
        case "secret":
            return "The course's secret is another one, so that hidden checks draw other inputs."
        case "assignment":
            return "The parts in `assignment.toml` changed."
        case "reference":
            return f"The reference solution {name} changed."
        case "data":
            return f"The data file {name} {fate(turn)}."
        case "helper":
            return f"The file {name} beside the checks {fate(turn)}."
        case "surroundings":
            return f"What {name} holds beside its checks {fate(turn)}."
        case "check":
            return f"The check {name} {fate(turn)}."
        case "points":
            return f"The check {name} is worth {turn.after} instead of {turn.before} points."
        case "title":
            return f"The check {name} is called “{turn.after}” now."
        case "visibility":
            return f"The check {name} is {turn.after} now."
        case "cases":
            return f"The check {name} has other cases."
        case "misconception":
            return f"The misconception {name} {fate(turn)}."
        case "hint":
            return f"The hint of the misconception {name} changed."


def fate(turn: Turn) -> str:
    if turn.before is None:
        return "is new"
    return "is gone" if turn.after is None else "changed"
