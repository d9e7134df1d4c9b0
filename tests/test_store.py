"""What is stored comes back as it was."""

from __future__ import annotations

import re
import sqlite3
from collections.abc import Iterator
from pathlib import Path

import msgspec
import pytest

from grader.errors import CourseError
from grader.model import (
    ArrayEvidence,
    Arrival,
    CaseResult,
    Cell,
    Check,
    CheckGrade,
    Curve,
    Diagnosis,
    Evidence,
    Frame,
    Grade,
    Hand,
    Late,
    Measure,
    PartGrade,
    Policy,
    Refusal,
    Remark,
    Status,
    StudentError,
    Submission,
    Visibility,
    WorstEntry,
)
from grader.session.basis import Basis, Graded
from grader.store import Store, open_store, unpacked

EVIDENCE = Evidence(
    summary="dx holds NaN.",
    arrays=(
        ArrayEvidence(
            name="dx",
            got_shape=(4, 3),
            expected_shape=(4, 3),
            wrong=1,
            total=12,
            max_relative_error=float("inf"),
            worst=(WorstEntry(index=(3, 1), got="nan", expected="0.5"),),
            heat=((-16.0, 2.0),),
        ),
    ),
    error=StudentError(type="ValueError", message="no", frames=(Frame(label="mlp.py", line=3, function="f"),)),
    curves=(Curve(name="loss", x=(0.0, 1.0), y=(1.0, float("inf"))),),
    measures=(Measure(name="accuracy", value=0.5, full=0.9, none=0.1),),
)
CASE = CaseResult(
    check="checks/test_a.py::test_a",
    case="4-3",
    status=Status.FAILED,
    fraction=0.0,
    evidence=EVIDENCE,
    diagnosis=Diagnosis(name="times-a-constant", kind="relation", observation="dx is twice the right one."),
    advice=("Shorter is better.",),
    right_once=("affine_forward",),
    output="\x1b[31m<b>\ud83d\ude00".encode("utf-16", "surrogatepass").decode("utf-16"),
)
CHECK = Check(
    id="checks/test_a.py::test_a", part="a", title="It works", points=2.0, visibility=Visibility.HIDDEN, cases=("4-3",)
)
GRADE = Grade(
    assignment="mlp",
    assignment_title="A multilayer perceptron",
    student="Zoë <script>",
    key="zoe",
    digest="abc",
    origin="zoe.py",
    earned=1.5,
    possible=2.0,
    parts=(
        PartGrade(
            part="a",
            title="A",
            status=Status.FAILED,
            earned=1.5,
            possible=2.0,
            checks=(CheckGrade(check=CHECK, status=Status.FAILED, earned=1.5, cases=(CASE,)),),
        ),
    ),
    notes=("A note.",),
)
REFUSAL = Refusal(student="Rosa", key="rosa", origin="rosa.zip", reason="It is empty.")


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "results.sqlite"


@pytest.fixture
def store(path: Path) -> Iterator[Store]:
    with open_store(path) as opened:
        yield opened


def test_a_grade_comes_back_as_it_was(path: Path) -> None:
    with open_store(path) as store:
        store.put(Graded(grade=GRADE), "checks")
    with open_store(path) as store:
        assert store.grades() == (GRADE,)


def test_an_infinite_error_comes_back_infinite(store: Store) -> None:
    store.put(Graded(grade=GRADE), "checks")
    evidence = store.grades()[0].parts[0].checks[0].cases[0].evidence
    assert evidence is not None
    assert evidence.arrays[0].max_relative_error == float("inf")


def test_an_infinite_loss_comes_back_infinite(store: Store) -> None:
    store.put(Graded(grade=GRADE), "checks")
    evidence = store.grades()[0].parts[0].checks[0].cases[0].evidence
    assert evidence is not None
    assert evidence.curves[0].y == (1.0, float("inf"))


def test_a_refusal_comes_back_as_it_was(path: Path) -> None:
    with open_store(path) as store:
        store.refuse(REFUSAL)
    with open_store(path) as store:
        assert store.refusals() == (REFUSAL,)


def test_grades_come_back_by_student(store: Store) -> None:
    for key in ("chen", "ada", "bela"):
        store.put(Graded(grade=msgspec.structs.replace(GRADE, key=key)), "checks")
    assert [grade.key for grade in store.grades()] == ["ada", "bela", "chen"]


def test_a_later_grade_takes_the_place_of_the_earlier(store: Store) -> None:
    later = msgspec.structs.replace(GRADE, earned=2.0)
    store.put(Graded(grade=GRADE), "checks")
    store.put(Graded(grade=later), "checks")
    assert store.grades() == (later,)


def test_a_grade_is_found_by_hand_in_and_checks(store: Store) -> None:
    store.put(Graded(grade=GRADE), "checks")
    assert store.has("zoe", "abc", "checks")


@pytest.mark.parametrize("asked", [("zoé", "abc", "checks"), ("zoe", "abd", "checks"), ("zoe", "abc", "others")])
def test_a_grade_is_not_found_by_anything_else(store: Store, asked: tuple[str, str, str]) -> None:
    store.put(Graded(grade=GRADE), "checks")
    assert not store.has(*asked)


BASES = {"a": Basis(digest="of the course", stopped=("b",), wrong=("c",), overran={"a": "It was stopped."})}


def test_what_a_grade_rests_on_comes_back_as_it_was(store: Store) -> None:
    store.put(Graded(grade=GRADE, bases=BASES), "checks")
    assert store.earlier("zoe", "abc") == Graded(grade=GRADE, bases=BASES)


def test_of_another_hand_in_nothing_comes_back(store: Store) -> None:
    store.put(Graded(grade=GRADE, bases=BASES), "checks")
    assert store.earlier("zoe", "abd") is None


def test_of_another_version_nothing_is_kept(store: Store) -> None:
    store.put(Graded(grade=GRADE, bases=BASES), "checks")
    with store._connection:
        store._connection.execute("UPDATE grade SET bases = ?", (msgspec.msgpack.encode({"a": {}}),))
    assert store.earlier("zoe", "abc") is None


CELLS = (Cell(kind="markdown", text="# Zoë"), Cell(kind="code", text="x = 1\n" * 999, label="zoe.ipynb cell 1"))
HAND_IN = Submission(student="Zoë", key="zoe", digest="abc", origin="zoe.ipynb", units=(), cells=CELLS)


def test_the_cells_of_a_notebook_come_back_as_they_were(store: Store) -> None:
    store.put(Graded(grade=GRADE), "checks")
    store.keep_notebooks([HAND_IN])
    assert {key: unpacked(blob) for key, blob in store.notebooks().items()} == {"zoe": CELLS}


def test_the_cells_of_a_notebook_are_packed(store: Store) -> None:
    store.put(Graded(grade=GRADE), "checks")
    store.keep_notebooks([HAND_IN])
    assert len(store.notebooks()["zoe"]) < 200


@pytest.mark.parametrize("later", [[], [msgspec.structs.replace(HAND_IN, cells=())]], ids=["gone", "no notebook"])
def test_the_cells_of_what_is_no_longer_a_notebook_are_forgotten(store: Store, later: list[Submission]) -> None:
    store.put(Graded(grade=GRADE), "checks")
    store.keep_notebooks([HAND_IN])
    store.keep_notebooks(later)
    assert store.notebooks() == {}


def test_a_notebook_that_is_not_the_graded_one_is_not_given_out(store: Store) -> None:
    store.put(Graded(grade=GRADE), "checks")
    store.keep_notebooks([msgspec.structs.replace(HAND_IN, digest="newer")])
    assert store.notebooks() == {}


def test_a_held_grade_is_not_found(store: Store) -> None:
    store.put(Graded(grade=msgspec.structs.replace(GRADE, held=True)), "checks")
    assert not store.has("zoe", "abc", "checks")


def test_a_store_is_bound_to_its_assignment(store: Store) -> None:
    store.assign("mlp")
    sentence = "The output folder holds results of assignment 'mlp', not 'cnn'. Give another --out."
    with pytest.raises(CourseError, match=f"^{re.escape(sentence)}$"):
        store.assign("cnn")


def test_a_store_may_be_bound_twice_to_the_same(store: Store) -> None:
    store.assign("mlp")
    store.assign("mlp")


def test_a_file_that_is_no_database_is_said_to_be(path: Path) -> None:
    path.write_text("Points: 12, and more than that, so that it is long enough to be looked at. " * 20)
    sentence = f"{path} cannot be used as results: file is not a database. Move it away, or give another --out."
    with pytest.raises(CourseError, match=f"^{re.escape(sentence)}$"), open_store(path):
        pass


def test_a_folder_in_its_place_is_said_to_be(path: Path) -> None:
    path.mkdir()
    sentence = f"{path} cannot be used as results: unable to open database file. Move it away, or give another --out."
    with pytest.raises(CourseError, match=f"^{re.escape(sentence)}$"), open_store(path):
        pass


def test_a_grade_of_another_version_is_said_to_be(store: Store) -> None:
    store.put(Graded(grade=GRADE), "checks")
    with store._connection:
        store._connection.execute("UPDATE grade SET grade = ?", (msgspec.msgpack.encode({"student": "zoe"}),))
    sentence = (
        "The stored results are of another version of the grader: Object missing required field `assignment`. "
        "Grade again, with another --out."
    )
    with pytest.raises(CourseError, match=f"^{re.escape(sentence)}$"):
        store.grades()


REMARK = Remark(number=0, key="zoe", part="a", author="kim", time="2026-12-01T10:00:00+00:00", points=1.5)


def test_a_remark_comes_back_with_its_number(path: Path) -> None:
    with open_store(path) as store:
        store.remark(REMARK)
        store.remark(msgspec.structs.replace(REMARK, points=None, undoes=1))
    with open_store(path) as store:
        assert [(r.number, r.points, r.undoes) for r in store.hand().remarks] == [(1, 1.5, None), (2, None, 1)]


@pytest.mark.parametrize("statement", ["DELETE FROM remark", "UPDATE remark SET author = 'eve'"])
def test_no_remark_is_changed_or_removed(store: Store, statement: str) -> None:
    store.remark(REMARK)
    with pytest.raises(sqlite3.IntegrityError, match=r"^remarks are only added$"), store._connection:
        store._connection.execute(statement)


def test_remarks_stay_when_the_grade_is_replaced(store: Store) -> None:
    store.put(Graded(grade=GRADE), "checks")
    store.remark(REMARK)
    store.put(Graded(grade=msgspec.structs.replace(GRADE, earned=2.0)), "other checks")
    assert [remark.points for remark in store.hand().remarks] == [1.5]


def test_remarks_stay_when_the_hand_in_is_gone(store: Store) -> None:
    store.put(Graded(grade=GRADE), "checks")
    store.remark(REMARK)
    store.keep_only(frozenset())
    assert [remark.key for remark in store.hand().remarks] == ["zoe"]


def test_policy_and_arrivals_come_back_as_they_were(store: Store) -> None:
    policy = Policy(due="2026-11-30T23:59:00+01:00", late=Late(per_day=0.1), attempts="best", release="public")
    arrivals = (Arrival(key="zoe-attempt-2", student_key="zoe", attempt=2, attempts=2),)
    store.arrange(policy, arrivals)
    assert store.hand() == Hand(policy=policy, arrivals=arrivals)


def test_later_arrivals_take_the_place_of_earlier_ones(store: Store) -> None:
    store.arrange(Policy(), [Arrival(key="zoe", student_key="zoe")])
    store.arrange(Policy(), [Arrival(key="ada", student_key="ada")])
    assert [arrival.key for arrival in store.hand().arrivals] == ["ada"]


def test_what_is_released_changes_nothing_else_of_the_policy(store: Store) -> None:
    store.arrange(Policy(due="2026-11-30T23:59:00+01:00"), [])
    store.release("scores")
    assert store.hand().policy == Policy(due="2026-11-30T23:59:00+01:00", release="scores")


def test_a_new_file_of_results_is_read_by_its_owner_alone(tmp_path: Path) -> None:
    path = tmp_path / "results.sqlite"
    with open_store(path):
        pass
    assert path.stat().st_mode & 0o777 == 0o600
