"""What a run tells of lateness, attempts and release."""

from __future__ import annotations

from grader.commands.sentences import hand_sentences
from grader.final import final_grades
from grader.model import Arrival, Hand, Policy
from grader.report.release import Shown
from tests.test_final import DUE, arrival, grade, remark


def said(hand: Hand, *keys: str, shown: Shown = "all") -> list[str]:
    grades = [grade(key) for key in keys]
    return list(hand_sentences(grades, hand, final_grades(grades, hand), shown))


def test_where_nothing_was_decided_nothing_is_said() -> None:
    assert said(Hand(), "ada") == []


def test_who_is_late_is_counted_with_the_source_of_the_times() -> None:
    arrivals = (
        arrival("2026-12-02T10:00:00+00:00", "ada"),
        arrival("2026-11-02T10:00:00+00:00", "bela", told_by="gradescope"),
    )
    assert said(Hand(policy=Policy(due=DUE), arrivals=arrivals), "ada", "bela") == [
        "Due 2026-11-30T23:59:00+01:00: 1 late. Times of handing in: 1 from Gradescope, 1 from the list."
    ]


def test_where_no_time_is_known_the_students_are_named() -> None:
    keys = ("ada", "bela", "chen", "dora", "emil", "fay", "gus")
    assert said(Hand(policy=Policy(due=DUE)), *keys)[1] == (
        "No time is known for ada, bela, chen, dora, emil and 2 more: nothing is taken off. Give --submitted with a "
        "list of times, or --submitted files to trust the dates of the files."
    )


def test_several_attempts_are_told() -> None:
    hand = Hand(arrivals=(Arrival(key="ada", student_key="ada", attempt=2, attempts=2),))
    assert said(hand, "ada") == ["1 with several attempts (ada); the last one counts."]


def test_entries_on_parts_that_are_gone_are_told() -> None:
    assert said(Hand(remarks=(remark(7, "tanh", points=1.0),)), "ada") == [
        "Written on parts that the assignment no longer has, and counted for nothing: entry 7."
    ]


def test_what_is_not_released_is_told() -> None:
    assert said(Hand(), "ada", shown="public") == ["Students read nothing of hidden checks yet, and no total."]
