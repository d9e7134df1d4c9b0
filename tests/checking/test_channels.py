"""Scale and shift of channels are accepted as (1, C, 1, 1) and as (C,)."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

from grader.checking.channels import ChannelBackward, ChannelForward
from grader.checking.numeric import Array
from grader.errors import StudentRaised
from tests.checking.parts import FakePart

FORWARD, BACKWARD = ("out", "cache"), ("dx", "dgamma", "dbeta")
X = np.random.default_rng(0).normal(size=(2, 3, 4, 5))
GAMMA, BETA = np.arange(1.0, 4.0).reshape(1, 3, 1, 1), np.arange(4.0, 7.0).reshape(1, 3, 1, 1)


def by_broadcasting(x: Array, gamma: Array, beta: Array) -> tuple[Array, Any]:
    return gamma * x + beta, gamma.shape


def by_new_axes(x: Array, gamma: Array, beta: Array) -> tuple[Array, Any]:
    return gamma[None, :, None, None] * x + beta[None, :, None, None], gamma.shape


def channels_last(x: Array, gamma: Array, beta: Array) -> tuple[Array, Any]:
    return (x.transpose(0, 2, 3, 1) * gamma + beta).transpose(0, 3, 1, 2), gamma.shape


def flattened(x: Array, gamma: Array, beta: Array) -> tuple[Array, Any]:
    return (gamma * x + beta).ravel(), gamma.shape


def broken(x: Array, gamma: Array, beta: Array) -> tuple[Array, Any]:
    raise ValueError(f"gamma has rank {gamma.ndim}")


def forward(function: Any) -> ChannelForward:
    return ChannelForward(FakePart("norm_forward", FORWARD, function))


@pytest.mark.parametrize(
    ("function", "shape"), [(by_broadcasting, (1, 3, 1, 1)), (by_new_axes, (3,)), (channels_last, (3,))]
)
def test_a_forward_gets_the_shape_that_it_can_use(function: Any, shape: tuple[int, ...]) -> None:
    out, used = forward(function)(X, GAMMA, BETA)
    np.testing.assert_allclose(out, GAMMA * X + BETA)
    assert used == shape


def test_a_forward_that_can_use_neither_is_judged_by_the_first() -> None:
    out, used = forward(flattened)(X, GAMMA, BETA)
    assert (out.shape, used) == ((X.size,), (1, 3, 1, 1))


def test_a_forward_that_raises_for_both_raises_for_the_first() -> None:
    with pytest.raises(StudentRaised, match="ValueError: gamma has rank 4"):
        forward(broken)(X, GAMMA, BETA)


def test_settings_are_handed_on() -> None:
    out, settings = forward(lambda x, gamma, beta, *settings: (x, settings))(X, GAMMA, BETA, 2, {"eps": 0.5})
    assert settings == (2, {"eps": 0.5})
    np.testing.assert_array_equal(out, X)


@pytest.mark.parametrize("shape", [(3,), (1, 3, 1, 1)])
def test_gradients_of_either_shape_come_back_as_channels(shape: tuple[int, ...]) -> None:
    backward = ChannelBackward(FakePart("norm_backward", BACKWARD, lambda dout, cache: (dout, *cache)))
    _, dgamma, dbeta = backward(X, (GAMMA.reshape(shape), BETA.reshape(shape)))
    np.testing.assert_array_equal(dgamma, GAMMA, strict=True)
    np.testing.assert_array_equal(dbeta, BETA, strict=True)


@pytest.mark.parametrize("result", [None, 3.0, (None, "dbeta", GAMMA[0])], ids=["nothing", "a number", "odd values"])
def test_what_is_no_gradient_is_left_as_it_is(result: object) -> None:
    backward = ChannelBackward(FakePart("norm_backward", BACKWARD, lambda dout, cache: result))
    assert backward(X, None) == result
