"""``grader adjust``, ``comment``, ``undo`` and ``remarks``: what is kept, and what is told."""

from __future__ import annotations

import getpass
import json
from pathlib import Path

import pytest

from grader.model import Remark
from grader.session.basis import Graded
from grader.store import open_store
from tests.test_cli import grader, sentence
from tests.test_final import grade
from tests.test_store import REFUSAL


@pytest.fixture
def out(tmp_path: Path) -> Path:
    """Return a folder with the results of two students and a refusal."""
    folder = tmp_path / "out"
    folder.mkdir()
    with open_store(folder / "results.sqlite") as store:
        for key in ("ada", "bela"):
            store.put(Graded(grade=grade(key)), "checks")
        store.refuse(REFUSAL)
    return folder


def kept(out: Path) -> tuple[Remark, ...]:
    with open_store(out / "results.sqlite") as store:
        return store.hand().remarks


def test_an_adjustment_is_kept_with_author_reason_and_comment(out: Path) -> None:
    options = ("--points", "+1.5", "--reason", "our check was wrong", "--comment", "Well spotted.", "--author", "Kim")
    grader("adjust", out, "ada", "affine", *options, cwd=out)
    (entry,) = kept(out)
    assert (entry.key, entry.part, entry.points, entry.sets, entry.author, entry.reason, entry.comment) == (
        "ada", "affine", 1.5, False, "Kim", "our check was wrong", "Well spotted.",
    )  # fmt: skip


def test_an_adjustment_tells_what_it_comes_to(out: Path) -> None:
    ended = grader("adjust", out, "ada", "affine", "--points", "-2", "--reason", "copied", cwd=out)
    assert ended.out == (
        "Entry 1: ada, affine: -2 points.\n"
        "The total is now 3 of 6; the checks gave 5.\n"
        f"To write it into reports and gradebook, run: grader report {out}\n"
    )


def test_more_than_a_part_is_worth_is_told(out: Path) -> None:
    ended = grader("adjust", out, "ada", "affine", "--points", "=30", "--reason", "bonus", cwd=out)
    assert "That is 30 in a part of 4 points.\n" in ended.out


def test_the_whole_hand_in_can_be_adjusted(out: Path) -> None:
    ended = grader("adjust", out, "bela", "--points", "+1", "--reason", "was ill", cwd=out)
    assert ended.out.startswith("Entry 1: bela, the whole hand-in: +1 points.\nThe total is now 6 of 6;")


def test_who_runs_the_command_is_the_author(out: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(getpass, "getuser", lambda: "lee")
    grader("comment", out, "ada", "Good.", cwd=out)
    assert kept(out)[0].author == "lee"


def test_a_user_without_a_name_is_unknown(out: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def nobody() -> str:
        raise KeyError("no such user")

    monkeypatch.setattr(getpass, "getuser", nobody)
    grader("comment", out, "ada", "Good.", cwd=out)
    assert kept(out)[0].author == "unknown"


def test_a_comment_changes_no_points(out: Path) -> None:
    ended = grader("comment", out, "ada", "Nice names.", "--part", "relu", cwd=out)
    assert (kept(out)[0].points, kept(out)[0].comment, "total" in ended.out) == (None, "Nice names.", False)


def test_an_entry_that_is_undone_stays_in_the_list(out: Path) -> None:
    grader("adjust", out, "ada", "affine", "--points", "+1", "--reason", "r", cwd=out)
    ended = grader("undo", out, 1, "--reason", "wrong student", cwd=out)
    assert ended.out.startswith("Entry 2: entry 1 no longer holds.\n")
    listed = grader("remarks", out, cwd=out).out
    assert "+1 points (undone)" in listed
    assert "undoes 1" in listed


def test_the_list_is_of_one_student_where_one_is_named(out: Path) -> None:
    for student in ("ada", "bela"):
        grader("comment", out, student, f"Dear {student}", cwd=out)
    found = json.loads(grader("remarks", out, "bela", "--json", cwd=out).out)
    assert [entry["comment"] for entry in found] == ["Dear bela"]


def test_an_empty_list_says_so(out: Path) -> None:
    assert grader("remarks", out, cwd=out).out == "Nobody wrote anything.\n"


def test_no_control_character_of_a_comment_is_printed(out: Path) -> None:
    grader("comment", out, "ada", "\x1b[31mred", cwd=out)
    assert "\x1b" not in grader("remarks", out, cwd=out).out


@pytest.mark.parametrize("command", ["adjust", "comment", "undo", "remarks"])
def test_a_folder_without_results_is_said_to_be(tmp_path: Path, command: str) -> None:
    rest = {"adjust": ("ada", "affine", "--points", "+1"), "comment": ("ada", "x"), "undo": ("1",), "remarks": ()}
    ended = grader(command, tmp_path, *rest[command], cwd=tmp_path)
    assert ended.code == 2
    assert sentence(ended) == (f"{tmp_path} holds no results.sqlite. Give the folder that was given to grade --out.")


def test_a_wrong_entry_is_not_kept(out: Path) -> None:
    ended = grader("adjust", out, "ada", "affine", "--points", "+1", cwd=out)
    assert (ended.code, kept(out)) == (2, ())
    assert sentence(ended) == "Points are adjusted for a reason. Give it with --reason; students do not read it."
