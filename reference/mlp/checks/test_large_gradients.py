"""Hidden checks of gradients at large points, where differences entry by entry cannot end within the budget.

Each has up to two million products of an input and a weight, two seconds in nested loops of scalars, and tens of
thousands of entries to differentiate.
"""

from itertools import pairwise

import numpy as np
import pytest

from grader.checking.large import assert_large_gradients, assert_large_network_gradients


def affine_inputs(rng):
    return {"x": rng.normal(size=(16, 700)), "w": rng.normal(size=(700, 150)), "b": rng.normal(size=150)}


@pytest.mark.check("affine_backward", points=0.5, large=True)
def test_affine(student, rng):
    """Derives the gradients, so that many inputs and outputs take little time."""
    assert_large_gradients(student.affine_forward, student.affine_backward, affine_inputs(rng), rng=rng)


@pytest.mark.check("affine_relu_backward", points=0.5, large=True)
def test_affine_relu(student, rng):
    """Derives the gradients of the two layers, so that many inputs and outputs take little time."""
    assert_large_gradients(student.affine_relu_forward, student.affine_relu_backward, affine_inputs(rng), rng=rng)


def check_network(net, theirs, sizes, rng, part):
    """Check the gradients of networks with these numbers of units, inputs first."""
    params = {}
    for layer, (inputs, outputs) in enumerate(pairwise(sizes), start=1):
        params[f"W{layer}"] = rng.normal(scale=np.sqrt(2.0 / inputs), size=(inputs, outputs))
        params[f"b{layer}"] = rng.normal(scale=0.3, size=outputs)
    X, y = rng.normal(size=(12, sizes[0])), rng.integers(sizes[-1], size=12)
    assert_large_network_gradients(net, theirs, params, X, y, rng=rng, part=part)


@pytest.mark.check("TwoLayerNet", points=0.5, large=True)
def test_two_layers(student, reference, rng):
    """Propagates the gradients back, so that a wide two-layer network takes little time."""
    sizes = (500, 120, 7)
    nets = (owner.TwoLayerNet(*sizes, reg=0.3) for owner in (student, reference))
    check_network(*nets, sizes, rng, "TwoLayerNet")


@pytest.mark.check("FullyConnectedNet", points=0.5, large=True)
def test_deep(student, reference, rng):
    """Propagates the gradients back, so that a wide deep network takes little time."""
    sizes = (400, 120, 90, 7)
    nets = (owner.FullyConnectedNet([120, 90], 400, 7, reg=0.3) for owner in (student, reference))
    check_network(*nets, sizes, rng, "FullyConnectedNet")
