"""Wrong solutions of the losses: the reference with one edit each, a name and a hint."""

from grader.misconceptions import Misconception

MEAN = "Loss and gradient are means over the batch. How many samples are there, and where are they counted?"
DEPENDS_ON_N = "The loss is a mean over the batch. Is its gradient divided by the same number?"
SIGN = "Which sign makes a better prediction cost less, and which sign follows from it for the gradient?"

SOFTMAX = (
    Misconception(
        name="missing-divide-by-N",
        part="softmax_loss",
        edits=(
            ("-np.sum(log_probs[samples, y]) / num_samples", "-np.sum(log_probs[samples, y])"),
            ("    dx /= num_samples\n", ""),
        ),
        hint=MEAN,
        seen="[2]",
    ),
    Misconception(
        name="softmax-grad-missing-divide-by-N",
        part="softmax_loss",
        edits=(("    dx /= num_samples\n", ""),),
        hint=DEPENDS_ON_N,
    ),
    Misconception(
        name="softmax-loss-missing-divide-by-N",
        part="softmax_loss",
        edits=(("-np.sum(log_probs[samples, y]) / num_samples", "-np.sum(log_probs[samples, y])"),),
        hint=MEAN,
    ),
    Misconception(
        name="softmax-sum-without-axis",
        part="softmax_loss",
        edits=(("np.sum(np.exp(shifted), axis=1, keepdims=True)", "np.sum(np.exp(shifted))"),),
        hint="The probabilities of each sample sum to one. Over which axis does the normaliser run?",
        seen="[1]",
    ),
    Misconception(
        name="softmax-over-batch-axis",
        part="softmax_loss",
        edits=(
            ("np.max(x, axis=1, keepdims=True)", "np.max(x, axis=0, keepdims=True)"),
            ("np.sum(np.exp(shifted), axis=1, keepdims=True)", "np.sum(np.exp(shifted), axis=0, keepdims=True)"),
        ),
        hint="The probabilities of each sample sum to one. Which axis counts samples, and which classes?",
    ),
    Misconception(
        name="softmax-max-without-keepdims",
        part="softmax_loss",
        edits=(("np.max(x, axis=1, keepdims=True)", "np.max(x, axis=1)"),),
        hint="The largest score is one number a row. What shape has the array of them, and how is it lined up with x?",
    ),
    Misconception(
        name="softmax-sum-without-keepdims",
        part="softmax_loss",
        edits=(("np.sum(np.exp(shifted), axis=1, keepdims=True)", "np.sum(np.exp(shifted), axis=1)"),),
        hint="The normaliser is one number a row. What shape has the array of them, and how is it lined up with x?",
    ),
    Misconception(
        name="softmax-global-max",
        part="softmax_loss",
        edits=(("np.max(x, axis=1, keepdims=True)", "np.max(x)"),),
        hint="One sample's scores may be a thousand below another's. What is left of them after your shift?",
    ),
    Misconception(
        name="softmax-no-max-shift",
        part="softmax_loss",
        edits=(
            ("x - np.max(x, axis=1, keepdims=True)", "x"),
            ("log_probs = shifted - log_normaliser", "log_probs = np.log(np.exp(shifted) / np.exp(log_normaliser))"),
            ("np.log(np.sum(np.exp(shifted), axis=1, keepdims=True))", "np.log(np.exp(x).sum(axis=1, keepdims=True))"),
        ),
        hint="What is the exponential of 1000 in float64? Which number may be taken from every score of a sample?",
    ),
    Misconception(
        name="softmax-no-max-shift-in-log-sum",
        part="softmax_loss",
        edits=(("x - np.max(x, axis=1, keepdims=True)", "x"),),
        hint="What is the exponential of 1000 in float64? Which number may be taken from every score of a sample?",
    ),
    Misconception(
        name="softmax-log-of-sum-not-sum-of-logs",
        part="softmax_loss",
        edits=(
            (
                "-np.sum(log_probs[samples, y]) / num_samples",
                "-np.log(np.sum(np.exp(log_probs[samples, y])) / num_samples)",
            ),
        ),
        hint="Each sample costs a logarithm of its own. Is the mean taken before or after the logarithm?",
        seen="[1]",
    ),
    Misconception(
        name="softmax-log10-instead-of-ln",
        part="softmax_loss",
        edits=(("-np.sum(log_probs[samples, y])", "-np.sum(log_probs[samples, y] / np.log(10.0))"),),
        hint="Which base has the logarithm? Equal scores of ten classes cost 2.3026.",
        seen="[1]",
    ),
    Misconception(
        name="softmax-grad-missing-one-hot",
        part="softmax_loss",
        edits=(("    dx[samples, y] -= 1.0\n", ""),),
        hint="Each row of the gradient sums to zero. What is special about the correct class?",
    ),
    Misconception(
        name="softmax-correct-class-grad-counted-twice",
        part="softmax_loss",
        edits=(("dx[samples, y] -= 1.0", "dx[samples, y] -= 2.0"),),
        hint="Each row of the gradient sums to zero. How often is the correct class taken off?",
        seen="[1]",
    ),
    Misconception(
        name="softmax-loss-sign-flipped",
        part="softmax_loss",
        edits=(("-np.sum(log_probs", "np.sum(log_probs"),),
        hint=SIGN,
    ),
    Misconception(
        name="softmax-gradient-sign-flipped",
        part="softmax_loss",
        edits=(("dx /= num_samples", "dx /= -num_samples"),),
        hint=SIGN,
    ),
)

SVM = (
    Misconception(
        name="svm-missing-divide-by-N",
        part="svm_loss",
        edits=(
            ("np.sum(margins) / num_samples", "np.sum(margins)"),
            ("    dx /= num_samples\n", ""),
        ),
        hint=MEAN,
    ),
    Misconception(
        name="svm-grad-missing-divide-by-N",
        part="svm_loss",
        edits=(("    dx /= num_samples\n", ""),),
        hint=DEPENDS_ON_N,
    ),
    Misconception(
        name="svm-correct-class-counted",
        part="svm_loss",
        edits=(("    excess[samples, y] = 0.0\n", ""),),
        hint="The sum runs over the wrong classes only. What is the margin of the correct class against itself?",
        seen="[3]",
    ),
    Misconception(
        name="svm-grad-outside-margin-condition",
        part="svm_loss",
        edits=(("dx = (margins > 0).astype(np.float64)", "dx = np.ones_like(x)\n    dx[samples, y] = 0.0"),),
        hint="A class that keeps its margin costs nothing. What gradient does it get?",
        seen="[1]",
    ),
    Misconception(
        name="svm-negative-margins-not-clipped-in-mask",
        part="svm_loss",
        edits=(("dx = (margins > 0).astype(np.float64)", "dx = np.where(excess > 0, 1.0, excess)"),),
        hint="The mask of violated margins holds zeros and ones only. What is in it where a margin is negative?",
        seen="[1]",
    ),
    Misconception(
        name="svm-grad-added-to-wrong-class",
        part="svm_loss",
        edits=(("dx[samples, y] -=", "dx[samples, np.argmax(x, axis=1)] -="),),
        hint="Each violation pushes one wrong class down and another class up. Which one, and is its index right?",
        seen="[1]",
    ),
    Misconception(
        name="svm-correct-class-grad-counted-once",
        part="svm_loss",
        edits=(("-= np.sum(dx, axis=1)", "-= np.any(dx, axis=1)"),),
        hint="A sample may violate several margins. How often does its correct score appear in the loss?",
    ),
    Misconception(
        name="svm-correct-class-grad-missing",
        part="svm_loss",
        edits=(("    dx[samples, y] -= np.sum(dx, axis=1)\n", ""),),
        hint="Two scores stand in every margin. Which of them has no gradient yet?",
    ),
    Misconception(
        name="sign-slip",
        part="svm_loss",
        edits=(("dx[samples, y] -=", "dx[samples, y] +="),),
        hint="The correct score stands in each margin with which sign?",
        seen="[1]",
    ),
    Misconception(
        name="svm-margin-missing",
        part="svm_loss",
        edits=((" + 1.0", ""),),
        hint="By how much does the correct score have to win? Equal scores are not free.",
    ),
)

SQUARED_ERROR = (
    Misconception(
        name="mse-missing-2",
        part="mse_loss",
        edits=(("0.5 * np.sum(error**2)", "np.sum(error**2)"),),
        hint="If one prediction moves by a tiny step, does the loss move by the step times the gradient? Mind the 2.",
    ),
    Misconception(
        name="mse-without-half",
        part="mse_loss",
        edits=(("0.5 * np.sum(error**2)", "np.sum(error**2)"), ("error / num_samples", "2.0 * error / num_samples")),
        hint="Loss and gradient fit each other, but the docstring asks for another convention. Look for its factors.",
    ),
    Misconception(
        name="mse-gradient-keeps-2",
        part="mse_loss",
        edits=(("error / num_samples", "2.0 * error / num_samples"),),
        hint="The 2 of the derivative meets the half of the loss. What is left of them?",
    ),
    Misconception(
        name="mse-mean-over-features",
        part="mse_loss",
        edits=(("num_samples = pred.shape[0]", "num_samples = pred.size"),),
        hint="The squared errors are averaged over the samples, and over the features they are ...?",
    ),
    Misconception(
        name="loss-sum-not-mean",
        part="mse_loss",
        edits=(("num_samples = pred.shape[0]", "num_samples = 1"),),
        hint=MEAN,
    ),
    Misconception(
        name="mse-gradient-missing-divide-by-N",
        part="mse_loss",
        edits=(("error / num_samples", "error"),),
        hint=DEPENDS_ON_N,
    ),
    Misconception(
        name="mse-sign-flipped",
        part="mse_loss",
        edits=(("pred - y", "y - pred"),),
        hint="Squaring hides the sign of the error in the loss. Does the gradient point uphill?",
    ),
)

CROSS_ENTROPY = (
    Misconception(
        name="bce-log-of-zero",
        part="bce_loss",
        edits=(("np.clip(p, eps, 1.0 - eps)", "p"),),
        hint="What is zero times the logarithm of zero in floating point? The docstring says what to do first.",
    ),
    Misconception(
        name="bce-clipped-in-loss-only",
        part="bce_loss",
        edits=(("(safe_p - y) / (safe_p * (1.0 - safe_p))", "(p - y) / (p * (1.0 - p))"),),
        hint="The loss is finite at 0 and 1. Which probability does the gradient divide by there?",
    ),
    Misconception(
        name="bce-sign-flipped",
        part="bce_loss",
        edits=(("-np.sum(log_likelihood)", "np.sum(log_likelihood)"),),
        hint=SIGN,
    ),
    Misconception(
        name="bce-gradient-sign-flipped",
        part="bce_loss",
        edits=(("(safe_p - y) /", "(y - safe_p) /"),),
        hint=SIGN,
    ),
    Misconception(
        name="bce-loss-sum-not-mean",
        part="bce_loss",
        edits=(("num_samples = p.shape[0]", "num_samples = 1"),),
        hint=MEAN,
    ),
    Misconception(
        name="bce-second-term-missing",
        part="bce_loss",
        edits=((" + (1.0 - y) * np.log(1.0 - safe_p)", ""),),
        hint="What does a sample of class 0 cost?",
    ),
    Misconception(
        name="bce-gradient-of-logits",
        part="bce_loss",
        edits=((" / (safe_p * (1.0 - safe_p))", ""),),
        hint="That is the gradient with respect to a logit. This function is given probabilities.",
    ),
    Misconception(
        name="bce-extra-sigmoid-derivative",
        part="bce_with_logits",
        edits=(("(probability - y)", "(probability - y) * probability * (1.0 - probability)"),),
        hint="The slope of the sigmoid is already inside p - y. How large is the step of a sample that is certain and "
        "wrong?",
    ),
    Misconception(
        name="bce-log-of-sigmoid",
        part="bce_with_logits",
        edits=(
            (
                "np.maximum(z, 0.0) - z * y + np.log1p(np.exp(-np.abs(z)))",
                "-y * np.log(sigmoid(z)[0]) - (1.0 - y) * np.log(1.0 - sigmoid(z)[0])",
            ),
        ),
        hint="For a large logit the probability is rounded to exactly 0 or 1. What is its logarithm then?",
    ),
    Misconception(
        name="bce-logits-sum-not-mean",
        part="bce_with_logits",
        edits=(("num_samples = z.shape[0]", "num_samples = 1"),),
        hint=MEAN,
    ),
    Misconception(
        name="bce-logits-gradient-sign-flipped",
        part="bce_with_logits",
        edits=(("(probability - y)", "(y - probability)"),),
        hint=SIGN,
    ),
    Misconception(
        name="bce-logits-gradient-with-respect-to-p",
        part="bce_with_logits",
        edits=(("(probability - y)", "(probability - y) / (probability * (1.0 - probability))"),),
        hint="That is the gradient with respect to the probability. One more link of the chain leads to the logit.",
    ),
)

MISCONCEPTIONS = (*SOFTMAX, *SVM, *SQUARED_ERROR, *CROSS_ENTROPY)
