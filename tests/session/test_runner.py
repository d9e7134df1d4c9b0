"""Inputs of checks: the same at every run, others for every submission, unforeseeable without the secret."""

from __future__ import annotations

import msgspec
import numpy as np
import pytest

from grader.course import Assignment
from grader.model import Grade
from grader.session.runner import Runner, run_session
from grader.session.setting import case_seed
from tests.course_factory import SECRET, SOLUTION, changed, submission
from tests.session.conftest import GradeAll, process_restored

# (check, case): a number drawn for it
Drawn = dict[tuple[str, str], float]


def drawn(tiny: Assignment, *, digest: str = "abc", secret: bytes = SECRET) -> Drawn:
    """Return the first number of every case's generator."""
    numbers: Drawn = {}

    def job(runner: Runner) -> None:
        for collected in runner.checks:
            for case, item in zip(collected.check.cases, collected.items, strict=True):
                runner.run(item, runner.solution, digest)
                numbers[collected.check.id, case] = float(runner.rng(item).random())

    with process_restored():
        run_session(tiny, secret, job)
    return numbers


@pytest.fixture(scope="module")
def first(tiny: Assignment) -> Drawn:
    return drawn(tiny)


def test_inputs_are_the_same_at_every_run(tiny: Assignment, first: Drawn) -> None:
    assert drawn(tiny) == first


def test_inputs_of_all_checks_differ_between_submissions(tiny: Assignment, first: Drawn) -> None:
    assert not set(drawn(tiny, digest="abd").values()) & set(first.values())


def test_inputs_of_all_checks_differ_between_secrets(tiny: Assignment, first: Drawn) -> None:
    assert not set(drawn(tiny, secret=b"another").values()) & set(first.values())


def test_inputs_differ_between_cases(first: Drawn) -> None:
    assert len(set(first.values())) == len(first)


def test_no_check_draws_what_a_student_can_draw_at_home(first: Drawn) -> None:
    at_home = {key: np.random.default_rng(case_seed(b"", "tiny", *key)).random() for key in first}
    assert not set(at_home.values()) & set(first.values())


def without_times(grade: Grade) -> bytes:
    """Return a grade as bytes, with every measured time set to zero."""

    def cleared(value: object) -> object:
        if isinstance(value, dict):
            return {key: 0.0 if key in ("cpu_s", "wall_s") else cleared(item) for key, item in value.items()}
        return [cleared(item) for item in value] if isinstance(value, list) else value

    return msgspec.msgpack.encode(cleared(msgspec.msgpack.decode(msgspec.msgpack.encode(grade))))


@pytest.fixture(scope="module")
def wrong() -> str:
    return changed(("x @ w + b", "x @ w"), ("return losses", "return losses[:3]"))


def test_the_same_submission_gets_the_same_grade_twice(tiny: Assignment, grade_all: GradeAll, wrong: str) -> None:
    runs = [grade_all(tiny, {"ada": wrong})["ada"] for _ in range(2)]
    assert without_times(runs[0]) == without_times(runs[1])


def test_a_grade_does_not_depend_on_who_was_graded_before(tiny: Assignment, grade_all: GradeAll, wrong: str) -> None:
    alone = grade_all(tiny, {"ada": wrong})["ada"]
    later = grade_all(tiny, {"bob": changed(("- 0.5", "+ 0.5")), "eve": SOLUTION, "ada": wrong})["ada"]
    assert without_times(alone) == without_times(later)


def test_another_digest_changes_the_numbers_behind_a_grade(tiny: Assignment, grade_all: GradeAll, wrong: str) -> None:
    other = msgspec.structs.replace(submission(wrong), digest="another")
    grades = [grade_all(tiny, {"ada": hand_in})["ada"] for hand_in in (submission(wrong), other)]
    renamed = [msgspec.structs.replace(grade, digest="") for grade in grades]
    assert without_times(renamed[0]) != without_times(renamed[1])


def test_the_reference_keeps_no_answer_of_the_cases_before(tiny: Assignment) -> None:
    kept: list[list[int]] = []

    def calls_kept(runner: Runner, item: pytest.Function) -> int:
        runner.run(item, runner.solution, "digest")
        assert runner.solution.counterpart is not None
        return len(runner.solution.calls) + len(runner.solution.counterpart.calls)

    def job(runner: Runner) -> None:
        items = [item for collected in runner.checks for item in collected.items]
        kept.extend([calls_kept(runner, item) for item in items] for _ in range(2))

    with process_restored():
        run_session(tiny, SECRET, job)
    first, second = kept
    assert second == first
    assert sum(first) > 0
