"""Hidden checks of gradients at large points, where differences entry by entry cannot end within the budget.

Each has tens of thousands of entries to differentiate; what loops take is counted in tenths of a second.
"""

from itertools import pairwise

import numpy as np
import pytest

from grader.checking.large import assert_large_gradients, assert_large_network_gradients

# Samples and features; batch normalisation needs as few samples as whoever multiplies by whole Jacobians can afford.
BATCH, LAYER = (90, 700), (700, 90)


def normal_inputs(rng, shape):
    return {
        "x": rng.normal(0.5, 6.0, size=shape),
        "gamma": rng.uniform(0.5, 2.0, size=shape[1]),
        "beta": rng.normal(size=shape[1]),
    }


@pytest.mark.check("batchnorm_backward", points=0.5, large=True)
def test_batchnorm(student, rng):
    """Derives the gradients of batch normalisation, so that many features take little time."""
    inputs = normal_inputs(rng, BATCH) | {"bn_param": {"mode": "train"}}
    assert_large_gradients(student.batchnorm_forward, student.batchnorm_backward, inputs, rng=rng)


@pytest.mark.check("batchnorm_backward_alt", points=0.5, large=True)
def test_batchnorm_in_one_formula(student, rng):
    """Derives the short formula of batch normalisation, so that many features take little time."""
    inputs = normal_inputs(rng, BATCH) | {"bn_param": {"mode": "train"}}
    assert_large_gradients(student.batchnorm_forward, student.batchnorm_backward_alt, inputs, rng=rng)


@pytest.mark.check("layernorm_backward", points=0.5, large=True)
def test_layernorm(student, rng):
    """Derives the gradients of layer normalisation, so that many samples take little time."""
    inputs = normal_inputs(rng, LAYER) | {"ln_param": {}}
    assert_large_gradients(student.layernorm_forward, student.layernorm_backward, inputs, rng=rng)


@pytest.mark.check("FullyConnectedNet", points=0.5, large=True)
def test_network(student, reference, rng):
    """Propagates the gradients back, so that a wide network takes little time."""
    sizes = (400, 120, 90, 7)
    params = {}
    for layer, (inputs, outputs) in enumerate(pairwise(sizes), start=1):
        params[f"W{layer}"] = rng.normal(scale=np.sqrt(2.0 / inputs), size=(inputs, outputs))
        params[f"b{layer}"] = rng.normal(scale=0.3, size=outputs)
    X, y = rng.normal(size=(12, 400)), rng.integers(7, size=12)
    nets = (owner.FullyConnectedNet([120, 90], 400, 7, reg=0.3) for owner in (student, reference))
    assert_large_network_gradients(*nets, params, X, y, rng=rng, part="FullyConnectedNet")
