"""Hidden checks of the GRU, one step and a sequence."""

import numpy as np
import pytest

from grader.checking import assert_gradients, assert_matches

# Each shape breaks one symmetry. No two sizes are equal but where it says so: there wrong products fit, and only
# their values tell.
STEPS = pytest.mark.parametrize(
    ("N", "D", "H"),
    [
        pytest.param(4, 3, 5, id="more states than inputs"),
        pytest.param(3, 5, 2, id="more inputs than states"),
        pytest.param(1, 4, 3, id="batch of one"),
        pytest.param(4, 3, 1, id="one state"),
        pytest.param(5, 3, 3, id="as many inputs as states"),
    ],
)
SEQUENCES = pytest.mark.parametrize(
    ("N", "T", "D", "H"),
    [
        pytest.param(2, 3, 4, 5, id="three steps"),
        pytest.param(3, 1, 4, 2, id="one step"),
        pytest.param(1, 4, 3, 5, id="batch of one"),
        pytest.param(3, 12, 2, 4, id="many steps"),
    ],
)
# At a bias of 15 a gate is open to 3e-7, at -15 it is shut: in the order reset, update, candidate. One of five units
# gets it: with all gates shut nothing would be left of a gradient in single precision but its rounding.
LIMITS = pytest.mark.parametrize(
    "biases",
    [
        pytest.param((0.5, 15.0, -0.5), id="the state is kept"),
        pytest.param((0.5, -15.0, -0.5), id="the state is replaced"),
        pytest.param((-15.0, 0.5, -0.5), id="the state is reset"),
        pytest.param((15.0, 0.5, -0.5), id="the state is not reset"),
    ],
)


def weights(rng, D, H):
    """Return Wx, Wh and b; the gates differ from each other on average too."""
    return {
        "Wx": rng.normal(scale=0.5, size=(D, 3 * H)),
        "Wh": rng.normal(scale=0.5, size=(H, 3 * H)),
        "b": rng.normal(scale=0.3, size=3 * H) + np.repeat([0.8, -0.5, 0.2], H),
    }


def step_inputs(rng, N, D, H):
    return {"x": rng.normal(size=(N, D)), "prev_h": rng.normal(size=(N, H))} | weights(rng, D, H)


def sequence_inputs(rng, N, T, D, H):
    return {"x": rng.normal(size=(N, T, D)), "h0": rng.normal(size=(N, H))} | weights(rng, D, H)


def at_limits(inputs, biases):
    """Return the inputs with the biases of each block at its first unit."""
    b = inputs["b"].copy()
    for block, bias in zip(np.split(b, len(biases)), biases, strict=True):
        block[0] = bias
    return inputs | {"b": b}


@pytest.mark.check("gru_step_forward", points=2)
@STEPS
def test_step_values(student, reference, rng, N, D, H):
    """One step computes the state from gates in the documented order and variant."""
    assert_matches(student.gru_step_forward, reference.gru_step_forward, *step_inputs(rng, N, D, H).values())


@pytest.mark.check("gru_step_forward", points=1)
@LIMITS
def test_step_values_at_the_limits(student, reference, rng, biases):
    """Gates that are open or shut keep, replace or reset the state."""
    inputs = at_limits(step_inputs(rng, 4, 2, 5), biases)
    assert_matches(student.gru_step_forward, reference.gru_step_forward, *inputs.values())


@pytest.mark.check("gru_step_backward", points=2)
@STEPS
def test_step_gradients(student, rng, N, D, H):
    """One step returns the gradients with respect to input, state, weights and bias."""
    assert_gradients(student.gru_step_forward, student.gru_step_backward, step_inputs(rng, N, D, H), rng=rng)


@pytest.mark.check("gru_step_backward", points=1)
@LIMITS
def test_step_gradients_at_the_limits(student, rng, biases):
    """The gradients are right where gates are open or shut."""
    inputs = at_limits(step_inputs(rng, 4, 2, 5), biases)
    assert_gradients(student.gru_step_forward, student.gru_step_backward, inputs, rng=rng)


@pytest.mark.check("gru_forward", points=1)
@SEQUENCES
def test_sequence_values(student, reference, rng, N, T, D, H):
    """Each state follows from the state before it, from the first step to the last."""
    assert_matches(student.gru_forward, reference.gru_forward, *sequence_inputs(rng, N, T, D, H).values())


@pytest.mark.check("gru_backward", points=1)
@SEQUENCES
def test_sequence_gradients(student, rng, N, T, D, H):
    """The gradients sum over all steps and go back to the state before the first."""
    assert_gradients(student.gru_forward, student.gru_backward, sequence_inputs(rng, N, T, D, H), rng=rng)


@pytest.mark.check("gru_backward", points=1)
@pytest.mark.parametrize("t", [pytest.param(-1, id="last step"), pytest.param(0, id="first step")])
def test_gradients_from_one_step(student, rng, t):
    """A gradient that arrives at one step goes back to all steps before it, and to none behind it."""
    dh = np.zeros((2, 4, 3))
    dh[:, t] = rng.normal(size=(2, 3))
    inputs = sequence_inputs(rng, 2, 4, 5, 3)
    assert_gradients(student.gru_forward, student.gru_backward, inputs, rng=rng, cotangent=dh)
