"""A part is told with the section of the assignment that explains it."""

from __future__ import annotations

from pathlib import Path

import pytest

from grader.course import Assignment, load_assignment
from grader.session.sections import address, sections
from tests.course_factory import SOLUTION, part_of
from tests.session.conftest import GradeAll

ROOT = Path(__file__).parents[2]


def test_a_part_stands_under_the_last_heading_before_it(tiny: Assignment) -> None:
    found = sections(tiny)
    assert (found["affine_relu_backward"], found["Net"]) == ("1. Layers", "2. Training")


def test_a_grade_holds_the_section_of_each_part(tiny: Assignment, grade_all: GradeAll) -> None:
    part = part_of(grade_all(tiny, {"ada": SOLUTION})["ada"], "train")
    assert (part.section, part.section_url) == ("2. Training", "")


@pytest.mark.parametrize("name", ["mlp", "training", "cnn", "rnn"])
def test_every_part_of_the_course_has_a_section_that_is_in_its_readme(name: str) -> None:
    assignment = load_assignment(ROOT / "reference" / name)
    readme = (ROOT / "assignments" / name / "README.md").read_text(encoding="utf-8").split("\n")
    headings = {line.lstrip("# ") for line in readme if line.startswith("##")}
    found = sections(assignment)
    assert [part.name for part in assignment.parts if found.get(part.name) not in headings] == []


def test_the_address_of_a_heading_is_that_of_github() -> None:
    found = address("https://course.example/mlp", "3.1 Softmax cross-entropy (`extra`)")
    assert found == "https://course.example/mlp#31-softmax-cross-entropy-extra"


def test_without_an_address_of_the_readme_there_is_none_of_its_headings() -> None:
    assert address("", "2. Training") == ""
