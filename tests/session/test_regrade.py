"""A change in the course runs the parts that it concerns again, and comes to what grading everything would."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import NamedTuple

import pytest

from grader.course import Assignment
from grader.sandbox.host import Sandbox
from grader.session.basis import Graded
from grader.session.desk import SandboxDesk
from grader.session.grading import Grader
from grader.session.runner import Runner, run_session
from tests.batch.test_pool import as_bytes
from tests.course_factory import (
    HIDDEN,
    MISCONCEPTIONS,
    PUBLIC,
    SECRET,
    SOLUTION,
    changed,
    submission,
    write_course,
    write_points,
)
from tests.session.conftest import process_restored

PARTS = (
    "affine_forward",
    "affine_backward",
    "affine_relu_forward",
    "affine_relu_backward",
    "Net",
    "batches",
    "train",
)
CLASS = {
    "ada": SOLUTION,
    "bob": changed(("x @ w + b", "x @ w"), ("np.maximum(weighted, 0.0)", "weighted")),
    # Right, but for the kind of sequence; what is built on it is wrong for a reason of its own.
    "cem": changed(
        ("return dout @ w.T, x.T @ dout, np.sum(dout, axis=0)", "return [dout @ w.T, x.T @ dout, dout.sum(0)]"),
        ("np.where(weighted > 0, dout, 0.0)", "dout"),
    ),
    "dan": "import torch\n" + changed(("- 0.5", "+ 0.5")),
}  # fmt: skip

STRICTER = (
    HIDDEN
    + '''

@pytest.mark.check("affine_backward", points=1)
def test_a_tuple(student, reference, rng):
    """Returns a tuple."""
    _, cache = student.affine_forward(*inputs(rng, 4, 3, 5).values())
    assert_true(isinstance(student.affine_backward(rng.normal(size=(4, 5)), cache), tuple), "It is no tuple.")
'''
)


class Change(NamedTuple):
    """A change of the course, and who has to be run again for it."""

    files: dict[str, str]
    ran: tuple[str, ...]


CHANGES = {
    "a comment": Change({"checks/test_tiny_hidden.py": HIDDEN + "\n# A note.\n"}, ()),
    "a check's points": Change(
        {"checks/test_tiny_hidden.py": changed(('"batches", points=1', '"batches", points=2'), source=HIDDEN)},
        ("batches",),
    ),
    "a check's body": Change(
        {"checks/test_tiny_hidden.py": changed(("rng.normal(size=(7, 2))", "rng.uniform(size=(7, 2))"), source=HIDDEN)},
        ("batches",),
    ),
    "a public check's title": Change(
        {"checks/test_tiny.py": changed(("An untrained net has the loss log C.", "Starts at log C."), source=PUBLIC)},
        ("Net",),
    ),
    "a misconception's hint": Change(
        {"misconceptions/tiny.py": changed(("Which way does the loss fall?", "Up or down?"), source=MISCONCEPTIONS)},
        ("train",),
    ),
    "what checks share": Change(
        {"checks/test_tiny_hidden.py": changed(('"w": rng.normal', '"w": rng.uniform'), source=HIDDEN)},
        PARTS,
    ),
    "the solution": Change({"tiny.py": changed(("losses = []", "losses = list()"))}, PARTS),
}  # fmt: skip


def marked(sandbox: Sandbox, course: Assignment, earlier: dict[str, Graded], *, secret: bytes) -> dict[str, Graded]:
    """Grade the class in one session."""
    found: dict[str, Graded] = {}

    def job(runner: Runner) -> None:
        def desk(state, served):  # type: ignore[no-untyped-def] # as Grader wants it
            return SandboxDesk(sandbox, course, state, served, runner.solution)

        grader = Grader(runner, desk, sandbox.tier)
        for name, source in CLASS.items():
            found[name] = grader.mark(submission(source, student=name), earlier.get(name))

    with process_restored():
        run_session(course, secret, job)
    return found


Mark = Callable[..., dict[str, Graded]]


@pytest.fixture(scope="module")
def mark(grading_sandbox: Sandbox) -> Mark:
    """Return ``mark(course, earlier, secret=...)``."""

    def mark(
        course: Assignment, earlier: dict[str, Graded] | None = None, *, secret: bytes = SECRET
    ) -> dict[str, Graded]:
        return marked(grading_sandbox, course, earlier or {}, secret=secret)

    return mark


@pytest.fixture(scope="module")
def first(mark: Mark, tiny: Assignment) -> dict[str, Graded]:
    return mark(tiny)


class Regraded(NamedTuple):
    """A class after a change: with what was graded before, and without."""

    kept: dict[str, Graded]
    anew: dict[str, Graded]


@pytest.fixture(scope="module", params=list(CHANGES))
def regraded(
    request: pytest.FixtureRequest, mark: Mark, first: dict[str, Graded], tmp_path_factory: pytest.TempPathFactory
) -> tuple[Change, Regraded]:
    change = CHANGES[request.param]
    course = write_course(tmp_path_factory.mktemp("changed"), files=change.files)
    return change, Regraded(mark(course, first), mark(course))


def grades(graded: dict[str, Graded]) -> dict[str, bytes]:
    return {name: as_bytes(one.grade) for name, one in graded.items()}


def ran(graded: dict[str, Graded]) -> set[tuple[str, ...]]:
    """Return what was run, which is the same for everybody here."""
    return {one.ran for one in graded.values()}


def test_the_first_time_everything_is_run(first: dict[str, Graded]) -> None:
    assert list(map(set, ran(first))) == [set(PARTS)]


def test_only_the_parts_are_run_that_a_change_concerns(regraded: tuple[Change, Regraded]) -> None:
    change, found = regraded
    assert list(map(set, ran(found.kept))) == [set(change.ran)]


def test_what_is_kept_and_what_is_run_make_the_grade_of_a_whole_run(regraded: tuple[Change, Regraded]) -> None:
    _, found = regraded
    assert grades(found.kept) == grades(found.anew)


def test_what_it_rests_on_is_known_as_after_a_whole_run(regraded: tuple[Change, Regraded]) -> None:
    _, found = regraded
    assert {name: one.bases for name, one in found.kept.items()} == {
        name: one.bases for name, one in found.anew.items()
    }


@pytest.fixture(scope="module")
def stricter(mark: Mark, first: dict[str, Graded], tmp_path_factory: pytest.TempPathFactory) -> Regraded:
    """A new check of one part fails for Cem, who failed another part that uses it."""
    course = write_course(tmp_path_factory.mktemp("stricter"), files={"checks/test_tiny_hidden.py": STRICTER})
    return Regraded(mark(course, first), mark(course))


def test_a_failed_part_is_run_again_when_a_part_that_it_uses_turns_out_wrong(stricter: Regraded) -> None:
    assert set(stricter.kept["cem"].ran) == {"affine_backward", "affine_relu_backward"}


def test_a_right_part_stands_when_a_part_that_it_uses_is_run_again(stricter: Regraded) -> None:
    assert set(stricter.kept["ada"].ran) == {"affine_backward"}


def test_what_hangs_together_makes_the_grade_of_a_whole_run(stricter: Regraded) -> None:
    assert grades(stricter.kept) == grades(stricter.anew)


def test_other_data_run_everything_again(mark: Mark, first: dict[str, Graded], tmp_path: Path) -> None:
    course = write_course(tmp_path)
    write_points(course.folder / "data" / "points_test.npz", seed=5)
    assert set(mark(course, first)["ada"].ran) == set(PARTS)


def test_another_secret_runs_everything_again(mark: Mark, tiny: Assignment, first: dict[str, Graded]) -> None:
    assert set(mark(tiny, first, secret=b"another")["ada"].ran) == set(PARTS)


def test_another_hand_in_keeps_nothing(mark: Mark, tiny: Assignment, first: dict[str, Graded]) -> None:
    others = {"ada": first["bob"]}
    assert set(mark(tiny, others)["ada"].ran) == set(PARTS)
