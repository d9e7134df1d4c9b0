"""Wrong solutions of relative error and numerical gradients: the reference with a small edit each."""

from grader.misconceptions import Misconception

ONE_SIDED = "Are the two points equally far from x, one on each side?"
RESTORE = "What does the second entry see if the first was not put back?"
DISTANCE = "How far apart are the two points at which f is called?"
STEP = "Right with the default step at most: where does the argument h enter?"

MISCONCEPTIONS = (
    Misconception(
        name="relerror-no-max-guard",
        part="rel_error",
        edits=(("np.maximum(1e-8, np.abs(x) + np.abs(y))", "(np.abs(x) + np.abs(y))"),),
        hint="What is the relative error of 0 and 0?",
    ),
    Misconception(
        name="relerror-guard-added",
        part="rel_error",
        edits=(("np.maximum(1e-8, np.abs(x) + np.abs(y))", "(1e-8 + np.abs(x) + np.abs(y))"),),
        hint="The small number takes the place of the sum where the sum is smaller; it is not added to it.",
    ),
    Misconception(
        name="relerror-larger-instead-of-sum",
        part="rel_error",
        edits=(("np.abs(x) + np.abs(y)", "np.maximum(np.abs(x), np.abs(y))"),),
        hint="Two conventions are common. Compare with the worked number: what are 1 and 3 divided by here?",
    ),
    Misconception(
        name="relerror-mean-not-max",
        part="rel_error",
        edits=(("np.max(difference / magnitude)", "np.mean(difference / magnitude)"),),
        hint="One wrong entry among many must show: which entry decides?",
    ),
    Misconception(
        name="relerror-sum-not-max",
        part="rel_error",
        edits=(("np.max(difference / magnitude)", "np.sum(difference / magnitude)"),),
        hint="Can the relative error exceed 1? Which entry decides?",
    ),
    Misconception(
        name="relerror-ratio-of-maxima",
        part="rel_error",
        edits=(("np.max(difference / magnitude)", "np.max(difference) / np.max(magnitude)"),),
        hint="Each entry is compared with its own size first; the worst is taken after that.",
    ),
    Misconception(
        name="relerror-absolute",
        part="rel_error",
        edits=(("difference / magnitude", "difference"),),
        hint="Is the difference compared with the size of the numbers?",
    ),
    Misconception(
        name="relerror-signed-difference",
        part="rel_error",
        edits=(("difference = np.abs(x - y)", "difference = x - y"),),
        hint="What if the second number is the larger one?",
    ),
    Misconception(
        name="relerror-abs-of-sum",
        part="rel_error",
        edits=(("np.abs(x) + np.abs(y)", "np.abs(x + y)"),),
        hint="What if the two numbers have opposite signs?",
    ),
    # A scalar function
    Misconception(
        name="numgrad-one-sided",
        part="eval_numerical_gradient",
        edits=(("x[position] = original - h", "x[position] = original"), ("(2.0 * h)", "h")),
        hint=ONE_SIDED,
    ),
    Misconception(
        name="numgrad-does-not-restore-x",
        part="eval_numerical_gradient",
        edits=(("value_below = f(x)\n        x[position] = original\n", "value_below = f(x)\n"),),
        hint=RESTORE,
    ),
    Misconception(
        name="numgrad-divides-by-h",
        part="eval_numerical_gradient",
        edits=(("(2.0 * h)", "h"),),
        hint=DISTANCE,
    ),
    Misconception(
        name="numgrad-missing-parentheses",
        part="eval_numerical_gradient",
        edits=(("/ (2.0 * h)", "/ 2.0 * h"),),
        hint="In which order does Python divide and multiply?",
    ),
    Misconception(
        name="numgrad-sign-flipped",
        part="eval_numerical_gradient",
        edits=(("(value_above - value_below)", "(value_below - value_above)"),),
        hint="If f grows with an entry, which sign has its gradient there?",
    ),
    Misconception(
        name="numgrad-step-ignored",
        part="eval_numerical_gradient",
        edits=(("original + h", "original + 1e-5"), ("original - h", "original - 1e-5"), ("2.0 * h", "2e-5")),
        hint=STEP,
    ),
    Misconception(
        name="numgrad-moves-all-entries",
        part="eval_numerical_gradient",
        edits=(
            ("x[position] = original + h", "x += h"),
            ("x[position] = original - h", "x -= 2.0 * h"),
            ("value_below = f(x)\n        x[position] = original", "value_below = f(x)\n        x += h"),
        ),
        hint="A partial derivative moves one entry and keeps the others where they are.",
    ),
    # A function that returns an array
    Misconception(
        name="numgrad-array-one-sided",
        part="eval_numerical_gradient_array",
        edits=(("x[position] = original - h", "x[position] = original"), ("(2.0 * h)", "h")),
        hint=ONE_SIDED,
    ),
    Misconception(
        name="numgrad-array-does-not-restore-x",
        part="eval_numerical_gradient_array",
        edits=(("values_below = np.array(f(x))\n        x[position] = original\n", "values_below = np.array(f(x))\n"),),
        hint=RESTORE,
    ),
    Misconception(
        name="numgrad-array-divides-by-h",
        part="eval_numerical_gradient_array",
        edits=(("(2.0 * h)", "h"),),
        hint=DISTANCE,
    ),
    Misconception(
        name="numgrad-array-step-ignored",
        part="eval_numerical_gradient_array",
        edits=(("original + h", "original + 1e-5"), ("original - h", "original - 1e-5"), ("2.0 * h", "2e-5")),
        hint=STEP,
    ),
    Misconception(
        name="numgrad-array-ignores-df",
        part="eval_numerical_gradient_array",
        edits=(("(values_above - values_below) * df", "values_above - values_below"),),
        hint="The gradient arriving from above weighs the entries of f: where does df enter?",
    ),
    Misconception(
        name="numgrad-array-averaged",
        part="eval_numerical_gradient_array",
        edits=(("np.sum((values_above", "np.mean((values_above"),),
        hint="The chain rule sums over all entries of f. Is anything divided by their number?",
    ),
)
