"""Hidden checks of the LSTM, one step and a sequence."""

import numpy as np
import pytest

from grader.checking import CheckFailed, assert_gradients, assert_matches
from grader.checking.consistency import assert_own_cache, assert_repeats
from grader.checking.habits import advise_on_habits
from grader.errors import StudentRaised

# Each shape breaks one symmetry. No two sizes are equal but where it says so: there wrong products fit, and only
# their values tell.
STEPS = pytest.mark.parametrize(
    ("N", "D", "H"),
    [
        pytest.param(4, 3, 5, id="more states than inputs"),
        pytest.param(3, 5, 2, id="more inputs than states"),
        pytest.param(1, 4, 3, id="batch of one"),
        pytest.param(4, 1, 3, id="one input"),
        pytest.param(4, 3, 1, id="one state"),
        pytest.param(5, 3, 3, id="as many inputs as states"),
    ],
)
SEQUENCES = pytest.mark.parametrize(
    ("N", "T", "D", "H"),
    [
        pytest.param(2, 3, 4, 5, id="three steps"),
        pytest.param(5, 4, 3, 2, id="four steps"),
        pytest.param(3, 1, 4, 2, id="one step"),
        pytest.param(1, 4, 3, 5, id="batch of one"),
        pytest.param(3, 12, 2, 4, id="many steps"),
        pytest.param(2, 5, 1, 3, id="one input"),
        pytest.param(4, 3, 2, 1, id="one state"),
    ],
)
# At a bias of 15 a gate is open to 3e-7, at -15 it is shut: in the order input, forget, output, candidate. One of five
# units gets it: with all gates shut nothing would be left of a gradient in single precision but its rounding.
LIMITS = pytest.mark.parametrize(
    "biases",
    [
        pytest.param((-15.0, 15.0, 0.5, -0.5), id="the cell is kept"),
        pytest.param((15.0, -15.0, 0.5, -0.5), id="the cell is replaced"),
        pytest.param((1.0, -0.5, 15.0, 0.5), id="the output gate is open"),
        pytest.param((1.0, -0.5, -1.0, 15.0), id="the candidate is at its end"),
    ],
)


def weights(rng, D, H):
    """Return Wx, Wh and b; the gates differ from each other on average too."""
    return {
        "Wx": rng.normal(scale=0.5, size=(D, 4 * H)),
        "Wh": rng.normal(scale=0.5, size=(H, 4 * H)),
        "b": rng.normal(scale=0.3, size=4 * H) + np.repeat([0.4, 1.0, -0.6, 0.2], H),
    }


def step_inputs(rng, N, D, H):
    states = {"prev_h": rng.normal(size=(N, H)), "prev_c": rng.normal(size=(N, H))}
    return {"x": rng.normal(size=(N, D))} | states | weights(rng, D, H)


def sequence_inputs(rng, N, T, D, H):
    return {"x": rng.normal(size=(N, T, D)), "h0": rng.normal(size=(N, H))} | weights(rng, D, H)


def at_limits(inputs, biases):
    """Return the inputs with the biases of each block at its first unit."""
    b = inputs["b"].copy()
    for block, bias in zip(np.split(b, len(biases)), biases, strict=True):
        block[0] = bias
    return inputs | {"b": b}


# One step


@pytest.mark.check("lstm_step_forward", points=3)
@STEPS
def test_step_values(student, reference, rng, advise, N, D, H):
    """One step computes hidden state and cell from gates in the documented order."""
    inputs = step_inputs(rng, N, D, H)
    assert_matches(student.lstm_step_forward, reference.lstm_step_forward, *inputs.values())
    if N > 1:
        advise_on_habits(student.lstm_step_forward, inputs, advise)


@pytest.mark.check("lstm_step_forward", points=1)
@LIMITS
def test_step_values_at_the_limits(student, reference, rng, biases):
    """Gates that are open or shut let pass all or nothing."""
    inputs = at_limits(step_inputs(rng, 4, 2, 5), biases)
    assert_matches(student.lstm_step_forward, reference.lstm_step_forward, *inputs.values())


@pytest.mark.check("lstm_step_backward", points=4)
@STEPS
def test_step_gradients(student, rng, N, D, H):
    """One step returns all six gradients, whatever arrives at hidden state and cell."""
    assert_gradients(student.lstm_step_forward, student.lstm_step_backward, step_inputs(rng, N, D, H), rng=rng)


@pytest.mark.check("lstm_step_backward", points=1)
@LIMITS
def test_step_gradients_at_the_limits(student, rng, biases):
    """The gradients are right where gates are open or shut."""
    inputs = at_limits(step_inputs(rng, 4, 2, 5), biases)
    assert_gradients(student.lstm_step_forward, student.lstm_step_backward, inputs, rng=rng)


@pytest.mark.check("lstm_step_backward", points=2)
@pytest.mark.parametrize("silent", [pytest.param(1, id="hidden state only"), pytest.param(0, id="cell only")])
def test_gradients_from_one_output(student, rng, silent):
    """The gradients are right when the loss depends on one of the two outputs only."""
    upstream = rng.normal(size=(2, 4, 5))
    upstream[silent] = 0.0
    inputs = step_inputs(rng, 4, 3, 5)
    assert_gradients(student.lstm_step_forward, student.lstm_step_backward, inputs, rng=rng, cotangent=upstream)


@pytest.mark.check("lstm_step_backward", points=1)
def test_each_step_has_its_own_cache(student, rng):
    """Two steps keep apart what they remember."""
    first, second = (tuple(step_inputs(rng, 4, 3, 5).values()) for _ in range(2))
    dnext_h, dnext_c = rng.normal(size=(2, 4, 5))
    assert_own_cache(student.lstm_step_forward, student.lstm_step_backward, first, second, dnext_h, dnext_c)


# A sequence


@pytest.mark.check("lstm_forward", points=3)
@SEQUENCES
def test_sequence_values(student, reference, rng, N, T, D, H):
    """Hidden state and cell go from step to step, the cell from zero on."""
    assert_matches(student.lstm_forward, reference.lstm_forward, *sequence_inputs(rng, N, T, D, H).values())


@pytest.mark.check("lstm_backward", points=4)
@SEQUENCES
def test_sequence_gradients(student, rng, N, T, D, H):
    """The gradients sum over all steps and go back through both memories."""
    assert_gradients(student.lstm_forward, student.lstm_backward, sequence_inputs(rng, N, T, D, H), rng=rng)


@pytest.mark.check("lstm_backward", points=1)
@pytest.mark.parametrize("t", [pytest.param(-1, id="last step"), pytest.param(0, id="first step")])
def test_gradients_from_one_step(student, rng, t):
    """A gradient that arrives at one step goes back to all steps before it, and to none behind it."""
    dh = np.zeros((2, 4, 3))
    dh[:, t] = rng.normal(size=(2, 3))
    inputs = sequence_inputs(rng, 2, 4, 5, 3)
    assert_gradients(student.lstm_forward, student.lstm_backward, inputs, rng=rng, cotangent=dh)


@pytest.mark.check("lstm_backward", points=1)
def test_each_sequence_has_its_own_cache(student, advise, rng):
    """Two sequences keep apart what they remember."""
    first, second = (tuple(sequence_inputs(rng, 2, 4, 3, 5).values()) for _ in range(2))
    dh = rng.normal(size=(2, 4, 5))
    again, cache = assert_own_cache(student.lstm_forward, student.lstm_backward, first, second, dh)
    advise(
        is_reusable(student.lstm_backward, again, dh, cache),
        "A second lstm_backward on the same cache fails or gives other gradients: the first one uses the cache up.",
    )


def is_reusable(backward, before, dout, cache):
    """Tell whether one more backward on a cache gives the same gradients."""
    try:
        assert_repeats(backward, before, backward(dout, cache), otherwise="{name} changes.", hint="")
    except (CheckFailed, StudentRaised):
        return False
    return True
