"""Who gains, who loses, by how much, and who is told other words."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import msgspec
import pytest

from grader.model import CheckChange, Difference, Refusal, Status, StudentChange
from grader.regrade.difference import are_the_same, difference, results
from grader.session.basis import Basis, Graded
from grader.store import Store, open_store
from tests.regrade.factory import OTHER, REFUSAL, by_digest, cause, check, graded, ingredient, part, resting

Outcome = Graded | Refusal


def compared(before: list[Outcome], after: list[Outcome]) -> Difference:
    def split(found: list[Outcome]) -> tuple[list[Graded], list[Refusal]]:
        return [x for x in found if isinstance(x, Graded)], [x for x in found if isinstance(x, Refusal)]

    return difference(results(*split(before)), results(*split(after)), {})


def one_change(before: Outcome | None, after: Outcome | None) -> StudentChange:
    (found,) = compared([before] if before else [], [after] if after else []).changes
    return found


HELD = graded(part(check(0.0, status=Status.ERROR)), student="Rosa")
RIGHT = graded(part(check(2.0)), student="Rosa")
WRONG = graded(part(check(0.0)), student="Rosa")

KINDS: dict[str, tuple[Outcome | None, Outcome | None, str]] = {
    "more points": (WRONG, RIGHT, "gains"),
    "fewer points": (RIGHT, WRONG, "loses"),
    "all of a smaller total": (RIGHT, graded(part(check(1.0, 1.0)), student="Rosa"), "rescaled"),
    "more points but a smaller share": (
        RIGHT, graded(part(check(2.0), check(1.0, 3.0, name=OTHER)), student="Rosa"), "loses"
    ),
    "another hint": (
        graded(part(check(0.0, diagnosis=cause(hint="Old."))), student="Rosa"),
        graded(part(check(0.0, diagnosis=cause(hint="New."))), student="Rosa"),
        "reworded",
    ),
    "another note": (RIGHT, graded(part(check(2.0)), student="Rosa", notes=("A note.",)), "reworded"),
    "a fault of ours": (RIGHT, HELD, "held"),
    "a fault of ours in what was refused": (REFUSAL, HELD, "held"),
    "a fault of ours in what is new": (None, HELD, "held"),
    "no fault of ours any more": (HELD, RIGHT, "decided"),
    "refused now": (RIGHT, REFUSAL, "refused"),
    "new and refused": (None, REFUSAL, "refused"),
    "refused for another reason": (REFUSAL, msgspec.structs.replace(REFUSAL, reason="It is huge."), "reworded"),
    "read now": (REFUSAL, RIGHT, "decided"),
    "new": (None, RIGHT, "new"),
    "gone": (RIGHT, None, "gone"),
    "refused and gone": (REFUSAL, None, "gone"),
}  # fmt: skip


@pytest.mark.parametrize("name", KINDS)
def test_what_happens_to_a_student_is_named(name: str) -> None:
    before, after, kind = KINDS[name]
    assert one_change(before, after).kind == kind


WHY: dict[str, tuple[Outcome | None, Outcome | None, str]] = {
    "held": (RIGHT, HELD, "The check itself failed: no."),
    "decided": (HELD, RIGHT, "It was held: The check itself failed: no."),
    "refused": (RIGHT, REFUSAL, "The archive is empty."),
    "read": (REFUSAL, RIGHT, "It was refused: The archive is empty."),
    "new": (None, RIGHT, "It was not among the hand-ins before."),
    "gone": (RIGHT, None, "It is no longer among the hand-ins."),
    "a note": (
        RIGHT,
        graded(part(check(2.0)), student="Rosa", notes=("A note.",)),
        "What is said of reading the hand-in changed.",
    ),
    "another hand-in with a note": (
        RIGHT, graded(part(check(2.0)), student="Rosa", notes=("A note.",), digest="b"), "The hand-in itself changed."
    ),
}  # fmt: skip


@pytest.mark.parametrize("name", WHY)
def test_why_is_told_where_no_part_tells(name: str) -> None:
    before, after, sentence = WHY[name]
    assert one_change(before, after).why == (sentence,)


def test_points_that_are_not_decided_are_none() -> None:
    found = one_change(RIGHT, HELD)
    assert (found.before, found.after) == (2.0, None)


def test_of_whom_nothing_changes_nothing_is_told() -> None:
    found = compared([RIGHT, graded(part(check(0.0)))], [RIGHT, graded(part(check(0.0)))])
    assert (found.changes, found.unchanged) == ((), 2)


def test_times_are_no_change() -> None:
    case = msgspec.structs.replace(check().cases[0], cpu_s=9.0, wall_s=9.0)
    slower = msgspec.structs.replace(check(), cases=(case,))
    assert compared([graded(part(check()))], [graded(part(slower))]).changes == ()


def test_only_parts_that_changed_are_named() -> None:
    before = graded(part(check(2.0)), part(check(2.0), name="b"))
    after = graded(part(check(2.0)), part(check(0.0), name="b"))
    assert [one.part for one in one_change(before, after).parts] == ["b"]


def test_a_part_tells_its_points_before_and_after() -> None:
    (found,) = one_change(RIGHT, graded(part(check(1.0, 4.0)), student="Rosa")).parts
    assert (found.before, found.possible_before, found.after, found.possible_after) == (2.0, 2.0, 1.0, 4.0)


def test_a_part_that_is_new_has_no_points_before() -> None:
    (found,) = one_change(RIGHT, graded(part(check(2.0)), part(check(), name="b"), student="Rosa")).parts
    assert (found.part, found.before, found.after) == ("b", None, 2.0)


def test_a_part_that_is_gone_has_no_points_after() -> None:
    (found,) = one_change(graded(part(check(2.0)), part(check(), name="b"), student="Rosa"), RIGHT).parts
    assert (found.part, found.before, found.after) == ("b", 2.0, None)


def test_a_check_tells_how_it_came_out_before_and_after() -> None:
    (found,) = one_change(RIGHT, WRONG).parts
    assert found.checks == (
        CheckChange(
            title="Computes it", before=Status.PASSED, after=Status.FAILED, earned_before=2.0, earned_after=0.0
        ),
    )


def test_a_part_tells_its_diagnosis_before_and_after() -> None:
    after = graded(part(check(0.0, diagnosis=cause())), student="Rosa")
    (found,) = one_change(WRONG, after).parts
    assert (found.said_before, found.said_after) == ("", "mask-omitted: dx is wrong. Look at the mask.")


def test_the_reasons_of_a_student_are_those_of_the_parts_each_once() -> None:
    before = graded(part(check(2.0)), part(check(2.0), name="b"))
    after = graded(part(check(0.0)), part(check(0.0), name="b"), digest="another")
    assert one_change(before, after).why == ("The hand-in itself changed.",)


def test_who_moves_most_comes_first_among_their_kind() -> None:
    names = ("ada", "bob", "cem")
    before = [graded(part(check(4.0, 4.0)), student=name) for name in names]
    after = [
        graded(part(check(earned, 4.0)), student=name) for name, earned in zip(names, (3.0, 0.0, 3.0), strict=True)
    ]
    assert [one.key for one in compared([*before], [*after]).changes] == ["bob", "ada", "cem"]


def test_a_change_of_the_course_that_moves_nobody_is_told() -> None:
    then, now = (ingredient("data", "1", "digits.npz"),), (ingredient("data", "2", "digits.npz"),)
    before, after = (graded(part(check()), bases={"a": resting(*made)}) for made in (then, now))
    found = difference(results([before], []), results([after], []), by_digest(then, now))
    assert (found.course, found.unchanged) == (("The data file `digits.npz` changed.",), 1)


@pytest.fixture
def stores(tmp_path: Path) -> Iterator[tuple[Store, Store]]:
    with open_store(tmp_path / "a.sqlite") as first, open_store(tmp_path / "b.sqlite") as second:
        first.put(graded(part(check())), "checks")
        yield first, second


def test_results_are_the_same_whatever_they_rest_on_and_however_long_they_took(stores: tuple[Store, Store]) -> None:
    same = graded(part(check()), bases={"a": Basis(digest="another")})
    stores[1].put(msgspec.structs.replace(same, grade=msgspec.structs.replace(same.grade, wall_s=3.0)), "others")
    assert are_the_same(*stores)


def test_results_with_another_picture_are_not_the_same(stores: tuple[Store, Store]) -> None:
    other = check()
    case = msgspec.structs.replace(other.cases[0], output="printed")
    stores[1].put(graded(part(msgspec.structs.replace(other, cases=(case,)))), "checks")
    assert not are_the_same(*stores)
