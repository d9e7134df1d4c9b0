"""Hidden checks of the numbers that tell what goes on inside a network."""

import numpy as np
import pytest

from grader.checking import assert_close, assert_matches, unpack
from grader.checking.properties import assert_arrays

# Norms and ratios

NETWORKS = pytest.mark.parametrize(
    "shapes",
    [
        pytest.param({"W1": (3, 4)}, id="one array"),
        pytest.param({"W1": (4, 5), "b1": (5,), "W2": (5, 2), "b2": (2,)}, id="two layers"),
        pytest.param({"filters": (2, 3, 4, 2), "gamma": (3,)}, id="rank 4"),
    ],
)


def arrays_of(rng, shapes):
    """Return arrays whose sizes differ by powers of ten."""
    return {name: 10.0 ** rng.uniform(-3, 1) * rng.normal(size=shape) for name, shape in shapes.items()}


def assert_numbers_by_name(label, got, expected):
    """Require a dictionary with one number for each name."""
    numbers = assert_arrays(label, got, dict.fromkeys(expected, ()))
    for name, value in expected.items():
        assert_close(f"{label}[{name!r}]", numbers[name], value)


@pytest.mark.check("grad_norms", points=2)
@NETWORKS
def test_norms(student, reference, rng, shapes):
    """Each gradient has the norm of all its entries."""
    grads = arrays_of(rng, shapes)
    assert_numbers_by_name("norms", student.grad_norms(grads), reference.grad_norms(grads))


@pytest.mark.check("grad_norms", points=1)
def test_norm_of_a_gradient_of_zeros(student):
    """A gradient of zeros has the norm 0, and a single number its magnitude."""
    grads = {"b": np.zeros(4), "scale": np.array([-2.5])}
    assert_numbers_by_name("norms", student.grad_norms(grads), {"b": 0.0, "scale": 2.5})


@pytest.mark.check("update_ratio", points=2)
@NETWORKS
def test_ratios(student, reference, rng, shapes):
    """The ratio of each parameter is the norm of its update divided by its own."""
    params, updates = arrays_of(rng, shapes), arrays_of(rng, shapes)
    assert_numbers_by_name("ratios", student.update_ratio(params, updates), reference.update_ratio(params, updates))


@pytest.mark.check("update_ratio", points=1)
def test_ratio_of_a_healthy_step(student, rng):
    """A step of a thousandth of the parameters has the ratio 0.001 whichever way it goes."""
    params = arrays_of(rng, {"W1": (4, 3), "b1": (3,)})
    updates = {"W1": -1e-3 * params["W1"], "b1": 1e-3 * params["b1"][::-1]}
    assert_numbers_by_name("ratios", student.update_ratio(params, updates), {"W1": 1e-3, "b1": 1e-3})


@pytest.mark.check("update_ratio", points=1)
def test_ratio_of_a_bias_of_zeros(student, rng):
    """A bias that starts at zero has a ratio that is large, but a number."""
    update = rng.normal(size=3)
    params, updates = {"W": np.full((2, 3), 2.0), "b": np.zeros(3)}, {"W": np.zeros((2, 3)), "b": update}
    expected = {"W": 0.0, "b": np.sqrt(np.sum(update**2)) / 1e-8}
    assert_numbers_by_name("ratios", student.update_ratio(params, updates), expected)


# Dead units


def outputs_of(rng, sizes, patterns):
    """Return batches of outputs of a ReLU layer, one unit for each pattern.

    Args:
        sizes: number of samples of each batch.
        patterns: for each unit the batches in which it speaks up: for "some" samples, for "all", or for "one" only.
    """
    batches = [np.zeros((size, len(patterns))) for size in sizes]
    for unit, pattern in enumerate(patterns):
        for batch, how in pattern.items():
            size = sizes[batch]
            count = {"one": 1, "some": size - 1, "all": size}[how]
            rows = rng.permutation(size)[:count]
            batches[batch][rows, unit] = rng.uniform(0.1, 3.0, size=count)
    return batches


@pytest.mark.check("dead_relu_fraction", points=3)
@pytest.mark.parametrize(
    ("sizes", "patterns"),
    [
        pytest.param((6,), [{}, {0: "some"}, {0: "all"}, {0: "one"}, {}], id="one batch"),
        pytest.param(
            (4, 3, 5),
            [{}, {0: "all", 1: "some"}, {1: "one"}, {2: "some"}, {0: "one", 1: "all", 2: "some"}, {0: "some"}, {}],
            id="several batches",
        ),
        pytest.param((5, 2), [{0: "all"}, {0: "some"}, {1: "one"}, {}], id="short last batch"),
    ],
)
def test_dead_units(student, reference, rng, sizes, patterns):
    """A unit is dead if it is zero for every sample of every batch."""
    batches = outputs_of(rng, sizes, [patterns[i] for i in rng.permutation(len(patterns))])
    assert_matches(student.dead_relu_fraction, reference.dead_relu_fraction, batches)


@pytest.mark.check("dead_relu_fraction", points=1)
@pytest.mark.parametrize(
    ("pattern", "fraction"),
    [
        pytest.param({}, 1.0, id="all dead"),
        pytest.param({1: "one"}, 0.0, id="each unit alive once"),
        pytest.param({0: "all", 1: "all"}, 0.0, id="all alive"),
    ],
)
def test_extremes(student, rng, pattern, fraction):
    """A layer whose units are all dead, or all alive, is recognised."""
    # A layer with one dead unit of four goes first, so that a constant earns nothing.
    for units, expected in (([{}, {0: "one"}, {1: "all"}, {1: "some"}], 0.25), ([pattern] * 3, fraction)):
        assert_close("fraction", student.dead_relu_fraction(outputs_of(rng, (4, 5), units)), expected)


# Statistics

LAYERS = pytest.mark.parametrize(
    ("N", "units"),
    [
        pytest.param(6, (5,), id="one layer"),
        pytest.param(7, (4, 9, 3), id="three layers"),
        pytest.param(1, (8, 5), id="one sample"),
    ],
)


@pytest.mark.check("activation_stats", points=2)
@LAYERS
@pytest.mark.parametrize("kind", ["relu", "tanh"])
def test_statistics(student, reference, rng, N, units, kind):
    """Mean, standard deviation and share of zeros are taken over all entries of each layer."""
    activations = [rng.uniform(0.5, 3.0) * rng.normal(rng.uniform(-0.5, 0.5), size=(N, H)) for H in units]
    for layer in activations:
        # Units of a layer differ in mean; a share of the entries is exactly zero whatever the activation.
        layer += rng.normal(size=layer.shape[1])
        layer[rng.random(layer.shape) < 0.2] = 0.0
    bend = np.tanh if kind == "tanh" else lambda x: np.maximum(0.0, x)
    assert_matches(student.activation_stats, reference.activation_stats, [bend(layer) for layer in activations])


@pytest.mark.check("activation_stats", points=1)
def test_vanishing_signal(student, rng):
    """A signal that shrinks from layer to layer is seen to shrink."""
    signal = rng.normal(size=(20, 6))
    activations = [signal * 0.1**layer for layer in range(4)]
    _, stds, zeros = unpack(student.activation_stats, student.activation_stats(activations))
    assert_close("stds", stds, [float(np.std(layer)) for layer in activations])
    assert_close("zeros", zeros, np.zeros(4))
