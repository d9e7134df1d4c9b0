"""The demo class holds every kind of hand-in, and each is graded as it deserves."""

from __future__ import annotations

from pathlib import Path

import pytest

from grader.course import Assignment
from grader.demo import write_class
from grader.ingest import read_submissions
from grader.model import Grade, Refusal, Status, Submission
from grader.sandbox.host import Sandbox
from grader.session import grading
from tests.course_factory import POSSIBLE, SECRET, lost, write_course
from tests.session.conftest import BUDGET_S, graded, process_restored

NAMES = [
    *("ada", "bela", "chen", "dara", "emil", "fatou", "goran", "hana", "ivo"),
    *("jana", "kofi", "lena", "milo", "nils", "olga", "paul", "quinn", "rosa"),
]


@pytest.fixture(scope="module")
def course(tmp_path_factory: pytest.TempPathFactory) -> Assignment:
    return write_course(tmp_path_factory.mktemp("course"))


@pytest.fixture(scope="module")
def hand_ins(course: Assignment, tmp_path_factory: pytest.TempPathFactory) -> dict[str, Submission | Refusal]:
    folder: Path = tmp_path_factory.mktemp("class")
    write_class(course, folder)
    return {hand_in.student: hand_in for hand_in in read_submissions(folder, "tiny")}


@pytest.fixture(scope="module")
def grades(course: Assignment, hand_ins: dict[str, Submission | Refusal]) -> dict[str, Grade]:
    readable = {name: hand_in for name, hand_in in hand_ins.items() if isinstance(hand_in, Submission)}
    with Sandbox() as sandbox, process_restored(), pytest.MonkeyPatch.context() as patch:
        patch.setattr(grading, "BUDGET_FLOOR_S", BUDGET_S)
        return graded(sandbox, course, readable, SECRET)


def test_the_class_comes_in_alphabetical_order(hand_ins: dict[str, Submission | Refusal]) -> None:
    assert list(hand_ins) == NAMES


def test_one_hand_in_is_refused(hand_ins: dict[str, Submission | Refusal]) -> None:
    assert [name for name, hand_in in hand_ins.items() if isinstance(hand_in, Refusal)] == ["rosa"]


def test_a_wrong_hand_in_is_a_notebook(hand_ins: dict[str, Submission | Refusal], grades: dict[str, Grade]) -> None:
    submission = hand_ins["chen"]
    assert isinstance(submission, Submission)
    labels = {cell.label for cell in submission.cells}
    placed = {part.source.label in labels for part in grades["chen"].parts if part.source is not None}
    assert (placed, grades["chen"].earned < POSSIBLE) == ({True}, True)


def test_the_names_that_are_returned_are_those_of_the_class(course: Assignment, tmp_path: Path) -> None:
    assert sorted(write_class(course, tmp_path)) == NAMES


@pytest.mark.parametrize("name", ["ada", "milo", "nils", "olga", "quinn"])
def test_noise_and_torch_and_untidy_notebooks_cost_nothing(grades: dict[str, Grade], name: str) -> None:
    assert grades[name].earned == POSSIBLE


@pytest.mark.parametrize("name", ["bela", "chen", "dara", "emil", "fatou", "goran", "hana"])
def test_a_misconception_costs_points(grades: dict[str, Grade], name: str) -> None:
    assert lost(grades[name]) != {}


@pytest.mark.parametrize("name", ["bela", "chen", "dara", "emil", "fatou", "goran", "hana"])
def test_a_misconception_is_named(grades: dict[str, Grade], name: str) -> None:
    kinds = {part.diagnosis.kind for part in grades[name].parts if part.diagnosis is not None}
    assert "misconception" in kinds


def test_half_of_the_work_earns_the_points_of_that_half(grades: dict[str, Grade]) -> None:
    assert lost(grades["jana"]).keys() == {"Net", "batches", "train"}


def test_half_of_the_work_is_not_attempted(grades: dict[str, Grade]) -> None:
    statuses = {part.status for part in grades["jana"].parts if part.earned < part.possible}
    assert statuses == {Status.NOT_ATTEMPTED}


def test_a_syntax_error_costs_one_part(grades: dict[str, Grade]) -> None:
    assert lost(grades["kofi"]) == {"affine_backward": 4.0}


def test_an_endless_loop_costs_its_part_and_its_backward(grades: dict[str, Grade]) -> None:
    assert lost(grades["lena"]).keys() <= {"affine_forward", "affine_backward"}


def test_an_empty_hand_in_earns_nothing(grades: dict[str, Grade]) -> None:
    assert grades["paul"].earned == 0.0


def test_no_report_is_held(grades: dict[str, Grade]) -> None:
    assert not any(grade.held for grade in grades.values())
