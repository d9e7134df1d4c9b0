"""The folders that learning systems hand out: who handed in what."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from grader.errors import SubmissionError
from grader.ingest import read_submissions
from grader.model import Submission


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
