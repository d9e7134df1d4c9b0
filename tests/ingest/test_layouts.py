"""The folders that learning systems hand out: who handed in what."""

from __future__ import annotations

import os
import re
from pathlib import Path

import pytest

from grader.errors import SubmissionError
from grader.ingest import read_submissions
from grader.model import Arrival, Attempts, Refusal, Submission


def write(folder: Path, *paths: str, text: str = "x = 1\n") -> None:
    for path in paths:
        (folder / path).parent.mkdir(parents=True, exist_ok=True)
        (folder / path).write_text(text)


def handed_in(folder: Path) -> dict[str, list[str]]:
    """Return by student the labels of what is graded."""
    results = list(read_submissions(folder, "mlp"))
    assert all(isinstance(result, Submission) for result in results), results
    return {r.student: [unit.label for unit in r.units] for r in results if isinstance(r, Submission)}


def test_canvas_files_are_grouped_by_student(tmp_path: Path) -> None:
    write(tmp_path, "lovelaceada_12_345_mlp.py", "lovelaceada_12_346_layers.py", "hoppergrace_LATE_13_347_mlp.py")
    assert handed_in(tmp_path) == {
        "hoppergrace_13": ["mlp.py"],
        "lovelaceada_12": ["mlp.py", "layers.py"],
    }


def test_canvas_counts_versions_in_a_name(tmp_path: Path) -> None:
    write(tmp_path, "lovelaceada_12_345_mlp-2.py", "lovelaceada_12_346_layers-11.py")
    assert handed_in(tmp_path) == {"lovelaceada_12": ["mlp.py", "layers.py"]}


def test_students_of_one_name_are_two_in_canvas(tmp_path: Path) -> None:
    write(tmp_path, "lovelaceada_12_345_mlp.py", "lovelaceada_13_346_mlp.py")
    assert list(handed_in(tmp_path)) == ["lovelaceada_12", "lovelaceada_13"]


def test_data_beside_a_canvas_file_is_left_out(tmp_path: Path) -> None:
    write(tmp_path, "lovelaceada_12_345_mlp.py", "lovelaceada_12_346_weights.pkl")
    (result,) = read_submissions(tmp_path, "mlp")
    assert result.notes == ("weights.pkl was left out: only .py and .ipynb files are read.",)  # type: ignore[union-attr]  # no refusal


def test_one_file_of_another_name_makes_it_no_canvas_folder(tmp_path: Path) -> None:
    write(tmp_path, "lovelaceada_12_345_mlp.py", "grace.py")
    assert list(handed_in(tmp_path)) == ["grace", "lovelaceada_12_345_mlp"]


@pytest.mark.parametrize("ending", ["", "_"])
def test_moodle_folders_are_named_by_student_and_number(tmp_path: Path, ending: str) -> None:
    write(tmp_path, f"Ada Lovelace_12_assignsubmission_file{ending}/mlp.py")
    assert handed_in(tmp_path) == {"Ada Lovelace_12": ["mlp.py"]}


def test_moodle_files_are_grouped_by_student(tmp_path: Path) -> None:
    write(tmp_path, "Ada Lovelace_12_assignsubmission_file_mlp.py", "Ada Lovelace_12_assignsubmission_file_layers.py")
    assert handed_in(tmp_path) == {"Ada Lovelace_12": ["mlp.py", "layers.py"]}


def test_text_typed_into_moodle_is_no_hand_in(tmp_path: Path) -> None:
    write(
        tmp_path,
        "Ada Lovelace_12_assignsubmission_file/mlp.py",
        "Ada Lovelace_12_assignsubmission_onlinetext/onlinetext.html",
    )
    assert handed_in(tmp_path) == {"Ada Lovelace_12": ["mlp.py"]}


GRADESCOPE = """\
submission_12:
  :submitters:
  - :name: Ada Lovelace
    :sid: '7'
    :email: ada@example.org
submission_13:
  :submitters:
  - :name: Grace Hopper
  - :name: Alan Turing
"""


def test_gradescope_submitters_are_named(tmp_path: Path) -> None:
    write(tmp_path, "submission_12/mlp.py", "submission_13/mlp.py")
    write(tmp_path, "submission_metadata.yml", text=GRADESCOPE)
    assert list(handed_in(tmp_path)) == ["Ada Lovelace (submission_12)", "Grace Hopper and Alan Turing (submission_13)"]


@pytest.mark.parametrize("text", ["- 1\n", "a: [", "submission_12: 7\n", "!!python/object/apply:os.system ['true']\n"])
def test_a_damaged_list_of_submitters_is_refused(tmp_path: Path, text: str) -> None:
    write(tmp_path, "submission_12/mlp.py")
    write(tmp_path, "submission_metadata.yml", text=text)
    sentence = (
        "submission_metadata.yml does not list the submitters as Gradescope does. Export the submissions again, or "
        "remove the file to grade them under the names of their folders."
    )
    with pytest.raises(SubmissionError, match=f"^{re.escape(sentence)}$"):
        read_submissions(tmp_path, "mlp")


def test_repositories_of_github_classroom_are_named_by_user(tmp_path: Path) -> None:
    write(tmp_path, "mlp-ada-l/mlp.py", "mlp-ada-l/.git/config", "mlp-grace/mlp.py", "mlp-grace/.git/config")
    assert handed_in(tmp_path) == {"ada-l": ["mlp.py"], "grace": ["mlp.py"]}


def test_folders_that_are_no_repositories_keep_their_name(tmp_path: Path) -> None:
    write(tmp_path, "mlp-ada/mlp.py")
    assert list(handed_in(tmp_path)) == ["mlp-ada"]


def test_nbgrader_folders_hold_a_folder_an_assignment(tmp_path: Path) -> None:
    write(tmp_path, "ada/mlp/mlp.py", "ada/mlp/timestamp.txt", "ada/cnn/cnn.py", "grace/mlp/mlp.py")
    assert handed_in(tmp_path) == {"ada": ["mlp.py"], "grace": ["mlp.py"]}


def test_who_has_no_nbgrader_folder_for_the_assignment_is_not_forgotten(tmp_path: Path) -> None:
    write(tmp_path, "ada/mlp/mlp.py", "grace/cnn/cnn.py")
    _, grace = read_submissions(tmp_path, "mlp")
    assert getattr(grace, "reason", "") == "It was not handed in: there is no mlp."


def test_a_folder_with_a_file_beside_is_not_nbgraders(tmp_path: Path) -> None:
    write(tmp_path, "ada/mlp/mlp.py", "ada/notes.py")
    assert handed_in(tmp_path) == {"ada": ["notes.py"]}


def attempts(folder: Path, which: Attempts) -> list[tuple[str, str, int, int]]:
    """Return of each hand-in that is read: the student, the last letters of the key, its number and of how many."""
    found = [read.arrival for read in read_submissions(folder, "mlp", attempts=which)]
    assert all(arrival is not None for arrival in found)
    return [(a.student_key[:3], a.key[-9:], a.attempt, a.attempts) for a in found if a is not None]


def test_of_several_attempts_the_last_is_read_under_the_students_key(tmp_path: Path) -> None:
    write(tmp_path, "ada.py", "ada_attempt_2.py", "ada-attempt-10.py")
    (found,) = read_submissions(tmp_path, "mlp")
    assert found.arrival == Arrival(key=found.key, student_key=found.key, attempt=3, attempts=3)
    assert (found.student, found.key) == ("ada", next(iter(read_submissions(tmp_path, "mlp", attempts="best"))).key)


def test_to_find_the_best_all_attempts_are_read(tmp_path: Path) -> None:
    write(tmp_path, "ada_attempt_1.py", "ada_attempt_2.py", "bob.py")
    found = attempts(tmp_path, "best")
    assert [(student, number, count) for student, _, number, count in found] == [
        ("ada", 1, 2), ("ada", 2, 2), ("bob", 1, 1),
    ]  # fmt: skip
    assert found[1][1] == "attempt-2"


def test_a_student_called_attempt_is_no_attempt(tmp_path: Path) -> None:
    write(tmp_path, "attempt.py", "attempt2.py")
    assert list(handed_in(tmp_path)) == ["attempt", "attempt2"]


def test_two_files_of_one_attempt_are_refused(tmp_path: Path) -> None:
    write(tmp_path, "ada_attempt_2.py", "ada_attempt_2/mlp.py")
    (found,) = read_submissions(tmp_path, "mlp")
    assert isinstance(found, Refusal)
    assert found.reason == "There are several hand-ins of one student: ada_attempt_2 and ada_attempt_2.py. Keep one."


def test_versions_of_one_canvas_file_are_attempts(tmp_path: Path) -> None:
    write(tmp_path, "ada_1_10_mlp.py", "ada_1_11_layers.py", "ada_1_12_mlp-1.py", "ada_1_13_mlp-2.py")
    (tmp_path / "ada_1_12_mlp-1.py").write_text("y = 2\n")
    found = [read for read in read_submissions(tmp_path, "mlp", attempts="best") if isinstance(read, Submission)]
    assert [[unit.label for unit in read.units] for read in found] == [["mlp.py", "layers.py"]] * 3
    assert [read.units[0].text for read in found] == ["x = 1\n", "y = 2\n", "x = 1\n"]


GRADESCOPE_TWICE = """\
submission_12:
  :created_at: 2026-11-29 10:30:00.5 Z
  :submitters:
  - {':name': Ada Lovelace, ':email': ada@example.org}
submission_9:
  :created_at: 2026-11-28 10:30:00 +01:00
  :submitters:
  - {':name': Ada Lovelace, ':email': ada@example.org}
"""


def test_gradescope_folders_of_one_address_are_attempts_with_times(tmp_path: Path) -> None:
    write(tmp_path, "submission_9/mlp.py", "submission_12/mlp.py")
    write(tmp_path, "submission_metadata.yml", text=GRADESCOPE_TWICE)
    found = list(read_submissions(tmp_path, "mlp", attempts="best"))
    assert {read.student for read in found} == {"Ada Lovelace (submission_9)"}
    assert [(read.arrival.submitted, read.arrival.told_by) for read in found if read.arrival] == [
        ("2026-11-28T09:30:00+00:00", "gradescope"),
        ("2026-11-29T10:30:00+00:00", "gradescope"),
    ]


@pytest.mark.parametrize("address", ["", ", ':email': null", ", ':email': ''"])
def test_gradescope_folders_without_an_address_are_students_of_their_own(tmp_path: Path, address: str) -> None:
    write(tmp_path, "submission_9/mlp.py", "submission_12/mlp.py")
    folders = (
        f"{name}:\n  :submitters:\n  - {{':name': Ada{address}}}\n" for name in ("submission_9", "submission_12")
    )
    write(tmp_path, "submission_metadata.yml", text="".join(folders))
    assert len(handed_in(tmp_path)) == 2


@pytest.mark.parametrize(
    ("text", "submitted", "told_by"),
    [
        ("2026-11-30 22:58:23.948203 UTC\n", "2026-11-30T22:58:23+00:00", "nbgrader"),
        ("2026-11-30 22:58:23.948203+01:00", "2026-11-30T21:58:23+00:00", "nbgrader"),
        ("2026-11-30 22:58:23", "", ""),
        ("yesterday UTC", "", ""),
        ("0001-01-01 00:00:00+14:00", "", ""),
        ("9999-12-31 23:59:59-14:00", "", ""),
    ],
)
def test_nbgrader_tells_the_time_of_handing_in(tmp_path: Path, text: str, submitted: str, told_by: str) -> None:
    write(tmp_path, "ada/mlp/mlp.py")
    write(tmp_path, "ada/mlp/timestamp.txt", text=text)
    (found,) = read_submissions(tmp_path, "mlp")
    assert found.arrival is not None
    assert (found.arrival.submitted, found.arrival.told_by) == (submitted, told_by)


@pytest.mark.parametrize(("asked", "submitted"), [(False, ""), (True, "2026-11-30T23:00:00+00:00")])
def test_dates_of_files_count_only_where_that_is_asked_for(tmp_path: Path, asked: bool, submitted: str) -> None:
    write(tmp_path, "ada/mlp.py", "ada/old.py")
    os.utime(tmp_path / "ada" / "mlp.py", (1796079600, 1796079600))
    os.utime(tmp_path / "ada" / "old.py", (1, 1))
    os.utime(tmp_path / "ada", (1900000000, 1900000000))
    (found,) = read_submissions(tmp_path, "mlp", file_times=asked)
    assert found.arrival is not None
    assert (found.arrival.submitted, found.arrival.told_by) == (submitted, "files" if asked else "")
