"""Hidden checks of the optimisers: several steps, each with the state that the student's own step before returned."""

from typing import NamedTuple

import numpy as np
import pytest

from grader.checking import assert_close, unpack
from grader.checking.properties import assert_arrays

# Large epsilons, so that their place in the formula shows; rates of decay far from the defaults and from each other.
HYPER = {
    "sgd": {"learning_rate": 0.3},
    "sgd_momentum": {"learning_rate": 0.3, "momentum": 0.7},
    "rmsprop": {"learning_rate": 0.3, "decay_rate": 0.8, "epsilon": 0.5},
    "adam": {"learning_rate": 0.3, "beta1": 0.7, "beta2": 0.6, "epsilon": 0.5},
    "nesterov": {"learning_rate": 0.3, "momentum": 0.7},
    "adagrad": {"learning_rate": 0.3, "epsilon": 0.5},
    "adamw": {"learning_rate": 0.3, "beta1": 0.7, "beta2": 0.6, "epsilon": 0.5, "weight_decay": 0.4},
}
REMEMBERED = {
    "sgd": (),
    "sgd_momentum": ("velocity",),
    "rmsprop": ("cache",),
    "adam": ("m", "v", "t"),
    "nesterov": ("velocity",),
    "adagrad": ("cache",),
    "adamw": ("m", "v", "t"),
}

# A step by the default learning rates is 1e-3 to 1e-2 long: weights of that size, or the tolerance would hide it.
SMALL = 0.01


class Walk(NamedTuple):
    """Steps to take, and what the first of them is given."""

    shape: tuple[int, ...]
    given: str  # "nothing", "rate", "hyper" or "state"
    rates: tuple[float, ...] = ()  # learning rates before the later steps, where they change
    steps: int = 4
    gradient: float = 1.0
    idle: bool = False  # whether some entries have no gradient


FRESH = Walk((4, 3), "nothing")
WALKS = {
    "no config": FRESH,
    "a learning rate and defaults": Walk((2, 3, 4), "rate"),
    "all hyper-parameters": Walk((5,), "hyper"),
    "a state": Walk((3, 5), "state", steps=1),
    "a changing learning rate": Walk((3, 2), "hyper", rates=(0.1, 0.05, 0.2)),
    # Not fewer: where a step brings a single weight near zero, single precision is not close to it any more.
    "one row": Walk((1, 6), "hyper", steps=2),
}
# Beside a gradient of 1 an epsilon of 1e-8 is nothing.
DIVIDING = WALKS | {
    "tiny gradients": FRESH._replace(shape=(3, 4), gradient=1e-8),
    "entries without gradient": FRESH._replace(shape=(2, 5), idle=True),
}


def cases(walks):
    return pytest.mark.parametrize("walk", list(walks.values()), ids=list(walks))


def config_of(rng, name, given, shape):
    """Return what the first step is given besides the gradient, or None."""
    if given == "nothing":
        return None
    if given == "rate":
        return {"learning_rate": 0.05}
    return {**HYPER[name], **(state_of(rng, name, shape) if given == "state" else {})}


def state_of(rng, name, shape):
    """Return what an optimiser may remember: means of squares positive, the rest of either sign."""
    draws = {
        "velocity": rng.normal(size=shape),
        "cache": rng.uniform(0.5, 2.0, size=shape),
        "m": rng.normal(size=shape),
        "v": rng.uniform(0.5, 2.0, size=shape),
        "t": 3,
    }
    return {key: draws[key] for key in REMEMBERED[name]}


def gradients(rng, walk):
    """Yield the gradient of each step."""
    moving = rng.uniform(size=walk.shape) < 0.5
    moving.flat[:2] = True, not walk.idle
    for _ in range(walk.steps):
        yield walk.gradient * rng.normal(size=walk.shape) * np.where(moving | (not walk.idle), 1.0, 0.0)


def step(part, w, dw, config):
    """Take one step and return what came back, seen to be two values of which the second is a dict."""
    next_w, config = unpack(part, part(w, dw) if config is None else part(w, dw, config))
    assert_arrays("config", config, {})
    return next_w, config


def compare(student, reference, rng, name, walk):
    """Compare each step of the student's with that of the reference, both from the same point."""
    part, right = getattr(student, name), getattr(reference, name)
    w = rng.normal(scale=SMALL if walk.given == "nothing" else 1.0, size=walk.shape)
    mine = theirs = config_of(rng, name, walk.given, walk.shape)
    for i, dw in enumerate(gradients(rng, walk)):
        if i > 0 and walk.rates:
            mine, theirs = ({**config, "learning_rate": walk.rates[i - 1]} for config in (mine, theirs))
        expected, theirs = step(right, w, dw, theirs)
        next_w, mine = step(part, w, dw, mine)
        assert_close("next_w", next_w, expected)
        w = expected


def compare_config(student, reference, rng, name):
    """Compare the dictionaries after three steps: what was given, known or not, and what is remembered."""
    part, right, shape = getattr(student, name), getattr(reference, name), (3, 4)
    w, given = rng.normal(size=shape), {**HYPER[name], "comment": 7}
    mine = theirs = given
    for _ in range(3):
        dw = rng.normal(size=shape)
        expected, theirs = step(right, w, dw, theirs)
        _, mine = step(part, w, dw, mine)
        w = expected
    wanted = {key: theirs[key] for key in (*given, *REMEMBERED[name])}
    found = assert_arrays("config", mine, {key: np.shape(value) for key, value in wanted.items()})
    for key, value in wanted.items():
        assert_close(f"config[{key!r}]", found[key], value)


@pytest.mark.check("sgd", points=1)
@cases(WALKS)
def test_sgd(student, reference, rng, walk):
    """Gradient descent moves every entry against its gradient by the learning rate."""
    compare(student, reference, rng, "sgd", walk)


@pytest.mark.check("sgd", points=1)
def test_sgd_config(student, reference, rng):
    """Gradient descent hands its configuration on."""
    compare_config(student, reference, rng, "sgd")


@pytest.mark.check("sgd_momentum", points=3)
@cases(WALKS)
def test_sgd_momentum(student, reference, rng, walk):
    """Momentum takes the right steps, one after the other."""
    compare(student, reference, rng, "sgd_momentum", walk)


@pytest.mark.check("sgd_momentum", points=1)
def test_sgd_momentum_config(student, reference, rng):
    """Momentum remembers its velocity and hands its configuration on."""
    compare_config(student, reference, rng, "sgd_momentum")


@pytest.mark.check("rmsprop", points=3)
@cases(DIVIDING)
def test_rmsprop(student, reference, rng, walk):
    """RMSProp takes the right steps, one after the other."""
    compare(student, reference, rng, "rmsprop", walk)


@pytest.mark.check("rmsprop", points=1)
def test_rmsprop_config(student, reference, rng):
    """RMSProp remembers its mean of squares and hands its configuration on."""
    compare_config(student, reference, rng, "rmsprop")


@pytest.mark.check("adam", points=4)
@cases(DIVIDING)
def test_adam(student, reference, rng, walk):
    """Adam takes the right steps, one after the other."""
    compare(student, reference, rng, "adam", walk)


@pytest.mark.check("adam", points=1)
def test_adam_config(student, reference, rng):
    """Adam counts its steps, remembers both means and hands its configuration on."""
    compare_config(student, reference, rng, "adam")


@pytest.mark.check("nesterov", points=1)
@cases(WALKS)
def test_nesterov(student, reference, rng, walk):
    """Nesterov momentum takes the right steps, one after the other."""
    compare(student, reference, rng, "nesterov", walk)


@pytest.mark.check("nesterov", points=0.5)
def test_nesterov_config(student, reference, rng):
    """Nesterov momentum remembers its velocity and hands its configuration on."""
    compare_config(student, reference, rng, "nesterov")


@pytest.mark.check("adagrad", points=1)
@cases(DIVIDING)
def test_adagrad(student, reference, rng, walk):
    """AdaGrad takes the right steps, one after the other."""
    compare(student, reference, rng, "adagrad", walk)


@pytest.mark.check("adagrad", points=0.5)
def test_adagrad_config(student, reference, rng):
    """AdaGrad remembers its sum of squares and hands its configuration on."""
    compare_config(student, reference, rng, "adagrad")


@pytest.mark.check("adamw", points=1)
@cases(DIVIDING)
def test_adamw(student, reference, rng, walk):
    """AdamW takes the right steps, one after the other."""
    compare(student, reference, rng, "adamw", walk)


@pytest.mark.check("adamw", points=0.5)
def test_adamw_config(student, reference, rng):
    """AdamW keeps the decay out of what Adam remembers, and hands its configuration on."""
    compare_config(student, reference, rng, "adamw")
