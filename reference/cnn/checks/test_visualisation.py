"""Hidden checks of what the network has learnt: feature maps, saliency, images that a class likes."""

from typing import NamedTuple

import numpy as np
import pytest

from grader.checking import assert_close, assert_true
from grader.checking.properties import assert_array, assert_arrays

# Images, (C, H, W), their number, filters, filter size, hidden units, classes: wide and high images, a single
# channel, a batch of one.
NETWORKS = pytest.mark.parametrize(
    "sizes",
    [
        pytest.param((4, (2, 4, 6), 3, 3, 7, 8), id="wide images"),
        pytest.param((3, (3, 6, 2), 4, 5, 8, 7), id="high images"),
        pytest.param((5, (1, 4, 6), 3, 3, 7, 4), id="one channel"),
        pytest.param((1, (3, 2, 4), 5, 3, 6, 8), id="batch of one"),
    ],
)
STEP = 1e-5


def networks(student, reference, rng, sizes):
    """Return a network of the student's and the reference's with the same parameters, and these."""
    params = parameters(rng, sizes)
    return with_parameters(student, sizes, params), with_parameters(reference, sizes, params), params


def parameters(rng, sizes):
    """Return parameters of a network whose units are alive more often than not, for small images too."""
    _, (C, H, W), filters, filter_size, hidden, classes = sizes
    shapes = {
        "W1": (filters, C, filter_size, filter_size),
        "b1": (filters,),
        "W2": (filters * (H // 2) * (W // 2), hidden),
        "b2": (hidden,),
        "W3": (hidden, classes),
        "b3": (classes,),
    }
    params = {}
    for name, shape in shapes.items():
        inputs = np.prod(shape[1:]) if len(shape) == 4 else shape[0]
        drawn = rng.normal(scale=np.sqrt(2.0 / inputs), size=shape)
        params[name] = drawn if name.startswith("W") else rng.uniform(0.1, 0.8, size=shape)
    return params


def with_parameters(owner, sizes, params):
    """Return a network of the student's or the reference's with the given parameters."""
    _, images, filters, filter_size, hidden, classes = sizes
    net = owner.ThreeLayerConvNet(
        input_dim=images, num_filters=filters, filter_size=filter_size, hidden_dim=hidden, num_classes=classes
    )
    net.params = params
    return net


def pictures(rng, sizes):
    return rng.normal(size=(sizes[0], *sizes[1])), rng.integers(sizes[-1], size=sizes[0])


def assert_unchanged(net, params):
    after = assert_arrays("params", net.params, {name: value.shape for name, value in params.items()})
    changed = [name for name in params if not np.array_equal(after[name], params[name])]
    hint = "Looking at a network changes nothing in it. Which line writes into its arrays?"
    assert_true(not changed, f"The model is changed: {', '.join(changed)} of its params.", hint=hint)


# Feature maps


@pytest.mark.check("feature_maps", points=2)
@NETWORKS
def test_feature_maps(student, reference, rng, sizes):
    """Returns what the filters answer, after the activation and before the pooling."""
    net, theirs, _ = networks(student, reference, rng, sizes)
    X, _ = pictures(rng, sizes)
    assert_close("maps", student.feature_maps(net, X), reference.feature_maps(theirs, X))


@pytest.mark.check("feature_maps", points=0.5)
def test_feature_maps_leave_the_model(student, reference, rng):
    """Looking at the feature maps leaves the model unchanged."""
    net, _, params = networks(student, reference, rng, (4, (2, 4, 6), 3, 3, 7, 8))
    assert_array("maps", student.feature_maps(net, rng.normal(size=(2, 2, 4, 6))), (2, 3, 4, 6))
    assert_unchanged(net, params)


# Saliency


@pytest.mark.check("saliency_map", points=2)
@NETWORKS
def test_saliency(student, reference, rng, sizes):
    """Returns the largest absolute gradient of the correct score over the channels."""
    net, theirs, _ = networks(student, reference, rng, sizes)
    X, y = pictures(rng, sizes)
    assert_close("saliency", student.saliency_map(net, X, y), reference.saliency_map(theirs, X, y))


@pytest.mark.check("saliency_map", points=1)
@pytest.mark.parametrize("sizes", [(2, (3, 2, 4), 5, 3, 6, 8), (3, (1, 4, 2), 4, 3, 6, 5)])
def test_saliency_agrees_with_differences(student, reference, rng, sizes):
    """The saliency of a pixel is how much the correct score changes when the pixel does."""
    net, theirs, _ = networks(student, reference, rng, sizes)
    X, y = pictures(rng, sizes)
    saliency = assert_array("saliency", student.saliency_map(net, X, y), (sizes[0], *sizes[1][1:]))
    slopes = np.zeros(X.shape)
    smooth = np.ones(X.shape, dtype=bool)
    for position in np.ndindex(X.shape):
        values = [correct_score(theirs, X, y, position, move) for move in (-STEP, 0.0, STEP)]
        slopes[position] = (values[2] - values[0]) / (2.0 * STEP)
        smooth[position] = abs(values[2] - 2.0 * values[1] + values[0]) < 1e-3 * STEP
    # A pixel next to a kink has no slope: it is left out.
    right = np.isclose(saliency, np.max(np.abs(slopes), axis=1), rtol=1e-3, atol=1e-4) | ~smooth.all(axis=1)
    hint = "Move one pixel a little and compare the change of the correct score with your number."
    assert_true(right.all(), "saliency disagrees with differences of the correct score.", hint=hint)


def correct_score(net, X, y, position, move):
    """Return the score of the correct class of one image, with one of its pixels moved."""
    moved = X.copy()
    moved[position] += move
    return net.loss(moved)[position[0], y[position[0]]]


@pytest.mark.check("saliency_map", points=0.5)
def test_saliency_leaves_the_model(student, reference, rng):
    """Looking at the saliency leaves the model unchanged."""
    sizes = (4, (2, 4, 6), 3, 3, 7, 8)
    net, _, params = networks(student, reference, rng, sizes)
    assert_array("saliency", student.saliency_map(net, *pictures(rng, sizes)), (4, 4, 6))
    assert_unchanged(net, params)


# The image a class likes best

RISE = 0.2  # by how much the score rises at least where the reference climbs


class Climb(NamedTuple):
    """A network with a class whose score has a slope all the way up."""

    params: dict[str, np.ndarray]
    label: int
    seed: int

    def by(self, owner, net, num_steps, learning_rate):
        rng = np.random.default_rng(self.seed)
        return owner.maximise_activation(net, self.label, num_steps, learning_rate, rng)


def climb(reference, rng, sizes, num_steps, learning_rate):
    """Return what can be climbed: where all units are off, the score has no slope, and no step a direction."""
    for _ in range(100):
        found = Climb(parameters(rng, sizes), int(rng.integers(sizes[-1])), int(rng.integers(2**31)))
        net = with_parameters(reference, sizes, found.params)
        start, end = (found.by(reference, net, steps, learning_rate) for steps in (0, num_steps))
        if np.isfinite(end).all() and score(net, end, found.label) > score(net, start, found.label) + RISE:
            return found
    raise RuntimeError("no network with a slope among a hundred")


def score(net, image, label):
    return net.loss(image[np.newaxis])[0, label]


@pytest.mark.check("maximise_activation", points=1)
@pytest.mark.parametrize(("num_steps", "learning_rate"), [(1, 0.5), (3, 0.2)], ids=["one step", "three steps"])
@NETWORKS
def test_steps_uphill(student, reference, rng, sizes, num_steps, learning_rate):
    """Every step moves the image by the length asked for along the gradient of the score."""
    found = climb(reference, rng, sizes, num_steps, learning_rate)
    image, expected = (
        found.by(owner, with_parameters(owner, sizes, found.params), num_steps, learning_rate)
        for owner in (student, reference)
    )
    assert_close("image", image, expected, rtol=1e-4, atol=1e-4)


@pytest.mark.check("maximise_activation", points=1)
@NETWORKS
def test_score_rises(student, reference, rng, sizes):
    """The score of the class rises, and the model is left unchanged."""
    found = climb(reference, rng, sizes, 20, 0.1)
    net, theirs = (with_parameters(owner, sizes, found.params) for owner in (student, reference))
    image = assert_array("image", found.by(student, net, 20, 0.1), sizes[1])
    start, best = (found.by(reference, theirs, steps, 0.1) for steps in (0, 20))
    begun, reached, possible = (score(theirs, x, found.label) for x in (start, image, best))
    hint = "Does the image move uphill, and by the gradient at the place where it is?"
    assert_true(reached - begun > 0.5 * (possible - begun), "The score of the class does not rise enough.", hint=hint)
    assert_unchanged(net, found.params)
