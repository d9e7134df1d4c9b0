"""Gradient checks at a large point."""

from __future__ import annotations

import re
from typing import Any

import numpy as np
import pytest

from grader.checking import CheckFailed, NeedsPart
from grader.checking.large import assert_large_gradients
from tests.checking.parts import FakePart

RNG_SEED = 5


def forward(x: Any, w: Any) -> Any:
    return np.tanh(x @ w), (x, w)


def backward(dout: Any, cache: Any) -> Any:
    x, w = cache
    inner = dout * (1.0 - np.tanh(x @ w) ** 2)
    return inner @ w.T, x.T @ inner


def wrong_forward(x: Any, w: Any) -> Any:
    return np.sin(x @ w), (x, w)


def its_backward(dout: Any, cache: Any) -> Any:
    x, w = cache
    inner = dout * np.cos(x @ w)
    return inner @ w.T, x.T @ inner


def constant(x: Any, w: Any) -> Any:
    return np.ones((len(x), w.shape[1])), (x, w)


def zeros(dout: Any, cache: Any) -> Any:
    return tuple(np.zeros(value.shape) for value in cache)


def check(forward_: Any, backward_: Any) -> None:
    rng = np.random.default_rng(RNG_SEED)
    inputs = {"x": rng.normal(size=(20, 30)), "w": rng.normal(scale=0.2, size=(30, 40))}
    right = FakePart("f_forward", ("out", "cache"), forward), FakePart("f_backward", ("dx", "dw"), backward)
    mine = (
        FakePart("f_forward", ("out", "cache"), forward_, right[0]),
        FakePart("f_backward", ("dx", "dw"), backward_, right[1]),
    )
    assert_large_gradients(*mine, inputs, rng=rng)


def test_the_right_gradients_pass() -> None:
    check(forward, backward)


def test_gradients_in_single_precision_pass() -> None:
    def single(dout: Any, cache: Any) -> Any:
        return backward(dout.astype(np.float32), tuple(value.astype(np.float32) for value in cache))

    check(forward, single)


def test_a_wrong_gradient_of_a_right_forward_fails() -> None:
    with pytest.raises(CheckFailed, match=r"^dw is wrong in \d+ of 1200 entries;"):
        check(forward, lambda dout, cache: (backward(dout, cache)[0], 2.0 * backward(dout, cache)[1]))


def test_the_gradients_of_a_wrong_forward_pass_as_its_own() -> None:
    check(wrong_forward, its_backward)


def test_the_right_gradients_pass_where_the_forward_is_wrong() -> None:
    check(wrong_forward, backward)


def test_gradients_that_are_neither_the_right_ones_nor_those_of_the_wrong_forward_fail() -> None:
    message = "dx and dw of a large input are not the gradients of f_forward."
    with pytest.raises(CheckFailed, match=f"^{re.escape(message)}$"):
        check(wrong_forward, lambda dout, cache: tuple(-value for value in its_backward(dout, cache)))


def test_a_constant_forward_is_no_ground_to_judge_on() -> None:
    message = "f_forward returns the same number in many places: no gradient to compare."
    with pytest.raises(NeedsPart, match=f"^{re.escape(message)}$"):
        check(constant, zeros)
