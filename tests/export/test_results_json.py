from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import msgspec
import pytest

from grader.export import results_json
from grader.model import Excerpt, Grade
from tests.report import factory


def written(tmp_path: Path, *grades: Grade) -> Any:
    results_json.write(tmp_path / "results.json", grades, factory.refusals())
    return json.loads((tmp_path / "results.json").read_text(encoding="utf-8"))


def test_a_grade_can_be_read_back_as_the_same_record(tmp_path: Path) -> None:
    [plain] = written(tmp_path, factory.rich_grade())["grades"]
    assert msgspec.convert(plain, Grade) == factory.rich_grade()


def test_the_students_code_is_left_out(tmp_path: Path) -> None:
    grade = factory.rich_grade()
    source = Excerpt(label="mlp.py", first_line=3, text="def f(): pass")
    coded = msgspec.structs.replace(
        grade, parts=tuple(msgspec.structs.replace(part, source=source) for part in grade.parts)
    )
    [plain] = written(tmp_path, coded)["grades"]
    assert msgspec.convert(plain, Grade) == grade


def test_grades_and_refusals_are_sorted_by_key(tmp_path: Path) -> None:
    document = written(tmp_path, factory.held_grade(), factory.rich_grade())
    keys = [[item["key"] for item in document[name]] for name in ("grades", "refusals")]
    assert keys == [["ada", "katherine"], ["eve", "grace"]]


def test_the_format_is_named(tmp_path: Path) -> None:
    assert written(tmp_path)["format"] == "grader-results/1"


@pytest.mark.parametrize("forbidden", ["Infinity", "NaN", "\x1b", "\\u001b", "\\ud800"])
def test_hostile_values_give_strict_json(tmp_path: Path, forbidden: str) -> None:
    written(tmp_path, factory.hostile_grade())
    content = (tmp_path / "results.json").read_text(encoding="utf-8")
    # A written-out control is an escaped backslash and letters, never a JSON escape of the control itself.
    assert forbidden not in content.replace("\\\\", "")


def test_a_number_that_is_not_finite_is_null(tmp_path: Path) -> None:
    document = written(tmp_path, factory.hostile_grade())
    evidence = document["grades"][0]["parts"][0]["checks"][0]["cases"][0]["evidence"]
    assert evidence["arrays"][0]["max_relative_error"] is None
