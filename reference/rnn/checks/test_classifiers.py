"""Hidden checks of the classifier of sequences: the last state, its loss, its training loop."""

from types import SimpleNamespace

import numpy as np
import pytest

from grader.checking import (
    assert_close,
    assert_gradients,
    assert_matches,
    assert_network_gradients,
    assert_true,
    unpack,
)
from grader.checking.properties import assert_arrays, assert_numbers

LOSS = SimpleNamespace(name="loss(X, lengths, y)", returns=("loss", "grads"))
LENGTHS = "One loss for each step, in every epoch; the last, shorter batch of an epoch is a step too."
CELLS = pytest.mark.parametrize("cell_type", ["rnn", "lstm"])

# Samples, steps, units: no two equal; a batch of one; one step; all equal.
STATES = pytest.mark.parametrize(
    ("N", "T", "H"),
    [(5, 4, 3), (1, 4, 3), (3, 1, 2), (2, 6, 1), (4, 4, 4)],
    ids=["sizes all different", "batch of one", "one step", "one unit", "sizes all equal"],
)
# Samples, steps, features, hidden units, classes, steps that are padding in every sample.
SIZES = pytest.mark.parametrize(
    ("N", "T", "D", "H", "C", "spare"),
    [(6, 4, 2, 5, 3, 0), (1, 3, 4, 2, 5, 1), (5, 1, 3, 4, 2, 0), (4, 6, 3, 5, 2, 2)],
    ids=["sizes all different", "batch of one", "one step", "all samples padded"],
)


def lengths_of(rng, N, T):
    """Return lengths from 1 to T, with 1, T and one between where there is room."""
    lengths = rng.integers(1, T + 1, size=N)
    known = [1, T, max(1, T - 1)] if N > 2 else [max(1, T - 1), T]
    lengths[: len(known[:N])] = rng.permutation(known)[:N] if N > 1 else known[0]
    return lengths


def shapes_of(cell_type, D, H, C):
    """Return the shapes of the parameters by name."""
    G = 4 * H if cell_type == "lstm" else H
    return {"Wx": (D, G), "Wh": (H, G), "b": (G,), "W_out": (H, C), "b_out": (C,)}


def filled(rng, shapes):
    """Return parameters, biases other than zero, under which the state matters and nothing is certain."""
    return {
        name: rng.normal(scale=1.0 / np.sqrt(shape[0]) if name[0] == "W" else 0.4, size=shape)
        for name, shape in shapes.items()
    }


def batch(rng, N, T, D, C, spare=0):
    """Return sequences, numbers in place of padding, lengths up to T - spare, and labels, two classes at least."""
    y = rng.integers(C, size=N)
    y[:2] = rng.permutation(C)[: min(N, 2)]
    return rng.normal(size=(N, T, D)), lengths_of(rng, N, T - spare), y


def model_of(owner, cell_type, params):
    """Return a classifier of the student's or the reference's with the given parameters."""
    D, (H, C) = params["Wx"].shape[0], params["W_out"].shape
    model = owner.SequenceClassifier(D, H, C, cell_type=cell_type)
    model.params = params
    return model


class OfLengths:
    """A classifier whose loss takes no lengths, as assert_network_gradients wants it."""

    def __init__(self, model, lengths):
        object.__setattr__(self, "_model", model)
        object.__setattr__(self, "_lengths", lengths)

    def __setattr__(self, name, value):
        setattr(self._model, name, value)

    def loss(self, X, y):
        return self._model.loss(X, self._lengths, y)


# The last state


@pytest.mark.check("last_state_forward", points=1)
@STATES
def test_last_states(student, reference, rng, N, T, H):
    """Each sequence is represented by the state at its own last step."""
    assert_matches(
        student.last_state_forward, reference.last_state_forward, rng.normal(size=(N, T, H)), lengths_of(rng, N, T)
    )


@pytest.mark.check("last_state_backward", points=2)
@STATES
def test_last_state_gradient(student, rng, N, T, H):
    """The gradient goes to the last step of each sequence, and nowhere else."""
    inputs = {"h": rng.normal(size=(N, T, H)), "lengths": lengths_of(rng, N, T)}
    assert_gradients(student.last_state_forward, student.last_state_backward, inputs, rng=rng)


# The classifier


@pytest.mark.check("SequenceClassifier", points=1)
@CELLS
def test_initial_parameters(student, rng, cell_type):
    """The classifier starts with parameters of the right names and shapes, and with biases of zero."""
    D, H, C = 3, 5, 4
    model = student.SequenceClassifier(D, H, C, cell_type=cell_type, rng=rng)
    params = assert_arrays("params", model.params, shapes_of(cell_type, D, H, C))
    for name, value in params.items():
        if name.startswith("b"):
            assert_close(f"params[{name!r}]", value, np.zeros(value.shape))
        else:
            assert_true(np.any(value), f"params[{name!r}] is zero everywhere.", hint="Weights start at random.")


@pytest.mark.check("SequenceClassifier", points=1)
@CELLS
def test_initial_scale(student, rng, cell_type):
    """The weights of the classifier are normal with the standard deviations asked for."""
    D, H, C = 40, 60, 50
    model = student.SequenceClassifier(D, H, C, cell_type=cell_type, rng=rng)
    params = assert_arrays("params", model.params, shapes_of(cell_type, D, H, C))
    hint = "The docstring gives the standard deviation of each array; all are normal with mean zero."
    for name, inputs in (("Wx", D), ("Wh", H), ("W_out", H)):
        drawn = params[name] * np.sqrt(inputs)
        # Over 2,400 draws: standard errors of 2.1 % (mean), 1.5 % (spread) and 0.5 % (share beyond two spreads).
        assert_true(0.9 < drawn.std() < 1.1, f"The spread of params[{name!r}] is not that of the docstring.", hint=hint)
        assert_true(abs(drawn.mean()) < 0.12, f"params[{name!r}] is not centred on zero.", hint=hint)
        beyond = float(np.mean(np.abs(drawn) > 2.0))
        assert_true(0.02 < beyond < 0.075, f"params[{name!r}] is not normally distributed.", hint=hint)


@pytest.mark.check("SequenceClassifier", points=0.5)
def test_initial_randomness(student, rng):
    """All the randomness of a new classifier comes from the generator that is given."""
    seed, shapes = int(rng.integers(2**31)), shapes_of("rnn", 3, 5, 4)
    models = (student.SequenceClassifier(3, 5, 4, rng=np.random.default_rng(s)) for s in (seed, seed, seed + 1))
    first, again, other = (assert_arrays("params", model.params, shapes) for model in models)
    hint = "Draw from rng, and from nothing else."
    for name in (name for name in shapes if name.startswith("W")):
        same = np.array_equal(first[name], again[name])
        assert_true(same, f"The same generator gave different values of params[{name!r}].", hint=hint)
        differs = not np.array_equal(first[name], other[name])
        assert_true(differs, f"Different generators gave the same params[{name!r}].", hint=hint)


@pytest.mark.check("SequenceClassifier", points=2)
@CELLS
@SIZES
def test_scores(student, reference, rng, N, T, D, H, C, spare, cell_type):
    """Without labels the classifier returns the scores of each sequence, whatever stands behind its end."""
    params = filled(rng, shapes_of(cell_type, D, H, C))
    X, lengths, _ = batch(rng, N, T, D, C, spare)
    got = model_of(student, cell_type, params).loss(X, lengths)
    assert_close("scores", got, model_of(reference, cell_type, params).loss(X, lengths))


@pytest.mark.check("SequenceClassifier", points=2)
@CELLS
@SIZES
def test_loss(student, reference, rng, N, T, D, H, C, spare, cell_type):
    """The loss of the classifier is the mean softmax loss of its scores."""
    params = filled(rng, shapes_of(cell_type, D, H, C))
    X, lengths, y = batch(rng, N, T, D, C, spare)
    loss, _ = unpack(LOSS, model_of(student, cell_type, params).loss(X, lengths, y))
    assert_close("loss", loss, model_of(reference, cell_type, params).loss(X, lengths, y)[0])


@pytest.mark.check("SequenceClassifier", points=3)
@CELLS
@SIZES
def test_gradients(student, reference, rng, N, T, D, H, C, spare, cell_type):
    """The classifier returns the gradient of its loss for every parameter."""
    params = filled(rng, shapes_of(cell_type, D, H, C))
    X, lengths, y = batch(rng, N, T, D, C, spare)
    ours, theirs = (OfLengths(model_of(owner, cell_type, params), lengths) for owner in (student, reference))
    assert_network_gradients(ours, theirs, params, X, y, rng=rng, part="SequenceClassifier")


# The training loop


def small_task(rng, N=10):
    """Return sequences, lengths and labels, and the parameters of a small classifier."""
    return batch(rng, N, 5, 3, 4), filled(rng, shapes_of("rnn", 3, 6, 4))


def train(owner, params, samples, rng, *, num_epochs=1, batch_size=4, learning_rate=0.01, max_norm=1e3):
    """Train a classifier of the student's or the reference's; return the losses and the classifier."""
    model = model_of(owner, "rnn", params)
    losses = owner.train_classifier(model, *samples, num_epochs, batch_size, learning_rate, max_norm, rng)
    return losses, model


@pytest.mark.check("train_classifier", points=1)
@pytest.mark.parametrize(
    ("N", "batch_size", "num_epochs", "steps"),
    [(10, 4, 2, 6), (6, 3, 1, 2), (5, 8, 3, 3)],
    ids=["short last batch", "equal batches", "batch larger than the data"],
)
def test_number_of_losses(student, rng, N, batch_size, num_epochs, steps):
    """Training the classifier returns the loss of every step."""
    samples, params = small_task(rng, N)
    losses, _ = train(student, params, samples, rng, num_epochs=num_epochs, batch_size=batch_size)
    assert_true(np.isfinite(assert_numbers("losses", losses, steps, hint=LENGTHS)).all(), "losses are not finite.")


@pytest.mark.check("train_classifier", points=3)
@pytest.mark.parametrize(
    ("num_epochs", "max_norm"), [(1, 1e3), (5, 1e3), (5, 0.1)], ids=["one step", "several steps", "clipped steps"]
)
def test_full_batch_steps(student, reference, rng, num_epochs, max_norm):
    """Steps on all the sequences follow Adam on clipped gradients, and each loss is that before its step."""
    samples, params = small_task(rng)
    settings = {"num_epochs": num_epochs, "batch_size": 10, "max_norm": max_norm, "learning_rate": 0.05}
    losses, model = train(student, params, samples, rng, **settings)
    expected, theirs = train(reference, params, samples, rng, **settings)
    # Wide enough for float32 inside: Adam makes much of small gradients.
    got = assert_numbers("losses", losses, num_epochs, hint=LENGTHS)
    assert_close("losses", got, np.array(expected), rtol=1e-4, atol=1e-4)
    trained = assert_arrays("params", model.params, {name: value.shape for name, value in params.items()})
    for name, want in theirs.params.items():
        assert_close(f"params[{name!r}]", trained[name], want)


@pytest.mark.check("train_classifier", points=2)
def test_every_sequence_once_an_epoch(student, reference, rng):
    """Every epoch uses each sequence once, with its own length and label, in a new random order."""
    (X, lengths, y), params = small_task(rng, 12)
    # With a learning rate of 0 nothing moves: the loss of a batch of one tells which sequence it was.
    losses, _ = train(student, params, (X, lengths, y), rng, num_epochs=2, batch_size=1, learning_rate=0.0)
    epochs = assert_numbers("losses", losses, 24, hint=LENGTHS).reshape(2, 12)
    model = model_of(reference, "rnn", params)
    alone = np.array([model.loss(X[i : i + 1], lengths[i : i + 1], y[i : i + 1])[0] for i in range(12)])
    for seen in epochs:
        right = np.allclose(np.sort(seen), np.sort(alone), rtol=1e-4, atol=1e-4)
        hint = "An epoch is one round through all the sequences, each with its own length and label."
        assert_true(right, "The losses of an epoch are not those of each sequence once.", hint=hint)
    hint = "The order is new in every epoch. Where is it drawn?"
    assert_true(not np.allclose(epochs[0], alone), "The sequences come in the order in which they lie.", hint=hint)
    assert_true(not np.allclose(epochs[0], epochs[1]), "Two epochs have the same order of sequences.", hint=hint)
