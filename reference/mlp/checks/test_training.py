"""Hidden checks of training: the mechanics on small data, then images that the student never saw.

Held-out images and their labels stay on this side: the student's code trains and hands its parameters back, and
they are judged here. For each submission the labels are renamed and the pixels reordered by a secret
permutation, which is all the same to a network that learns and fatal to weights that were brought along.
"""

from types import SimpleNamespace
from typing import NamedTuple

import msgspec
import numpy as np
import pytest

from grader.checking import CheckFailed, assert_at_least, assert_close, assert_true, unpack
from grader.checking.properties import assert_array, assert_arrays, assert_numbers
from grader.model import Curve, Measure

LOSS = SimpleNamespace(name="loss(X, y)", returns=("loss", "grads"))
CLASSES = 10
CURVE_POINTS = 200
LENGTHS = "One loss for each step, in every epoch; the last, shorter batch of an epoch is a step too."


class Task(NamedTuple):
    """Images to learn, and how."""

    file: str
    heldout: str
    weight_scale: float
    num_epochs: int
    batch_size: int
    learning_rate: float
    full: float
    none: float


# A plain NumPy solution reaches a median of .969 on the digits and .927 on the MNIST images.
DIGITS = Task("digits.npz", "digits_test.npz", 0.15, 40, 32, 0.1, 0.93, 0.60)
MNIST = Task("mnist5k.npz", "mnist5k_test.npz", 0.05, 15, 32, 0.2, 0.90, 0.50)
# Forty digits by heart.
TINY = DIGITS._replace(num_epochs=80, batch_size=10, full=0.99)
HIDDEN = 64


class Images(NamedTuple):
    """Images as input of a network, with their labels."""

    X_train: np.ndarray
    y_train: np.ndarray
    X_test: np.ndarray
    y_test: np.ndarray


@pytest.fixture(scope="session")
def reference_curves():
    """The reference's losses by data file: it trains on each once a session."""
    return {}


def images(data, task, rng):
    """Return the images with labels renamed and pixels reordered at random."""
    train, test = data(task.file), data(task.heldout)
    pixel_max = float(train["pixel_max"])
    pixels, names = rng.permutation(train["X_train"].shape[1]), rng.permutation(CLASSES)
    return Images(
        train["X_train"][:, pixels] / pixel_max,
        names[train["y_train"]],
        test["X_test"][:, pixels] / pixel_max,
        names[test["y_test"]],
    )


def small_data(rng, N=10, D=4, C=3):
    y = rng.integers(C, size=N)
    y[:C] = rng.permutation(C)
    return rng.normal(size=(N, D)), y


def shapes_of(D, hidden, C):
    return {"W1": (D, hidden), "b1": (hidden,), "W2": (hidden, C), "b2": (C,)}


def parameters(rng, D=4, hidden=6, C=3):
    return {
        name: rng.normal(scale=0.7, size=shape) if len(shape) == 2 else rng.normal(0.2, 0.3, size=shape)
        for name, shape in shapes_of(D, hidden, C).items()
    }


def deep_net(owner, params, reg=0.0):
    """Return a network with one hidden layer of the student's or the reference's, with the given parameters."""
    (D, hidden), C = params["W1"].shape, params["b2"].shape[0]
    net = owner.FullyConnectedNet([hidden], D, C, reg=reg)
    net.params = params
    return net


def trained(net, params):
    """Return the parameters of a network after training, seen to be finite and of the right shapes."""
    return assert_arrays("params", net.params, {name: value.shape for name, value in params.items()})


def accuracy(params, X, y):
    """Return the share of images that a network with one hidden layer gets right."""
    hidden = np.maximum(0.0, X @ params["W1"] + params["b1"])
    return float(np.mean(np.argmax(hidden @ params["W2"] + params["b2"], axis=1) == y))


# The mechanics


@pytest.mark.check("train", points=1)
@pytest.mark.parametrize(
    ("N", "batch_size", "num_epochs", "steps"),
    [(10, 4, 2, 6), (6, 3, 1, 2), (5, 8, 3, 3)],
    ids=["short last batch", "equal batches", "batch larger than the data"],
)
def test_number_of_losses(student, rng, N, batch_size, num_epochs, steps):
    """Training returns the loss of every step."""
    X, y = small_data(rng, N)
    losses = student.train(deep_net(student, parameters(rng)), X, y, num_epochs, batch_size, 0.1, rng)
    assert_true(np.isfinite(assert_numbers("losses", losses, steps, hint=LENGTHS)).all(), "losses are not finite.")


@pytest.mark.check("train", points=2)
@pytest.mark.parametrize("reg", [0.0, 0.5])
def test_one_full_batch_step(student, reference, rng, reg):
    """One step moves every parameter against its gradient, and returns the loss before it."""
    (X, y), params = small_data(rng), parameters(rng)
    net = deep_net(student, params, reg)
    losses = student.train(net, X, y, 1, len(y), 0.3, rng)
    loss, grads = deep_net(reference, params, reg).loss(X, y)
    assert_close("losses[0]", assert_numbers("losses", losses, 1, hint=LENGTHS)[0], loss)
    for name, got in trained(net, params).items():
        assert_close(f"params[{name!r}]", got, params[name] - 0.3 * grads[name])


@pytest.mark.check("train", points=1)
def test_several_full_batch_steps(student, reference, rng):
    """Several epochs follow the path of gradient descent."""
    (X, y), params = small_data(rng), parameters(rng)
    net, theirs = deep_net(student, params), deep_net(reference, params)
    losses = student.train(net, X, y, 4, len(y), 0.3, rng)
    expected = reference.train(theirs, X, y, 4, len(y), 0.3, rng)
    assert_close("losses", assert_numbers("losses", losses, 4, hint=LENGTHS), np.array(expected))
    for name, got in trained(net, params).items():
        assert_close(f"params[{name!r}]", got, theirs.params[name])


@pytest.mark.check("train", points=2)
def test_every_sample_once_an_epoch(student, reference, rng):
    """Every epoch uses each sample once, in a new random order."""
    (X, y), params = small_data(rng, 12), parameters(rng)
    # With a learning rate of 0 nothing moves: the loss of a batch of one tells which sample it was.
    losses = student.train(deep_net(student, params), X, y, 2, 1, 0.0, rng)
    epochs = assert_numbers("losses", losses, 24, hint=LENGTHS).reshape(2, 12)
    theirs = deep_net(reference, params)
    alone = np.array([theirs.loss(X[i : i + 1], y[i : i + 1])[0] for i in range(12)])
    for seen in epochs:
        right = np.allclose(np.sort(seen), np.sort(alone), rtol=1e-4, atol=1e-4)
        hint = "An epoch is one round through all the samples, with the parameters that are in the model."
        assert_true(right, "The losses of an epoch are not those of each sample once.", hint=hint)
    hint = "The order is new in every epoch. Where is it drawn?"
    assert_true(not np.allclose(epochs[0], alone), "The samples come in the order in which they lie.", hint=hint)
    assert_true(not np.allclose(epochs[0], epochs[1]), "Two epochs have the same order of samples.", hint=hint)


@pytest.mark.check("train", points=1)
def test_randomness_of_training(student, rng):
    """The same generator gives the same training, another one another."""
    (X, y), params, seed = small_data(rng, 12), parameters(rng), int(rng.integers(2**31))
    results = []
    for s in (seed, seed, seed + 1):
        net = student.TwoLayerNet(4, 6, 3)
        net.params = params
        student.train(net, X, y, 2, 5, 0.2, np.random.default_rng(s))
        results.append(trained(net, params)["W1"])
    hint = "Give rng to iterate_minibatches, and draw from nothing else."
    assert_true(np.allclose(results[0], results[1]), "The same generator led to different parameters.", hint=hint)
    assert_true(not np.allclose(results[0], results[2]), "Different generators led to the same parameters.", hint=hint)


@pytest.mark.check("train", points=1)
def test_loss_falls(student, reference, rng):
    """The loss falls while a small network trains on a few samples."""
    (X, y), params = small_data(rng, 12), parameters(rng)
    net = deep_net(student, params)
    student.train(net, X, y, 30, 4, 0.1, rng)
    # By the parameters: the losses that come back are only what a hand-in says of itself.
    before, _ = deep_net(reference, params).loss(X, y)
    after, _ = deep_net(reference, trained(net, params)).loss(X, y)
    hint = "Do the new values arrive in model.params, and do they move against the gradient?"
    assert_true(after < 0.95 * before, "The loss does not fall.", hint=hint)


# Before training in earnest


@pytest.mark.check("FullyConnectedNet", points=1)
def test_initial_loss(student, data, rng):
    """With small weights the loss of ten classes of digits starts at that of guessing."""
    digits = images(data, DIGITS, rng)
    net = student.FullyConnectedNet([HIDDEN], digits.X_train.shape[1], CLASSES, weight_scale=1e-2, rng=rng)
    hint = "Guessing one of C classes costs ln C. Are the weights small, the biases zero, the scores not yet squashed?"
    losses = []
    for rows in (slice(100), slice(100, 200)):
        loss, _ = unpack(LOSS, net.loss(digits.X_train[rows], digits.y_train[rows]))
        losses.append(float(assert_array("loss", loss, ())))
        near = abs(losses[-1] - np.log(CLASSES)) <= 0.05 * np.log(CLASSES)
        assert_true(near, "The initial loss is not within 5 % of that of guessing.", hint=hint)
    assert_true(losses[0] != losses[1], "The loss does not depend on the images.")


@pytest.mark.check("train", points=2, replay=False)
def test_tiny_batch(student, data, rng, show):
    """The network learns forty digits by heart."""
    known = images(data, DIGITS, rng)
    tiny = known._replace(X_train=known.X_train[:40], y_train=known.y_train[:40])
    lesson = learn(student, TINY, tiny, rng)
    judge(lesson, "accuracy on the forty digits it learnt", TINY, tiny.X_train, tiny.y_train, show)


# In earnest


@pytest.mark.check("train", points=5, replay=False)
def test_digits(student, reference, data, rng, show, reference_curves):
    """Your network, trained by your own loop, reads digits it has never seen."""
    known = images(data, DIGITS, rng)
    show(reference_curve(reference, DIGITS, known, reference_curves))
    name = "accuracy on held-out digits"
    judge(median_lesson(student, DIGITS, known, rng), name, DIGITS, known.X_test, known.y_test, show)


@pytest.mark.check("train", points=3, replay=False)
def test_mnist(student, reference, data, rng, show, reference_curves):
    """Your network, trained by your own loop, reads MNIST images it has never seen."""
    known = images(data, MNIST, rng)
    show(reference_curve(reference, MNIST, known, reference_curves))
    name = "accuracy on held-out MNIST images"
    judge(median_lesson(student, MNIST, known, rng), name, MNIST, known.X_test, known.y_test, show)


class Lesson(NamedTuple):
    """What came of training: the student's network, and the losses, none where they cannot be read."""

    net: object
    losses: np.ndarray
    shapes: dict[str, tuple[int, ...]]


def learn(owner, task, known, rng):
    """Train a network of the student's or the reference's by its own loop."""
    D = known.X_train.shape[1]
    net = owner.FullyConnectedNet([HIDDEN], D, CLASSES, weight_scale=task.weight_scale, rng=rng)
    epochs, batch_size, learning_rate = task.num_epochs, task.batch_size, task.learning_rate
    returned = owner.train(net, known.X_train, known.y_train, epochs, batch_size, learning_rate, rng)
    return Lesson(net, readable(returned), shapes_of(D, HIDDEN, CLASSES))


def median_lesson(student, task, known, rng):
    """Train with three seeds and return the lesson of median accuracy; two are enough where both reach the goal.

    Accuracy differs by a point or two between seeds, and one seed in twenty ends badly though the code is right.
    """
    lessons = []
    while len(lessons) < 3:
        lesson = learn(student, task, known, np.random.default_rng(rng.integers(2**63)))
        try:
            params = assert_arrays("params", lesson.net.params, lesson.shapes)
        except CheckFailed:
            return lesson
        lessons.append((accuracy(params, known.X_test, known.y_test), lesson))
        if len(lessons) == 2 and min(reached for reached, _ in lessons) >= task.full:
            break
    lessons.sort(key=lambda pair: pair[0])
    return lessons[(len(lessons) - 1) // 2][1]


def readable(returned):
    """Return the losses, or none: how they are kept is judged elsewhere, here what was learnt counts."""
    try:
        return assert_numbers("losses", returned)
    except CheckFailed:
        return np.empty(0)


def judge(lesson, name, task, X, y, show):
    """Show loss and accuracy, and award points for the accuracy; where some are missing, say how the loss went."""
    if np.isfinite(lesson.losses[:1]).any():
        show(curve("loss", lesson.losses))
    try:
        reached = accuracy(assert_arrays("params", lesson.net.params, lesson.shapes), X, y)
        show(Measure(name=name, value=reached, full=task.full, none=task.none))
        assert_at_least(name, reached, full=task.full, none=task.none)
    except CheckFailed as failure:
        summary = " ".join(filter(None, (failure.evidence.summary, seen_in(lesson.losses))))
        # The measure is shown already.
        evidence = msgspec.structs.replace(failure.evidence, summary=summary, measures=())
        raise CheckFailed(evidence, failure.diagnosis, failure.fraction) from None


def reference_curve(reference, task, known, cached):
    """Return the reference's losses on the same task, trained once a session."""
    if task.file not in cached:
        lesson = learn(reference, task, known, np.random.default_rng(0))
        cached[task.file] = curve("reference loss", lesson.losses)
    return cached[task.file]


def curve(name, losses):
    """Return the losses averaged over neighbouring steps, at most 200 points, up to where they end in NaN."""
    finite = losses[: np.argmin(np.isfinite(losses))] if not np.isfinite(losses).all() else losses
    pieces = np.array_split(finite, max(1, min(CURVE_POINTS, finite.size)))
    ends = np.cumsum([piece.size for piece in pieces])
    return Curve(name=name, x=tuple(map(float, ends)), y=tuple(float(piece.mean()) for piece in pieces))


def seen_in(losses):
    """Say in a sentence how the loss went, or nothing where there is none."""
    if losses.size < 2:
        return ""
    if not np.isfinite(losses).all():
        first = int(np.argmin(np.isfinite(losses)))
        return f"The loss is NaN or infinite from step {first + 1} of {losses.size} on."
    tenth = max(1, losses.size // 10)
    start, end, guessing = losses[:tenth].mean(), losses[-tenth:].mean(), np.log(CLASSES)
    if start <= 0:
        return "The loss is zero or negative from the start."
    if abs(losses - guessing).max() < 0.1 * guessing and abs(end - guessing) < 0.03 * guessing:
        return "The loss stays where guessing leaves it, at the logarithm of the number of classes."
    if end > 1.05 * start:
        return "The loss rises while the network trains."
    if end > 0.9 * start:
        return "The loss hardly falls while the network trains."
    return f"The loss falls to {100 * end / start:.0f} % of where it began."
