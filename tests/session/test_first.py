"""Plain ``pytest`` in a student's folder tells the first failure in full and the others in a line each."""

from __future__ import annotations

import os
import re
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor

import pytest

from grader.release import release
from tests.course_factory import changed, with_part, write_course

WRONG = with_part(
    "affine_backward",
    "def affine_backward(dout, cache):\n    raise ValueError('no gradients today')\n",
    changed(("x @ w + b", "x @ w")),
)
NOTICE = "Only the first failure is told in full; pytest -v tells all."
OWN_TEST = "def test_my_own():\n    assert 1 + 1 == 3\n"
RUNS = {"plain": (), "verbose": ("-v",), "without failures in the summary": ("-rs",), "without a summary": ("-r", "N")}


@pytest.fixture(scope="module")
def outputs(tmp_path_factory: pytest.TempPathFactory) -> dict[str, str]:
    """What pytest prints with each of some options, where two checks and a test of the student's own fail."""
    folder = tmp_path_factory.mktemp("student") / "tiny"
    release(write_course(tmp_path_factory.mktemp("course")), folder)
    (folder / "tiny.py").write_text(WRONG)
    (folder / "test_a_own.py").write_text(OWN_TEST)
    # The parts are given the other way round: the order is the assignment's, not that of the file.
    checks = (folder / "test_tiny.py").read_text()
    first, second = checks.index('@pytest.mark.check("affine_forward"'), checks.index('@pytest.mark.check("affine_b')
    end = checks.index("@pytest.mark.check(", second + 1)
    (folder / "test_tiny.py").write_text(checks[:first] + checks[second:end] + checks[first:second] + checks[end:])

    def run(options: tuple[str, ...]) -> str:
        environment = {key: value for key, value in os.environ.items() if not key.startswith(("PYTEST", "CI", "BUILD"))}
        command = [sys.executable, "-m", "pytest", "-p", "no:cacheprovider", *options]
        return subprocess.run(
            command, cwd=folder, env={**environment, "COLUMNS": "200"}, capture_output=True, text=True, timeout=60
        ).stdout

    with ThreadPoolExecutor(2) as executor:
        return dict(zip(RUNS, executor.map(run, RUNS.values()), strict=True))


def test_the_first_failure_in_the_order_of_the_assignment_is_told_in_full(outputs: dict[str, str]) -> None:
    assert "affine_forward: Gives the numbers worked out by hand: failed.\nout is wrong in 3 of 6" in outputs["plain"]


def test_the_next_failure_is_not_told_in_full(outputs: dict[str, str]) -> None:
    assert "in affine_backward: raise ValueError" not in outputs["plain"]


def test_every_failure_has_its_line(outputs: dict[str, str]) -> None:
    lines = re.findall(r"^FAILED (\S+) - (\w+): failed\. (.*?) \(", outputs["plain"], re.MULTILINE)
    assert lines == [
        ("test_tiny.py::test_small_numbers", "affine_forward", lines[0][2]),
        ("test_tiny.py::test_differences", "affine_backward", "affine_backward raised ValueError: no gradients today"),
        ("test_tiny.py::test_loss_of_an_untrained_net", "Net", lines[2][2]),
    ]


def test_every_failure_is_counted(outputs: dict[str, str]) -> None:
    assert {re.findall(r"(\d+) failed", text)[-1] for text in outputs.values()} == {"4"}


def test_it_is_said_how_to_see_all(outputs: dict[str, str]) -> None:
    assert f"\n{NOTICE}\n" in outputs["plain"]


@pytest.mark.parametrize("run", [name for name in RUNS if name != "plain"])
def test_all_are_told_in_full_where_asked_or_where_no_line_would_follow(outputs: dict[str, str], run: str) -> None:
    assert "in affine_backward: raise ValueError" in outputs[run]
    assert NOTICE not in outputs[run]


@pytest.mark.parametrize("run", list(RUNS))
def test_a_test_of_the_students_own_keeps_its_traceback(outputs: dict[str, str], run: str) -> None:
    assert "assert (1 + 1) == 3" in outputs[run]
