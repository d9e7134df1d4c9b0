"""Public checks of the recurrent layers: run them with ``pytest`` or ``grader check rnn.py``."""

import numpy as np
import pytest

from grader.checking import assert_close, assert_gradients, unpack


def weights(rng, D, H, blocks):
    """Return Wx, Wh and b with blocks of H columns."""
    return {
        "Wx": rng.normal(scale=0.5, size=(D, blocks * H)),
        "Wh": rng.normal(scale=0.5, size=(H, blocks * H)),
        "b": rng.normal(scale=0.5, size=blocks * H),
    }


def step_inputs(rng, N, D, H, blocks):
    return {"x": rng.normal(size=(N, D)), "prev_h": rng.normal(size=(N, H))} | weights(rng, D, H, blocks)


def sequence_inputs(rng, N, T, D, H, blocks):
    return {"x": rng.normal(size=(N, T, D)), "h0": rng.normal(size=(N, H))} | weights(rng, D, H, blocks)


# The recurrent step

STEP = (np.array([[2.0]]), np.array([[0.5]]), np.array([[0.5]]), np.array([[-1.0]]), np.array([0.1]))


@pytest.mark.check("rnn_step_forward", points=1)
def test_recurrent_step_on_known_numbers(student):
    """The recurrent step gives the number worked out by hand."""
    next_h, _ = unpack(student.rnn_step_forward, student.rnn_step_forward(*STEP))
    assert_close("next_h", next_h, [[0.53704956700]])


@pytest.mark.check("rnn_step_backward", points=1)
def test_recurrent_step_gradients_agree_with_differences(student, rng):
    """The gradients of a step agree with differences of your own rnn_step_forward."""
    assert_gradients(student.rnn_step_forward, student.rnn_step_backward, step_inputs(rng, 3, 4, 2, 1), rng=rng)


# A sequence


@pytest.mark.check("rnn_forward", points=1)
def test_sequence_on_known_numbers(student):
    """Two steps give the states worked out by hand."""
    h, _ = unpack(student.rnn_forward, student.rnn_forward(np.array([[[2.0], [0.0]]]), *STEP[1:]))
    assert_close("h", h, [[[0.53704956700], [-0.41119585213]]])


@pytest.mark.check("rnn_backward", points=1)
def test_sequence_gradients_agree_with_differences(student, rng):
    """The gradients of a sequence agree with differences of your own rnn_forward."""
    assert_gradients(student.rnn_forward, student.rnn_backward, sequence_inputs(rng, 2, 3, 4, 5, 1), rng=rng)


# LSTM


@pytest.mark.check("lstm_step_forward", points=1)
def test_lstm_step_on_known_numbers(student):
    """With different gates, hidden state and cell are those worked out by hand."""
    zero, cell = np.zeros((1, 1)), np.array([[2.0]])
    b = np.array([1.0, 2.0, -1.0, 0.5])
    result = student.lstm_step_forward(zero, zero, cell, np.ones((1, 4)), np.ones((1, 4)), b)
    next_h, next_c, _ = unpack(student.lstm_step_forward, result)
    assert_close("next_h", next_h, [[0.26098577513]])
    assert_close("next_c", next_c, [[2.09942886810]])


@pytest.mark.check("lstm_step_backward", points=1)
def test_lstm_step_gradients_agree_with_differences(student, rng):
    """The gradients of a step agree with differences of your own lstm_step_forward."""
    step = step_inputs(rng, 3, 4, 2, 4)
    inputs = {"x": step.pop("x"), "prev_h": step.pop("prev_h"), "prev_c": rng.normal(size=(3, 2))} | step
    assert_gradients(student.lstm_step_forward, student.lstm_step_backward, inputs, rng=rng)


@pytest.mark.check("lstm_forward", points=1)
def test_lstm_on_known_numbers(student):
    """Three steps from a cell of zero give the states worked out by hand."""
    h, _ = unpack(
        student.lstm_forward,
        student.lstm_forward(np.zeros((1, 3, 1)), np.zeros((1, 1)), np.ones((1, 4)), np.ones((1, 4)), np.ones(4)),
    )
    assert_close("h", h, [[[0.36960635294], [0.65053522320], [0.78876582774]]])


@pytest.mark.check("lstm_backward", points=1)
def test_lstm_gradients_agree_with_differences(student, rng):
    """The gradients of a sequence agree with differences of your own lstm_forward."""
    assert_gradients(student.lstm_forward, student.lstm_backward, sequence_inputs(rng, 2, 3, 4, 5, 4), rng=rng)


# GRU


@pytest.mark.check("gru_step_forward", points=1)
def test_gru_step_on_known_numbers(student):
    """With different gates, the state is the one worked out by hand."""
    b = np.array([1.0, -1.0, 0.5])
    result = student.gru_step_forward(
        np.zeros((1, 1)), np.ones((1, 1)), np.ones((1, 3)), np.array([[0.0, 0.0, 2.0]]), b
    )
    next_h, _ = unpack(student.gru_step_forward, result)
    assert_close("next_h", next_h, [[0.97167225141]])


@pytest.mark.check("gru_step_backward", points=1)
def test_gru_step_gradients_agree_with_differences(student, rng):
    """The gradients of a step agree with differences of your own gru_step_forward."""
    assert_gradients(student.gru_step_forward, student.gru_step_backward, step_inputs(rng, 3, 4, 2, 3), rng=rng)


@pytest.mark.check("gru_forward", points=1)
def test_gru_on_known_numbers(student):
    """Three steps give the states worked out by hand."""
    result = student.gru_forward(
        np.zeros((1, 3, 1)), np.ones((1, 1)), np.ones((1, 3)), np.array([[0.0, 0.0, 2.0]]), np.zeros(3)
    )
    h, _ = unpack(student.gru_forward, result)
    assert_close("h", h, [[[0.88079707798], [0.79380774356], [0.72718422606]]])


@pytest.mark.check("gru_backward", points=1)
def test_gru_gradients_agree_with_differences(student, rng):
    """The gradients of a sequence agree with differences of your own gru_forward."""
    assert_gradients(student.gru_forward, student.gru_backward, sequence_inputs(rng, 2, 3, 4, 5, 3), rng=rng)


# Embeddings

TABLE = np.array([[0.0, 0.0], [1.0, 2.0], [3.0, 4.0], [5.0, 6.0]])
WORDS = np.array([[2, 1, 2]])


@pytest.mark.check("word_embedding_forward", points=1)
def test_embedding_on_known_numbers(student):
    """Each word becomes its row of the table."""
    out, _ = unpack(student.word_embedding_forward, student.word_embedding_forward(WORDS, TABLE))
    assert_close("out", out, [[[3.0, 4.0], [1.0, 2.0], [3.0, 4.0]]])


@pytest.mark.check("word_embedding_backward", points=1)
def test_embedding_gradient_on_known_numbers(student):
    """A row that is read twice gets both gradients, and one that is never read gets zero."""
    _, cache = unpack(student.word_embedding_forward, student.word_embedding_forward(WORDS, TABLE))
    dW = student.word_embedding_backward(np.array([[[1.0, 1.0], [10.0, 10.0], [100.0, 100.0]]]), cache)
    assert_close("dW", dW, [[0.0, 0.0], [10.0, 10.0], [101.0, 101.0], [0.0, 0.0]])
