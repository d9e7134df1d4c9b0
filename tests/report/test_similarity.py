from __future__ import annotations

from collections.abc import Sequence

import msgspec
import pytest

from grader.model import Excerpt, Grade, Status
from grader.report.similarity import ALIKE, pairs
from tests.report import hand_ins
from tests.report.hand_ins import ASSIGNMENTS, Disguise, a_class, disguised, recommented, renamed, reordered, sources

# Hardly any of its code stands in the parts: they call classes of its own.
TOO_LITTLE = "components_classes"


def names(grades: Sequence[Grade]) -> list[tuple[str, str]]:
    return [(pair.one.student, pair.other.student) for pair in pairs(grades)]


def code(part: str, text: str) -> dict[str, Excerpt]:
    return {part: Excerpt(label="mlp.py", first_line=1, text=text)}


def long_function(seed: int) -> str:
    """Return a function that no other seed gives, of some 300 words and signs."""
    lines = [f"    value_{n} = x[{seed * n % 97}] + {seed * n % 89} * np.sum(x[{n}:], axis={n % 2})" for n in range(20)]
    return "\n".join(["def train(x):", *lines, "    return value_3"])


@pytest.mark.parametrize("assignment", ASSIGNMENTS)
def test_independent_solutions_are_not_alike(assignment: str) -> None:
    assert names(a_class(assignment)) == []


@pytest.mark.parametrize("assignment", ASSIGNMENTS)
def test_two_independent_solutions_alone_are_not_alike(assignment: str) -> None:
    # In a class of two, nothing tells what is common.
    grades = a_class(assignment)
    assert [
        names([one, other]) for one in grades for other in grades if one.key < other.key if names([one, other])
    ] == []


@pytest.mark.parametrize("assignment", ASSIGNMENTS)
def test_a_copy_renamed_reordered_and_recommented_is_found(assignment: str) -> None:
    for name, source in sources(assignment).items():
        grades = [*a_class(assignment), hand_ins.handed_in(assignment, "copy", disguised(source))]
        assert names(grades) == ([] if name == TOO_LITTLE else [(name, "copy")])


@pytest.mark.parametrize("disguise", [renamed, recommented, reordered])
@pytest.mark.parametrize("assignment", ASSIGNMENTS)
def test_a_copy_in_one_disguise_agrees_in_all(assignment: str, disguise: Disguise) -> None:
    copy = hand_ins.handed_in(assignment, "copy", disguise(sources(assignment)[assignment]))
    [pair] = pairs([*a_class(assignment), copy])
    assert (pair.one.student, pair.share) == (assignment, 1.0)


def test_one_copied_part_among_ones_own_is_found() -> None:
    own, copied = a_class("cnn")[0], sources("cnn")["layers_loops"]
    part = next(part for part in hand_ins.handed_in("cnn", "x", renamed(copied)).parts if part.part == "conv_forward")
    mixed = hand_ins.grade_of("mixed", {"conv_forward": part.source} if part.source else {})
    [pair] = pairs([*a_class("cnn"), mixed])
    assert (own.student, pair.one.student, pair.parts) == ("layers_classes_float32", "layers_loops", ("conv_forward",))


def test_what_the_whole_class_has_is_not_told() -> None:
    grades = [hand_ins.grade_of(f"s{n}", code("train", long_function(1))) for n in range(6)]
    assert names(grades) == []


def test_two_of_a_class_who_alone_have_it_are_told() -> None:
    grades = [hand_ins.grade_of(f"s{n}", code("train", long_function(max(1, n)))) for n in range(6)]
    assert names(grades) == [("s0", "s1")]


def test_a_group_that_shares_is_told_pair_by_pair() -> None:
    grades = [hand_ins.grade_of(f"s{n:02}", code("train", long_function(max(4, n)))) for n in range(30)]
    assert len(names(grades)) == 10


def test_two_short_functions_that_are_the_same_are_not_told() -> None:
    text = "def affine_forward(x, w, b):\n    out = x.reshape(len(x), -1) @ w + b\n    return out, (x, w, b)"
    assert names([hand_ins.grade_of(name, code("affine_forward", text)) for name in "ab"]) == []


def test_many_short_functions_that_are_the_same_are_told_together() -> None:
    source = renamed(sources("mlp")["components_einsum"])
    own = [part for part in hand_ins.handed_in("mlp", "copy", source).parts if part.source is not None]
    copy = hand_ins.grade_of("copy", {part.part: part.source for part in own if part.source is not None})
    [pair] = pairs([*a_class("mlp"), copy])
    assert (pair.one.student, len(pair.alike), len(pair.parts) >= 5) == ("components_einsum", 1, True)


def test_a_copy_that_was_changed_here_and_there_is_found() -> None:
    lines = long_function(3).split("\n")
    lines[5::7] = [f"{line} - 1" for line in lines[5::7]]
    grades = [
        hand_ins.grade_of("a", code("train", long_function(3))),
        hand_ins.grade_of("b", code("train", "\n".join(lines))),
    ]
    [pair] = pairs(grades)
    assert ALIKE <= pair.share < 1


def test_a_part_not_attempted_is_not_compared() -> None:
    grades = [hand_ins.grade_of(name, code("train", long_function(3))) for name in "ab"]
    stubs = [
        msgspec.structs.replace(
            grade, parts=tuple(msgspec.structs.replace(part, status=Status.NOT_ATTEMPTED) for part in grade.parts)
        )
        for grade in grades
    ]
    assert (names(grades), names(stubs)) == ([("a", "b")], [])


def test_an_empty_class_has_no_pairs() -> None:
    assert pairs([]) == ()
