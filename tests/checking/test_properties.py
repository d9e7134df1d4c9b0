"""Properties of answers without a single right value, and answers that must agree with each other."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
import pytest

from grader.checking import CheckFailed
from grader.checking.consistency import as_rows, assert_own_cache, assert_repeats
from grader.checking.numeric import Array
from grader.checking.properties import assert_array, assert_arrays
from grader.sandbox.wire import Unusable
from tests.checking.parts import FakePart, affine_backward, affine_forward

SHAPES = {"W1": (3, 4), "b1": (4,)}


def good() -> dict[str, Any]:
    return {"W1": np.ones((3, 4), dtype=np.float32), "b1": np.zeros(4, dtype=int)}


def sentence_of(function: Any, *args: Any, **kwargs: Any) -> str:
    with pytest.raises(CheckFailed) as caught:
        function(*args, **kwargs)
    assert caught.value.diagnosis is not None
    assert caught.value.evidence.summary == caught.value.diagnosis.observation
    return caught.value.evidence.summary


def test_an_array_of_the_shape_is_returned_as_float64() -> None:
    np.testing.assert_array_equal(assert_array("W", np.arange(3), (3,)), np.array([0.0, 1.0, 2.0]), strict=True)


@pytest.mark.parametrize(
    ("got", "sentence"),
    [
        (None, "W is None."),
        ([1.0], "W is a list, expected an array of shape (3,)."),
        (Unusable("object", "is no data"), "W is an object, expected an array of shape (3,)."),
        (np.ones(3, dtype=complex), "W has dtype complex128, expected real numbers."),
        (np.ones((3, 1)), "W has shape (3, 1), expected (3,)."),
        (np.array([1.0, np.nan, np.inf]), "In W, 2 of 3 entries are NaN or infinite; the first is at [1]."),
        (np.full(3, np.longdouble("1e4000")), "In W, 3 of 3 entries are infinite; the first is at [0]."),
    ],
)
def test_what_is_no_such_array_is_told(got: object, sentence: str) -> None:
    assert sentence_of(assert_array, "W", got, (3,)) == sentence


def test_a_number_is_an_array_without_axes() -> None:
    assert assert_array("loss", 2, ()) == 2.0


def test_an_entry_that_is_not_finite_shows_no_expected_values() -> None:
    with pytest.raises(CheckFailed) as caught:
        assert_array("W", np.full((2, 3), np.nan), (2, 3))
    assert caught.value.evidence.arrays == ()


def test_named_arrays_are_returned_and_others_ignored() -> None:
    arrays = assert_arrays("params", {**good(), "note": "text"}, SHAPES)
    assert {name: (array.shape, array.dtype.name) for name, array in arrays.items()} == {
        "W1": ((3, 4), "float64"),
        "b1": ((4,), "float64"),
    }


@pytest.mark.parametrize(
    ("got", "sentence"),
    [
        (None, "params is None."),
        ([], "params is a list, expected a dict of arrays."),
        (np.ones(3), "params is an ndarray, expected a dict of arrays."),
        (Unusable("module", "is no data"), "params is a module, expected a dict of arrays."),
        ({}, "params has no entry 'W1', 'b1'; it has none at all."),
        ({"w1": 1, "b1": 2}, "params has no entry 'W1'; it has 'w1', 'b1'."),
        ({**good(), "W1": None}, "params['W1'] is None."),
        ({**good(), "b1": np.ones(5)}, "params['b1'] has shape (5,), expected (4,)."),
        (
            {str(i): i for i in range(9)},
            "params has no entry 'W1', 'b1'; it has '0', '1', '2', '3', '4', '5', '6', '7', ....",
        ),
        ({"a" * 99: 1, "b1": 1}, f"params has no entry 'W1'; it has '{'a' * 20}', 'b1'."),
    ],
)
def test_what_is_no_such_dictionary_is_told(got: object, sentence: str) -> None:
    assert sentence_of(assert_arrays, "params", got, SHAPES) == sentence


LIKE = np.arange(12.0).reshape(4, 3)


def test_any_number_of_rows_will_do() -> None:
    np.testing.assert_array_equal(as_rows("X_batch", LIKE[1:3].astype(int), LIKE), LIKE[1:3], strict=True)


@pytest.mark.parametrize(
    ("got", "sentence"),
    [
        (None, "X_batch is None."),
        ([[1, 2, 3]], "X_batch is a list, expected an array of numbers."),
        (np.ones((2, 4)), "X_batch has shape (2, 4), expected (samples of the batch, 3)."),
        (np.ones(3), "X_batch has shape (3,), expected (samples of the batch, 3)."),
    ],
)
def test_what_is_no_row_is_told(got: object, sentence: str) -> None:
    assert sentence_of(as_rows, "X_batch", got, LIKE) == sentence


def test_labels_that_are_not_finite_upset_nothing() -> None:
    assert as_rows("y_batch", np.array([np.nan, 1.0]), np.arange(4)).shape == (2,)


PART = FakePart("affine_backward", ("dx", "dw"), lambda: None)
OTHERWISE = "{name} changes from call to call."


def repeats(first: object, second: object) -> None:
    assert_repeats(PART, first, second, otherwise=OTHERWISE, hint="What is kept between the calls?")


@pytest.mark.parametrize("second", [np.ones(3), np.ones(3) + 1e-12, np.ones(3, dtype=bool)])
def test_the_same_results_up_to_rounding_repeat(second: object) -> None:
    repeats((np.ones(3), 2.0), (second, 2.0))


def test_nan_repeats_nan() -> None:
    repeats((np.full(3, np.nan), 2.0), (np.full(3, np.nan), 2.0))


@pytest.mark.parametrize(
    ("second", "sentence"),
    [
        ((np.ones(3), 2.001), "dw changes from call to call."),
        ((np.ones(4), 2.0), "dx changes from call to call."),
        (([1.0] * 3, 2.0), "dx is a list, expected an array of numbers."),
        ((np.ones(3), None), "dw is None."),
        (None, "affine_backward returned None, expected 2 values (dx, dw)."),
    ],
)
def test_results_that_do_not_repeat_are_told(second: object, sentence: str) -> None:
    assert sentence_of(repeats, (np.ones(3), 2.0), second) == sentence


# --- a cache of one's own ---------------------------------------------------------------------------------

LATEST: dict[str, Any] = {}


def forgetful_forward(x: Array, w: Array, b: Array) -> tuple[Array, None]:
    out, LATEST["cache"] = affine_forward(x, w, b)
    return out, None


def forgetful_backward(dout: Array, cache: None) -> tuple[Array, Array, Array]:
    return affine_backward(dout, LATEST["cache"])


def ask_for_own_cache(forward: Callable[..., Any], backward: Callable[..., Any]) -> None:
    rng = np.random.default_rng(0)
    first, second = ((rng.normal(size=(4, 3)), rng.normal(size=(3, 2)), np.zeros(2)) for _ in range(2))
    assert_own_cache(
        FakePart("affine_forward", ("out", "cache"), forward),
        FakePart("affine_backward", ("dx", "dw", "db"), backward),
        first,
        second,
        rng.normal(size=(4, 2)),
    )


def test_a_backward_that_reads_its_own_cache_is_right() -> None:
    ask_for_own_cache(affine_forward, affine_backward)


def test_a_backward_that_reads_what_the_latest_forward_left_is_told_so() -> None:
    with pytest.raises(CheckFailed) as caught:
        ask_for_own_cache(forgetful_forward, forgetful_backward)
    assert caught.value.evidence.summary == (
        "dx changes when affine_forward is called on other inputs before affine_backward."
    )
    assert caught.value.diagnosis is not None
    assert caught.value.diagnosis.name == "depends-on-other-calls"
    assert caught.value.diagnosis.hint == (
        "Does the backward read everything it needs from its own cache, and nothing that a later call overwrites?"
    )
