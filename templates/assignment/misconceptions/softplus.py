"""Wrong solutions of softplus: the solution with one edit each, a name and a hint."""

from grader.misconceptions import Misconception

MISCONCEPTIONS = (
    Misconception(
        name="softplus-overflow",
        part="softplus_forward",
        edits=(("np.logaddexp(0.0, x)", "np.log(1.0 + np.exp(x))"),),
        hint="What is the exponential of 800 in float64? Look for a form, or a function, that never asks for it.",
    ),
    Misconception(
        name="softplus-base-2",
        part="softplus_forward",
        edits=(("np.logaddexp(0.0, x)", "np.logaddexp2(0.0, x)"),),
        hint="Which logarithm does the formula mean?",
    ),
    Misconception(
        name="softplus-slope-of-output",
        part="softplus_backward",
        edits=(("    x = cache\n", "    x = np.logaddexp(0.0, cache)\n"),),
        hint="At which point is the slope taken: at what went in, or at what came out?",
    ),
    Misconception(
        name="softplus-sign-slip",
        part="softplus_backward",
        edits=(("np.logaddexp(0.0, -x)", "np.logaddexp(0.0, x)"),),
        hint="Is the slope near 0 or near 1 where x is large?",
    ),
)
