"""Hidden checks of the 2-4-1 network on two circles, whose biases are the first rows of its weights."""

import math

import numpy as np
import pytest

from grader.checking import assert_at_least, assert_close, assert_matches, assert_true, unpack
from grader.checking.properties import assert_array

# Samples, inputs, hidden units: none equal; then a single sample, and one input.
SHAPES = pytest.mark.parametrize(("m", "n", "h"), [(6, 2, 4), (5, 3, 2), (1, 2, 4), (4, 1, 3)])

STEPS, LEARNING_RATE = 600, 5.0


def two_circles(num_samples, rng):
    """Draw points of two noisy circles, labels 0 on the outer and 1 on the inner."""
    inner = np.arange(num_samples) % 2
    angle = rng.uniform(0.0, 2.0 * np.pi, size=num_samples)
    radius = np.where(inner == 1, 0.4, 1.0)
    X = np.column_stack([radius * np.cos(angle), radius * np.sin(angle)])
    return X + rng.normal(scale=0.08, size=X.shape), inner[:, None].astype(np.float64)


def weights(rng, n, h):
    return rng.normal(size=(n + 1, h)), rng.normal(size=(h + 1, 1))


def step_inputs(rng, m, n, h):
    """Return X, y, W_1 and W_2 for one step; both labels occur in a batch of two or more."""
    y = rng.permutation(np.arange(m) % 2)[:, None].astype(np.float64)
    return rng.normal(size=(m, n)), y, *weights(rng, n, h)


def probabilities(X, W_1, W_2):
    """Return the network's probabilities of class 1, shape (m,)."""
    hidden = 0.5 + 0.5 * np.tanh(0.5 * (W_1[0] + X @ W_1[1:]))
    return (0.5 + 0.5 * np.tanh(0.5 * (W_2[0] + hidden @ W_2[1:])))[:, 0]


def take_step(student, X, y, W_1, W_2, learning_rate):
    """Return the student's new weights and loss, seen to have the right shapes."""
    results = unpack(student.train_step, student.train_step(X, y, W_1, W_2, learning_rate))
    names, shapes = student.train_step.returns, (W_1.shape, W_2.shape, ())
    return tuple(assert_array(name, got, shape) for name, got, shape in zip(names, results, shapes, strict=True))


@pytest.mark.check("add_bias_column", points=1)
@pytest.mark.parametrize("shape", [(4, 2), (3, 5), (1, 3), (6, 1)])
def test_bias_column(student, reference, rng, shape):
    """A column of ones stands in front of the samples."""
    assert_matches(student.add_bias_column, reference.add_bias_column, rng.normal(size=shape))


@pytest.mark.check("rand_weights", points=1)
@pytest.mark.parametrize(("fan_in", "fan_out"), [(2, 4), (4, 1), (3, 7)])
def test_shape_of_random_weights(student, rng, fan_in, fan_out):
    """The weights have a row for each input and one for the bias."""
    assert_array("W", student.rand_weights(fan_in, fan_out, rng), (fan_in + 1, fan_out))


@pytest.mark.check("rand_weights", points=1)
@pytest.mark.parametrize(("fan_in", "fan_out"), [(120, 80), (60, 240)])
def test_range_of_random_weights(student, rng, fan_in, fan_out):
    """The weights, bias row included, fill the range asked for evenly and around zero."""
    W = assert_array("W", student.rand_weights(fan_in, fan_out, rng), (fan_in + 1, fan_out))
    limit = math.sqrt(6.0 / (fan_in + fan_out))
    largest, spread = np.abs(W).max(), limit / math.sqrt(3.0)
    hint = "The docstring gives the range, as a function of both numbers of units."
    assert_true(largest <= 1.0001 * limit, "Some weights lie outside the range.", hint=hint)
    assert_true(largest >= 0.98 * limit, "The weights do not fill the range.", hint=hint)
    # Over 9,000 draws: the mean has a standard error of 1 %, the spread one of 0.5 %, of the spread.
    assert_true(abs(W.mean()) < 0.07 * spread, "The weights are not centred on zero.", hint=hint)
    assert_true(abs(W.std() / spread - 1.0) < 0.05, "The weights are not spread evenly over the range.", hint=hint)
    # Of 80 draws the standard error of the spread is 5 %.
    hint = "Every entry is drawn, those of the first row too."
    assert_true(0.5 < W[0].std() / spread < 1.5, "The bias row is not drawn like the others.", hint=hint)


@pytest.mark.check("rand_weights", points=1)
def test_randomness_of_random_weights(student, rng):
    """All the randomness comes from the generator that is given."""
    seed = int(rng.integers(2**31))
    first, again, other = (
        assert_array("W", student.rand_weights(3, 5, np.random.default_rng(s)), (4, 5)) for s in (seed, seed, seed + 1)
    )
    hint = "Draw from rng, and from nothing else."
    assert_true(np.array_equal(first, again), "The same generator gave different weights.", hint=hint)
    assert_true(not np.array_equal(first, other), "Different generators gave the same weights.", hint=hint)


@pytest.mark.check("predict_proba", points=2)
@SHAPES
def test_probabilities(student, reference, rng, m, n, h):
    """The network returns the probability of class 1 of each sample."""
    X, _, W_1, W_2 = step_inputs(rng, m, n, h)
    assert_matches(student.predict_proba, reference.predict_proba, X, W_1, W_2)


@pytest.mark.check("predict_labels", points=1)
@SHAPES
def test_labels(student, reference, rng, m, n, h):
    """A sample gets label 1 where its probability is at least one half."""
    X, W_1, W_2 = clear_points(rng, 4 * m, n, h)
    assert_matches(student.predict_labels, reference.predict_labels, X, W_1, W_2)


def clear_points(rng, m, n, h):
    """Return samples and weights with both labels, logits between 0 and 1/2 and above too, and none near 0."""
    while True:
        X, (W_1, W_2) = rng.normal(size=(m, n)), weights(rng, n, h)
        p = probabilities(X, W_1, W_2)
        low = (p > 0.5) & (p < 0.6)
        # A logit of 0.5 is a probability of 0.62: some samples beyond it, or its threshold would give no label 1.
        if np.abs(p - 0.5).min() > 1e-3 and low.any() and (p < 0.5).any() and (p > 0.65).any():
            return X, W_1, W_2


@pytest.mark.check("train_step", points=3)
@SHAPES
def test_one_step(student, reference, rng, m, n, h):
    """One step returns the new weights and the loss before it."""
    inputs = step_inputs(rng, m, n, h)
    assert_matches(student.train_step, reference.train_step, *inputs, 0.7)


@pytest.mark.check("train_step", points=1)
def test_step_lowers_the_loss(student, rng):
    """A small step lowers the loss."""
    X, y, W_1, W_2 = step_inputs(rng, 7, 2, 4)
    *moved, before = take_step(student, X, y, W_1, W_2, 0.05)
    *_, after = take_step(student, X, y, *moved, 0.05)
    hint = "Weights move against their gradient, and a small step against the gradient always lowers the loss."
    assert_true(after < before, "The loss did not fall after a small step.", hint=hint)


@pytest.mark.check("train_step", points=1)
def test_several_steps(student, reference, rng):
    """Several steps, one after the other, lead to the right weights."""
    X, y, *mine = step_inputs(rng, 5, 2, 4)
    theirs = mine
    for _ in range(4):
        *mine, _ = take_step(student, X, y, *mine, 1.5)
        *theirs, _ = reference.train_step(X, y, *theirs, 1.5)
    for name, got, want in zip(("W_1", "W_2"), mine, theirs, strict=True):
        assert_close(name, got, want)


@pytest.mark.check("train_step", points=3, replay=False)
def test_circles_are_learnt(student, reference, rng):
    """Steps of gradient descent teach the network to tell the two circles apart."""
    X, y = two_circles(120, rng)
    W_1, W_2 = promising_weights(reference, rng, X, y)
    for _ in range(STEPS):
        W_1, W_2, _ = take_step(student, X, y, W_1, W_2, LEARNING_RATE)
    X_new, y_new = two_circles(400, rng)
    right = (probabilities(X_new, W_1, W_2) >= 0.5) == (y_new[:, 0] == 1.0)
    assert_at_least("accuracy on new points of the circles", float(right.mean()), full=0.93, none=0.6)


def promising_weights(reference, rng, X, y):
    """Return starting weights from which the reference gets there: four hidden units may also get stuck."""
    while True:
        start = rng.uniform(-1.0, 1.0, size=(3, 4)), rng.uniform(-1.0, 1.0, size=(5, 1))
        W_1, W_2 = start
        for _ in range(STEPS):
            W_1, W_2, _ = reference.train_step(X, y, W_1, W_2, LEARNING_RATE)
        if np.mean((probabilities(X, W_1, W_2) >= 0.5) == (y[:, 0] == 1.0)) >= 0.99:
            return start
