"""The files of a run: one report a student, and none of anybody who is gone."""

from __future__ import annotations

import csv
import errno
import multiprocessing
import os
import re
from pathlib import Path

import msgspec
import pytest

from grader.errors import GraderError
from grader.model import Cell, Final, Grade
from grader.publish import GRADES_FOR_ONE_PROCESS, publish, write_report
from grader.report.release import Shown
from grader.store import packed
from tests.test_store import GRADE, REFUSAL

NOTEBOOK = packed(
    [Cell(kind="markdown", text="My own words."), Cell(kind="code", text="x = 1", label="a.ipynb cell 1")]
)


def grades(count: int) -> list[Grade]:
    return [msgspec.structs.replace(GRADE, key=f"student-{i}", student=f"Student {i}") for i in range(count)]


def names(folder: Path) -> set[str]:
    return {path.name for path in folder.glob("reports/*")}


def test_every_student_gets_a_report(tmp_path: Path) -> None:
    publish(grades(2), [REFUSAL], tmp_path, title="A class")
    assert names(tmp_path) == {"student-0.html", "student-1.html"}


def test_a_report_shows_its_student_alone(tmp_path: Path) -> None:
    publish(grades(2), [], tmp_path, title="A class")
    page = (tmp_path / "reports" / "student-1.html").read_text(encoding="utf-8")
    assert ("Student 1" in page, "Student 0" in page) == (True, False)


def test_the_report_of_who_is_gone_is_removed(tmp_path: Path) -> None:
    publish(grades(3), [], tmp_path, title="A class")
    publish(grades(2), [], tmp_path, title="A class")
    assert names(tmp_path) == {"student-0.html", "student-1.html"}


def test_the_class_report_links_to_every_report(tmp_path: Path) -> None:
    published = publish(grades(2), [REFUSAL], tmp_path, title="A class")
    page = published.class_report.read_text(encoding="utf-8")
    assert all(f'href="reports/student-{i}.html"' in page for i in range(2))


def test_the_gradebook_names_who_was_refused(tmp_path: Path) -> None:
    published = publish(grades(1), [REFUSAL], tmp_path, title="A class")
    with published.gradebook.open(encoding="utf-8-sig", newline="") as file:
        assert [row[0] for row in csv.reader(file)][1:] == ["Rosa", "Student 0"]


@pytest.mark.parametrize("jobs", [1, 2])
def test_progress_is_told_for_every_report(tmp_path: Path, jobs: int) -> None:
    told: list[None] = []
    publish(
        grades(GRADES_FOR_ONE_PROCESS), [], tmp_path, title="A class", jobs=jobs, on_report=lambda: told.append(None)
    )
    assert len(told) == GRADES_FOR_ONE_PROCESS


def test_two_processes_write_what_one_writes(tmp_path: Path) -> None:
    notebooks = {f"student-{i}": NOTEBOOK for i in range(0, GRADES_FOR_ONE_PROCESS, 2)}
    for jobs in (1, 2):
        folder = tmp_path / str(jobs)
        publish(grades(GRADES_FOR_ONE_PROCESS), [], folder, title="A class", jobs=jobs, notebooks=notebooks)
    pages = [{path.name: path.read_bytes() for path in (tmp_path / f"{jobs}").glob("reports/*")} for jobs in (1, 2)]
    assert (len(pages[0]), pages[0]) == (GRADES_FOR_ONE_PROCESS * 3 // 2, pages[1])


def test_a_notebook_is_written_beside_its_report(tmp_path: Path) -> None:
    publish(grades(2), [], tmp_path, title="A class", notebooks={"student-1": NOTEBOOK})
    assert names(tmp_path) == {"student-0.html", "student-1.html", "student-1-notebook.html"}


def test_a_report_and_its_notebook_link_to_each_other(tmp_path: Path) -> None:
    publish(grades(1), [], tmp_path, title="A class", notebooks={"student-0": NOTEBOOK})
    pages = {name: (tmp_path / "reports" / name).read_text() for name in names(tmp_path)}
    assert 'href="student-0-notebook.html"' in pages["student-0.html"]
    assert 'href="student-0.html"' in pages["student-0-notebook.html"]


def test_a_hand_in_that_is_no_longer_a_notebook_loses_its_page_and_the_link(tmp_path: Path) -> None:
    publish(grades(1), [], tmp_path, title="A class", notebooks={"student-0": NOTEBOOK})
    publish(grades(1), [], tmp_path, title="A class")
    assert names(tmp_path) == {"student-0.html"}
    assert "notebook.html" not in (tmp_path / "reports" / "student-0.html").read_text()


def test_the_notebook_of_who_is_gone_is_removed(tmp_path: Path) -> None:
    for count in (2, 1):
        publish(
            grades(count), [], tmp_path, title="A class", notebooks=dict.fromkeys(["student-0", "student-1"], NOTEBOOK)
        )
    assert names(tmp_path) == {"student-0.html", "student-0-notebook.html"}


def test_a_run_without_grades_has_its_files(tmp_path: Path) -> None:
    published = publish([], [REFUSAL], tmp_path, title="A class")
    assert (published.class_report.is_file(), published.gradebook.is_file(), names(tmp_path)) == (True, True, set())


def die_at_one(folder: Path, shown: Shown, grade: Grade, final: Final, cells: bytes) -> None:
    """Stands for a writer that is killed at the report of one student, unless that is written in this process."""
    if grade.key == "student-7" and multiprocessing.parent_process() is not None:
        os._exit(9)
    write_report(folder, shown, grade, final, cells)


def test_reports_are_written_even_if_a_process_that_writes_them_dies(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("grader.publish.write_report", die_at_one)
    count = GRADES_FOR_ONE_PROCESS
    publish(grades(count), [], tmp_path, title="A class", jobs=2)
    assert names(tmp_path) == {f"student-{i}.html" for i in range(count)}


def test_a_report_that_cannot_be_written_says_why(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def full(path: Path, content: bytes) -> None:
        raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))

    monkeypatch.setattr("grader.publish.write_bytes", full)
    sentence = (
        f"The files in {tmp_path} cannot be written: no space left on device. "
        f"All grades are kept; make room, then run: grader report {tmp_path}"
    )
    with pytest.raises(GraderError, match=f"^{re.escape(sentence)}$"):
        publish(grades(1), [], tmp_path, title="A class")
