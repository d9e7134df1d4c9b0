"""Wrong solutions of the numbers inside a network: the reference with a small edit each."""

from grader.misconceptions import Misconception

NORM = "float(np.sqrt(np.sum(gradient**2)))"
DEAD = "outputs = np.concatenate(batches, axis=0)\n    dead = np.all(outputs == 0.0, axis=0)\n"

MISCONCEPTIONS = (
    Misconception(
        name="grad-norm-squared",
        part="grad_norms",
        edits=((NORM, "float(np.sum(gradient**2))"),),
        hint="By which factor does a norm grow when the gradient is doubled?",
    ),
    Misconception(
        name="grad-norm-mean-not-sum",
        part="grad_norms",
        edits=((NORM, "float(np.sqrt(np.mean(gradient**2)))"),),
        hint="The length of a vector grows with the number of its entries. Does yours?",
    ),
    Misconception(
        name="grad-norm-sum-of-magnitudes",
        part="grad_norms",
        edits=((NORM, "float(np.sum(np.abs(gradient)))"),),
        hint="Which norm does the formula describe: what is squared, and what is the root taken of?",
    ),
    Misconception(
        name="grad-norm-largest-entry",
        part="grad_norms",
        edits=((NORM, "float(np.max(np.abs(gradient)))"),),
        hint="How many entries count?",
    ),
    Misconception(
        name="grad-norm-joint",
        part="grad_norms",
        edits=((NORM, "float(np.sqrt(sum(np.sum(g**2) for g in grads.values())))"),),
        hint="Each gradient has a norm of its own: which gradients enter yours?",
    ),
    Misconception(
        name="grad-norm-spectral",
        part="grad_norms",
        edits=((NORM, "float(np.linalg.norm(gradient, 2))"),),
        hint="What does this function compute for a matrix? The gradient is seen as one long vector.",
    ),
    # Ratios
    Misconception(
        name="ratio-inverted",
        part="update_ratio",
        edits=(("moved / max(length, 1e-8)", "length / max(moved, 1e-8)"),),
        hint="A healthy ratio is about 0.001: which of the two norms is the smaller one?",
    ),
    Misconception(
        name="ratio-not-guarded",
        part="update_ratio",
        edits=(("max(length, 1e-8)", "np.float64(length)"),),
        hint="Biases start at zero. What is divided by then?",
    ),
    Misconception(
        name="ratio-of-squares",
        part="update_ratio",
        edits=(("moved / max(length, 1e-8)", "(moved / max(length, 1e-8)) ** 2"),),
        hint="By which factor does the ratio grow when the update is doubled?",
    ),
    Misconception(
        name="ratio-beside-the-new-parameter",
        part="update_ratio",
        edits=(("np.sum(value**2)", "np.sum((value + updates[name]) ** 2)"),),
        hint="With which parameter is the update compared: the one before the step, or the one after it?",
    ),
    Misconception(
        name="ratio-of-largest-entries",
        part="update_ratio",
        edits=(
            ("np.sqrt(np.sum(value**2))", "np.max(np.abs(value))"),
            ("np.sqrt(np.sum(updates[name] ** 2))", "np.max(np.abs(updates[name]))"),
        ),
        hint="How many entries count in a norm?",
    ),
    Misconception(
        name="ratio-mean-of-entries",
        part="update_ratio",
        edits=(
            ("moved / max(length, 1e-8)", "float(np.mean(np.abs(updates[name]) / np.maximum(np.abs(value), 1e-8)))"),
        ),
        hint="Is it the ratio of two norms, or the mean of the ratios of all entries?",
    ),
    # Dead units
    Misconception(
        name="dead-fraction-per-batch-only",
        part="dead_relu_fraction",
        edits=((DEAD, "dead = [np.mean(np.all(outputs == 0.0, axis=0)) for outputs in batches]\n"),),
        hint="A unit may be silent for one batch and speak up for the next. Which batches decide?",
    ),
    Misconception(
        name="dead-fraction-last-batch-only",
        part="dead_relu_fraction",
        edits=(("np.concatenate(batches, axis=0)", "batches[-1]"),),
        hint="A unit may be silent for one batch and speak up for another. Which batches do you look at?",
    ),
    Misconception(
        name="dead-fraction-counts-zeros",
        part="dead_relu_fraction",
        edits=(("dead = np.all(outputs == 0.0, axis=0)", "dead = outputs == 0.0"),),
        hint="Are you counting units, or zeros?",
    ),
    Misconception(
        name="dead-fraction-silent-once",
        part="dead_relu_fraction",
        edits=(("np.all(", "np.any("),),
        hint="Is a unit dead that is zero for one sample?",
    ),
    Misconception(
        name="dead-fraction-of-samples",
        part="dead_relu_fraction",
        edits=(("== 0.0, axis=0)", "== 0.0, axis=1)"),),
        hint="Along which axis do the samples lie, and along which the units?",
    ),
    Misconception(
        name="dead-fraction-counts-the-living",
        part="dead_relu_fraction",
        edits=(("np.mean(dead)", "1.0 - np.mean(dead)"),),
        hint="Is it the share of the dead or of the living?",
    ),
    Misconception(
        name="dead-fraction-is-a-count",
        part="dead_relu_fraction",
        edits=(("np.mean(dead)", "np.sum(dead)"),),
        hint="A share lies between 0 and 1.",
    ),
    # Statistics
    Misconception(
        name="stats-variance-for-std",
        part="activation_stats",
        edits=(("np.std(layer)", "np.var(layer)"),),
        hint="Which of the two has the units of the activations: the variance, or its root?",
    ),
    Misconception(
        name="stats-std-per-unit-averaged",
        part="activation_stats",
        edits=(("np.std(layer)", "np.mean(np.std(layer, axis=0))"),),
        hint="The deviation is taken over all entries of a layer: from which mean do yours differ?",
    ),
    Misconception(
        name="stats-std-unbiased",
        part="activation_stats",
        edits=(("np.std(layer)", "np.std(layer, ddof=1)"),),
        hint="By what is the sum of the squares divided, according to the docstring?",
    ),
    Misconception(
        name="stats-root-of-mean-square",
        part="activation_stats",
        edits=(("np.std(layer)", "np.sqrt(np.mean(layer**2))"),),
        hint="The deviation is that from the mean. Where is the mean taken away?",
    ),
    Misconception(
        name="stats-zeros-include-negative",
        part="activation_stats",
        edits=(("layer == 0.0", "layer <= 0.0"),),
        hint="Tanh gives negative numbers. Are they zeros?",
    ),
    Misconception(
        name="stats-zeros-counted",
        part="activation_stats",
        edits=(("np.mean(layer == 0.0)", "np.sum(layer == 0.0)"),),
        hint="A share lies between 0 and 1.",
    ),
    Misconception(
        name="stats-share-of-nonzero",
        part="activation_stats",
        edits=(("layer == 0.0", "layer != 0.0"),),
        hint="Is it the share of the zeros or of the others?",
    ),
    Misconception(
        name="stats-mean-of-the-active",
        part="activation_stats",
        edits=(("np.mean(layer) for", "np.sum(layer) / max(1, np.count_nonzero(layer)) for"),),
        hint="Do the zeros belong to the mean?",
    ),
)
