"""Grade sources we trust with the real checks, in this process: all of ``Grader`` but the sandbox."""

from __future__ import annotations

import ast
from collections.abc import Iterator, Mapping
from pathlib import Path

from grader.course import Assignment, load_assignment
from grader.misconceptions import solution_path
from grader.model import Grade, SourceUnit, Status, Submission
from grader.session.desk import LocalDesk
from grader.session.grading import Grader
from grader.session.runner import Runner, run_session

REFERENCE = Path(__file__).parents[2] / "reference"
STYLES = Path(__file__).parents[1] / "fixtures" / "styles"


def read_assignment(name: str) -> Assignment:
    return load_assignment(REFERENCE / name)


def with_parts_replaced(assignment: Assignment, replacement: str) -> str:
    """Return the reference solution in which the definitions of ``replacement`` stand for those of the same name."""
    return solution_path(assignment).read_text(encoding="utf-8") + "\n\n" + replacement


def parts_in(assignment: Assignment, source: str) -> set[str]:
    """Return the names of the parts that a source defines at its top level."""
    defined = {n.name for n in ast.parse(source).body if isinstance(n, ast.FunctionDef | ast.ClassDef)}
    return defined & {part.name for part in assignment.parts}


def grade_sources(assignment: Assignment, sources: Mapping[str, str]) -> dict[str, Grade]:
    """Grade sources by name, in one session."""
    grades: dict[str, Grade] = {}

    def job(runner: Runner) -> None:
        grader = Grader(
            runner,
            lambda state, served: LocalDesk(assignment, state.submission.units[0].text, served, runner.solution),
            "none",
        )
        for name, source in sources.items():
            grades[name] = grader.grade(submission(assignment, name, source))

    run_session(assignment, b"a secret for tests", job)
    return grades


def submission(assignment: Assignment, name: str, source: str) -> Submission:
    unit = SourceUnit(module=assignment.name, label=f"{assignment.name}.py", text=source)
    return Submission(student=name, key=name, digest=f"digest of {name}", origin=name, units=(unit,))


def what_was_lost(grade: Grade, parts: set[str]) -> Iterator[str]:
    """Yield one line for each case of some parts that did not pass."""
    for part in grade.parts:
        cases = (case for check in part.checks for case in check.cases) if part.part in parts else ()
        for case in cases:
            if case.status is not Status.PASSED:
                summary = case.evidence.summary if case.evidence is not None else case.reason
                yield f"{part.part}: {case.check}[{case.case}] {case.status}: {summary}"
