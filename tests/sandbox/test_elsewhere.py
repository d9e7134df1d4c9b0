"""macOS and Windows: public checks work, and what cannot be promised is said plainly."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path
from typing import NamedTuple

import pytest

from grader.release import release
from tests.course_factory import SOLUTION, changed, write_course

ROOT = Path(__file__).parents[2]
NAMES = {"macos": "macOS", "windows": "Windows"}
# What runs beside student code, on Linux alone; and what a zygote does.
LINUX_ALONE = ("namespaces", "worker", "zygote")


class Ended(NamedTuple):
    code: int
    out: str
    err: str


@pytest.fixture(scope="module")
def course(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A course with a student's folder in it that holds a right file and a wrong one."""
    folder = tmp_path_factory.mktemp("course")
    release(write_course(folder), folder / "assignments" / "tiny")
    student = folder / "assignments" / "tiny"
    (student / "tiny.py").write_text(SOLUTION)
    (student / "wrong.py").write_text(changed(("x @ w + b", "x @ w")))
    return folder


@pytest.fixture(scope="module", params=NAMES)
def system(request: pytest.FixtureRequest) -> str:
    return str(request.param)


def elsewhere(system: str, arguments: list[str], cwd: Path) -> subprocess.CompletedProcess[str]:
    environment = {**os.environ, "PYTHONPATH": str(ROOT), "COLUMNS": "80", "PYTEST_DISABLE_PLUGIN_AUTOLOAD": ""}
    command = [sys.executable, "-m", "tests.sandbox.elsewhere", system, *arguments]
    return subprocess.run(command, cwd=cwd, env=environment, capture_output=True, text=True, timeout=60, check=False)


MODULES = [
    ".".join(path.relative_to(ROOT).with_suffix("").parts).removesuffix(".__init__")
    for path in sorted((ROOT / "grader").rglob("*.py"))
    if path.stem not in LINUX_ALONE
]
COMMANDS = {
    "pytest": [
        "pytest",
        "assignments/tiny",
        "-q",
        "-p",
        "no:cacheprovider",
    ],  # first: check leaves a mark in the environment
    "doctor": ["doctor"],
    "doctor as JSON": ["doctor", "--json"],
    "grade": ["grade", "tiny", "assignments/tiny/tiny.py", "--out", "out"],
    "validate": ["validate", "tiny"],
    "right": ["check", "assignments/tiny/tiny.py", "--json"],
    "wrong": ["check", "assignments/tiny/wrong.py"],
    "import": ["import", *MODULES],
}


@pytest.fixture(scope="module")
def ended(system: str, course: Path) -> dict[str, Ended]:
    """How each command ended on that system."""
    done = elsewhere(system, [json.dumps(list(COMMANDS.values()))], course)
    assert done.returncode == 0, done.stderr
    return dict(zip(COMMANDS, (Ended(*each) for each in json.loads(done.stdout.splitlines()[-1])), strict=True))


def test_public_checks_run_on_a_right_file(ended: dict[str, Ended]) -> None:
    assert ended["right"].code == 0, ended["right"].err
    assert {entry["result"]["status"] for entry in json.loads(ended["right"].out)} == {"passed"}


def test_public_checks_explain_a_wrong_file(ended: dict[str, Ended]) -> None:
    assert ended["wrong"].code == 1, ended["wrong"].err
    assert "out[0, 0] is 5, expected 5.5." in ended["wrong"].out


def test_plain_pytest_runs_the_public_checks(ended: dict[str, Ended]) -> None:
    assert ended["pytest"].code == 0, ended["pytest"].out
    assert "passed" in ended["pytest"].out


@pytest.mark.parametrize("command", ["grade", "validate"])
def test_grading_says_what_cannot_be_promised(system: str, ended: dict[str, Ended], course: Path, command: str) -> None:
    assert ended[command].code == 3
    assert " ".join(ended[command].err.split()) == (
        f"This machine isolates student code at tier T0, but T1 is required. This is {NAMES[system]}, not Linux: "
        "nothing here keeps a student's code from reading the hidden checks and other hand-ins, from using the "
        "network, or from going on when it is stopped. Grade on Linux: a virtual machine, a container or WSL2 will do. "
        "Students can run the public checks here, on their own file: grader check FILE. Nothing was executed, and no "
        "hidden check was loaded."
    )
    assert not (course / "out").exists()


def test_the_doctor_says_it_too(system: str, ended: dict[str, Ended]) -> None:
    assert ended["doctor"].code == 3
    said = " ".join(ended["doctor"].out.split())
    assert said.startswith("tier NO T0: nothing; no student code may run beside hidden checks")
    assert f"This is {NAMES[system]}, not Linux" in said
    assert max(map(len, ended["doctor"].out.splitlines())) <= 80


def test_the_doctor_says_it_as_json(ended: dict[str, Ended]) -> None:
    assert ended["doctor as JSON"].code == 3
    tier = json.loads(ended["doctor as JSON"].out)[0]
    assert (tier["name"], tier["ok"], tier["detail"]) == ("tier", False, "T0")


def test_every_module_of_the_trusted_side_can_be_imported(ended: dict[str, Ended]) -> None:
    assert ended["import"].code == len(MODULES), ended["import"].err
