"""Hidden checks of the convolutional network: what it starts with, its scores, its loss, its gradients."""

from types import SimpleNamespace

import numpy as np
import pytest

from grader.checking import assert_close, assert_network_gradients, assert_true, unpack
from grader.checking.properties import assert_array, assert_arrays

LOSS = SimpleNamespace(name="loss(X, y)", returns=("loss", "grads"))
SMALL_SCALE = 0.02

# Images, (C, H, W), their number, filters, filter size, hidden units, classes: no image is square, height is larger
# in one and width in another; filters of 3, 5 and 1; a batch of one; a single filter.
NETWORKS = pytest.mark.parametrize(
    "sizes",
    [
        pytest.param((5, (2, 4, 6), 3, 3, 7, 8), id="filters of 3, wide images"),
        pytest.param((4, (1, 6, 2), 3, 5, 8, 7), id="filters of 5, high images"),
        pytest.param((1, (3, 2, 4), 5, 3, 6, 8), id="batch of one"),
        pytest.param((3, (2, 2, 6), 5, 1, 4, 7), id="filters of 1"),
        pytest.param((6, (4, 2, 8), 1, 3, 5, 3), id="one filter"),
    ],
)
STRENGTHS = pytest.mark.parametrize("reg", [0.0, 0.7])


def shapes_of(sizes):
    """Return the shapes of the parameters of a network."""
    _, (C, H, W), filters, filter_size, hidden, classes = sizes
    return {
        "W1": (filters, C, filter_size, filter_size),
        "b1": (filters,),
        "W2": (filters * (H // 2) * (W // 2), hidden),
        "b2": (hidden,),
        "W3": (hidden, classes),
        "b3": (classes,),
    }


def build(owner, sizes, **options):
    """Return a network of the student's or the reference's."""
    _, images, filters, filter_size, hidden, classes = sizes
    return owner.ThreeLayerConvNet(
        input_dim=images,
        num_filters=filters,
        filter_size=filter_size,
        hidden_dim=hidden,
        num_classes=classes,
        **options,
    )


def filled(rng, sizes):
    """Return parameters, biases other than zero, that keep signals alive and the scores moderate."""
    params = {}
    for name, shape in shapes_of(sizes).items():
        gain = 0.7 if name == "W3" else np.sqrt(2.0)
        inputs = np.prod(shape[1:]) if len(shape) == 4 else shape[0]
        if name.startswith("W"):
            params[name] = rng.normal(scale=gain / np.sqrt(inputs), size=shape)
        else:
            params[name] = rng.normal(0.1, 0.4, size=shape)
    return params


def batch(rng, sizes):
    """Return images and labels, with two classes at least in a batch of two or more."""
    N, images, classes = sizes[0], sizes[1], sizes[-1]
    y = rng.integers(classes, size=N)
    if N > 1:
        y[:2] = rng.permutation(classes)[:2]
    return rng.normal(size=(N, *images)), y


def both(student, reference, rng, sizes, **options):
    """Return a network of the student's and the reference's with the same parameters."""
    net, theirs = build(student, sizes, **options), build(reference, sizes, **options)
    net.params = theirs.params = filled(rng, sizes)
    return net, theirs


@pytest.mark.check("ThreeLayerConvNet", points=1.5)
@NETWORKS
def test_initial_parameters(student, rng, sizes):
    """The network starts with parameters of the right names and shapes, and with biases of zero."""
    params = assert_arrays("params", build(student, sizes, rng=rng).params, shapes_of(sizes))
    for name, value in params.items():
        if name.startswith("b"):
            assert_close(f"params[{name!r}]", value, np.zeros(value.shape))
        else:
            assert_true(np.any(value), f"params[{name!r}] is zero everywhere.", hint="Weights start at random.")


@pytest.mark.check("ThreeLayerConvNet", points=0.5)
def test_weight_scale(student, rng):
    """The weights of the network are normal with the standard deviation asked for."""
    scale, sizes = float(rng.uniform(0.02, 0.2)), (1, (20, 4, 6), 15, 3, 80, 40)
    params = assert_arrays("params", build(student, sizes, weight_scale=scale, rng=rng).params, shapes_of(sizes))
    hint = "weight_scale is the standard deviation of normal numbers with mean zero."
    for name in ("W1", "W2", "W3"):
        drawn = params[name] / scale
        # Over 2,700 draws: standard errors of 2 % (mean), 1.4 % (spread) and 0.4 % (share beyond two spreads).
        assert_true(0.9 < drawn.std() < 1.1, f"The spread of params[{name!r}] is not weight_scale.", hint=hint)
        assert_true(abs(drawn.mean()) < 0.12, f"params[{name!r}] is not centred on zero.", hint=hint)
        beyond = float(np.mean(np.abs(drawn) > 2.0))
        assert_true(0.02 < beyond < 0.07, f"params[{name!r}] is not normally distributed.", hint=hint)


@pytest.mark.check("ThreeLayerConvNet", points=0.5)
def test_randomness(student, rng):
    """All the randomness of the network comes from the generator that is given."""
    sizes, seed = (1, (2, 4, 6), 3, 3, 5, 8), int(rng.integers(2**31))
    nets = (build(student, sizes, rng=np.random.default_rng(s)) for s in (seed, seed, seed + 1))
    first, again, other = (assert_arrays("params", net.params, shapes_of(sizes)) for net in nets)
    hint = "Draw from rng, and from nothing else."
    for name in ("W1", "W2", "W3"):
        same = np.array_equal(first[name], again[name])
        assert_true(same, f"The same generator gave different values of params[{name!r}].", hint=hint)
        differs = not np.array_equal(first[name], other[name])
        assert_true(differs, f"Different generators gave the same params[{name!r}].", hint=hint)


@pytest.mark.check("ThreeLayerConvNet", points=2)
@NETWORKS
def test_scores(student, reference, rng, sizes):
    """Without labels the network returns the scores, on images that are not square and filters of any odd size."""
    net, theirs = both(student, reference, rng, sizes)
    X, _ = batch(rng, sizes)
    assert_close("scores", net.loss(X), theirs.loss(X))


@pytest.mark.check("ThreeLayerConvNet", points=3)
@STRENGTHS
@NETWORKS
def test_loss(student, reference, rng, sizes, reg):
    """The loss of the network is the softmax loss plus the regularisation of all weights, the filters included."""
    net, theirs = both(student, reference, rng, sizes, reg=reg)
    X, y = batch(rng, sizes)
    loss, _ = unpack(LOSS, net.loss(X, y))
    assert_close("loss", loss, theirs.loss(X, y)[0])


@pytest.mark.check("ThreeLayerConvNet", points=4)
@STRENGTHS
@NETWORKS
def test_gradients(student, reference, rng, sizes, reg):
    """The network returns the gradient of its loss for every parameter, regularisation included."""
    net, theirs = build(student, sizes, reg=reg), build(reference, sizes, reg=reg)
    X, y = batch(rng, sizes)
    assert_network_gradients(net, theirs, filled(rng, sizes), X, y, rng=rng, part="ThreeLayerConvNet")


@pytest.mark.check("ThreeLayerConvNet", points=1)
@NETWORKS
def test_input_gradient(student, reference, rng, sizes):
    """The network returns the gradient of its scores with respect to the images."""
    net, theirs = both(student, reference, rng, sizes, reg=0.7)
    X, _ = batch(rng, sizes)
    dscores = rng.normal(size=(sizes[0], sizes[-1]))
    assert_close("dX", net.input_gradient(X, dscores), theirs.input_gradient(X, dscores))


@pytest.mark.check("ThreeLayerConvNet", points=0.5)
@pytest.mark.parametrize("classes", [7, 3])
def test_initial_loss(student, rng, classes):
    """With small weights the loss of the network is that of guessing, and regularisation makes it larger."""
    sizes = (6, (2, 4, 6), 5, 3, 8, classes)
    X, y = batch(rng, sizes)
    seed = int(rng.integers(2**31))
    losses = []
    for reg in (0.0, 1.0):
        net = build(student, sizes, weight_scale=SMALL_SCALE, reg=reg, rng=np.random.default_rng(seed))
        loss, _ = unpack(LOSS, net.loss(X, y))
        losses.append(float(assert_array("loss", loss, ())))
    hint = "Guessing one of C classes costs ln C. Are the weights small, the biases zero, the scores not yet squashed?"
    near = abs(losses[0] - np.log(classes)) <= 0.05 * np.log(classes)
    assert_true(near, "The initial loss is not within 5 % of that of guessing.", hint=hint)
    hint = "The penalty belongs to the loss as well. Does reg arrive there?"
    assert_true(losses[1] > losses[0] + 1e-3, "Regularisation does not raise the initial loss.", hint=hint)
