"""``grader new`` starts an assignment, in a course or in an empty folder, and overwrites nothing."""

from __future__ import annotations

from pathlib import Path

import pytest

from grader.course import load_assignment
from grader.release import check_release
from tests.test_cli import grader, sentence


def test_an_empty_folder_becomes_a_course(tmp_path: Path) -> None:
    assert grader("new", "bends", cwd=tmp_path).code == 0
    assert load_assignment(tmp_path / "reference" / "bends").name == "bends"


def test_an_assignment_is_added_to_the_course_above(tmp_path: Path) -> None:
    (tmp_path / "reference").mkdir()
    (tmp_path / "notes").mkdir()
    grader("new", "bends", cwd=tmp_path / "notes")
    assert (tmp_path / "reference" / "bends" / "bends.py").is_file()


def test_what_students_get_is_released_with_it(tmp_path: Path) -> None:
    grader("new", "bends", cwd=tmp_path)
    assignment = load_assignment(tmp_path / "reference" / "bends")
    assert check_release(assignment, tmp_path / "assignments" / "bends") == ()


def test_the_title_may_hold_anything(tmp_path: Path) -> None:
    grader("new", "bends", "--title", 'Bends "and" \\ corners', cwd=tmp_path)
    assert load_assignment(tmp_path / "reference" / "bends").title == 'Bends "and" \\ corners'


def test_the_files_are_told_and_what_to_do_next(tmp_path: Path) -> None:
    lines = grader("new", "bends", cwd=tmp_path).out.splitlines()
    assert lines[0] == str(Path("reference/bends/bends.py"))
    assert lines[-1] == "Now run: grader validate bends"


def test_an_assignment_that_exists_is_left_alone(tmp_path: Path) -> None:
    grader("new", "bends", cwd=tmp_path)
    ended = grader("new", "bends", cwd=tmp_path)
    assert ended.code == 2
    assert sentence(ended) == f"There is an assignment 'bends' in {tmp_path} already. Choose another name."


@pytest.mark.parametrize("name", ["my-net", "class", "2layers", "_hidden", "../up", "nätwerk"])
def test_a_name_that_is_no_module_is_refused(tmp_path: Path, name: str) -> None:
    ended = grader("new", name, cwd=tmp_path)
    assert ended.code == 2
    assert sentence(ended) == (
        f"{name!r} cannot be the name of an assignment: students hand in {name}.py, a Python module. "
        "Use letters, digits and underscores, such as 'attention'."
    )


@pytest.mark.parametrize("name", ["random", "numpy"])
def test_a_name_that_hides_a_module_is_refused(tmp_path: Path, name: str) -> None:
    ended = grader("new", name, cwd=tmp_path)
    assert ended.code == 2
    assert sentence(ended) == f"{name!r} is a module that others import. Choose a name that none has."
