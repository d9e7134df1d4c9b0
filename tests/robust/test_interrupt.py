"""Ctrl-C, at any moment: one sentence, no traceback, nobody left behind, and the same command goes on."""

from __future__ import annotations

import os
import signal
import time
from pathlib import Path
from typing import NamedTuple

import pytest

from tests.robust.conftest import Undisturbed
from tests.robust.running import Course, Role, Run, results

INTERRUPTED = 130
MOMENTS: tuple[Role, ...] = ("session", "worker")
SENTENCE = "Interrupted. What was graded is kept; the same command goes on from there."


class Interrupted(NamedTuple):
    """How a run ended whose whole group was interrupted, as a terminal does it."""

    code: int
    sentence: str
    left: list[str]
    took_s: float


def interrupted(course: Course, out: Path, role: Role) -> Interrupted:
    """Interrupt a run as soon as it has a process of a role."""
    run = Run(course, out)
    while not run.processes(role):
        time.sleep(0.005)
    os.killpg(run.process.pid, signal.SIGINT)
    started_s = time.monotonic()
    code, _, err = run.end()
    took_s = time.monotonic() - started_s
    return Interrupted(code, " ".join(err.split()), run.left(), took_s)


@pytest.fixture(scope="module")
def out(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("interrupted") / "out"


@pytest.fixture(scope="module")
def ended(course: Course, out: Path) -> dict[Role, Interrupted]:
    """Interrupt one run while its processes start, and the next one while students' code runs."""
    return {role: interrupted(course, out, role) for role in MOMENTS}


AT_EACH_MOMENT = pytest.mark.parametrize("role", MOMENTS)


@AT_EACH_MOMENT
def test_an_interrupt_is_answered_by_one_sentence(ended: dict[Role, Interrupted], role: Role) -> None:
    assert ended[role].sentence == SENTENCE


@AT_EACH_MOMENT
def test_an_interrupt_has_an_exit_code_of_its_own(ended: dict[Role, Interrupted], role: Role) -> None:
    assert ended[role].code == INTERRUPTED


@AT_EACH_MOMENT
def test_an_interrupt_leaves_no_process(ended: dict[Role, Interrupted], role: Role) -> None:
    assert ended[role].left == []


@AT_EACH_MOMENT
def test_an_interrupt_does_not_wait_for_the_submission_at_work(ended: dict[Role, Interrupted], role: Role) -> None:
    assert ended[role].took_s < 2.0


def test_after_interrupts_the_same_command_ends_with_the_files_of_an_undisturbed_run(
    ended: dict[Role, Interrupted], course: Course, out: Path, undisturbed: Undisturbed
) -> None:
    Run(course, out).end()
    assert results(out) == undisturbed.files
