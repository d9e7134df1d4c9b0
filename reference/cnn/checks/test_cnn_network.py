"""Public checks of normalisation, the network, training and visualisation: run them with ``pytest``."""

import numpy as np
import pytest

from grader.checking import assert_close, assert_gradients, assert_network_gradients, assert_true, unpack
from grader.checking.channels import ChannelBackward, ChannelForward
from grader.checking.properties import assert_array, assert_arrays, assert_numbers

# Normalisation of images


def images(rng, C):
    x = rng.normal(size=(2, C, 3, 4))
    return {"x": x, "gamma": rng.uniform(0.5, 1.5, size=C), "beta": rng.normal(size=C)}


@pytest.mark.check("spatial_batchnorm_forward", points=0.5)
def test_spatial_batchnorm_on_known_numbers(student):
    """Normalising over the batch gives the numbers worked out in the text, and the running mean."""
    x = np.array([1.0, 3.0, 5.0, 7.0]).reshape(2, 1, 1, 2)
    bn_param = {"mode": "train", "eps": 0.0}
    forward = student.spatial_batchnorm_forward
    result, after = forward.with_arguments(x, np.ones(1), np.zeros(1), bn_param)
    out, _ = unpack(forward, result)
    assert_close("out", out, np.array([-3.0, -1.0, 1.0, 3.0]).reshape(2, 1, 1, 2) / np.sqrt(5.0))
    got = assert_arrays("bn_param", after[3], {"running_mean": (1,), "running_var": (1,)})
    assert_close("running_mean", got["running_mean"], [0.4])
    # A tenth of the batch's variance, 20 divided by 4; divided by 3 is right as well.
    if not np.allclose(got["running_var"], 0.1 * 20.0 / 3.0):
        assert_close("running_var", got["running_var"], [0.5])


@pytest.mark.check("spatial_batchnorm_forward", points=0.5)
def test_spatial_batchnorm_in_test_mode_on_known_numbers(student):
    """In mode "test" the running statistics are used."""
    x = np.array([[1.0, 3.0], [10.0, 20.0]]).reshape(1, 2, 1, 2)
    bn_param = {"mode": "test", "eps": 0.0, "running_mean": np.array([1.0, 10.0]), "running_var": np.array([4.0, 25.0])}
    result = student.spatial_batchnorm_forward(x, np.array([1.0, 2.0]), np.array([0.0, 1.0]), bn_param)
    out, _ = unpack(student.spatial_batchnorm_forward, result)
    assert_close("out", out, np.array([[0.0, 1.0], [1.0, 5.0]]).reshape(1, 2, 1, 2))


@pytest.mark.check("spatial_batchnorm_backward", points=1)
def test_spatial_batchnorm_gradients_agree_with_differences(student, rng):
    """The gradients of batch normalisation agree with differences of your own forward."""
    inputs = {**images(rng, 3), "bn_param": {"mode": "train"}}
    assert_gradients(student.spatial_batchnorm_forward, student.spatial_batchnorm_backward, inputs, rng=rng)


@pytest.mark.check("spatial_groupnorm_forward", points=1)
def test_groupnorm_on_known_numbers(student):
    """Normalising within groups gives the numbers worked out in the text."""
    x, ones = np.array([1.0, 3.0, 10.0, 30.0]).reshape(1, 4, 1, 1), np.ones((1, 4, 1, 1))
    forward = ChannelForward(student.spatial_groupnorm_forward)
    out, _ = unpack(forward, forward(x, ones, 0.0 * ones, 2, {"eps": 0.0}))
    assert_close("out", out, np.array([-1.0, 1.0, -1.0, 1.0]).reshape(1, 4, 1, 1))


@pytest.mark.check("spatial_groupnorm_backward", points=1)
def test_groupnorm_gradients_agree_with_differences(student, rng):
    """The gradients of group normalisation agree with differences of your own forward."""
    flat = images(rng, 6)
    channels = {name: flat[name].reshape(1, 6, 1, 1) for name in ("gamma", "beta")}
    inputs = {"x": flat["x"], **channels, "G": 2, "gn_param": {}}
    forward = ChannelForward(student.spatial_groupnorm_forward)
    assert_gradients(forward, ChannelBackward(student.spatial_groupnorm_backward), inputs, rng=rng)


# The network

SMALL = {"input_dim": (2, 2, 4), "num_filters": 3, "filter_size": 3, "hidden_dim": 5, "num_classes": 4}
SHAPES = {"W1": (3, 2, 3, 3), "b1": (3,), "W2": (6, 5), "b2": (5,), "W3": (5, 4), "b3": (4,)}
TINY = {"input_dim": (2, 2, 4), "num_filters": 2, "filter_size": 3, "hidden_dim": 3, "num_classes": 4}
TINY_SHAPES = {"W1": (2, 2, 3, 3), "b1": (2,), "W2": (4, 3), "b2": (3,), "W3": (3, 4), "b3": (4,)}


def parameters(rng):
    return {name: rng.normal(0.2, 0.5, size=shape) for name, shape in SHAPES.items()}


def small_net(student, rng, reg=0.0):
    net = student.ThreeLayerConvNet(**SMALL, reg=reg)
    net.params = parameters(rng)
    return net


def hand_made_params():
    """Return parameters of a network of one filter of one pixel, which computes 2 x - 1."""
    return {
        "W1": np.array([[[[2.0]]]]),
        "b1": np.array([-1.0]),
        "W2": np.array([[1.0, -1.0]]),
        "b2": np.array([0.5, 0.0]),
        "W3": np.array([[2.0, 0.0, -1.0], [1.0, 1.0, -1.0]]),
        "b3": np.array([0.0, 1.0, -1.0]),
    }


def hand_made_net(student, params):
    net = student.ThreeLayerConvNet(input_dim=(1, 2, 2), num_filters=1, filter_size=1, hidden_dim=2, num_classes=3)
    net.params = params
    return net


PICTURE = np.array([[1.0, 0.0], [3.0, -1.0]]).reshape(1, 1, 2, 2)


@pytest.mark.check("ThreeLayerConvNet", points=0.5)
def test_initial_parameters_of_a_small_network(student, rng):
    """The network starts with parameters of the right names and shapes."""
    assert_arrays("params", student.ThreeLayerConvNet(**SMALL, rng=rng).params, SHAPES)


@pytest.mark.check("ThreeLayerConvNet", points=1)
def test_scores_on_known_numbers(student):
    """The network gives the scores worked out by hand."""
    # Filtered: 1, -1, 5, -3; the largest is 5; the hidden units are 5.5 and 0.
    assert_close("scores", hand_made_net(student, hand_made_params()).loss(PICTURE), [[11.0, 1.0, -6.5]])


@pytest.mark.check("ThreeLayerConvNet", points=1)
@pytest.mark.parametrize("reg", [0.0, 0.5])
def test_network_gradients_agree_with_differences(student, rng, reg):
    """The gradients of the network agree with differences of your own loss."""
    # Small, so that few units are about to switch on or off: there the differences would mislead.
    net = student.ThreeLayerConvNet(**TINY, reg=reg)
    params = {name: rng.normal(size=shape) if name[0] == "W" else np.ones(shape) for name, shape in TINY_SHAPES.items()}
    # The first filter and the first hidden unit are on, whatever is drawn: with all off there is no gradient.
    params["W1"][0], params["W2"][:, 0] = np.abs(params["W1"][0]), np.abs(params["W2"][:, 0])
    X, y = rng.normal(size=(2, 2, 2, 4)), np.array([2, 0])
    assert_network_gradients(net, None, params, X, y, rng=rng, part="ThreeLayerConvNet")


@pytest.mark.check("ThreeLayerConvNet", points=0.5)
def test_input_gradient_on_known_numbers(student):
    """Only the pixel that got through the pooling has a gradient, by the factors on its way."""
    dX = hand_made_net(student, hand_made_params()).input_gradient(PICTURE, np.array([[1.0, 0.0, 1.0]]))
    assert_close("dX", dX, np.array([[0.0, 0.0], [2.0, 0.0]]).reshape(1, 1, 2, 2))


# Training


@pytest.mark.check("train_convnet", points=1)
def test_first_step_of_adam(student, rng):
    """The first step of Adam moves each parameter that has a gradient by the learning rate."""
    net = small_net(student, rng)
    before = assert_arrays("params", net.params, SHAPES)
    X, y = rng.normal(size=(8, 2, 2, 4)), np.array([2, 0, 1, 3, 0, 1, 2, 3])
    losses = student.train_convnet(net, X, y, 1, 8, 0.01, rng)
    assert_numbers("losses", losses, 1, hint="One loss for each step.")
    after = assert_arrays("params", net.params, SHAPES)
    moved = np.abs(after["b3"] - before["b3"])
    assert_close("the distance that b3 has moved", moved, np.full(4, 0.01), rtol=1e-3)


@pytest.mark.check("train_convnet", points=1)
def test_losses_fall(student, rng):
    """The loss falls while a small network trains on a few images."""
    X, y = rng.normal(size=(12, 2, 2, 4)), np.arange(12) % 4
    losses = student.train_convnet(small_net(student, rng), X, y, 20, 5, 0.02, rng)
    hint = "One loss for each step, the last, shorter batch of an epoch included."
    epochs = assert_numbers("losses", losses, 60, hint=hint).reshape(20, 3).mean(axis=1)
    hint = "Do the new values arrive in model.params?"
    assert_true(epochs[-1] < 0.95 * epochs[0], "The loss does not fall.", hint=hint)


# What has it learnt?


@pytest.mark.check("feature_maps", points=1)
def test_feature_maps_on_known_numbers(student):
    """The map of the filter is that worked out by hand."""
    maps = student.feature_maps(hand_made_net(student, hand_made_params()), PICTURE)
    assert_close("maps", maps, np.array([[1.0, 0.0], [5.0, 0.0]]).reshape(1, 1, 2, 2))


@pytest.mark.check("saliency_map", points=0.5)
def test_saliency_on_known_numbers(student):
    """The saliency is that worked out by hand."""
    # The third score falls by 2 when the third pixel rises by 1.
    saliency = student.saliency_map(hand_made_net(student, hand_made_params()), PICTURE, np.array([2]))
    assert_close("saliency", saliency, [[[0.0, 0.0], [2.0, 0.0]]])


@pytest.mark.check("saliency_map", points=0.5)
def test_saliency_takes_the_largest_channel(student, rng):
    """The saliency of a pixel is the largest absolute gradient over the channels of your own network."""
    net = small_net(student, rng)
    X, y = rng.normal(size=(3, 2, 2, 4)), np.array([1, 3, 0])
    dX = assert_array("dX", net.input_gradient(X, np.eye(4)[y]), X.shape)
    assert_close("saliency", student.saliency_map(net, X, y), np.abs(dX).max(axis=1))


@pytest.mark.check("maximise_activation", points=0.5)
def test_the_first_step_has_the_length_asked_for(student):
    """One step moves the image by the learning rate, and the score of the class rises."""
    start = 0.1 * np.random.default_rng(3).standard_normal((1, 1, 2, 2))
    net = hand_made_net(student, {**hand_made_params(), "b1": np.array([1.0])})
    image = assert_array("image", student.maximise_activation(net, 0, 1, 0.25, np.random.default_rng(3)), (1, 2, 2))
    assert_close("the length of the step", np.linalg.norm(image - start[0]), 0.25)
    scores = [assert_array("scores", net.loss(x), (1, 3))[0, 0] for x in (start, image[np.newaxis])]
    assert_true(scores[1] > scores[0], "The score does not rise.", hint="Which way is uphill?")
