"""Grade sources we trust with the real checks: all of ``Grader`` but the sandbox.

It happens in a process of its own, because NumPy reads the number of its threads when it is imported: on a
machine that is shared, several threads make small matrix products up to ten times slower.
"""

from __future__ import annotations

import ast
import os
import re
from collections.abc import Collection, Iterable, Iterator, Mapping
from concurrent.futures import ProcessPoolExecutor
from multiprocessing import get_context
from pathlib import Path
from unittest.mock import patch

from grader.batch.pool import THREADS
from grader.course import Assignment, assignment_names, load_assignment
from grader.misconceptions import solution_path
from grader.model import CaseResult, CheckGrade, Evidence, Grade, PartGrade, SourceUnit, Status, Submission
from grader.session import causes
from grader.session.causes import CASES_COMPARED
from grader.session.desk import LocalDesk
from grader.session.grading import Grader
from grader.session.runner import Runner, run_session

REFERENCE = Path(__file__).parents[2] / "reference"
HABITS = Path(__file__).parents[1] / "fixtures" / "habits"
NAMES = assignment_names(REFERENCE.parent)


def read_assignment(name: str) -> Assignment:
    return load_assignment(REFERENCE / name)


def with_parts_replaced(assignment: Assignment, replacement: str) -> str:
    """Return the reference solution in which the definitions of ``replacement`` stand for those of the same name."""
    return solution_path(assignment).read_text(encoding="utf-8") + "\n\n" + replacement


def parts_in(assignment: Assignment, source: str) -> set[str]:
    """Return the names of the parts that a source defines at its top level."""
    defined = {n.name for n in ast.parse(source).body if isinstance(n, ast.FunctionDef | ast.ClassDef)}
    return defined & {part.name for part in assignment.parts}


def trainings(assignment: Assignment) -> frozenset[str]:
    """Return the names of the parts that have a check which trains for long: those marked ``replay=False``."""
    marker = re.compile(r'@pytest\.mark\.check\("(\w+)"[^)]*replay=False')
    texts = (path.read_text(encoding="utf-8") for path in (assignment.folder / "checks").glob("test_*.py"))
    return frozenset(name for text in texts for name in marker.findall(text))


def grade_sources(
    assignment: Assignment, sources: Mapping[str, str], *, without: Collection[str] = (), compared: int = CASES_COMPARED
) -> dict[str, Grade]:
    """Grade sources by name, in one session in a new process.

    Args:
        assignment: whose checks are run.
        sources: source by name.
        without: parts whose checks are left out, such as long trainings.
        compared: failed cases of a part that misconceptions are run through.
    """
    with (
        patch.dict(os.environ, dict.fromkeys(THREADS, "1")),
        ProcessPoolExecutor(1, mp_context=get_context("spawn")) as executor,
    ):
        return executor.submit(grade_here, assignment, dict(sources), frozenset(without), compared).result()


def grade_here(
    assignment: Assignment, sources: dict[str, str], without: frozenset[str], compared: int
) -> dict[str, Grade]:
    """Grade sources by name, in one session in this process."""
    grades: dict[str, Grade] = {}

    def job(runner: Runner) -> None:
        runner.checks = tuple(collected for collected in runner.checks if collected.check.part not in without)
        grader = Grader(
            runner,
            lambda state, served: LocalDesk(assignment, state.submission.units[0].text, served, runner.solution),
            "none",
        )
        for name, source in sources.items():
            grades[name] = grader.grade(submission(assignment, name, source))

    with patch.object(causes, "CASES_COMPARED", compared):
        run_session(assignment, b"a secret for tests", job)
    return grades


def submission(assignment: Assignment, name: str, source: str) -> Submission:
    unit = SourceUnit(module=assignment.name, label=f"{assignment.name}.py", text=source)
    return Submission(student=name, key=name, digest=f"digest of {name}", origin=name, units=(unit,))


def what_was_lost(grade: Grade, parts: set[str]) -> Iterator[str]:
    """Yield one line for each case of some parts that did not pass."""
    for part in grade.parts:
        for case in cases_of([part] if part.part in parts else []):
            if case.status is not Status.PASSED:
                summary = case.evidence.summary if case.evidence is not None else case.reason
                yield f"{part.part}: {case.check}[{case.case}] {case.status}: {summary}"


def part_of(grade: Grade, name: str) -> PartGrade:
    (found,) = (part for part in grade.parts if part.part == name)
    return found


def check_of(grade: Grade, identity: str) -> CheckGrade:
    (found,) = (check for part in grade.parts for check in part.checks if check.check.id == identity)
    return found


def evidence_of(grade: Grade, identity: str) -> Evidence:
    """Return the evidence of the first case of a check, which must have some."""
    evidence = check_of(grade, identity).cases[0].evidence
    assert evidence is not None
    return evidence


def cases_of(parts: Iterable[PartGrade]) -> Iterator[CaseResult]:
    return (case for part in parts for check in part.checks for case in check.cases)


def advice_of(parts: Iterable[PartGrade]) -> set[str]:
    return {sentence for case in cases_of(parts) for sentence in case.advice}
