"""Public checks of normalisation, dropout and the deep network: run them with ``pytest`` or ``grader check``."""

from itertools import pairwise
from types import SimpleNamespace

import numpy as np
import pytest

from grader.checking import NeedsPart, assert_close, assert_gradients, assert_network_gradients, assert_true, unpack
from grader.checking.properties import assert_array, assert_arrays

LOSS = SimpleNamespace(name="loss(X, y)", returns=("loss", "grads"))

COLUMN = np.array([[1.0], [3.0], [8.0]])
POINTS = np.array([[1.5, -2.0, 0.5, 3.0], [0.0, 4.0, -1.0, 2.0], [-3.0, 1.0, 2.5, -0.5], [2.0, 0.5, -2.0, -4.0]])
GAMMA, BETA = np.array([1.5, -0.5, 2.0, 0.75]), np.array([0.5, 1.0, -1.5, 0.25])

# Normalisation


@pytest.mark.check("batchnorm_forward", points=0.5)
def test_batchnorm_on_known_numbers(student):
    """In training mode batch normalisation gives the numbers worked out in the text."""
    bn_param = {"mode": "train", "eps": 0.0, "momentum": 0.9, "running_mean": np.zeros(1), "running_var": np.zeros(1)}
    out, _ = unpack(student.batchnorm_forward, student.batchnorm_forward(COLUMN, np.ones(1), np.zeros(1), bn_param))
    assert_close("out", out, [[-1.01904933], [-0.33968311], [1.35873244]])


@pytest.mark.check("batchnorm_forward", points=0.5)
def test_batchnorm_remembers(student):
    """In training mode batch normalisation moves the running mean a tenth of the way, with momentum 0.9."""
    bn_param = {"mode": "train", "eps": 1e-5, "momentum": 0.9, "running_mean": np.zeros(1), "running_var": np.zeros(1)}
    _, after = student.batchnorm_forward.with_arguments(COLUMN, np.ones(1), np.zeros(1), bn_param)
    got = assert_arrays("bn_param", after[3], {"running_mean": (1,), "running_var": (1,)})
    assert_close("bn_param['running_mean']", got["running_mean"], [0.4])
    # A tenth of 26/3; a tenth of 26/2, the unbiased variance, is accepted too.
    unbiased = np.isclose(got["running_var"][0], 1.3, rtol=1e-5)
    assert_close("bn_param['running_var']", got["running_var"], [1.3 if unbiased else 0.86666667])


@pytest.mark.check("batchnorm_forward", points=0.5)
def test_batchnorm_in_test_mode(student):
    """In test mode batch normalisation uses the running statistics, gamma and beta, for a single sample too."""
    bn_param = {
        "mode": "test",
        "eps": 1.0,
        "momentum": 0.9,
        "running_mean": np.array([2.0]),
        "running_var": np.array([3.0]),
    }
    out, _ = unpack(
        student.batchnorm_forward,
        student.batchnorm_forward(np.array([[6.0]]), np.array([5.0]), np.array([1.0]), bn_param),
    )
    assert_close("out", out, [[11.0]])


def batchnorm_inputs():
    settings = {"mode": "train", "eps": 0.1, "momentum": 0.9, "running_mean": np.zeros(4), "running_var": np.ones(4)}
    return {"x": POINTS[:3], "gamma": GAMMA, "beta": BETA, "bn_param": settings}


@pytest.mark.check("batchnorm_backward", points=1)
def test_batchnorm_gradients_agree_with_differences(student, rng):
    """The gradients of batch normalisation agree with differences of your own batchnorm_forward."""
    assert_gradients(student.batchnorm_forward, student.batchnorm_backward, batchnorm_inputs(), rng=rng)


@pytest.mark.check("batchnorm_backward_alt", points=0.5)
def test_batchnorm_alt_gradients_agree_with_differences(student, rng):
    """The gradients of the closed form agree with differences of your own batchnorm_forward."""
    assert_gradients(student.batchnorm_forward, student.batchnorm_backward_alt, batchnorm_inputs(), rng=rng)


@pytest.mark.check("layernorm_forward", points=1)
def test_layernorm_on_known_numbers(student):
    """Layer normalisation gives the numbers worked out in the text, for one sample."""
    args = COLUMN.T, np.array([1.0, 1.0, 2.0]), np.array([0.0, 1.0, 0.0]), {"eps": 0.0}
    out, _ = unpack(student.layernorm_forward, student.layernorm_forward(*args))
    assert_close("out", out, [[-1.01904933, 0.66031689, 2.71746488]])


@pytest.mark.check("layernorm_backward", points=1)
def test_layernorm_gradients_agree_with_differences(student, rng):
    """The gradients of layer normalisation agree with differences of your own layernorm_forward."""
    inputs = {"x": POINTS[:3], "gamma": GAMMA, "beta": BETA, "ln_param": {"eps": 0.1}}
    assert_gradients(student.layernorm_forward, student.layernorm_backward, inputs, rng=rng)


# Dropout and the L2 penalty


@pytest.mark.check("dropout_forward", points=1)
def test_dropout_keeps_and_scales(student):
    """At p = 0.8 most entries stay, and a 2 that stays becomes 2.5."""
    x = np.full((50, 40), 2.0)
    out, _ = unpack(student.dropout_forward, student.dropout_forward(x, {"mode": "train", "p": 0.8, "seed": 1}))
    out = assert_array("out", out, (50, 40))
    # Of 2,000 draws the share is off by 0.1 with a probability below 2 exp(-40) (Hoeffding's inequality).
    share = float(np.mean(out != 0.0))
    hint = "p is the probability to keep an entry."
    assert_true(abs(share - 0.8) < 0.1, "The share of entries that stay is not p.", hint=hint, detail=f"It is {share}.")
    assert_close("out", out, np.where(out != 0.0, 2.5, 0.0))


@pytest.mark.check("dropout_forward", points=0.5)
def test_dropout_in_test_mode(student):
    """In test mode dropout returns what it is given."""
    out, _ = unpack(student.dropout_forward, student.dropout_forward(POINTS, {"mode": "test", "p": 0.5, "seed": 1}))
    assert_close("out", out, POINTS)


@pytest.mark.check("dropout_backward", points=0.5)
def test_dropout_gradient_follows_the_forward(student):
    """The gradient of dropout multiplies each entry by the factor that your own dropout_forward gave it."""
    x, dout = np.arange(1.0, 31.0).reshape(6, 5), np.arange(-10.0, 20.0).reshape(6, 5)
    results = student.dropout_forward(x, {"mode": "train", "p": 0.6, "seed": 3})
    out, cache = unpack(student.dropout_forward, results)
    factor = assert_array("out", out, (6, 5)) / x
    if factor.all() or not factor.any():
        raise NeedsPart("dropout_forward", "dropout_forward drops nothing or everything: no gradient to compare.")
    assert_close("dx", student.dropout_backward(dout, cache), dout * factor)


@pytest.mark.check("l2_penalty", points=0.5)
def test_penalty_on_known_numbers(student):
    """A weight of 3 costs 0.45 with reg 0.1 and is pulled by 0.3, whatever the bias, gamma and beta are."""
    params = {"W1": np.array([[3.0]]), "b1": np.array([5.0]), "gamma1": np.array([2.0]), "beta1": np.array([4.0])}
    penalty, grads = unpack(student.l2_penalty, student.l2_penalty(params, 0.1))
    assert_close("penalty", penalty, 0.45)
    assert_close("grads['W1']", assert_arrays("grads", grads, {"W1": (1, 1)})["W1"], [[0.3]])


# The network

SIZES = (4, 6, 5, 3)
X = np.array(
    [
        [1.0, -0.5, 2.0, 0.3],
        [-1.2, 0.7, 0.1, -2.0],
        [0.4, 1.5, -0.8, 1.1],
        [2.2, 0.2, 0.6, -0.9],
        [-0.3, -1.7, 1.4, 0.8],
    ]
)
Y = np.array([2, 0, 1, 1, 0])


def parameters(rng, normalization):
    """Return parameters by which the first unit of each layer is on, so that never all are off."""
    params = {}
    for layer, (inputs, outputs) in enumerate(pairwise(SIZES), start=1):
        weights = rng.normal(size=(inputs, outputs))
        weights[:, 0] = np.abs(weights[:, 0])
        params[f"W{layer}"], params[f"b{layer}"] = weights, rng.uniform(0.2, 1.0, size=outputs)
        if normalization is not None and layer < 3:
            params[f"gamma{layer}"], params[f"beta{layer}"] = (
                rng.uniform(0.5, 1.5, size=outputs),
                rng.uniform(0.2, 1.0, size=outputs),
            )
    return params


@pytest.mark.check("FullyConnectedNet", points=0.5)
def test_names_of_the_parameters(student, rng):
    """A normalised network has gamma and beta for each hidden layer, and starts with gammas of one."""
    net = student.FullyConnectedNet([6, 5], 4, 3, normalization="batchnorm", rng=rng)
    shapes = {name: value.shape for name, value in parameters(rng, "batchnorm").items()}
    assert_close("params['gamma2']", assert_arrays("params", net.params, shapes)["gamma2"], np.ones(5))


@pytest.mark.check("FullyConnectedNet", points=1)
@pytest.mark.parametrize("keep", [1.0, 0.7], ids=["no dropout", "dropout"])
@pytest.mark.parametrize("normalization", [None, "layernorm"])
def test_network_gradients_agree_with_differences(student, rng, normalization, keep):
    """The gradients of a network with two hidden layers agree with differences of its own loss."""
    net = student.FullyConnectedNet([6, 5], 4, 3, keep, normalization, reg=0.3, seed=5)
    assert_network_gradients(net, None, parameters(rng, normalization), X, Y, rng=rng, part="FullyConnectedNet")


@pytest.mark.check("FullyConnectedNet", points=0.5)
@pytest.mark.parametrize("normalization", [None, "batchnorm", "layernorm"])
def test_scores_are_repeatable(student, rng, normalization):
    """In test mode a sample gets the same scores every time, alone or in a batch."""
    net = student.FullyConnectedNet([6, 5], 4, 3, 0.6, normalization)
    net.params = parameters(rng, normalization)
    unpack(LOSS, net.loss(X, Y))
    scores = assert_array("scores", net.loss(X), (5, 3))
    assert_true(np.ptp(scores, axis=0).all(), "Different samples get the same scores.")
    assert_close("scores of the same batch", net.loss(X), scores)
    assert_close("scores of its first sample alone", net.loss(X[:1]), scores[:1])
