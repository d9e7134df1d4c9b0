"""What is installed holds what the commands need, and no answer: not a stub either, whose given code is one."""

from __future__ import annotations

import zipfile
from pathlib import Path

import pytest
from hatchling.builders.wheel import WheelBuilder

from grader.course import load_assignment

ROOT = Path(__file__).parents[1]
ASSIGNMENTS = sorted(path.parent.name for path in (ROOT / "reference").glob("*/assignment.toml"))


@pytest.fixture(scope="module")
def names(tmp_path_factory: pytest.TempPathFactory) -> set[str]:
    folder = tmp_path_factory.mktemp("wheel")
    (wheel,) = WheelBuilder(str(ROOT)).build(directory=str(folder), versions=["standard"])
    return set(zipfile.ZipFile(wheel).namelist())


@pytest.mark.parametrize("assignment", ASSIGNMENTS)
def test_of_an_assignment_the_public_checks_and_the_list_of_parts_are_installed(
    names: set[str], assignment: str
) -> None:
    checks = [Path(check).name for check in load_assignment(ROOT / "reference" / assignment).public_checks]
    folder = f"grader/assignments/{assignment}/"
    assert {name for name in names if name.startswith(folder)} == {
        folder + name for name in ("assignment.toml", *checks)
    }


def test_nothing_of_the_reference_is_installed(names: set[str]) -> None:
    assert [name for name in names if "reference" in name] == []


def test_the_templates_are_installed(names: set[str]) -> None:
    templates = {f"grader/{path.relative_to(ROOT).as_posix()}" for path in (ROOT / "templates").rglob("*.*")}
    assert templates <= names
