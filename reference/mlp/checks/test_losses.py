"""Hidden checks of the losses."""

import numpy as np
import pytest

from grader.checking import CheckFailed, assert_close, assert_loss_gradient, assert_matches, unpack
from grader.checking.properties import assert_array
from grader.errors import StudentRaised

# Batch and classes unequal, a batch of one, two classes; and one square, where a lost keepdims raises nothing.
SHAPES = pytest.mark.parametrize(("N", "C"), [(4, 3), (6, 5), (1, 4), (5, 2), (3, 3)])
BATCH_SHAPES = pytest.mark.parametrize("shape", [(6,), (5, 1), (1,)])


def labels(rng, N, C):
    """Return labels of which, in a batch of two or more, at least two differ."""
    y = rng.integers(C, size=N)
    if N > 1:
        y[:2] = rng.permutation(C)[:2]
    return y


def clear_scores(rng, N, C):
    """Return scores and labels none of whose margins lies near the kink of the hinge."""
    while True:
        x, y = 1.5 * rng.normal(size=(N, C)), labels(rng, N, C)
        margins = x - x[np.arange(N), y][:, None] + 1.0
        if np.abs(margins).min() > 1e-3:
            return x, y


def is_finite_far_apart(softmax_loss, C):
    """Tell whether the loss of scores that are 10,000 apart is a number."""
    try:
        loss, _ = unpack(softmax_loss, softmax_loss(1e4 * np.eye(3, C), np.array([1, 2, 0])))
        assert_array("loss", loss, ())
    except (CheckFailed, StudentRaised):
        return False
    return True


# Softmax


@pytest.mark.check("softmax_loss", points=2)
@SHAPES
def test_softmax_loss(student, reference, rng, N, C):
    """The softmax loss is the mean negative log-probability of the correct classes."""
    x, y = 2.0 * rng.normal(size=(N, C)), labels(rng, N, C)
    assert_matches(student.softmax_loss, reference.softmax_loss, x, y, only=["loss"])


@pytest.mark.check("softmax_loss", points=2)
@SHAPES
def test_softmax_gradient(student, rng, N, C):
    """The softmax loss returns the gradient with respect to the scores."""
    x, y = 2.0 * rng.normal(size=(N, C)), labels(rng, N, C)
    assert_loss_gradient(student.softmax_loss, {"x": x, "y": y}, rng=rng, wrt="x")


@pytest.mark.check("softmax_loss", points=0.5)
def test_softmax_of_equal_scores(student, rng, advise):
    """Equal scores cost the logarithm of the number of classes."""
    C = int(rng.integers(4, 9))
    loss, _ = unpack(student.softmax_loss, student.softmax_loss(np.zeros((5, C)), labels(rng, 5, C)))
    assert_close("loss", loss, np.log(C))
    # Of 182 right solutions 154 give infinity here: advice, no points (CURRICULUM.md, section 2).
    advise(
        is_finite_far_apart(student.softmax_loss, C),
        "softmax_loss is infinite for scores as far apart as 10,000: a probability has become 0 before its logarithm "
        "is taken. The logarithm of the softmax can be written without it.",
    )


@pytest.mark.check("softmax_loss", points=1.5)
@pytest.mark.parametrize("shift", [100.0, 1000.0, -1000.0, "rows"], ids=["100", "1000", "-1000", "each row its own"])
def test_softmax_of_shifted_scores(student, reference, rng, shift):
    """Adding a large number to all scores of a sample changes neither loss nor gradient."""
    x, y = rng.normal(size=(4, 3)), labels(rng, 4, 3)
    shifts = np.array([[1000.0], [0.0], [-1000.0], [100.0]]) if shift == "rows" else shift
    # Wide enough for float32 inside, which near 1000 is good to 6e-5.
    assert_matches(student.softmax_loss, reference.softmax_loss, x + shifts, y, rtol=1e-3, atol=1e-3)


# SVM


@pytest.mark.check("svm_loss", points=2)
@SHAPES
def test_svm_loss(student, reference, rng, N, C):
    """The hinge loss sums the violated margins of the wrong classes."""
    x, y = clear_scores(rng, N, C)
    assert_matches(student.svm_loss, reference.svm_loss, x, y, only=["loss"])


@pytest.mark.check("svm_loss", points=2)
@SHAPES
def test_svm_gradient(student, rng, N, C):
    """The hinge loss returns the gradient with respect to the scores."""
    x, y = clear_scores(rng, N, C)
    assert_loss_gradient(student.svm_loss, {"x": x, "y": y}, rng=rng, wrt="x")


@pytest.mark.check("svm_loss", points=0.5)
def test_svm_of_equal_scores(student, rng):
    """Equal scores cost one for each wrong class."""
    C = int(rng.integers(4, 9))
    loss, _ = unpack(student.svm_loss, student.svm_loss(np.zeros((5, C)), labels(rng, 5, C)))
    assert_close("loss", loss, C - 1.0)


# Squared error


@pytest.mark.check("mse_loss", points=1)
@pytest.mark.parametrize("shape", [(4, 3), (3, 5), (1, 4), (6, 1)])
def test_mse_loss(student, reference, rng, shape):
    """The squared error is halved, summed over the features and averaged over the batch."""
    pred, y = rng.normal(size=shape), rng.normal(size=shape)
    assert_matches(student.mse_loss, reference.mse_loss, pred, y, only=["loss"])


@pytest.mark.check("mse_loss", points=1)
@pytest.mark.parametrize("shape", [(4, 3), (3, 5), (1, 4), (6, 1)])
def test_mse_gradient(student, rng, shape):
    """The squared error returns the gradient with respect to the predictions."""
    pred, y = rng.normal(size=shape), rng.normal(size=shape)
    assert_loss_gradient(student.mse_loss, {"pred": pred, "y": y}, rng=rng, wrt="pred")


# Binary cross-entropy


@pytest.mark.check("bce_loss", points=1)
@BATCH_SHAPES
def test_bce_loss(student, reference, rng, shape):
    """The cross-entropy of probabilities is the mean negative log-likelihood."""
    p, y = rng.uniform(0.05, 0.95, size=shape), binary_labels(rng, shape)
    assert_matches(student.bce_loss, reference.bce_loss, p, y, only=["loss"])


@pytest.mark.check("bce_loss", points=1)
@BATCH_SHAPES
def test_bce_gradient(student, rng, shape):
    """The cross-entropy of probabilities returns the gradient with respect to them."""
    # Room on both sides: a wrong loss is judged by steps around these points.
    p, y = rng.uniform(0.05, 0.95, size=shape), binary_labels(rng, shape)
    assert_loss_gradient(student.bce_loss, {"p": p, "y": y.astype(np.float64)}, rng=rng, wrt="p")


@pytest.mark.check("bce_loss", points=0.5)
def test_bce_at_one_half(student, rng):
    """A probability of one half costs ln 2 whatever the label."""
    p, y = np.full(5, 0.5), binary_labels(rng, (5,))
    loss, _ = unpack(student.bce_loss, student.bce_loss(p, y))
    assert_close("loss", loss, np.log(2.0))


@pytest.mark.check("bce_loss", points=1)
@pytest.mark.parametrize("certain", ["right", "wrong"])
def test_bce_at_zero_and_one(student, reference, rng, certain):
    """Probabilities of exactly 0 and 1 give a finite loss and gradient."""
    p, y = rng.uniform(0.1, 0.9, size=6), binary_labels(rng, (6,))
    p[:2], y[:2] = [0.0, 1.0], [0, 1]
    if certain == "wrong":
        y[:2] = [1, 0]
    assert_matches(student.bce_loss, reference.bce_loss, p, y)


def binary_labels(rng, shape):
    """Return labels 0 and 1 as integers, both present in a batch of two or more."""
    y = rng.integers(2, size=shape)
    if y.size > 1:
        y[:2] = rng.permutation(2).reshape(y[:2].shape)
    return y


@pytest.mark.check("bce_with_logits", points=1)
@BATCH_SHAPES
def test_logits_loss(student, reference, rng, shape):
    """The cross-entropy of logits is the cross-entropy of their sigmoid."""
    z, y = 2.0 * rng.normal(size=shape), binary_labels(rng, shape)
    assert_matches(student.bce_with_logits, reference.bce_with_logits, z, y, only=["loss"])


@pytest.mark.check("bce_with_logits", points=1)
@BATCH_SHAPES
def test_logits_gradient(student, rng, shape):
    """The cross-entropy of logits returns the gradient with respect to the logits."""
    z, y = 2.0 * rng.normal(size=shape), binary_labels(rng, shape)
    assert_loss_gradient(student.bce_with_logits, {"z": z, "y": y.astype(np.float64)}, rng=rng, wrt="z")


@pytest.mark.check("bce_with_logits", points=1)
@pytest.mark.parametrize("certain", ["right", "wrong"])
def test_logits_of_large_size(student, reference, rng, certain):
    """Logits of several hundred give the exact loss and a finite gradient."""
    y = binary_labels(rng, (5, 1))
    z = rng.uniform(300.0, 800.0, size=(5, 1)) * np.where((y == 1) == (certain == "right"), 1.0, -1.0)
    assert_matches(student.bce_with_logits, reference.bce_with_logits, z, y)
