"""Grades the attacks by the real checks in the real sandbox, a course at a time, each in a process of its own.

In each course the solution is graded too: where it does not earn all that the attacks are after, that they earn
nothing shows nothing.
"""

from __future__ import annotations

import base64
import json
import os
import re
import zlib
from collections.abc import Iterable, Mapping
from concurrent.futures import ProcessPoolExecutor
from itertools import repeat
from multiprocessing import get_context
from pathlib import Path
from tempfile import TemporaryDirectory
from unittest.mock import patch

import jupytext
import msgspec
import numpy as np

from grader.batch.pool import THREADS
from grader.course import Assignment, load_assignment
from grader.ingest import read_submission
from grader.misconceptions import definitions, solution_path
from grader.model import Grade, SourceUnit, Submission
from grader.release.regions import find_regions, hide_solutions
from grader.sandbox.host import Sandbox
from grader.session import grading
from grader.session.checks import CollectedCheck
from grader.session.desk import SandboxDesk
from grader.session.grading import Grader
from grader.session.runner import Runner, run_session
from tests.attacks.grading.case import Case
from tests.attacks.places import layers_here
from tests.course_factory import write_course
from tests.session.conftest import process_restored

REFERENCE = Path(__file__).parents[3] / "reference"
SECRET = b"a secret for tests"
FRIEND = "a friend"
FORGED_OUTPUT = "GRADE: 100/100"
# What these tests wait for at each endless loop and each differentiation; it takes twenty seconds and more.
BUDGET_S = 1.0

# What the tiny course lacks: a large point and a race.
MORE_CHECKS = '''\
"""Hidden checks of size and speed."""

import pytest

from grader.checking.large import assert_large_gradients
from grader.checking.speed import assert_fast


def inputs(rng, N, D, M):
    return {"x": rng.normal(size=(N, D)), "w": rng.normal(size=(D, M)), "b": rng.normal(size=M)}


@pytest.mark.check("affine_backward", points=1, large=True)
def test_large(student, rng):
    """Derives the gradients, so that many inputs and outputs take little time."""
    assert_large_gradients(student.affine_forward, student.affine_backward, inputs(rng, 16, 700, 150), rng=rng)


@pytest.mark.check("affine_forward", points=1, replay=False)
def test_fast(student, rng):
    """Is about as fast as a matrix product."""
    assert_fast(student.affine_forward, lambda: tuple(inputs(rng, 30, 40, 50).values()), full=5.0, none=20.0)
'''


def grade_cases(cases: Iterable[Case], tier: str = "") -> dict[str, Grade]:
    """Return the grade of each attack, by its name, and that of each course's solution, by ``honest_in``."""
    grades: dict[str, Grade] = {}
    with (
        patch.dict(os.environ, dict.fromkeys(THREADS, "1")),
        ProcessPoolExecutor(2, mp_context=get_context("spawn"), max_tasks_per_child=1) as executor,
    ):
        by_course = names_by_course(cases)
        for found in executor.map(grade_course, by_course, by_course.values(), repeat(tier)):
            grades |= found
    return grades


def names_by_course(cases: Iterable[Case]) -> dict[str, list[str]]:
    """Return the names of the attacks on each course."""
    by_course: dict[str, list[str]] = {}
    for case in cases:
        by_course.setdefault(case.course, []).append(case.name)
    return by_course


def honest_in(course: str) -> str:
    """Return the name under which a course's solution is graded."""
    return f"solution_of_{course}"


def sandbox_of(tier: str) -> Sandbox:
    """Return a sandbox of a tier; "" stands for the best one here, proven as for grading.

    Raises:
        ValueError: there is no such tier for this user.
        IsolationError: this machine does not have it.
    """
    return Sandbox(layers_for_tests=layers_here(tier)) if tier else Sandbox()


def grade_course(course: str, names: list[str], tier: str = "") -> dict[str, Grade]:
    """Return the grades of attacks on one course and of its solution.

    Only those checks are run that an attack is after, for the solution those that any of them is after.
    """
    from tests.attacks.grading.cases import CASES  # which imports this; a case itself does not cross to a process

    cases = [case for case in CASES if case.name in names]
    grades: dict[str, Grade] = {}
    with TemporaryDirectory() as folder, patch.object(grading, "BUDGET_FLOOR_S", BUDGET_S), sandbox_of(tier) as sandbox:
        assignment = assignment_of(course, Path(folder))

        def job(runner: Runner) -> None:
            everything = runner.checks

            def grader_of(cases: Iterable[Case]) -> Grader:
                runner.checks = tuple(check for check in everything if is_wanted(check, cases))
                return Grader(
                    runner,
                    lambda state, served: SandboxDesk(sandbox, assignment, state, served, runner.solution),
                    tier or sandbox.tier,
                )

            honest = honest_in(course)
            solution = submission(honest, honest, base_of("solution", assignment, {}), assignment)
            grades[honest] = grader_of(cases).grade(solution)
            for case in cases:
                grader = grader_of([case])
                for handed_in in submissions(case, assignment, grades):
                    grades[handed_in.key] = grader.grade(handed_in)

        with process_restored():
            run_session(assignment, SECRET, job)
    return {name: grades[name] for name in (honest_in(course), *(case.name for case in cases))}


def is_wanted(collected: CollectedCheck, cases: Iterable[Case]) -> bool:
    name = collected.check.id.rpartition("::")[2]
    wanted = {target for case in cases for target in (*case.allowed, *case.also)}
    return name in wanted or collected.check.part in wanted


def assignment_of(course: str, folder: Path) -> Assignment:
    if course == "tiny":
        return write_course(folder, files={"checks/test_tiny_more.py": MORE_CHECKS})
    return load_assignment(REFERENCE / course)


def submissions(case: Case, assignment: Assignment, grades: Mapping[str, Grade]) -> Iterable[Submission]:
    """Yield what is handed in, one after the other; what came of the earlier ones is in ``grades`` by then."""
    if case.name == "grade_itself_in_a_notebook":
        yield notebook(case, assignment)
    elif case.name == "answer_from_a_table":
        yield submission(FRIEND, FRIEND, base_of("solution", assignment, {}) + PRINTING, assignment)
        yield submission(case.name, case.name, with_table(hand_in(case, assignment), grades[FRIEND]), assignment)
    else:
        yield submission(case.name, case.student or case.name, hand_in(case, assignment), assignment)


def submission(key: str, student: str, text: str, assignment: Assignment) -> Submission:
    unit = SourceUnit(module=assignment.name, label=f"{assignment.name}.py", text=text)
    return Submission(student=student, key=key, digest=f"digest of {key}", origin=f"{key}.py", units=(unit,))


def hand_in(case: Case, assignment: Assignment) -> str:
    """Return the attack's definitions in the place of those of the stub, or of the solution."""
    text = case.text.replace("WEIGHTS", trained_weights()) if "WEIGHTS" in case.text else case.text
    return base_of(case.base, assignment, definitions(text)) + "\n\n" + text


def base_of(base: str, assignment: Assignment, without: Iterable[str]) -> str:
    """Return the stub or the solution without some definitions."""
    path = solution_path(assignment)
    source = path.read_text(encoding="utf-8")
    if base == "stub":
        source = hide_solutions(source, find_regions(source, path))
    found = definitions(source)
    for start, end in sorted((found[name] for name in without if name in found), reverse=True):
        source = source[:start] + source[end:]
    return source


def notebook(case: Case, assignment: Assignment) -> Submission:
    """Return a notebook whose cells show an output that nobody computed, as ingest reads it."""
    book = jupytext.reads(hand_in(case, assignment), fmt="py:percent")
    for cell in book.cells:
        if cell.cell_type == "code":
            cell["outputs"] = [{"output_type": "stream", "name": "stdout", "text": FORGED_OUTPUT}]
            cell["execution_count"] = 1
    with TemporaryDirectory() as folder:
        path = Path(folder) / "hand-in.ipynb"
        path.write_text(json.dumps(book), encoding="utf-8")
        read = read_submission(path, assignment.name, student=case.name)
    assert isinstance(read, Submission)
    return msgspec.structs.replace(read, key=case.name)


# A friend's run prints what it was asked and what was right.
PRINTING = """

import hashlib as _hashlib

_right = affine_forward

def affine_forward(x, w, b):
    out, cache = _right(x, w, b)
    if out.size <= 20:
        _key = _hashlib.sha256(b"".join(value.tobytes() for value in (x, w, b))).hexdigest()[:16]
        print(f"TABLE[{_key!r}] = {out.tolist()!r}", flush=True)
    return out, cache
"""


def with_table(text: str, friends: Grade) -> str:
    """Return a hand-in with the table that a friend's run printed."""
    printed = "\n".join(case.output for part in friends.parts for check in part.checks for case in check.cases)
    lines = re.findall(r"^TABLE\['[0-9a-f]+'\] = \[\[.*\]\]$", printed, re.MULTILINE)
    return text + "\n\n" + "\n".join(lines) + "\n"


def trained_weights() -> str:
    """Return the parameters of the reference after it learnt the digits as students have them, as text."""
    from grader.session.runner import reference_student

    assignment = load_assignment(REFERENCE / "mlp")
    solution = reference_student(assignment)
    with np.load(assignment.data_folder / "digits.npz") as digits:
        X, y = digits["X_train"] / float(digits["pixel_max"]), digits["y_train"]
    rng = np.random.default_rng(0)
    net = solution.FullyConnectedNet([64], 64, 10, weight_scale=0.15, rng=rng)
    solution.train(net, X, y, 20, 32, 0.1, rng)
    numbers = np.concatenate([np.asarray(net.params[name]).ravel() for name in ("W1", "b1", "W2", "b2")])
    return base64.b64encode(zlib.compress(numbers.astype(np.float32).tobytes())).decode()
