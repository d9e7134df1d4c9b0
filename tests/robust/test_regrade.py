"""A regrade that is killed publishes nothing, and the same command goes on from there."""

from __future__ import annotations

import os
import shutil
import signal
import subprocess
import time
from collections.abc import Sequence
from pathlib import Path
from typing import NamedTuple

import pytest

from grader.regrade.pending import Pending
from grader.store import open_store
from tests.course_factory import HIDDEN, changed
from tests.robust.conftest import Undisturbed
from tests.robust.running import COMMAND, ROOT, Course, Role, Run, results, write_class

KINDER = changed(("    rows = sorted(", "    return\n    rows = sorted("), source=HIDDEN)
# While its processes start, and while students' code runs.
MOMENTS: Sequence[Role] = ("session", "worker")


class Killed(NamedTuple):
    """What was there after a regrade was killed twice, and after it was seen to its end and published."""

    left: list[dict[str, bytes]]
    states: Sequence[str]
    after: dict[str, bytes]


@pytest.fixture(scope="module")
def changed_course(tmp_path_factory: pytest.TempPathFactory) -> Course:
    return write_class(tmp_path_factory.mktemp("changed"), files={"checks/test_tiny_hidden.py": KINDER})


@pytest.fixture(scope="module")
def killed(changed_course: Course, undisturbed: Undisturbed, tmp_path_factory: pytest.TempPathFactory) -> Killed:
    out = shutil.copytree(undisturbed.out, tmp_path_factory.mktemp("killed") / "out")
    left, states = [], []
    for role in MOMENTS:
        run = Run(changed_course, out, "--regrade")
        while not run.processes(role):
            time.sleep(0.005)
        os.kill(run.process.pid, signal.SIGKILL)
        run.left()
        run.end()
        left.append(results(out))
        with open_store(out / "results.sqlite") as store:
            states.append(Pending(store).state())
    Run(changed_course, out, "--regrade").end()
    publish(out)
    return Killed(left, states, without_difference(out))


def publish(out: Path) -> None:
    command = [*COMMAND, "publish", str(out)]
    environment = os.environ | {"PYTHONPATH": str(ROOT)}
    subprocess.run(command, env=environment, capture_output=True, check=False)


def without_difference(out: Path) -> dict[str, bytes]:
    return {name: content for name, content in results(out).items() if not name.startswith("difference.")}


def test_a_regrade_that_is_killed_leaves_the_published_files(killed: Killed, undisturbed: Undisturbed) -> None:
    whole = [{name: content for name, content in left.items() if "journal" not in name} for left in killed.left]
    assert whole == [undisturbed.files] * len(MOMENTS)


def test_a_regrade_that_is_killed_is_still_under_way(killed: Killed) -> None:
    assert killed.states == ["under way"] * len(MOMENTS)


def test_it_ends_with_the_files_of_a_run_from_nothing(killed: Killed, changed_course: Course, tmp_path: Path) -> None:
    Run(changed_course, tmp_path / "out").end()
    assert killed.after == results(tmp_path / "out")
