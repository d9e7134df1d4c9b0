"""Whatever is killed, whenever: the same command goes on, and ends with the files of a run that nothing disturbed.

``GRADER_KILLS=100 pytest tests/robust/test_kills.py`` makes a hundred kills instead of twelve.
"""

from __future__ import annotations

import functools
import os
import random
import time
from pathlib import Path

import pytest

from tests.robust.conftest import Undisturbed
from tests.robust.running import ROLES, Course, Role, Run, results

KILLS = int(os.environ.get("GRADER_KILLS", "12"))
SEEDS = range((KILLS + len(ROLES) - 1) // len(ROLES))
# Long enough to meet a run in each of its phases, from the first imports to the last report.
LATEST_S: dict[Role, float] = {"grader": 5.0, "session": 2.0, "zygote": 1.5, "worker": 1.0}
STARTS = 12
FINISHED = (0, 1)


class Ordeal:
    """A class that is graded while one process of each kind is killed.

    Attributes:
        killed: what was killed, and how many seconds after it could be, in order.
        left: command lines of what ran on after the grader was killed.
        said: what the runs that were not killed printed on standard error.
        out: the folder of the run that was seen to its end.
    """

    def __init__(self, course: Course, folder: Path, seed: int) -> None:
        self.killed: list[tuple[Role, float]] = []
        self.left: list[str] = []
        self.said: list[str] = []
        self._course, self._folder, self._fresh = course, folder, 0
        self._random = random.Random(seed)
        self.out = self._new_folder()
        self._run = Run(course, self.out)
        for role in self._random.sample(ROLES, len(ROLES)):
            self._kill(role)
        self._see_to_its_end()

    def _new_folder(self) -> Path:
        self._fresh += 1
        return self._folder / f"out-{self._fresh}"

    def _kill(self, role: Role) -> None:
        """Kill a process of a role; a run that ends before that is followed by another, into a new folder."""
        moment_s = self._random.uniform(0.0, LATEST_S[role])
        choice = self._random.randrange(100)
        while not self._kill_after(role, moment_s, choice):
            code, _, err = self._run.end()
            self.said.append(err)
            assert len(self.said) < STARTS, f"After {self.killed} there is nothing to kill: {err}"
            if code in FINISHED:
                self.out, moment_s = self._new_folder(), moment_s / 2
            self._run = Run(self._course, self.out)
        self.killed.append((role, round(moment_s, 2)))
        if role == "grader":
            self.left += self._run.left()
            self._run.end()
            self._run = Run(self._course, self.out)

    def _kill_after(self, role: Role, moment_s: float, choice: int) -> bool:
        while self._run.process.poll() is None:
            if self._run.processes(role):
                time.sleep(moment_s)
                return self._run.kill(role, choice)
            time.sleep(0.005)
        return False

    def _see_to_its_end(self) -> None:
        for _ in range(STARTS):
            code, _, err = self._run.end()
            self.said.append(err)
            if code in FINISHED:
                return
            self._run = Run(self._course, self.out)
        raise AssertionError(f"The run did not end in {STARTS} starts after {self.killed}: {self.said[-1]}")


@pytest.fixture(scope="module")
def ordeals(course: Course, tmp_path_factory: pytest.TempPathFactory) -> functools._lru_cache_wrapper[Ordeal]:
    """Return ``ordeals(seed)``."""
    return functools.cache(lambda seed: Ordeal(course, tmp_path_factory.mktemp(f"ordeal-{seed}"), seed))


@pytest.mark.parametrize("seed", SEEDS)
def test_a_run_with_kills_ends_with_the_files_of_an_undisturbed_one(
    ordeals: functools._lru_cache_wrapper[Ordeal], undisturbed: Undisturbed, seed: int
) -> None:
    ordeal = ordeals(seed)
    found = results(ordeal.out)
    differing = sorted(name for name in found | undisturbed.files if found.get(name) != undisturbed.files.get(name))
    assert not differing, ordeal.killed


@pytest.mark.parametrize("seed", SEEDS)
def test_one_second_after_the_grader_was_killed_nothing_is_left(
    ordeals: functools._lru_cache_wrapper[Ordeal], seed: int
) -> None:
    ordeal = ordeals(seed)
    assert ordeal.left == [], ordeal.killed


@pytest.mark.parametrize("seed", SEEDS)
def test_what_is_killed_leaves_no_traceback(ordeals: functools._lru_cache_wrapper[Ordeal], seed: int) -> None:
    ordeal = ordeals(seed)
    assert [said for said in ordeal.said if "Traceback" in said] == [], ordeal.killed
