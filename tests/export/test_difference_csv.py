"""The difference as a table: a row a student, then a row a part, and no formula."""

from __future__ import annotations

import csv
from pathlib import Path

import pytest

from grader.export import difference_csv
from grader.model import Difference, PartChange, StudentChange

PART = PartChange(
    part="a", title="A", before=2.0, after=0.5, possible_before=2.0, possible_after=2.0,
    why=("The check `test_a` changed.", "The secret is another one."),
)  # fmt: skip
LOSES = StudentChange(
    student="=Zoë", key="zoe", kind="loses", before=3.0, after=1.5, possible_before=4.0, possible_after=4.0,
    parts=(PART,), why=PART.why,
)  # fmt: skip
HELD = StudentChange(student="Bo", key="bo", kind="held", before=3.0, after=None, possible_before=4.0, why=("No.",))


@pytest.fixture
def rows(tmp_path: Path) -> list[dict[str, str]]:
    path = tmp_path / "difference.csv"
    difference_csv.write(path, Difference(title="A", changes=(LOSES, HELD), unchanged=3))
    with path.open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def test_a_student_has_a_row_and_each_part_one_more(rows: list[dict[str, str]]) -> None:
    assert [(row["key"], row["part"]) for row in rows] == [("zoe", ""), ("zoe", "a"), ("bo", "")]


def test_points_are_told_before_and_after_and_what_lies_between(rows: list[dict[str, str]]) -> None:
    assert [(row["before"], row["after"], row["change"]) for row in rows[:2]] == [
        ("3", "1.5", "-1.5"),
        ("2", "0.5", "-1.5"),
    ]


def test_points_that_are_not_decided_are_left_empty(rows: list[dict[str, str]]) -> None:
    assert (rows[2]["after"], rows[2]["change"], rows[2]["kind"]) == ("", "", "held")


def test_all_reasons_stand_in_one_cell(rows: list[dict[str, str]]) -> None:
    assert rows[1]["why"] == "The check `test_a` changed. The secret is another one."


def test_a_name_is_no_formula(rows: list[dict[str, str]]) -> None:
    assert rows[0]["student"] == "'=Zoë"
