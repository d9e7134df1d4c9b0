"""Hidden checks of labels, accuracy and minibatches."""

import numpy as np
import pytest

from grader.checking import assert_close, assert_equal, assert_matches, assert_true, fail, unpack
from grader.checking.assertions import is_several
from grader.checking.consistency import as_rows

# Labels


@pytest.mark.check("one_hot", points=1)
@pytest.mark.parametrize(
    ("labels", "num_classes"),
    [
        pytest.param([2, 0, 1, 2, 1], 3, id="a batch"),
        pytest.param([1, 0, 2, 1, 0], 6, id="last classes absent"),
        pytest.param([2], 4, id="batch of one"),
        pytest.param([3, 1, 0, 0], 4, id="as many classes as samples"),
    ],
)
def test_one_hot(student, reference, rng, labels, num_classes):
    """Each row has its one in the column of the label."""
    y = rng.permutation(labels)
    assert_matches(student.one_hot, reference.one_hot, y, num_classes)


def scored(rng, num_samples, num_classes, num_right):
    """Return scores and labels, of which exactly ``num_right`` have the largest score."""
    y = rng.integers(num_classes, size=num_samples)
    wrong = (y + rng.integers(1, num_classes, size=num_samples)) % num_classes
    winners = np.where(rng.permutation(num_samples) < num_right, y, wrong)
    scores = rng.normal(size=(num_samples, num_classes)) - 5.0
    scores[np.arange(num_samples), winners] = np.max(scores, axis=1) + 1.0
    return scores, y


@pytest.mark.check("accuracy", points=1)
@pytest.mark.parametrize(
    ("num_samples", "num_classes", "num_right"),
    [
        pytest.param(7, 4, 5, id="a batch"),
        pytest.param(5, 5, 2, id="as many classes as samples"),
        pytest.param(1, 3, 1, id="batch of one"),
        pytest.param(6, 3, 0, id="none right"),
    ],
)
def test_accuracy(student, reference, rng, num_samples, num_classes, num_right):
    """Accuracy is the share of samples whose largest score is that of the correct class."""
    scores, y = scored(rng, num_samples, num_classes, num_right)
    assert_matches(student.accuracy, reference.accuracy, scores, y)


# Minibatches

BATCHES = pytest.mark.parametrize(
    ("num_samples", "batch_size"),
    [
        pytest.param(10, 4, id="short last batch"),
        pytest.param(12, 3, id="batches that divide"),
        pytest.param(5, 8, id="one batch"),
        pytest.param(6, 1, id="batches of one"),
    ],
)


def samples(rng, num_samples):
    """Return samples that are all different and labels that tell which is which."""
    X = rng.permutation(num_samples * 6).reshape(num_samples, 2, 3).astype(np.float64)
    return X, np.arange(num_samples) + 100


def deal(student, X, y, batch_size, rng):
    """Return the student's batches as pairs of arrays, each seen to be rows of X and entries of y in number."""
    batches = student.iterate_minibatches(X, y, batch_size, rng)
    if not is_several(batches):
        kind = getattr(batches, "type_name", type(batches).__name__)
        raise fail(f"iterate_minibatches gives a {kind}, expected batches one after the other.", name="wrong-type")
    pairs = [unpack(student.iterate_minibatches, batch) for batch in batches]
    return [(as_rows("X_batch", X_batch, X), as_rows("y_batch", y_batch, y)) for X_batch, y_batch in pairs]


def dealt_labels(batches, y):
    return np.concatenate([y[:0], *(y_batch for _, y_batch in batches)])


@pytest.mark.check("iterate_minibatches", points=1)
@BATCHES
def test_every_sample_once(student, rng, num_samples, batch_size):
    """One epoch deals out every sample exactly once."""
    X, y = samples(rng, num_samples)
    batches = deal(student, X, y, batch_size, np.random.default_rng(rng.integers(2**32)))
    for name, dealt, whole in (
        ("X_batch", [row.tobytes() for X_batch, _ in batches for row in X_batch], [row.tobytes() for row in X]),
        ("y_batch", dealt_labels(batches, y).tolist(), y.tolist()),
    ):
        assert_true(
            len(set(dealt) & set(whole)) == len(whole),
            f"Some samples are in no batch: not every row of the data comes back in {name}.",
            hint="Do the last samples ever get their turn, and does every sample get one?",
        )
        assert_true(
            len(dealt) == len(whole),
            f"The batches hold more rows than the data: some come twice in {name}.",
            hint="In one epoch each sample is dealt out once.",
        )


@pytest.mark.check("iterate_minibatches", points=2)
@BATCHES
def test_pairs_are_kept(student, rng, num_samples, batch_size):
    """Every sample keeps its own label."""
    X, y = samples(rng, num_samples)
    batches = deal(student, X, y, batch_size, np.random.default_rng(rng.integers(2**32)))
    label_of = {row.tobytes(): label for row, label in zip(X, y, strict=True)}
    rows = sum(len(X_batch) for X_batch, _ in batches)
    # Whether the last, short batch comes is judged by another check.
    assert_true(rows > max(0, num_samples - batch_size), "Too few samples come.", hint="Is the yield inside the loop?")
    for X_batch, y_batch in batches:
        assert_equal("The number of rows of y_batch", len(y_batch), len(X_batch))
        assert_true(
            all(label_of.get(row.tobytes()) == label for row, label in zip(X_batch, y_batch, strict=True)),
            "Rows of X_batch and entries of y_batch do not belong together.",
            hint="After shuffling, does every sample still have its own label?",
        )


@pytest.mark.check("iterate_minibatches", points=1)
@BATCHES
def test_batch_sizes(student, rng, num_samples, batch_size):
    """Batches are full but for the last, which holds what is left."""
    X, y = samples(rng, num_samples)
    batches = deal(student, X, y, batch_size, np.random.default_rng(rng.integers(2**32)))
    full, rest = divmod(num_samples, batch_size)
    assert_close("the batch sizes", np.array([len(b) for b, _ in batches]), [batch_size] * full + [rest] * (rest > 0))


@pytest.mark.check("iterate_minibatches", points=1)
def test_order_comes_from_the_generator(student, rng):
    """The order is random, and comes from the generator that was given."""
    X, y = samples(rng, 40)
    seeds = rng.integers(2**32, size=2)
    first, second, again = (
        dealt_labels(deal(student, X, y, 16, np.random.default_rng(seed)), y) for seed in (*seeds, seeds[0])
    )
    assert_true(len(first) and not np.array_equal(first, y), "The samples are not shuffled.", hint="Draw an order.")
    assert_true(
        not np.array_equal(first, second),
        "Different generators give the same order.",
        hint="rng is the only source of randomness: which one does your order come from?",
    )
    assert_true(
        np.array_equal(first, again),
        "The same state of the generator gives different orders.",
        hint="rng is the only source of randomness: which one does your order come from?",
    )
