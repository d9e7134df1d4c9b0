"""What counts for a student: automatic points, the instructor's, what being late takes off, and which attempt."""

from __future__ import annotations

from datetime import datetime
from typing import Literal

import msgspec
import pytest

from grader.final import chosen_attempts, days_late, final_grade, final_grades, holding, shown_at
from grader.model import Arrival, Final, Grade, Hand, Late, PartGrade, Policy, Refusal, Remark, Status

DUE = "2026-11-30T23:59:00+01:00"
TENTH = Late(per_day=0.1, grace_minutes=15)


def grade(key: str = "ada", *, affine: float = 3.0, relu: float = 2.0, held: bool = False) -> Grade:
    """Return a grade of two parts, of 4 and 2 points."""
    parts = tuple(
        PartGrade(part=name, title=name.capitalize(), status=Status.PARTIAL, earned=earned, possible=possible)
        for name, earned, possible in (("affine", affine, 4.0), ("relu", relu, 2.0))
    )
    return Grade(
        assignment="mlp", assignment_title="MLP", student=key, key=key, digest="d", origin=f"{key}.py",
        earned=affine + relu, possible=6.0, parts=parts, held=held,
    )  # fmt: skip


def remark(number: int = 1, part: str = "affine", **fields: object) -> Remark:
    values: dict[str, object] = {
        "number": number, "key": "ada", "part": part, "author": "kim", "time": "2026-12-01T10:00:00+00:00",
    }  # fmt: skip
    return Remark(**values | fields)  # type: ignore[arg-type]  # the names are those of Remark


def arrival(submitted: str, key: str = "ada", **fields: object) -> Arrival:
    values: dict[str, object] = {"key": key, "student_key": key, "submitted": submitted, "told_by": "list"}
    return Arrival(**values | fields)  # type: ignore[arg-type]  # the names are those of Arrival


def final(*remarks: Remark, submitted: str = "", late: Late | None = TENTH) -> Final:
    return final_grade(grade(), remarks, arrival(submitted), Policy(due=DUE, late=late))


def test_without_remarks_the_total_is_the_automatic_one() -> None:
    assert (final().automatic, final().adjustment, final().late, final().total) == (5.0, 0.0, 0.0, 5.0)


def test_points_are_added_to_the_automatic_ones() -> None:
    assert final(remark(points=0.5)).total == 5.5


def test_points_that_are_set_take_the_place_of_the_automatic_ones() -> None:
    assert final(remark(points=0.5, sets=True)).total == 2.5


def test_points_that_are_added_stay_so_when_the_automatic_ones_change() -> None:
    regraded = final_grade(grade(affine=4.0), [remark(points=-0.5)], None, Policy())
    assert (regraded.automatic, regraded.total) == (6.0, 5.5)


def test_points_that_are_set_stay_so_when_the_automatic_ones_change() -> None:
    regraded = final_grade(grade(affine=4.0), [remark(points=1.0, sets=True)], None, Policy())
    assert (regraded.automatic, regraded.adjustment, regraded.total) == (6.0, -3.0, 3.0)


def test_points_are_added_to_what_an_earlier_entry_set() -> None:
    assert final(remark(points=1.0, sets=True), remark(2, points=0.25)).parts[0].points == 1.25


def test_points_that_are_set_forget_what_was_added_before() -> None:
    assert final(remark(points=0.25), remark(2, points=1.0, sets=True)).parts[0].points == 1.0


def test_no_part_has_less_than_nothing() -> None:
    assert (final(remark(points=-7.0)).parts[0].points, final(remark(points=-7.0)).total) == (0.0, 2.0)


def test_a_hand_in_has_no_less_than_nothing_and_its_columns_add_up() -> None:
    found = final(remark(part="", points=-50.0))
    assert (found.automatic, found.adjustment, found.late, found.total) == (5.0, -5.0, 0.0, 0.0)


def test_a_comment_changes_no_points() -> None:
    found = final(remark(comment="Well explained."))
    assert (found.total, found.parts[0].remarks[0].comment) == (5.0, "Well explained.")


def test_a_part_nobody_wrote_on_is_not_listed() -> None:
    assert [part.part for part in final(remark(points=1.0)).parts] == ["affine"]


def test_a_remark_on_a_part_that_is_gone_counts_for_nothing_and_is_kept() -> None:
    lost = remark(part="tanh", points=5.0)
    assert (final(lost).total, final(lost).gone) == (5.0, (lost,))


def test_being_late_takes_its_share_of_adjusted_points() -> None:
    found = final(remark(points=1.0), submitted="2026-12-01T23:00:00+00:00")  # a day and a minute late
    assert (found.days_late, found.late, found.adjustment, found.total) == (2, 1.2, 1.0, 4.8)


def test_points_on_the_whole_are_not_taken_from_by_being_late() -> None:
    found = final(remark(part="", points=0.5), submitted="2026-12-01T10:00:00+00:00")
    assert (found.late, found.adjustment, found.total) == (0.5, 0.5, 5.0)


def test_no_more_is_taken_off_than_the_floor_leaves() -> None:
    late = Late(per_day=0.3, floor=0.5)
    assert final(submitted="2027-01-30T10:00:00+00:00", late=late).late == 2.5


def test_no_more_is_taken_off_than_there_is() -> None:
    assert final(submitted="2027-06-30T10:00:00+00:00").total == 0.0


@pytest.mark.parametrize(
    ("submitted", "days"),
    [
        ("2026-11-30T22:59:00+00:00", 0),  # the very minute, in another time zone
        ("2026-11-30T23:14:00+00:00", 0),  # the last of the grace
        ("2026-11-30T23:14:01+00:00", 1),  # days count from the due date
        ("2026-12-01T22:59:00+00:00", 1),
        ("2026-12-01T22:59:01+00:00", 2),
        ("", 0),
    ],
)
def test_days_late_are_days_begun_after_the_due_date(submitted: str, days: int) -> None:
    assert days_late(arrival(submitted), Policy(due=DUE, late=TENTH)) == days


def test_without_a_due_date_nobody_is_late() -> None:
    assert days_late(arrival("2030-01-01T00:00:00+00:00"), Policy(late=TENTH)) == 0


def test_without_a_policy_the_days_are_counted_and_cost_nothing() -> None:
    found = final(submitted="2026-12-01T10:00:00+00:00", late=None)
    assert (found.days_late, found.late) == (1, 0.0)


def test_what_was_undone_no_longer_holds() -> None:
    first, second = remark(1, points=1.0), remark(2, points=2.0)
    assert holding([first, second, remark(3, undoes=1)]) == (second,)


def test_what_was_undone_twice_holds_again() -> None:
    first = remark(1, points=1.0)
    assert holding([first, remark(2, undoes=1), remark(3, undoes=2)]) == (first,)


def test_remarks_on_another_student_count_for_nothing() -> None:
    finals = final_grades([grade("ada"), grade("bela")], Hand(remarks=(remark(points=1.0),)))
    assert (finals["ada"].total, finals["bela"].total) == (6.0, 5.0)


def attempts(*arrivals: Arrival, policy: Policy | None = None) -> Hand:
    return Hand(policy=policy or Policy(attempts="best"), arrivals=arrivals)


FIRST = arrival("2026-11-30T10:00:00+00:00", "ada", attempt=1, attempts=2)
SECOND = arrival("2026-12-02T10:00:00+00:00", "ada-attempt-2", student_key="ada", attempt=2, attempts=2)


def test_the_best_attempt_counts_under_the_students_own_key() -> None:
    chosen = chosen_attempts([grade("ada"), grade("ada-attempt-2", affine=4.0)], [], attempts(FIRST, SECOND))
    assert [(g.key, g.earned) for g in chosen.grades] == [("ada", 6.0)]


def test_of_equal_attempts_the_last_counts() -> None:
    chosen = chosen_attempts([grade("ada"), grade("ada-attempt-2")], [], attempts(FIRST, SECOND))
    assert chosen.hand.arrivals == (msgspec.structs.replace(SECOND, key="ada"),)


def test_the_best_is_the_one_that_counts_most_after_being_late() -> None:
    policy = Policy(attempts="best", due=DUE, late=Late(per_day=0.5))
    hand = attempts(FIRST, SECOND, policy=policy)
    chosen = chosen_attempts([grade("ada"), grade("ada-attempt-2", affine=4.0)], [], hand)
    assert chosen.grades[0].earned == 5.0


def test_an_attempt_that_was_refused_is_left_out_where_another_was_graded() -> None:
    refused = Refusal(student="ada", key="ada-attempt-2", origin="ada.py", reason="It is empty.")
    chosen = chosen_attempts([grade("ada")], [refused], attempts(FIRST, SECOND))
    assert ([g.key for g in chosen.grades], chosen.refusals) == (["ada"], ())


def test_a_student_of_whom_every_attempt_was_refused_is_refused() -> None:
    refusals = [Refusal(student="ada", key=key, origin="", reason="Empty.") for key in ("ada", "ada-attempt-2")]
    assert [r.key for r in chosen_attempts([], refusals, attempts(FIRST, SECOND)).refusals] == ["ada"]


def test_a_held_attempt_holds_the_report() -> None:
    chosen = chosen_attempts([grade("ada", held=True), grade("ada-attempt-2")], [], attempts(FIRST, SECOND))
    assert chosen.grades[0].held


def test_hand_ins_of_which_nothing_is_known_stay_as_they_are() -> None:
    chosen = chosen_attempts([grade("ada"), grade("bela")], [], Hand())
    assert [g.key for g in chosen.grades] == ["ada", "bela"]


@pytest.mark.parametrize(
    ("now", "shown"), [("2026-11-30T22:58:00+00:00", "public"), ("2026-12-01T00:00:00+00:00", "all")]
)
def test_after_due_shows_nothing_hidden_until_the_due_date(now: str, shown: str) -> None:
    assert shown_at(Policy(due=DUE, release="after-due"), datetime.fromisoformat(now)) == shown


@pytest.mark.parametrize("release", ["all", "scores", "public"])
def test_other_releases_do_not_depend_on_the_time(release: Literal["all", "scores", "public"]) -> None:
    assert shown_at(Policy(due=DUE, release=release), datetime.fromisoformat("2036-01-01T00:00:00+00:00")) == release
