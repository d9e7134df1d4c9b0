"""What instructors write: which entries are taken, and what is said of the others."""

from __future__ import annotations

import re

import pytest

from grader.errors import CourseError
from grader.model import Refusal
from grader.remarks import Points, find_student, read_points, standing, undoing, write_remark
from tests.test_final import grade, remark

REFUSED = Refusal(student="Rosa", key="rosa-1", origin="rosa.zip", reason="It is empty.")


@pytest.mark.parametrize(
    ("text", "value", "sets"),
    [("+1.5", 1.5, False), ("-2", -2.0, False), ("=3", 3.0, True), ("=.5", 0.5, True), (" +1 ", 1.0, False)],
)
def test_points_are_added_or_set(text: str, value: float, sets: bool) -> None:
    assert read_points(text) == Points(value=value, sets=sets)


@pytest.mark.parametrize("text", ["", "1.5", "=-1", "+nan", "+1e9", "+1,5", "++1", "+" + "9" * 400])
def test_other_points_are_refused(text: str) -> None:
    sentence = f"--points should be +1.5 (add), -2 (take off) or =3 (whatever the checks give), and is {text!r}."
    with pytest.raises(CourseError, match=f"^{re.escape(sentence)}$"):
        read_points(text)


@pytest.mark.parametrize("name", ["Ada", "ada", "ada-1"])
def test_a_student_is_found_by_name_and_by_key(name: str) -> None:
    ada = Refusal(student="Ada", key="ada-1", origin="", reason="")
    assert find_student(name, [REFUSED, ada]) == ada


def test_a_mistyped_student_gets_a_suggestion() -> None:
    sentence = "There is no student 'Rose' among the results. Did you mean 'Rosa'?"
    with pytest.raises(CourseError, match=f"^{re.escape(sentence)}$"):
        find_student("Rose", [REFUSED])


def test_of_two_students_of_one_name_the_key_is_asked_for() -> None:
    twin = Refusal(student="ROSA", key="rosa-2", origin="", reason="")
    sentence = "There are 2 students called 'rosa'. Give the key instead: rosa-1, rosa-2."
    with pytest.raises(CourseError, match=f"^{re.escape(sentence)}$"):
        find_student("rosa", [REFUSED, twin])


def test_a_remark_gets_the_key_of_its_student() -> None:
    assert write_remark(remark(comment="Good."), grade("bela")).key == "bela"


def refusal_of(found: object, **fields: object) -> str:
    with pytest.raises(CourseError) as caught:
        write_remark(remark(**fields), found)  # type: ignore[arg-type]  # a grade or a refusal
    return str(caught.value)


def test_a_mistyped_part_gets_a_suggestion() -> None:
    assert refusal_of(grade(), part="afine", comment="x") == (
        "There is no part 'afine' in the results. Did you mean 'affine'?"
    )


def test_of_a_part_like_no_other_all_are_named() -> None:
    assert refusal_of(grade(), part="zzz", comment="x") == (
        "There is no part 'zzz' in the results. There are: affine, relu."
    )


def test_an_entry_that_says_nothing_is_refused() -> None:
    assert refusal_of(grade()) == "There is nothing to write down. Give --points, --comment or both."


@pytest.mark.parametrize("reason", ["", "  "])
def test_points_need_a_reason(reason: str) -> None:
    assert refusal_of(grade(), points=1.0, reason=reason) == (
        "Points are adjusted for a reason. Give it with --reason; students do not read it."
    )


def test_points_of_the_whole_cannot_be_set() -> None:
    assert refusal_of(grade(), part="", points=1.0, sets=True, reason="r") == (
        "Only the points of a part can be set. Add to those of the whole hand-in: --points +1 or -1."
    )


def test_a_refused_hand_in_has_no_part() -> None:
    assert refusal_of(REFUSED, comment="x") == (
        "The hand-in of 'Rosa' was refused, so that it has no part 'affine'. "
        "Leave the part out to write on the hand-in as a whole."
    )


def test_a_refused_hand_in_has_no_points() -> None:
    assert refusal_of(REFUSED, part="", points=1.0, reason="r") == (
        "The hand-in of 'Rosa' was refused: it has no points to adjust. Have it handed in again, or write a comment."
    )


def test_a_refused_hand_in_may_be_commented() -> None:
    assert write_remark(remark(part="", comment="Send it again."), REFUSED).key == "rosa-1"


def undone(number: int) -> str:
    entries = [remark(1, points=1.0), remark(2, undoes=1)]
    with pytest.raises(CourseError) as caught:
        undoing(number, entries, author="kim", time="", reason="")
    return str(caught.value)


def test_what_is_not_there_cannot_be_undone() -> None:
    assert undone(7) == "There is no entry number 7. `grader remarks` lists them."


def test_nothing_is_undone_twice() -> None:
    assert undone(1) == "Entry 1 was undone before. To have it back, undo the entry that undid it."


def test_undoing_says_who_when_and_why_of_which_part() -> None:
    made = undoing(1, [remark(1, points=1.0)], author="lee", time="now", reason="wrong student")
    assert (made.key, made.part, made.author, made.time, made.reason, made.undoes) == (
        "ada", "affine", "lee", "now", "wrong student", 1,
    )  # fmt: skip


def test_entries_stand_until_they_are_undone() -> None:
    assert standing([remark(1), remark(2, undoes=1), remark(3)]) == {2, 3}
