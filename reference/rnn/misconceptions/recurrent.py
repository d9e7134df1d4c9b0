"""Wrong solutions of the recurrent step and of the sequence: the reference with a small edit each."""

from grader.misconceptions import Misconception

# What is wrong inside of a forward is wrong in its cache too, and so in whatever the backward makes of it.
STEP_FORWARD = (
    Misconception(
        name="rnn-prev_h-ignored",
        part="rnn_step_forward",
        edits=(("x @ Wx + prev_h @ Wh + b", "x @ Wx + b"),),
        hint="What does the step remember? Change one of its inputs at a time and see whether the result moves.",
        affects=("rnn_step_backward",),
    ),
    Misconception(
        name="rnn-bias-omitted",
        part="rnn_step_forward",
        edits=(("x @ Wx + prev_h @ Wh + b", "x @ Wx + prev_h @ Wh"),),
        hint="The result does not depend on one of the five inputs. Which one?",
        affects=("rnn_step_backward",),
    ),
    Misconception(
        name="rnn-tanh-omitted",
        part="rnn_step_forward",
        edits=(("return next_h, (", "return x @ Wx + prev_h @ Wh + b, ("),),
        hint="Between which two numbers does a hidden state lie, and do yours?",
    ),
    Misconception(
        name="rnn-Wh-transposed",
        part="rnn_step_forward",
        edits=(("prev_h @ Wh +", "prev_h @ Wh.T +"),),
        hint="A square matrix fits either way round. Which of its axes does the docstring multiply by the state?",
        affects=("rnn_step_backward",),
    ),
)

STEP_BACKWARD = (
    Misconception(
        name="rnn-tanh-derivative-of-input",
        part="rnn_step_backward",
        where="rnn_step_forward",
        edits=(("Wx, Wh, next_h)", "Wx, Wh, x @ Wx + prev_h @ Wh + b)"),),
        hint="In 1 - u**2, is u what went into tanh or what came out of it, and which of the two is in your cache?",
    ),
    Misconception(
        name="rnn-tanh-applied-again-in-derivative",
        part="rnn_step_backward",
        edits=(("next_h**2", "np.tanh(next_h) ** 2"),),
        hint="Is what you have kept still to be squashed, or has it been squashed already?",
    ),
    Misconception(
        name="rnn-tanh-derivative-omitted",
        part="rnn_step_backward",
        edits=(("dnext_h * (1.0 - next_h**2)", "dnext_h"),),
        hint="On its way back the gradient meets tanh first. Where does a unit at the end of tanh stop it?",
    ),
    Misconception(
        name="rnn-tanh-derivative-not-squared",
        part="rnn_step_backward",
        edits=(("next_h**2", "next_h"),),
        hint="The slope of tanh is the same at a and at -a. Is yours?",
    ),
    Misconception(
        name="rnn-cache-Wx-Wh-swapped",
        part="rnn_step_backward",
        edits=(("x, prev_h, Wx, Wh, next_h = cache", "x, prev_h, Wh, Wx, next_h = cache"),),
        hint="Compare the order in which the cache is packed with the order in which it is unpacked.",
        seen="[1]",
    ),
    Misconception(
        name="rnn-bias-not-summed",
        part="rnn_step_backward",
        edits=(("np.sum(dscore, axis=0)", "dscore"),),
        hint="db has the shape of b. How many rows of the batch use the one bias?",
    ),
    Misconception(
        name="rnn-db-wrong-axis",
        part="rnn_step_backward",
        edits=(("np.sum(dscore, axis=0)", "np.sum(dscore, axis=1)"),),
        hint="Each bias is added to one unit, in every row of the batch: over which axis do its effects add up?",
    ),
    Misconception(
        name="rnn-dprev_h-Wh-not-transposed",
        part="rnn_step_backward",
        edits=(("dscore @ Wh.T", "dscore @ Wh"),),
        hint="A square matrix fits either way round. Which of its axes counts the units that the gradient comes from?",
    ),
    Misconception(
        name="rnn-dWh-from-next_h",
        part="rnn_step_backward",
        edits=(("prev_h.T @ dscore", "next_h.T @ dscore"),),
        hint="Which state did Wh multiply on the way forward: the one before the step or the one after it?",
    ),
    Misconception(
        name="rnn-step-cache-shared",
        part="rnn_step_backward",
        where="rnn_step_forward",
        edits=(
            (
                "return next_h, (x, prev_h, Wx, Wh, next_h)",
                'shared = rnn_step_forward.__dict__.setdefault("shared", [None] * 5)\n'
                "    shared[:] = x, prev_h, Wx, Wh, next_h\n"
                "    return next_h, shared",
            ),
        ),
        hint="A sequence calls rnn_step_forward for every step before it goes back. Whose state does the backward see?",
    ),
)

SEQUENCE_FORWARD = (
    Misconception(
        name="rnn-h0-used-every-step",
        part="rnn_forward",
        edits=(("rnn_step_forward(x[:, t], prev_h,", "rnn_step_forward(x[:, t], h0,"),),
        hint="Right for the first step only. What does the second step remember?",
        affects=("rnn_backward",),
        seen="[1]",
    ),
    Misconception(
        name="rnn-h0-ignored",
        part="rnn_forward",
        edits=(("prev_h = h0", "prev_h = np.zeros_like(h0)"),),
        hint="The state before the first step is given. Who uses it?",
        affects=("rnn_backward",),
    ),
    Misconception(
        name="rnn-state-before-step-returned",
        part="rnn_forward",
        edits=(
            ("prev_h, cache = rnn", "states.append(prev_h)\n        prev_h, cache = rnn"),
            ("        states.append(prev_h)\n        caches", "        caches"),
        ),
        hint="h[:, 0] is the state after the first step. Is h0 among the states that you return?",
    ),
    Misconception(
        name="rnn-loop-over-batch",
        part="rnn_forward",
        edits=(("range(x.shape[1])", "range(x.shape[0])"),),
        hint="x is (N, T, D). Which axis of it counts the steps?",
        affects=("rnn_backward",),
    ),
    Misconception(
        name="rnn-time-axis-first",
        part="rnn_forward",
        edits=(("np.stack(states, axis=1)", "np.stack(states)"),),
        hint="The docstring gives the order of the axes of h: which one comes first?",
    ),
    Misconception(
        name="squeeze-breaks-batch-1",
        part="rnn_forward",
        edits=(("return np.stack(states, axis=1)", "return np.squeeze(np.stack(states, axis=1))"),),
        hint="What becomes of the axes of h when the batch has one sequence, or a sequence one step?",
        seen="[1]",
    ),
)

SEQUENCE_BACKWARD = (
    Misconception(
        name="bptt-no-dprev_h",
        part="rnn_backward",
        edits=(("dh[:, t] + dprev_h", "dh[:, t]"),),
        hint="Each state is used twice, as an output and by the next step. By which way does your gradient come back?",
        seen="[1]",
    ),
    Misconception(
        name="bptt-no-accumulation",
        part="rnn_backward",
        edits=(
            ("dWx = dWx + dWx_t", "dWx = dWx_t"),
            ("dWh = dWh + dWh_t", "dWh = dWh_t"),
            ("db = db + db_t", "db = db_t"),
        ),
        hint="In how many steps is each weight used, and what of that is left after your loop?",
        seen="[1]",
    ),
    Misconception(
        name="bptt-forward-order",
        part="rnn_backward",
        edits=(("reversed(range(dh.shape[1]))", "range(dh.shape[1])"), ("dx_backwards[::-1]", "dx_backwards")),
        hint="Which step can go back first, because nothing comes behind it?",
    ),
    Misconception(
        name="bptt-dx-in-reversed-time",
        part="rnn_backward",
        edits=(("dx_backwards[::-1]", "dx_backwards"),),
        hint="dx[:, 0] belongs to the first step. In which order did your loop find the gradients?",
    ),
    Misconception(
        name="bptt-last-step-dh-dropped",
        part="rnn_backward",
        edits=(("dh[:, t] + dprev_h", "dh[:, t] * (t + 1 < dh.shape[1]) + dprev_h"),),
        hint="The last state is an output as well. What does your loop start from?",
    ),
    Misconception(
        name="bptt-only-last-step-dh-used",
        part="rnn_backward",
        edits=(("dh[:, t] + dprev_h", "dh[:, t] * (t + 1 == dh.shape[1]) + dprev_h"),),
        hint="The loss may look at every state, not at the last one only. Which entries of dh does your loop read?",
    ),
    Misconception(
        name="bptt-dh0-missing",
        part="rnn_backward",
        edits=(("return dx, dprev_h,", "return dx, np.zeros_like(dprev_h),"),),
        hint="The state before the first step is an input like the others. What comes back to it from the first step?",
    ),
    Misconception(
        name="bptt-averaged-over-time",
        part="rnn_backward",
        edits=(
            ("return dx, dprev_h, dWx, dWh, db", "T = dh.shape[1]\n    return dx, dprev_h, dWx / T, dWh / T, db / T"),
        ),
        hint="A weight that is used in every step: do its effects on the loss add up, or are they averaged?",
    ),
    Misconception(
        name="seq-T1-index-assumption",
        part="rnn_backward",
        edits=(("np.zeros_like(dh[:, 0])", "np.zeros_like(dh[:, 1])"),),
        hint="Right from two steps on. Which index does not exist when there is one step?",
        seen="[2]",
    ),
    Misconception(
        name="seq-hardcoded-timestep-index",
        part="rnn_backward",
        edits=(("range(dh.shape[1])", "range(10)"),),
        hint="Does the number of steps come from the arrays, or is it written into the code?",
        seen="[1]",
    ),
)

MISCONCEPTIONS = STEP_FORWARD + STEP_BACKWARD + SEQUENCE_FORWARD + SEQUENCE_BACKWARD
