"""The call given as the smallest failing input fails alone: the wrong source answers it otherwise than the right one.

Graded in the sandbox, as students are; the calls are then executed here, from their text.
"""

from __future__ import annotations

import sys
import types
from typing import Any

import numpy as np
import pytest

from grader.misconceptions import load_misconceptions, solution_path, wrong_source
from grader.model import Grade, Smallest
from grader.sandbox.host import Sandbox
from grader.session.desk import SandboxDesk
from grader.session.grading import Grader
from grader.session.runner import Runner, run_session
from tests.reference.harness import cases_of, read_assignment, submission
from tests.session.conftest import process_restored

WRONG = {
    "mlp": ("affine-db-wrong-axis", "softmax-loss-sign-flipped", "svm-vectorized-grad-transposed", "mse-missing-2"),
    "cnn": ("global-pool-over-channels", "global-grad-not-divided", "flatten-batch-lost"),
}


@pytest.fixture(scope="module", params=WRONG)
def graded(request: pytest.FixtureRequest) -> tuple[str, str, dict[str, tuple[str, Grade]]]:
    """Return name, right source, and for each misconception its source and grade."""
    assignment = read_assignment(request.param)
    right = solution_path(assignment).read_text(encoding="utf-8")
    chosen = {m.name: m for m in load_misconceptions(assignment) if m.name in WRONG[assignment.name]}
    found: dict[str, tuple[str, Grade]] = {}

    def job(runner: Runner) -> None:
        parts = {m.part for m in chosen.values()}
        runner.checks = tuple(collected for collected in runner.checks if collected.check.part in parts)
        with Sandbox() as sandbox:
            grader = Grader(
                runner,
                lambda state, served: SandboxDesk(sandbox, assignment, state, served, runner.solution),
                sandbox.tier,
            )
            for name, misconception in chosen.items():
                source = wrong_source(right, misconception)
                found[name] = source, grader.grade(submission(assignment, name, source))

    with process_restored():
        run_session(assignment, b"a secret for tests", job)
    return assignment.name, right, found


def smallest_of(grade: Grade) -> list[Smallest]:
    evidence = [case.evidence for case in cases_of(grade.parts)]
    return [e.smallest for e in evidence if e is not None and e.smallest is not None]


def answers(module: str, source: str, call: str) -> dict[str, Any]:
    """Run a call as somebody who pastes it would; return what is then known."""
    imported, names = types.ModuleType(module), dict[str, Any]()
    exec(compile(source, f"{module}.py", "exec"), imported.__dict__)
    with pytest.MonkeyPatch.context() as patch:
        patch.setitem(sys.modules, module, imported)
        try:
            exec(call, names)
        except Exception as error:
            names["raised"] = str(error)
    return names


def results(names: dict[str, Any], smallest: Smallest) -> list[Any]:
    """Return what the call's last assignment gave, and what it raised."""
    last = [line for line in smallest.call.splitlines() if " = " in line][-1]
    outputs = [name for name in last.partition(" = ")[0].split(", ") if name != "cache"]
    return [names.get("raised"), *(np.asarray(names[name]).tolist() for name in outputs if name in names)]


def test_every_one_has_a_smallest_input(graded: tuple[str, str, dict[str, tuple[str, Grade]]]) -> None:
    name, _, found = graded
    assert {wrong: len(smallest_of(grade)) for wrong, (_, grade) in found.items()} == dict.fromkeys(WRONG[name], 1)


def test_the_call_gives_something_else_on_the_right_source(
    graded: tuple[str, str, dict[str, tuple[str, Grade]]],
) -> None:
    name, right, found = graded
    for source, grade in found.values():
        [smallest] = smallest_of(grade)
        wrong = results(answers(name, source, smallest.call), smallest)
        assert wrong != results(answers(name, right, smallest.call), smallest)
