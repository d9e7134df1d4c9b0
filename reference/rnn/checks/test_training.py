"""Hidden checks of training in earnest: names, digits by rows and vowels that the student never saw.

What is held out stays on this side: the student's code trains and hands its parameters back, and they are judged
here. For each submission letters or labels are renamed by a secret permutation, and the features of a step reordered,
which is all the same to a network that learns and fatal to weights that were brought along.
"""

from typing import NamedTuple

import numpy as np
import pytest

from grader.checking import training
from grader.checking.examination import Course, examine
from grader.checking.training import Goal
from grader.model import Text

MAX_NORM = 5.0
START, END, FIRST_LETTER = 1, 2, 3
INVENTED, LONGEST = 6, 10


class Task(NamedTuple):
    """Sequences to learn, and how."""

    file: str
    heldout: str
    hidden: int
    num_epochs: int
    batch_size: int
    learning_rate: float
    goal: Goal


# A plain NumPy solution reaches .129 (perplexity 7.7) on the names, .964 on the digits and .957 on the vowels. A table
# of how often one letter follows another has .094 (perplexity 10.6), a table of letters .060.
NAMES = Task(
    *("names.npz", "names_test.npz", 64, 6, 64, 0.007),
    Goal("probability of a letter of held-out names (1 / perplexity)", 0.12, 0.085),
)
# Over 26 submissions the median of the seeds was never below .928 for the digits (median .956) and .877 for the
# recordings (median .926): all points are earned a good deal below, that nobody loses any by bad luck.
DIGITS = Task("digits.npz", "digits_test.npz", 64, 12, 32, 0.005, Goal("accuracy on held-out digits", 0.91, 0.60))
VOWELS = Task("vowels.npz", "vowels_test.npz", 64, 25, 32, 0.005, Goal("accuracy on held-out recordings", 0.85, 0.40))
EMBED = 16


@pytest.fixture(scope="session")
def reference_curves():
    """The reference's losses by data file: it trains on each once a session."""
    return {}


class Names(NamedTuple):
    """Names as rows of words, with the letters renamed."""

    train: np.ndarray
    test: np.ndarray
    letters: np.ndarray  # (V,) str, the sign of each word


class Sequences(NamedTuple):
    """Sequences of vectors with their labels."""

    X_train: np.ndarray
    lengths_train: np.ndarray
    y_train: np.ndarray
    X_test: np.ndarray
    lengths_test: np.ndarray
    y_test: np.ndarray
    names: np.ndarray  # (C,) the label that each class was given


def renamed_names(data, rng):
    """Return the names with the letters renamed at random; START, END and NULL keep their numbers."""
    known, heldout = data(NAMES.file), data(NAMES.heldout)
    V = len(known["alphabet"])
    new = np.concatenate([np.arange(FIRST_LETTER), FIRST_LETTER + rng.permutation(V - FIRST_LETTER)])
    letters = np.empty_like(known["alphabet"])
    letters[new] = known["alphabet"]
    return Names(new[known["train"]], new[heldout["test"]], letters)


def renamed_digits(data, rng):
    """Return the rows of the digits with labels renamed and the columns reordered at random."""
    known, heldout = data(DIGITS.file), data(DIGITS.heldout)
    columns, names = rng.permutation(8), rng.permutation(10)
    pieces = []
    for arrays, split in ((known, "train"), (heldout, "test")):
        X = arrays[f"X_{split}"].reshape(-1, 8, 8)[:, :, columns] / float(known["pixel_max"])
        pieces += [X, np.full(len(X), 8), names[arrays[f"y_{split}"]]]
    return Sequences(*pieces, names)


def renamed_vowels(data, rng):
    """Return the recordings with speakers renamed and the channels reordered at random."""
    channels, names = rng.permutation(12), rng.permutation(9)
    pieces = []
    for file, split in ((VOWELS.file, "train"), (VOWELS.heldout, "test")):
        arrays = data(file)
        X = arrays[f"X_{split}"].astype(np.float64)[:, :, channels]
        pieces += [X, arrays[f"lengths_{split}"], names[arrays[f"y_{split}"]]]
    return Sequences(*pieces, names)


# Judging parameters


def states(inputs, params, lengths):
    """Yield the states of a plain recurrent network; a sequence that has ended keeps its last one."""
    h = np.zeros((inputs.shape[0], params["Wh"].shape[0]))
    for t in range(inputs.shape[1]):
        moved = np.tanh(inputs[:, t] @ params["Wx"] + h @ params["Wh"] + params["b"])
        h = np.where((t < lengths)[:, None], moved, h)
        yield h


def answers(params, X, lengths):
    """Return the class that a classifier gives to each sequence."""
    *_, last = states(X, params, lengths)
    return np.argmax(last @ params["W_out"] + params["b_out"], axis=1)


def accuracy(params, known):
    """Return the share of held-out sequences that a classifier gets right."""
    return float(np.mean(answers(params, known.X_test, known.lengths_test) == known.y_test))


def log_probabilities(params, words):
    """Return the logarithms of the probability of each word after each of ``words``, (N, T, V)."""
    lengths = np.full(len(words), words.shape[1])
    h = np.stack(list(states(params["W_embed"][words], params, lengths)), axis=1)
    scores = h @ params["W_vocab"] + params["b_vocab"]
    shifted = scores - scores.max(axis=2, keepdims=True)
    return shifted - np.log(np.exp(shifted).sum(axis=2, keepdims=True))


def letter_probability(params, known):
    """Return the geometric mean of the probabilities of the letters of held-out names, 1 / perplexity."""
    x, y = known.test[:, :-1], known.test[:, 1:]
    right = np.take_along_axis(log_probabilities(params, x), y[:, :, None], axis=2)[:, :, 0]
    return float(np.exp(right[y != 0].mean()))


def invented(params, known, rng):
    """Return names that a model with these parameters makes up."""
    words = np.full((INVENTED, 1), START)
    for _ in range(LONGEST):
        with np.errstate(all="ignore"):
            # Whatever the parameters are, some word can be drawn.
            probabilities = np.nan_to_num(np.exp(log_probabilities(params, words)[:, -1] / 0.8)) + 1e-12
        probabilities[:, [0, START]] = 0.0
        drawn = [rng.choice(len(row), p=row / row.sum()) for row in probabilities]
        words = np.concatenate([words, np.array(drawn)[:, None]], axis=1)
    texts = ("".join(known.letters[row[1:]]) for row in words)
    return [text.split(str(known.letters[END]))[0] for text in texts]


# Training


def char_lesson(owner, known, rng):
    """Train a character model of the student's or the reference's by its own loop."""
    V = len(known.letters)
    H, E = NAMES.hidden, EMBED
    shapes = {"W_embed": (V, E), "Wx": (E, H), "Wh": (H, H), "b": (H,), "W_vocab": (H, V), "b_vocab": (V,)}
    model = owner.CharRNN(V, E, H, rng=rng)
    before = training.parameters_of(model, shapes)
    settings = NAMES.num_epochs, NAMES.batch_size, NAMES.learning_rate, MAX_NORM
    losses = training.readable_losses(owner.train_char_model(model, known.train, *settings, rng))
    return training.measured(model, losses, shapes, lambda params: letter_probability(params, known), before)


def classifier_lesson(owner, task, known, rng):
    """Train a classifier of the student's or the reference's by its own loop."""
    D, H, C = known.X_train.shape[2], task.hidden, int(known.y_train.max()) + 1
    shapes = {"Wx": (D, H), "Wh": (H, H), "b": (H,), "W_out": (H, C), "b_out": (C,)}
    model = owner.SequenceClassifier(D, H, C, rng=rng)
    before = training.parameters_of(model, shapes)
    settings = task.num_epochs, task.batch_size, task.learning_rate, MAX_NORM
    samples = known.X_train, known.lengths_train, known.y_train
    losses = training.readable_losses(owner.train_classifier(model, *samples, *settings, rng))
    return training.measured(model, losses, shapes, lambda params: accuracy(params, known), before)


# What the training doctor is to know


def char_course(reference, known):
    """Return it for the names: the loss of a name is summed over its letters."""
    V = len(known.letters)
    x, y = known.train[:, :-1], known.train[:, 1:]
    counts = y != 0

    def hidden(params, samples):
        embedded, lengths = params["W_embed"][samples[0]], samples[2].sum(axis=1)
        return (running_states(params, embedded, lengths),)

    return Course(
        network=lambda: reference.CharRNN(V, EMBED, NAMES.hidden),
        samples=(x, y, counts),
        guessing=float(np.log(V) * counts.sum(axis=1).mean()),
        epochs=NAMES.num_epochs,
        batch_size=NAMES.batch_size,
        hidden=hidden,
        bend="tanh",
    )


def classifier_course(reference, task, known):
    """Return it for sequences with labels."""
    C = len(known.names)
    return Course(
        network=lambda: reference.SequenceClassifier(known.X_train.shape[2], task.hidden, C),
        samples=(known.X_train, known.lengths_train, known.y_train),
        guessing=float(np.log(C)),
        epochs=task.num_epochs,
        batch_size=task.batch_size,
        hidden=lambda params, samples: (running_states(params, *samples[:2]),),
        bend="tanh",
        answer=lambda params, samples: answers(params, *samples[:2]),
        unseen=(known.X_test, known.lengths_test, known.y_test),
        classes=C,
    )


def running_states(params, inputs, lengths):
    """Return the states of the steps before each sequence has ended, (M, H)."""
    steps = enumerate(states(inputs, params, lengths))
    return np.concatenate([state[t < lengths] for t, state in steps])


def reference_curve(task, cached, learn):
    """Return the reference's losses on the same task, trained once a session."""
    if task.file not in cached:
        cached[task.file] = training.curve("reference loss", learn(np.random.default_rng(0)).losses)
    return cached[task.file]


@pytest.mark.check("train_char_model", points=5, replay=False)
def test_names(student, reference, data, rng, show, reference_curves):
    """Your character model, trained by your own loop, foresees the letters of names it has never seen."""
    known = renamed_names(data, rng)
    show(reference_curve(NAMES, reference_curves, lambda own: char_lesson(reference, known, own)))
    lesson = char_lesson(student, known, rng)
    if lesson.after is not None:
        show(Text(name="names that your model has invented", lines=tuple(invented(lesson.after, known, rng))))
    course = char_course(reference, known)
    training.judge(lesson, NAMES.goal, show, findings=lambda lesson: examine(lesson, course))


@pytest.mark.check("train_classifier", points=4, replay=False)
def test_digits(student, reference, data, rng, show, reference_curves):
    """Your classifier, trained by your own loop, reads digits it has never seen, row by row."""
    known = renamed_digits(data, rng)
    judge(student, reference, DIGITS, "held-out digits", known, rng, show, reference_curves)


@pytest.mark.check("train_classifier", points=4, replay=False)
def test_vowels(student, reference, data, rng, show, reference_curves):
    """Your classifier, trained by your own loop, tells speakers by recordings it has never heard."""
    known = renamed_vowels(data, rng)
    judge(student, reference, VOWELS, "held-out recordings", known, rng, show, reference_curves)


def judge(student, reference, task, name, known, rng, show, cached):
    """Train on sequences, show what was learnt beside the reference's losses, and award points for the accuracy."""
    show(reference_curve(task, cached, lambda own: classifier_lesson(reference, task, known, own)))
    lesson = training.median_of_seeds(lambda own: classifier_lesson(student, task, known, own), task.goal.full, rng)
    if lesson.after is not None:
        answered = answers(lesson.after, known.X_test, known.lengths_test)
        counts = training.counts_of(answered, known.y_test, len(known.names))
        show(training.confusion(name, counts, known.names))
    course = classifier_course(reference, task, known)
    training.judge(lesson, task.goal, show, guessing=course.guessing, findings=lambda lesson: examine(lesson, course))
