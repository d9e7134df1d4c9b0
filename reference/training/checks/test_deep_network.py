"""Hidden checks of the deep network with normalisation, dropout and weight decay."""

from itertools import pairwise
from types import SimpleNamespace

import numpy as np
import pytest

from grader.checking import NeedsPart, assert_close, assert_equal, assert_network_gradients, assert_true, fail, unpack
from grader.checking.properties import assert_array, assert_arrays

LOSS = SimpleNamespace(name="loss(X, y)", returns=("loss", "grads"))
PART = "FullyConnectedNet"

# Shape of the samples, hidden units, classes: no two equal. Batch normalisation needs several samples, layer
# normalisation several units.
DEPTHS = pytest.mark.parametrize(
    ("shape", "hidden", "C"),
    [((7, 4), [6], 3), ((8, 2, 3), [7, 5], 4), ((9, 5), [6, 8, 7, 4], 3)],
    ids=["one hidden layer", "two hidden layers", "four hidden layers"],
)
NORMALIZATIONS = pytest.mark.parametrize("normalization", [None, "batchnorm", "layernorm"])
NORMALIZED = pytest.mark.parametrize("normalization", ["batchnorm", "layernorm"])

# Of n units each kept with probability p, the share that is kept is off by more than t with a probability of at most
# 2 exp(-2 n t^2) (Hoeffding, 1963): for n = 240 units and t = 0.18 that is 4e-7, and less for 320.
WIDE, SHARE_MARGIN = (320, 240), 0.18

# Whoever computes in single precision needs long steps, which at about one point in a hundred meet a kink of ReLU in
# every direction: then another point is taken.
POINTS_TRIED = 4


def shapes_of(sizes, normalization):
    """Return the shapes of W1, b1, gamma1, ... for the numbers of units of each layer, inputs first."""
    shapes = {}
    for layer, (inputs, outputs) in enumerate(pairwise(sizes), start=1):
        shapes[f"W{layer}"], shapes[f"b{layer}"] = (inputs, outputs), (outputs,)
        if normalization is not None and layer < len(sizes) - 1:
            shapes[f"gamma{layer}"] = shapes[f"beta{layer}"] = (outputs,)
    return shapes


def filled(rng, shapes):
    """Return parameters, none of them zero or one, that keep signals alive and the scores moderate."""
    return {name: drawn(rng, name, shape) for name, shape in shapes.items()}


def drawn(rng, name, shape):
    if name.startswith("W"):
        return rng.normal(scale=1.3 / np.sqrt(shape[0]), size=shape)
    if name.startswith("gamma"):
        return rng.uniform(0.6, 1.6, size=shape)
    return rng.normal(0.2, 0.4, size=shape)


def features(shape):
    return int(np.prod(shape[1:]))


def batch(rng, shape, C):
    """Return samples and labels, with two classes at least in a batch of two or more."""
    y = rng.integers(C, size=shape[0])
    if shape[0] > 1:
        y[:2] = rng.permutation(C)[:2]
    return rng.normal(size=shape), y


def pair(student, reference, shape, hidden, C, **options):
    """Return the network of the student and that of the reference, and the shapes of their parameters."""
    nets = [owner.FullyConnectedNet(list(hidden), features(shape), C, **options) for owner in (student, reference)]
    return *nets, shapes_of([features(shape), *hidden, C], options.get("normalization"))


class WithFixed:
    """A network whose parameters are set but for some, which keep their values."""

    def __init__(self, net, fixed):
        self._net, self._fixed = net, fixed

    @property
    def params(self):
        return self._net.params

    @params.setter
    def params(self, params):
        self._net.params = {**params, **self._fixed}

    def loss(self, X, y):
        return self._net.loss(X, y)


def biases_of_no_effect(params, normalization):
    """Return the biases that batch normalisation takes away again: their gradient is zero, but for rounding."""
    if normalization != "batchnorm":
        return {}
    return {name: value for name, value in params.items() if name[:1] == "b" and f"gamma{name[1:]}" in params}


# Parameters


@pytest.mark.check("FullyConnectedNet", points=1)
@NORMALIZATIONS
@DEPTHS
def test_initial_parameters(student, rng, shape, hidden, C, normalization):
    """The network starts with the parameters of the docstring: biases and betas of zero, gammas of one."""
    net = student.FullyConnectedNet(list(hidden), features(shape), C, normalization=normalization, rng=rng)
    shapes = shapes_of([features(shape), *hidden, C], normalization)
    got = net.params
    params = assert_arrays("params", got, shapes)
    assert_equal("the list of names in params", sorted(map(str, got)), sorted(shapes), hint="Which names are too many?")
    for name, value in params.items():
        if name.startswith("W"):
            assert_true(np.any(value), f"params[{name!r}] is zero everywhere.", hint="Weights start at random.")
        else:
            start = np.ones if name.startswith("gamma") else np.zeros
            assert_close(f"params[{name!r}]", value, start(value.shape))


@pytest.mark.check("FullyConnectedNet", points=1.5)
@pytest.mark.parametrize("given", [True, False], ids=["weight_scale given", "weight_scale None"])
def test_scale_of_the_weights(student, rng, given):
    """The weights are normal with the standard deviation asked for, or with that of He."""
    sizes = [60, 90, 50, 80]
    scale = float(rng.uniform(0.02, 0.2)) if given else None
    net = student.FullyConnectedNet(sizes[1:-1], sizes[0], sizes[-1], weight_scale=scale, rng=rng)
    params = assert_arrays("params", net.params, shapes_of(sizes, None))
    for name in ("W1", "W2", "W3"):
        require_normal(name, params[name], scale)


def require_normal(name, weights, scale):
    """Require normal numbers of the spread asked for; None means sqrt(2 / inputs).

    Over 4,000 draws and more the standard errors are 1.6 % (mean), 1.1 % (spread) and 0.4 % (share beyond two
    spreads): the limits below are more than five of them away.
    """
    what = "weight_scale" if scale is not None else "sqrt(2 / number of inputs)"
    standard = weights / (scale if scale is not None else np.sqrt(2.0 / weights.shape[0]))
    hint = "Which number is the spread of the weights of each layer, for a weight_scale and for None?"
    assert_true(0.92 < standard.std() < 1.08, f"The spread of params[{name!r}] is not {what}.", hint=hint)
    assert_true(abs(standard.mean()) < 0.1, f"params[{name!r}] is not centred on zero.", hint=hint)
    beyond = float(np.mean(np.abs(standard) > 2.0))
    assert_true(0.02 < beyond < 0.075, f"params[{name!r}] is not normally distributed.", hint=hint)


@pytest.mark.check("FullyConnectedNet", points=0.5)
def test_randomness_of_the_weights(student, rng):
    """All the randomness of the weights comes from the generator that is given."""
    seed = int(rng.integers(2**31))
    nets = [student.FullyConnectedNet([5, 4], 6, 3, rng=np.random.default_rng(s)) for s in (seed, seed, seed + 1)]
    first, again, other = (assert_arrays("params", net.params, shapes_of([6, 5, 4, 3], None)) for net in nets)
    hint = "Draw from rng, and from nothing else."
    for name in ("W1", "W2", "W3"):
        same = np.array_equal(first[name], again[name])
        assert_true(same, f"The same generator gave different values of params[{name!r}].", hint=hint)
        differs = not np.array_equal(first[name], other[name])
        assert_true(differs, f"Different generators gave the same params[{name!r}].", hint=hint)


# Loss and gradients without dropout


@pytest.mark.check("FullyConnectedNet", points=3)
@NORMALIZATIONS
@DEPTHS
def test_loss(student, reference, rng, shape, hidden, C, normalization):
    """In training mode the loss is that of the scores, plus the penalty of all weights."""
    net, theirs, shapes = pair(student, reference, shape, hidden, C, normalization=normalization, reg=0.6)
    net.params = theirs.params = filled(rng, shapes)
    X, y = batch(rng, shape, C)
    loss, _ = unpack(LOSS, net.loss(X, y))
    assert_close("loss", loss, theirs.loss(X, y)[0])


@pytest.mark.check("FullyConnectedNet", points=4)
@NORMALIZATIONS
@DEPTHS
def test_gradients(student, reference, rng, shape, hidden, C, normalization):
    """The network returns the gradient of its loss for every parameter."""
    net, theirs, shapes = pair(student, reference, shape, hidden, C, normalization=normalization, reg=0.6)
    params, (X, y) = filled(rng, shapes), batch(rng, shape, C)
    fixed = biases_of_no_effect(params, normalization)
    moving = {name: value for name, value in params.items() if name not in fixed}
    assert_network_gradients(WithFixed(net, fixed), WithFixed(theirs, fixed), moving, X, y, rng=rng, part=PART)
    require_no_effect(net, params, fixed, X, y)


def require_no_effect(net, params, fixed, X, y):
    """Require gradients for the biases that batch normalisation takes away again, all of them about zero."""
    net.params = params
    _, grads = unpack(LOSS, net.loss(X, y))
    for name, value in assert_arrays("grads", grads, {name: value.shape for name, value in fixed.items()}).items():
        hint = "What does batch normalisation do with a number that is added to a whole column?"
        summary = f"grads[{name!r}] is not zero, but the loss does not depend on that bias."
        assert_true(np.abs(value).max() < 1e-4, summary, hint=hint)


@pytest.mark.check("FullyConnectedNet", points=1)
@pytest.mark.parametrize("normalization", [None, "layernorm"])
def test_batch_of_one(student, reference, rng, normalization):
    """A network without batch normalisation learns from a single sample."""
    shape, hidden, C = (1, 6), [5, 4], 3
    net, theirs, shapes = pair(student, reference, shape, hidden, C, normalization=normalization, reg=0.3)
    X, y = batch(rng, shape, C)
    assert_network_gradients(net, theirs, filled(rng, shapes), X, y, rng=rng, part=PART)


# Training and test mode


@pytest.mark.check("FullyConnectedNet", points=2)
@pytest.mark.parametrize("normalization", [None, "layernorm"])
@DEPTHS
def test_scores(student, reference, rng, shape, hidden, C, normalization):
    """Without labels the network returns the scores."""
    net, theirs, shapes = pair(student, reference, shape, hidden, C, normalization=normalization)
    net.params = theirs.params = filled(rng, shapes)
    X, _ = batch(rng, shape, C)
    assert_close("scores", net.loss(X), theirs.loss(X))


@pytest.mark.check("FullyConnectedNet", points=3)
@pytest.mark.parametrize(
    ("hidden", "samples"),
    [([6], 5), ([6, 4], 5), ([5, 5, 5], 6), ([6, 4], 1)],
    ids=["one hidden layer", "two hidden layers", "equal hidden layers", "scores of one sample"],
)
def test_batchnorm_in_use(student, reference, rng, hidden, samples):
    """In test mode batch normalisation uses what it has seen in training, each layer its own."""
    N, D, C = 8, 4, 3
    net, theirs, shapes = pair(student, reference, (N, D), hidden, C, normalization="batchnorm")
    net.params = theirs.params = filled(rng, shapes)
    for _ in range(3):
        X, y = batch(rng, (N, D), C)
        net.loss(X, y)
        theirs.loss(X, y)
    X, _ = batch(rng, (samples, D), C)
    biased = theirs.loss(X)
    theirs.bn_params = [unbiased(bn_param, N) for bn_param in theirs.bn_params]
    scores = net.loss(X)
    expected = nearer(scores, biased, theirs.loss(X))
    assert_close("scores", scores, expected)
    assert_close("scores, asked for again,", net.loss(X), expected)


def unbiased(bn_param, N):
    """Return the state of a layer that keeps the unbiased variance of batches of N samples, which is right too."""
    return bn_param | {"running_var": bn_param["running_var"] * N / (N - 1)}


def nearer(got, first, second):
    """Return the one of two arrays that the student's value, if it is an array like them, is nearer to."""
    if not isinstance(got, np.ndarray) or got.shape != first.shape or got.dtype.kind not in "biuf":
        return first
    with np.errstate(all="ignore"):
        return second if np.abs(got - second).sum() < np.abs(got - first).sum() else first


@pytest.mark.check("FullyConnectedNet", points=1)
@NORMALIZATIONS
def test_no_dropout_in_use(student, reference, rng, normalization):
    """In test mode nothing is dropped, whatever the network did before."""
    shape, hidden, C = (7, 5), [8, 6], 4
    options = {"normalization": normalization, "dropout_keep_ratio": 0.5, "seed": int(rng.integers(2**31))}
    net, theirs, shapes = pair(student, reference, shape, hidden, C, **options)
    net.params = theirs.params = filled(rng, shapes)
    X, y = batch(rng, shape, C)
    if normalization != "batchnorm":
        # Its running statistics would depend on what dropout happened to drop.
        net.loss(X, y)
        theirs.loss(X, y)
    scores = net.loss(X)
    assert_close("scores", scores, theirs.loss(X))


# Dropout


def awake(rng, sizes, normalization):
    """Return parameters with which no hidden unit is ever switched off by ReLU, for samples without negative numbers.

    Weights and biases are positive. So is beta, and larger than gamma times any normalised value: of D numbers of mean
    0 and variance 1 none is beyond the root of D, at most 18 here.
    """
    params = filled(rng, shapes_of(sizes, normalization))
    for layer in range(1, len(sizes) - 1):
        params[f"W{layer}"] = rng.uniform(0.2, 1.0, size=(sizes[layer - 1], sizes[layer])) * 2.0 / sizes[layer - 1]
        params[f"b{layer}"] = rng.uniform(0.1, 0.5, size=sizes[layer])
        if normalization is not None:
            params[f"gamma{layer}"] = rng.uniform(0.02, 0.04, size=sizes[layer])
            params[f"beta{layer}"] = rng.uniform(1.0, 1.5, size=sizes[layer])
    last = len(sizes) - 1
    params[f"W{last}"] = rng.normal(scale=1.0 / np.sqrt(sizes[-2]), size=(sizes[-2], sizes[-1]))
    return params


def kept_units(grads, layer, normalization):
    """Tell which units of a layer were kept for the one sample of a batch: what was dropped has no gradient."""
    name = f"b{layer}" if normalization is None else f"beta{layer}"
    return grads[name] != 0.0


def loss_with_masks(params, X, y, masks, keep, normalization):
    """Return the loss of one sample when the units of each hidden layer outside of the masks are dropped."""
    signal = X
    for layer, mask in enumerate(masks, start=1):
        signal = signal @ params[f"W{layer}"] + params[f"b{layer}"]
        if normalization is not None:
            centred = signal - signal.mean(axis=1, keepdims=True)
            normalised = centred / np.sqrt(np.mean(centred**2, axis=1, keepdims=True) + 1e-5)
            signal = params[f"gamma{layer}"] * normalised + params[f"beta{layer}"]
        signal = np.maximum(signal, 0.0) * mask / keep
    scores = signal @ params[f"W{len(masks) + 1}"] + params[f"b{len(masks) + 1}"]
    return float(np.log(np.sum(np.exp(scores - scores[0, y[0]]))))


@pytest.mark.check("FullyConnectedNet", points=3)
@pytest.mark.parametrize("normalization", [None, "layernorm"])
@pytest.mark.parametrize("seeded", [True, False], ids=["seed", "no seed"])
def test_dropout_after_every_hidden_layer(student, rng, normalization, seeded):
    """In training mode the units of every hidden layer are dropped, after ReLU, and those that stay scaled up."""
    sizes, keep = [6, *WIDE, 5], 0.75
    seed = int(rng.integers(2**31)) if seeded else None
    options = {"dropout_keep_ratio": keep, "normalization": normalization, "seed": seed}
    net = student.FullyConnectedNet(list(WIDE), sizes[0], sizes[-1], **options)
    params = awake(rng, sizes, normalization)
    net.params = params
    X, y = rng.uniform(0.2, 2.0, size=(1, sizes[0])), rng.integers(sizes[-1], size=1)
    loss, grads = unpack(LOSS, net.loss(X, y))
    grads = assert_arrays("grads", grads, {name: value.shape for name, value in params.items()})
    masks = [kept_units(grads, layer, normalization) for layer in (1, 2)]
    for layer, mask in enumerate(masks, start=1):
        require_share(mask, keep, layer)
    assert_close("loss", loss, loss_with_masks(params, X, y, masks, keep, normalization))


def require_share(mask, keep, layer):
    share = float(np.mean(mask))
    hint = "After which layers do you drop, and with which probability?"
    summary = f"The share of the units of hidden layer {layer} that are kept is not dropout_keep_ratio."
    assert_true(abs(share - keep) <= SHARE_MARGIN, summary, hint=hint)


@pytest.mark.check("FullyConnectedNet", points=1.5)
@NORMALIZATIONS
def test_gradients_with_dropout(student, rng, normalization):
    """With dropout the gradients are those of the network that is left."""
    shape, hidden, C = (7, 3), [6, 5], 4
    options = {"dropout_keep_ratio": 0.6, "normalization": normalization, "reg": 0.3, "seed": int(rng.integers(2**31))}
    net = student.FullyConnectedNet(hidden, features(shape), C, **options)
    shapes = shapes_of([features(shape), *hidden, C], normalization)
    for attempt in range(POINTS_TRIED):
        try:
            check_own_gradients(net, filled(rng, shapes), normalization, *batch(rng, shape, C), rng)
            return
        except NeedsPart:
            if attempt == POINTS_TRIED - 1:
                raise


def check_own_gradients(net, params, normalization, X, y, rng):
    net.params = params
    losses = [assert_array("loss", unpack(LOSS, net.loss(X, y))[0], ()) for _ in range(2)]
    require_seed(np.isclose(*losses, rtol=1e-9))
    fixed = biases_of_no_effect(params, normalization)
    moving = {name: value for name, value in params.items() if name not in fixed}
    assert_network_gradients(WithFixed(net, fixed), None, moving, X, y, rng=rng, part=PART)


@pytest.mark.check("FullyConnectedNet", points=1)
def test_seed_of_dropout(student, rng):
    """With a seed every training step drops the same units; without one every step drops others."""
    sizes = [6, 40, 30, 5]
    params = awake(rng, sizes, None)
    X, y = rng.uniform(0.2, 2.0, size=(1, 6)), rng.integers(5, size=1)
    seeded = kept_in_two_steps(student, params, X, y, int(rng.integers(2**31)))
    require_seed(np.array_equal(*seeded))
    # 70 units are kept or dropped alike in both with probability 2^-70.
    varies = not np.array_equal(*kept_in_two_steps(student, params, X, y, None))
    hint = "What becomes of the argument seed, and what is done when it is None?"
    assert_true(varies, "Two steps without a seed drop the same units.", hint=hint)


def require_seed(same):
    if not same:
        summary = "With a seed, two steps on the same batch drop different units."
        raise fail(summary, name="net-dropout-seed-not-passed", hint="What becomes of the argument seed?")


def kept_in_two_steps(student, params, X, y, seed):
    """Return which units of the first and second hidden layer are kept in each of two calls of loss."""
    hidden, shapes = [40, 30], {name: value.shape for name, value in params.items()}
    net = student.FullyConnectedNet(hidden, 6, 5, dropout_keep_ratio=0.5, seed=seed)
    net.params = params
    steps = [assert_arrays("grads", unpack(LOSS, net.loss(X, y))[1], shapes) for _ in range(2)]
    return [np.concatenate([kept_units(grads, layer, None) for layer in (1, 2)]) for grads in steps]
