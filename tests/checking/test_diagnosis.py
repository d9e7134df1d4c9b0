"""Which cause is named, and that none is named where chance, or two causes, could have done it."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra import numpy as hnp

from grader.checking.diagnosis import explain_shape, explain_values
from grader.checking.numeric import Array
from grader.model import Diagnosis

FACTOR_HINT = "A constant factor is missing or one too many: a mean against a sum, or a 2 from a square."


@pytest.fixture
def rng() -> np.random.Generator:
    return np.random.default_rng(3)


def values(got: Any, want: Any, **sizes: int) -> Diagnosis | None:
    return explain_values("dw", np.asarray(got, dtype=np.float64), np.asarray(want, dtype=np.float64), sizes)


def name_of(got: Any, want: Any, **sizes: int) -> str | None:
    diagnosis = values(got, want, **sizes)
    return None if diagnosis is None else diagnosis.name


# --- shapes -----------------------------------------------------------------------------------------------


def test_right_values_in_another_shape_are_recognised(rng: np.random.Generator) -> None:
    want = rng.normal(size=(4, 3))
    assert explain_shape("db", want.reshape(2, 6), want) == Diagnosis(
        name="right-values-wrong-shape",
        kind="structure",
        observation="db has shape (2, 6), expected (4, 3).",
        hint="The values are right once db is reshaped: check axes of length 1, or a missing reshape.",
    )


def test_an_axis_of_length_1_too_many_is_recognised_whatever_the_values() -> None:
    assert explain_shape("db", np.zeros((1, 3)), np.zeros(3)).name == "right-values-wrong-shape"


def test_almost_right_values_in_another_shape_are_not_recognised(rng: np.random.Generator) -> None:
    want = rng.normal(size=(4, 3))
    assert explain_shape("db", want.reshape(2, 6) * 1.0001, want).name == "wrong-shape"


def test_constants_in_another_shape_are_not_recognised() -> None:
    assert explain_shape("db", np.ones((3, 2)), np.ones((2, 3))).name == "wrong-shape"


def test_a_transpose_is_recognised_by_its_values(rng: np.random.Generator) -> None:
    want = rng.normal(size=(4, 3))
    assert explain_shape("dw", want.T, want) == Diagnosis(
        name="transposed",
        kind="structure",
        observation="dw has shape (3, 4), expected (4, 3).",
        hint="dw has its axes the other way round: compare the order of the factors in the product.",
    )


def test_another_array_of_the_transposed_shape_is_no_transpose(rng: np.random.Generator) -> None:
    assert explain_shape("dw", rng.normal(size=(3, 4)), rng.normal(size=(4, 3))) == Diagnosis(
        name="wrong-shape",
        kind="structure",
        observation="dw has shape (3, 4), expected (4, 3).",
        hint="Write down the shape of every term that dw is made of.",
    )


def test_a_missing_sum_is_recognised(rng: np.random.Generator) -> None:
    dout = rng.normal(size=(4, 3))
    assert explain_shape("db", dout, dout.sum(axis=0)) == Diagnosis(
        name="not-summed",
        kind="structure",
        observation="db has shape (4, 3), expected (3,).",
        hint="Summing db over axis 0 gives the right values.",
    )


def test_a_missing_sum_of_losses_is_recognised(rng: np.random.Generator) -> None:
    losses = rng.normal(size=5)
    assert explain_shape("loss", losses, losses.sum()).name == "not-summed"


def test_rows_whose_mean_is_right_are_no_missing_sum(rng: np.random.Generator) -> None:
    dout = rng.normal(size=(4, 3))
    assert explain_shape("db", dout, dout.mean(axis=0)).name == "wrong-shape"


def test_where_sums_over_two_axes_are_right_none_is_named(rng: np.random.Generator) -> None:
    half = rng.normal(size=(4, 4))
    assert explain_shape("db", half + half.T, (half + half.T).sum(axis=0)).name == "wrong-shape"


def test_zeros_are_no_missing_sum() -> None:
    assert explain_shape("db", np.zeros((4, 3)), np.zeros(3)).name == "wrong-shape"


def test_a_count_that_a_mask_adds_up_to_is_no_missing_sum() -> None:
    assert explain_shape("hits", np.array([True, True, False]), np.array(2)).name == "wrong-shape"


def test_an_empty_array_of_huge_shape_takes_no_memory() -> None:
    assert explain_shape("dw", np.empty((0, 10**12)), np.ones((2, 3))).name == "wrong-shape"


def test_sums_too_large_are_no_missing_sum() -> None:
    assert explain_shape("db", np.full((4, 3), 1e308), np.ones(3)).name == "wrong-shape"


# --- zero -------------------------------------------------------------------------------------------------


def test_zeros_are_recognised(rng: np.random.Generator) -> None:
    assert values(np.zeros((4, 3)), rng.normal(size=(4, 3))) == Diagnosis(
        name="all-zero",
        kind="relation",
        observation="dw is zero everywhere.",
        hint="Is dw computed at all, or returned as it was first made?",
    )


def test_zeros_but_for_one_entry_are_not_zeros(rng: np.random.Generator) -> None:
    got = np.zeros((4, 3))
    got[1, 2] = 1e-3
    assert name_of(got, rng.normal(size=(4, 3))) is None


@pytest.mark.parametrize(("got", "want"), [(0.0, 1.7), ([0.0], [1.7]), ([0.0, 0.0], [0.0, 1.0])])
def test_a_single_zero_tells_nothing(got: object, want: object) -> None:
    assert name_of(got, want) is None


# --- factors ----------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("factor", "words"),
    [
        (4.0, "N = 4"),
        (0.25, "1/N = 0.25"),
        (3.0, "D = 3"),
        (2.0, "2"),
        (0.5, "1/2 = 0.5"),
        (-2.0, "-2"),
        (1.7, "1.7"),
        (1.001, "1.001"),
    ],
)
def test_a_factor_is_recognised_and_named(factor: float, words: str, rng: np.random.Generator) -> None:
    want = rng.normal(size=(4, 3))
    assert values(factor * want, want, N=4, D=3) == Diagnosis(
        name="times-a-constant",
        kind="relation",
        observation=f"dw is {words} times the expected value, in every entry.",
        hint=FACTOR_HINT,
    )


def test_a_factor_of_a_number_is_recognised_if_it_is_a_size() -> None:
    assert values(7 * np.log(3.0), np.log(3.0), N=7) == Diagnosis(
        name="times-a-constant", kind="relation", observation="dw is N = 7 times the expected value.", hint=FACTOR_HINT
    )


def test_a_flipped_sign_is_recognised(rng: np.random.Generator) -> None:
    want = rng.normal(size=(4, 3))
    assert values(-want, want) == Diagnosis(
        name="sign-flipped",
        kind="relation",
        observation="dw has the wrong sign and is right otherwise.",
        hint="Follow the sign through the derivative.",
    )


@pytest.mark.parametrize("factor", [2.0, -1.0, 4.0])
def test_a_factor_in_all_entries_but_one_is_none(factor: float, rng: np.random.Generator) -> None:
    want = rng.normal(size=(4, 3))
    got = factor * want
    got[2, 1] *= 1.0001
    assert name_of(got, want, N=4) is None


def test_any_number_is_some_multiple_of_another() -> None:
    assert name_of(0.731, 0.412) is None


def test_a_share_twice_as_large_is_no_factor() -> None:
    assert name_of(0.5, 0.25, N=8) is None


def test_a_count_twice_as_large_is_no_factor() -> None:
    assert name_of(6.0, 3.0) is None


def test_a_constant_array_is_some_multiple_of_any_other() -> None:
    assert name_of(np.full(6, 1.237), np.full(6, 0.731)) is None


def test_twice_a_constant_count_is_no_factor() -> None:
    assert name_of(np.full(6, 2.0), np.full(6, 1.0)) is None


def test_few_entries_are_some_multiple_by_chance(rng: np.random.Generator) -> None:
    want = rng.normal(size=3)
    assert name_of(1.7 * want, want) is None


def test_one_large_entry_does_not_make_a_factor() -> None:
    assert name_of([2.0e9, 5.0, 7.0, 1.0], [1.0e9, 1.0, 2.0, 3.0]) is None


def test_a_factor_too_near_to_1_is_not_told(rng: np.random.Generator) -> None:
    want = rng.normal(size=(4, 3))
    assert name_of(want * (1 + 1e-6), want) is None


# --- order of axes ----------------------------------------------------------------------------------------


def test_a_square_transpose_is_recognised(rng: np.random.Generator) -> None:
    want = rng.normal(size=(3, 3))
    assert values(want.T, want) == Diagnosis(
        name="transposed",
        kind="relation",
        observation="dw is the transpose of the expected array.",
        hint="Compare the order of the factors in the product.",
    )


def test_a_transpose_with_one_wrong_entry_is_none(rng: np.random.Generator) -> None:
    want = rng.normal(size=(3, 3))
    got = want.T.copy()
    got[0, 0] += 0.01
    assert name_of(got, want) is None


@pytest.mark.parametrize("axis", [0, 1, 2])
def test_a_reversed_axis_is_recognised(axis: int, rng: np.random.Generator) -> None:
    want = rng.normal(size=(4, 3, 5))
    assert values(np.flip(want, axis), want) == Diagnosis(
        name="axis-flipped",
        kind="relation",
        observation=f"dw is right but for the order along axis {axis}, which is reversed.",
        hint="Look at the direction of the loop or slice along that axis.",
    )


def test_a_rolled_axis_is_not_a_reversed_one(rng: np.random.Generator) -> None:
    want = rng.normal(size=(5, 4))
    assert name_of(np.roll(want, 1, axis=0), want) is None


def test_labels_reversed_by_chance_are_not_recognised() -> None:
    assert name_of([0, 1, 0, 0], [0, 0, 1, 0]) is None


def test_a_row_of_a_one_hot_array_is_not_reversed() -> None:
    assert name_of([[0, 0, 0, 1]], [[1, 0, 0, 0]]) is None


def test_where_two_relations_hold_none_is_named() -> None:
    want = np.linspace(-1.0, 1.0, 10)  # reversed and negated are the same
    assert name_of(-want, want) is None


# --- offsets ----------------------------------------------------------------------------------------------


def test_an_added_constant_is_recognised(rng: np.random.Generator) -> None:
    want = rng.normal(size=(4, 3))
    assert values(want + 0.3, want) == Diagnosis(
        name="plus-a-constant",
        kind="relation",
        observation="dw is off by the same number in every entry.",
        hint="One term that does not depend on the entry is missing or one too many.",
    )


def test_a_constant_added_to_each_row_is_none(rng: np.random.Generator) -> None:
    want = rng.normal(size=(4, 3))
    assert name_of(want + rng.normal(size=(4, 1)), want) is None


@pytest.mark.parametrize("want", [np.full(6, 0.731), np.zeros(6), np.array([0.3, 1.7, 0.2])])
def test_a_constant_added_to_few_different_values_is_none(want: Array) -> None:
    assert name_of(want + 0.3, want) is None


@pytest.mark.parametrize("shape", [(1, 6), (4, 3), (5, 1)])
def test_what_is_right_but_for_the_last_digits_has_no_relation(
    shape: tuple[int, int], rng: np.random.Generator
) -> None:
    want = rng.normal(size=shape)
    assert name_of(want + 1e-9 * rng.normal(size=shape), want) is None


# --- places -----------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("index", "place"),
    [
        ((slice(None), 0), "at the first position along axis 1"),
        ((slice(None), -1), "at the last position along axis 1"),
        ((2,), "at position 2 along axis 0"),
        ((-1,), "at the last position along axis 0"),
    ],
)
def test_an_error_at_one_position_is_placed(index: tuple[Any, ...], place: str, rng: np.random.Generator) -> None:
    want = rng.normal(size=(4, 5, 3))
    got = want.copy()
    got[index] += rng.normal(size=got[index].shape)
    assert values(got, want) == Diagnosis(
        name="wrong-only-there",
        kind="place",
        observation=f"dw is wrong only {place}; everywhere else it is right.",
        hint="What is special about that place?",
    )


def test_an_error_at_the_borders_of_images_is_placed(rng: np.random.Generator) -> None:
    want = rng.normal(size=(2, 3, 5, 5))
    got = want + rng.normal(size=want.shape)
    got[..., 1:-1, 1:-1] = want[..., 1:-1, 1:-1]
    diagnosis = values(got, want)
    assert diagnosis is not None
    assert diagnosis.observation == "dw is wrong only at the borders of the last two axes; everywhere else it is right."


def test_an_error_at_the_borders_and_in_one_inner_entry_is_not_placed(rng: np.random.Generator) -> None:
    want = rng.normal(size=(2, 3, 5, 5))
    got = want + rng.normal(size=want.shape)
    got[..., 1:-1, 1:-1] = want[..., 1:-1, 1:-1]
    got[1, 2, 3, 2] += 1.0
    assert name_of(got, want) is None


def test_an_error_at_one_position_and_in_one_entry_is_not_placed(rng: np.random.Generator) -> None:
    want = rng.normal(size=(4, 5))
    got = want.copy()
    got[-1] += rng.normal(size=5)
    got[0, 2] += 1.0
    assert name_of(got, want) is None


def test_a_single_wrong_entry_is_not_placed(rng: np.random.Generator) -> None:
    want = rng.normal(size=(128, 64))
    got = want.copy()
    got[0, 0] += 1.0
    assert name_of(got, want) is None


def test_a_wrong_label_is_not_placed() -> None:
    assert name_of([0, 2, 1, 1, 2], [0, 2, 1, 1, 0]) is None


def test_a_few_wrong_border_entries_of_small_images_are_chance(rng: np.random.Generator) -> None:
    want = rng.normal(size=(2, 2, 3, 3))
    got = want.copy()
    for index in ((0, 1, 0, 1), (1, 0, 2, 2), (1, 1, 1, 0)):
        got[index] += 1.0
    assert name_of(got, want) is None


def test_the_place_follows_the_tolerance_of_the_check(rng: np.random.Generator) -> None:
    want = rng.normal(size=(4, 5))
    got = want + 1e-3 * rng.normal(size=(4, 5))
    got[0] += 1.0
    wrong = np.abs(got - want) > 0.1
    diagnosis = explain_values("dw", got, want, {}, wrong)
    assert diagnosis is not None
    assert diagnosis.name == "wrong-only-there"


# --- never without reason ---------------------------------------------------------------------------------

SHAPES = hnp.array_shapes(min_dims=0, max_dims=4, min_side=1, max_side=6)


def wrong_pair(seed: int, shape: tuple[int, ...]) -> tuple[Array, Array]:
    got, want = np.random.default_rng(seed).normal(size=(2, *shape))
    return got, want


@given(seed=st.integers(0, 2**32), shape=SHAPES)
def test_unrelated_arrays_have_no_cause(seed: int, shape: tuple[int, ...]) -> None:
    got, want = wrong_pair(seed, shape)
    assert name_of(got, want, N=3, D=5) is None


@given(seed=st.integers(0, 2**32), shape=SHAPES, levels=st.integers(2, 3))
def test_unrelated_labels_have_no_relation(seed: int, shape: tuple[int, ...], levels: int) -> None:
    got, want = np.random.default_rng(seed).integers(levels, size=(2, *shape))
    diagnosis = values(got, want, N=3)
    assert diagnosis is None or diagnosis.name in ("all-zero", "wrong-only-there")


@given(got=st.floats(-1e6, 1e6), want=st.fractions(-100, 100, max_denominator=100).map(float), shape=SHAPES)
def test_a_constant_array_tells_no_relation_to_another(got: float, want: float, shape: tuple[int, ...]) -> None:
    assert name_of(np.full(shape, got), np.full(shape, want), N=4, D=3) in (None, "all-zero")


@given(seed=st.integers(0, 2**32), shape=SHAPES)
def test_a_random_array_tells_no_relation_to_a_constant(seed: int, shape: tuple[int, ...]) -> None:
    got, _ = wrong_pair(seed, shape)
    assert name_of(got, np.full(shape, 0.73)) is None


@given(seed=st.integers(0, 2**32), shape=SHAPES, other=SHAPES)
def test_unrelated_arrays_of_other_shapes_have_no_cause(
    seed: int, shape: tuple[int, ...], other: tuple[int, ...]
) -> None:
    rng = np.random.default_rng(seed)
    assert explain_shape("dw", rng.normal(size=shape), rng.normal(size=other)).name == "wrong-shape"


@given(seed=st.integers(0, 2**32), side=st.integers(3, 6), count=st.integers(1, 6))
def test_errors_strewn_at_random_are_seldom_placed(seed: int, side: int, count: int) -> None:
    # Chance is held below 2 in 100 an axis, so that one example says nothing: count over a hundred.
    rng = np.random.default_rng(seed)
    placed = 0
    for _ in range(100):
        want = rng.normal(size=(side, 5))
        got = want.copy()
        got.flat[rng.choice(want.size, size=count, replace=False)] += 1.0
        placed += name_of(got, want) is not None
    assert placed <= 15


ANY_FLOATS = hnp.arrays(np.float64, (2, 3), elements=st.floats(allow_nan=True, allow_infinity=True, width=64))


@given(got=ANY_FLOATS, want=hnp.arrays(np.float64, (2, 3), elements=st.floats(-1e308, 1e308)))
def test_no_floating_point_value_upsets_the_diagnosis(got: Array, want: Array) -> None:
    diagnosis = values(got, want, N=2, D=3)
    assert diagnosis is None or diagnosis.observation.endswith(".")


@given(got=ANY_FLOATS, want=hnp.arrays(np.float64, (3,), elements=st.floats(-1e308, 1e308)))
def test_no_floating_point_value_upsets_the_diagnosis_of_a_shape(got: Array, want: Array) -> None:
    assert explain_shape("dw", got, want).observation == "dw has shape (2, 3), expected (3,)."


def test_lost_fractions_are_recognised(rng: np.random.Generator) -> None:
    want = 3.0 * rng.normal(size=(4, 3))
    diagnosis = explain_values("dx", np.trunc(want), want)
    assert diagnosis is not None
    assert (diagnosis.name, diagnosis.observation) == (
        "fractions-lost",
        "dx holds whole numbers: the fractions of the expected ones are cut off.",
    )


def test_other_whole_numbers_are_no_lost_fractions(rng: np.random.Generator) -> None:
    want = 3.0 * rng.normal(size=(4, 3))
    diagnosis = explain_values("dx", np.trunc(want) + 1.0, want)
    assert diagnosis is None or diagnosis.name != "fractions-lost"
