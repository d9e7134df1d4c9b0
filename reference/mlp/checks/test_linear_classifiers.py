"""Hidden checks of the linear classifiers, with loops and without."""

import numpy as np
import pytest

from grader.checking import assert_loss_gradient, assert_matches

# Samples, features, classes: no two equal; then a batch of one, a single feature and two classes.
SHAPES = pytest.mark.parametrize(("N", "D", "C"), [(5, 4, 3), (4, 3, 6), (1, 4, 3), (6, 1, 3), (5, 3, 2)])
STRENGTHS = pytest.mark.parametrize("reg", [0.5, 3.0])


def classifier_inputs(rng, N, D, C):
    """Return weights, samples and labels; no margin of the hinge lies near its kink."""
    while True:
        W, X, y = rng.normal(size=(D, C)), rng.normal(size=(N, D)), rng.integers(C, size=N)
        if N > 1:
            y[:2] = rng.permutation(C)[:2]
        scores = X @ W
        margins = scores - scores[np.arange(N), y][:, None] + 1.0
        if np.abs(margins).min() > 1e-3:
            return {"W": W, "X": X, "y": y}


@pytest.mark.check("softmax_loss_naive", points=1)
@SHAPES
def test_softmax_naive_without_regularisation(student, reference, rng, N, D, C):
    """With loops, the softmax loss and its gradient are right without regularisation."""
    inputs = classifier_inputs(rng, N, D, C)
    assert_matches(student.softmax_loss_naive, reference.softmax_loss_naive, *inputs.values(), 0.0)


@pytest.mark.check("softmax_loss_naive", points=1)
@STRENGTHS
def test_softmax_naive_regularised_loss(student, reference, rng, reg):
    """With loops, the softmax loss holds the regularisation."""
    inputs = classifier_inputs(rng, 5, 4, 3)
    part = student.softmax_loss_naive
    assert_matches(part, reference.softmax_loss_naive, *inputs.values(), reg, only=["loss"])


@pytest.mark.check("softmax_loss_naive", points=1)
@STRENGTHS
def test_softmax_naive_regularised_gradient(student, rng, reg):
    """With loops, the gradient of the softmax loss fits the regularised loss."""
    inputs = {**classifier_inputs(rng, 5, 4, 3), "reg": reg}
    assert_loss_gradient(student.softmax_loss_naive, inputs, rng=rng, wrt="W")


@pytest.mark.check("softmax_loss_vectorized", points=1)
@SHAPES
def test_softmax_vectorized_without_regularisation(student, reference, rng, N, D, C):
    """Without loops, the softmax loss and its gradient are right without regularisation."""
    inputs = classifier_inputs(rng, N, D, C)
    assert_matches(student.softmax_loss_vectorized, reference.softmax_loss_vectorized, *inputs.values(), 0.0)


@pytest.mark.check("softmax_loss_vectorized", points=1)
@STRENGTHS
def test_softmax_vectorized_regularised_loss(student, reference, rng, reg):
    """Without loops, the softmax loss holds the regularisation."""
    inputs = classifier_inputs(rng, 5, 4, 3)
    part = student.softmax_loss_vectorized
    assert_matches(part, reference.softmax_loss_vectorized, *inputs.values(), reg, only=["loss"])


@pytest.mark.check("softmax_loss_vectorized", points=1)
@STRENGTHS
def test_softmax_vectorized_regularised_gradient(student, rng, reg):
    """Without loops, the gradient of the softmax loss fits the regularised loss."""
    inputs = {**classifier_inputs(rng, 5, 4, 3), "reg": reg}
    assert_loss_gradient(student.softmax_loss_vectorized, inputs, rng=rng, wrt="W")


@pytest.mark.check("svm_loss_naive", points=1)
@SHAPES
def test_svm_naive_without_regularisation(student, reference, rng, N, D, C):
    """With loops, the hinge loss and its gradient are right without regularisation."""
    inputs = classifier_inputs(rng, N, D, C)
    assert_matches(student.svm_loss_naive, reference.svm_loss_naive, *inputs.values(), 0.0)


@pytest.mark.check("svm_loss_naive", points=1)
@STRENGTHS
def test_svm_naive_regularised_loss(student, reference, rng, reg):
    """With loops, the hinge loss holds the regularisation."""
    inputs = classifier_inputs(rng, 5, 4, 3)
    assert_matches(student.svm_loss_naive, reference.svm_loss_naive, *inputs.values(), reg, only=["loss"])


@pytest.mark.check("svm_loss_naive", points=1)
@STRENGTHS
def test_svm_naive_regularised_gradient(student, rng, reg):
    """With loops, the gradient of the hinge loss fits the regularised loss."""
    inputs = {**classifier_inputs(rng, 5, 4, 3), "reg": reg}
    assert_loss_gradient(student.svm_loss_naive, inputs, rng=rng, wrt="W")


@pytest.mark.check("svm_loss_vectorized", points=1)
@SHAPES
def test_svm_vectorized_without_regularisation(student, reference, rng, N, D, C):
    """Without loops, the hinge loss and its gradient are right without regularisation."""
    inputs = classifier_inputs(rng, N, D, C)
    assert_matches(student.svm_loss_vectorized, reference.svm_loss_vectorized, *inputs.values(), 0.0)


@pytest.mark.check("svm_loss_vectorized", points=1)
@STRENGTHS
def test_svm_vectorized_regularised_loss(student, reference, rng, reg):
    """Without loops, the hinge loss holds the regularisation."""
    inputs = classifier_inputs(rng, 5, 4, 3)
    assert_matches(student.svm_loss_vectorized, reference.svm_loss_vectorized, *inputs.values(), reg, only=["loss"])


@pytest.mark.check("svm_loss_vectorized", points=1)
@STRENGTHS
def test_svm_vectorized_regularised_gradient(student, rng, reg):
    """Without loops, the gradient of the hinge loss fits the regularised loss."""
    inputs = {**classifier_inputs(rng, 5, 4, 3), "reg": reg}
    assert_loss_gradient(student.svm_loss_vectorized, inputs, rng=rng, wrt="W")
