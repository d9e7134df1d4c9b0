"""Gradient checks: what passes, what is caught, what earns nothing, and that nothing upsets them."""

from __future__ import annotations

import contextlib
from collections.abc import Callable
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from grader.checking import (
    CheckFailed,
    NeedsPart,
    assert_gradients,
    assert_loss_gradient,
    assert_network_gradients,
)
from grader.checking.numeric import Array
from grader.errors import StudentRaised
from grader.model import Diagnosis, StudentError
from grader.sandbox.wire import Unusable
from tests.checking.parts import (
    FakePart,
    Forward,
    Pair,
    affine_backward,
    affine_forward,
    affine_inputs,
    affine_pair,
    relu_backward,
    relu_forward,
    single_pair,
    tanh_backward,
    tanh_forward,
)

AFFINE: Pair = (affine_forward, affine_backward)
RELU: Pair = (relu_forward, relu_backward)
TANH: Pair = (tanh_forward, tanh_backward)


def check_affine(forward: Forward, backward: Forward, *, graded: bool, seed: int = 0, **sizes: int) -> None:
    student = affine_pair((forward, backward), graded=graded)
    assert_gradients(*student, affine_inputs(**sizes, seed=seed), rng=np.random.default_rng(seed))


def check_single(name: str, right: Pair, pair: Pair, *, graded: bool, seed: int = 0) -> None:
    """Check a layer of one argument; ``graded`` tells whether there is a reference."""
    x = np.random.default_rng(seed).normal(size=(4, 5))
    student = single_pair(name, right, pair, graded=graded)
    assert_gradients(*student, {"x": x}, rng=np.random.default_rng(seed + 1))


def failure_of(check: Callable[..., None], *args: Any, **kwargs: Any) -> CheckFailed:
    with pytest.raises(CheckFailed) as caught:
        check(*args, **kwargs)
    return caught.value


def refusal_of(check: Callable[..., None], *args: Any, **kwargs: Any) -> str:
    with pytest.raises(NeedsPart) as caught:
        check(*args, **kwargs)
    return str(caught.value)


def diagnosis_of(failure: CheckFailed) -> Diagnosis:
    assert failure.diagnosis is not None
    return failure.diagnosis


# --- right layers pass in all three modes -----------------------------------------------------------------


@pytest.mark.parametrize("graded", [True, False])
@pytest.mark.parametrize("seed", range(10))
def test_a_right_affine_layer_passes(graded: bool, seed: int) -> None:
    check_affine(affine_forward, affine_backward, graded=graded, seed=seed)


@pytest.mark.parametrize("graded", [True, False])
@pytest.mark.parametrize("seed", range(10))
@pytest.mark.parametrize(("name", "pair"), [("relu", RELU), ("tanh", TANH)])
def test_a_right_activation_passes(name: str, pair: Pair, graded: bool, seed: int) -> None:
    check_single(name, pair, pair, graded=graded, seed=seed)


def forgets_bias(x: Array, w: Array, b: Array) -> tuple[Array, Any]:
    return x @ w, (x, w)


def doubles(x: Array, w: Array, b: Array) -> tuple[Array, Any]:
    return 2 * (x @ w) + b, (x, w)


def doubles_backward(dout: Array, cache: Any) -> tuple[Array, Array, Array]:
    dx, dw, db = affine_backward(dout, cache)
    return 2 * dx, 2 * dw, db


@pytest.mark.parametrize("forward", [forgets_bias, doubles])
def test_a_right_backward_passes_beside_a_wrong_forward(forward: Forward) -> None:
    check_affine(forward, affine_backward, graded=True)


@pytest.mark.parametrize("seed", range(10))
def test_a_backward_that_is_right_for_its_own_wrong_forward_passes(seed: int) -> None:
    check_affine(doubles, doubles_backward, graded=True, seed=seed)


def leaky_forward(x: Array) -> tuple[Array, Any]:
    return np.where(x > 0, x, 0.1 * x), x


def leaky_backward(dout: Array, cache: Any) -> Array:
    return np.where(cache > 0, dout, 0.1 * dout)


def test_a_leaky_relu_passes_by_its_own_backward() -> None:
    check_single("relu", RELU, (leaky_forward, leaky_backward), graded=True)


def test_a_right_backward_passes_beside_a_forward_that_gives_nothing_useful() -> None:
    check_affine(lambda x, w, b: (None, (x, w)), affine_backward, graded=True)


def test_a_backward_right_for_neither_forward_fails() -> None:
    def backward(dout: Array, cache: Any) -> Any:
        dx, dw, db = affine_backward(dout, cache)
        return 2 * dx, 3 * dw, db

    failure = failure_of(check_affine, doubles, backward, graded=True)
    assert failure.evidence.summary == (
        "dw is wrong in 15 of 15 entries; the largest error is about 50 % of the largest entry. dx and db are right."
    )


def single_forward(x: Array, w: Array, b: Array) -> tuple[Array, Any]:
    x, w, b = (array.astype(np.float32) for array in (x, w, b))
    return x @ w + b, (x, w)


def single_inside(x: Array, w: Array, b: Array) -> tuple[Array, Any]:
    out, cache = single_forward(x, w, b)
    return out.astype(np.float64), cache


def single_backward(dout: Array, cache: Any) -> Any:
    return affine_backward(dout.astype(np.float32), cache)


@pytest.mark.parametrize("graded", [True, False])
@pytest.mark.parametrize("forward", [single_forward, single_inside])
@pytest.mark.parametrize("seed", range(10))
def test_a_layer_in_single_precision_passes(forward: Forward, graded: bool, seed: int) -> None:
    check_affine(forward, single_backward, graded=graded, seed=seed)


def single_tanh(x: Array) -> tuple[Array, Any]:
    return np.tanh(x.astype(np.float32)), x


@pytest.mark.parametrize("graded", [True, False])
@pytest.mark.parametrize("seed", range(10))
def test_an_activation_in_single_precision_passes(graded: bool, seed: int) -> None:
    check_single("tanh", TANH, (single_tanh, tanh_backward), graded=graded, seed=seed)


def doubles_single(x: Array, w: Array, b: Array) -> tuple[Array, Any]:
    out, cache = doubles(*(array.astype(np.float32) for array in (x, w, b)))
    return out, cache


def test_single_precision_passes_by_its_own_wrong_forward() -> None:
    check_affine(doubles_single, doubles_backward, graded=True)


@pytest.mark.parametrize("seed", range(20))
def test_kinks_in_single_precision_make_no_right_gradient_wrong(seed: int) -> None:
    pair: Pair = (lambda x: (np.maximum(x.astype(np.float32), 0), x), relu_backward)
    x = np.random.default_rng(seed).normal(size=(4, 5))
    x[1, 2] = 2e-3
    student = single_pair("relu", RELU, pair, graded=False)
    assert_gradients(*student, {"x": x}, rng=np.random.default_rng(seed + 1))


def test_a_wrong_gradient_in_single_precision_is_caught() -> None:
    failure = failure_of(check_affine, single_forward, halves(single_backward, 1), graded=False)
    assert failure.evidence.summary.startswith("dw is wrong in 14 of 15 entries;")


# --- wrong gradients are caught ---------------------------------------------------------------------------


def halves(backward: Forward, position: int) -> Forward:
    def wrong(dout: Array, cache: Any) -> Any:
        gradients = list(backward(dout, cache))
        gradients[position] = gradients[position] / 2
        return tuple(gradients)

    return wrong


def changed(position: int, change: Callable[[Array], Array]) -> Forward:
    """Return the right affine backward with one gradient changed."""

    def wrong(dout: Array, cache: Any) -> Any:
        gradients = list(affine_backward(dout, cache))
        gradients[position] = change(gradients[position].copy())
        return tuple(gradients)

    return wrong


def one_wrong_entry(gradient: Array) -> Array:
    gradient[77, 13] += 0.1
    return gradient


def last_row_wrong(gradient: Array) -> Array:
    gradient[-1] *= 3
    return gradient


WRONG: dict[str, Callable[[Array], Array]] = {
    "a factor": lambda g: 2 * g,
    "a small factor": lambda g: 1.001 * g,
    "a sign": lambda g: -g,
    "zero": np.zeros_like,
    "an offset": lambda g: g + 0.1,
    "the last row": last_row_wrong,
    "huge": lambda g: np.full_like(g, 1e308),
    "huge and of both signs": lambda g: np.where(g > 0, 1e308, -1e308),
}


@pytest.mark.parametrize("graded", [True, False])
@pytest.mark.parametrize("change", WRONG.values(), ids=WRONG.keys())
@pytest.mark.parametrize("position", [0, 1, 2])
def test_a_wrong_gradient_is_caught(position: int, change: Callable[[Array], Array], graded: bool) -> None:
    failure = failure_of(check_affine, affine_forward, changed(position, change), graded=graded)
    assert failure.evidence.summary.startswith(f"{('dx', 'dw', 'db')[position]} is wrong in ")


@pytest.mark.parametrize("seed", range(20))
def test_one_wrong_entry_of_thousands_is_caught_without_a_reference(seed: int) -> None:
    failure = failure_of(
        check_affine, affine_forward, changed(1, one_wrong_entry), graded=False, seed=seed, N=8, D=128, M=64
    )
    assert failure.evidence.summary == (
        "dw is wrong: it disagrees with differences along random directions. dx and db are right."
    )


def test_one_wrong_entry_of_thousands_is_counted_in_grading() -> None:
    failure = failure_of(check_affine, affine_forward, changed(1, one_wrong_entry), graded=True, N=8, D=128, M=64)
    assert [(array.name, array.wrong, array.worst[0].index) for array in failure.evidence.arrays] == [
        ("dw", 1, (77, 13))
    ]


@pytest.mark.parametrize("graded", [True, False])
def test_a_batch_size_too_many_is_named(graded: bool) -> None:
    failure = failure_of(check_affine, affine_forward, changed(1, lambda g: 4 * g), graded=graded)
    assert diagnosis_of(failure).observation == "dw is N = 4 times the expected value, in every entry."


@pytest.mark.parametrize("graded", [True, False])
def test_a_factor_that_is_the_rows_of_the_weights_is_not_called_the_batch(graded: bool) -> None:
    failure = failure_of(check_affine, affine_forward, changed(1, lambda g: 3 * g), graded=graded)
    assert diagnosis_of(failure).observation == "dw is D = 3 times the expected value, in every entry."


@pytest.mark.parametrize("graded", [True, False])
def test_a_sum_over_the_wrong_axis_is_reported_by_its_shape(graded: bool) -> None:
    def backward(dout: Array, cache: Any) -> Any:
        dx, dw, _ = affine_backward(dout, cache)
        return dx, dw, dout.sum(axis=1)

    failure = failure_of(check_affine, affine_forward, backward, graded=graded)
    assert failure.evidence.summary.startswith("db has shape (4,), expected (5,).")


def test_all_wrong_gradients_are_told_and_the_right_one() -> None:
    def backward(dout: Array, cache: Any) -> Any:
        dx, dw, db = affine_backward(dout, cache)
        return -dx, dw, 2 * db

    failure = failure_of(check_affine, affine_forward, backward, graded=True)
    assert failure.evidence.summary == (
        "dx is wrong in 12 of 12 entries; the largest error is 2 times the largest entry. "
        "db is wrong in 5 of 5 entries; the largest error is about 100 % of the largest entry. dw is right."
    )


def test_the_first_known_cause_is_named() -> None:
    def backward(dout: Array, cache: Any) -> Any:
        dx, dw, db = affine_backward(dout, cache)
        return dx + np.cos(dx), -dw, db

    failure = failure_of(check_affine, affine_forward, backward, graded=True)
    assert diagnosis_of(failure).observation == "dw has the wrong sign and is right otherwise."


def test_a_gradient_that_is_none_is_told() -> None:
    failure = failure_of(
        check_affine, affine_forward, lambda dout, cache: (*affine_backward(dout, cache)[:2], None), graded=True
    )
    assert failure.evidence.summary == "db is None. dx and dw are right."


@pytest.mark.parametrize("graded", [True, False])
def test_too_few_gradients_are_told(graded: bool) -> None:
    failure = failure_of(
        check_affine, affine_forward, lambda dout, cache: affine_backward(dout, cache)[:2], graded=graded
    )
    assert failure.evidence.summary == "affine_backward returned 2 values, expected 3 values (dx, dw, db)."


def test_a_gradient_that_is_not_finite_is_told_without_expected_values() -> None:
    failure = failure_of(check_affine, affine_forward, changed(2, lambda g: g * np.nan), graded=False)
    assert failure.evidence.summary == "In db, 5 of 5 entries are NaN; the first is at [0]."
    assert failure.evidence.arrays == ()


@pytest.mark.parametrize("graded", [True, False])
def test_no_summary_shows_a_value(graded: bool) -> None:
    inputs, rng = affine_inputs(seed=9), np.random.default_rng(9)
    forward, backward = affine_pair((affine_forward, changed(1, lambda g: np.cos(g) + 5)), graded=graded)
    failure = failure_of(assert_gradients, forward, backward, inputs, rng=rng)
    (evidence,) = failure.evidence.arrays
    shown = [entry.got for entry in evidence.worst] + [entry.expected for entry in evidence.worst]
    assert shown
    assert not any(text[:4] in failure.evidence.summary for text in shown)


# --- kinks ------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("graded", [True, False])
@pytest.mark.parametrize("seed", range(20))
def test_points_near_a_kink_are_survived(graded: bool, seed: int) -> None:
    x = np.random.default_rng(seed).normal(size=(4, 5))
    x[1, 2] = 3e-6
    assert_gradients(*single_pair("relu", RELU, RELU, graded=graded), {"x": x}, rng=np.random.default_rng(seed + 1))


def test_a_point_at_a_kink_is_given_up() -> None:
    x = np.zeros((4, 5))
    reason = refusal_of(
        assert_gradients, *single_pair("relu", RELU, RELU, graded=False), {"x": x}, rng=np.random.default_rng(1)
    )
    assert reason == "relu_forward has a kink or a jump at this point in every direction tried."


def test_a_wrong_gradient_beside_a_kink_is_caught() -> None:
    x = np.random.default_rng(5).normal(size=(4, 5))
    x[1, 2] = 3e-7
    student = single_pair("relu", RELU, (relu_forward, lambda dout, cache: dout), graded=False)
    assert failure_of(assert_gradients, *student, {"x": x}, rng=np.random.default_rng(1)).evidence.arrays


# --- degenerate forwards earn nothing ---------------------------------------------------------------------


def square_inputs() -> dict[str, Array]:
    return affine_inputs(4, 4, 4)


def constant(x: Array, w: Array, b: Array) -> tuple[Array, Any]:
    return np.ones((len(x), w.shape[1])), (x, w, b)


def no_gradients(dout: Array, cache: Any) -> Any:
    return tuple(np.zeros_like(array) for array in cache)


def ignores_weights(x: Array, w: Array, b: Array) -> tuple[Array, Any]:
    return np.tanh(x.sum(axis=1, keepdims=True) * b), (x, w, b)


def ignores_weights_backward(dout: Array, cache: Any) -> Any:
    x, w, b = cache
    total = x.sum(axis=1, keepdims=True)
    inner = dout * (1 - np.tanh(total * b) ** 2)
    return np.broadcast_to((inner @ b)[:, None], x.shape).copy(), np.zeros_like(w), (inner * total).sum(axis=0)


def adds(x: Array, w: Array, b: Array) -> tuple[Array, Any]:
    return x.sum() + w.sum() + b.sum() + np.zeros((len(x), w.shape[1])), (x, w, b)


def adds_backward(dout: Array, cache: Any) -> Any:
    return tuple(np.full_like(array, dout.sum()) for array in cache)


def adds_in_single(x: Array, w: Array, b: Array) -> tuple[Array, Any]:
    out, cache = adds(x, w, b)
    return (1e3 * out).astype(np.float32).astype(np.float64), cache


def adds_in_single_backward(dout: Array, cache: Any) -> Any:
    return tuple(1e3 * gradient for gradient in adds_backward(dout, cache))


def bends_a_little(x: Array, w: Array, b: Array) -> tuple[Array, Any]:
    out, cache = adds(x, w, b)
    return out + 1e-5 * out**2, (*cache, out)


def bends_a_little_backward(dout: Array, cache: Any) -> Any:
    return adds_backward(dout * (1 + 2e-5 * cache[-1]), cache[:-1])


SIMPLER = "affine_forward is simpler than the function asked for, so its gradient cannot stand for the real one."


@pytest.mark.parametrize(
    ("forward", "backward", "reason"),
    [
        (constant, no_gradients, "The result of affine_forward does not depend on x: no gradient to compare."),
        (
            ignores_weights,
            ignores_weights_backward,
            "The result of affine_forward does not depend on w: no gradient to compare.",
        ),
        (adds, adds_backward, SIMPLER),
        (adds_in_single, adds_in_single_backward, SIMPLER),
        (bends_a_little, bends_a_little_backward, SIMPLER),
    ],
)
def test_a_degenerate_affine_layer_earns_nothing(forward: Forward, backward: Forward, reason: str) -> None:
    student = affine_pair((forward, backward))
    assert refusal_of(assert_gradients, *student, square_inputs(), rng=np.random.default_rng(1)) == reason


def test_the_degenerate_layers_are_right_by_themselves() -> None:
    # The control: what refuses them is not a wrong gradient.
    for pair in ((adds, adds_backward), (bends_a_little, bends_a_little_backward)):
        student = affine_pair(pair, graded=False)
        assert_gradients(*student, square_inputs(), rng=np.random.default_rng(1))


@pytest.mark.parametrize(
    ("forward", "backward", "reason"),
    [
        (
            lambda x: (x, x),
            lambda dout, cache: dout,
            "relu_forward is simpler than the function asked for, so its gradient cannot stand for the real one.",
        ),
        (
            lambda x: (np.ones_like(x), x),
            lambda dout, cache: np.zeros_like(cache),
            "The result of relu_forward does not depend on x: no gradient to compare.",
        ),
        (
            lambda x: (np.full_like(x, x.sum()), x),
            lambda dout, cache: np.full_like(cache, dout.sum()),
            "relu_forward is simpler than the function asked for, so its gradient cannot stand for the real one.",
        ),
        (
            lambda x: (x[:2], x),
            lambda dout, cache: np.zeros_like(cache),
            "relu_forward returns shape (2, 5), expected (4, 5): no gradient to compare.",
        ),
        (
            lambda x: (x * np.nan, x),
            lambda dout, cache: np.zeros_like(cache),
            "relu_forward gives NaN or infinite values, which have no gradient.",
        ),
        (
            lambda x: ([1.0], x),
            lambda dout, cache: np.zeros_like(cache),
            "relu_forward gives nothing to differentiate: its result is a list, expected an array of numbers.",
        ),
        (
            lambda x: (None, x),
            lambda dout, cache: np.zeros_like(cache),
            "relu_forward gives nothing to differentiate: its result is None.",
        ),
    ],
)
def test_a_degenerate_activation_earns_nothing(forward: Forward, backward: Forward, reason: str) -> None:
    assert refusal_of(check_single, "relu", RELU, (forward, backward), graded=True) == reason


@pytest.mark.parametrize("graded", [True, False])
def test_a_backward_of_zeros_fails(graded: bool) -> None:
    pair: Pair = (relu_forward, lambda dout, cache: np.zeros_like(cache))
    assert diagnosis_of(failure_of(check_single, "relu", RELU, pair, graded=graded)).name == "all-zero"


def test_a_backward_of_zeros_beside_a_wrong_forward_fails() -> None:
    pair: Pair = (leaky_forward, lambda dout, cache: np.zeros_like(cache))
    failure = failure_of(check_single, "relu", RELU, pair, graded=True)
    assert failure.evidence.summary == (
        "dx is wrong in 20 of 20 entries; the largest error is about 100 % of the largest entry."
    )


@pytest.mark.parametrize("size", [1e-9, 1e-12])
def test_a_tiny_forward_does_not_hide_a_backward_of_zeros(size: float) -> None:
    pair: Pair = (lambda x: (size * np.tanh(x), x), lambda dout, cache: np.zeros_like(cache))
    with pytest.raises((CheckFailed, NeedsPart)):
        check_single("tanh", TANH, pair, graded=True)


@pytest.mark.parametrize("backward", [no_gradients, lambda dout, cache: tuple(np.ones_like(a) for a in cache)])
def test_a_constant_layer_has_no_gradient_without_a_reference(backward: Forward) -> None:
    reason = refusal_of(check_affine, constant, backward, graded=False)
    assert reason == "The result of affine_forward does not depend on x: no gradient to compare."


def test_a_forward_that_jumps_is_given_up() -> None:
    flip = iter(range(10**6))
    pair: Pair = (lambda x: (np.tanh(x) + next(flip), x), tanh_backward)
    assert refusal_of(check_single, "tanh", TANH, pair, graded=False) == (
        "tanh_forward has a kink or a jump at this point in every direction tried."
    )


def test_a_forward_of_changing_shape_is_given_up() -> None:
    sizes = iter(range(3, 10**6))
    pair: Pair = (lambda x: (np.ones(next(sizes)), x), lambda dout, cache: cache)
    reason = refusal_of(check_single, "tanh", TANH, pair, graded=False)
    assert reason == "tanh_forward returns shape (5,), expected (3,): no gradient to compare."


def test_a_wrong_forward_of_changing_shape_is_given_up_in_grading() -> None:
    sizes = iter([4, *range(5, 10**6)])
    pair: Pair = (lambda x: (np.ones((next(sizes), 5)), x), lambda dout, cache: cache)
    reason = refusal_of(check_single, "tanh", TANH, pair, graded=True)
    assert reason == "tanh_forward returns shape (5, 5), expected (4, 5): no gradient to compare."


def test_values_too_large_for_a_difference_are_given_up() -> None:
    pair: Pair = (lambda x: (np.where(np.random.default_rng(len(x)).random(x.shape) > 2, x, 1e308 * np.sign(x)), x),
                  tanh_backward)  # fmt: skip
    x = np.full((4, 5), 1e-7)
    student = single_pair("tanh", TANH, pair, graded=False)
    assert refusal_of(assert_gradients, *student, {"x": x}, rng=np.random.default_rng(1)) == (
        "tanh_forward gives values too large to take differences of."
    )


def test_a_backward_that_raises_on_the_cache_of_a_wrong_forward_is_not_judged() -> None:
    def backward(dout: Array, cache: Any) -> Any:
        raise StudentRaised(StudentError(type="IndexError", message="list index out of range"))

    assert refusal_of(check_affine, doubles, backward, graded=True) == (
        "affine_forward is wrong, and with its cache the backward raised IndexError."
    )


def test_a_backward_that_raises_beside_a_right_forward_is_not_excused() -> None:
    def backward(dout: Array, cache: Any) -> Any:
        raise StudentRaised(StudentError(type="IndexError", message="list index out of range"))

    with pytest.raises(StudentRaised, match=r"^IndexError: list index out of range$"):
        check_affine(affine_forward, backward, graded=True)


# --- cost -------------------------------------------------------------------------------------------------


def test_a_large_layer_costs_less_than_a_hundredth_of_entry_by_entry() -> None:
    forward, backward = affine_pair(AFFINE, graded=False)
    inputs = affine_inputs(32, 128, 64)
    assert_gradients(forward, backward, inputs, rng=np.random.default_rng(1))
    entrywise = 2 * sum(array.size for array in inputs.values())
    assert (forward.calls <= 32, backward.calls, forward.calls < entrywise / 100) == (True, 1, True)


def test_a_right_forward_is_called_once_in_grading() -> None:
    forward, backward = affine_pair(AFFINE)
    assert_gradients(forward, backward, affine_inputs(32, 128, 64), rng=np.random.default_rng(1))
    assert (forward.calls, backward.calls) == (1, 1)


# --- losses -----------------------------------------------------------------------------------------------


def softmax_loss(x: Array, y: Array) -> tuple[float, Array]:
    shifted = x - x.max(axis=1, keepdims=True)
    logs = shifted - np.log(np.exp(shifted).sum(axis=1, keepdims=True))
    dx = np.exp(logs)
    dx[np.arange(len(y)), y] -= 1
    return float(-logs[np.arange(len(y)), y].mean()), dx / len(y)


def check_loss(function: Forward, *, graded: bool) -> None:
    rng = np.random.default_rng(4)
    loss = FakePart("softmax_loss", ("loss", "dx"), function)
    if graded:
        loss.counterpart = FakePart("softmax_loss", ("loss", "dx"), softmax_loss)
    inputs = {"x": rng.normal(size=(7, 4)), "y": rng.integers(4, size=7)}
    assert_loss_gradient(loss, inputs, rng=rng, wrt="x")


@pytest.mark.parametrize("graded", [True, False])
def test_a_right_loss_passes(graded: bool) -> None:
    check_loss(softmax_loss, graded=graded)


@pytest.mark.parametrize("graded", [True, False])
def test_a_gradient_that_is_not_averaged_is_named(graded: bool) -> None:
    failure = failure_of(check_loss, lambda x, y: (softmax_loss(x, y)[0], 7 * softmax_loss(x, y)[1]), graded=graded)
    assert diagnosis_of(failure).observation == "dx is N = 7 times the expected value, in every entry."


def test_a_loss_and_its_gradient_summed_alike_pass_as_error_carried_forward() -> None:
    check_loss(lambda x, y: (7 * softmax_loss(x, y)[0], 7 * softmax_loss(x, y)[1]), graded=True)


@pytest.mark.parametrize("graded", [True, False])
def test_a_loss_for_each_sample_has_no_gradient_to_compare(graded: bool) -> None:
    reason = refusal_of(check_loss, lambda x, y: (x.sum(axis=1), np.ones_like(x)), graded=graded)
    assert reason == "softmax_loss returns shape (7,), expected (): no gradient to compare."


def test_a_gradient_is_not_blamed_for_the_shape_of_the_loss() -> None:
    reason = refusal_of(check_loss, lambda x, y: (x.sum(axis=1), None), graded=False)
    assert reason == "softmax_loss returns shape (7,), expected (): no gradient to compare."


@pytest.mark.parametrize("value", [5.0, 12.0])
def test_rounding_of_a_large_loss_in_single_precision_makes_no_right_gradient_wrong(value: float) -> None:
    def large(x: Array, y: Array) -> Any:
        loss, dx = softmax_loss(x.astype(np.float32), y)
        return np.float32(value) + np.float32(loss), dx

    for seed in range(20):
        rng = np.random.default_rng(seed)
        inputs = {"x": 4 * rng.normal(size=(30, 4)), "y": rng.integers(4, size=30)}
        assert_loss_gradient(FakePart("softmax_loss", ("loss", "dx"), large), inputs, rng=rng, wrt="x")


def linear_loss(W: Array, X: Array, y: Array) -> tuple[float, Array]:
    value, dscores = softmax_loss(X @ W, y)
    return value, X.T @ dscores


def test_the_batch_is_told_by_the_labels_where_weights_come_first() -> None:
    rng = np.random.default_rng(4)
    right = FakePart("softmax_loss", ("loss", "dW"), linear_loss)
    part = FakePart(
        "softmax_loss", ("loss", "dW"), lambda W, X, y: (linear_loss(W, X, y)[0], 5 * linear_loss(W, X, y)[1])
    )
    part.counterpart = right
    inputs = {"W": rng.normal(size=(4, 3)), "X": rng.normal(size=(5, 4)), "y": rng.integers(3, size=5)}
    failure = failure_of(assert_loss_gradient, part, inputs, rng=rng, wrt="W")
    assert diagnosis_of(failure).observation == "dW is N = 5 times the expected value, in every entry."


# --- networks ---------------------------------------------------------------------------------------------


class Network:
    """A network with one hidden layer whose answer a test may change."""

    def __init__(self, change: Callable[[float, dict[str, Array]], Any] = lambda loss, grads: (loss, grads)) -> None:
        self.params: dict[str, Array] = {}
        self.change = change

    def loss(self, X: Array, y: Array) -> Any:
        hidden = np.tanh(X @ self.params["W1"])
        value, dscores = softmax_loss(hidden @ self.params["W2"], y)
        dhidden = dscores @ self.params["W2"].T * (1 - hidden**2)
        return self.change(value, {"W1": X.T @ dhidden, "W2": hidden.T @ dscores})


def check_network(network: Network, *, graded: bool) -> None:
    rng = np.random.default_rng(6)
    params = {"W1": rng.normal(size=(4, 6)), "W2": rng.normal(size=(6, 3))}
    X, y = rng.normal(size=(5, 4)), rng.integers(3, size=5)
    reference = Network() if graded else None
    assert_network_gradients(network, reference, params, X, y, rng=rng, part="TwoLayerNet")


@pytest.mark.parametrize("graded", [True, False])
def test_a_right_network_passes(graded: bool) -> None:
    check_network(Network(), graded=graded)


@pytest.mark.parametrize("graded", [True, False])
def test_a_wrong_parameter_gradient_is_named(graded: bool) -> None:
    network = Network(lambda loss, grads: (loss, {**grads, "W1": -grads["W1"]}))
    failure = failure_of(check_network, network, graded=graded)
    assert failure.evidence.summary == (
        "grads['W1'] is wrong in 24 of 24 entries; the largest error is 2 times the largest entry. "
        "grads['W2'] is right."
    )


def test_the_factor_of_a_network_is_named_by_its_batch() -> None:
    network = Network(lambda loss, grads: (loss, {**grads, "W2": 5 * grads["W2"]}))
    failure = failure_of(check_network, network, graded=True)
    assert diagnosis_of(failure).observation == "grads['W2'] is N = 5 times the expected value, in every entry."


@pytest.mark.parametrize("graded", [True, False])
@pytest.mark.parametrize(
    ("answer", "sentence"),
    [
        (None, "loss(X, y) returned a NoneType, expected the pair (loss, grads)."),
        (1.5, "loss(X, y) returned a float, expected the pair (loss, grads)."),
        ((1.5, {}, 2), "loss(X, y) returned 3 values, expected the pair (loss, grads)."),
        (Unusable("generator", "is no data"), "loss(X, y) returned a generator, expected the pair (loss, grads)."),
        ((1.5, [1]), "grads is a list, expected a dict with one gradient a parameter."),
        ((1.5, None), "grads is a NoneType, expected a dict with one gradient a parameter."),
        ((1.5, {"W1": 1}), "grads has no entry for W2."),
    ],
)
def test_a_malformed_answer_of_a_network_is_told(answer: object, sentence: str, graded: bool) -> None:
    network = Network(lambda loss, grads: answer if not isinstance(answer, tuple) else (loss, *answer[1:]))
    network = Network(lambda loss, grads: answer) if isinstance(answer, Unusable) else network
    assert failure_of(check_network, network, graded=graded).evidence.summary == sentence


# --- hostile values ---------------------------------------------------------------------------------------


class Tagged(np.ndarray[Any, Any]):
    """A subclass of arrays."""


HOSTILE: list[Any] = [
    None,
    [],
    [1.0, 2.0],
    [[1.0], [2.0, 3.0]],
    (),
    (1, 2),
    (1, 2, 3),
    (None, None, None),
    "text",
    b"bytes",
    {},
    {"out": 1},
    1j,
    np.ones((4, 5), dtype=complex),
    np.array([None, 1.0]),
    np.array({"a": 1}),
    np.full((4, 5), np.nan),
    np.full((4, 5), -np.inf),
    np.full((4, 5), 1e308),
    np.full((4, 5), np.longdouble("1e4000")),
    np.full((4, 5), 65504, dtype=np.float16),
    np.array(3.0),
    np.float64("nan"),
    10**400,
    True,
    np.ones((4, 5), dtype=bool),
    np.empty((0, 5)),
    np.zeros((4, 5)),
    np.ones((4, 5, 1)),
    np.ones((4, 5)).view(Tagged),
    np.array(["2020-01-01"], dtype="M8[D]"),
    np.zeros(3, dtype=[("a", float)]),
    Unusable("generator", "is no data"),
    object(),
    len,
]


@given(
    out=st.sampled_from(HOSTILE),
    gradient=st.sampled_from(HOSTILE),
    shape_of_result=st.sampled_from(["pair", "bare", "out is right"]),
    shape_of_gradients=st.sampled_from(["all", "one", "bare"]),
    graded=st.booleans(),
)
def test_whatever_comes_back_is_a_failure_or_not_judged(
    out: Any, gradient: Any, shape_of_result: str, shape_of_gradients: str, graded: bool
) -> None:
    def forward(x: Array, w: Array, b: Array) -> Any:
        if shape_of_result == "out is right":
            return affine_forward(x, w, b)
        return (out, (x, w)) if shape_of_result == "pair" else out

    def backward(dout: Array, cache: Any) -> Any:
        if shape_of_gradients == "one":
            return gradient, np.ones((3, 5)), np.ones(5)
        return (gradient, gradient, gradient) if shape_of_gradients == "all" else gradient

    with pytest.raises((CheckFailed, NeedsPart)) as caught:
        check_affine(forward, backward, graded=graded)
    assert str(caught.value).split("\n")[0].endswith(".")


@given(value=st.sampled_from(HOSTILE), gradient=st.sampled_from(HOSTILE), graded=st.booleans(), bare=st.booleans())
def test_whatever_a_loss_returns_is_a_failure_or_not_judged(
    value: Any, gradient: Any, graded: bool, bare: bool
) -> None:
    with pytest.raises((CheckFailed, NeedsPart)):
        check_loss(lambda x, y: value if bare else (value, gradient), graded=graded)


@given(value=st.sampled_from(HOSTILE), grads=st.sampled_from(HOSTILE), graded=st.booleans(), bare=st.booleans())
def test_whatever_a_network_returns_is_a_failure_or_not_judged(
    value: Any, grads: Any, graded: bool, bare: bool
) -> None:
    answers = [value, (value, grads), (value, {"W1": grads, "W2": value})]
    for answer in answers[:1] if bare else answers[1:]:
        with pytest.raises((CheckFailed, NeedsPart)):
            check_network(Network(lambda loss, grads, answer=answer: answer), graded=graded)  # type: ignore[misc]


@given(seed=st.integers(0, 2**32), graded=st.booleans())
def test_an_unstable_forward_upsets_nothing(seed: int, graded: bool) -> None:
    chance = np.random.default_rng(seed)

    def forward(x: Array, w: Array, b: Array) -> Any:
        return HOSTILE[chance.integers(len(HOSTILE))], (x, w)

    # In grading the right backward passes beside it.
    with contextlib.suppress(CheckFailed, NeedsPart, StudentRaised):
        check_affine(forward, affine_backward, graded=graded)
