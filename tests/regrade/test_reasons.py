"""Why a part came out otherwise: in sentences that name what somebody changed."""

from __future__ import annotations

import pytest

from grader.model import PartGrade
from grader.regrade.reasons import why
from grader.session.basis import Basis
from grader.session.ingredients import Ingredient, Kind
from tests.regrade.factory import CHECK, OTHER, by_digest, cause, check, graded, ingredient, part, resting


def reasons(
    before: tuple[Ingredient, ...],
    after: tuple[Ingredient, ...],
    was: PartGrade | None = None,
    now: PartGrade | None = None,
) -> tuple[str, ...]:
    """Return why a part that lost its points did, with ingredients before and after."""
    then = graded(was or part(check(2.0)), bases={"a": resting(*before)})
    later = graded(now or part(check(0.0)), bases={"a": resting(*after)})
    return why("a", then, later, by_digest(before, after))


SENTENCES: dict[Kind, tuple[str, str]] = {
    "grader": ("", "The grader itself is another version."),
    "secret": ("", "The course's secret is another one, so that hidden checks draw other inputs."),
    "assignment": ("", "The parts in `assignment.toml` changed."),
    "reference": ("tiny.py", "The reference solution `tiny.py` changed."),
    "data": ("digits.npz", "The data file `digits.npz` changed."),
    "helper": ("shapes.py", "The file `shapes.py` beside the checks changed."),
    "surroundings": ("test_a.py", "What `test_a.py` holds beside its checks changed."),
    "check": (CHECK, "The check `test_values` changed."),
    "points": (CHECK, "The check `test_values` is worth 3 instead of 2 points."),
    "cases": (CHECK, "The check `test_values` has other cases."),
}


@pytest.mark.parametrize("kind", SENTENCES)
def test_what_changed_is_named(kind: Kind) -> None:
    name, sentence = SENTENCES[kind]
    assert reasons((ingredient(kind, "2", name),), (ingredient(kind, "3", name),)) == (sentence,)


WORDS: dict[Kind, tuple[str, str]] = {
    "title": (CHECK, "The check `test_values` is called “3” now."),
    "visibility": (CHECK, "The check `test_values` is 3 now."),
    "misconception": ("mask-omitted", "The misconception `mask-omitted` changed."),
    "hint": ("mask-omitted", "The hint of the misconception `mask-omitted` changed."),
}


@pytest.mark.parametrize("kind", WORDS)
def test_what_changed_the_words_is_named(kind: Kind) -> None:
    name, sentence = WORDS[kind]
    was, now = part(check(0.0, diagnosis=cause())), part(check(0.0, title="New", diagnosis=cause(hint="Other.")))
    found = reasons((ingredient(kind, "2", name),), (ingredient(kind, "3", name),), was, now)
    assert found == (sentence,)


NOUNS = {"data": "data file", "check": "check", "misconception": "misconception", "helper": ""}


@pytest.mark.parametrize(("before", "after", "fate"), [((), ("x",), "is new"), (("x",), (), "is gone")])
@pytest.mark.parametrize("kind", ["data", "helper", "check", "misconception"])
def test_what_came_or_went_is_said_to(kind: Kind, before: tuple[str, ...], after: tuple[str, ...], fate: str) -> None:
    then, now = ([ingredient(kind, value, "file::x") for value in values] for values in (before, after))
    (sentence,) = reasons(tuple(then), tuple(now))
    assert sentence in (f"The {NOUNS[kind]} `x` {fate}.", f"The file `x` beside the checks {fate}.")


def test_a_new_check_is_told_once() -> None:
    new: list[Kind] = ["check", "points", "title", "visibility", "cases"]
    was, now = part(check(2.0)), part(check(2.0), check(0.0, name=OTHER))
    assert reasons((), tuple(ingredient(kind, "1", OTHER) for kind in new), was, now) == (
        "The check `test_shape` is new.",
    )


def test_a_check_that_came_out_the_same_is_no_reason() -> None:
    before = (ingredient("check", "1", CHECK), ingredient("check", "1", OTHER))
    after = (ingredient("check", "2", CHECK), ingredient("check", "2", OTHER))
    was, now = (part(check(earned), check(2.0, name=OTHER)) for earned in (2.0, 0.0))
    assert reasons(before, after, was, now) == ("The check `test_values` changed.",)


def test_a_hint_is_no_reason_for_points() -> None:
    before = (ingredient("check", "1", CHECK), ingredient("hint", "1", "mask-omitted"))
    after = (ingredient("check", "2", CHECK), ingredient("hint", "2", "mask-omitted"))
    now = part(check(0.0, diagnosis=cause()))
    assert reasons(before, after, None, now) == ("The check `test_values` changed.",)


def test_a_misconception_nobody_spoke_of_is_no_reason() -> None:
    before = (ingredient("hint", "1", "mask-omitted"), ingredient("hint", "1", "bias-omitted"))
    after = (ingredient("hint", "2", "mask-omitted"), ingredient("hint", "2", "bias-omitted"))
    was, now = (part(check(0.0, diagnosis=cause(hint=hint))) for hint in ("Old.", "New."))
    assert reasons(before, after, was, now) == ("The hint of the misconception `mask-omitted` changed.",)


def test_the_grader_itself_is_named_last() -> None:
    before = (ingredient("grader", "1"), ingredient("check", "1", CHECK))
    after = (ingredient("grader", "2"), ingredient("check", "2", CHECK))
    assert reasons(before, after) == ("The check `test_values` changed.", "The grader itself is another version.")


def test_another_hand_in_is_the_only_reason() -> None:
    then = graded(part(check(2.0)), bases={"a": Basis(digest="1")})
    now = graded(part(check(0.0)), bases={"a": Basis(digest="2")}, digest="another")
    assert why("a", then, now, {}) == ("The hand-in itself changed.",)


def test_a_part_that_turned_wrong_is_named_where_it_is_used() -> None:
    then = graded(part(check(0.0)), part(check(), name="b"), bases={"a": Basis(digest="1", wrong=())})
    now = graded(part(check(2.0)), part(check(0.0), name="b"), bases={"a": Basis(digest="1", wrong=("b",))})
    assert why("a", then, now, {}) == ("`b`, which it uses, is wrong now.",)


def test_a_part_that_turned_right_is_named_where_it_is_used() -> None:
    then = graded(part(check(0.0)), part(check(0.0), name="b"), bases={"a": Basis(digest="1", wrong=("b",))})
    now = graded(part(check(2.0)), part(check(), name="b"), bases={"a": Basis(digest="1", wrong=())})
    assert why("a", then, now, {}) == ("`b`, which it uses, is right now.",)


@pytest.mark.parametrize(
    ("before", "after", "sentence"),
    [
        ((), ("b",), "`b`, which it uses, runs out of time now."),
        (("b",), (), "`b`, which it uses, is in time now."),
    ],
)
def test_a_part_that_was_stopped_is_named_where_it_is_used(
    before: tuple[str, ...], after: tuple[str, ...], sentence: str
) -> None:
    then = graded(part(check(0.0)), bases={"a": Basis(digest="1", stopped=before)})
    now = graded(part(check(2.0)), bases={"a": Basis(digest="1", stopped=after)})
    assert why("a", then, now, {}) == (sentence,)


def test_a_result_that_was_cut_short_is_said_to_be() -> None:
    sentence = "The earlier result was cut short or held, so the part was run again."
    assert why("a", graded(part(check(2.0)), bases={}), graded(part(check(0.0))), {}) == (sentence,)


def test_results_of_an_earlier_version_are_said_to_tell_nothing() -> None:
    then = graded(part(check(2.0)), bases={"a": Basis(digest="1")})
    now = graded(part(check(0.0)), bases={"a": Basis(digest="2")})
    sentence = "The course or the grader changed; the earlier results do not keep what they were made of."
    assert why("a", then, now, {}) == (sentence,)


def test_what_comes_out_otherwise_for_no_reason_is_said_to() -> None:
    sentence = "Nothing that it rests on changed: it does not come out the same every time, as with time limits."
    assert why("a", graded(part(check(2.0))), graded(part(check(0.0))), {}) == (sentence,)
