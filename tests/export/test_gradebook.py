from __future__ import annotations

import csv
from pathlib import Path

import pytest

from grader.export import gradebook
from grader.export.sheet import neutralised
from grader.model import Refusal
from tests.report import factory


@pytest.fixture
def written(tmp_path: Path) -> list[dict[str, str]]:
    grades = [
        factory.held_grade(),
        factory.grade([factory.failed_part(), factory.passed_part()], key="ada"),
        factory.grade([factory.passed_part(), factory.hidden_part()], student="=1+1", key="mallory"),
    ]
    gradebook.write(tmp_path / "grades.csv", grades, factory.refusals())
    with (tmp_path / "grades.csv").open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def row(written: list[dict[str, str]], key: str) -> dict[str, str]:
    [found] = [row for row in written if row["key"] == key]
    return found


def test_rows_are_sorted_by_key(written: list[dict[str, str]]) -> None:
    assert [row["key"] for row in written] == ["ada", "eve", "grace", "katherine", "mallory"]


def test_a_graded_student_has_scores_in_total_and_by_part(written: list[dict[str, str]]) -> None:
    assert row(written, "ada") == {
        "student": "Ada Lovelace",
        "key": "ada",
        "origin": "ada.ipynb",
        "automatic": "7.5",
        "adjustment": "0",
        "late": "0",
        "total": "7.5",
        "possible": "13.5",
        "percent": "55.5556",
        "status": "graded",
        "reason": "",
        "attempt": "",
        "submitted": "",
        "time_from": "",
        "affine_forward": "3.5",
        "sample": "",
        "affine_backward": "4",
        "softmax_loss": "",
    }


def test_a_held_student_has_no_score_anywhere(written: list[dict[str, str]]) -> None:
    held = row(written, "katherine")
    scores = (held["total"], held["percent"], held["affine_forward"], held["sample"], held["status"])
    assert scores == ("", "", "", "", "held")


def test_a_held_student_has_the_reason(written: list[dict[str, str]]) -> None:
    assert row(written, "katherine")["reason"] == "The worker could not be started: fork failed with EAGAIN."


def test_a_refused_hand_in_has_a_reason_and_no_score(written: list[dict[str, str]]) -> None:
    refused = row(written, "grace")
    assert (refused["total"], refused["percent"], refused["status"], refused["reason"]) == (
        "",
        "",
        "refused",
        "The archive holds the entry `../../etc/passwd`, outside of it. Hand in a new archive.",
    )


def test_a_name_that_is_a_formula_is_neutralised(written: list[dict[str, str]]) -> None:
    assert row(written, "mallory")["student"] == "'=1+1"


@pytest.mark.parametrize("start", ["=", "+", "-", "@", "＝", "＠", "\t", "\r", "\n"])
def test_a_cell_that_could_be_a_formula_starts_with_an_apostrophe(start: str) -> None:
    assert neutralised(f"{start}x").startswith("'")


@pytest.mark.parametrize("text", ["Ada", "a=b", "1-2", "Émilie", "a; b", ""])
def test_other_cells_stay_as_they_are(text: str) -> None:
    assert neutralised(text) == text


@pytest.mark.parametrize("between", ["", " ", "\t", '"', "\n"])
def test_a_formula_after_a_semicolon_is_neutralised(between: str) -> None:
    """Where the decimal sign is a comma, a spreadsheet takes a semicolon for the end of a cell."""
    assert ";=" not in neutralised(f"x;{between}=1+1;").replace('"', "").replace(" ", "")


def test_controls_and_line_breaks_of_a_cell_are_written_out() -> None:
    assert neutralised("a\x1bb\nc\ud800") == "a\\x1bb c\\ud800"


def test_thirds_are_written_without_noise(tmp_path: Path) -> None:
    grade = factory.grade([], earned=0.1 + 0.2, possible=3.0)
    gradebook.write(tmp_path / "grades.csv", [grade], [])
    assert "ada,ada.ipynb,0.3,0,0,0.3,3,10,graded," in (tmp_path / "grades.csv").read_text(encoding="utf-8")


def test_a_class_of_nobody_has_a_header_alone(tmp_path: Path) -> None:
    gradebook.write(tmp_path / "grades.csv", [], [])
    expected = (
        "student,key,origin,automatic,adjustment,late,total,possible,percent,status,reason,"
        "attempt,submitted,time_from\n"
    )
    assert (tmp_path / "grades.csv").read_text(encoding="utf-8") == expected


def test_a_grade_without_possible_points_has_no_percent(tmp_path: Path) -> None:
    gradebook.write(tmp_path / "grades.csv", [factory.grade([])], [])
    assert "ada.ipynb,0,0,0,0,0,,graded," in (tmp_path / "grades.csv").read_text(encoding="utf-8")


def test_a_refusal_alone_is_written(tmp_path: Path) -> None:
    refusal = Refusal(student="Bo", key="bo", origin="bo.py", reason="The file is empty.")
    gradebook.write(tmp_path / "grades.csv", [], [refusal])
    last = (tmp_path / "grades.csv").read_text(encoding="utf-8").splitlines()[-1]
    assert last == "Bo,bo,bo.py,,,,,,,refused,The file is empty.,,,"
