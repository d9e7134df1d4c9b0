"""Wrong solutions of the classifier of sequences: the reference with one edit each, a name and a hint."""

from grader.misconceptions import Misconception

UPDATE = "model.params[name], configs[name] = adam(model.params[name], gradient, configs[name])"
BATCHES = "iterate_minibatches(np.arange(X.shape[0]), y, batch_size, rng)"
OWN_STEP = "Each sequence ends at its own step. At which step of which sequence does your gradient stand?"
SCALE = "The docstring gives a standard deviation for each array. Which numbers does it depend on?"

LAST_STATE = (
    Misconception(
        name="last-state-ignores-lengths",
        part="last_state_forward",
        edits=(("last = lengths - 1", "last = np.full(h.shape[0], h.shape[1] - 1)"),),
        hint="What has the state in the last column read when the sequence is short?",
        affects=("last_state_backward", "SequenceClassifier", "train_classifier"),
    ),
    Misconception(
        name="last-state-off-by-one",
        part="last_state_forward",
        edits=(("last = lengths - 1", "last = np.minimum(lengths, h.shape[1] - 1)"),),
        hint="A sequence of length 1 ends at which index?",
        affects=("last_state_backward", "SequenceClassifier", "train_classifier"),
    ),
    Misconception(
        name="first-state-not-last",
        part="last_state_forward",
        edits=(("last = lengths - 1", "last = np.zeros(h.shape[0], dtype=int)"),),
        hint="Which step of a sequence has read all of it?",
        affects=("last_state_backward", "SequenceClassifier", "train_classifier"),
    ),
    Misconception(
        name="last-state-one-length-for-all",
        part="last_state_forward",
        edits=(("last = lengths - 1", "last = np.full(h.shape[0], lengths[0] - 1)"),),
        hint="Does every sample have its own last step?",
        affects=("last_state_backward", "SequenceClassifier", "train_classifier"),
    ),
    Misconception(
        name="states-averaged-not-last",
        part="last_state_forward",
        edits=(("return h[samples, last],", "return h.mean(axis=1),"),),
        hint="How many states does the result depend on, and how many should it?",
    ),
    Misconception(
        name="last-state-gradient-in-last-column",
        part="last_state_backward",
        edits=(("dh[np.arange(shape[0]), last] = dout", "dh[:, -1] = dout"),),
        hint=OWN_STEP,
    ),
    Misconception(
        name="last-state-gradient-at-every-step",
        part="last_state_backward",
        edits=(("dh[np.arange(shape[0]), last] = dout", "dh += dout[:, None]"),),
        hint="What reaches the states that did not go into the result?",
    ),
    Misconception(
        name="last-state-gradient-to-all-samples",
        part="last_state_backward",
        edits=(
            (
                "dh[np.arange(shape[0]), last] = dout",
                "for n, step in enumerate(last):\n        dh[:, step] = dout[n]",
            ),
        ),
        hint=OWN_STEP,
    ),
    Misconception(
        name="last-state-gradient-one-step-late",
        part="last_state_backward",
        edits=(("np.arange(shape[0]), last]", "np.arange(shape[0]), np.minimum(last + 1, shape[1] - 1)]"),),
        hint=OWN_STEP,
    ),
)

CLASSIFIER = (
    Misconception(
        name="classifier-lstm-branch-unfinished",
        part="SequenceClassifier",
        edits=(("h, cell_cache = lstm_forward(X, h0, Wx, Wh, b)", 'raise ValueError("cell_type lstm")'),),
        hint="What does the classifier do when its cell type is lstm? Both kinds are asked for.",
    ),
    Misconception(
        name="classifier-lstm-weights-too-narrow",
        part="SequenceClassifier",
        edits=(('width = 4 * hidden_dim if cell_type == "lstm" else hidden_dim', "width = hidden_dim"),),
        hint="How many gates does an LSTM have, and how wide must the weights be that serve all of them?",
    ),
    Misconception(
        name="classifier-ignores-lengths",
        part="SequenceClassifier",
        edits=(("last_state_forward(h, lengths)", "last_state_forward(h, np.full(X.shape[0], X.shape[1]))"),),
        hint="Does what stands behind the end of a sequence change its scores?",
    ),
    Misconception(
        name="classifier-reads-longest-of-batch",
        part="SequenceClassifier",
        edits=(("last_state_forward(h, lengths)", "last_state_forward(h, np.full_like(lengths, lengths.max()))"),),
        hint="Does the end of one sequence depend on how long the others are?",
    ),
    Misconception(
        name="classifier-gradient-missing",
        part="SequenceClassifier",
        edits=(("        return loss, grads", '        del grads["b_out"]\n        return loss, grads'),),
        hint="Every parameter that is to be trained needs its gradient. Which name is missing?",
    ),
    Misconception(
        name="classifier-recurrent-weights-not-trained",
        part="SequenceClassifier",
        edits=(("        return loss, grads", '        grads["Wh"] = np.zeros(Wh.shape)\n        return loss, grads'),),
        hint="Which of the parameters never changes in training?",
    ),
    Misconception(
        name="classifier-scores-are-probabilities",
        part="SequenceClassifier",
        edits=(
            (
                "            return scores\n",
                "            e = np.exp(scores)\n            return e / e.sum(1)[:, None]\n",
            ),
        ),
        hint="Scores are what goes into the softmax, not what comes out of it.",
    ),
    Misconception(
        name="classifier-loss-divided-by-length",
        part="SequenceClassifier",
        edits=(
            (
                "loss, dscores = softmax_loss(scores, y)",
                "loss, dscores = softmax_loss(scores, y)\n"
                "        loss, dscores = loss / X.shape[1], dscores / X.shape[1]",
            ),
        ),
        hint="There is one guess for each sequence. By what is the loss divided?",
    ),
    Misconception(
        name="classifier-weights-not-scaled",
        part="SequenceClassifier",
        edits=(
            ("width)) / math.sqrt(input_dim)", "width))"),
            ("width)) / math.sqrt(hidden_dim)", "width))"),
            ("num_classes)) / math.sqrt(hidden_dim)", "num_classes))"),
        ),
        hint=SCALE,
    ),
    Misconception(
        name="classifier-biases-not-zero",
        part="SequenceClassifier",
        edits=(
            ("np.zeros(width)", "rng.standard_normal(width)"),
            ("np.zeros(num_classes)", "rng.standard_normal(num_classes)"),
        ),
        hint="The biases of a new classifier are all the same number. Which one?",
    ),
    Misconception(
        name="classifier-fixed-seed",
        part="SequenceClassifier",
        edits=(("        # BEGIN SOLUTION\n        width", "        rng = np.random.default_rng(0)\n        width"),),
        hint="The generator is an argument. What do two classifiers made with two generators have in common?",
    ),
)

TRAINING = (
    Misconception(
        name="classifier-training-lengths-not-shuffled",
        part="train_classifier",
        edits=(("lengths[chosen]", "lengths[: len(chosen)]"),),
        hint="After shuffling, does every sequence still have its own length?",
    ),
    Misconception(
        name="classifier-training-labels-not-shuffled",
        part="train_classifier",
        edits=(("lengths[chosen], y_batch)", "lengths[chosen], y[: len(chosen)])"),),
        hint="After shuffling, does every sequence still have its own label?",
    ),
    Misconception(
        name="classifier-training-adam-state-not-carried",
        part="train_classifier",
        edits=((UPDATE, UPDATE.replace("configs[name] = adam", "_ = adam")),),
        hint="Adam remembers. Where is what it returns besides the parameter?",
    ),
    Misconception(
        name="classifier-training-gradients-not-clipped",
        part="train_classifier",
        edits=(("in clipped.items()", "in grads.items()"),),
        hint="Which gradients does Adam get: those before or those after the clipping?",
    ),
    Misconception(
        name="classifier-training-plain-descent",
        part="train_classifier",
        edits=((UPDATE, "model.params[name] = model.params[name] - learning_rate * gradient"),),
        hint="Which rule for the step does the docstring ask for?",
    ),
    Misconception(
        name="classifier-training-default-learning-rate",
        part="train_classifier",
        edits=(('{"learning_rate": learning_rate}', "None"),),
        hint="Which of the arguments has no effect on the parameters?",
    ),
    Misconception(
        name="classifier-training-epoch-without-shuffle",
        part="train_classifier",
        edits=(
            (
                BATCHES,
                "[(np.arange(i, min(i + batch_size, len(X))), y[i : i + batch_size]) "
                "for i in range(0, len(X), batch_size)]",
            ),
        ),
        hint="In which order do the sequences come? Who uses rng?",
    ),
    Misconception(
        name="classifier-training-one-epoch-only",
        part="train_classifier",
        edits=(("\n    return losses", "\n        return losses"),),
        hint="At which point of the loops does the function return?",
    ),
    Misconception(
        name="classifier-training-first-batch-only",
        part="train_classifier",
        edits=((UPDATE + "\n", UPDATE + "\n            break\n"),),
        hint="How many batches does an epoch have, and how many steps do you take in it?",
    ),
)

MISCONCEPTIONS = (*LAST_STATE, *CLASSIFIER, *TRAINING)
