"""What a class did: scores, common causes, incidents; computed from grades, told by the class report."""

from __future__ import annotations

import itertools
import statistics
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass

from grader.model import CaseResult, Diagnosis, Grade, PartGrade, Status

TIME_OUT_NAMES = frozenset({"stopped-cpu", "stopped-wall"})  # as session.outcomes names them
SEEN_LIMIT = 3


@dataclass(frozen=True, slots=True)
class Holder:
    """A student of whom something is told, and which of the parts it is about."""

    grade: Grade
    part: int | None = None  # its number in the grade, from 1; None where it is about no part

    @property
    def anchor(self) -> str:
        """Where in the student's report the part is told: ``#part-3``."""
        return "" if self.part is None else f"#part-{self.part}"


@dataclass(frozen=True, slots=True)
class Cause:
    """A diagnosis and the students whose report names it."""

    diagnosis: Diagnosis
    part_titles: tuple[str, ...]
    holders: tuple[Holder, ...]


@dataclass(frozen=True, slots=True)
class Unexplained:
    """A part that fails for reasons nobody named, and the students it fails for."""

    part_title: str
    checks: tuple[str, ...]  # titles of those that fail so, the most frequent first
    seen: tuple[str, ...]  # what was seen, the most frequent first, at most SEEN_LIMIT
    holders: tuple[Holder, ...]


@dataclass(frozen=True, slots=True)
class Incident:
    """Something that happened to students in one part: a time-out, an error of ours."""

    part_title: str
    sentence: str
    holders: tuple[Holder, ...]


@dataclass(frozen=True, slots=True)
class Scores:
    """Where the shares of the points lie, 0 to 1; held reports are not counted."""

    shares: tuple[float, ...]
    mean: float
    median: float


def share(grade: Grade) -> float:
    """Return the share of the possible points that was earned; 0 where nothing could be earned."""
    return grade.earned / grade.possible if grade.possible else 0.0


def scores(grades: Sequence[Grade]) -> Scores | None:
    """Summarise the scores that stand; None where there is none."""
    shares = tuple(share(grade) for grade in grades if not grade.held)
    return Scores(shares, statistics.fmean(shares), statistics.median(shares)) if shares else None


def causes(grades: Sequence[Grade]) -> tuple[Cause, ...]:
    """Rank what was diagnosed by the number of students it was diagnosed for; time-outs are apart."""
    found: dict[str, tuple[Diagnosis, dict[str, None], dict[str, Holder]]] = {}
    for holder, part in _parts(grades):
        for diagnosis in itertools.filterfalse(_is_time_out, _diagnoses(part)):
            _, titles, holders = found.setdefault(diagnosis.name, (diagnosis, {}, {}))
            titles[part.title] = None
            holders.setdefault(holder.grade.key, holder)
    ranked = sorted(found.values(), key=lambda cause: (-len(cause[2]), cause[0].name))
    return tuple(Cause(cause, tuple(titles), tuple(holders.values())) for cause, titles, holders in ranked)


def unexplained(grades: Sequence[Grade]) -> tuple[Unexplained, ...]:
    """Rank the parts with failures that no diagnosis explains."""
    found: dict[str, list[tuple[Holder, PartGrade]]] = {}
    for holder, part in _parts(grades):
        if part.diagnosis is None and any(_is_unexplained(case) for case in _cases(part)):
            found.setdefault(part.title, []).append((holder, part))
    ranked = sorted(found.items(), key=lambda item: (-len(item[1]), item[0]))
    return tuple(_unexplained(title, [part for _, part in hit], [holder for holder, _ in hit]) for title, hit in ranked)


def time_outs(grades: Sequence[Grade]) -> tuple[Incident, ...]:
    """Return which parts used up their time, the most frequent first."""
    return _incidents(grades, _time_out_sentence)


def faults(grades: Sequence[Grade]) -> tuple[Incident, ...]:
    """Return our own errors by part and reason, the most frequent first."""
    return _incidents(grades, _fault_sentence)


def _parts(grades: Sequence[Grade]) -> Iterator[tuple[Holder, PartGrade]]:
    return ((Holder(grade, number), part) for grade in grades for number, part in enumerate(grade.parts, start=1))


def _cases(part: PartGrade) -> Iterator[CaseResult]:
    return (case for graded in part.checks for case in graded.cases)


def _diagnoses(part: PartGrade) -> Iterator[Diagnosis]:
    if part.diagnosis is not None:
        yield part.diagnosis
    yield from (case.diagnosis for case in _cases(part) if case.diagnosis is not None)


def _is_time_out(diagnosis: Diagnosis) -> bool:
    return diagnosis.kind == "error" and diagnosis.name in TIME_OUT_NAMES


def _is_unexplained(case: CaseResult) -> bool:
    return case.status in {Status.FAILED, Status.PARTIAL} and case.diagnosis is None


def _unexplained(title: str, parts: Sequence[PartGrade], holders: Sequence[Holder]) -> Unexplained:
    checks, seen = Counter[str](), Counter[str]()
    for part in parts:
        failed = [(graded, case) for graded in part.checks for case in graded.cases if _is_unexplained(case)]
        checks.update(list(dict.fromkeys(graded.check.title for graded, _ in failed)))
        seen.update(list(dict.fromkeys(case.evidence.summary for _, case in failed if case.evidence is not None)))
    most = tuple(sentence for sentence, _ in seen.most_common(SEEN_LIMIT))
    return Unexplained(title, tuple(check for check, _ in checks.most_common()), most, tuple(holders))


def _incidents(grades: Sequence[Grade], sentence_of: Callable[[CaseResult], str]) -> tuple[Incident, ...]:
    found: dict[tuple[str, str], list[Holder]] = {}
    for holder, part in _parts(grades):
        # The first sentence of a part stands for it: later cases only repeat or follow from it.
        sentence = next(filter(None, map(sentence_of, _cases(part))), "")
        if sentence:
            found.setdefault((part.title, sentence), []).append(holder)
    ranked = sorted(found.items(), key=lambda item: (-len(item[1]), item[0]))
    return tuple(Incident(title, sentence, tuple(hit)) for (title, sentence), hit in ranked)


def _time_out_sentence(case: CaseResult) -> str:
    diagnosis = case.diagnosis
    return diagnosis.observation if diagnosis is not None and _is_time_out(diagnosis) else ""


def _fault_sentence(case: CaseResult) -> str:
    return (case.reason or "No reason was recorded.") if case.status is Status.ERROR else ""
