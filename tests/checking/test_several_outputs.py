"""Gradient checks of a layer with two outputs: a step that gives its state and its cell."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

from grader.checking import CheckFailed, NeedsPart, assert_gradients
from grader.checking.numeric import Array
from grader.sandbox.wire import Unusable
from tests.checking.parts import FakePart, Pair


def step_forward(x: Array, c: Array) -> tuple[Array, Array, Any]:
    next_c = c * x
    return np.tanh(next_c) * x, next_c, (x, c)


def step_backward(dnext_h: Array, dnext_c: Array, cache: Any) -> tuple[Array, Array]:
    x, c = cache
    squashed = np.tanh(c * x)
    dc = dnext_c + dnext_h * x * (1 - squashed**2)
    return dc * c + dnext_h * squashed, dc * x


def ignores_dnext_c(dnext_h: Array, dnext_c: Array, cache: Any) -> tuple[Array, Array]:
    return step_backward(dnext_h, np.zeros_like(dnext_c), cache)


def changes_dnext_c(dnext_h: Array, dnext_c: Array, cache: Any) -> tuple[Array, Array]:
    x, c = cache
    squashed = np.tanh(c * x)
    dnext_c += dnext_h * x * (1 - squashed**2)
    return dnext_c * c + dnext_h * squashed, dnext_c * x


def doubles_h(x: Array, c: Array) -> tuple[Array, Array, Any]:
    next_h, next_c, cache = step_forward(x, c)
    return 2 * next_h, next_c, cache


def doubles_h_backward(dnext_h: Array, dnext_c: Array, cache: Any) -> tuple[Array, Array]:
    return step_backward(2 * dnext_h, dnext_c, cache)


def step_pair(pair: Pair, *, graded: bool) -> tuple[FakePart, FakePart]:
    forward = FakePart("step_forward", ("next_h", "next_c", "cache"), pair[0])
    backward = FakePart("step_backward", ("dx", "dc"), pair[1])
    if graded:
        forward.counterpart = FakePart(forward.name, forward.returns, step_forward)
        backward.counterpart = FakePart(backward.name, backward.returns, step_backward)
    return forward, backward


def check_step(pair: Pair, *, graded: bool, cotangent: Array | None = None) -> None:
    rng = np.random.default_rng(1)
    inputs = {"x": rng.normal(size=(4, 3)), "c": rng.normal(size=(4, 3))}
    assert_gradients(*step_pair(pair, graded=graded), inputs, rng=rng, cotangent=cotangent)


@pytest.mark.parametrize("graded", [True, False])
def test_a_right_layer_with_two_outputs_passes(graded: bool) -> None:
    check_step((step_forward, step_backward), graded=graded)


@pytest.mark.parametrize("graded", [True, False])
def test_a_backward_that_changes_a_cotangent_passes(graded: bool) -> None:
    check_step((step_forward, changes_dnext_c), graded=graded)


@pytest.mark.parametrize("graded", [True, False])
def test_a_backward_that_ignores_one_cotangent_fails(graded: bool) -> None:
    with pytest.raises(CheckFailed, match=r"^dx is wrong"):
        check_step((step_forward, ignores_dnext_c), graded=graded)


@pytest.mark.parametrize("graded", [True, False])
def test_each_output_gets_its_own_share_of_a_given_cotangent(graded: bool) -> None:
    nothing_for_c = np.stack([np.ones((4, 3)), np.zeros((4, 3))])
    check_step((step_forward, ignores_dnext_c), graded=graded, cotangent=nothing_for_c)


@pytest.mark.parametrize("backward", [step_backward, doubles_h_backward])
def test_a_wrong_output_does_not_spoil_a_right_backward(backward: Any) -> None:
    check_step((doubles_h, backward), graded=True)


@pytest.mark.parametrize(
    "wrong",
    [
        pytest.param(None, id="None"),
        pytest.param([1.0], id="a list"),
        pytest.param(np.ones((4, 1)), id="another shape"),
        pytest.param(np.ones((4, 3), dtype=complex), id="complex numbers"),
        pytest.param(np.zeros((4, 3), dtype="f8,f8"), id="records"),
        pytest.param(Unusable("generator", "it cannot be sent"), id="unusable"),
    ],
)
def test_an_output_that_cannot_be_differentiated_is_the_fault_of_the_forward(wrong: object) -> None:
    def forward(x: Array, c: Array) -> tuple[object, Array, Any]:
        return wrong, c * x, (x, c)

    with pytest.raises(NeedsPart) as caught:
        check_step((forward, ignores_dnext_c), graded=True)
    assert str(caught.value) == (
        "step_forward gives nothing to differentiate: its result is a tuple of values that are not arrays of numbers "
        "of one shape, expected an array of numbers."
    )


def test_a_right_backward_passes_beside_an_output_that_cannot_be_differentiated() -> None:
    def forward(x: Array, c: Array) -> tuple[None, Array, Any]:
        return None, c * x, (x, c)

    check_step((forward, step_backward), graded=True)
