"""Wrong solutions of the LSTM, one step and a sequence: the reference with a small edit each."""

from grader.misconceptions import Misconception

# What is wrong inside of a forward is wrong in its cache too, and so in whatever the backward makes of it.
STEP_FORWARD = (
    Misconception(
        name="lstm-gate-order-swapped",
        part="lstm_step_forward",
        edits=(("score_i, score_f, score_o, score_g =", "score_i, score_f, score_g, score_o ="),),
        hint="The docstring gives the order of the four blocks. Which gate reads which of them?",
        affects=("lstm_step_backward",),
    ),
    Misconception(
        name="lstm-forget-gate-applied-to-g",
        part="lstm_step_forward",
        edits=(("f * prev_c + i * g", "i * prev_c + f * g"),),
        hint="One gate decides what stays of the old cell, another what comes in. Which is which?",
        affects=("lstm_step_backward",),
    ),
    Misconception(
        name="lstm-candidate-uses-sigmoid",
        part="lstm_step_forward",
        edits=(("g = np.tanh(score_g)", "g = sigmoid(score_g)"),),
        hint="Could your cell ever be lowered by what comes in? Look at how the candidate is squashed.",
        affects=("lstm_step_backward",),
    ),
    Misconception(
        name="lstm-prev_h-ignored",
        part="lstm_step_forward",
        edits=(("x @ Wx + prev_h @ Wh + b", "x @ Wx + b"),),
        hint="Do your gates know of the hidden state before the step?",
        affects=("lstm_step_backward",),
    ),
    Misconception(
        name="lstm-tanh-on-c-omitted",
        part="lstm_step_forward",
        edits=(("next_h = o * squashed_c", "next_h = o * next_c"),),
        hint="The cell can grow without bound, the hidden state cannot. What stands between them?",
    ),
    Misconception(
        name="lstm-outputs-swapped",
        part="lstm_step_forward",
        edits=(("return next_h, next_c,", "return next_c, next_h,"),),
        hint="Which of the two states comes first among the results?",
    ),
)

STEP_BACKWARD = (
    Misconception(
        name="lstm-dprev_c-uses-raw-dnext_c",
        part="lstm_step_backward",
        edits=(("dprev_c = dc * f", "dprev_c = dnext_c * f"),),
        hint="By how many ways does the loss depend on the cell, and does what you send back to prev_c know of all?",
        seen="[1, lit]",
    ),
    Misconception(
        name="lstm-dc-misses-dh-path",
        part="lstm_step_backward",
        edits=(("dc = dnext_c + dnext_h * o * (1.0 - squashed_c**2)", "dc = dnext_c"),),
        hint="The hidden state is computed from the new cell. What comes back to the cell from there?",
    ),
    Misconception(
        name="lstm-dc-misses-dnext_c",
        part="lstm_step_backward",
        edits=(("dc = dnext_c + dnext_h", "dc = dnext_h"),),
        hint="Two gradients arrive at a step. Which of them do you not use?",
    ),
    Misconception(
        name="lstm-slope-of-tanh-on-c-omitted",
        part="lstm_step_backward",
        edits=(("dnext_h * o * (1.0 - squashed_c**2)", "dnext_h * o"),),
        hint="Between the cell and the hidden state the gradient meets the output gate and one more function.",
    ),
    Misconception(
        name="lstm-sigmoid-derivative-omitted",
        part="lstm_step_backward",
        edits=(
            ("dc * g * i * (1.0 - i)", "dc * g"),
            ("dc * prev_c * f * (1.0 - f)", "dc * prev_c"),
            ("dnext_h * squashed_c * o * (1.0 - o)", "dnext_h * squashed_c"),
        ),
        hint="You have the gradients of the gates. The weights act on what goes *into* the gates: what lies between?",
        seen="[lit]",
    ),
    Misconception(
        name="lstm-candidate-slope-of-sigmoid",
        part="lstm_step_backward",
        edits=(("(1.0 - g**2)", "g * (1.0 - g)"),),
        hint="Four blocks, two kinds of squashing: which slope belongs to the candidate?",
    ),
    Misconception(
        name="lstm-dscores-in-other-order",
        part="lstm_step_backward",
        edits=(("[dscore_i, dscore_f, dscore_o, dscore_g]", "[dscore_i, dscore_f, dscore_g, dscore_o]"),),
        hint="In which order does your forward cut the four blocks, and in which does your backward join them again?",
    ),
    Misconception(
        name="lstm-bias-not-summed",
        part="lstm_step_backward",
        edits=(("np.sum(dscores, axis=0)", "dscores"),),
        hint="db has the shape of b. How many rows of the batch use the one bias?",
    ),
    Misconception(
        name="lstm-step-cache-shared",
        part="lstm_step_backward",
        where="lstm_step_forward",
        edits=(
            (
                "return next_h, next_c, (x, prev_h, prev_c, Wx, Wh, i, f, o, g, squashed_c)",
                'shared = lstm_step_forward.__dict__.setdefault("shared", [None] * 10)\n'
                "    shared[:] = x, prev_h, prev_c, Wx, Wh, i, f, o, g, squashed_c\n"
                "    return next_h, next_c, shared",
            ),
        ),
        hint="A sequence calls lstm_step_forward for every step, then goes back. Whose gates does the backward see?",
    ),
)

SEQUENCE_FORWARD = (
    Misconception(
        name="lstm-cell-state-not-carried",
        part="lstm_forward",
        edits=(("prev_h, prev_c, cache = lstm", "prev_h, _, cache = lstm"),),
        hint="Right for the first step only. How many states does a step hand on to the next?",
        affects=("lstm_backward",),
    ),
    Misconception(
        name="lstm-c0-is-h0",
        part="lstm_forward",
        edits=(("h0, np.zeros_like(h0)", "h0, h0"),),
        hint="The hidden state starts at h0. And the cell?",
        affects=("lstm_backward",),
    ),
    Misconception(
        name="lstm-hidden-state-not-carried",
        part="lstm_forward",
        edits=(("lstm_step_forward(x[:, t], prev_h,", "lstm_step_forward(x[:, t], h0,"),),
        hint="Right for the first step only. Which hidden state does the second step start from?",
        affects=("lstm_backward",),
    ),
    Misconception(
        name="lstm-returns-cells",
        part="lstm_forward",
        edits=(("states.append(prev_h)", "states.append(prev_c)"),),
        hint="Of the two memories, which one is the output of the network?",
    ),
)

SEQUENCE_BACKWARD = (
    Misconception(
        name="lstm-dc-not-passed-back",
        part="lstm_backward",
        edits=(("lstm_step_backward(dnext_h, dprev_c,", "lstm_step_backward(dnext_h, np.zeros_like(dprev_c),"),),
        hint="Two states go from step to step on the way forward. How many gradients do on your way back?",
        seen="[lit]",
    ),
    Misconception(
        name="lstm-dh-not-passed-back",
        part="lstm_backward",
        edits=(("dh[:, t] + dprev_h", "dh[:, t]"),),
        hint="Each hidden state is an output and also what the next step starts from. What arrives at it?",
    ),
    Misconception(
        name="lstm-dc-starts-with-dh",
        part="lstm_backward",
        edits=(("np.zeros_like(dh[:, 0]), np.zeros_like(dh[:, 0])", "np.zeros_like(dh[:, 0]), dh[:, -1]"),),
        hint="The last cell is no output and no step comes behind it. Which gradient arrives at it?",
    ),
    Misconception(
        name="lstm-no-accumulation",
        part="lstm_backward",
        edits=(
            ("dWx = dWx + dWx_t", "dWx = dWx_t"),
            ("dWh = dWh + dWh_t", "dWh = dWh_t"),
            ("db = db + db_t", "db = db_t"),
        ),
        hint="In how many steps is each weight used, and what of that is left after your loop?",
    ),
)

MISCONCEPTIONS = STEP_FORWARD + STEP_BACKWARD + SEQUENCE_FORWARD + SEQUENCE_BACKWARD
