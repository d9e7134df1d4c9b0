"""What a class did: scores, pass rates, common causes; computed from grades, told by the class report."""

from __future__ import annotations

import itertools
import statistics
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass

from grader.model import CaseResult, Check, Diagnosis, Grade, PartGrade, Status

TIME_OUT_NAMES = frozenset({"stopped-cpu", "stopped-wall"})  # as session.outcomes names them


@dataclass(frozen=True, slots=True)
class CheckRate:
    """How a class did on one check. Students whose check is an error of ours are not counted."""

    check: Check
    part_title: str
    students: int
    passed: int
    mean_share: float  # of the check's points, 0 to 1

    @property
    def pass_rate(self) -> float:
        """Share of the students who passed, 0 to 1."""
        return self.passed / self.students if self.students else 0.0


@dataclass(frozen=True, slots=True)
class Cause:
    """A diagnosis and the students whose report names it."""

    diagnosis: Diagnosis
    part_titles: tuple[str, ...]
    grades: tuple[Grade, ...]


@dataclass(frozen=True, slots=True)
class Unexplained:
    """A part that fails for reasons nobody named, and the students it fails for."""

    part_title: str
    grades: tuple[Grade, ...]


@dataclass(frozen=True, slots=True)
class Incident:
    """Something that happened to students in one part: a time-out, an error of ours."""

    part_title: str
    sentence: str
    grades: tuple[Grade, ...]


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


def check_rates(grades: Sequence[Grade]) -> tuple[CheckRate, ...]:
    """Return one rate a check, in the order of the assignment."""
    found: dict[str, tuple[Check, str, list[tuple[bool, float]]]] = {}
    for _, part in _parts(grades):
        for graded in part.checks:
            _, _, results = found.setdefault(graded.check.id, (graded.check, part.title, []))
            if graded.status is not Status.ERROR:
                earned = graded.earned / graded.check.points if graded.check.points else 0.0
                results.append((graded.status is Status.PASSED, earned))
    return tuple(_rate(check, title, results) for check, title, results in found.values())


def causes(grades: Sequence[Grade]) -> tuple[Cause, ...]:
    """Rank what was diagnosed by the number of students it was diagnosed for; time-outs are apart."""
    found: dict[str, tuple[Diagnosis, dict[str, None], dict[str, Grade]]] = {}
    for grade, part in _parts(grades):
        for diagnosis in itertools.filterfalse(_is_time_out, _diagnoses(part)):
            _, titles, holders = found.setdefault(diagnosis.name, (diagnosis, {}, {}))
            titles[part.title] = None
            holders[grade.key] = grade
    ranked = sorted(found.values(), key=lambda cause: (-len(cause[2]), cause[0].name))
    return tuple(Cause(cause, tuple(titles), tuple(holders.values())) for cause, titles, holders in ranked)


def unexplained(grades: Sequence[Grade]) -> tuple[Unexplained, ...]:
    """Rank the parts with failures that no diagnosis explains."""
    found: dict[str, list[Grade]] = {}
    for grade, part in _parts(grades):
        if part.diagnosis is None and any(_is_unexplained(case) for case in _cases(part)):
            found.setdefault(part.title, []).append(grade)
    return tuple(
        Unexplained(title, tuple(holders))
        for title, holders in sorted(found.items(), key=lambda item: (-len(item[1]), item[0]))
    )


def time_outs(grades: Sequence[Grade]) -> tuple[Incident, ...]:
    """Return which parts used up their time, the most frequent first."""
    return _incidents(grades, _time_out_sentence)


def faults(grades: Sequence[Grade]) -> tuple[Incident, ...]:
    """Return our own errors by part and reason, the most frequent first."""
    return _incidents(grades, _fault_sentence)


def _parts(grades: Sequence[Grade]) -> Iterator[tuple[Grade, PartGrade]]:
    return ((grade, part) for grade in grades for part in grade.parts)


def _cases(part: PartGrade) -> Iterator[CaseResult]:
    return (case for graded in part.checks for case in graded.cases)


def _rate(check: Check, part_title: str, results: Sequence[tuple[bool, float]]) -> CheckRate:
    passed = sum(ok for ok, _ in results)
    mean = statistics.fmean(earned for _, earned in results) if results else 0.0
    return CheckRate(check, part_title, len(results), passed, mean)


def _diagnoses(part: PartGrade) -> Iterator[Diagnosis]:
    if part.diagnosis is not None:
        yield part.diagnosis
    yield from (case.diagnosis for case in _cases(part) if case.diagnosis is not None)


def _is_time_out(diagnosis: Diagnosis) -> bool:
    return diagnosis.kind == "error" and diagnosis.name in TIME_OUT_NAMES


def _is_unexplained(case: CaseResult) -> bool:
    return case.status in {Status.FAILED, Status.PARTIAL} and case.diagnosis is None


def _incidents(grades: Sequence[Grade], sentence_of: Callable[[CaseResult], str]) -> tuple[Incident, ...]:
    found: dict[tuple[str, str], list[Grade]] = {}
    for grade, part in _parts(grades):
        # The first sentence of a part stands for it: later cases only repeat or follow from it.
        sentence = next(filter(None, map(sentence_of, _cases(part))), "")
        if sentence:
            found.setdefault((part.title, sentence), []).append(grade)
    ranked = sorted(found.items(), key=lambda item: (-len(item[1]), item[0]))
    return tuple(Incident(title, sentence, tuple(hit)) for (title, sentence), hit in ranked)


def _time_out_sentence(case: CaseResult) -> str:
    diagnosis = case.diagnosis
    return diagnosis.observation if diagnosis is not None and _is_time_out(diagnosis) else ""


def _fault_sentence(case: CaseResult) -> str:
    return (case.reason or "No reason was recorded.") if case.status is Status.ERROR else ""
