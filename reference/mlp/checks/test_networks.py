"""Hidden checks of the networks made of components."""

from itertools import pairwise
from types import SimpleNamespace

import numpy as np
import pytest

from grader.checking import assert_close, assert_equal, assert_network_gradients, assert_true, unpack
from grader.checking.properties import assert_arrays

LOSS = SimpleNamespace(name="loss(X, y)", returns=("loss", "grads"))

# Shape of the samples, hidden units, classes: no two equal; images; a batch of one; a single hidden unit.
TWO_LAYERS = pytest.mark.parametrize(
    ("shape", "hidden", "C"), [((5, 4), 6, 3), ((4, 2, 3, 2), 5, 3), ((1, 6), 4, 5), ((6, 3), 1, 4)]
)
DEPTHS = pytest.mark.parametrize(
    ("shape", "hidden", "C"),
    [((5, 4), [6], 3), ((6, 2, 3), [7, 4], 3), ((1, 6), [4, 3], 5), ((9, 3), [8, 6, 5, 4], 7)],
    ids=["one hidden layer", "two hidden layers", "batch of one", "four hidden layers"],
)
STRENGTHS = pytest.mark.parametrize("reg", [0.0, 0.6])


def shapes_of(sizes):
    """Return the shapes of W1, b1, W2, ... for the numbers of units of each layer, inputs first."""
    shapes = {}
    for layer, (inputs, outputs) in enumerate(pairwise(sizes), start=1):
        shapes[f"W{layer}"], shapes[f"b{layer}"] = (inputs, outputs), (outputs,)
    return shapes


def filled(rng, shapes):
    """Return parameters, biases other than zero, that keep signals alive and the scores moderate.

    A network that is all but certain has a loss near zero, which float32 inside would get wrong.
    """
    params = {}
    for name, shape in shapes.items():
        last = name == f"W{len(shapes) // 2}"
        gain = 0.7 if last else np.sqrt(2.0)
        params[name] = (
            rng.normal(scale=gain / np.sqrt(shape[0]), size=shape)
            if len(shape) == 2
            else rng.normal(0.1, 0.4, size=shape)
        )
    return params


def batch(rng, shape, C):
    """Return samples and labels, with two classes at least in a batch of two or more."""
    y = rng.integers(C, size=shape[0])
    if shape[0] > 1:
        y[:2] = rng.permutation(C)[:2]
    return rng.normal(size=shape), y


def features(shape):
    return int(np.prod(shape[1:]))


def two_layers(owner, shape, hidden, C, **options):
    """Return a TwoLayerNet of the student's or the reference's, and its layer sizes."""
    return owner.TwoLayerNet(features(shape), hidden, C, **options), [features(shape), hidden, C]


def deep(owner, shape, hidden, C, **options):
    """Return a FullyConnectedNet of the student's or the reference's, and its layer sizes."""
    return owner.FullyConnectedNet(hidden, features(shape), C, **options), [features(shape), *hidden, C]


def check_initial(build, student, rng, shape, hidden, C):
    net, sizes = build(student, shape, hidden, C, rng=rng)
    params = assert_arrays("params", net.params, shapes_of(sizes))
    for name, value in params.items():
        if name.startswith("b"):
            assert_close(f"params[{name!r}]", value, np.zeros(value.shape))
        else:
            assert_true(np.any(value), f"params[{name!r}] is zero everywhere.", hint="Weights start at random.")


def check_scale(build, student, rng, hidden):
    scale = float(rng.uniform(0.02, 0.2))
    net, sizes = build(student, (1, 60), hidden, 50, weight_scale=scale, rng=rng)
    params = assert_arrays("params", net.params, shapes_of(sizes))
    hint = "weight_scale is the standard deviation of normal numbers with mean zero."
    for name in (name for name in params if name.startswith("W")):
        drawn = params[name] / scale
        # Over 3,000 draws: standard errors of 2 % (mean), 1.3 % (spread) and 0.4 % (share beyond two spreads).
        assert_true(0.9 < drawn.std() < 1.1, f"The spread of params[{name!r}] is not weight_scale.", hint=hint)
        assert_true(abs(drawn.mean()) < 0.12, f"params[{name!r}] is not centred on zero.", hint=hint)
        beyond = float(np.mean(np.abs(drawn) > 2.0))
        assert_true(0.02 < beyond < 0.07, f"params[{name!r}] is not normally distributed.", hint=hint)


def check_randomness(build, student, rng, hidden):
    seed = int(rng.integers(2**31))
    nets = (build(student, (1, 6), hidden, 3, rng=np.random.default_rng(s)) for s in (seed, seed, seed + 1))
    first, again, other = (assert_arrays("params", net.params, shapes_of(sizes)) for net, sizes in nets)
    hint = "Draw from rng, and from nothing else."
    for name in (name for name in first if name.startswith("W")):
        same = np.array_equal(first[name], again[name])
        assert_true(same, f"The same generator gave different values of params[{name!r}].", hint=hint)
        differs = not np.array_equal(first[name], other[name])
        assert_true(differs, f"Different generators gave the same params[{name!r}].", hint=hint)


def check_scores(build, student, reference, rng, shape, hidden, C):
    (net, sizes), (theirs, _) = build(student, shape, hidden, C), build(reference, shape, hidden, C)
    net.params = theirs.params = filled(rng, shapes_of(sizes))
    X, _ = batch(rng, shape, C)
    assert_close("scores", net.loss(X), theirs.loss(X))


def check_loss(build, student, reference, rng, shape, hidden, C, reg):
    (net, sizes), (theirs, _) = build(student, shape, hidden, C, reg=reg), build(reference, shape, hidden, C, reg=reg)
    net.params = theirs.params = filled(rng, shapes_of(sizes))
    X, y = batch(rng, shape, C)
    loss, _ = unpack(LOSS, net.loss(X, y))
    assert_close("loss", loss, theirs.loss(X, y)[0])


def check_gradients(build, part, student, reference, rng, shape, hidden, C, reg):
    (net, sizes), (theirs, _) = build(student, shape, hidden, C, reg=reg), build(reference, shape, hidden, C, reg=reg)
    X, y = batch(rng, shape, C)
    assert_network_gradients(net, theirs, filled(rng, shapes_of(sizes)), X, y, rng=rng, part=part)


def check_small_weights(build, student, rng, hidden):
    net, _ = build(student, (20, 12), hidden, 7, weight_scale=0.03, rng=rng)
    X, y = batch(rng, (20, 12), 7)
    losses = [unpack(LOSS, net.loss(X[rows], y[rows]))[0] for rows in (slice(20), slice(10))]
    for loss in losses:
        assert_close("loss", loss, np.log(7.0), rtol=0.05)
    assert_true(losses[0] != losses[1], "The loss does not depend on the samples.")


# One hidden layer


@pytest.mark.check("TwoLayerNet", points=1)
@TWO_LAYERS
def test_two_layers_initial_parameters(student, rng, shape, hidden, C):
    """The two-layer network starts with parameters of the right names and shapes, and with biases of zero."""
    check_initial(two_layers, student, rng, shape, hidden, C)


@pytest.mark.check("TwoLayerNet", points=1)
def test_two_layers_scale(student, rng):
    """The weights of the two-layer network are normal with the standard deviation asked for."""
    check_scale(two_layers, student, rng, 70)


@pytest.mark.check("TwoLayerNet", points=0.5)
def test_two_layers_randomness(student, rng):
    """All the randomness of the two-layer network comes from the generator that is given."""
    check_randomness(two_layers, student, rng, 5)


@pytest.mark.check("TwoLayerNet", points=2)
@TWO_LAYERS
def test_two_layers_scores(student, reference, rng, shape, hidden, C):
    """Without labels the two-layer network returns the scores."""
    check_scores(two_layers, student, reference, rng, shape, hidden, C)


@pytest.mark.check("TwoLayerNet", points=3)
@STRENGTHS
@TWO_LAYERS
def test_two_layers_loss(student, reference, rng, shape, hidden, C, reg):
    """The loss of the two-layer network is the softmax loss plus the regularisation of the weights."""
    check_loss(two_layers, student, reference, rng, shape, hidden, C, reg)


@pytest.mark.check("TwoLayerNet", points=3)
@STRENGTHS
@TWO_LAYERS
def test_two_layers_gradients(student, reference, rng, shape, hidden, C, reg):
    """The two-layer network returns the gradient of its loss for every parameter."""
    check_gradients(two_layers, "TwoLayerNet", student, reference, rng, shape, hidden, C, reg)


@pytest.mark.check("TwoLayerNet", points=0.5)
def test_two_layers_initial_loss(student, rng):
    """With small weights the loss of the two-layer network is that of guessing."""
    check_small_weights(two_layers, student, rng, 20)


# Any depth


@pytest.mark.check("FullyConnectedNet", points=1)
@DEPTHS
def test_deep_initial_parameters(student, rng, shape, hidden, C):
    """The deep network starts with parameters of the right names and shapes, and with biases of zero."""
    check_initial(deep, student, rng, shape, hidden, C)


@pytest.mark.check("FullyConnectedNet", points=1)
@pytest.mark.parametrize("hidden", [[70], [55, 80]], ids=["one hidden layer", "two hidden layers"])
def test_deep_scale(student, rng, hidden):
    """The weights of the deep network are normal with the standard deviation asked for."""
    check_scale(deep, student, rng, hidden)


@pytest.mark.check("FullyConnectedNet", points=0.5)
def test_deep_randomness(student, rng):
    """All the randomness of the deep network comes from the generator that is given."""
    check_randomness(deep, student, rng, [5, 4])


@pytest.mark.check("FullyConnectedNet", points=0.5)
@pytest.mark.parametrize("hidden", [[6], [5, 4, 3]], ids=["one hidden layer", "three hidden layers"])
def test_deep_number_of_layers(student, hidden):
    """The deep network knows how many affine layers it has."""
    net, sizes = deep(student, (1, 6), hidden, 3)
    assert_equal("num_layers", net.num_layers, len(sizes) - 1, hint="The last affine layer counts too.")


@pytest.mark.check("FullyConnectedNet", points=2)
@DEPTHS
def test_deep_scores(student, reference, rng, shape, hidden, C):
    """Without labels the deep network returns the scores."""
    check_scores(deep, student, reference, rng, shape, hidden, C)


@pytest.mark.check("FullyConnectedNet", points=3)
@STRENGTHS
@DEPTHS
def test_deep_loss(student, reference, rng, shape, hidden, C, reg):
    """The loss of the deep network is the softmax loss plus the regularisation of all weights."""
    check_loss(deep, student, reference, rng, shape, hidden, C, reg)


@pytest.mark.check("FullyConnectedNet", points=4)
@STRENGTHS
@DEPTHS
def test_deep_gradients(student, reference, rng, shape, hidden, C, reg):
    """The deep network returns the gradient of its loss for every parameter."""
    check_gradients(deep, "FullyConnectedNet", student, reference, rng, shape, hidden, C, reg)
