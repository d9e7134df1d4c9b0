"""Hidden checks of the two sanity checks: they must pass for what is right, and fail for what is wrong.

The networks that a student's check judges are ours, some of them with a planted fault.
"""

import math

import numpy as np
import pytest

from grader.checking import assert_close, assert_equal, assert_true, unpack
from grader.checking.properties import assert_array, assert_numbers

PLANTED = "Your check calls a network right that has a fault in it."


def numbers_of(got, shapes):
    """Return the arrays a student passes as float64; what is no such dict becomes a ValueError of theirs."""
    for name, shape in shapes.items():
        value = got.get(name) if isinstance(got, dict) else None
        if not isinstance(value, np.ndarray) or value.shape != shape or value.dtype.kind not in "fiu":
            raise ValueError(f"params holds an array of shape {shape} under the name {name!r}.")
    return {name: got[name].astype(np.float64) for name in shapes}


def samples_of(X, D):
    """Return the samples a student passes as float64."""
    if not isinstance(X, np.ndarray) or X.ndim != 2 or X.shape[1] != D or len(X) == 0 or X.dtype.kind not in "fiu":
        raise ValueError(f"X holds samples as rows of {D} numbers.")
    return X.astype(np.float64)


def labels_of(y, X, C):
    """Return the labels a student passes."""
    if not isinstance(y, np.ndarray) or y.shape != (len(X),) or y.dtype.kind not in "iu" or y.min() < 0 or y.max() >= C:
        raise ValueError(f"y holds a label from 0 to {C - 1} for each row of X.")
    return y


# The loss at the start


def mean_loss(kind, scores, y):
    """Return the mean loss of a batch."""
    rows = np.arange(len(y))
    if kind == "binary":
        return float(np.mean(np.logaddexp(0.0, scores[:, 0]) - y * scores[:, 0]))
    if kind == "svm":
        margins = np.maximum(0.0, scores - scores[rows, y][:, None] + 1.0)
        margins[rows, y] = 0.0
        return float(np.mean(margins.sum(axis=1)))
    return float(np.mean(np.log(np.exp(scores).sum(axis=1)) - scores[rows, y]))


def linear_network(kind, C, *, factor=1.0, penalty=0.5):
    """Return loss_fn(params, X, y, reg) of a linear network whose data loss is ``factor`` times what is right."""
    outputs = 1 if kind == "binary" else C

    def loss_fn(params, X, y, reg):
        W = numbers_of(params, {"W": (4, outputs)})["W"]
        X = samples_of(X, 4)
        if not isinstance(reg, int | float | np.number):
            raise ValueError("reg is a number.")
        data_loss = factor * mean_loss(kind, X @ W, labels_of(y, X, C))
        return data_loss + penalty * float(reg) * float(np.sum(W * W)), {"W": np.zeros((4, outputs))}

    return loss_fn, outputs


def start(rng, C, outputs, scale=1e-2, N=20):
    """Return small weights and samples."""
    return {"W": scale * rng.normal(size=(4, outputs))}, rng.normal(size=(N, 4)), rng.integers(C, size=N)


KINDS = pytest.mark.parametrize(
    ("kind", "C"),
    [
        pytest.param("softmax", 10, id="softmax of ten classes"),
        pytest.param("softmax", 3, id="softmax of three classes"),
        pytest.param("binary", 2, id="binary"),
        pytest.param("svm", 6, id="svm"),
    ],
)


def verdict(student, *args, **settings):
    """Return what check_initial_loss says, its flag seen to be one."""
    passed, loss, expected = unpack(student.check_initial_loss, student.check_initial_loss(*args, **settings))
    flag = float(assert_array("passed", passed, ()))
    assert_true(flag in (0.0, 1.0), "passed is neither True nor False.")
    return bool(flag), loss, expected


@pytest.mark.check("check_initial_loss", points=2)
@KINDS
def test_initial_loss_of_a_right_network(student, rng, kind, C):
    """A network that is right passes the check of the initial loss, and the two losses are reported."""
    loss_fn, outputs = linear_network(kind, C)
    params, X, y = start(rng, C, outputs)
    passed, loss, expected = verdict(student, loss_fn, params, X, y, C, kind)
    assert_close("expected", expected, {"softmax": math.log(C), "binary": math.log(2.0), "svm": C - 1.0}[kind])
    assert_close("loss", loss, loss_fn(params, X, y, 0.0)[0])
    assert_true(passed, "Your check finds fault with a network that is right.")


@pytest.mark.check("check_initial_loss", points=2)
@pytest.mark.parametrize(
    ("factor", "right"),
    [
        pytest.param(1.12, False, id="too high"),
        pytest.param(0.88, False, id="too low"),
        pytest.param(1.07, True, id="a little higher than expected"),
        pytest.param(0.93, True, id="a little lower than expected"),
    ],
)
@pytest.mark.parametrize(("kind", "C"), [("softmax", 7), ("svm", 5), ("binary", 2)])
def test_tolerance(student, rng, factor, right, kind, C):
    """The loss may differ from the expected one by the tolerance, a share of the expected loss, and no more."""
    loss_fn, outputs = linear_network(kind, C, factor=factor)
    params, X, y = start(rng, C, outputs, scale=1e-3)
    passed, _, _ = verdict(student, loss_fn, params, X, y, C, kind, tolerance=0.1)
    assert_true(passed or not right, "Your check refuses a loss that differs by less than the tolerance.")
    assert_true(right or not passed, PLANTED, hint="How far is the loss from that of guessing, in both directions?")


@pytest.mark.check("check_initial_loss", points=1)
def test_default_tolerance(student, rng):
    """Without a tolerance given, 5 % are allowed."""
    for factor, right in ((1.04, True), (0.96, True), (1.06, False), (0.94, False)):
        loss_fn, outputs = linear_network("softmax", 4, factor=factor)
        passed, _, _ = verdict(student, loss_fn, *start(rng, 4, outputs, scale=1e-3), 4)
        assert_true(passed == right, "Your check does not draw the line at 5 %.")


@pytest.mark.check("check_initial_loss", points=2)
@pytest.mark.parametrize(
    "faults", [pytest.param((0.0,), id="not connected"), pytest.param((0.0, -0.5), id="with the wrong sign")]
)
def test_planted_penalty(student, rng, faults):
    """A network whose penalty does not raise the loss does not pass, one whose penalty does, passes."""
    networks = [(1.0, 0.5, True), (1.3, 0.5, False), *((1.0, penalty, False) for penalty in faults)]
    for factor, penalty, right in networks:
        loss_fn, outputs = linear_network("softmax", 5, factor=factor, penalty=penalty)
        params, X, y = start(rng, 5, outputs, scale=0.02)
        passed, loss, _ = verdict(student, loss_fn, params, X, y, 5, "softmax", 2.0)
        assert_close("loss", loss, loss_fn(params, X, y, 0.0)[0])
        assert_true(passed or not right, "Your check finds fault with a network that is right.")
        assert_true(right or not passed, PLANTED, hint="What happens to the loss when the penalty is switched on?")


@pytest.mark.check("check_initial_loss", points=1)
def test_large_weights_and_large_penalty(student, rng):
    """Large weights do not pass; a large penalty alone is no fault."""
    loss_fn, outputs = linear_network("softmax", 5)
    params, X, y = start(rng, 5, outputs, scale=4.0)
    assert_true(not verdict(student, loss_fn, params, X, y, 5)[0], PLANTED)
    params, X, y = start(rng, 5, outputs, scale=0.02)
    passed = verdict(student, loss_fn, params, X, y, 5, "softmax", 1e3)[0]
    assert_true(passed, "Your check finds fault with a network that is right.", hint="Is the penalty part of the loss?")


# A few samples by heart

FEATURES, CLASSES = 30, 3
WEIGHTS = {"W": (FEATURES, CLASSES), "b": (CLASSES,)}


class Watched:
    """A linear network with a softmax, which remembers the samples it was shown.

    Args:
        gradient: what the gradients are multiplied by; 1 is right, -1 and 0 are faults.
        mistakes: so many samples get a score for a wrong class.
    """

    def __init__(self, gradient=1.0, mistakes=0, scores="right"):
        self.gradient, self.mistakes, self.kind = gradient, mistakes, scores
        self.shown, self.labels, self.scored = [], [], []

    def loss(self, params, X, y):
        here, X = numbers_of(params, WEIGHTS), samples_of(X, FEATURES)
        y = labels_of(y, X, CLASSES)
        self.shown.append(X)
        self.labels.append(y.astype(np.int64))
        scores = X @ here["W"] + here["b"]
        scores = scores - scores.max(axis=1, keepdims=True)
        log_probs = scores - np.log(np.exp(scores).sum(axis=1, keepdims=True))
        rows = np.arange(len(y))
        dscores = np.exp(log_probs)
        dscores[rows, y] -= 1.0
        dscores *= self.gradient / len(y)
        return -float(np.mean(log_probs[rows, y])), {"W": X.T @ dscores, "b": dscores.sum(axis=0)}

    def scores(self, params, X):
        here, X = numbers_of(params, WEIGHTS), samples_of(X, FEATURES)
        self.scored.append(X)
        scores = X @ here["W"] + here["b"]
        if self.kind == "constant":
            return np.tile(np.arange(CLASSES, dtype=np.float64), (len(X), 1))
        # The first samples get another class than the one they have learnt.
        wrong = np.roll(scores[: self.mistakes], 1, axis=1)
        return np.concatenate([wrong, scores[self.mistakes :]])


def few_samples(rng, N=34):
    params = {name: 0.1 * rng.normal(size=shape) for name, shape in WEIGHTS.items()}
    y = rng.integers(CLASSES, size=N)
    y[:CLASSES] = np.arange(CLASSES)
    return params, rng.normal(size=(N, FEATURES)), rng.permutation(y)


def by_heart(student, network, params, X, y, rng, num_samples, num_steps, learning_rate):
    """Return what overfit_tiny_batch says, its results seen to be a flag, a share and losses."""
    results = student.overfit_tiny_batch(
        network.loss, network.scores, params, X, y, rng, num_samples, num_steps, learning_rate
    )
    passed, accuracy, losses = unpack(student.overfit_tiny_batch, results)
    flag, share = float(assert_array("passed", passed, ())), float(assert_array("accuracy", accuracy, ()))
    assert_true(flag in (0.0, 1.0), "passed is neither True nor False.")
    hint = "There is one loss for each step, before it."
    return bool(flag), share, assert_numbers("losses", losses, num_steps, hint=hint)


@pytest.mark.check("overfit_tiny_batch", points=2)
@pytest.mark.parametrize("N", [pytest.param(9, id="nine samples"), pytest.param(14, id="fourteen samples")])
def test_path_of_descent(student, reference, rng, N):
    """The losses are those of gradient descent, one for each step."""
    params, X, y = few_samples(rng, N)
    # All samples are drawn, so that it does not matter in which order.
    expected = by_heart(reference, Watched(), params, X, y, rng, N, 12, 0.05)
    passed, accuracy, losses = by_heart(student, Watched(), params, X, y, rng, N, 12, 0.05)
    assert_close("losses", losses, expected[2])
    assert_close("accuracy", accuracy, expected[1])
    assert_equal("passed", passed, expected[0])


@pytest.mark.check("overfit_tiny_batch", points=2)
@pytest.mark.parametrize("num_samples", [pytest.param(20, id="some samples"), pytest.param(34, id="all samples")])
def test_right_network_passes(student, rng, num_samples):
    """A network that learns the samples by heart passes."""
    params, X, y = few_samples(rng)
    passed, accuracy, losses = by_heart(student, Watched(), params, X, y, rng, num_samples, 150, 1.0)
    assert_true(losses[-1] < 0.5 * losses[0], "The loss of a network that is right does not fall in your check.")
    assert_close("accuracy", accuracy, 1.0)
    assert_true(passed, "Your check finds fault with a network that is right.")


@pytest.mark.check("overfit_tiny_batch", points=3)
@pytest.mark.parametrize(
    "faults",
    [
        pytest.param(({"gradient": 0.0},), id="no update"),
        pytest.param(({"gradient": -1.0},), id="gradient uphill"),
        pytest.param(({"scores": "constant"},), id="scores that do not move"),
        pytest.param(({"scores": "constant"}, {"mistakes": 1}), id="one sample wrong"),
    ],
)
def test_planted_faults(student, rng, faults):
    """A network with a fault in it does not pass."""
    params, X, y = few_samples(rng)
    # One that is right goes first, so that a check that refuses everything earns nothing.
    passed, _, _ = by_heart(student, Watched(), params, X, y, rng, 20, 40, 1.0)
    assert_true(passed, "Your check finds fault with a network that is right.")
    for fault in faults:
        passed, accuracy, _ = by_heart(student, Watched(**fault), params, X, y, rng, 20, 40, 1.0)
        assert_true(not passed, PLANTED, hint="A falling loss is not enough: are all the samples right in the end?")
        assert_true(accuracy < 0.99, "The accuracy of a network that gets samples wrong is too high.")


@pytest.mark.check("overfit_tiny_batch", points=2)
def test_samples_that_are_drawn(student, rng):
    """The samples are different ones, drawn at random, with their own labels, and the same in every step."""
    params, X, y = few_samples(rng)
    drawn = []
    for seed in rng.integers(2**31, size=2):
        network = Watched()
        by_heart(student, network, params, X, y, np.random.default_rng(seed), 12, 5, 0.1)
        drawn.append(samples_that_were_shown(network, X, y, 12))
    hint = "Data often lie sorted by class: draw from rng."
    assert_true(drawn[0] != drawn[1], "Two generators draw the same samples.", hint=hint)


def samples_that_were_shown(network, X, y, num_samples):
    """Return the places in X of the samples of every step, seen to be what the docstring says."""
    assert_true(network.shown, "loss_fn is never called.")
    steps = []
    for shown, labels in zip(network.shown, network.labels, strict=True):
        assert_true(len(shown) == num_samples, "The number of samples of a step is not num_samples.")
        distances = np.abs(shown[:, None, :] - X[None]).max(axis=2)
        places = np.argmin(distances, axis=1)
        assert_true(distances.min(axis=1).max() < 1e-5, "Some samples of a step are not rows of X.")
        assert_true(np.array_equal(y[places], labels), "Some samples come with the label of another sample.")
        steps.append(tuple(sorted(map(int, places))))
    assert_true(len(set(steps[0])) == num_samples, "Some samples are drawn twice.")
    hint = "Twenty samples by heart: how many different ones does the network get to see in all the steps?"
    assert_true(len(set(steps)) == 1, "The samples are not the same in every step.", hint=hint)
    return steps[0]


@pytest.mark.check("overfit_tiny_batch", points=1)
def test_parameters_stay_as_they_are(student, rng):
    """After the check the parameters are what they were before."""
    params, X, y = few_samples(rng)
    network = Watched()

    # Functions, not methods: what comes back from the worker is compared with what misconceptions leave.
    def loss_fn(params, X, y):
        return network.loss(params, X, y)

    def scores_fn(params, X):
        return network.scores(params, X)

    args = (loss_fn, scores_fn, params, X, y, rng, 15, 6, 0.2)
    results, after = student.overfit_tiny_batch.with_arguments(*args)
    losses = assert_numbers("losses", unpack(student.overfit_tiny_batch, results)[2], 6)
    for name, value in params.items():
        left = after[2].get(name) if isinstance(after[2], dict) else None
        unchanged = np.allclose(assert_array(f"params[{name!r}]", left, value.shape), value, rtol=1e-12, atol=0)
        hint = "Which arrays does the check move, and who else holds them?"
        assert_true(unchanged, f"params[{name!r}] is another after the check.", hint=hint)
    assert_true(losses[-1] < losses[0], "The loss does not fall: do the parameters move at all?")
