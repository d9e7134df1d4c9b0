"""One sandbox and one course for all the tests of this folder; hand-ins of a module are graded in one session."""

from __future__ import annotations

import os
import sys
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager

import pytest

from grader.course import Assignment
from grader.model import Grade, Submission
from grader.sandbox.host import Sandbox
from grader.session import grading
from grader.session.desk import SandboxDesk
from grader.session.grading import Grader
from grader.session.runner import Runner, run_session
from tests.course_factory import SECRET, submission, write_course

# By name, what to grade: a source, or a whole submission.
GradeAll = Callable[..., dict[str, Grade]]

# An endless loop is stopped after a second here, not ten; nothing else in these tests needs a tenth of it.
BUDGET_S = 1.0


@pytest.fixture(scope="session")
def tiny(tmp_path_factory: pytest.TempPathFactory) -> Assignment:
    return write_course(tmp_path_factory.mktemp("course"))


@pytest.fixture(scope="session")
def grading_sandbox() -> Iterator[Sandbox]:
    with Sandbox() as running:
        yield running


@pytest.fixture(scope="session")
def grade_all(grading_sandbox: Sandbox) -> GradeAll:
    """Return ``grade_all(assignment, {name: source or submission}, secret=...)``: a grade for each name."""

    def grade(
        assignment: Assignment, hand_ins: Mapping[str, str | Submission], *, secret: bytes = SECRET
    ) -> dict[str, Grade]:
        with process_restored(), pytest.MonkeyPatch.context() as patch:
            patch.setattr(grading, "BUDGET_FLOOR_S", BUDGET_S)
            return graded(grading_sandbox, assignment, hand_ins, secret)

    return grade


def graded(
    sandbox: Sandbox, assignment: Assignment, hand_ins: Mapping[str, str | Submission], secret: bytes
) -> dict[str, Grade]:
    grades: dict[str, Grade] = {}

    def job(runner: Runner) -> None:
        grader = Grader(
            runner,
            lambda state, served: SandboxDesk(sandbox, assignment, state, served, runner.solution),
            sandbox.tier,
        )
        for name, hand_in in hand_ins.items():
            grades[name] = grader.grade(submission(hand_in, student=name) if isinstance(hand_in, str) else hand_in)

    run_session(assignment, secret, job)
    return grades


@contextmanager
def process_restored() -> Iterator[None]:
    """Undo what a session of checks changes in its process, which in grading is its own."""
    environment, flag = dict(os.environ), sys.dont_write_bytecode
    try:
        yield
    finally:
        os.environ.clear()
        os.environ.update(environment)
        sys.dont_write_bytecode = flag
