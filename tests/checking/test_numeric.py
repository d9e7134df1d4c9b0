"""The arithmetic of the checks: errors, derivatives by differences, named sizes."""

from __future__ import annotations

import math

import numpy as np
import pytest

from grader.checking.numeric import (
    DOUBLE,
    Array,
    as_floats,
    central_difference,
    computes_in_single,
    curvature,
    directional_derivative,
    magnitude,
    movement,
    named_sizes,
    relative_errors,
    smooth_derivative,
    wrong_entries,
)


@pytest.fixture
def rng() -> np.random.Generator:
    return np.random.default_rng(1)


def test_magnitude_ignores_what_is_not_finite() -> None:
    assert magnitude(np.array([1.0, -3.0, np.inf, np.nan])) == 3.0


def test_magnitude_of_nothing_is_zero() -> None:
    assert magnitude(np.empty((0, 3))) == 0.0


@pytest.mark.parametrize("bad", [np.nan, np.inf, -np.inf])
def test_an_entry_that_is_not_finite_is_wrong(bad: float) -> None:
    np.testing.assert_array_equal(wrong_entries(np.array([bad, 2.0]), np.array([1.0, 2.0])), [True, False], strict=True)


def test_nan_is_wrong_even_where_nan_is_expected() -> None:
    assert wrong_entries(np.array(np.nan), np.array(np.nan))


def test_an_expected_infinity_is_met_exactly() -> None:
    got, expected = np.array([np.inf, -np.inf, 1e300]), np.array([np.inf, np.inf, np.inf])
    wrong = wrong_entries(got, expected)
    np.testing.assert_array_equal(wrong, [False, True, True], strict=True)


def test_a_small_entry_may_err_by_a_share_of_the_largest() -> None:
    np.testing.assert_array_equal(
        wrong_entries(np.array([1000.0, 5e-4, 2e-3]), np.array([1000.0, 0.0, 0.0])), [False, False, True], strict=True
    )


def test_an_entry_may_err_by_a_share_of_itself() -> None:
    expected = np.array([1.0, 1.0])
    np.testing.assert_array_equal(
        wrong_entries(expected + np.array([9e-6, 2e-5]), expected), [False, True], strict=True
    )


def test_relative_errors_are_measured_by_the_largest_entry() -> None:
    errors = relative_errors(np.array([1.0, 3.0, np.nan]), np.array([2.0, -4.0, 1.0]))
    np.testing.assert_array_equal(errors, [0.25, 1.75, np.inf], strict=True)


def test_relative_errors_beside_zeros_are_absolute() -> None:
    np.testing.assert_array_equal(relative_errors(np.array([0.5]), np.array([0.0])), [0.5], strict=True)


def test_a_long_double_out_of_range_becomes_infinite() -> None:
    assert as_floats(np.array(np.longdouble("1e4000"))) == math.inf


def test_central_difference_equals_the_derivative(rng: np.random.Generator) -> None:
    x, cotangent = rng.normal(size=(3, 4)), rng.normal(size=(3, 4))
    got = central_difference(np.tanh, x, cotangent)
    np.testing.assert_allclose(got, cotangent * (1 - np.tanh(x) ** 2), rtol=1e-8, atol=1e-10, strict=True)


def test_central_difference_of_a_number_is_a_number() -> None:
    got = central_difference(lambda x: x**3, np.array(2.0), np.array(0.5))
    np.testing.assert_allclose(got, np.array(6.0), rtol=1e-8, strict=True)


def test_central_difference_leaves_its_point_unchanged(rng: np.random.Generator) -> None:
    x = rng.normal(size=(2, 3))
    before = x.copy()
    central_difference(np.square, x, np.ones((2, 3)))
    np.testing.assert_array_equal(x, before, strict=True)


def test_central_difference_refuses_single_precision() -> None:
    message = "^x has dtype float32, expected float64: the step would be lost to rounding.$"
    with pytest.raises(ValueError, match=message):
        central_difference(np.square, np.ones(3, dtype=np.float32), np.ones(3))


def test_a_directional_derivative_is_the_gradient_times_the_direction(rng: np.random.Generator) -> None:
    x, direction, cotangent = rng.normal(size=(3, 5, 4))
    expected = float(np.sum(cotangent * np.cos(x) * direction))
    assert directional_derivative(np.sin, x, np.sin(x), direction, cotangent).slope == pytest.approx(expected, rel=1e-8)


def test_a_smooth_derivative_is_returned(rng: np.random.Generator) -> None:
    x, direction, cotangent = rng.normal(size=(3, 5))
    expected = float(np.sum(cotangent * np.cos(x) * direction))
    assert smooth_derivative(np.sin, x, np.sin(x), direction, cotangent, 1e-6) == pytest.approx(expected, rel=1e-8)


def derivative_of_abs(x: float) -> float | None:
    return smooth_derivative(np.abs, np.array([x]), np.array([abs(x)]), np.array([1.0]), np.array([1.0]), 1e-6)


@pytest.mark.parametrize("x", [0.0, 1e-8, 1e-6, 2e-6, 4e-6, 9e-6, -4e-6])
def test_a_kink_within_the_step_has_no_derivative(x: float) -> None:
    assert derivative_of_abs(x) is None


@pytest.mark.parametrize("x", [2e-5, 1.0])
def test_a_kink_out_of_reach_of_the_step_does_not_matter(x: float) -> None:
    assert derivative_of_abs(x) == pytest.approx(1.0)


def test_a_strong_bend_is_no_kink() -> None:
    x, direction, cotangent = np.full(10_000, 1e-3), np.ones(10_000), np.ones(10_000)
    assert smooth_derivative(np.square, x, x**2, direction, cotangent, 1e-6) == pytest.approx(20.0)


def test_a_shorter_step_stays_on_one_side_of_a_kink() -> None:
    one, x = np.array([1.0]), np.array([4e-6])
    assert smooth_derivative(np.abs, x, x, one, one, 1e-6, DOUBLE.nearer()) == pytest.approx(1.0)


def test_a_difference_of_values_too_large_is_nan() -> None:
    def f(x: Array) -> Array:
        return np.where(x > 0, 1e308, -1e308)

    assert math.isnan(smooth_derivative(f, np.zeros(3), np.zeros(3), np.ones(3), np.full(3, 10.0), 1e-6) or 0.0)


def in_single(x: Array) -> Array:
    return np.tanh(x.astype(np.float32)).astype(np.float64)


def rounded_result(x: Array) -> Array:
    result: Array = np.tanh(x).astype(np.float32)
    return result


@pytest.mark.parametrize("f", [in_single, rounded_result])
def test_single_precision_inside_is_recognised(f: object, rng: np.random.Generator) -> None:
    assert callable(f)
    assert computes_in_single(f, rng.normal(size=(6, 5)), rng.normal(size=(6, 5)))


@pytest.mark.parametrize("f", [np.tanh, np.zeros_like, lambda x: np.maximum(x, 0.0)])
def test_double_precision_and_constants_are_not_taken_for_single(f: object, rng: np.random.Generator) -> None:
    assert callable(f)
    assert not computes_in_single(f, rng.normal(size=(6, 5)), rng.normal(size=(6, 5)))


def test_a_constant_does_not_move(rng: np.random.Generator) -> None:
    assert movement(np.ones_like, rng.normal(size=4), rng.normal(size=4)) == 0.0


def test_movement_is_the_largest_change() -> None:
    assert movement(lambda x: 3 * x, np.zeros(2), np.array([1.0, -2.0])) == pytest.approx(0.12)


def test_a_linear_function_does_not_bend(rng: np.random.Generator) -> None:
    assert curvature(lambda x: 3 * x + 1, rng.normal(size=9), rng.normal(size=9)) < 1e-12


def test_a_linear_function_in_single_precision_does_not_bend(rng: np.random.Generator) -> None:
    def f(x: Array) -> Array:
        return (100 * x).astype(np.float32).astype(np.float64)

    assert curvature(f, rng.normal(size=99), rng.normal(size=99)) < 1e-5


def test_curvature_does_not_depend_on_a_factor(rng: np.random.Generator) -> None:
    x, direction = rng.normal(size=(2, 9))
    small = curvature(lambda x: 1e-3 * np.tanh(x), x, direction)
    assert small == pytest.approx(curvature(np.tanh, x, direction))


def test_an_even_function_bends_as_much_as_can_be() -> None:
    assert curvature(np.square, np.zeros(3), np.ones(3)) == 1.0


def test_the_batch_is_the_first_axis_of_the_first_array() -> None:
    assert named_sizes([np.ones((4, 3)), np.ones((3, 5)), np.ones(5)]) == {"N": 4, "D": 3}


def test_labels_tell_the_batch_where_weights_come_first() -> None:
    W, X, y = np.ones((4, 3)), np.ones((5, 4)), np.zeros(5, dtype=np.int64)
    assert named_sizes([W, X, y]) == {"N": 5, "D": 4}


def test_features_of_higher_rank_are_multiplied() -> None:
    assert named_sizes([np.ones((7, 2, 3)), np.ones((6, 5))]) == {"N": 7, "D": 6}


def test_a_size_that_other_axes_share_has_no_name() -> None:
    assert named_sizes([np.ones((4, 4)), np.ones((4, 5))]) == {}


def test_a_batch_as_large_as_the_outputs_has_no_name() -> None:
    assert named_sizes([np.ones((5, 3)), np.ones((3, 5)), np.ones(5)]) == {"D": 3}


def test_features_as_many_as_the_outputs_have_no_name() -> None:
    assert named_sizes([np.ones((4, 3)), np.ones((3, 3)), np.ones(3)]) == {"N": 4}


def test_numbers_and_texts_have_no_sizes() -> None:
    assert named_sizes([3.0, "relu", None, np.array(2.0)]) == {}
