"""Wrong solutions of clipping and truncation: the reference with one edit each, a name and a hint."""

from grader.misconceptions import Misconception

CLIPPED = "clipped = {name: scale * gradient for name, gradient in grads.items()}"
SCALE = "scale = min(1.0, max_norm / norm) if norm > 0.0 else 1.0"
GRADIENTS = "_, _, chunk_dWx, chunk_dWh, chunk_db = rnn_backward(dh[:, start:end], cache)"

MISCONCEPTIONS = (
    Misconception(
        name="clip-per-array",
        part="clip_gradients",
        edits=((CLIPPED, CLIPPED.replace("scale *", "min(1.0, max_norm / math.sqrt(float(np.sum(gradient**2)))) *")),),
        hint="How many norms are compared with the limit: one for each array, or one for all of them?",
        also=("clip-per-array-not-global",),
        affects=("train_char_model", "train_classifier"),
    ),
    Misconception(
        name="clip-always-rescales",
        part="clip_gradients",
        edits=((SCALE, "scale = max_norm / norm"),),
        hint="What should happen to gradients that are short enough already?",
        affects=("train_char_model", "train_classifier"),
    ),
    Misconception(
        name="clip-squared-norm",
        part="clip_gradients",
        edits=(
            (
                "math.sqrt(sum(float(np.sum(gradient**2)) for gradient in grads.values()))",
                "sum(float(np.sum(gradient**2)) for gradient in grads.values())",
            ),
        ),
        hint="The gradients 3 and 4 have the norm 5. What is yours?",
        affects=("train_char_model", "train_classifier"),
    ),
    Misconception(
        name="clip-entry-by-entry",
        part="clip_gradients",
        edits=((CLIPPED, CLIPPED.replace("scale * gradient", "np.clip(gradient, -max_norm, max_norm)")),),
        hint="Cutting single entries turns the gradient aside. By what are all the entries multiplied here?",
        affects=("train_char_model", "train_classifier"),
    ),
    Misconception(
        name="clip-norm-is-sum-of-norms",
        part="clip_gradients",
        edits=(
            (
                "math.sqrt(sum(float(np.sum(gradient**2)) for gradient in grads.values()))",
                "sum(math.sqrt(float(np.sum(gradient**2))) for gradient in grads.values())",
            ),
        ),
        hint="Is the length of a vector the sum of the lengths of its pieces? Try 3 and 4.",
        affects=("train_char_model", "train_classifier"),
    ),
    Misconception(
        name="clip-by-largest-entry",
        part="clip_gradients",
        edits=(
            (
                "math.sqrt(sum(float(np.sum(gradient**2)) for gradient in grads.values()))",
                "max(float(np.max(np.abs(gradient))) for gradient in grads.values())",
            ),
        ),
        hint="Which norm does the docstring ask for?",
        affects=("train_char_model", "train_classifier"),
    ),
    Misconception(
        name="clip-returns-norm-after",
        part="clip_gradients",
        edits=(("return clipped, norm", "return clipped, scale * norm"),),
        hint="Which norm tells you that gradients explode: the one before the clipping or the one after it?",
    ),
    Misconception(
        name="clip-only-divided-by-norm",
        part="clip_gradients",
        edits=((SCALE, "scale = 1.0 / norm if norm > max_norm else 1.0"),),
        hint="How long are the gradients that you return, and how long may they be?",
        affects=("train_char_model", "train_classifier"),
    ),
    Misconception(
        name="state-not-carried-between-chunks",
        part="truncated_bptt",
        edits=(("        carried = states[:, -1]\n", ""),),
        hint="With which state does the second chunk begin?",
    ),
    Misconception(
        name="chunks-begin-with-zeros",
        part="truncated_bptt",
        edits=(("carried = states[:, -1]", "carried = np.zeros(h0.shape)"),),
        hint="With which state does the second chunk begin?",
    ),
    Misconception(
        name="carried-state-not-detached",
        part="truncated_bptt",
        edits=(
            (
                "    return h, dWx, dWh, db",
                "    _, _, dWx, dWh, db = rnn_backward(dh, rnn_forward(x, h0, Wx, Wh, b)[1])\n"
                "    return h, dWx, dWh, db",
            ),
        ),
        hint="When the gradient with respect to the first state of a chunk has been computed, where does it go?",
    ),
    Misconception(
        name="truncated-gradients-of-last-chunk-only",
        part="truncated_bptt",
        edits=(
            ("dWx += chunk_dWx", "dWx = chunk_dWx"),
            ("dWh += chunk_dWh", "dWh = chunk_dWh"),
            ("db += chunk_db", "db = chunk_db"),
        ),
        hint="The weights act in every chunk. What is left of the gradients of the first one at the end?",
    ),
    Misconception(
        name="truncated-last-chunk-dropped",
        part="truncated_bptt",
        edits=(("range(0, T, chunk_length)", "range(0, T - chunk_length + 1, chunk_length)"),),
        hint="Do the last steps count when the number of steps does not divide by that of a chunk?",
    ),
    Misconception(
        name="truncated-gradient-at-chunk-end-only",
        part="truncated_bptt",
        edits=(
            (
                GRADIENTS,
                "upstream = np.zeros(states.shape)\n        upstream[:, -1] = dh[:, end - 1]\n        "
                + GRADIENTS.replace("dh[:, start:end]", "upstream"),
            ),
        ),
        hint="At which steps does a gradient arrive from above?",
    ),
    Misconception(
        name="truncated-gradients-averaged-over-chunks",
        part="truncated_bptt",
        edits=(
            (
                "    return h, dWx, dWh, db",
                "    chunks = -(-T // chunk_length)\n    return h, dWx / chunks, dWh / chunks, db / chunks",
            ),
        ),
        hint="Do the gradients of the chunks add up, or is their mean taken?",
    ),
)
