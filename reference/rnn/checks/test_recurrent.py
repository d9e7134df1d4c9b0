"""Hidden checks of the recurrent step and of the recurrent network over a sequence."""

import numpy as np
import pytest

from grader.checking import CheckFailed, assert_gradients, assert_matches
from grader.checking.consistency import assert_own_cache, assert_repeats
from grader.errors import StudentRaised

# Each shape breaks one symmetry. No two sizes are equal but where it says so: there wrong products fit, and only
# their values tell. Gradients at a single state have checks of their own: where a weight has one entry, its gradient
# must not cancel to nothing but rounding, which single precision would show.
STEPS = pytest.mark.parametrize(
    ("N", "D", "H"),
    [
        pytest.param(4, 3, 5, id="more states than inputs"),
        pytest.param(3, 5, 2, id="more inputs than states"),
        pytest.param(1, 4, 3, id="batch of one"),
        pytest.param(4, 1, 3, id="one input"),
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
    ],
)


ONE_STATE_STEP = {"N": 4, "D": 3, "H": 1}
ONE_STATE_SEQUENCE = {"N": 4, "T": 3, "D": 2, "H": 1}


def weights(rng, D, H):
    """Return Wx, Wh and b, so small that tanh bends and does not saturate, and a gradient survives a dozen steps."""
    return {
        "Wx": rng.normal(scale=0.7 / np.sqrt(D), size=(D, H)),
        "Wh": rng.normal(scale=0.8 / np.sqrt(H), size=(H, H)),
        "b": rng.normal(scale=0.3, size=H),
    }


def step_inputs(rng, N, D, H):
    return {"x": rng.normal(size=(N, D)), "prev_h": rng.uniform(-1.0, 1.0, size=(N, H))} | weights(rng, D, H)


def sequence_inputs(rng, N, T, D, H):
    return {"x": rng.normal(size=(N, T, D)), "h0": rng.uniform(-1.0, 1.0, size=(N, H))} | weights(rng, D, H)


def positive(inputs):
    """Return half the magnitudes of the inputs: what is added up then cannot cancel."""
    return {name: 0.5 * np.abs(value) for name, value in inputs.items()}


def saturating(inputs):
    """Return the inputs with a bias that drives the first two units to the ends of tanh."""
    b = inputs["b"].copy()
    b[:2] = 12.0, -12.0
    return inputs | {"b": b}


# One step


@pytest.mark.check("rnn_step_forward", points=2)
@STEPS
def test_step_values(student, reference, rng, N, D, H):
    """One step computes tanh of the weighted sums of input and state."""
    assert_matches(student.rnn_step_forward, reference.rnn_step_forward, *step_inputs(rng, N, D, H).values())


@pytest.mark.check("rnn_step_forward", points=1)
def test_one_state_step_values(student, reference, rng):
    """A state of a single number is a state like others."""
    inputs = step_inputs(rng, **ONE_STATE_STEP)
    assert_matches(student.rnn_step_forward, reference.rnn_step_forward, *inputs.values())


@pytest.mark.check("rnn_step_forward", points=1)
def test_saturated_step_values(student, reference, rng):
    """Units driven to the ends of tanh stay there, finite."""
    inputs = saturating(step_inputs(rng, 3, 2, 4))
    assert_matches(student.rnn_step_forward, reference.rnn_step_forward, *inputs.values())


@pytest.mark.check("rnn_step_backward", points=3)
@STEPS
def test_step_gradients(student, rng, N, D, H):
    """One step returns the gradients with respect to input, state, weights and bias."""
    assert_gradients(student.rnn_step_forward, student.rnn_step_backward, step_inputs(rng, N, D, H), rng=rng)


@pytest.mark.check("rnn_step_backward", points=1)
def test_one_state_step_gradients(student, rng):
    """The gradients of a single state keep their axes."""
    inputs = positive(step_inputs(rng, **ONE_STATE_STEP))
    upstream = rng.uniform(0.5, 1.5, size=(4, 1))
    assert_gradients(student.rnn_step_forward, student.rnn_step_backward, inputs, rng=rng, cotangent=upstream)


@pytest.mark.check("rnn_step_backward", points=1)
def test_saturated_step_gradients(student, rng):
    """Units at the ends of tanh pass no gradient, and the others do."""
    inputs = saturating(step_inputs(rng, 3, 2, 4))
    assert_gradients(student.rnn_step_forward, student.rnn_step_backward, inputs, rng=rng)


@pytest.mark.check("rnn_step_backward", points=1)
def test_each_step_has_its_own_cache(student, rng):
    """Two steps keep apart what they remember."""
    first, second = (tuple(step_inputs(rng, 4, 3, 5).values()) for _ in range(2))
    dnext_h = rng.normal(size=(4, 5))
    assert_own_cache(student.rnn_step_forward, student.rnn_step_backward, first, second, dnext_h)


# A sequence


@pytest.mark.check("rnn_forward", points=3)
@SEQUENCES
def test_sequence_values(student, reference, rng, N, T, D, H):
    """Each state follows from the state before it, from the first step to the last."""
    assert_matches(student.rnn_forward, reference.rnn_forward, *sequence_inputs(rng, N, T, D, H).values())


@pytest.mark.check("rnn_forward", points=1)
def test_one_state_sequence_values(student, reference, rng):
    """A sequence of single numbers keeps its axes."""
    inputs = sequence_inputs(rng, **ONE_STATE_SEQUENCE)
    assert_matches(student.rnn_forward, reference.rnn_forward, *inputs.values())


@pytest.mark.check("rnn_backward", points=4)
@SEQUENCES
def test_sequence_gradients(student, rng, N, T, D, H):
    """The gradients sum over all steps and go back to the state before the first."""
    assert_gradients(student.rnn_forward, student.rnn_backward, sequence_inputs(rng, N, T, D, H), rng=rng)


@pytest.mark.check("rnn_backward", points=1)
def test_one_state_sequence_gradients(student, rng):
    """The gradients of a sequence of single states keep their axes."""
    inputs = positive(sequence_inputs(rng, **ONE_STATE_SEQUENCE))
    upstream = rng.uniform(0.5, 1.5, size=(4, 3, 1))
    assert_gradients(student.rnn_forward, student.rnn_backward, inputs, rng=rng, cotangent=upstream)


@pytest.mark.check("rnn_backward", points=1)
@pytest.mark.parametrize("t", [pytest.param(-1, id="last step"), pytest.param(0, id="first step")])
def test_gradients_from_one_step(student, rng, t):
    """A gradient that arrives at one step goes back to all steps before it, and to none behind it."""
    dh = np.zeros((2, 4, 3))
    dh[:, t] = rng.normal(size=(2, 3))
    inputs = sequence_inputs(rng, 2, 4, 5, 3)
    assert_gradients(student.rnn_forward, student.rnn_backward, inputs, rng=rng, cotangent=dh)


@pytest.mark.check("rnn_backward", points=1)
def test_each_sequence_has_its_own_cache(student, advise, rng):
    """Two sequences keep apart what they remember."""
    first, second = (tuple(sequence_inputs(rng, 2, 4, 3, 5).values()) for _ in range(2))
    dh = rng.normal(size=(2, 4, 5))
    again, cache = assert_own_cache(student.rnn_forward, student.rnn_backward, first, second, dh)
    advise(
        is_reusable(student.rnn_backward, again, dh, cache),
        "A second rnn_backward on the same cache fails or gives other gradients: the first one uses the cache up.",
    )


def is_reusable(backward, before, dout, cache):
    """Tell whether one more backward on a cache gives the same gradients."""
    try:
        assert_repeats(backward, before, backward(dout, cache), otherwise="{name} changes.", hint="")
    except (CheckFailed, StudentRaised):
        return False
    return True
