"""Public checks of losses, classifiers, networks and training: run them with ``pytest`` or ``grader check mlp.py``."""

from types import SimpleNamespace

import numpy as np
import pytest

from grader.checking import (
    assert_close,
    assert_loss_gradient,
    assert_network_gradients,
    assert_true,
    unpack,
)
from grader.checking.properties import assert_array, assert_arrays, assert_numbers

LOSS = SimpleNamespace(name="loss(X, y)", returns=("loss", "grads"))

# Losses


@pytest.mark.check("softmax_loss", points=1)
def test_softmax_on_known_numbers(student):
    """The softmax loss and its gradient are those worked out in the text."""
    loss, dx = unpack(student.softmax_loss, student.softmax_loss(np.array([[1.0, 2.0, 3.0]]), np.array([2])))
    assert_close("loss", loss, 0.40760596444)
    assert_close("dx", dx, [[0.09003057317, 0.24472847105, -0.33475904422]])


@pytest.mark.check("softmax_loss", points=1)
def test_softmax_gradient_agrees_with_differences(student, rng):
    """The gradient of the softmax loss agrees with differences of your own loss."""
    inputs = {"x": 2.0 * rng.normal(size=(4, 3)), "y": np.array([2, 0, 1, 1])}
    assert_loss_gradient(student.softmax_loss, inputs, rng=rng, wrt="x")


@pytest.mark.check("svm_loss", points=1)
def test_svm_on_known_numbers(student):
    """The hinge loss and its gradient are those worked out in the text."""
    loss, dx = unpack(student.svm_loss, student.svm_loss(np.array([[3.0, 1.0, 2.5]]), np.array([0])))
    assert_close("loss", loss, 0.5)
    assert_close("dx", dx, [[-1.0, 0.0, 1.0]])


@pytest.mark.check("svm_loss", points=1)
def test_svm_gradient_agrees_with_differences(student, rng):
    """The gradient of the hinge loss agrees with differences of your own loss."""
    inputs = {"x": 2.0 * rng.normal(size=(4, 3)), "y": np.array([2, 0, 1, 1])}
    assert_loss_gradient(student.svm_loss, inputs, rng=rng, wrt="x")


@pytest.mark.check("mse_loss", points=0.5)
def test_squared_error_on_known_numbers(student):
    """The squared error and its gradient are those worked out in the text."""
    loss, dpred = unpack(student.mse_loss, student.mse_loss(np.array([[1.0, 5.0]]), np.array([[0.0, 3.0]])))
    assert_close("loss", loss, 2.5)
    assert_close("dpred", dpred, [[1.0, 2.0]])


@pytest.mark.check("mse_loss", points=0.5)
def test_squared_error_gradient_agrees_with_differences(student, rng):
    """The gradient of the squared error agrees with differences of your own loss."""
    inputs = {"pred": rng.normal(size=(4, 3)), "y": rng.normal(size=(4, 3))}
    assert_loss_gradient(student.mse_loss, inputs, rng=rng, wrt="pred")


@pytest.mark.check("bce_loss", points=0.5)
def test_cross_entropy_on_known_numbers(student):
    """The cross-entropy of probabilities gives the numbers worked out by hand."""
    loss, dp = unpack(student.bce_loss, student.bce_loss(np.array([0.5, 0.8]), np.array([0, 1])))
    # (ln 2 - ln 0.8) / 2; 0.5 / 0.25 / 2 and -0.2 / 0.16 / 2.
    assert_close("loss", loss, 0.45814536593)
    assert_close("dp", dp, [1.0, -0.625])


@pytest.mark.check("bce_loss", points=0.5)
def test_cross_entropy_gradient_agrees_with_differences(student, rng):
    """The gradient of the cross-entropy agrees with differences of your own loss."""
    inputs = {"p": rng.uniform(0.1, 0.9, size=(4, 1)), "y": np.array([[0.0], [1.0], [1.0], [0.0]])}
    assert_loss_gradient(student.bce_loss, inputs, rng=rng, wrt="p")


@pytest.mark.check("bce_with_logits", points=0.5)
def test_cross_entropy_of_logits_on_known_numbers(student):
    """The cross-entropy of logits gives the numbers worked out by hand."""
    loss, dz = unpack(student.bce_with_logits, student.bce_with_logits(np.array([0.0, -800.0]), np.array([0, 1])))
    assert_close("loss", loss, 400.34657359028)
    assert_close("dz", dz, [0.25, -0.5])


@pytest.mark.check("bce_with_logits", points=0.5)
def test_cross_entropy_of_logits_gradient_agrees_with_differences(student, rng):
    """The gradient of the cross-entropy of logits agrees with differences of your own loss."""
    inputs = {"z": 2.0 * rng.normal(size=(4, 1)), "y": np.array([[0.0], [1.0], [1.0], [0.0]])}
    assert_loss_gradient(student.bce_with_logits, inputs, rng=rng, wrt="z")


# Linear classifiers


def check_softmax_classifier(part):
    # Both scores of the sample are equal, so the loss is ln 2 and half of the penalty's 2 times 1 + 4 + 1 + 4.
    W, X = np.array([[1.0, 1.0], [2.0, 2.0]]), np.array([[3.0, 1.0]])
    loss, dW = unpack(part, part(W, X, np.array([1]), 2.0))
    assert_close("loss", loss, 10.69314718056)
    assert_close("dW", dW, [[3.5, 0.5], [4.5, 3.5]])


def check_svm_classifier(part):
    # The scores are 5 and 4: the margin is violated by 2; the penalty is 0.5 * 2 * (1 + 1 + 4 + 1).
    W, X = np.array([[1.0, 1.0], [2.0, 1.0]]), np.array([[3.0, 1.0]])
    loss, dW = unpack(part, part(W, X, np.array([1]), 2.0))
    assert_close("loss", loss, 9.0)
    assert_close("dW", dW, [[5.0, -1.0], [5.0, 1.0]])


def check_classifier_gradient(part, rng):
    inputs = {"W": rng.normal(size=(4, 3)), "X": rng.normal(size=(5, 4)), "y": np.array([2, 0, 1, 1, 0]), "reg": 0.7}
    assert_loss_gradient(part, inputs, rng=rng, wrt="W")


@pytest.mark.check("softmax_loss_naive", points=0.5)
def test_softmax_naive_on_known_numbers(student):
    """With loops, the softmax classifier gives the numbers worked out by hand."""
    check_softmax_classifier(student.softmax_loss_naive)


@pytest.mark.check("softmax_loss_naive", points=0.5)
def test_softmax_naive_gradient_agrees_with_differences(student, rng):
    """With loops, the gradient of the softmax classifier agrees with differences of its loss."""
    check_classifier_gradient(student.softmax_loss_naive, rng)


@pytest.mark.check("softmax_loss_vectorized", points=0.5)
def test_softmax_vectorized_on_known_numbers(student):
    """Without loops, the softmax classifier gives the numbers worked out by hand."""
    check_softmax_classifier(student.softmax_loss_vectorized)


@pytest.mark.check("softmax_loss_vectorized", points=0.5)
def test_softmax_vectorized_gradient_agrees_with_differences(student, rng):
    """Without loops, the gradient of the softmax classifier agrees with differences of its loss."""
    check_classifier_gradient(student.softmax_loss_vectorized, rng)


@pytest.mark.check("svm_loss_naive", points=0.5)
def test_svm_naive_on_known_numbers(student):
    """With loops, the SVM gives the numbers worked out by hand."""
    check_svm_classifier(student.svm_loss_naive)


@pytest.mark.check("svm_loss_naive", points=0.5)
def test_svm_naive_gradient_agrees_with_differences(student, rng):
    """With loops, the gradient of the SVM agrees with differences of its loss."""
    check_classifier_gradient(student.svm_loss_naive, rng)


@pytest.mark.check("svm_loss_vectorized", points=0.5)
def test_svm_vectorized_on_known_numbers(student):
    """Without loops, the SVM gives the numbers worked out by hand."""
    check_svm_classifier(student.svm_loss_vectorized)


@pytest.mark.check("svm_loss_vectorized", points=0.5)
def test_svm_vectorized_gradient_agrees_with_differences(student, rng):
    """Without loops, the gradient of the SVM agrees with differences of its loss."""
    check_classifier_gradient(student.svm_loss_vectorized, rng)


# The first network

W_1 = np.array([[0.0, 0.5], [1.0, 0.0], [0.0, -1.0]])
W_2 = np.array([[-0.5], [1.0], [2.0]])


@pytest.mark.check("add_bias_column", points=0.5)
def test_bias_column_on_known_numbers(student):
    """The ones stand in the first column."""
    X1 = student.add_bias_column(np.array([[2.0, 3.0], [4.0, 5.0], [6.0, 7.0]]))
    assert_close("X1", X1, [[1.0, 2.0, 3.0], [1.0, 4.0, 5.0], [1.0, 6.0, 7.0]])


@pytest.mark.check("rand_weights", points=0.5)
def test_random_weights_of_the_small_network(student, rng):
    """The weights from 2 inputs to 4 hidden units lie between -1 and 1 and have a bias row."""
    W = assert_array("W", student.rand_weights(2, 4, rng), (3, 4))
    assert_true(np.abs(W).max() <= 1.0, "Some weights lie outside the range.", detail=f"W is {W}.")
    assert_true(np.unique(W).size == W.size, "Some weights are equal: they are not drawn one by one.")


@pytest.mark.check("predict_proba", points=0.5)
def test_probabilities_on_known_numbers(student):
    """The network gives the probabilities worked out by hand."""
    # Hidden units s(0) = 1/2 and s(0) = 1/2, so the logit is -1/2 + 1/2 + 1; in the second row s(ln 3) = 3/4.
    p = student.predict_proba(np.array([[0.0, 0.5], [np.log(3.0), 0.5]]), W_1, W_2)
    assert_close("p", p, [[0.73105857863], [0.77729986117]])


@pytest.mark.check("predict_labels", points=0.5)
def test_labels_on_known_numbers(student):
    """A probability of at least one half gives label 1."""
    # Logits of 1.5 and, where both hidden units are next to zero, of almost -1/2.
    labels = student.predict_labels(np.array([[50.0, 0.5], [-50.0, 50.0]]), W_1, W_2)
    assert_close("labels", labels, [[1], [0]])


@pytest.mark.check("train_step", points=1)
def test_step_on_known_numbers(student):
    """One step on one sample gives the weights worked out by hand."""
    # Weights of zero: p = 1/2, hidden units 1/2, so dW_2 = -1/2 * (1, 1/2, 1/2), and nothing gets through to W_1.
    X, y = np.array([[1.0, 2.0]]), np.array([[1.0]])
    results = student.train_step(X, y, np.zeros((3, 2)), np.zeros((3, 1)), 0.4)
    new_W_1, new_W_2, loss = unpack(student.train_step, results)
    assert_close("loss", loss, 0.69314718056)
    assert_close("W_1", new_W_1, np.zeros((3, 2)))
    assert_close("W_2", new_W_2, [[0.2], [0.1], [0.1]])


@pytest.mark.check("train_step", points=1)
def test_step_follows_the_gradient(student, rng):
    """A step lowers the loss by the step length times the squared gradient, as a step down a gradient does."""
    X, y = rng.normal(size=(7, 2)), (np.arange(7) % 2)[:, None].astype(np.float64)
    W = [rng.normal(size=(3, 4)), rng.normal(size=(5, 1))]
    rate = 1e-4
    names, shapes = student.train_step.returns, ((3, 4), (5, 1), ())
    steps = []
    for start in (W, None):
        results = student.train_step(X, y, *(start or steps[0][:2]), rate)
        results = unpack(student.train_step, results)
        steps.append([assert_array(name, got, shape) for name, got, shape in zip(names, results, shapes, strict=True)])
    squared = sum(float(np.sum((new - old) ** 2)) for new, old in zip(steps[0][:2], W, strict=True)) / rate**2
    fall = float(steps[0][2] - steps[1][2])
    hint = "The weights do not move along the gradient of the loss you return. Compare with differences of the loss."
    assert_true(fall > 0, "The loss did not fall after a small step.", hint=hint)
    assert_close("the fall of the loss over the step length", fall / rate, squared, rtol=1e-2)


# Networks


def small_params(rng, sizes):
    """Return parameters by which the first unit of each layer is on, so that never all are off."""
    params = {}
    for layer in range(1, len(sizes)):
        weights = rng.normal(size=(sizes[layer - 1], sizes[layer]))
        weights[:, 0] = np.abs(weights[:, 0])
        params[f"W{layer}"], params[f"b{layer}"] = weights, rng.uniform(0.2, 1.0, size=sizes[layer])
    return params


def check_hand_made_network(net):
    net.params = {
        "W1": np.array([[1.0, -1.0], [0.0, 2.0]]),
        "b1": np.array([0.5, 0.0]),
        "W2": np.array([[2.0, 0.0, 1.0], [1.0, 1.0, -1.0]]),
        "b2": np.array([0.0, 1.0, -1.0]),
    }
    # The hidden units are (1.5, 0) and (0, 5): each sample switches one of them off.
    X = np.array([[1.0, 0.0], [-1.0, 2.0]])
    assert_close("scores", net.loss(X), [[3.0, 1.0, 0.5], [5.0, 6.0, -6.0]])


def check_small_network_gradients(net, params, part, rng):
    X, y = rng.normal(size=(5, 4)), np.array([2, 0, 1, 1, 0])
    assert_network_gradients(net, None, params, X, y, rng=rng, part=part)


@pytest.mark.check("TwoLayerNet", points=1)
def test_two_layers_on_known_numbers(student):
    """The two-layer network gives the scores worked out by hand."""
    check_hand_made_network(student.TwoLayerNet(2, 2, 3))


@pytest.mark.check("TwoLayerNet", points=0.5)
def test_two_layers_regularised_loss(student):
    """The loss of the two-layer network is ln 3 for equal scores, plus half of reg times the squared weights."""
    net = student.TwoLayerNet(2, 1, 3, reg=0.5)
    net.params = {"W1": np.array([[1.0], [2.0]]), "b1": np.zeros(1), "W2": np.full((1, 3), 2.0), "b2": np.zeros(3)}
    loss, _ = unpack(LOSS, net.loss(np.array([[1.0, 3.0]]), np.array([1])))
    assert_close("loss", loss, np.log(3.0) + 0.25 * 17.0)


@pytest.mark.check("TwoLayerNet", points=1)
def test_two_layers_gradients_agree_with_differences(student, rng):
    """The gradients of the two-layer network agree with differences of its own loss."""
    net = student.TwoLayerNet(4, 6, 3, reg=0.3)
    check_small_network_gradients(net, small_params(rng, [4, 6, 3]), "TwoLayerNet", rng)


@pytest.mark.check("FullyConnectedNet", points=1)
def test_deep_on_known_numbers(student):
    """With one hidden layer the deep network gives the scores worked out by hand."""
    check_hand_made_network(student.FullyConnectedNet([2], 2, 3))


@pytest.mark.check("FullyConnectedNet", points=1)
def test_deep_gradients_agree_with_differences(student, rng):
    """The gradients of a network with two hidden layers agree with differences of its own loss."""
    net = student.FullyConnectedNet([6, 5], 4, 3, reg=0.3)
    check_small_network_gradients(net, small_params(rng, [4, 6, 5, 3]), "FullyConnectedNet", rng)


# Training


@pytest.mark.check("train", points=1)
def test_one_step_of_training(student, rng):
    """One step on the whole data moves every parameter against the gradient that the network returns."""
    X, y, params = rng.normal(size=(6, 4)), np.array([2, 0, 1, 1, 0, 2]), small_params(rng, [4, 5, 3])
    net = student.TwoLayerNet(4, 5, 3)
    net.params = params
    shapes = {name: value.shape for name, value in params.items()}
    loss, grads = unpack(LOSS, net.loss(X, y))
    before, grads = assert_array("loss", loss, ()), assert_arrays("grads", grads, shapes)
    losses = assert_numbers("losses", student.train(net, X, y, 1, 6, 0.3, rng), 1)
    assert_close("losses[0]", losses[0], before)
    for name, got in assert_arrays("params", net.params, shapes).items():
        assert_close(f"params[{name!r}]", got, params[name] - 0.3 * grads[name])


@pytest.mark.check("train", points=1)
def test_training_lowers_the_loss(student, rng):
    """Three epochs of batches of four, of ten samples, are nine steps, and the loss falls."""
    X, y = rng.normal(size=(10, 4)), np.array([2, 0, 1, 1, 0, 2, 1, 0, 2, 1])
    net = student.TwoLayerNet(4, 8, 3, weight_scale=0.5, rng=rng)
    assert_numbers("losses", student.train(net, X, y, 3, 4, 0.1, rng), 9)
    before = own_loss(net, X, y)
    assert_numbers("losses", student.train(net, X, y, 200, 10, 0.1, rng), 200)
    # By the parameters: the losses that come back are only what train says of itself.
    after = own_loss(net, X, y)
    assert_true(after < 0.8 * before, "The loss does not fall.", detail=f"{before} to {after}.")


def own_loss(net, X, y):
    """Return what the network says of its parameters as they are now."""
    loss, _ = unpack(LOSS, net.loss(X, y))
    return float(assert_array("loss", loss, ()))
