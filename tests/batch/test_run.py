"""A run grades what is new, keeps what is graded, and forgets who is gone."""

from __future__ import annotations

import sqlite3
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from grader.batch import grade_class, run
from grader.course import Assignment
from grader.model import Grade, Refusal, Submission
from grader.session.basis import Graded
from grader.session.ingredients import Ingredients
from grader.store import Store, open_store
from tests.course_factory import write_course

Run = Callable[..., tuple[int, list[str]]]

REFUSAL = Refusal(student="Rosa", key="rosa", origin="rosa.ipynb", reason="It is not a notebook.")


def hand_in(key: str, digest: str = "first") -> Submission:
    return Submission(student=key, key=key, digest=digest, origin=f"{key}.py", units=())


class FakePool:
    """Grades nothing and tells that it did; what a real pool does is tested beside."""

    def __init__(self, assignment: Assignment, secret: bytes, *, jobs: int) -> None:
        self.assignment = assignment
        self.ingredients: dict[str, Ingredients] = {}

    def __enter__(self) -> FakePool:
        return self

    def __exit__(self, *details: object) -> None: ...

    def mark(self, submissions: list[Submission], earlier: Callable[[Submission], Graded | None]) -> Iterator[Graded]:
        for submission in submissions:
            grade = Grade(
                assignment="tiny",
                assignment_title="A tiny network",
                student=submission.student,
                key=submission.key,
                digest=submission.digest,
                origin=submission.origin,
                earned=1.0,
                possible=2.0,
                parts=(),
                held=submission.key == "held",
            )
            yield Graded(grade=grade)


@pytest.fixture
def course(tmp_path: Path) -> Assignment:
    return write_course(tmp_path / "course")


@pytest.fixture
def store() -> Iterator[Store]:
    with open_store(Path(":memory:")) as opened:
        yield opened


@pytest.fixture
def grade(course: Assignment, store: Store, monkeypatch: pytest.MonkeyPatch) -> Run:
    """Return ``grade(*hand_ins, secret=...)``: how many were kept, and who was graded."""
    monkeypatch.setattr(run, "Pool", FakePool)

    def grade_all(*hand_ins: Submission | Refusal, secret: bytes = b"secret") -> tuple[int, list[str]]:
        graded: list[str] = []
        kept = grade_class(
            course, hand_ins, store, secret=secret, jobs=1, on_grade=lambda grade: graded.append(grade.key)
        )
        return kept, graded

    return grade_all


def test_the_first_run_grades_everybody(grade: Run) -> None:
    assert grade(hand_in("ada"), hand_in("bob")) == (0, ["ada", "bob"])


def test_a_second_run_grades_nobody(grade: Run) -> None:
    grade(hand_in("ada"), hand_in("bob"))
    assert grade(hand_in("ada"), hand_in("bob")) == (2, [])


def test_who_is_new_is_graded(grade: Run) -> None:
    grade(hand_in("ada"))
    assert grade(hand_in("ada"), hand_in("bob")) == (1, ["bob"])


def test_what_was_changed_is_graded_again(grade: Run) -> None:
    grade(hand_in("ada"), hand_in("bob"))
    assert grade(hand_in("ada", "second"), hand_in("bob")) == (1, ["ada"])


def test_what_was_held_is_graded_again(grade: Run) -> None:
    grade(hand_in("ada"), hand_in("held"))
    assert grade(hand_in("ada"), hand_in("held")) == (1, ["held"])


def test_another_secret_grades_again(grade: Run) -> None:
    grade(hand_in("ada"))
    assert grade(hand_in("ada"), secret=b"another") == (0, ["ada"])


@pytest.mark.parametrize(
    "name",
    ["tiny.py", "assignment.toml", "checks/test_tiny.py", "checks/test_tiny_hidden.py", "misconceptions/tiny.py"],
)
def test_a_changed_course_grades_again(grade: Run, course: Assignment, name: str) -> None:
    grade(hand_in("ada"))
    path = course.folder / name
    path.write_text(path.read_text() + "\n# changed\n")
    assert grade(hand_in("ada")) == (0, ["ada"])


@pytest.mark.parametrize("name", ["data/points_test.npz", "../../assignments/tiny/data/points.npz"])
def test_changed_data_grade_again(grade: Run, course: Assignment, name: str) -> None:
    grade(hand_in("ada"))
    path = course.folder / name
    path.write_bytes(path.read_bytes() + b"\0")
    assert grade(hand_in("ada")) == (0, ["ada"])


def test_a_file_that_appears_in_the_course_grades_again(grade: Run, course: Assignment) -> None:
    grade(hand_in("ada"))
    (course.folder / "checks" / "test_more.py").write_text("")
    assert grade(hand_in("ada")) == (0, ["ada"])


def test_a_note_about_the_data_grades_nobody(grade: Run, course: Assignment) -> None:
    grade(hand_in("ada"))
    (course.data_folder / "README.md").write_text("Two clouds, and where they come from.\n")
    assert grade(hand_in("ada")) == (1, [])


def test_what_python_leaves_behind_grades_nobody(grade: Run, course: Assignment) -> None:
    grade(hand_in("ada"))
    litter = course.folder / "checks" / "__pycache__" / "test_tiny.pyc"
    litter.parent.mkdir()
    litter.write_bytes(b"\0")
    assert grade(hand_in("ada")) == (1, [])


def test_who_is_gone_is_forgotten(grade: Run, store: Store) -> None:
    grade(hand_in("ada"), hand_in("bob"), REFUSAL)
    grade(hand_in("bob"))
    assert ([grade.key for grade in store.grades()], store.refusals()) == (["bob"], ())


def test_a_refusal_is_kept(grade: Run, store: Store) -> None:
    grade(REFUSAL)
    assert store.refusals() == (REFUSAL,)


def test_a_refusal_takes_the_place_of_a_grade(grade: Run, store: Store) -> None:
    grade(hand_in("rosa"))
    grade(REFUSAL)
    assert (store.grades(), store.refusals()) == ((), (REFUSAL,))


def test_a_grade_takes_the_place_of_a_refusal(grade: Run, store: Store) -> None:
    grade(REFUSAL)
    grade(hand_in("rosa"))
    assert ([grade.key for grade in store.grades()], store.refusals()) == (["rosa"], ())


def test_a_run_that_breaks_off_keeps_what_it_graded(
    course: Assignment, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(run, "Pool", FakePool)

    def interrupt(grade: Grade) -> None:
        raise KeyboardInterrupt

    path = tmp_path / "results.sqlite"
    with open_store(path) as store, pytest.raises(KeyboardInterrupt):
        grade_class(course, [hand_in("ada"), hand_in("bob")], store, secret=b"", jobs=1, on_grade=interrupt)
    with sqlite3.connect(path) as connection:
        found = connection.execute("SELECT key FROM grade").fetchall()
    connection.close()
    assert found == [("ada",)]
