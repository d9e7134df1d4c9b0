from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import pytest

from grader.model import CheckGrade, Grade, Status
from grader.report.items import FEWEST, Item, items
from tests.report import factory


def graded(title: str, fraction: float) -> CheckGrade:
    status = Status.PASSED if fraction == 1 else Status.FAILED if fraction == 0 else Status.PARTIAL
    return factory.check(title, [factory.case(status, fraction=fraction)], points=4)


def a_class(**fractions: Sequence[float]) -> list[Grade]:
    """Return a class by what each student (position) earned in each check (name)."""
    return [
        factory.grade(
            [
                factory.part(
                    "p", "Part", Status.PARTIAL, [graded(name, values[place]) for name, values in fractions.items()]
                )
            ],
            key=f"s{place}",
        )
        for place in range(len(next(iter(fractions.values()))))
    ]


def item(grades: Sequence[Grade], title: str) -> Item:
    return next(found for found in items(grades) if found.check.title == title)


ABILITY = [0.0, 0.1, 0.2, 0.3, 0.4, 0.5, 0.6, 0.7, 0.8, 0.9, 1.0, 1.0]
AGAINST = [1.0, 1.0, 1.0, 1.0, 1.0, 1.0, 0.0, 0.0, 0.0, 0.0, 0.0, 0.0]
UNRELATED = [1.0, 0.0] * 6


def test_difficulty_is_the_mean_share_of_the_points() -> None:
    assert item(a_class(a=[1.0, 0.25, 0.25]), "a").difficulty == pytest.approx(0.5)


def test_discrimination_is_the_correlation_with_all_other_checks() -> None:
    found = item(a_class(a=ABILITY, b=UNRELATED, c=AGAINST), "a").discrimination
    expected = np.corrcoef(ABILITY, np.add(UNRELATED, AGAINST))[0, 1]
    assert found == pytest.approx(expected, abs=1e-12)


def test_students_who_passed_are_counted() -> None:
    assert (item(a_class(a=ABILITY), "a").passed, item(a_class(a=ABILITY), "a").students) == (2, 12)


def test_a_check_that_strong_students_fail_stands_out() -> None:
    assert item(a_class(a=ABILITY, b=ABILITY, c=AGAINST), "c").remark == (
        "Students who are good elsewhere lose points here: look whether the check or its text is wrong."
    )


def test_a_check_that_nearly_all_pass_stands_out() -> None:
    found = item(a_class(a=ABILITY, b=[1.0] * 12), "b")
    assert (found.discrimination, found.remark) == (None, "Too easy: nearly everybody earns all of it.")


def test_a_check_that_hardly_anybody_passes_stands_out() -> None:
    assert item(a_class(a=ABILITY, b=[0.0] * 11 + [1.0]), "b").remark == (
        "Too hard: hardly anybody earns it. Look whether the text says what is asked."
    )


def test_a_check_that_does_not_tell_students_apart_stands_out() -> None:
    unrelated = [0.0, 1.0, 0.0, 1.0, 1.0, 0.0, 0.0, 1.0, 1.0, 0.0, 1.0, 0.0]
    found = item(a_class(a=ABILITY, b=unrelated), "b")
    assert found.remark == "Hardly tells strong students from weak ones.", found.discrimination


def test_a_good_check_does_not_stand_out() -> None:
    assert item(a_class(a=ABILITY, b=ABILITY), "a").remark == ""


def test_a_handful_of_students_is_no_ground_for_a_remark() -> None:
    found = item(a_class(a=ABILITY[: FEWEST - 1], b=AGAINST[: FEWEST - 1]), "b")
    assert (found.discrimination, found.remark) == (None, "")


def test_a_check_that_a_handful_passes_is_not_called_easy() -> None:
    assert item(a_class(a=[1.0] * (FEWEST - 1)), "a").remark == ""


def test_an_error_of_ours_does_not_count() -> None:
    part = factory.part("p", "Part", Status.ERROR, [factory.check("a", [factory.case(Status.ERROR)])])
    assert item([*a_class(a=ABILITY), factory.grade([part])], "a").students == 12


def test_a_held_student_does_not_count() -> None:
    [found] = [found for found in items([factory.held_grade()]) if found.check.title.startswith("Adds the bias")]
    assert (found.students, found.difficulty) == (0, None)
