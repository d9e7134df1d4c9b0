"""The walk in docs/authoring.md, done word by word, ends with an assignment whose checks are good."""

from __future__ import annotations

import re
import shlex
from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple

import pytest

from grader.course import load_assignment
from tests.test_cli import Ended, grader

AUTHORING = Path(__file__).parents[1] / "docs" / "authoring.md"
FENCE = re.compile(r"^```(?P<language>\w+)\n(?P<text>.*?)^```$", re.MULTILINE | re.DOTALL)
TARGET = re.compile(r"Add to\s+`(?P<path>[^`]+)`:\s*\Z")


class Step(NamedTuple):
    """One code block of the walk: commands to run, or text for the end of a file."""

    commands: tuple[str, ...]
    path: str
    text: str


def steps() -> Iterator[Step]:
    """Yield the code blocks of the first section, in order."""
    walk = AUTHORING.read_text(encoding="utf-8").split("\n## ")[1]
    for block in FENCE.finditer(walk):
        if block["language"] == "sh":
            yield Step(tuple(block["text"].splitlines()), "", "")
            continue
        target = TARGET.search(walk[: block.start()])
        assert target is not None, f"The block names no file: {block['text']}"
        yield Step((), target["path"], block["text"])


@pytest.fixture(scope="module")
def walked(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, dict[str, list[Ended]]]:
    """Return the course after the walk, and how each of the commands ended."""
    course, ended = tmp_path_factory.mktemp("walk"), dict[str, list[Ended]]()
    for step in steps():
        for command in step.commands:
            ended.setdefault(command, []).append(grader(*shlex.split(command)[1:], cwd=course))
        if step.path:
            path = course / step.path
            before = path.read_text(encoding="utf-8") if path.exists() else ""
            path.write_text(f"{before}\n\n{step.text}" if before else step.text, encoding="utf-8")
    return course, ended


def test_every_command_of_the_walk_ends_well(walked: tuple[Path, dict[str, list[Ended]]]) -> None:
    assert {command: [each.code for each in ended] for command, ended in walked[1].items()} == {
        "grader new bends": [0],
        "grader validate bends": [0, 0],
        "grader release bends": [0],
    }


def test_the_new_assignment_has_good_checks(walked: tuple[Path, dict[str, list[Ended]]]) -> None:
    first, second = walked[1]["grader validate bends"]
    assert "No breach: the checks are good." in first.out
    assert "No breach: the checks are good." in second.out


def test_the_added_part_is_among_those_that_were_validated(walked: tuple[Path, dict[str, list[Ended]]]) -> None:
    first, second = walked[1]["grader validate bends"]
    assert ("hard_tanh" in first.out, "hard_tanh" in second.out) == (False, True)


def test_the_part_the_check_and_its_stub_are_released(walked: tuple[Path, dict[str, list[Ended]]]) -> None:
    released = walked[0] / "assignments" / "bends"
    assert load_assignment(released).part("hard_tanh").aliases == ("hardtanh",)
    assert "test_hard_tanh_on_known_numbers" in (released / "test_bends.py").read_text(encoding="utf-8")
    assert "np.clip" not in (released / "bends.py").read_text(encoding="utf-8")


def test_every_key_of_the_list_of_parts_is_described() -> None:
    described = set(re.findall(r"^\| `(\w+)` \|", AUTHORING.read_text(encoding="utf-8"), re.MULTILINE))
    assert {"returns", "aliases", "uses", "pair", "kind", "extra"} <= described
