"""Hidden checks of clipped gradients and of truncated backpropagation through time."""

import numpy as np
import pytest

from grader.checking import assert_close, assert_matches, unpack
from grader.checking.properties import assert_arrays

# Arrays of several ranks and sizes; one array; and a first array that is short on its own, by far.
SHAPES = {
    "several arrays": {"Wx": (3, 4), "Wh": (4, 4), "b": (4,)},
    "one array": {"w": (2, 5)},
    "many ranks": {"scale": (), "bias": (3,), "filters": (2, 3, 1, 2)},
}
KINDS = pytest.mark.parametrize("kind", SHAPES)


def gradients(rng, kind):
    """Return gradients of unequal sizes, so that no two arrays have the same norm."""
    return {
        name: rng.normal(scale=1.0 + 2.0 * i, size=shape) if shape else np.array(rng.normal() + 2.0)
        for i, (name, shape) in enumerate(SHAPES[kind].items())
    }


def norm_of(grads):
    return float(np.sqrt(sum(np.sum(gradient**2) for gradient in grads.values())))


def check_clipping(student, reference, grads, max_norm):
    clipped, norm = unpack(student.clip_gradients, student.clip_gradients(grads, max_norm))
    expected, expected_norm = reference.clip_gradients(grads, max_norm)
    arrays = assert_arrays("clipped", clipped, {name: gradient.shape for name, gradient in grads.items()})
    for name, got in arrays.items():
        assert_close(f"clipped[{name!r}]", got, expected[name])
    assert_close("norm", norm, expected_norm)


@pytest.mark.check("clip_gradients", points=2)
@KINDS
def test_long_gradients(student, reference, rng, kind):
    """Gradients that are too long are shortened by one factor, and the norm they had is returned."""
    grads = gradients(rng, kind)
    check_clipping(student, reference, grads, float(rng.uniform(0.2, 0.7)) * norm_of(grads))


@pytest.mark.check("clip_gradients", points=1)
@KINDS
def test_short_gradients(student, reference, rng, kind):
    """Gradients that are short enough stay as they are."""
    grads = gradients(rng, kind)
    check_clipping(student, reference, grads, float(rng.uniform(1.2, 3.0)) * norm_of(grads))


@pytest.mark.check("clip_gradients", points=1)
def test_each_short_but_long_together(student, reference, rng):
    """Arrays each of which is short enough are shortened when together they are too long."""
    grads = {name: rng.normal(size=size) for name, size in (("a", 3), ("b", (2, 3)), ("c", 5))}
    longest = max(float(np.linalg.norm(gradient)) for gradient in grads.values())
    check_clipping(student, reference, grads, 0.5 * (longest + norm_of(grads)))


@pytest.mark.check("clip_gradients", points=0.5)
def test_limit_below_one(student, reference, rng):
    """Gradients below one are compared with the limit by their norm, whatever its size."""
    grads = {name: 0.1 * gradient for name, gradient in gradients(rng, "several arrays").items()}
    grads = {name: gradient * 0.5 / norm_of(grads) for name, gradient in grads.items()}
    check_clipping(student, reference, grads, 0.3)


# Truncated backpropagation through time

CHUNKS = pytest.mark.parametrize(
    ("N", "T", "D", "H", "chunk_length"),
    [(2, 6, 3, 4, 3), (3, 5, 2, 4, 2), (1, 4, 3, 2, 1), (2, 4, 3, 5, 4), (4, 3, 5, 2, 7), (2, 7, 1, 3, 3)],
    ids=[
        "equal chunks",
        "short last chunk",
        "one step a chunk, batch of one",
        "a single chunk",
        "chunk longer than the sequence",
        "last chunk of one step",
    ],
)


def sequence(rng, N, T, D, H):
    """Return x, h0, Wx, Wh, b and dh; the units are far from saturation, so that what is carried back counts."""
    shapes = (N, T, D), (N, H), (D, H), (H, H), (H,), (N, T, H)
    scales = 1.0, 0.8, 0.5 / np.sqrt(D), 0.9 / np.sqrt(H), 0.3, 1.0
    return [rng.normal(scale=scale, size=shape) for scale, shape in zip(scales, shapes, strict=True)]


@pytest.mark.check("truncated_bptt", points=1)
@CHUNKS
def test_states_over_chunks(student, reference, rng, N, T, D, H, chunk_length):
    """The states are those of the whole sequence, wherever it is cut."""
    inputs = *sequence(rng, N, T, D, H), chunk_length
    assert_matches(student.truncated_bptt, reference.truncated_bptt, *inputs, only=["h"])


@pytest.mark.check("truncated_bptt", points=3)
@CHUNKS
def test_gradients_within_chunks(student, reference, rng, N, T, D, H, chunk_length):
    """The gradients add up over the chunks, and none passes from a chunk to the one before it."""
    inputs = *sequence(rng, N, T, D, H), chunk_length
    assert_matches(student.truncated_bptt, reference.truncated_bptt, *inputs, only=["dWx", "dWh", "db"])
