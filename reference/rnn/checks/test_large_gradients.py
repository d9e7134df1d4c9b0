"""Hidden checks of gradients at large points, where differences entry by entry cannot end within the budget.

Each has some ten thousand entries to differentiate, in about a million products: half a second in nested loops.
"""

import numpy as np
import pytest

from grader.checking.large import assert_large_gradients


def sequence(rng, N, T, D, H, blocks):
    """Return the inputs of a sequence; the weights keep the states away from their ends."""
    return {
        "x": rng.normal(size=(N, T, D)),
        "h0": rng.normal(size=(N, H)),
        "Wx": rng.normal(scale=0.7 / np.sqrt(D), size=(D, blocks * H)),
        "Wh": rng.normal(scale=0.7 / np.sqrt(H), size=(H, blocks * H)),
        "b": rng.normal(scale=0.3, size=blocks * H),
    }


@pytest.mark.check("rnn_backward", points=0.5, large=True)
def test_recurrent_layer(student, rng):
    """Propagates the gradients back through time, so that a long sequence takes little time."""
    inputs = sequence(rng, 6, 120, 40, 24, 1)
    assert_large_gradients(student.rnn_forward, student.rnn_backward, inputs, rng=rng)


@pytest.mark.check("lstm_backward", points=0.5, large=True)
def test_lstm(student, rng):
    """Propagates the gradients of the LSTM back through time, so that a long sequence takes little time."""
    inputs = sequence(rng, 6, 60, 32, 12, 4)
    assert_large_gradients(student.lstm_forward, student.lstm_backward, inputs, rng=rng)


@pytest.mark.check("gru_backward", points=0.5, large=True)
def test_gru(student, rng):
    """Propagates the gradients of the GRU back through time, so that a long sequence takes little time."""
    inputs = sequence(rng, 6, 60, 32, 14, 3)
    assert_large_gradients(student.gru_forward, student.gru_backward, inputs, rng=rng)


@pytest.mark.check("temporal_affine_backward", points=0.5, large=True)
def test_temporal_affine(student, rng):
    """Derives the gradients of the affine layer, so that many inputs and outputs take little time."""
    inputs = {"x": rng.normal(size=(2, 8, 700)), "w": rng.normal(size=(700, 150)), "b": rng.normal(size=150)}
    assert_large_gradients(student.temporal_affine_forward, student.temporal_affine_backward, inputs, rng=rng)
