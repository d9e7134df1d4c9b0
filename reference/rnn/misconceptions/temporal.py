"""Wrong solutions of layers and losses over time: the reference with one edit each, a name and a hint."""

from grader.misconceptions import Misconception

DW = "    rows = x.reshape(-1, x.shape[2])\n    drows = dout.reshape(-1, dout.shape[2])\n    dw = rows.T @ drows\n"
LOSS = "loss = -np.sum(mask * log_probs[samples, steps, y]) / N"
DIVIDED = "    dx /= N\n"
PICKED = "log_probs[samples, steps, y]"
NORMALISER = "np.log(np.sum(np.exp(shifted), axis=2, keepdims=True))"
MEAN = "The docstring says by what the sum is divided. Which number of things do you divide by?"

MISCONCEPTIONS = (
    Misconception(
        name="temporal-affine-bias-omitted",
        part="temporal_affine_forward",
        edits=(("x @ w + b", "x @ w"),),
        hint="Which of the three arguments has no effect on the result?",
    ),
    Misconception(
        name="temporal-affine-last-step-only",
        part="temporal_affine_forward",
        edits=(("x @ w + b", "np.repeat(x[:, -1:] @ w + b, x.shape[1], axis=1)"),),
        hint="Every step has scores of its own. Which step do yours come from?",
        affects=("CharRNN",),
    ),
    Misconception(
        name="temporal-affine-steps-and-samples-mixed",
        part="temporal_affine_forward",
        edits=(
            (
                "return x @ w + b, (x, w)",
                "N, T, D = x.shape\n    rows = x.transpose(1, 0, 2).reshape(-1, D) @ w + b\n"
                "    return rows.reshape(N, T, -1), (x, w)",
            ),
        ),
        hint="When the rows are laid out as samples and steps again, is it in the order in which they were taken?",
    ),
    Misconception(
        name="temporal-db-over-one-axis",
        part="temporal_affine_backward",
        edits=(("np.sum(dout, axis=(0, 1))", "np.sum(dout, axis=0)"),),
        hint="The bias is the same for every sample and every step. Over how many axes does its gradient sum?",
    ),
    Misconception(
        name="temporal-db-first-step-only",
        part="temporal_affine_backward",
        edits=(("np.sum(dout, axis=(0, 1))", "np.sum(dout[:, 0], axis=0)"),),
        hint="The bias acts at every step. Which steps are in its gradient?",
    ),
    Misconception(
        name="temporal-dw-last-step-only",
        part="temporal_affine_backward",
        edits=((DW, "    dw = x[:, -1].T @ dout[:, -1]\n"),),
        hint="The weights act at every step. Which steps are in their gradient?",
    ),
    Misconception(
        name="temporal-gradients-averaged-over-time",
        part="temporal_affine_backward",
        edits=(
            ("rows.T @ drows", "rows.T @ drows / x.shape[1]"),
            ("np.sum(dout, axis=(0, 1))", "np.sum(dout, axis=(0, 1)) / x.shape[1]"),
        ),
        hint="What acts at several steps has a gradient that adds up. Where does a division come from?",
    ),
    Misconception(
        name="temporal-dx-uses-w-not-wT",
        part="temporal_affine_backward",
        edits=(("dout @ w.T", "np.resize(dout @ w if w.shape[0] == w.shape[1] else dout, x.shape)"),),
        hint="Which index of w does the sum over the outputs run over?",
    ),
    Misconception(
        name="mask-ignored-in-loss",
        part="temporal_softmax_loss",
        edits=((f"mask * {PICKED}", PICKED),),
        hint="Does what is guessed at a step that is padding change your loss?",
    ),
    Misconception(
        name="mask-ignored-in-grad",
        part="temporal_softmax_loss",
        edits=(("    dx *= mask[:, :, None]\n", ""),),
        hint="What is the gradient of a loss with respect to scores that it does not depend on?",
    ),
    Misconception(
        name="mask-ignored",
        part="temporal_softmax_loss",
        edits=((f"mask * {PICKED}", PICKED), ("    dx *= mask[:, :, None]\n", "")),
        hint="Which of the three arguments has no effect on the result?",
    ),
    Misconception(
        name="mask-inverted",
        part="temporal_softmax_loss",
        edits=((f"mask * {PICKED}", f"~mask * {PICKED}"), ("mask[:, :, None]", "~mask[:, :, None]")),
        hint="Does True mean that a step counts, or that it is left out?",
    ),
    Misconception(
        name="mask-normalised-by-NT",
        part="temporal_softmax_loss",
        edits=((LOSS, LOSS.replace("/ N", "/ mask.size")), (DIVIDED, "    dx /= mask.size\n")),
        hint=MEAN,
    ),
    Misconception(
        name="mask-normalised-by-words-that-count",
        part="temporal_softmax_loss",
        edits=((LOSS, LOSS.replace("/ N", "/ mask.sum()")), (DIVIDED, "    dx /= mask.sum()\n")),
        hint=MEAN,
    ),
    Misconception(
        name="forgot-N",
        part="temporal_softmax_loss",
        edits=((LOSS, LOSS.removesuffix(" / N")), (DIVIDED, "")),
        hint=MEAN,
    ),
    Misconception(
        name="forgot-N-in-grad",
        part="temporal_softmax_loss",
        edits=((DIVIDED, ""),),
        hint="The loss is divided by the number of samples. What follows for its gradient?",
    ),
    Misconception(
        name="temporal-softmax-no-max-shift",
        part="temporal_softmax_loss",
        edits=(("x - np.max(x, axis=2, keepdims=True)", "x"),),
        hint="What is the exponential of 1000, and which number may be subtracted from all scores of a step?",
    ),
    Misconception(
        name="temporal-softmax-global-max",
        part="temporal_softmax_loss",
        edits=(("np.max(x, axis=2, keepdims=True)", "np.max(x)"),),
        hint="Each step has its own largest score. What is left of a step whose scores are all far below another's?",
    ),
    Misconception(
        name="temporal-softmax-over-time",
        part="temporal_softmax_loss",
        edits=((NORMALISER, NORMALISER.replace("axis=2", "axis=1")),),
        hint="The probabilities of which things add up to one: of the words at a step, or of the steps?",
    ),
    Misconception(
        name="temporal-grad-missing-one-hot",
        part="temporal_softmax_loss",
        edits=(("    dx[samples, steps, y] -= 1.0\n", ""),),
        hint="Each row of the gradient of a softmax loss sums to zero. Does yours?",
    ),
    Misconception(
        name="perplexity-base-2",
        part="perplexity",
        edits=(("np.exp(loss_per_word)", "2.0**loss_per_word"),),
        hint="Which logarithm is the loss made of, and which power undoes it?",
    ),
    Misconception(
        name="perplexity-of-loss-per-sample",
        part="perplexity",
        edits=(("loss * mask.shape[0] / np.sum(mask)", "loss"),),
        hint="The loss is a sum over time. Of how many words is it the cost?",
    ),
    Misconception(
        name="perplexity-counts-padding",
        part="perplexity",
        edits=(("np.sum(mask)", "mask.size"),),
        hint="Which steps have a share in the loss, and which do you divide by?",
    ),
    Misconception(
        name="perplexity-batch-mean-not-undone",
        part="perplexity",
        edits=(("loss * mask.shape[0] / np.sum(mask)", "loss / np.sum(mask)"),),
        hint="The loss was divided by something already. By what?",
    ),
    Misconception(
        name="perplexity-is-loss-per-word",
        part="perplexity",
        edits=(("float(np.exp(loss_per_word))", "float(loss_per_word)"),),
        hint="A model that is certain has the perplexity 1. What does yours give for a loss of 0?",
    ),
)
