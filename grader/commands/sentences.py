"""What a run tells of lateness, of attempts and of what is released: nothing where nothing was decided."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence

from grader.model import Final, Grade, Hand
from grader.report.release import Shown

SOURCES = {"list": "from the list", "gradescope": "from Gradescope", "nbgrader": "from nbgrader", "files": "from files"}
NAMED = 5

SHOWN = {
    "all": "",
    "scores": "Students read no names of hidden checks, only their points.",
    "public": "Students read nothing of hidden checks yet, and no total.",
}


def hand_sentences(grades: Sequence[Grade], hand: Hand, finals: Mapping[str, Final], shown: Shown) -> Iterator[str]:
    """Yield what an instructor is to know of a run besides the grades."""
    if hand.policy.due:
        yield from _late_sentences(grades, hand, finals)
    arrivals = {key: final.arrival for key, final in finals.items() if final.arrival is not None}
    several = [grade.student for grade in grades if grade.key in arrivals and arrivals[grade.key].attempts > 1]
    if several:
        yield f"{len(several)} with several attempts ({named(several)}); the {hand.policy.attempts} one counts."
    gone = [remark.number for final in finals.values() for remark in final.gone]
    if gone:
        numbers = ", ".join(map(str, gone))
        yield f"Written on parts that the assignment no longer has, and counted for nothing: entry {numbers}."
    if SHOWN[shown]:
        yield SHOWN[shown]


def _late_sentences(grades: Sequence[Grade], hand: Hand, finals: Mapping[str, Final]) -> Iterator[str]:
    known = {key: final.arrival for key, final in finals.items() if final.arrival is not None}
    told = Counter(arrival.told_by for arrival in known.values() if arrival.told_by)
    late = sum(final.days_late > 0 for final in finals.values())
    sources = ", ".join(f"{count} {SOURCES[source]}" for source, count in sorted(told.items()))
    yield f"Due {hand.policy.due}: {late} late. Times of handing in: {sources or 'none'}."
    unknown = [grade.student for grade in grades if grade.key not in known or not known[grade.key].told_by]
    if unknown:
        yield (
            f"No time is known for {named(unknown)}: nothing is taken off. Give --submitted with a list of times, "
            "or --submitted files to trust the dates of the files."
        )


def named(students: Sequence[str]) -> str:
    """Return the first names of a list, and how many more there are."""
    more = f" and {len(students) - NAMED} more" if len(students) > NAMED else ""
    return ", ".join(students[:NAMED]) + more
