"""A wrong forward that is easier to differentiate than the one asked for earns nothing."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

from grader.checking import NeedsPart, assert_gradients, assert_loss_gradient, assert_network_gradients
from grader.checking.numeric import Array
from tests.checking.parts import FakePart, affine_inputs, affine_pair


def fills_one_number(x: Array, w: Array, b: Array) -> tuple[Array, Any]:
    return np.full((len(x), w.shape[1]), x.sum() * w.sum() + b.sum()), (x, w, b)


def fills_one_number_backward(dout: Array, cache: Any) -> Any:
    x, w, b = cache
    return tuple(dout.sum() * factor for factor in (w.sum() + 0 * x, x.sum() + 0 * w, 1 + 0 * b))


def test_one_number_in_every_place_earns_nothing() -> None:
    student = affine_pair((fills_one_number, fills_one_number_backward))
    with pytest.raises(
        NeedsPart, match=r"^affine_forward returns the same number in many places: no gradient to compare\.$"
    ):
        assert_gradients(*student, affine_inputs(), rng=np.random.default_rng(1))


def test_one_number_in_every_place_is_right_by_itself() -> None:
    student = affine_pair((fills_one_number, fills_one_number_backward), graded=False)
    assert_gradients(*student, affine_inputs(), rng=np.random.default_rng(1))


def squared_error(x: Array, y: Array) -> tuple[float, Array]:
    difference = x - np.eye(4)[y]
    return float((difference**2).sum()), 2 * difference


def without_labels(x: Array, y: Array) -> tuple[float, Array]:
    return float((x**2).sum()), 2 * x


def check_loss(function: Any, reference: Any) -> None:
    rng = np.random.default_rng(4)
    loss = FakePart("softmax_loss", ("loss", "dx"), function)
    loss.counterpart = FakePart("softmax_loss", ("loss", "dx"), reference)
    inputs = {"x": rng.normal(size=(7, 4)), "y": rng.integers(4, size=7)}
    assert_loss_gradient(loss, inputs, rng=rng, wrt="x")


def test_a_loss_that_ignores_the_labels_earns_nothing() -> None:
    with pytest.raises(NeedsPart, match=r"^The result of softmax_loss does not depend on y: no gradient to compare\.$"):
        check_loss(without_labels, squared_error)


def test_a_wrong_loss_that_heeds_the_labels_is_judged_by_its_own_gradient() -> None:
    check_loss(lambda x, y: (2 * squared_error(x, y)[0] + 1, 2 * squared_error(x, y)[1]), squared_error)


class Network:
    """Loss ``sum((X @ W - 1)**2)``, or of the weights alone."""

    def __init__(self, heeds: bool) -> None:
        self.heeds = heeds
        self.params: dict[str, Array] = {}

    def loss(self, X: Array, y: Array) -> tuple[float, dict[str, Array]]:
        W = self.params["W"]
        if not self.heeds:
            return float((W**2).sum()), {"W": 2 * W}
        error = X @ W - y[:, None]
        return float((error**2).sum()), {"W": 2 * X.T @ error}


def test_a_network_that_ignores_its_input_earns_nothing() -> None:
    rng = np.random.default_rng(2)
    params, X, y = {"W": rng.normal(size=(3, 2))}, rng.normal(size=(5, 3)), np.array([0, 1, 1, 0, 1])
    with pytest.raises(NeedsPart, match=r"^The result of Net does not depend on X: no gradient to compare\.$"):
        assert_network_gradients(Network(heeds=False), Network(heeds=True), params, X, y, rng=rng, part="Net")
