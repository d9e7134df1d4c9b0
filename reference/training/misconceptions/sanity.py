"""Wrong solutions of the two sanity checks: the reference with a small edit each."""

from grader.misconceptions import Misconception

CHOSEN = "chosen = rng.choice(X.shape[0], size=num_samples, replace=False)\n"
PAIRS = "X_tiny, y_tiny = X[chosen], y[chosen]\n"
STEPS = "    for _ in range(num_steps):\n"
KEEPS = "        losses.append(float(loss))\n"
MOVES = "moving[name] -= learning_rate * gradient"

MISCONCEPTIONS = (
    Misconception(
        name="initial-loss-includes-reg",
        part="check_initial_loss",
        edits=(("X, y, 0.0)", "X, y, reg)"), ("penalised, _ = loss_fn(params, X, y, reg)", "penalised = 2.0 * loss")),
        hint="Guessing is expected of the data alone. What else is in the loss that you compare?",
    ),
    Misconception(
        name="log-base-10",
        part="check_initial_loss",
        edits=(("math.log(num_classes)", "math.log10(num_classes)"), ("math.log(2.0)", "math.log10(2.0)")),
        hint="Which logarithm is in the softmax loss? Ten classes cost 2.3026 at the start.",
    ),
    Misconception(
        name="initial-loss-svm-counts-every-class",
        part="check_initial_loss",
        edits=(("num_classes - 1.0", "float(num_classes)"),),
        hint="With equal scores every class misses the margin by 1, except for one. Which?",
    ),
    Misconception(
        name="initial-loss-kind-ignored",
        part="check_initial_loss",
        edits=(
            (
                '{"softmax": math.log(num_classes), "binary": math.log(2.0), "svm": num_classes - 1.0}[kind]',
                "math.log(num_classes)",
            ),
        ),
        hint="What does guessing cost for each of the losses in the table?",
    ),
    Misconception(
        name="initial-loss-tolerance-absolute",
        part="check_initial_loss",
        edits=(("tolerance * expected", "tolerance"),),
        hint="The tolerance is a share of what?",
    ),
    Misconception(
        name="initial-loss-only-too-high",
        part="check_initial_loss",
        edits=(("abs(loss - expected)", "loss - expected"),),
        hint="What does your check say of a loss that is far too low?",
    ),
    Misconception(
        name="initial-loss-tolerance-ignored",
        part="check_initial_loss",
        edits=(("tolerance * expected", "0.05 * expected"),),
        hint="Who reads the argument tolerance?",
    ),
    Misconception(
        name="initial-loss-penalty-not-looked-at",
        part="check_initial_loss",
        edits=(("bool(near and rises)", "bool(near)"),),
        hint="What does your check say of a network whose penalty is not connected?",
    ),
    Misconception(
        name="initial-loss-penalty-may-only-differ",
        part="check_initial_loss",
        edits=(("penalised > loss", "penalised != loss"),),
        hint="In which direction must the loss move when the penalty is switched on?",
    ),
    Misconception(
        name="initial-loss-either-is-enough",
        part="check_initial_loss",
        edits=(("near and rises", "near or rises"),),
        hint="Is one of the two conditions enough?",
    ),
    # A few samples by heart
    Misconception(
        name="overfit-not-shuffled-labels",
        part="overfit_tiny_batch",
        edits=(("y[chosen]", "y[:num_samples]"),),
        hint="You drew samples at random. Which labels are theirs?",
    ),
    Misconception(
        name="update-wrong-sign",
        part="overfit_tiny_batch",
        edits=((MOVES, MOVES.replace("-=", "+=")),),
        hint="The gradient points uphill. Which way is the loss to go?",
    ),
    Misconception(
        name="gradients-accumulate-between-steps",
        part="overfit_tiny_batch",
        edits=(
            ("    losses = []\n", "    losses, total = [], {}\n"),
            (
                MOVES,
                "total[name] = total.get(name, 0.0) + gradient\n"
                "            moving[name] -= learning_rate * total[name]",
            ),
        ),
        hint="Each step uses its own gradient. What is left over from the steps before?",
    ),
    Misconception(
        name="overfit-judged-by-loss",
        part="overfit_tiny_batch",
        edits=(("accuracy >= 0.99, accuracy", "losses[-1] < losses[0], accuracy"),),
        hint="A falling loss is not enough. What must the scores say in the end?",
    ),
    Misconception(
        name="overfit-nine-tenths-are-enough",
        part="overfit_tiny_batch",
        edits=(("accuracy >= 0.99", "accuracy >= 0.9"),),
        hint="How many of the samples must be right?",
    ),
    Misconception(
        name="overfit-samples-with-replacement",
        part="overfit_tiny_batch",
        edits=(("replace=False", "replace=True"),),
        hint="May a sample be drawn twice?",
    ),
    Misconception(
        name="overfit-first-samples",
        part="overfit_tiny_batch",
        edits=((CHOSEN, "chosen = np.arange(num_samples)\n"),),
        hint="Data often lie sorted by class. Which classes do the first samples have?",
    ),
    Misconception(
        name="overfit-new-samples-every-step",
        part="overfit_tiny_batch",
        edits=((STEPS, STEPS + "        " + CHOSEN + "        " + PAIRS),),
        hint="How many different samples does the network get to see in all the steps?",
    ),
    Misconception(
        name="overfit-accuracy-on-all-samples",
        part="overfit_tiny_batch",
        edits=(("scores_fn(moving, X_tiny)", "scores_fn(moving, X)"), ("predicted == y_tiny", "predicted == y")),
        hint="Which samples is the network to know by heart?",
    ),
    Misconception(
        name="overfit-scores-of-the-start",
        part="overfit_tiny_batch",
        edits=(("scores_fn(moving, X_tiny)", "scores_fn(params, X_tiny)"),),
        hint="With which parameters are the scores computed: those before training, or those after it?",
    ),
    Misconception(
        name="overfit-changes-the-parameters",
        part="overfit_tiny_batch",
        edits=(("{name: value.copy() for name, value in params.items()}", "params"),),
        hint="Which arrays does the check move, and who else holds them?",
    ),
    Misconception(
        name="overfit-loss-after-the-step",
        part="overfit_tiny_batch",
        edits=(
            (KEEPS, ""),
            (MOVES + "\n", MOVES + "\n        losses.append(float(loss_fn(moving, X_tiny, y_tiny)[0]))\n"),
        ),
        hint="Does the loss belong to the parameters before the step, or to those after it?",
    ),
)
