"""What a student reads of the instructor's hand, and what is not released of hidden checks."""

from __future__ import annotations

import re

import pytest

from grader.model import Arrival, Final, FinalPart, Grade, Remark, Status
from grader.report import render_student
from grader.report.release import Shown, as_released
from tests.report import factory


def remark(comment: str = "", **fields: object) -> Remark:
    values: dict[str, object] = {
        "number": 1, "key": "ada", "author": "AUTHOR-KIM", "time": "2026-12-01T10:00:00+00:00",
        "reason": "REASON-SECRET", "comment": comment,
    }  # fmt: skip
    return Remark(**values | fields)  # type: ignore[arg-type]  # the names are those of Remark


def final(**fields: object) -> Final:
    """Return what counts for a student to whom 1.5 points were given and from whom 0.5 were taken for lateness."""
    values: dict[str, object] = {
        "key": "ada", "automatic": 7.5, "adjustment": 1.5, "late": 0.5, "total": 8.5, "possible": 13.5, "days_late": 1,
        "parts": (
            FinalPart(
                part="affine_backward", title="Affine layer, backward", automatic=4.0, points=5.5,
                remarks=(remark("Your derivation is right."),),
            ),
        ),
        "remarks": (remark("Come and see me."),),
        "arrival": Arrival(
            key="ada", student_key="ada", attempt=2, attempts=3, submitted="2026-12-01T10:30:00+00:00", told_by="list"
        ),
    }  # fmt: skip
    return Final(**values | fields)  # type: ignore[arg-type]  # the names are those of Final


def page(given: Final | None, shown: Shown = "all", grade: Grade | None = None) -> str:
    """Return the text of a report, a tag a space."""
    grade = grade or factory.grade([factory.failed_part(), factory.passed_part()], key="ada")
    html = render_student(grade, final=given, shown=shown)
    return re.sub(r"\s+", " ", re.sub(r"<[^>]*>", " ", html.partition("<main")[2]))


@pytest.mark.parametrize(
    "sentence",
    [
        "8.5 of 13.5 points",
        "Of your 3 attempts, number 2 counts.",
        "The checks gave 7.5 points.",
        "Your instructor added 1.5 points.",
        "Handed in late, with 1 day begun after the due date (2026-12-01 10:30 UTC, by the course&#39;s list): "
        "0.5 points taken off.",
        "Come and see me.",
        "5.5 points instead of the 4 that the checks gave.",
        "Your derivation is right.",
    ],
)
def test_a_report_tells_what_was_decided_beside_the_checks(sentence: str) -> None:
    assert sentence in page(final())


def test_the_automatic_points_of_a_part_stay_with_it() -> None:
    assert "Affine layer, backward affine_backward Partial 4 / 10" in page(final())


def test_points_by_hand_count_in_what_would_earn_the_most_next() -> None:
    assert re.search(r"most next Affine layer, backward 4\.5 points", page(final()))


def test_before_the_release_points_by_hand_do_not_count_there() -> None:
    assert "4.5 points" not in page(final(), shown="public")


@pytest.mark.parametrize("secret", ["REASON-SECRET", "AUTHOR-KIM"])
def test_students_read_neither_reason_nor_author(secret: str) -> None:
    assert secret not in page(final())


def test_where_nobody_decided_anything_there_is_no_such_section() -> None:
    plain = final(adjustment=0.0, late=0.0, total=7.5, days_late=0, parts=(), remarks=(), arrival=None)
    assert page(plain) == page(None)
    assert "From your instructor" not in page(plain)


def test_a_comment_on_a_held_report_is_shown_without_points() -> None:
    text = page(final(), grade=factory.held_grade())
    assert ("Come and see me." in text, "instead of" in text, "The checks gave" in text) == (True, False, False)


def test_a_comment_is_escaped() -> None:
    html = render_student(factory.rich_grade(), final=final(remarks=(remark(factory.HOSTILE),)))
    assert "<script>document" not in html


MIXED = ("affine_backward", "softmax_loss")


def mixed() -> Grade:
    """Return a grade with a part of both kinds of checks, and one of hidden checks alone."""
    return factory.grade([factory.failed_part(), factory.hidden_part()], key="ada")


def test_everything_is_as_it_was_when_all_is_released() -> None:
    assert as_released(mixed(), "all") == mixed()


def test_without_hidden_checks_a_part_has_the_points_of_its_public_ones() -> None:
    (part,) = as_released(mixed(), "public").parts
    public = factory.failed_part().checks[0]
    assert (part.part, part.earned, part.possible, part.checks) == (
        "affine_backward", public.earned, public.check.points, (public,),
    )  # fmt: skip


def test_without_hidden_checks_the_whole_has_the_points_of_the_public_ones() -> None:
    found = as_released(mixed(), "public")
    assert (found.earned, found.possible) == (found.parts[0].earned, found.parts[0].possible)


def test_a_part_of_hidden_checks_alone_is_not_shown() -> None:
    assert [part.part for part in as_released(mixed(), "public").parts] == ["affine_backward"]


def test_a_diagnosis_that_hidden_checks_made_is_not_shown() -> None:
    part = as_released(mixed(), "scores").parts[1]
    assert (part.diagnosis, part.earned, part.possible) == (None, mixed().parts[1].earned, mixed().parts[1].possible)


def test_hidden_checks_without_names_are_one_with_their_points() -> None:
    part = as_released(mixed(), "scores").parts[1]
    (merged,) = part.checks
    assert (merged.check.title, merged.earned, merged.check.points, merged.status, merged.cases) == (
        "Hidden checks", part.earned, 6.0, Status.PARTIAL, (),
    )  # fmt: skip


HIDDEN_TITLES = ("Loss and gradient on random scores", "Gradients for inputs of rank 4")


@pytest.mark.parametrize("title", HIDDEN_TITLES)
@pytest.mark.parametrize("shown", ["scores", "public"])
def test_no_hidden_name_is_on_the_page(shown: Shown, title: str) -> None:
    assert (title in page(None, "all", mixed()), title in page(None, shown, mixed())) == (True, False)


def test_what_is_not_released_is_said() -> None:
    assert "The hidden checks are not released yet: this page shows the public checks and their points alone." in page(
        None, "public", mixed()
    )
    assert "What the hidden checks are is not shown; their points count." in page(None, "scores", mixed())


def test_before_the_release_no_total_is_told() -> None:
    text = page(final(total=8.765), "public", mixed())
    assert [number for number in ("8.77", "7.5", "1.5 points", "instead of") if number in text] == []


def test_before_the_release_comments_are_read() -> None:
    text = page(final(), "public", mixed())
    assert ("Come and see me." in text, "with 1 day begun after the due date" in text) == (True, True)


def test_nobody_is_told_that_all_is_right_where_hidden_checks_are_not_shown() -> None:
    right = factory.part("f", "F", Status.PASSED, [factory.check("Right", [factory.case(Status.PASSED)], hidden=False)])
    text = page(None, "public", factory.grade([right, factory.hidden_part()]))
    assert "Every point of the public checks is earned. Well done." in text
