"""Public checks of optimisers, schedules, clipping and initialisation: run them with ``pytest`` or ``grader check``."""

import math

import numpy as np
import pytest

from grader.checking import assert_close, assert_true, fail, unpack
from grader.checking.properties import assert_array, assert_arrays

# Optimisers

W = np.array([1.0, -2.0, 0.5])
FIRST, SECOND = np.array([3.0, -1.0, 0.5]), np.array([1.0, 2.0, -0.5])


def two_steps(part, config):
    """Take two steps, the second with what the first returned; return the weights after each and the last config."""
    first, config = unpack(part, part(W, FIRST, config))
    assert_arrays("config", config, {})
    first = assert_array("next_w", first, W.shape)
    second, config = unpack(part, part(first, SECOND, config))
    assert_arrays("config", config, {})
    return first, second, config


@pytest.mark.check("sgd", points=1)
def test_sgd_on_known_numbers(student):
    """Two steps of gradient descent give the numbers worked out by hand."""
    first, second, _ = two_steps(student.sgd, {"learning_rate": 0.1})
    assert_close("next_w of the first step", first, [0.7, -1.9, 0.45])
    assert_close("next_w of the second step", second, [0.6, -2.1, 0.5])


@pytest.mark.check("sgd_momentum", points=1)
def test_sgd_momentum_on_known_numbers(student):
    """Two steps with momentum give the numbers worked out by hand."""
    config = {"learning_rate": 0.1, "momentum": 0.9, "velocity": np.array([2.0, 0.0, -1.0])}
    first, second, config = two_steps(student.sgd_momentum, config)
    assert_close("next_w of the first step", first, [2.5, -1.9, -0.45])
    assert_close("next_w of the second step", second, [3.75, -2.01, -1.255])
    velocity = assert_arrays("config", config, {"velocity": W.shape})["velocity"]
    assert_close("velocity after the second step", velocity, [1.25, -0.11, -0.805])


@pytest.mark.check("rmsprop", points=1)
def test_rmsprop_on_known_numbers(student):
    """Two steps of RMSProp give the numbers worked out by hand."""
    config = {"learning_rate": 0.1, "decay_rate": 0.75, "epsilon": 0.5, "cache": np.array([9.0, 1.0, 0.25])}
    first, second, config = two_steps(student.rmsprop, config)
    assert_close("next_w of the first step", first, [1.0 - 0.3 / 3.5, -2.0 + 0.1 / 1.5, 0.45])
    assert_close(
        "next_w of the second step",
        second,
        [1.0 - 0.3 / 3.5 - 0.1 / (math.sqrt(7.0) + 0.5), -2.0 + 0.1 / 1.5 - 0.2 / (math.sqrt(1.75) + 0.5), 0.5],
    )
    cache = assert_arrays("config", config, {"cache": W.shape})["cache"]
    assert_close("cache after the second step", cache, [7.0, 1.75, 0.25])


@pytest.mark.check("adam", points=1)
def test_adam_on_known_numbers(student):
    """Two steps of Adam give the numbers worked out by hand."""
    first, second, config = two_steps(student.adam, {"learning_rate": 0.1, "beta1": 0.5, "beta2": 0.75, "epsilon": 0.0})
    assert_close("next_w of the first step", first, [0.9, -1.9, 0.4])
    # After the second step m is (1.25, 0.75, -0.125), divided by 0.75; v is (31, 19, 1.75) / 16, divided by 7 / 16.
    moved = [5 / 3 / math.sqrt(31 / 7), 1.0 / math.sqrt(19 / 7), -1 / 6 / 0.5]
    assert_close("next_w of the second step", second, np.array([0.9, -1.9, 0.4]) - 0.1 * np.array(moved))
    after = assert_arrays("config", config, {"m": W.shape, "v": W.shape, "t": ()})
    assert_close("m after the second step", after["m"], [1.25, 0.75, -0.125])
    assert_close("v after the second step", after["v"], [31 / 16, 19 / 16, 1.75 / 16])
    assert_close("t after the second step", after["t"], 2)


@pytest.mark.check("adam", points=1)
def test_first_step_of_adam_by_default(student):
    """Adam's first step is one learning rate long, whatever the gradient."""
    next_w, _ = unpack(student.adam, student.adam(np.zeros(3), np.array([1e-3, -7.0, 400.0])))
    assert_close("next_w", next_w, [-1e-3, 1e-3, -1e-3], rtol=1e-4)


@pytest.mark.check("nesterov", points=0.5)
def test_nesterov_on_known_numbers(student):
    """Two steps of Nesterov momentum give the numbers worked out by hand."""
    config = {"learning_rate": 0.1, "momentum": 0.9, "velocity": np.array([2.0, 0.0, -1.0])}
    first, second, _ = two_steps(student.nesterov, config)
    assert_close("next_w of the first step", first, [2.05, -1.81, -0.405])
    assert_close("next_w of the second step", second, [3.075, -2.109, -1.0795])


@pytest.mark.check("adagrad", points=0.5)
def test_adagrad_on_known_numbers(student):
    """Two steps of AdaGrad give the numbers worked out by hand."""
    config = {"learning_rate": 0.1, "epsilon": 0.0, "cache": np.array([7.0, 3.0, 0.75])}
    first, second, _ = two_steps(student.adagrad, config)
    assert_close("next_w of the first step", first, [0.925, -1.95, 0.45])
    expected = [0.925 - 0.1 / math.sqrt(17.0), -1.95 - 0.2 / math.sqrt(8.0), 0.45 + 0.05 / math.sqrt(1.25)]
    assert_close("next_w of the second step", second, expected)


@pytest.mark.check("adamw", points=0.5)
def test_adamw_on_known_numbers(student):
    """Without a gradient AdamW shrinks the weights by their share, with one it moves as Adam does besides."""
    config = {"learning_rate": 0.1, "weight_decay": 0.5}
    next_w, _ = unpack(student.adamw, student.adamw(np.array([10.0, -4.0]), np.array([0.0, 3.0]), config))
    assert_close("next_w", next_w, [9.5, -3.9])


# Schedules


def assert_rates(part, rates, *settings):
    """Compare the learning rates at some steps with numbers worked out by hand."""
    for step, expected in rates.items():
        assert_close(f"lr at step {step}", part(step, *settings), expected)


@pytest.mark.check("step_decay", points=1)
def test_step_decay_on_known_numbers(student):
    """Step decay gives the numbers worked out by hand."""
    assert_rates(student.step_decay, {0: 0.8, 9: 0.8, 10: 0.4, 19: 0.4, 20: 0.2}, 0.8, 10, 0.5)


@pytest.mark.check("exp_decay", points=1)
def test_exp_decay_on_known_numbers(student):
    """Exponential decay gives the numbers worked out by hand."""
    assert_rates(student.exp_decay, {0: 0.5, 50: 0.303265329856, 100: 0.183939720586}, 0.5, 0.01)


@pytest.mark.check("cosine_with_warmup", points=1)
def test_cosine_on_known_numbers(student):
    """The cosine schedule gives the numbers worked out by hand."""
    rates = {0: 0.0, 5: 0.5, 10: 1.0, 35: 0.868198051534, 60: 0.55, 110: 0.1}
    assert_rates(student.cosine_with_warmup, rates, 110, 1.0, 10, 0.1)


@pytest.mark.check("one_cycle", points=1)
def test_one_cycle_on_known_numbers(student):
    """The one-cycle schedule gives the numbers worked out by hand."""
    known = {0: (0.04, 0.95), 15: (0.52, 0.9), 30: (1.0, 0.85), 65: (0.50005, 0.9), 100: (0.0001, 0.95)}
    for step, (expected_lr, expected_momentum) in known.items():
        lr, momentum = unpack(student.one_cycle, student.one_cycle(step, 100, 1.0))
        assert_close(f"lr at step {step}", lr, expected_lr)
        assert_close(f"momentum at step {step}", momentum, expected_momentum)


# Clipping


def clipped_arrays(clipped):
    return assert_arrays("clipped", clipped, {"W1": (1,), "W2": (2,)})


@pytest.mark.check("clip_grad_norm", points=1)
@pytest.mark.parametrize(("max_norm", "scale"), [(1.0, 0.2), (10.0, 1.0)], ids=["too long", "short enough"])
def test_clip_grad_norm_on_known_numbers(student, max_norm, scale):
    """Clipping by the joint norm gives the numbers worked out by hand."""
    grads = {"W1": np.array([3.0]), "W2": np.array([0.0, 4.0])}
    clipped, norm = unpack(student.clip_grad_norm, student.clip_grad_norm(grads, max_norm))
    assert_close("norm", norm, 5.0)
    found = clipped_arrays(clipped)
    for name, before in grads.items():
        assert_close(f"clipped[{name!r}]", found[name], scale * before)


@pytest.mark.check("clip_grad_value", points=1)
def test_clip_grad_value_on_known_numbers(student):
    """Clipping by value gives the numbers worked out by hand."""
    found = clipped_arrays(student.clip_grad_value({"W1": np.array([3.0]), "W2": np.array([0.5, -4.0])}, 3.5))
    assert_close("clipped['W1']", found["W1"], [3.0])
    assert_close("clipped['W2']", found["W2"], [0.5, -3.5])


# Initialisation


def assert_standard_deviation(name, w, expected):
    """Require the standard deviation of 100,000 draws to be within 3 % of a number: it is off by 0.2 % as a rule."""
    found = float(assert_array("w", w, (400, 250)).std())
    if abs(found / expected - 1.0) > 0.03:
        detail = f"The standard deviation of {name}(400, 250, rng) is {found:.5f}, expected about {expected:.5f}."
        raise fail("The standard deviation of the weights is wrong.", name="wrong-spread", detail=detail)


@pytest.mark.check("xavier_init", points=1)
def test_standard_deviation_of_xavier(student, rng):
    """The standard deviation of Xavier weights is right for 400 inputs and 250 outputs."""
    assert_standard_deviation("xavier_init", student.xavier_init(400, 250, rng), math.sqrt(2 / 650))


@pytest.mark.check("he_init", points=1)
def test_standard_deviation_of_he(student, rng):
    """The standard deviation of He weights is right for 400 inputs and 250 outputs."""
    assert_standard_deviation("he_init", student.he_init(400, 250, rng), math.sqrt(2 / 400))


@pytest.mark.check("xavier_uniform_init", points=0.5)
def test_range_of_xavier_uniform(student, rng):
    """Uniform Xavier weights have the right standard deviation and no far outliers."""
    w = student.xavier_uniform_init(400, 250, rng)
    assert_standard_deviation("xavier_uniform_init", w, math.sqrt(2 / 650))
    assert_true(np.abs(assert_array("w", w, (400, 250))).max() < 0.1, "Some weights lie beyond a bound of 0.1.")


@pytest.mark.check("conv_fans", points=1)
def test_conv_fans_on_known_numbers(student):
    """Eight filters of shape (3, 5, 5) have a fan-in of 75 and a fan-out of 200."""
    fan_in, fan_out = unpack(student.conv_fans, student.conv_fans((8, 3, 5, 5)))
    assert_close("fan_in", fan_in, 75)
    assert_close("fan_out", fan_out, 200)
