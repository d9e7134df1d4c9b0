"""Hidden checks of the learning rate range test and of the rate it suggests.

The loss that a student's test trains on is ours: a linear fit, whose loss explodes when the rate is too large, or a
script that says what each step returns whatever the parameters are.
"""

import numpy as np
import pytest

from grader.checking import assert_close, assert_true, unpack
from grader.checking.properties import assert_array, assert_numbers

SHAPES = {"W": (3, 2), "b": (2,)}


def numbers_of(got, shapes):
    """Return the arrays a student passes as float64; what is no such dict becomes a ValueError of theirs."""
    for name, shape in shapes.items():
        value = got.get(name) if isinstance(got, dict) else None
        if not isinstance(value, np.ndarray) or value.shape != shape or value.dtype.kind not in "fiu":
            raise ValueError(f"params holds an array of shape {shape} under the name {name!r}.")
    return {name: got[name].astype(np.float64) for name in shapes}


def linear_fit(params, X, y):
    """Return the mean squared distance of X W + b from y, and its gradients."""
    here = numbers_of(params, SHAPES)
    residual = X @ here["W"] + here["b"] - y
    loss = 0.5 * float(np.mean(np.sum(residual**2, axis=1)))
    return loss, {"W": X.T @ residual / len(X), "b": residual.mean(axis=0)}


def dealer(batches):
    """Return next_batch(), which deals out the batches in turn."""
    dealt = []

    def next_batch():
        dealt.append(len(dealt))
        return batches[dealt[-1] % len(batches)]

    return next_batch


def problem(rng, num_batches=40):
    """Return parameters and batches of a linear fit; the batches have one answer in common."""
    truth = rng.normal(size=(3, 2))
    batches = []
    for _ in range(num_batches):
        X = rng.normal(size=(30, 3))
        # So much noise that no batch fits four times as well as another.
        batches.append((X, X @ truth + 1.0 + rng.normal(size=(30, 2))))
    return {name: rng.normal(size=shape) for name, shape in SHAPES.items()}, batches


def assert_same_test(student, reference, loss_fn, params, batches, *rates):
    """Require the rates and the losses that the reference finds, each with batches of its own."""
    lrs, losses = reference.lr_range_test(loss_fn, params, dealer(batches), *rates)
    results = student.lr_range_test(loss_fn, params, dealer(batches), *rates)
    got_lrs, got_losses = unpack(student.lr_range_test, results)
    got_lrs, got_losses = assert_numbers("lrs", got_lrs), assert_numbers("losses", got_losses)
    ends = "The loss that ends the test is left out, together with its rate."
    same = len(got_lrs) == len(got_losses)
    assert_true(same, "lrs and losses differ in length: each loss belongs to one rate.", hint=ends)
    summary = "The test ends too late." if len(got_lrs) > len(lrs) else "The test ends too early."
    assert_true(len(got_lrs) == len(lrs), summary, hint=ends)
    assert_close("lrs", got_lrs, lrs)
    assert_close("losses", got_losses, losses)


@pytest.mark.check("lr_range_test", points=2)
@pytest.mark.parametrize(
    ("lr_min", "lr_max", "num_steps"),
    [
        pytest.param(1e-3, 1e-1, 11, id="two decades"),
        pytest.param(1e-7, 5e-2, 30, id="many decades"),
        pytest.param(2e-3, 6e-2, 2, id="two rates"),
    ],
)
def test_rates_and_losses(student, reference, rng, lr_min, lr_max, num_steps):
    """The rates grow by one factor, and each loss is that of the next batch before its step."""
    assert_same_test(student, reference, linear_fit, *problem(rng), lr_min, lr_max, num_steps)


@pytest.mark.check("lr_range_test", points=1)
@pytest.mark.parametrize("lr_max", [pytest.param(1e2, id="soon"), pytest.param(5.0, id="late")])
def test_end_at_an_explosion(student, reference, rng, lr_max):
    """The test ends when the loss explodes."""
    assert_same_test(student, reference, linear_fit, *problem(rng), 1e-4, lr_max, 40)


@pytest.mark.check("lr_range_test", points=2)
@pytest.mark.parametrize(
    "script",
    [
        pytest.param((2.0, 1.9, float("nan"), 1.0, 0.9, 5.0), id="not a number"),
        pytest.param((2.0, 1.9, 1.7, float("inf"), 1.6), id="infinite"),
        # The smallest loss counts, not the first (8), and not the one before.
        pytest.param((8.0, 1.0, 3.8, 2.9, 3.5, 4.2, 3.0, 12.5), id="more than four times the smallest"),
        pytest.param((2.0, 7.0, 1.0, 3.5, 2.0, 1.5), id="ups and downs"),
    ],
)
def test_what_is_an_explosion(student, reference, rng, script):
    """What ends the test is a loss that is not finite, or more than four times the smallest so far."""
    params, batches = problem(rng)
    # Losses of another size each time, so that they cannot be known; the number of the batch stands in X.
    losses = rng.uniform(0.5, 2.0) * np.array(script)
    numbered = [(np.full((30, 3), float(i)), batches[i][1]) for i in range(len(losses))]

    def scripted(params, X, y):
        numbers_of(params, SHAPES)
        step = int(X[0, 0]) if isinstance(X, np.ndarray) and X.shape == (30, 3) else 0
        return float(losses[step % len(losses)]), {name: np.zeros(shape) for name, shape in SHAPES.items()}

    assert_same_test(student, reference, scripted, params, numbered, 1e-3, 1.0, len(losses))


@pytest.mark.check("lr_range_test", points=2)
def test_parameters_are_left_unchanged(student, rng):
    """After the test the parameters are what they were before."""
    params, batches = problem(rng)
    hint = "Which arrays does the test move, and who else holds them?"
    results, after = student.lr_range_test.with_arguments(linear_fit, params, dealer(batches), 1e-3, 1e-1, 12)
    _, losses = unpack(student.lr_range_test, results)
    losses = assert_numbers("losses", losses)
    for name, value in params.items():
        left = after[1].get(name) if isinstance(after[1], dict) else None
        unchanged = np.allclose(assert_array(f"params[{name!r}]", left, value.shape), value, rtol=1e-12, atol=0)
        assert_true(unchanged, f"params[{name!r}] is another after the test.", hint=hint)
    # What never moves is easily left unchanged.
    still = [linear_fit(params, *batch)[0] for batch in batches[: len(losses)]]
    moved = len(losses) == len(still) > 1 and not np.allclose(losses, still)
    assert_true(moved, "The losses are those of parameters that never move.")


# The suggestion


def range_curve(rng, explodes):
    """Return rates and a smooth curve that falls fastest at a known place, and that place."""
    num_rates = 70
    lrs = np.geomspace(1e-6, 1e1, num_rates) * rng.uniform(0.5, 2.0)
    place = int(rng.integers(28, 36))
    # In grid points: the fall is 4 wide, so that over the rate itself it is steepest several points earlier.
    distance = np.arange(num_rates) - place
    losses = rng.uniform(0.2, 0.5) + rng.uniform(1.5, 3.0) / (1.0 + np.exp(distance / 4.0))
    if explodes:
        losses = losses + 0.01 * np.exp((distance - 20) / 2.5)
    return lrs, losses, place


def assert_suggested(got, lrs, place):
    """Require the rate at a place of the grid, or its neighbour: differences may be central or one-sided."""
    lr = float(assert_array("lr", got, ()))
    assert_true(lr > 0, "The suggested rate is not positive.")
    off = np.log(lr / lrs[place]) / np.log(lrs[1] / lrs[0])
    summary = f"The suggested rate is {'larger' if off > 0 else 'smaller'} than the one where the loss falls fastest."
    assert_true(abs(off) <= 1.01, summary, hint="The slope is taken over the logarithm of the rate.")


@pytest.mark.check("suggest_lr", points=2)
@pytest.mark.parametrize(
    "endings", [pytest.param((False,), id="without an explosion"), pytest.param((False, True), id="with an explosion")]
)
def test_steepest_fall(student, rng, endings):
    """The suggested rate is the one at which the loss falls fastest over the logarithm of the rate."""
    for explodes in endings:
        lrs, losses, place = range_curve(rng, explodes)
        assert_suggested(student.suggest_lr(lrs, losses), lrs, place)


@pytest.mark.check("suggest_lr", points=1)
def test_two_falls(student, rng):
    """Of two falls the steeper one counts, be it the first or the second."""
    lrs = np.geomspace(1e-5, 1.0, 60)
    points = np.arange(60)
    for first, second in ((1.0, 2.2), (2.2, 1.0)):
        losses = first / (1 + np.exp((points - 18) / 3.0)) + second / (1 + np.exp((points - 41) / 3.0))
        losses = losses + rng.uniform(0.1, 0.5)
        assert_suggested(student.suggest_lr(lrs, losses), lrs, 18 if first > second else 41)


@pytest.mark.check("suggest_lr", points=1)
@pytest.mark.parametrize("place", [pytest.param(2, id="at the start"), pytest.param(37, id="at the end")])
def test_fall_at_an_end(student, rng, place):
    """A fall at the first rates, or at the last ones, is found too."""
    lrs = np.geomspace(1e-4, 1.0, 40)
    losses = rng.uniform(0.1, 0.5) + rng.uniform(1.0, 2.0) / (1 + np.exp((np.arange(40) - place) / 0.7))
    assert_suggested(student.suggest_lr(lrs, losses), lrs, place)
