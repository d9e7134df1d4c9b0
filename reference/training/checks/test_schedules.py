"""Hidden checks of learning rate schedules and of clipping.

The steps asked for are the ends, the joints of the pieces, the step before a joint, and one inside of each piece.
"""

import math

import numpy as np
import pytest

from grader.checking import assert_close, assert_matches, unpack
from grader.checking.properties import assert_array, assert_arrays

# Schedules


def at_steps(**steps):
    """Parametrize over steps, named by what is special about them."""
    return pytest.mark.parametrize("step", list(steps.values()), ids=[name.replace("_", " ") for name in steps])


@pytest.mark.check("step_decay", points=2)
@at_steps(start=0, before_the_first_cut=6, at_the_first_cut=7, between_cuts=10, after_several_cuts=23)
def test_step_decay(student, reference, rng, step):
    """Step decay is constant between cuts and cuts at the right steps."""
    base_lr, factor = rng.uniform(0.1, 1.0), rng.uniform(0.3, 0.8)
    assert_matches(student.step_decay, reference.step_decay, step, base_lr, 7, factor)


@pytest.mark.check("step_decay", points=1)
def test_step_decay_by_default(student, reference, rng):
    """Step decay cuts by the default factor where none is given."""
    assert_matches(student.step_decay, reference.step_decay, 11, rng.uniform(0.1, 1.0), 5)


@pytest.mark.check("exp_decay", points=2)
@at_steps(start=0, first=1, later=40)
def test_exp_decay(student, reference, rng, step):
    """Exponential decay falls from the base rate by the right factor at each step."""
    base_lr, decay_rate = rng.uniform(0.1, 1.0), rng.uniform(0.01, 0.1)
    assert_matches(student.exp_decay, reference.exp_decay, step, base_lr, decay_rate)


@pytest.mark.check("exp_decay", points=1)
def test_exp_decay_without_decay(student, reference, rng):
    """Without decay the rate stays where it is."""
    assert_matches(student.exp_decay, reference.exp_decay, 12, rng.uniform(0.1, 1.0), 0.0)


@pytest.mark.check("cosine_with_warmup", points=2)
@at_steps(start=0, in_the_rise=3, before_the_peak=8, peak=9, soon_after=13, half_way=29, end=49)
def test_cosine(student, reference, rng, step):
    """The schedule rises along a line, and falls along half a cosine."""
    max_lr, min_lr = rng.uniform(0.5, 1.0), rng.uniform(0.01, 0.1)
    assert_matches(student.cosine_with_warmup, reference.cosine_with_warmup, step, 49, max_lr, 9, min_lr)


@pytest.mark.check("cosine_with_warmup", points=1)
@at_steps(start=0, later=4, end=30)
def test_cosine_without_warmup(student, reference, rng, step):
    """Without warm-up the schedule starts at the largest rate, and by default falls to nothing."""
    assert_matches(student.cosine_with_warmup, reference.cosine_with_warmup, step, 30, rng.uniform(0.5, 1.0), 0)


@pytest.mark.check("one_cycle", points=2)
@at_steps(start=0, rising=4, peak=10, falling=17, near_the_end=39, end=40)
def test_one_cycle(student, reference, rng, step):
    """Rate and momentum go opposite ways along lines, and turn at the peak."""
    settings = {
        "rise": 0.25,
        "div": rng.uniform(5.0, 20.0),
        "final_div": rng.uniform(50.0, 100.0),
        "high_momentum": rng.uniform(0.9, 0.99),
        "low_momentum": rng.uniform(0.5, 0.8),
    }
    max_lr = rng.uniform(0.1, 1.0)
    assert_matches(student.one_cycle, reference.one_cycle, step, 40, max_lr, *settings.values())


@pytest.mark.check("one_cycle", points=1)
@at_steps(rising=2, falling=3, end=7)
def test_one_cycle_by_default(student, reference, rng, step):
    """The defaults hold, and the peak may lie between two steps."""
    assert_matches(student.one_cycle, reference.one_cycle, step, 7, rng.uniform(0.1, 1.0))


# Clipping

SHAPES = {"W1": (4, 3), "b1": (3,), "W2": (3, 2, 5)}


def grads_of_norm(rng, norm, shapes=SHAPES):
    """Return gradients whose joint norm is given, and of which each array alone is shorter than 0.9 of it.

    Of three arrays of normal entries the longest holds 30 of 45 entries and with them about 2/3 of the sum of
    squares; it is drawn again until it holds less than 0.8.
    """
    while True:
        grads = {name: rng.normal(size=shape) for name, shape in shapes.items()}
        squares = [float(np.sum(gradient**2)) for gradient in grads.values()]
        if len(squares) == 1 or max(squares) < 0.8 * sum(squares):
            return {name: norm / math.sqrt(sum(squares)) * gradient for name, gradient in grads.items()}


def assert_same_grads(got, expected):
    """Require a dict with the expected arrays."""
    found = assert_arrays("clipped", got, {name: gradient.shape for name, gradient in expected.items()})
    for name, gradient in expected.items():
        assert_close(f"clipped[{name!r}]", found[name], gradient)


@pytest.mark.check("clip_grad_norm", points=3)
@pytest.mark.parametrize(
    ("norm", "max_norm", "names"),
    [
        pytest.param(20.0, 3.0, ("W1", "b1", "W2"), id="far too long"),
        pytest.param(6.0, 5.7, ("W1", "b1", "W2"), id="too long together only"),
        pytest.param(3.0, 4.0, ("W1", "b1", "W2"), id="short enough"),
        pytest.param(0.5, 0.3, ("W1", "W2"), id="short and still too long"),
        pytest.param(7.0, 2.0, ("b1",), id="one array"),
        pytest.param(0.0, 2.0, ("W1", "b1"), id="all zero"),
    ],
)
def test_clip_grad_norm(student, reference, rng, norm, max_norm, names):
    """Gradients longer than the limit are shortened together, others stay as they are."""
    grads = grads_of_norm(rng, norm, {name: SHAPES[name] for name in names})
    expected, _ = reference.clip_grad_norm(grads, max_norm)
    clipped, _ = unpack(student.clip_grad_norm, student.clip_grad_norm(grads, max_norm))
    assert_same_grads(clipped, expected)


@pytest.mark.check("clip_grad_norm", points=1)
@pytest.mark.parametrize(("norm", "max_norm"), [(5.0, 2.0), (5.0, 9.0)], ids=["clipped", "unclipped"])
def test_returned_norm(student, rng, norm, max_norm):
    """The returned norm is that of all arrays together, before clipping."""
    _, found = unpack(student.clip_grad_norm, student.clip_grad_norm(grads_of_norm(rng, norm), max_norm))
    assert_close("norm", assert_array("norm", found, ()), norm)


@pytest.mark.check("clip_grad_value", points=2)
@pytest.mark.parametrize(
    ("scale", "limit"),
    [(3.0, 1.5), (0.1, 0.07), (1.0, 10.0)],
    ids=["large entries", "small entries", "no entry beyond the limit"],
)
def test_clip_grad_value(student, reference, rng, scale, limit):
    """Entries beyond the limit are cut on either side, others stay as they are."""
    grads = {name: scale * rng.normal(size=shape) for name, shape in SHAPES.items()}
    assert_same_grads(student.clip_grad_value(grads, limit), reference.clip_grad_value(grads, limit))
