"""Hidden checks of training: the mechanics on small data, then images that the student never saw.

Held-out images and their labels stay on this side: the student's code trains and hands its parameters back, and
they are judged here. For each submission the labels are renamed and the pixels reordered by a secret
permutation, which is all the same to a network that learns and fatal to weights that were brought along.
"""

from types import SimpleNamespace
from typing import NamedTuple

import numpy as np
import pytest

from grader.checking import assert_close, assert_true, training, unpack
from grader.checking.examination import Course, examine, relu_layers
from grader.checking.properties import assert_array, assert_arrays, assert_numbers
from grader.checking.training import Goal

LOSS = SimpleNamespace(name="loss(X, y)", returns=("loss", "grads"))
CLASSES = 10
LENGTHS = "One loss for each step, in every epoch; the last, shorter batch of an epoch is a step too."


class Task(NamedTuple):
    """Images to learn, and how."""

    file: str
    heldout: str
    weight_scale: float
    num_epochs: int
    batch_size: int
    learning_rate: float
    goal: Goal


# A plain NumPy solution reaches a median of .969 on the digits and .927 on the MNIST images.
DIGITS = Task("digits.npz", "digits_test.npz", 0.15, 40, 32, 0.1, Goal("accuracy on held-out digits", 0.93, 0.60))
MNIST = Task(
    "mnist5k.npz", "mnist5k_test.npz", 0.05, 15, 32, 0.2, Goal("accuracy on held-out MNIST images", 0.90, 0.50)
)
TINY = DIGITS._replace(num_epochs=80, batch_size=10, goal=Goal("accuracy on the forty digits it learnt", 0.99, 0.60))
HIDDEN = 64


class Images(NamedTuple):
    """Images as input of a network, with their labels."""

    X_train: np.ndarray
    y_train: np.ndarray
    X_test: np.ndarray
    y_test: np.ndarray
    pixels: np.ndarray  # (D,) where each pixel came from
    names: np.ndarray  # (C,) the label that each class was given


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
        pixels,
        names,
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


def answers(params, X):
    """Return the class that a network with one hidden layer gives to each image."""
    (hidden,) = relu_layers(params, X)
    return np.argmax(hidden @ params["W2"] + params["b2"], axis=1)


# The mechanics


@pytest.mark.check("train", points=1)
@pytest.mark.parametrize(
    ("N", "batch_size", "num_epochs", "steps"),
    [(10, 4, 2, 6), (6, 3, 1, 2), (5, 8, 3, 3)],
    ids=["short last batch", "equal batches", "batch larger than the data"],
)
def test_number_of_losses(student, reference, rng, N, batch_size, num_epochs, steps):
    """Training returns the loss of every step."""
    (X, y), params = small_data(rng, N), parameters(rng)
    # With a learning rate of 0 nothing moves: an epoch's losses, weighed by their batches, make that of all samples.
    losses = student.train(deep_net(student, params), X, y, num_epochs, batch_size, 0.0, rng)
    epochs = assert_numbers("losses", losses, steps, hint=LENGTHS).reshape(num_epochs, -1)
    sizes = np.diff([*range(0, N, batch_size), N])
    whole, _ = deep_net(reference, params).loss(X, y)
    assert_close("the mean loss of each epoch", epochs @ sizes / N, np.full(num_epochs, whole))


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
def test_tiny_batch(student, reference, data, rng, show):
    """The network learns forty digits by heart."""
    known = images(data, DIGITS, rng)
    X, y = known.X_train[:40], known.y_train[:40]
    forty = known._replace(X_train=X, y_train=y, X_test=X, y_test=y)
    lesson = learn(student, TINY, forty, rng)
    course = course_of(reference, TINY, forty)
    training.judge(lesson, TINY.goal, show, guessing=course.guessing, findings=lambda lesson: examine(lesson, course))


# In earnest


@pytest.mark.check("train", points=5, replay=False)
def test_digits(student, reference, data, rng, show, reference_curves):
    """Your network, trained by your own loop, reads digits it has never seen."""
    judge(student, reference, DIGITS, images(data, DIGITS, rng), rng, show, reference_curves)


@pytest.mark.check("train", points=3, replay=False)
def test_mnist(student, reference, data, rng, show, reference_curves):
    """Your network, trained by your own loop, reads MNIST images it has never seen."""
    judge(student, reference, MNIST, images(data, MNIST, rng), rng, show, reference_curves)


def learn(owner, task, known, rng):
    """Train a network of the student's or the reference's by its own loop."""
    D = known.X_train.shape[1]
    net = owner.FullyConnectedNet([HIDDEN], D, CLASSES, weight_scale=task.weight_scale, rng=rng)
    shapes = shapes_of(D, HIDDEN, CLASSES)
    before = training.parameters_of(net, shapes)
    epochs, batch_size, learning_rate = task.num_epochs, task.batch_size, task.learning_rate
    returned = owner.train(net, known.X_train, known.y_train, epochs, batch_size, learning_rate, rng)

    def accuracy(params):
        return float(np.mean(answers(params, known.X_test) == known.y_test))

    return training.measured(net, training.readable_losses(returned), shapes, accuracy, before)


def course_of(reference, task, known):
    """Return what the training doctor is to know."""
    return Course(
        network=lambda: reference.FullyConnectedNet([HIDDEN], known.X_train.shape[1], CLASSES),
        samples=(known.X_train, known.y_train),
        guessing=float(np.log(CLASSES)),
        epochs=task.num_epochs,
        batch_size=task.batch_size,
        hidden=lambda params, samples: relu_layers(params, samples[0]),
        answer=lambda params, samples: answers(params, samples[0]),
        unseen=(known.X_test, known.y_test),
        classes=CLASSES,
    )


def judge(student, reference, task, known, rng, show, cached):
    """Train on images, show what was learnt beside the reference's losses, and award points for the accuracy."""
    if task.file not in cached:
        lesson = learn(reference, task, known, np.random.default_rng(0))
        cached[task.file] = training.curve("reference loss", lesson.losses)
    show(cached[task.file])
    lesson = training.median_of_seeds(lambda own: learn(student, task, known, own), task.goal.full, rng)
    if lesson.after is not None:
        show(*pictures_of(lesson.after, known))
    course = course_of(reference, task, known)
    training.judge(lesson, task.goal, show, guessing=course.guessing, findings=lambda lesson: examine(lesson, course))


def pictures_of(params, known):
    """Yield what was answered to held-out images, and the weights of the first layer as pictures."""
    counts = training.counts_of(answers(params, known.X_test), known.y_test, CLASSES)
    yield training.confusion("held-out images", counts, known.names)
    weights = np.empty_like(params["W1"])
    weights[known.pixels] = params["W1"]
    side = int(np.sqrt(len(weights)))
    yield training.pictures("weights of the first layer", weights.T.reshape(-1, side, side))
