"""Hidden checks of the character model: what it reads and guesses, its loss, its samples, its training loop."""

from types import SimpleNamespace

import numpy as np
import pytest

from grader.checking import assert_close, assert_matches, assert_network_gradients, assert_true, unpack
from grader.checking.properties import assert_array, assert_arrays, assert_numbers

LOSS = SimpleNamespace(name="loss(x, y, mask)", returns=("loss", "grads"))
LENGTHS = "One loss for each step, in every epoch; the last, shorter batch of an epoch is a step too."
CELLS = pytest.mark.parametrize("cell_type", ["rnn", "lstm"])

# Samples, steps, words, length of an embedding, hidden units.
SIZES = pytest.mark.parametrize(
    ("N", "T", "V", "E", "H"),
    [(2, 4, 6, 3, 5), (1, 3, 5, 2, 4), (3, 1, 4, 2, 5)],
    ids=["sizes all different", "batch of one", "one step"],
)


def shapes_of(cell_type, V, E, H):
    """Return the shapes of the parameters by name."""
    G = 4 * H if cell_type == "lstm" else H
    return {"W_embed": (V, E), "Wx": (E, G), "Wh": (H, G), "b": (G,), "W_vocab": (H, V), "b_vocab": (V,)}


def filled(rng, shapes, gain=1.0):
    """Return parameters, biases other than zero, under which the state matters and nothing is certain."""
    return {
        name: rng.normal(scale=gain / np.sqrt(shape[0]) if name[0] == "W" else 0.4, size=shape)
        for name, shape in shapes.items()
    } | {"W_embed": rng.normal(size=shapes["W_embed"])}


def guesses(rng, N, T, V):
    """Return words read, words to guess, and a mask under which some guesses do not count."""
    mask = np.ones((N, T), dtype=bool)
    if T > 1:
        mask[rng.integers(N), T - 1] = False
    return rng.integers(V, size=(N, T)), rng.integers(V, size=(N, T)), mask


def padded_words(rng, N, L, V, null=0):
    """Return sequences of words other than null, padded with it; the first one has no padding."""
    others = np.array([word for word in range(V) if word != null])
    words = rng.choice(others, size=(N, L))
    ends = rng.integers(2, L + 1, size=N)
    ends[0] = L
    words[np.arange(L) >= ends[:, None]] = null
    return words


def model_of(owner, cell_type, params):
    """Return a model of the student's or the reference's with the given parameters."""
    (V, E), H = params["W_embed"].shape, params["Wh"].shape[0]
    model = owner.CharRNN(V, E, H, cell_type=cell_type)
    model.params = params
    return model


class Masked:
    """A model whose loss takes no mask, as assert_network_gradients wants it."""

    def __init__(self, model, mask):
        object.__setattr__(self, "_model", model)
        object.__setattr__(self, "_mask", mask)

    def __setattr__(self, name, value):
        setattr(self._model, name, value)

    def loss(self, X, y):
        return self._model.loss(X, y, self._mask)


# Inputs and targets


@pytest.mark.check("inputs_and_targets", points=2)
@pytest.mark.parametrize(
    ("N", "L", "V", "null"),
    [(3, 5, 7, 0), (1, 6, 5, 0), (4, 2, 6, 0), (4, 4, 4, 0), (2, 5, 7, 3)],
    ids=["names", "a single name", "names of two words", "sizes all equal", "another word for padding"],
)
def test_inputs_and_targets(student, reference, rng, N, L, V, null):
    """The targets are the inputs one step later, and padding is not guessed."""
    words = padded_words(rng, N, L, V, null)
    # A first word may be null too: whether a guess counts depends on what is guessed.
    words[-1, 0] = null
    assert_matches(student.inputs_and_targets, reference.inputs_and_targets, words, null)


@pytest.mark.check("inputs_and_targets", points=0.5)
def test_padding_is_zero_by_default(student, reference, rng):
    """The word 0 stands for padding unless another is given."""
    assert_matches(student.inputs_and_targets, reference.inputs_and_targets, padded_words(rng, 3, 6, 5))


# The model: parameters


@pytest.mark.check("CharRNN", points=1)
@CELLS
def test_initial_parameters(student, rng, cell_type):
    """The character model starts with parameters of the right names and shapes, and with biases of zero."""
    V, E, H = 7, 3, 5
    model = student.CharRNN(V, E, H, cell_type=cell_type, rng=rng)
    params = assert_arrays("params", model.params, shapes_of(cell_type, V, E, H))
    for name, value in params.items():
        if name.startswith("b"):
            assert_close(f"params[{name!r}]", value, np.zeros(value.shape))
        else:
            assert_true(np.any(value), f"params[{name!r}] is zero everywhere.", hint="Weights start at random.")


@pytest.mark.check("CharRNN", points=1)
@CELLS
def test_initial_scale(student, rng, cell_type):
    """The weights of the character model are normal with the standard deviations asked for."""
    V, E, H = 90, 40, 60
    model = student.CharRNN(V, E, H, cell_type=cell_type, rng=rng)
    params = assert_arrays("params", model.params, shapes_of(cell_type, V, E, H))
    for name, inputs in (("W_embed", 1), ("Wx", E), ("Wh", H), ("W_vocab", H)):
        assert_drawn(name, params[name] * np.sqrt(inputs))


def assert_drawn(name, drawn):
    """Require what looks like standard normal numbers."""
    hint = "The docstring gives the standard deviation of each array; all are normal with mean zero."
    # Over 2,400 draws: standard errors of 2.1 % (mean), 1.5 % (spread) and 0.5 % (share beyond two spreads).
    assert_true(0.9 < drawn.std() < 1.1, f"The spread of params[{name!r}] is not that of the docstring.", hint=hint)
    assert_true(abs(drawn.mean()) < 0.12, f"params[{name!r}] is not centred on zero.", hint=hint)
    beyond = float(np.mean(np.abs(drawn) > 2.0))
    assert_true(0.02 < beyond < 0.075, f"params[{name!r}] is not normally distributed.", hint=hint)


@pytest.mark.check("CharRNN", points=0.5)
def test_initial_randomness(student, rng):
    """All the randomness of a new character model comes from the generator that is given."""
    seed, shapes = int(rng.integers(2**31)), shapes_of("rnn", 7, 3, 5)
    models = (student.CharRNN(7, 3, 5, rng=np.random.default_rng(s)) for s in (seed, seed, seed + 1))
    first, again, other = (assert_arrays("params", model.params, shapes) for model in models)
    hint = "Draw from rng, and from nothing else."
    for name in (name for name in shapes if name.startswith("W")):
        same = np.array_equal(first[name], again[name])
        assert_true(same, f"The same generator gave different values of params[{name!r}].", hint=hint)
        differs = not np.array_equal(first[name], other[name])
        assert_true(differs, f"Different generators gave the same params[{name!r}].", hint=hint)


# The model: loss and gradients


@pytest.mark.check("CharRNN", points=2)
@CELLS
@SIZES
def test_model_loss(student, reference, rng, N, T, V, E, H, cell_type):
    """The loss of the character model is that of its guesses, step by step."""
    params = filled(rng, shapes_of(cell_type, V, E, H))
    x, y, mask = guesses(rng, N, T, V)
    loss, _ = unpack(LOSS, model_of(student, cell_type, params).loss(x, y, mask))
    assert_close("loss", loss, model_of(reference, cell_type, params).loss(x, y, mask)[0])


@pytest.mark.check("CharRNN", points=3)
@CELLS
@SIZES
def test_model_gradients(student, reference, rng, N, T, V, E, H, cell_type):
    """The character model returns the gradient of its loss for every parameter."""
    params = filled(rng, shapes_of(cell_type, V, E, H))
    x, y, mask = guesses(rng, N, T, V)
    ours, theirs = (Masked(model_of(owner, cell_type, params), mask) for owner in (student, reference))
    assert_network_gradients(ours, theirs, params, x, y, rng=rng, part="CharRNN")


# The model: samples


def log_probabilities(params, cell_type, x, temperature=1.0):
    """Return the logarithm of the probability of each word at each step.

    Args:
        params: of a character model.
        cell_type: "rnn" or "lstm".
        x: (N, T) integers, the words read.
        temperature: float above 0.

    Returns:
        (N, T, V) float64.
    """
    H = params["Wh"].shape[0]
    h = c = np.zeros((x.shape[0], H))
    steps = []
    for t in range(x.shape[1]):
        a = params["W_embed"][x[:, t]] @ params["Wx"] + h @ params["Wh"] + params["b"]
        if cell_type == "lstm":
            i, f, o = (0.5 + 0.5 * np.tanh(0.5 * a[:, k * H : (k + 1) * H]) for k in range(3))
            c = f * c + i * np.tanh(a[:, 3 * H :])
            h = o * np.tanh(c)
        else:
            h = np.tanh(a)
        scores = (h @ params["W_vocab"] + params["b_vocab"]) / temperature
        shifted = scores - scores.max(axis=1, keepdims=True)
        steps.append(shifted - np.log(np.exp(shifted).sum(axis=1, keepdims=True)))
    return np.stack(steps, axis=1)


def sampled(model, start, max_length, **options):
    """Return the student's samples, (N, max_length) integers, and seen to be words of the model.

    Some put the word given first, and one word less after it: then the words that follow are returned, (N,
    max_length - 1).
    """
    V = options.pop("V")
    words = assert_array("words", model.sample(start, max_length, **options), (len(start), max_length))
    hint = "Words are integers, from 0 to the number of words less one."
    assert_true(np.all((words == np.round(words)) & (words >= 0) & (words < V)), "words are no words.", hint=hint)
    words = words.astype(np.int64)
    return words[:, 1:] if np.array_equal(words[:, 0], start) else words


def greedy_task(rng, cell_type, N, max_length):
    """Return parameters, first words and the likeliest words that follow; every choice is a clear one."""
    V = 7
    while True:
        params = filled(rng, shapes_of(cell_type, V, 3, 8), gain=1.6)
        start = 1 + rng.permutation(V - 1)[:N]
        read = start[:, None]
        for _ in range(max_length):
            log_probs = log_probabilities(params, cell_type, read)
            read = np.concatenate([read, log_probs[:, -1].argmax(axis=1)[:, None]], axis=1)
        likeliest = np.sort(log_probs, axis=2)
        clear = (likeliest[:, :, -1] - likeliest[:, :, -2]).min() > 1e-2
        expected = read[:, 1:]
        # Rows that differ, words that change, and no sequence that begins with the word that was given.
        varied = len(np.unique(expected, axis=0)) == N and (
            max_length < 4 or (np.diff(expected) != 0).any(axis=1).all()
        )
        if clear and varied and np.all(expected[:, 0] != start) and np.all(expected[:, 0] != 0):
            return params, start, expected


@pytest.mark.check("CharRNN", points=3)
@CELLS
@pytest.mark.parametrize(
    ("N", "max_length"), [(4, 6), (1, 5), (3, 2)], ids=["several rows", "a single row", "two words"]
)
def test_greedy_samples(student, rng, N, max_length, cell_type):
    """At temperature 0 the model goes on with the likeliest word, in each row by itself."""
    params, start, expected = greedy_task(rng, cell_type, N, max_length)
    words = sampled(model_of(student, cell_type, params), start, max_length, temperature=0.0, rng=rng, V=7)
    assert_close("words", words, expected[:, : words.shape[1]])


ROWS = 2000


@pytest.mark.check("CharRNN", points=3)
@pytest.mark.parametrize(
    ("cell_type", "temperature"),
    [("rnn", 1.0), ("rnn", 0.5), ("lstm", 1.0), ("lstm", 2.0)],
    ids=["rnn", "rnn, low temperature", "lstm", "lstm, high temperature"],
)
def test_frequencies_of_samples(student, rng, cell_type, temperature):
    """Words are drawn with the probabilities of the softmax at the temperature given.

    How often does right code fail? With K possible results and n independent draws, the frequencies are further than
    d away from the probabilities (sum of absolute differences) with a probability of at most 2**K * exp(-n * d**2 / 2)
    (Bretagnolle, Huber and Carol; van der Vaart and Wellner, Weak Convergence, A.6.6). Here the results are pairs of
    successive words, K = 16, and n = 2,000: at d = 0.18 that is 65536 * exp(-32.4), or 6e-10, and twice that for both
    first words; over all four cases less than 1e-8. How the draws are made is of no account.
    """
    V, max_length = 4, 3
    params = contrasting(rng, cell_type, V)
    start = np.repeat([1, 3], ROWS)
    words = sampled(model_of(student, cell_type, params), start, max_length, temperature=temperature, rng=rng, V=V)
    hint = "Compare the share of each word with softmax(scores / temperature), and check what the next step reads."
    for first in (1, 3):
        pairs = words[start == first][:, :2]
        frequencies = np.zeros((V, V))
        np.add.at(frequencies, (pairs[:, 0], pairs[:, 1]), 1.0 / ROWS)
        distance = float(np.abs(frequencies - pair_probabilities(params, cell_type, first, temperature)).sum())
        assert_true(distance < 0.18, "words do not have the probabilities they should have.", hint=hint)


def contrasting(rng, cell_type, V):
    """Return parameters under which words are neither certain nor equally likely, and the first word matters later."""
    while True:
        params = filled(rng, shapes_of(cell_type, V, 3, 6), gain=2.0)
        largest = [pair_probabilities(params, cell_type, first, 1.0).sum(axis=1).max() for first in (1, 3)]
        if min(largest) > 0.45 and max(largest) < 0.8:
            return params


def pair_probabilities(params, cell_type, first, temperature):
    """Return the probability of each pair of words that follow the first one, (V, V) float64."""
    V = params["b_vocab"].size
    read = np.stack([np.full(V, first), np.arange(V)], axis=1)
    log_probs = log_probabilities(params, cell_type, read, temperature)
    return np.exp(log_probs[0, 0][:, None] + log_probs[:, 1])


@pytest.mark.check("CharRNN", points=0.5)
def test_randomness_of_samples(student, rng):
    """The same generator gives the same samples, another one others."""
    params, seed = filled(rng, shapes_of("rnn", 6, 3, 5)), int(rng.integers(2**31))
    model, start = model_of(student, "rnn", params), np.full(20, 1)
    first, again, other = (
        sampled(model, start, 8, temperature=1.0, rng=np.random.default_rng(s), V=6) for s in (seed, seed, seed + 1)
    )
    hint = "Draw from rng, and from nothing else."
    assert_true(np.array_equal(first, again), "The same generator led to different words.", hint=hint)
    # 140 words that are the same by chance: less than 1e-20.
    assert_true(not np.array_equal(first, other), "Different generators led to the same words.", hint=hint)


# The training loop


def small_task(rng, N=10, L=5):
    """Return names of few words, and the parameters of a small model."""
    return padded_words(rng, N, L, 7), filled(rng, shapes_of("rnn", 7, 3, 4))


def train(owner, params, words, rng, *, num_epochs=1, batch_size=4, learning_rate=0.01, max_norm=1e3, cell_type="rnn"):
    """Train a model of the student's or the reference's; return the losses and the model."""
    model = model_of(owner, cell_type, params)
    return owner.train_char_model(model, words, num_epochs, batch_size, learning_rate, max_norm, rng), model


def assert_trained(model, expected):
    got = assert_arrays("params", model.params, {name: value.shape for name, value in expected.items()})
    for name, want in expected.items():
        assert_close(f"params[{name!r}]", got[name], want)


@pytest.mark.check("train_char_model", points=1)
@pytest.mark.parametrize(
    ("N", "batch_size", "num_epochs", "steps"),
    [(10, 4, 2, 6), (6, 3, 1, 2), (5, 8, 3, 3)],
    ids=["short last batch", "equal batches", "batch larger than the data"],
)
def test_number_of_losses(student, rng, N, batch_size, num_epochs, steps):
    """Training the character model returns the loss of every step."""
    words, params = small_task(rng, N)
    losses, _ = train(student, params, words, rng, num_epochs=num_epochs, batch_size=batch_size)
    assert_true(np.isfinite(assert_numbers("losses", losses, steps, hint=LENGTHS)).all(), "losses are not finite.")


@pytest.mark.check("train_char_model", points=3)
@pytest.mark.parametrize(
    ("num_epochs", "max_norm"), [(1, 1e3), (5, 1e3), (5, 0.4)], ids=["one step", "several steps", "clipped steps"]
)
def test_full_batch_steps(student, reference, rng, num_epochs, max_norm):
    """Steps on all the names follow Adam on clipped gradients, and each loss is that before its step."""
    words, params = small_task(rng)
    settings = {"num_epochs": num_epochs, "batch_size": len(words), "max_norm": max_norm, "learning_rate": 0.05}
    losses, model = train(student, params, words, rng, **settings)
    expected, theirs = train(reference, params, words, rng, **settings)
    got = assert_numbers("losses", losses, num_epochs, hint=LENGTHS)
    # Wide enough for float32 inside: Adam makes much of small gradients.
    assert_close("losses", got, np.array(expected), rtol=1e-4, atol=1e-4)
    assert_trained(model, theirs.params)


@pytest.mark.check("train_char_model", points=2)
def test_every_name_once_an_epoch(student, reference, rng):
    """Every epoch uses each name once, in a new random order."""
    words, params = small_task(rng, 12)
    # With a learning rate of 0 nothing moves: the loss of a batch of one tells which name it was.
    losses, _ = train(student, params, words, rng, num_epochs=2, batch_size=1, learning_rate=0.0)
    epochs = assert_numbers("losses", losses, 24, hint=LENGTHS).reshape(2, 12)
    model = model_of(reference, "rnn", params)
    alone = np.array([model.loss(*reference.inputs_and_targets(words[i : i + 1]))[0] for i in range(12)])
    for seen in epochs:
        right = np.allclose(np.sort(seen), np.sort(alone), rtol=1e-4, atol=1e-4)
        hint = "An epoch is one round through all the names, with the parameters that are in the model."
        assert_true(right, "The losses of an epoch are not those of each name once.", hint=hint)
    hint = "The order is new in every epoch. Where is it drawn?"
    assert_true(not np.allclose(epochs[0], alone), "The names come in the order in which they lie.", hint=hint)
    assert_true(not np.allclose(epochs[0], epochs[1]), "Two epochs have the same order of names.", hint=hint)
