"""A disk that is full is said to be full, leaves whole files only, and costs nothing once there is room."""

from __future__ import annotations

import os
import resource
import shutil
import subprocess
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import NamedTuple

import pytest

from tests.conftest import require_or_skip
from tests.robust.conftest import Undisturbed
from tests.robust.running import COMMAND, ROOT, Course, Run, results

KIB = 1 << 10
OUR_FAULT = 4


class Filled(NamedTuple):
    """A run that found no room, and what it left."""

    code: int
    sentence: str
    left: dict[str, bytes]
    later: dict[str, bytes]  # what a second run made of it, with room


def limit_files(size: int) -> Callable[[], None]:
    """Return what lets no file of a process grow beyond ``size`` bytes."""
    return lambda: resource.setrlimit(resource.RLIMIT_FSIZE, (size, size))


@pytest.fixture(scope="module")
def no_room_for_results(course: Course, tmp_path_factory: pytest.TempPathFactory) -> Filled:
    out = tmp_path_factory.mktemp("full") / "out"
    code, _, err = Run(course, out, preexec_fn=limit_files(24 * KIB)).end()
    left = results(out)
    Run(course, out).end()
    return Filled(code, " ".join(err.split()), left, results(out))


@pytest.fixture(scope="module")
def no_room_for_reports(undisturbed: Undisturbed, tmp_path_factory: pytest.TempPathFactory) -> Filled:
    """The grades are stored, and reports are made again from them."""
    out = shutil.copytree(undisturbed.out, tmp_path_factory.mktemp("full") / "out")
    for path in [out / "class.html", *out.glob("reports/*")]:
        path.unlink()
    command = [*COMMAND, "report", str(out)]
    environment = os.environ | {"PYTHONPATH": str(ROOT)}
    ended = subprocess.run(command, env=environment, preexec_fn=limit_files(8 * KIB), capture_output=True, text=True)
    left = results(out)
    subprocess.run(command, env=environment, capture_output=True, check=False)
    return Filled(ended.returncode, " ".join(ended.stderr.split()), left, results(out))


def test_without_room_for_results_the_run_says_so(no_room_for_results: Filled, course: Course) -> None:
    assert no_room_for_results.sentence.startswith("A fault of the grader, not of any student: ")
    assert no_room_for_results.sentence.endswith(
        "results.sqlite cannot be written: disk I/O error. "
        "What was graded before is kept; make room, then run the same command."
    )


def test_without_room_for_reports_the_run_says_so(no_room_for_reports: Filled) -> None:
    said = no_room_for_reports.sentence
    assert " cannot be written: file too large. All grades are kept; make room, then run: grader report " in said


FULL = pytest.mark.parametrize("name", ["no_room_for_results", "no_room_for_reports"])


@FULL
def test_a_full_disk_is_a_fault_of_ours(request: pytest.FixtureRequest, name: str) -> None:
    assert request.getfixturevalue(name).code == OUR_FAULT


@FULL
def test_a_full_disk_leaves_whole_files_only(
    request: pytest.FixtureRequest, undisturbed: Undisturbed, name: str
) -> None:
    left = request.getfixturevalue(name).left
    assert left.items() <= undisturbed.files.items()


@FULL
def test_with_room_again_the_same_command_ends_with_the_files_of_an_undisturbed_run(
    request: pytest.FixtureRequest, undisturbed: Undisturbed, name: str
) -> None:
    assert request.getfixturevalue(name).later == undisturbed.files


@pytest.fixture(scope="module")
def small_disk(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Callable[[int], Path]]:
    """Return ``small_disk(size)``: a folder on a disk of so many bytes; root only."""
    require_or_skip(os.geteuid() == 0, "Only root can mount a small disk.")
    folder = tmp_path_factory.mktemp("disk")

    def mount(size: int) -> Path:
        command = ["mount", "-t", "tmpfs", "-o", f"size={size}", "tmpfs", str(folder)]
        mounted = subprocess.run(command, capture_output=True, check=False)
        require_or_skip(mounted.returncode == 0, "This container may not mount a disk.")
        return folder

    yield mount
    subprocess.run(["umount", str(folder)], capture_output=True, check=False)


def test_a_disk_that_is_really_full_is_said_to_be(course: Course, small_disk: Callable[[int], Path]) -> None:
    code, _, err = Run(course, small_disk(48 * KIB) / "out").end()
    assert (code, "results.sqlite cannot be written: database or disk is full. What was" in " ".join(err.split())) == (
        OUR_FAULT,
        True,
    )
