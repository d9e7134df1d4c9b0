"""Grade the misconceptions of an assignment by its hidden checks, and search what their students read for values."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ProcessPoolExecutor
from multiprocessing import get_context
from typing import NamedTuple
from unittest.mock import patch

from grader.batch.pool import THREADS
from grader.course import Assignment
from grader.misconceptions import Misconception, load_misconceptions, solution_path, wrong_source
from grader.model import CheckGrade, Grade, PartGrade, Visibility
from grader.report import student
from grader.report.wording import points
from grader.session import causes
from grader.session.checks import CollectedCheck
from grader.session.desk import LocalDesk
from grader.session.grading import Grader
from grader.session.runner import Runner, run_session
from tests.course_factory import SECRET
from tests.privacy.reading import Recorder, long_numbers, page_text, told
from tests.reference.harness import read_assignment, submission, trainings

COMPARED = 2  # failed cases a misconception is matched with; more take long and say the same


class Read(NamedTuple):
    """What can be read on the page of one student."""

    name: str
    undisclosed: tuple[str, ...]  # values found where nothing is taken out, which shows that the search finds
    told: tuple[str, ...]  # values found on the page


def read_all(name: str, *, sample: int | None) -> tuple[Read, ...]:
    """Grade misconceptions of an assignment, in a process of its own; ``sample`` says how many, None means all."""
    with (
        patch.dict(os.environ, dict.fromkeys(THREADS, "1")),
        ProcessPoolExecutor(1, mp_context=get_context("spawn")) as executor,
    ):
        return executor.submit(read_here, name, sample).result()


def read_here(name: str, sample: int | None) -> tuple[Read, ...]:
    """Do the same in this process."""
    assignment = read_assignment(name)
    chosen = sampled(assignment, sample)
    grades: dict[str, Grade] = {}
    sources: dict[str, str] = {}
    recorder = Recorder()

    def job(runner: Runner) -> None:
        source = solution_path(assignment).read_text(encoding="utf-8")
        everything = runner.checks
        for misconception in chosen:
            runner.checks = tuple(hidden_checks(everything, misconception.part))
            grader = Grader(
                runner,
                lambda state, served: LocalDesk(assignment, state.submission.units[0].text, served, runner.solution),
                "none",
            )
            sources[misconception.name] = wrong_source(source, misconception)
            with recorder:
                wrong = submission(assignment, misconception.name, sources[misconception.name])
                grades[misconception.name] = grader.grade(wrong)

    with patch.object(causes, "CASES_COMPARED", COMPARED):
        run_session(assignment, SECRET, job)
    values = recorder.fractions()

    def found(grade: Grade) -> tuple[str, ...]:
        # The page shows students their own code, and hints name constants of formulas that stand in it.
        known = scores(grade) | long_numbers(sources[grade.student])
        return tuple(sorted(told(long_numbers(page_text(grade)) - known, values)))

    return tuple(Read(name, undisclosed(grade, found), found(grade)) for name, grade in grades.items())


def sampled(assignment: Assignment, count: int | None) -> Sequence[Misconception]:
    """Return misconceptions spread over the parts that need no long training and have hidden checks."""
    long = trainings(assignment)
    quick = [m for m in load_misconceptions(assignment) if m.part not in long]
    return quick if count is None else quick[:: -(-len(quick) // count)]


def hidden_checks(checks: Sequence[CollectedCheck], part: str) -> Iterator[CollectedCheck]:
    return (c for c in checks if c.check.part == part and c.check.visibility is Visibility.HIDDEN)


def undisclosed(grade: Grade, found: Callable[[Grade], tuple[str, ...]]) -> tuple[str, ...]:
    """Return what would be found if the page showed hidden checks as it shows public ones."""
    with patch.object(student, "grade_for_student", lambda whole: whole):
        return found(grade)


def scores(grade: Grade) -> set[str]:
    """Return the points on the page, which are no values of a check."""
    checks = [check for part in grade.parts for check in part.checks]
    marked: list[Grade | PartGrade | CheckGrade] = [grade, *grade.parts, *checks]
    earned = {points(item.earned) for item in marked}
    missing = {points(part.possible - part.earned) for part in grade.parts}
    return earned | missing | {points(grade.possible)}
