"""Several processes grade one class, and a process that dies costs nobody anything."""

from __future__ import annotations

import os
import signal
from multiprocessing.connection import Connection
from pathlib import Path

import msgspec
import pytest

from grader.batch import Pool, pool
from grader.batch.session_process import serve
from grader.course import Assignment
from grader.errors import CourseError, GraderError
from grader.model import Grade, Submission
from tests.course_factory import (
    POSSIBLE,
    PUBLIC,
    SECRET,
    SOLUTION,
    changed,
    lost,
    stub,
    submission,
    with_part,
    write_course,
)

SLOW = with_part("batches", "def batches(X, y, size, rng):\n    import time\n    time.sleep(0.5)\n    yield X, y\n")
CLASS = {
    "ada": SOLUTION,
    "bob": changed(("x @ w + b", "x @ w")),
    "eve": changed(("return losses", "print('a note')\n    return None")),
    "fay": stub(),
    "gus": "import torch\n" + changed(("- 0.5", "+ 0.5")),
}


def hand_ins(*names: str) -> list[Submission]:
    return [submission(CLASS[name], student=name) for name in names or CLASS]


@pytest.fixture(scope="module")
def tiny(tmp_path_factory: pytest.TempPathFactory) -> Assignment:
    return write_course(tmp_path_factory.mktemp("course"))


def graded(tiny: Assignment, *, jobs: int) -> dict[str, Grade]:
    with Pool(tiny, SECRET, jobs=jobs) as running:
        return {grade.key: grade for grade in running.grade(hand_ins())}


@pytest.fixture(scope="module")
def by_one(tiny: Assignment) -> dict[str, Grade]:
    return graded(tiny, jobs=1)


@pytest.fixture(scope="module")
def by_two(tiny: Assignment) -> dict[str, Grade]:
    return graded(tiny, jobs=2)


def without_times(value: object) -> object:
    if isinstance(value, dict):
        return {key: 0.0 if key in ("cpu_s", "wall_s") else without_times(item) for key, item in value.items()}
    return [without_times(item) for item in value] if isinstance(value, list) else value


def as_bytes(grade: Grade) -> bytes:
    return msgspec.msgpack.encode(without_times(msgspec.msgpack.decode(msgspec.msgpack.encode(grade))))


def test_every_submission_gets_a_grade(by_two: dict[str, Grade]) -> None:
    assert by_two.keys() == CLASS.keys()


def test_the_reference_earns_everything(by_two: dict[str, Grade]) -> None:
    assert by_two["ada"].earned == POSSIBLE


@pytest.mark.parametrize("name", list(CLASS))
def test_two_processes_give_the_grade_of_one(by_one: dict[str, Grade], by_two: dict[str, Grade], name: str) -> None:
    assert as_bytes(by_two[name]) == as_bytes(by_one[name])


def test_submissions_are_graded_at_the_same_time(tiny: Assignment) -> None:
    with Pool(tiny, SECRET, jobs=2) as running:
        grades = running.grade([submission(SLOW, student="slow"), submission(SOLUTION, student="quick")])
        assert next(grades).key == "quick"


class Killed:
    """What came of a class whose grading process was killed while it worked on the slow submission."""

    def __init__(self, tiny: Assignment) -> None:
        self.before: list[int | None] = []
        self.grades: dict[str, Grade] = {}
        slow = submission(SLOW, student="slow")
        with Pool(tiny, SECRET, jobs=1) as running:
            for grade in running.grade([*hand_ins("ada"), slow, *hand_ins("bob")]):
                self.grades[grade.key] = grade
                if grade.key == "ada":
                    member = running._members[0]
                    assert member.submission is not None
                    assert member.submission.key == "slow"
                    assert member.process.pid is not None
                    os.kill(member.process.pid, signal.SIGKILL)


@pytest.fixture(scope="module")
def killed(tiny: Assignment) -> dict[str, Grade]:
    return Killed(tiny).grades


def test_a_killed_process_loses_no_submission(killed: dict[str, Grade]) -> None:
    assert list(killed) == ["ada", "slow", "bob"]


def test_a_killed_process_holds_no_report(killed: dict[str, Grade]) -> None:
    assert not any(grade.held for grade in killed.values())


def test_a_killed_process_costs_its_submission_nothing(killed: dict[str, Grade]) -> None:
    assert "affine_forward" not in lost(killed["slow"])


def test_a_killed_process_costs_the_next_submission_nothing(killed: dict[str, Grade], by_one: dict[str, Grade]) -> None:
    assert as_bytes(killed["bob"]) == as_bytes(by_one["bob"])


@pytest.fixture(scope="module")
def given_up(tiny: Assignment) -> dict[str, Grade]:
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(pool, "TRIES", 1)
        return Killed(tiny).grades


def test_a_submission_that_processes_die_on_is_held(given_up: dict[str, Grade]) -> None:
    assert given_up["slow"].held


def test_a_held_report_says_that_the_process_died(given_up: dict[str, Grade]) -> None:
    assert given_up["slow"].notes == ("The grading process died 1 times on it.",)


def test_a_submission_that_processes_die_on_costs_others_nothing(given_up: dict[str, Grade]) -> None:
    assert (given_up["bob"].held, lost(given_up["bob"])) == (False, {"affine_forward": 3.0})


def die(connection: Connection, folder: Path, secret: bytes) -> None:
    """Stands for a grading process that dies at once."""
    os._exit(7)


def test_a_process_that_dies_at_once_is_a_fault_of_ours(tiny: Assignment, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(pool, "serve", die)
    sentence = "^A grading process ended with code 7 before it could grade anything.$"
    with Pool(tiny, SECRET, jobs=1) as running, pytest.raises(GraderError, match=sentence):
        list(running.grade(hand_ins("ada")))


def die_once(connection: Connection, folder: Path, secret: bytes) -> None:
    """Stands for a grading process that is killed at its start; the next one is not."""
    mark = folder / "died"
    if not mark.exists():
        mark.touch()
        os._exit(7)
    serve(connection, folder, secret)


def test_a_process_that_is_killed_at_its_start_is_replaced(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(pool, "serve", die_once)
    with Pool(write_course(tmp_path), SECRET, jobs=1) as running:
        assert [grade.key for grade in running.grade(hand_ins("ada"))] == ["ada"]


def test_a_check_that_the_reference_fails_stops_the_run(tmp_path: Path) -> None:
    wrong = changed(("[0.5, 0.5]])", "[0.5, 9.0]])"), source=PUBLIC)
    course = write_course(tmp_path, files={"checks/test_tiny.py": wrong})
    sentence = (
        "^The reference solution fails checks/test_tiny.py::test_small_numbers, so nothing was graded: CheckFailed: "
    )
    with Pool(course, SECRET, jobs=2) as running, pytest.raises(CourseError, match=sentence):
        list(running.grade(hand_ins()))
