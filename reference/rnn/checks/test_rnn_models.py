"""Public checks of losses over time, clipping and models: run them with ``pytest`` or ``grader check rnn.py``."""

from types import SimpleNamespace

import numpy as np
import pytest

from grader.checking import (
    assert_close,
    assert_gradients,
    assert_loss_gradient,
    assert_network_gradients,
    assert_true,
    unpack,
)
from grader.checking.properties import assert_array, assert_arrays, assert_numbers

CELLS = pytest.mark.parametrize("cell_type", ["rnn", "lstm"])
LOSS = SimpleNamespace(name="loss(...)", returns=("loss", "grads"))
SCORES = np.array([[[1.0, 2.0, 3.0], [0.0, 0.0, 0.0]]])
MASK = np.array([[True, True, False], [True, False, True]])


# Layers and losses over time


@pytest.mark.check("temporal_affine_forward", points=0.5)
def test_affine_on_known_numbers(student):
    """The affine layer at every step gives the numbers worked out in the text."""
    x, w, b = np.array([[[1.0], [2.0]]]), np.array([[3.0]]), np.array([10.0])
    out, _ = unpack(student.temporal_affine_forward, student.temporal_affine_forward(x, w, b))
    assert_close("out", out, [[[13.0], [16.0]]])


@pytest.mark.check("temporal_affine_backward", points=0.5)
def test_affine_gradients_agree_with_differences(student, rng):
    """The gradients of the affine layer at every step agree with differences of your own forward."""
    inputs = {"x": rng.normal(size=(2, 3, 4)), "w": rng.normal(size=(4, 5)), "b": rng.normal(size=5)}
    assert_gradients(student.temporal_affine_forward, student.temporal_affine_backward, inputs, rng=rng)


@pytest.mark.check("temporal_softmax_loss", points=0.5)
def test_loss_on_known_numbers(student):
    """The loss over time is that worked out in the text, with and without the second step."""
    part, y = student.temporal_softmax_loss, np.array([[2, 0]])
    for second, expected in ((True, 1.50621825311), (False, 0.40760596444)):
        loss, _ = unpack(part, part(SCORES, y, np.array([[True, second]])))
        assert_close("loss", loss, expected)


@pytest.mark.check("temporal_softmax_loss", points=0.5)
def test_loss_gradient_agrees_with_differences(student, rng):
    """The gradient of the loss over time agrees with differences of your own loss."""
    inputs = {"x": rng.normal(size=(2, 3, 4)), "y": np.array([[3, 0, 1], [2, 2, 0]]), "mask": MASK}
    assert_loss_gradient(student.temporal_softmax_loss, inputs, rng=rng, wrt="x")


@pytest.mark.check("perplexity", points=0.5)
def test_perplexity_on_known_numbers(student):
    """The perplexity is that worked out in the text, and the number of words where all are equally likely."""
    assert_close("perplexity", student.perplexity(1.50621825311, np.array([[True, True]])), 2.12360940183, rtol=1e-4)
    # Four words that count, of two samples, each guessed among five.
    assert_close("perplexity", student.perplexity(2.0 * float(np.log(5.0)), MASK), 5.0)


# Clipping and truncation


@pytest.mark.check("clip_gradients", points=0.5)
@pytest.mark.parametrize(("max_norm", "scale"), [(1.0, 0.2), (10.0, 1.0)], ids=["too long", "short enough"])
def test_clipping_on_known_numbers(student, max_norm, scale):
    """The gradients 3 and 4 have the norm 5 and are shortened where the limit is below it."""
    grads = {"W": np.array([[3.0]]), "b": np.array([4.0])}
    clipped, norm = unpack(student.clip_gradients, student.clip_gradients(grads, max_norm))
    for name, got in assert_arrays("clipped", clipped, {"W": (1, 1), "b": (1,)}).items():
        assert_close(f"clipped[{name!r}]", got, scale * grads[name])
    assert_close("norm", norm, 5.0)


@pytest.mark.check("truncated_bptt", points=0.5)
def test_chunks_on_known_numbers(student):
    """With chunks of one step, each step is differentiated on its own, with the state before it carried in."""
    one = np.ones((1, 1))
    inputs = np.zeros((1, 2, 1)), np.full((1, 1), 0.5), one, one, np.zeros(1), np.ones((1, 2, 1)), 1
    h, dWx, dWh, db = unpack(student.truncated_bptt, student.truncated_bptt(*inputs))
    first, second = np.tanh(0.5), np.tanh(np.tanh(0.5))
    assert_close("h", h, [[[first], [second]]])
    assert_close("dWx", dWx, [[0.0]])
    assert_close("dWh", dWh, [[0.5 * (1.0 - first**2) + first * (1.0 - second**2)]])
    assert_close("db", db, [2.0 - first**2 - second**2])


@pytest.mark.check("truncated_bptt", points=0.5)
def test_one_chunk_agrees_with_differences(student, rng):
    """With a single chunk the gradients agree with differences of your own states."""
    x, h0, dh = rng.normal(size=(2, 4, 3)), rng.normal(size=(2, 5)), rng.normal(size=(2, 4, 5))
    weights = {"Wx": rng.normal(size=(3, 5)), "Wh": 0.5 * rng.normal(size=(5, 5)), "b": rng.normal(size=5)}
    part = student.truncated_bptt

    def forward(Wx, Wh, b):
        return unpack(part, part(x, h0, Wx, Wh, b, dh, 4))[0], (Wx, Wh, b)

    def backward(dout, cache):
        return unpack(part, part(x, h0, *cache, dout, 4))[1:]

    assert_gradients(
        Named(part.name, ("h", "cache"), forward),
        Named(part.name, ("dWx", "dWh", "db"), backward),
        weights,
        rng=rng,
    )


class Named:
    """A function that looks like a part of the student's."""

    counterpart = None

    def __init__(self, name, returns, function):
        self.name, self.returns, self._function = name, returns, function

    def __call__(self, *args):
        return self._function(*args)


# The character model


@pytest.mark.check("inputs_and_targets", points=0.5)
def test_pairs_on_known_words(student):
    """The name "ada" has the inputs, targets and mask given in the text."""
    part = student.inputs_and_targets
    x, y, mask = unpack(part, part(np.array([[1, 3, 6, 3, 2, 0, 0]])))
    assert_close("x", x, [[1, 3, 6, 3, 2, 0]])
    assert_close("y", y, [[3, 6, 3, 2, 0, 0]])
    assert_close("mask", mask, [[1, 1, 1, 1, 0, 0]])


def char_params(rng, cell_type, V=6, E=3, H=4):
    G = 4 * H if cell_type == "lstm" else H
    shapes = {"W_embed": (V, E), "Wx": (E, G), "Wh": (H, G), "b": (G,), "W_vocab": (H, V), "b_vocab": (V,)}
    return {name: 0.7 * rng.normal(size=shape) for name, shape in shapes.items()}


def char_model(student, params, cell_type="rnn"):
    model = student.CharRNN(*params["W_embed"].shape, params["Wh"].shape[0], cell_type=cell_type)
    model.params = params
    return model


class Given:
    """A model whose loss takes samples and labels only, as assert_network_gradients wants it."""

    def __init__(self, model, loss):
        object.__setattr__(self, "_model", model)
        object.__setattr__(self, "loss", loss)

    def __setattr__(self, name, value):
        setattr(self._model, name, value)


@pytest.mark.check("CharRNN", points=1)
@CELLS
def test_new_model(student, rng, cell_type):
    """A new character model has the parameters of the docstring."""
    model = student.CharRNN(6, 3, 4, cell_type=cell_type, rng=rng)
    shapes = {name: value.shape for name, value in char_params(rng, cell_type).items()}
    params = assert_arrays("params", model.params, shapes)
    assert_close("params['b']", params["b"], np.zeros(shapes["b"]))


@pytest.mark.check("CharRNN", points=0.5)
@CELLS
def test_loss_of_guessing(student, rng, cell_type):
    """Where the last layer is zero the model guesses: each word that counts costs ln V."""
    params = char_params(rng, cell_type)
    params["W_vocab"], params["b_vocab"] = np.zeros((4, 6)), np.zeros(6)
    loss, _ = unpack(
        LOSS, char_model(student, params, cell_type).loss(np.ones((2, 3), int), np.ones((2, 3), int), MASK)
    )
    assert_close("loss", loss, 2.0 * np.log(6.0))


@pytest.mark.check("CharRNN", points=1)
@CELLS
def test_model_gradients_agree_with_differences(student, rng, cell_type):
    """The gradients of the character model agree with differences of its own loss."""
    params = char_params(rng, cell_type)
    x, y = np.array([[1, 3, 4], [1, 5, 5]]), np.array([[3, 4, 2], [5, 5, 0]])
    model = char_model(student, params, cell_type)
    given = Given(model, lambda X, y: model.loss(X, y, MASK))
    assert_network_gradients(given, None, params, x, y, rng=rng, part="CharRNN")


@pytest.mark.check("CharRNN", points=1)
@CELLS
def test_greedy_samples_count_up(student, cell_type):
    """A model that always foresees the next number counts up from the word it is given."""
    V = 5
    params = char_params(np.random.default_rng(0), cell_type, V, V, V)
    gates = np.zeros((V, 4 * V)) if cell_type == "lstm" else np.zeros((V, V))
    params.update(W_embed=20.0 * np.eye(V), Wx=gates.copy(), Wh=gates, b=np.zeros(gates.shape[1]))
    params["Wx"][:, -V:] = np.eye(V)
    params.update(W_vocab=20.0 * np.roll(np.eye(V), 1, axis=1), b_vocab=np.zeros(V))
    if cell_type == "lstm":
        # The forget gate is shut, the others are open: the state holds the last word read.
        params["b"] = np.concatenate([np.full(V, 20.0), np.full(V, -20.0), np.full(V, 20.0), np.zeros(V)])
    words = char_model(student, params, cell_type).sample(np.array([1, 3]), 4, temperature=0.0)
    words = assert_array("words", words, (2, 4))
    # Some put the word given first.
    expected = np.array([[2, 3, 4, 0], [4, 0, 1, 2]])
    if np.array_equal(words[:, 0], [1, 3]):
        words, expected = words[:, 1:], expected[:, :3]
    assert_close("words", words, expected)


@pytest.mark.check("CharRNN", points=0.5)
def test_frequencies_of_two_words(student, rng):
    """Scores 0 and ln 3 mean that the second word is drawn three times as often."""
    params = char_params(rng, "rnn", V=2)
    params["W_vocab"], params["b_vocab"] = np.zeros((4, 2)), np.array([0.0, np.log(3.0)])
    words = char_model(student, params).sample(np.zeros(2000, int), 2, temperature=1.0, rng=rng)
    share = float(assert_array("words", words, (2000, 2))[:, 1].mean())
    # Hoeffding: further off than 0.07 with a probability of at most 2 * exp(-2 * 2000 * 0.07**2), 6e-9.
    assert_true(abs(share - 0.75) < 0.07, "The second word is not drawn in three of four cases.", detail=f"{share}")


@pytest.mark.check("train_char_model", points=1)
def test_character_model_learns_two_names(student, rng):
    """The character model learns two names by heart."""
    words = np.array([[1, 3, 4, 5, 2, 0], [1, 4, 3, 2, 0, 0]])
    model = student.CharRNN(6, 4, 16, rng=rng)
    losses = assert_numbers("losses", student.train_char_model(model, words, 150, 2, 0.02, 5.0, rng), 150)
    # The first letter is a guess among two: the loss cannot fall below ln 2.
    assert_true(losses[-1] < 0.9, "The loss does not fall to that of a guess among two names.", detail=f"{losses[-1]}")


# Classifiers


@pytest.mark.check("last_state_forward", points=0.5)
def test_last_states_on_known_numbers(student):
    """The last states are those worked out in the text."""
    h = np.array([[[1.0], [2.0], [3.0]], [[4.0], [5.0], [6.0]]])
    out, _ = unpack(student.last_state_forward, student.last_state_forward(h, np.array([3, 1])))
    assert_close("out", out, [[3.0], [4.0]])


@pytest.mark.check("last_state_backward", points=0.5)
def test_last_state_gradient_agrees_with_differences(student, rng):
    """The gradient of the last states agrees with differences of your own forward."""
    inputs = {"h": rng.normal(size=(3, 4, 2)), "lengths": np.array([4, 1, 3])}
    assert_gradients(student.last_state_forward, student.last_state_backward, inputs, rng=rng)


def classifier_params(rng, cell_type):
    D, H, C = 3, 5, 4
    G = 4 * H if cell_type == "lstm" else H
    shapes = {"Wx": (D, G), "Wh": (H, G), "b": (G,), "W_out": (H, C), "b_out": (C,)}
    return {name: 0.7 * rng.normal(size=shape) for name, shape in shapes.items()}


@pytest.mark.check("SequenceClassifier", points=1)
@CELLS
def test_new_classifier(student, rng, cell_type):
    """A new classifier has the parameters of the docstring."""
    model = student.SequenceClassifier(3, 5, 4, cell_type=cell_type, rng=rng)
    shapes = {name: value.shape for name, value in classifier_params(rng, cell_type).items()}
    params = assert_arrays("params", model.params, shapes)
    assert_close("params['b']", params["b"], np.zeros(shapes["b"]))


@pytest.mark.check("SequenceClassifier", points=0.5)
@CELLS
def test_padding_changes_nothing(student, rng, cell_type):
    """What stands behind the end of a sequence does not change its scores."""
    model = student.SequenceClassifier(3, 5, 4, cell_type=cell_type)
    model.params = classifier_params(rng, cell_type)
    X, lengths = rng.normal(size=(2, 4, 3)), np.array([2, 3])
    other = X.copy()
    other[0, 2:], other[1, 3:] = 7.0, -7.0
    scores = assert_array("scores", model.loss(X, lengths), (2, 4))
    assert_close("scores", model.loss(other, lengths), scores)
    assert_true(np.ptp(scores) > 1e-6, "All scores are the same.")


@pytest.mark.check("SequenceClassifier", points=1)
@CELLS
def test_classifier_gradients_agree_with_differences(student, rng, cell_type):
    """The gradients of the classifier agree with differences of its own loss."""
    model, params = student.SequenceClassifier(3, 5, 4, cell_type=cell_type), classifier_params(rng, cell_type)
    X, lengths, y = rng.normal(size=(3, 4, 3)), np.array([4, 1, 3]), np.array([2, 0, 3])
    given = Given(model, lambda X, y: model.loss(X, lengths, y))
    assert_network_gradients(given, None, params, X, y, rng=rng, part="SequenceClassifier")


@pytest.mark.check("train_classifier", points=1)
def test_classifier_learns_a_few_sequences(student, rng):
    """The classifier learns six sequences by heart."""
    X, lengths, y = rng.normal(size=(6, 5, 3)), np.array([5, 1, 3, 2, 4, 5]), np.array([2, 0, 1, 1, 0, 2])
    model = student.SequenceClassifier(3, 16, 3, rng=rng)
    losses = student.train_classifier(model, X, lengths, y, 100, 3, 0.02, 5.0, rng)
    losses = assert_numbers("losses", losses, 200)
    assert_true(losses[-1] < 0.1, "The loss does not fall to nearly nothing.", detail=f"{losses[-1]}")
