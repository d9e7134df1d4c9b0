"""The instructor's hand from the command line to the files: lateness, attempts, release, and what a regrade keeps."""

from __future__ import annotations

import csv
from pathlib import Path

import pytest

from tests.course_factory import SOLUTION, changed, write_course
from tests.test_cli import grader, sentence

POLICY = "due = 2026-11-30T23:59:00+01:00\nlate = { per_day = 0.1, grace_minutes = 15 }\n"


@pytest.fixture
def course(tmp_path: Path) -> Path:
    """Return a course whose assignment has a due date, with hand-ins of ada, twice, and of bob."""
    assignment = write_course(tmp_path)
    header = assignment.folder / "assignment.toml"
    header.write_text(POLICY + header.read_text())
    hand_ins = tmp_path / "hand-ins"
    hand_ins.mkdir()
    (hand_ins / "ada_attempt_1.py").write_text(SOLUTION)
    (hand_ins / "ada_attempt_2.py").write_text(changed(("x @ w + b", "x @ w")))
    (hand_ins / "bob.py").write_text(SOLUTION)
    (tmp_path / "times.csv").write_text(
        "student,submitted\nada,2026-12-01T00:10:00+01:00\nbob,2026-12-02T00:10:00+01:00\n"
    )
    return tmp_path


def run(course: Path, *options: str) -> str:
    return grader("grade", "tiny", "hand-ins", "--out", "out", "--jobs", "1", *options, cwd=course).out


def gradebook(course: Path) -> dict[str, dict[str, str]]:
    with (course / "out" / "gradebook.csv").open(encoding="utf-8-sig", newline="") as file:
        return {row["student"]: row for row in csv.DictReader(file)}


def report(course: Path) -> str:
    (path,) = (course / "out" / "reports").glob("bob*.html")
    return path.read_text(encoding="utf-8")


def test_lateness_attempts_adjustments_and_release_come_together(course: Path) -> None:
    told = run(course, "--submitted", "times.csv")
    assert "Due 2026-11-30T23:59:00+01:00: 1 late. Times of handing in: 2 from the list.\n" in told
    assert "1 with several attempts (ada); the last one counts.\n" in told
    book = gradebook(course)
    possible = float(book["bob"]["possible"])
    assert float(book["ada"]["total"]) < possible
    assert float(book["ada"]["late"]) == 0.0
    assert float(book["bob"]["late"]) == pytest.approx(0.2 * possible)

    grader("adjust", "out", "bob", "--points", "+1", "--reason", "was ill", cwd=course)
    run(course, "--submitted", "times.csv", "--attempts", "best")
    book = gradebook(course)
    assert float(book["ada"]["automatic"]) == possible
    assert float(book["bob"]["total"]) == pytest.approx(0.8 * possible + 1)

    assert "Students read nothing of hidden checks yet, and no total.\n" in (
        grader("report", "out", "--jobs", "1", "--release", "public", cwd=course).out
    )
    hidden = report(course)
    grader("report", "out", "--jobs", "1", "--release", "all", cwd=course)
    assert hidden != report(course)
    assert float(gradebook(course)["bob"]["total"]) == pytest.approx(0.8 * possible + 1)


def test_dates_of_files_are_trusted_only_where_asked_for(course: Path) -> None:
    assert "No time is known for ada, bob: nothing is taken off." in run(course)
    assert "Times of handing in: 2 from files.\n" in run(course, "--submitted", "files")


def test_an_unknown_word_is_told_before_anything_is_graded(course: Path) -> None:
    for option, word, words in (("--attempts", "first", "last or best"), ("--release", "none", "all, scores, public")):
        ended = grader("grade", "tiny", "hand-ins", "--out", "out", option, word, cwd=course)
        assert ended.code == 2
        assert sentence(ended).startswith(f"{option} should be {words}")
    assert not (course / "out").exists()
