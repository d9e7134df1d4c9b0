"""A report holds one student's data: nothing that another student wrote, printed or is called stands in it."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from grader.release import release
from tests.course_factory import changed, write_course
from tests.test_cli import grader

STUDENTS = ("Aurelia", "Balthasar", "Cosima", "Dietlinde", "Evander", "Fridolin")
START = "    weighted = x @ w + b\n"


def marker(student: str) -> str:
    return f"MARK{student[::-1].upper()}"


def hand_in(student: str, number: int) -> str:
    """Return a hand-in that leaves its student's mark wherever it can."""
    mark = marker(student)
    ways = (
        f"    print('{mark}')\n    return None, None\n",
        f"    raise ValueError('{mark}')\n",
        f"    {mark}()\n",
        f"    return type('{mark}', (), {{}})(), None\n",
        f"    import {mark}\n",
        f"    exec('def {mark}(): raise KeyError(0)\\n{mark}()', {{}})\n",
    )
    return f"{mark} = undefined  # {mark}\nprint('{mark}')\n" + changed((START, ways[number] + START))


@pytest.fixture(scope="module")
def reports(tmp_path_factory: pytest.TempPathFactory) -> dict[str, str]:
    """Return the report of each student; one grading process graded them all, one after the other."""
    course = tmp_path_factory.mktemp("course")
    release(write_course(course), course / "assignments" / "tiny")
    folder = course / "hand-ins"
    folder.mkdir()
    for number, student in enumerate(STUDENTS):
        if number == 2:
            cells = [{"cell_type": "code", "source": f"%{marker(student)}\n" + hand_in(student, number)}]
            (folder / f"{student}.ipynb").write_text(json.dumps({"nbformat": 4, "cells": cells}))
        else:
            (folder / f"{student}.py").write_text(hand_in(student, number))
    (folder / "Gundula.py").write_bytes(b"\xff\x00" + marker("Gundula").encode())
    assert grader("grade", "tiny", folder, "--out", "out", "--jobs", 1, cwd=course).code == 1
    pages = {path.stem: path.read_text() for path in Path(course, "out", "reports").iterdir()}
    return {student: next(t for n, t in pages.items() if n.startswith(student.lower())) for student in STUDENTS}


@pytest.mark.parametrize("student", STUDENTS)
def test_a_report_names_its_student_and_shows_their_own_text(reports: dict[str, str], student: str) -> None:
    assert student in reports[student]
    assert marker(student) in reports[student]


@pytest.mark.parametrize("student", STUDENTS)
def test_a_report_holds_nothing_of_the_others(reports: dict[str, str], student: str) -> None:
    others = {*STUDENTS, "Gundula"} - {student}
    assert [other for other in others if other in reports[student] or marker(other) in reports[student]] == []
