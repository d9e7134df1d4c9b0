"""Hidden checks of layers and losses over time."""

import numpy as np
import pytest

from grader.checking import assert_close, assert_gradients, assert_loss_gradient, assert_matches, unpack

# No two sizes equal; a batch of one; one step; one feature; and all sizes equal, where a wrong axis raises nothing.
LAYERS = pytest.mark.parametrize(
    ("N", "T", "D", "M"),
    [(2, 3, 4, 5), (1, 4, 3, 2), (3, 1, 2, 4), (4, 3, 1, 2), (3, 3, 3, 3)],
    ids=["sizes all different", "batch of one", "one step", "one feature", "sizes all equal"],
)
# Samples, steps, words, and which steps count.
LOSSES = pytest.mark.parametrize(
    ("N", "T", "V", "kept"),
    [
        (2, 4, 5, "all"),
        (4, 5, 3, "some"),
        (3, 4, 5, "not one sample"),
        (1, 4, 3, "some"),
        (3, 1, 4, "all"),
        (4, 4, 4, "some"),
    ],
    ids=["no mask", "mask", "a sample masked out", "batch of one", "one step", "sizes all equal"],
)


def layer_inputs(rng, N, T, D, M):
    return {"x": rng.normal(size=(N, T, D)), "w": rng.normal(size=(D, M)), "b": rng.normal(size=M)}


def guesses(rng, N, T, V, kept):
    """Return scores, the right words, and a mask: sequences of various lengths with a gap, or a whole row masked."""
    mask = np.ones((N, T), dtype=bool)
    if kept == "some":
        mask[:, 0] = rng.permutation(N) > 0 if N > 1 else True
        mask[rng.permutation(N)[: N // 2 + 1], T - 1] = False
        mask[rng.integers(N), T - 2] = False
    if kept == "not one sample":
        mask[rng.integers(N)] = False
    return {"x": 1.5 * rng.normal(size=(N, T, V)), "y": rng.integers(V, size=(N, T)), "mask": mask}


# The affine layer at every step


@pytest.mark.check("temporal_affine_forward", points=2)
@LAYERS
def test_affine_values(student, reference, rng, N, T, D, M):
    """The affine layer gives each step of each sample its weighted sums plus the bias."""
    inputs = layer_inputs(rng, N, T, D, M)
    assert_matches(student.temporal_affine_forward, reference.temporal_affine_forward, *inputs.values())


@pytest.mark.check("temporal_affine_backward", points=3)
@LAYERS
def test_affine_gradients(student, rng, N, T, D, M):
    """The gradients of the affine layer at every step are right."""
    inputs = layer_inputs(rng, N, T, D, M)
    assert_gradients(student.temporal_affine_forward, student.temporal_affine_backward, inputs, rng=rng)


# The softmax loss over time


@pytest.mark.check("temporal_softmax_loss", points=3)
@LOSSES
def test_loss(student, reference, rng, N, T, V, kept):
    """The loss sums the steps that count and averages over the batch."""
    inputs = guesses(rng, N, T, V, kept)
    part = student.temporal_softmax_loss
    assert_matches(part, reference.temporal_softmax_loss, *inputs.values(), only=["loss"])


@pytest.mark.check("temporal_softmax_loss", points=3)
@LOSSES
def test_loss_gradient(student, rng, N, T, V, kept):
    """The loss over time returns the gradient with respect to the scores."""
    assert_loss_gradient(student.temporal_softmax_loss, guesses(rng, N, T, V, kept), rng=rng, wrt="x")


@pytest.mark.check("temporal_softmax_loss", points=0.5)
def test_loss_of_equal_scores(student, rng):
    """Equal scores cost the logarithm of the number of words at each step that counts."""
    N, T, V = 3, 4, int(rng.integers(5, 9))
    inputs = guesses(rng, N, T, V, "some")
    part = student.temporal_softmax_loss
    loss, _ = unpack(part, part(np.zeros((N, T, V)), inputs["y"], inputs["mask"]))
    assert_close("loss", loss, np.log(V) * inputs["mask"].sum() / N)


@pytest.mark.check("temporal_softmax_loss", points=1)
@pytest.mark.parametrize("shift", [100.0, 1000.0, -1000.0, "steps"], ids=["100", "1000", "-1000", "each step its own"])
def test_loss_of_shifted_scores(student, reference, rng, shift):
    """Adding a large number to all scores of a step changes neither loss nor gradient."""
    inputs = guesses(rng, 2, 3, 4, "some")
    shifts = np.array([1000.0, 0.0, -1000.0])[:, None] if shift == "steps" else shift
    inputs["x"] = inputs["x"] + shifts
    # Wide enough for float32 inside, which near 1000 is good to 6e-5.
    part = student.temporal_softmax_loss
    assert_matches(part, reference.temporal_softmax_loss, *inputs.values(), rtol=1e-3, atol=1e-3)


# Perplexity


@pytest.mark.check("perplexity", points=2)
@pytest.mark.parametrize(
    ("N", "T", "kept"),
    [(1, 1, "all"), (1, 5, "all"), (4, 1, "all"), (3, 4, "all"), (4, 3, "some")],
    ids=["one word", "one sample", "one step", "no mask", "mask"],
)
def test_perplexity(student, reference, rng, N, T, kept):
    """The perplexity is the exponential of the mean loss of a word that counts."""
    mask = guesses(rng, N, T, 3, kept)["mask"]
    loss = float(rng.uniform(0.5, 1.5)) * mask.sum() / N
    assert_matches(student.perplexity, reference.perplexity, float(loss), mask)


@pytest.mark.check("perplexity", points=1)
def test_perplexity_of_guessing(student, rng):
    """Guessing among some words has their number as its perplexity."""
    V, mask = int(rng.integers(5, 30)), guesses(rng, 4, 6, 3, "some")["mask"]
    loss = float(np.log(V) * mask.sum() / 4)
    assert_close("perplexity", student.perplexity(loss, mask), float(V))
