"""Wrong solutions of the range test and the suggested rate: the reference with a small edit each."""

from grader.misconceptions import Misconception

GRID = "np.geomspace(lr_min, lr_max, num_steps)"
ENDS = "if not np.isfinite(loss) or loss > 4.0 * min([loss, *losses]):\n            break\n"
BEGINS = "    losses = []\n    for lr in lrs:\n"
KEEPS = "        losses.append(float(loss))\n"
SUGGESTED = "slopes = np.gradient(losses, np.log(lrs))\n    return float(lrs[np.argmin(slopes)])"

MISCONCEPTIONS = (
    Misconception(
        name="lr-test-linear-grid",
        part="lr_range_test",
        edits=((GRID, "np.linspace(lr_min, lr_max, num_steps)"),),
        hint="Is it a difference or a factor by which the rate grows from step to step?",
    ),
    Misconception(
        name="lr-test-last-rate-missing",
        part="lr_range_test",
        edits=((GRID, "lr_min * (lr_max / lr_min) ** (np.arange(num_steps) / num_steps)"),),
        hint="Between n rates there are n - 1 steps. Which rate is your last one?",
    ),
    Misconception(
        name="lr-test-leaves-weights-changed",
        part="lr_range_test",
        edits=(("{name: value.copy() for name, value in params.items()}", "params"),),
        hint="The test ruins the parameters it moves. Whose are they? A new dictionary may hold the old arrays.",
        also=("lr-test-shallow-copy",),
    ),
    Misconception(
        name="lr-test-each-rate-from-the-start",
        part="lr_range_test",
        edits=(
            ("    moving = {name: value.copy() for name, value in params.items()}\n", ""),
            (BEGINS, BEGINS + "        moving = {name: value.copy() for name, value in params.items()}\n"),
        ),
        hint="Where does the second step begin: where the first one ended, or at the start again?",
    ),
    Misconception(
        name="lr-test-never-ends",
        part="lr_range_test",
        edits=((ENDS, ENDS.replace("break", "pass")),),
        hint="What does the test do when the loss explodes?",
    ),
    Misconception(
        name="lr-test-nan-not-noticed",
        part="lr_range_test",
        edits=(("not np.isfinite(loss) or ", ""),),
        hint="How does Python answer when NaN is compared with a number?",
    ),
    Misconception(
        name="lr-test-exploded-loss-kept",
        part="lr_range_test",
        edits=((KEEPS, ""), ("        if not np.isfinite", KEEPS + "        if not np.isfinite")),
        hint="Does the loss that ends the test belong to the result?",
    ),
    Misconception(
        name="lr-test-compares-with-first-loss",
        part="lr_range_test",
        edits=(("min([loss, *losses])", "[*losses, loss][0]"),),
        hint="Four times as large as which loss?",
    ),
    Misconception(
        name="lr-test-compares-with-previous-loss",
        part="lr_range_test",
        edits=(("min([loss, *losses])", "[loss, *losses][-1]"),),
        hint="Four times as large as which loss?",
    ),
    Misconception(
        name="lr-test-ends-at-any-rise",
        part="lr_range_test",
        edits=(("4.0 * min(", "min("),),
        hint="The loss of small batches goes up and down. From where on is it an explosion?",
    ),
    Misconception(
        name="lr-test-one-batch-for-all",
        part="lr_range_test",
        edits=(("        X, y = next_batch()\n", ""), (BEGINS, "    X, y = next_batch()\n" + BEGINS)),
        hint="How many batches does the test ask for, and how many steps does it take?",
    ),
    Misconception(
        name="lr-test-loss-after-the-step",
        part="lr_range_test",
        edits=(
            (KEEPS, ""),
            (
                "moving[name] -= lr * gradient\n",
                "moving[name] -= lr * gradient\n        losses.append(float(loss_fn(moving, X, y)[0]))\n",
            ),
        ),
        hint="Does the loss belong to the parameters before the step, or to those after it?",
    ),
    Misconception(
        name="lr-test-ascends",
        part="lr_range_test",
        edits=(("-= lr * gradient", "+= lr * gradient"),),
        hint="The gradient points uphill. Which way is the loss to go?",
    ),
    # The suggestion
    Misconception(
        name="suggest-lr-at-minimum-not-slope",
        part="suggest_lr",
        edits=((SUGGESTED, "return float(lrs[np.argmin(losses)])"),),
        hint="At its lowest point the curve no longer falls. Which property of the curve is wanted?",
    ),
    Misconception(
        name="suggest-lr-tenth-of-minimum",
        part="suggest_lr",
        edits=((SUGGESTED, "return float(lrs[np.argmin(losses)]) / 10.0"),),
        hint="A rule of thumb starts from the lowest point. The docstring asks for the steepest one.",
    ),
    Misconception(
        name="suggest-lr-slope-over-rate",
        part="suggest_lr",
        edits=(("np.log(lrs)", "lrs"),),
        hint="A tenth of a power of ten is a long way at 1 and none at all at 0.00001. Over what is the slope taken?",
    ),
    Misconception(
        name="suggest-lr-steepest-either-way",
        part="suggest_lr",
        edits=(("np.argmin(slopes)", "np.argmax(np.abs(slopes))"),),
        hint="The curve is steep where it explodes, too. Which sign has the slope that you want?",
    ),
    Misconception(
        name="suggest-lr-steepest-rise",
        part="suggest_lr",
        edits=(("np.argmin(slopes)", "np.argmax(slopes)"),),
        hint="Which sign has the slope of a loss that falls?",
    ),
    Misconception(
        name="suggest-lr-returns-index",
        part="suggest_lr",
        edits=(("lrs[np.argmin(slopes)]", "np.argmin(slopes)"),),
        hint="You found the place. Which rate is there?",
    ),
)
