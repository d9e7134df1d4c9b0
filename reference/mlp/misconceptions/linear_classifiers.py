"""Wrong solutions of the linear classifiers: the reference with one edit each, a name and a hint.

The regularisation can be wrong in the same ways in all four parts. Names are unique, so that the part is told
by a prefix everywhere but in the first.
"""

from typing import NamedTuple

from grader.misconceptions import Misconception


class Slip(NamedTuple):
    """A mistake that can be made in every classifier."""

    name: str
    edits: tuple[tuple[str, str], ...]
    hint: str
    seen: str = ""


PREFIXES = {
    "softmax_loss_naive": "",
    "softmax_loss_vectorized": "softmax-vectorized-",
    "svm_loss_naive": "svm-naive-",
    "svm_loss_vectorized": "svm-vectorized-",
}

PENALTY, PULL = "0.5 * reg * np.sum(W * W)", "reg * W"
FACTORS = "Differentiate the penalty of a single weight by hand: do the factors of loss and gradient fit?"

REGULARISATION = (
    Slip("reg-grad-factor-2-missing", ((PENALTY, "reg * np.sum(W * W)"),), FACTORS, "[15]"),
    Slip(
        "reg-without-half",
        ((PENALTY, "reg * np.sum(W * W)"), (PULL, "2.0 * reg * W")),
        "Loss and gradient fit each other, but the docstring asks for a penalty with another factor.",
    ),
    Slip("reg-grad-keeps-half", ((PULL, "0.5 * reg * W"),), FACTORS),
    Slip("reg-grad-factor-2-too-many", ((PULL, "2.0 * reg * W"),), FACTORS),
    Slip(
        "reg-missing-in-loss",
        ((PENALTY, "0.0"),),
        "The gradient pulls the weights towards zero. Which term of the loss would explain that?",
        "[8]",
    ),
    Slip(
        "reg-grad-missing",
        ((PULL, "0.0"),),
        "The loss has a penalty on the weights. Where is its derivative?",
        "[3]",
    ),
    Slip(
        "reg-missing",
        ((PENALTY, "0.0"), (PULL, "0.0")),
        "One of the four arguments is never used. Which one?",
    ),
    Slip(
        "reg-grad-divided-by-N",
        ((PULL, "reg * W / X.shape[0]"),),
        "The penalty depends on the weights alone, not on the samples. Is it part of the mean?",
        "[3]",
    ),
    Slip(
        "reg-divided-by-N",
        ((PENALTY, "0.5 * reg * np.sum(W * W) / X.shape[0]"), (PULL, "reg * W / X.shape[0]")),
        "The penalty depends on the weights alone, not on the samples. Is it part of the mean?",
    ),
    Slip(
        "reg-strength-missing-in-grad",
        ((PULL, "W"),),
        "Does the gradient of the penalty vanish when its strength is zero?",
        "[1]",
    ),
    Slip(
        "reg-sum-of-WWt-not-squares",
        (("np.sum(W * W)", "np.sum(W @ W.T)"),),
        "The penalty squares each weight on its own. Which products does yours add up?",
        "[2]",
    ),
    Slip(
        "grad-not-returned-zero",
        (("return float(loss), dW", "return float(loss), np.zeros_like(W)"),),
        "The gradient comes back as it was first made. Is what you computed what you return?",
        "[12]",
    ),
)

REGULARISATION_SLIPS = tuple(
    Misconception(name=prefix + slip.name, part=part, edits=slip.edits, hint=slip.hint, seen=slip.seen)
    for part, prefix in PREFIXES.items()
    for slip in REGULARISATION
)

MEAN = "Loss and gradient are means over the samples. Which of the two still grows with their number?"
WRONG_BUFFER = "The gradient has the shape of W. Compare the shape of the array you collect it in."

NAIVE_SOFTMAX = (
    Misconception(
        name="softmax-exp-score-instead-of-score",
        part="softmax_loss_naive",
        edits=(("- scores[y[n]]", "- np.exp(scores[y[n]])"),),
        hint="The logarithm undoes the exponential of the correct score. What is left of it in the loss?",
        seen="[1]",
    ),
    Misconception(
        name="loop-dedent",
        part="softmax_loss_naive",
        edits=(("            dW[:, c] += dscore * X[n]\n", "        dW[:, c] += dscore * X[n]\n"),),
        hint="Only the last class of each sample arrives in the gradient. Which lines belong to the inner loop?",
        seen="[1]",
    ),
    Misconception(
        name="variable-name-case-typo",
        part="softmax_loss_naive",
        edits=(("dW[:, c] += dscore * X[n]", "dW[:, c] += dscore * x[n]"),),
        hint="Upper and lower case are different names to Python.",
        seen="[1]",
    ),
    Misconception(
        name="buffer-allocated-with-wrong-shape",
        part="softmax_loss_naive",
        edits=(("np.zeros((num_features, num_classes))", "np.zeros((num_classes, num_features))"),),
        hint=WRONG_BUFFER,
        seen="[1]",
    ),
    Misconception(
        name="softmax-naive-correct-class-not-subtracted",
        part="softmax_loss_naive",
        edits=(("dscore -= 1.0", "dscore -= 0.0"),),
        hint="The gradients of a sample's scores add up to zero. What is special about the correct class?",
    ),
    Misconception(
        name="softmax-naive-grad-missing-divide-by-N",
        part="softmax_loss_naive",
        edits=(("    dW /= num_samples\n", ""),),
        hint=MEAN,
    ),
    Misconception(
        name="softmax-naive-missing-divide-by-N",
        part="softmax_loss_naive",
        edits=(("    loss /= num_samples\n", ""), ("    dW /= num_samples\n", "")),
        hint=MEAN,
    ),
    Misconception(
        name="softmax-naive-grad-overwritten",
        part="softmax_loss_naive",
        edits=(("dW[:, c] += dscore", "dW[:, c] = dscore"),),
        hint="Every sample has a say in every column of the gradient. What is left of the samples before the last?",
    ),
)

NAIVE_SVM = (
    Misconception(
        name="svm-naive-correct-class-counted",
        part="svm_loss_naive",
        edits=(("            if c == y[n]:\n                continue\n", ""),),
        hint="The sum runs over the wrong classes only. What is the margin of the correct class against itself?",
    ),
    Misconception(
        name="svm-naive-grad-outside-margin-condition",
        part="svm_loss_naive",
        edits=(
            ("                dW[:, c] += X[n]\n", "            dW[:, c] += X[n]\n"),
            ("                dW[:, y[n]] -= X[n]\n", "            dW[:, y[n]] -= X[n]\n"),
        ),
        hint="A class that keeps its margin costs nothing. Which lines belong inside the condition?",
    ),
    Misconception(
        name="svm-naive-correct-class-grad-missing",
        part="svm_loss_naive",
        edits=(("                dW[:, y[n]] -= X[n]\n", ""),),
        hint="Two columns of W take part in every violated margin. Which of them has no gradient yet?",
    ),
    Misconception(
        name="svm-naive-sign-slip",
        part="svm_loss_naive",
        edits=(("dW[:, y[n]] -= X[n]", "dW[:, y[n]] += X[n]"),),
        hint="The correct score stands in each margin with which sign?",
    ),
    Misconception(
        name="svm-naive-grad-added-to-wrong-class",
        part="svm_loss_naive",
        edits=(("dW[:, c] += X[n]", "dW[:, y[n]] += X[n]"), ("dW[:, y[n]] -= X[n]", "dW[:, c] -= X[n]")),
        hint="Each violation lowers one score and raises another. Are the two the right way round?",
    ),
    Misconception(
        name="svm-naive-grad-missing-divide-by-N",
        part="svm_loss_naive",
        edits=(("    dW /= num_samples\n", ""),),
        hint=MEAN,
    ),
    Misconception(
        name="svm-naive-missing-divide-by-N",
        part="svm_loss_naive",
        edits=(("    loss /= num_samples\n", ""), ("    dW /= num_samples\n", "")),
        hint=MEAN,
    ),
    Misconception(
        name="svm-naive-margin-missing",
        part="svm_loss_naive",
        edits=(("- correct_score + 1.0", "- correct_score"),),
        hint="By how much does the correct score have to win?",
    ),
)

TRANSPOSED = "The gradient has the shape of W. Write down the shapes of both factors of the product."

VECTORIZED = tuple(
    misconception
    for part, prefix in (("softmax_loss_vectorized", "softmax"), ("svm_loss_vectorized", "svm"))
    for misconception in (
        Misconception(
            name=f"{prefix}-vectorized-grad-transposed",
            part=part,
            edits=(("X.T @ dscores", "dscores.T @ X"),),
            hint=TRANSPOSED,
        ),
        Misconception(
            name=f"{prefix}-vectorized-divide-by-N-twice",
            part=part,
            edits=(("X.T @ dscores", "X.T @ dscores / X.shape[0]"),),
            hint="The mean over the samples is taken once. Which of the factors of the gradient holds it already?",
        ),
        Misconception(
            name=f"{prefix}-vectorized-grad-missing-divide-by-N",
            part=part,
            edits=(("X.T @ dscores", "X.T @ dscores * X.shape[0]"),),
            hint=MEAN,
        ),
        Misconception(
            name=f"{prefix}-vectorized-missing-divide-by-N",
            part=part,
            edits=(
                ("loss = data_loss", "loss = data_loss * X.shape[0]"),
                ("X.T @ dscores", "X.T @ dscores * X.shape[0]"),
            ),
            hint=MEAN,
        ),
    )
)

MISCONCEPTIONS = (*REGULARISATION_SLIPS, *NAIVE_SOFTMAX, *NAIVE_SVM, *VECTORIZED)
