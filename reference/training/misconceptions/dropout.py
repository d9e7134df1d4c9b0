"""Wrong solutions of dropout and of the L2 penalty."""

from grader.misconceptions import Misconception

P_MEANING = "The docstring says what p is the probability of. Does a large p leave most of the entries, or few?"
EXPECTED_VALUE = "The expected value of every entry should stay what it is without dropout, in both modes."
MASK = "Print a mask for p = 0.3 and count its entries: how many are kept?"
OWN_DRAW = "How many numbers are drawn for an array of N samples and D units?"
SEED = "What does the docstring say about two calls with the same seed, and about two calls without one?"
FACTORS = "Differentiate the penalty of a single weight by hand: do the factors of penalty and gradient fit?"
WEIGHTS = "Print the names that your loop adds to the penalty. Which of them does the docstring call weights?"

DRAW = "(draws.random(x.shape) < keep) / keep"

FORWARD = (
    Misconception(
        name="dropout-p-convention-swapped",
        part="dropout_forward",
        edits=((DRAW, "(draws.random(x.shape) < 1.0 - keep) / max(1.0 - keep, 1e-12)"),),
        hint=P_MEANING,
        seen="[20]",
    ),
    Misconception(
        name="dropout-mask-swapped",
        part="dropout_forward",
        edits=((DRAW, "(draws.random(x.shape) > keep) / keep"),),
        hint=P_MEANING,
    ),
    Misconception(
        name="dropout-not-inverted",
        part="dropout_forward",
        edits=((DRAW, "1.0 * (draws.random(x.shape) < keep)"),),
        hint=EXPECTED_VALUE,
        seen="[12]",
    ),
    Misconception(
        name="dropout-scales-at-test",
        part="dropout_forward",
        edits=(("return x, None", "return x * keep, np.full(x.shape, keep)"),),
        hint="What is kept has been divided by p while training. Is there anything left to do at test time?",
        seen="[8]",
    ),
    Misconception(
        name="dropout-wrong-scale",
        part="dropout_forward",
        edits=((DRAW, "(draws.random(x.shape) < keep) * keep"),),
        hint=EXPECTED_VALUE,
        seen="[4]",
    ),
    Misconception(
        name="dropout-scaled-by-share-dropped",
        part="dropout_forward",
        edits=((DRAW, "(draws.random(x.shape) < keep) / max(1.0 - keep, 1e-12)"),),
        hint=EXPECTED_VALUE,
    ),
    Misconception(
        name="dropout-mask-always-true",
        part="dropout_forward",
        edits=((DRAW, "(draws.random(x.shape) < 1.0) / keep"),),
        hint=MASK,
        seen="[1]",
        # With nothing dropped there is no gradient to judge.
        affects=("dropout_backward",),
    ),
    Misconception(
        name="dropout-randn-mask",
        part="dropout_forward",
        edits=(("draws.random(x.shape)", "draws.standard_normal(x.shape)"),),
        hint="The chance that a number is below p is p for which distribution? " + MASK,
        seen="[2]",
    ),
    Misconception(
        name="dropout-active-at-test",
        part="dropout_forward",
        edits=(('if dropout_param["mode"] == "test"', 'if dropout_param["mode"] == "never"'),),
        hint="A network in use answers the same question the same way twice. What does test mode do here?",
        # Its backward has no test mode either: what it returns there is the gradient of another function.
        affects=("dropout_backward",),
    ),
    Misconception(
        name="dropout-one-draw-a-sample",
        part="dropout_forward",
        edits=(("draws.random(x.shape)", "draws.random((x.shape[0], *[1] * (x.ndim - 1))) * np.ones(x.shape)"),),
        hint=OWN_DRAW,
    ),
    Misconception(
        name="dropout-one-draw-a-unit",
        part="dropout_forward",
        edits=(("draws.random(x.shape)", "draws.random(x.shape[-1]) * np.ones(x.shape)"),),
        hint=OWN_DRAW,
        # A mask of few columns drops all of them, or none, now and then: then there is no gradient to compare.
        affects=("dropout_backward",),
    ),
    Misconception(
        name="dropout-seed-ignored",
        part="dropout_forward",
        edits=(('np.random.default_rng(dropout_param.get("seed"))', "np.random.default_rng()"),),
        hint=SEED,
    ),
    Misconception(
        name="dropout-same-mask-always",
        part="dropout_forward",
        edits=(('dropout_param.get("seed")', "0"),),
        hint=SEED,
    ),
    Misconception(
        name="dropout-same-mask-without-seed",
        part="dropout_forward",
        edits=(('dropout_param.get("seed")', 'dropout_param.get("seed", 0)'),),
        hint=SEED,
    ),
)

BACKWARD = (
    Misconception(
        name="dropout-new-mask-in-backward",
        part="dropout_backward",
        edits=(
            (
                "return dout * mask",
                "return dout * (np.random.default_rng(1).random(dout.shape) < 1.0 / mask.max()) * mask.max()",
            ),
        ),
        hint="Which entries did the forward drop, and how does the backward know?",
    ),
    Misconception(
        name="dropout-backward-unscaled",
        part="dropout_backward",
        edits=(("return dout * mask", "return dout * (mask > 0)"),),
        hint="An entry that is kept is multiplied by a factor on the way forward. What is the derivative of that?",
    ),
    Misconception(
        name="dropout-backward-does-nothing",
        part="dropout_backward",
        edits=(("return dout * mask", "return dout * 1.0"),),
        hint="How much does the loss depend on an entry that was dropped?",
    ),
    Misconception(
        name="dropout-backward-scaled-twice",
        part="dropout_backward",
        edits=(("return dout * mask", "return dout * mask * mask"),),
        hint="Is the factor 1/p in your mask already?",
    ),
    Misconception(
        name="dropout-backward-scales-at-test",
        part="dropout_backward",
        edits=(("        return dout\n", "        return 0.6 * dout\n"),),
        hint="In test mode the forward returns what it is given. What is the derivative of that?",
    ),
    Misconception(
        name="dropout-backward-zero-at-test",
        part="dropout_backward",
        edits=(("        return dout\n", "        return np.zeros(dout.shape)\n"),),
        hint="In test mode the forward returns what it is given. What is the derivative of that?",
    ),
    Misconception(
        name="dropout-backward-drops-by-sign-of-dout",
        part="dropout_backward",
        edits=(("return dout * mask", "return dout * (dout > 0)"),),
        hint="What decides which entries pass: what was drawn on the way forward, or what arrives on the way back?",
    ),
)

IS_WEIGHT = 'if name.startswith("W"):'
PENALTY = "0.5 * reg * np.sum(value * value)"

L2 = (
    Misconception(
        name="reg-on-bias",
        part="l2_penalty",
        edits=((IS_WEIGHT, 'if name.startswith("W") or name[:1] == "b" and name[1:].isdigit():'),),
        hint=WEIGHTS,
    ),
    Misconception(
        name="reg-on-gamma",
        part="l2_penalty",
        edits=((IS_WEIGHT, 'if name[0] in "Wg":'),),
        hint=WEIGHTS,
    ),
    Misconception(
        name="reg-on-everything",
        part="l2_penalty",
        edits=((IS_WEIGHT, "if name:"),),
        hint=WEIGHTS,
    ),
    Misconception(
        name="reg-first-weight-missing",
        part="l2_penalty",
        edits=((IS_WEIGHT, 'if name.startswith("W") and name != "W1":'),),
        hint=WEIGHTS,
    ),
    Misconception(
        name="reg-two-weights-only",
        part="l2_penalty",
        edits=((IS_WEIGHT, 'if name in ("W1", "W2"):'),),
        hint=WEIGHTS,
    ),
    Misconception(
        name="net-reg-no-half",
        part="l2_penalty",
        edits=((PENALTY, "reg * np.sum(value * value)"), ("= reg * value", "= 2.0 * reg * value")),
        hint="Penalty and gradient fit each other, but the docstring asks for a penalty with another factor.",
    ),
    Misconception(
        name="reg-no-half-in-penalty",
        part="l2_penalty",
        edits=((PENALTY, "reg * np.sum(value * value)"),),
        hint=FACTORS,
    ),
    Misconception(
        name="reg-gradient-twice",
        part="l2_penalty",
        edits=(("= reg * value", "= 2.0 * reg * value"),),
        hint=FACTORS,
    ),
    Misconception(
        name="reg-gradient-half",
        part="l2_penalty",
        edits=(("= reg * value", "= 0.5 * reg * value"),),
        hint=FACTORS,
    ),
    Misconception(
        name="reg-strength-missing-in-gradient",
        part="l2_penalty",
        edits=(("= reg * value", "= 1.0 * value"),),
        hint=FACTORS,
    ),
    Misconception(
        name="net-reg-product-instead-of-sum",
        part="l2_penalty",
        edits=(
            ("penalty = 0.0", "penalty = 0.5 * reg"),
            (f"penalty + {PENALTY}", "penalty * np.sum(value * value)"),
        ),
        hint="With two weight matrices there are two sums of squares. What is done with the two?",
        seen="[1]",
    ),
    Misconception(
        name="reg-sum-without-square",
        part="l2_penalty",
        edits=((PENALTY, "0.5 * reg * np.sum(np.abs(value))"),),
        hint="Is it the size of each weight that is added up, or its square?",
    ),
    Misconception(
        name="reg-mean-instead-of-sum",
        part="l2_penalty",
        edits=((PENALTY, "0.5 * reg * np.mean(value * value)"),),
        hint="Is the penalty a sum over the weights or a mean?",
    ),
    Misconception(
        name="reg-root-of-the-sum",
        part="l2_penalty",
        edits=((PENALTY, "0.5 * reg * np.sqrt(np.sum(value * value))"),),
        hint="Is it the norm that is penalised, or its square?",
    ),
)

MISCONCEPTIONS = (*FORWARD, *BACKWARD, *L2)
