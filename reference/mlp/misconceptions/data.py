"""Wrong solutions of labels, accuracy and minibatches: the reference with a small edit each."""

from grader.misconceptions import Misconception

MISCONCEPTIONS = (
    Misconception(
        name="one-hot-off-by-one",
        part="one_hot",
        edits=(("[np.arange(y.shape[0]), y]", "[np.arange(y.shape[0]), y - 1]"),),
        hint="Is the first class 0 or 1?",
    ),
    Misconception(
        name="one-hot-transposed",
        part="one_hot",
        edits=(
            ("(y.shape[0], num_classes)", "(num_classes, y.shape[0])"),
            ("[np.arange(y.shape[0]), y]", "[y, np.arange(y.shape[0])]"),
        ),
        hint="The first axis is the batch: one row a sample.",
    ),
    Misconception(
        name="one-hot-whole-columns",
        part="one_hot",
        edits=(("[np.arange(y.shape[0]), y]", "[:, y]"),),
        hint="How many ones should a row have? Which entries does your index select?",
    ),
    Misconception(
        name="one-hot-classes-from-labels",
        part="one_hot",
        edits=(("(y.shape[0], num_classes)", "(y.shape[0], np.max(y) + 1)"),),
        hint="What if the last class does not occur in this batch?",
    ),
    Misconception(
        name="accuracy-argmax-over-batch",
        part="accuracy",
        edits=(("axis=1", "axis=0"),),
        hint="Over which axis is the largest score taken? There is one prediction a sample.",
    ),
    Misconception(
        name="accuracy-counts",
        part="accuracy",
        edits=(("np.mean(predicted == y)", "np.sum(predicted == y)"),),
        hint="How many are right, or what share of them is?",
    ),
    Misconception(
        name="accuracy-in-percent",
        part="accuracy",
        edits=(("np.mean(predicted == y)", "100.0 * np.mean(predicted == y)"),),
        hint="The docstring asks for a number from 0 to 1.",
    ),
    Misconception(
        name="accuracy-is-error-rate",
        part="accuracy",
        edits=(("predicted == y", "predicted != y"),),
        hint="Is it the share of the right or of the wrong predictions?",
    ),
    Misconception(
        name="minibatch-x-y-shuffled-apart",
        part="iterate_minibatches",
        edits=(("    order = rng", "    X, y = rng.permutation(X), rng.permutation(y)\n    order = rng"),),
        hint="After shuffling, does every sample still have its own label?",
    ),
    Misconception(
        name="minibatch-labels-not-shuffled",
        part="iterate_minibatches",
        edits=(("y[chosen]", "y[start : start + batch_size]"),),
        hint="The samples come in a new order. Do the labels come in the same one?",
    ),
    Misconception(
        name="minibatch-drops-last",
        part="iterate_minibatches",
        edits=(("range(0, X.shape[0], batch_size)", "range(0, X.shape[0] - batch_size + 1, batch_size)"),),
        hint="Do the last samples ever get their turn?",
    ),
    Misconception(
        name="minibatch-without-shuffle",
        part="iterate_minibatches",
        edits=(("rng.permutation(X.shape[0])", "np.arange(X.shape[0])"),),
        hint="Is the order of the samples new in every epoch?",
    ),
    Misconception(
        name="minibatch-same-order-every-epoch",
        part="iterate_minibatches",
        edits=(("rng.permutation", "np.random.default_rng(0).permutation"),),
        hint="Is the order of the samples new in every epoch? The generator that was given is to be used.",
    ),
    Misconception(
        name="minibatch-with-replacement",
        part="iterate_minibatches",
        edits=(("rng.permutation(X.shape[0])", "rng.integers(X.shape[0], size=X.shape[0])"),),
        hint="Drawn like this, a sample may come twice and another not at all.",
    ),
)
