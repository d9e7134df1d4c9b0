"""Wrong solutions of the GRU, one step and a sequence: the reference with a small edit each."""

from grader.misconceptions import Misconception

# What is wrong inside of a forward is wrong in its cache too, and so in whatever the backward makes of it.
STEP_FORWARD = (
    Misconception(
        name="gru-z-inverted",
        part="gru_step_forward",
        edits=(("z * prev_h + (1.0 - z) * n", "(1.0 - z) * prev_h + z * n"),),
        hint="There are two conventions for the update gate. Is the state kept at z = 1, or replaced?",
    ),
    Misconception(
        name="gru-reset-after-matmul",
        part="gru_step_forward",
        edits=(("(r * prev_h) @ Wh[:, 2 * H :]", "r * (prev_h @ Wh[:, 2 * H :])"),),
        hint="There are two variants. Is the state reset before its product with Wh, or after?",
        affects=("gru_step_backward",),
    ),
    Misconception(
        name="gru-reset-unused",
        part="gru_step_forward",
        edits=(("(r * prev_h) @ Wh[", "prev_h @ Wh["),),
        hint="Three gates are computed. Which of them does your candidate not look at?",
        affects=("gru_step_backward",),
    ),
    Misconception(
        name="gru-gate-order-swapped",
        part="gru_step_forward",
        edits=(("r, z = np.split", "z, r = np.split"),),
        hint="The docstring gives the order of the three blocks. Which gate reads which of them?",
        affects=("gru_step_backward",),
    ),
)

STEP_BACKWARD = (
    Misconception(
        name="gru-dh-misses-z-path",
        part="gru_step_backward",
        edits=(("dnext_h * z + dreset_h * r", "dreset_h * r"),),
        hint="In how many places of the formulas does the state before the step stand? Count the terms of dprev_h.",
    ),
    Misconception(
        name="gru-dh-misses-reset-factor",
        part="gru_step_backward",
        edits=(("dreset_h * r +", "dreset_h +"),),
        hint="The candidate sees the state through the reset gate. Does your gradient come back through it?",
    ),
    Misconception(
        name="gru-dWh-from-whole-state",
        part="gru_step_backward",
        edits=(("(r * prev_h).T @ dscore_n", "prev_h.T @ dscore_n"),),
        hint="What multiplied the candidate's block of Wh on the way forward?",
    ),
    Misconception(
        name="gru-dz-sign-flipped",
        part="gru_step_backward",
        edits=(("(prev_h - n)", "(n - prev_h)"),),
        hint="If z grows a little, does the new state move towards the old one or towards the candidate?",
    ),
)

SEQUENCES = (
    Misconception(
        name="gru-h0-used-every-step",
        part="gru_forward",
        edits=(("gru_step_forward(x[:, t], prev_h,", "gru_step_forward(x[:, t], h0,"),),
        hint="Right for the first step only. What does the second step remember?",
        affects=("gru_backward",),
    ),
    Misconception(
        name="gru-state-before-step-returned",
        part="gru_forward",
        edits=(
            ("prev_h, cache = gru", "states.append(prev_h)\n        prev_h, cache = gru"),
            ("        states.append(prev_h)\n        caches", "        caches"),
        ),
        hint="h[:, 0] is the state after the first step. Is h0 among the states that you return?",
    ),
    Misconception(
        name="gru-dh-not-passed-back",
        part="gru_backward",
        edits=(("dh[:, t] + dprev_h", "dh[:, t]"),),
        hint="Each state is an output and also what the next step starts from. What arrives at it?",
    ),
    Misconception(
        name="gru-no-accumulation",
        part="gru_backward",
        edits=(
            ("dWx = dWx + dWx_t", "dWx = dWx_t"),
            ("dWh = dWh + dWh_t", "dWh = dWh_t"),
            ("db = db + db_t", "db = db_t"),
        ),
        hint="In how many steps is each weight used, and what of that is left after your loop?",
    ),
)

MISCONCEPTIONS = STEP_FORWARD + STEP_BACKWARD + SEQUENCES
