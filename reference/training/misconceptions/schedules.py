"""Wrong solutions of learning rate schedules and clipping: the reference with a small edit each."""

from grader.misconceptions import Misconception

DECAY = "math.exp(-decay_rate * step)"
RISE = "max_lr * step / warmup"
PROGRESS = "progress = (step - warmup) / (total - warmup)"
COSINE = "min_lr + 0.5 * (max_lr - min_lr) * (1.0 + math.cos(math.pi * progress))"
LR = "lr = low_lr + height * (max_lr - low_lr)"
MOMENTUM = "momentum = high_momentum - height * (high_momentum - low_momentum)"
NORM = "math.sqrt(sum(float(np.sum(gradient**2)) for gradient in grads.values()))"
SCALE = "scale = max_norm / norm if norm > max_norm else 1.0"
CLIPPED = "{name: scale * gradient for name, gradient in grads.items()}, norm"
CLIP = "np.clip(gradient, -limit, limit)"

MISCONCEPTIONS = (
    Misconception(
        name="schedule-off-by-one",
        part="step_decay",
        edits=(("step // drop_every", "(step + 1) // drop_every"),),
        hint="Steps count from 0. Write down the rates around the first cut: at which step does it come?",
    ),
    Misconception(
        name="step-decay-cuts-late",
        part="step_decay",
        edits=(("step // drop_every", "max(step - 1, 0) // drop_every"),),
        hint="Write down the rates around the first cut: at which step does it come?",
    ),
    Misconception(
        name="step-decay-without-steps",
        part="step_decay",
        edits=(("step // drop_every", "step / drop_every"),),
        hint="Is the rate constant between two cuts?",
    ),
    Misconception(
        name="step-decay-only-once",
        part="step_decay",
        edits=(("step // drop_every", "min(step // drop_every, 1)"),),
        hint="The first cut is right. What about the second?",
    ),
    Misconception(
        name="step-decay-product-not-power",
        part="step_decay",
        edits=(("base_lr * factor**drops", "base_lr * (factor * drops if drops else 1.0)"),),
        hint="Each cut multiplies by the factor once more. What do two cuts amount to?",
    ),
    Misconception(
        name="step-decay-subtracts-the-factor",
        part="step_decay",
        edits=(("factor**drops", "(1.0 - factor) ** drops"),),
        hint="Is the factor the share of the rate that stays, or the share that goes?",
    ),
    # Exponential decay
    Misconception(
        name="exp-decay-grows",
        part="exp_decay",
        edits=((DECAY, DECAY.replace("-decay_rate", "decay_rate")),),
        hint="Does the rate rise or fall?",
    ),
    Misconception(
        name="exp-decay-power-of-rate",
        part="exp_decay",
        edits=((DECAY, "decay_rate**step"),),
        hint="What is the base of the power, and what stands in the exponent? With a decay rate of 0 nothing decays.",
    ),
    Misconception(
        name="exp-decay-power-of-one-minus-rate",
        part="exp_decay",
        edits=((DECAY, "(1.0 - decay_rate) ** step"),),
        hint="Close, and not the same: the rate decays continuously. What is the base of the power?",
    ),
    Misconception(
        name="exp-decay-off-by-one",
        part="exp_decay",
        edits=((DECAY, DECAY.replace("step", "(step + 1)")),),
        hint="Steps count from 0. What is the rate at the first of them?",
    ),
    Misconception(
        name="exp-decay-inverse-time",
        part="exp_decay",
        edits=(("base_lr * " + DECAY, "base_lr / (1.0 + decay_rate * step)"),),
        hint="That is another schedule, decay by the inverse of time. Which function does the formula name?",
    ),
    # Cosine with warm-up
    Misconception(
        name="warmup-starts-at-max",
        part="cosine_with_warmup",
        edits=((RISE, "max_lr"),),
        hint="What is the rate at step 0 when there is a warm-up?",
    ),
    Misconception(
        name="warmup-falls",
        part="cosine_with_warmup",
        edits=((RISE, "max_lr * (1.0 - step / warmup)"),),
        hint="Which way does the rate go during the warm-up?",
    ),
    Misconception(
        name="warmup-off-by-one",
        part="cosine_with_warmup",
        edits=((RISE, "max_lr * (step + 1) / warmup"),),
        hint="At which step should the peak be reached, and what is the rate at step 0?",
    ),
    Misconception(
        name="warmup-from-min-lr",
        part="cosine_with_warmup",
        edits=((RISE, "min_lr + (max_lr - min_lr) * step / warmup"),),
        hint="At which rate does the rise begin?",
    ),
    Misconception(
        name="warmup-of-none-divides-by-zero",
        part="cosine_with_warmup",
        edits=(("if step < warmup", "if step <= warmup"),),
        hint="What happens at step 0 when there is no warm-up?",
    ),
    Misconception(
        name="cosine-in-degrees",
        part="cosine_with_warmup",
        edits=((COSINE, COSINE.replace("math.pi", "180.0")),),
        hint="In which unit does the cosine of Python take its argument?",
    ),
    Misconception(
        name="schedule-integer-division",
        part="cosine_with_warmup",
        edits=((PROGRESS, PROGRESS.replace(" / ", " // ")),),
        hint="Which values does the progress take on its way from 0 to 1?",
    ),
    Misconception(
        name="cosine-counts-from-step-0",
        part="cosine_with_warmup",
        edits=((PROGRESS, "progress = step / total"),),
        hint="The rate jumps at the end of the warm-up. What is the progress there?",
    ),
    Misconception(
        name="cosine-ends-late",
        part="cosine_with_warmup",
        edits=((PROGRESS, "progress = (step - warmup) / total"),),
        hint="What is the progress at the last step?",
    ),
    Misconception(
        name="cosine-whole-period",
        part="cosine_with_warmup",
        edits=((COSINE, COSINE.replace("math.pi", "2.0 * math.pi")),),
        hint="The rate falls and rises again. How much of a period does the schedule follow?",
    ),
    Misconception(
        name="cosine-quarter-period",
        part="cosine_with_warmup",
        edits=((COSINE, "min_lr + (max_lr - min_lr) * math.cos(0.5 * math.pi * progress)"),),
        hint="Both ends are right. Is the fall flat at the end, as that of half a cosine is?",
    ),
    Misconception(
        name="cosine-min-lr-ignored",
        part="cosine_with_warmup",
        edits=((COSINE, "0.5 * max_lr * (1.0 + math.cos(math.pi * progress))"),),
        hint="What is the rate at the last step?",
    ),
    Misconception(
        name="cosine-ends-at-twice-min-lr",
        part="cosine_with_warmup",
        edits=((COSINE, COSINE.replace("(max_lr - min_lr)", "max_lr")),),
        hint="Put the first and the last progress into your formula: is the peak still max_lr?",
    ),
    # One cycle
    Misconception(
        name="onecycle-momentum-not-inverse",
        part="one_cycle",
        edits=((MOMENTUM, "momentum = low_momentum + height * (high_momentum - low_momentum)"),),
        hint="Which way does momentum go while the learning rate rises?",
    ),
    Misconception(
        name="onecycle-momentum-constant",
        part="one_cycle",
        edits=((MOMENTUM, "momentum = high_momentum"),),
        hint="Two things change along the cycle. Do both of yours?",
    ),
    Misconception(
        name="onecycle-ends-at-the-start-rate",
        part="one_cycle",
        edits=(("(total - peak), max_lr / final_div", "(total - peak), max_lr / div"),),
        hint="The two ends of the cycle have rates of their own. Which belongs to the last step?",
    ),
    Misconception(
        name="onecycle-final-div-of-the-start-rate",
        part="one_cycle",
        edits=(("(total - peak), max_lr / final_div", "(total - peak), max_lr / (div * final_div)"),),
        hint="This is another convention. Of which rate is the last one a fraction, by the docstring?",
    ),
    Misconception(
        name="onecycle-peak-half-way",
        part="one_cycle",
        edits=(("peak = rise * total", "peak = 0.5 * total"),),
        hint="At which step is the rate largest?",
    ),
    Misconception(
        name="onecycle-peak-rounded",
        part="one_cycle",
        edits=(("peak = rise * total", "peak = int(rise * total)"),),
        hint="The peak may lie between two steps. Does yours?",
    ),
    Misconception(
        name="onecycle-rises-from-zero",
        part="one_cycle",
        edits=((LR, "lr = max(low_lr, height * max_lr)"),),
        hint="A line has two ends. At which rate does each of yours begin?",
    ),
    Misconception(
        name="onecycle-falls-over-all-steps",
        part="one_cycle",
        edits=(("(total - step) / (total - peak)", "(total - step) / total"),),
        hint="The rate jumps at the peak. How many steps has the way down?",
    ),
    Misconception(
        name="onecycle-cosine-not-linear",
        part="one_cycle",
        edits=((LR, "height = 0.5 - 0.5 * math.cos(math.pi * height)\n    " + LR),),
        hint="The ends and the peak are right. Which curve joins them?",
    ),
    # Clipping
    Misconception(
        name="clip-per-array-not-global",
        part="clip_grad_norm",
        edits=(
            (
                CLIPPED,
                "{name: gradient * min(1.0, max_norm / max(float(np.sqrt(np.sum(gradient**2))), 1e-12))"
                " for name, gradient in grads.items()}, norm",
            ),
        ),
        hint="Does the step still point the same way after clipping? How many norms does a network have?",
    ),
    Misconception(
        name="clip-always-rescales",
        part="clip_grad_norm",
        edits=((SCALE, "scale = max_norm / norm if norm > 0.0 else 1.0"),),
        hint="What should happen to gradients that are short already?",
    ),
    Misconception(
        name="clip-squared-norm",
        part="clip_grad_norm",
        edits=((NORM, NORM.removeprefix("math.sqrt")),),
        hint="The joint norm of (3) and (0, 4) is 5. Which one is yours?",
    ),
    Misconception(
        name="clip-sums-the-norms",
        part="clip_grad_norm",
        edits=((NORM, "sum(math.sqrt(float(np.sum(gradient**2))) for gradient in grads.values())"),),
        hint="The joint norm of (3) and (0, 4) is 5. Which one is yours, and in which order are sum and root taken?",
    ),
    Misconception(
        name="clip-largest-norm-of-an-array",
        part="clip_grad_norm",
        edits=((NORM, "max(math.sqrt(float(np.sum(gradient**2))) for gradient in grads.values())"),),
        hint="All gradients count as one long vector. How long is it?",
    ),
    Misconception(
        name="clip-to-unit-norm",
        part="clip_grad_norm",
        edits=((SCALE, SCALE.replace("max_norm / norm", "1.0 / norm")),),
        hint="How long are the gradients after clipping, and how long may they be?",
    ),
    Misconception(
        name="clip-returns-the-norm-after",
        part="clip_grad_norm",
        edits=((CLIPPED, CLIPPED.replace("}, norm", "}, scale * norm")),),
        hint="The norm that is returned should tell how large the gradients were. Before or after clipping?",
    ),
    Misconception(
        name="clip-zero-gradients-divide-by-zero",
        part="clip_grad_norm",
        edits=((SCALE, "scale = min(1.0, float(np.float64(max_norm) / norm)) if norm != 0.0 else float('nan')"),),
        hint="What does your formula give where all gradients are zero?",
    ),
    Misconception(
        name="clip-value-one-sided",
        part="clip_grad_value",
        edits=((CLIP, "np.minimum(gradient, limit)"),),
        hint="What happens to large negative entries?",
    ),
    Misconception(
        name="clip-value-loses-the-sign",
        part="clip_grad_value",
        edits=((CLIP, "np.minimum(np.abs(gradient), limit)"),),
        hint="Which way does a negative entry point after clipping?",
    ),
    Misconception(
        name="clip-value-removes-large-entries",
        part="clip_grad_value",
        edits=((CLIP, "np.where(np.abs(gradient) > limit, 0.0, gradient)"),),
        hint="What is an entry beyond the limit replaced by?",
    ),
    Misconception(
        name="clip-value-rescales-the-array",
        part="clip_grad_value",
        edits=((CLIP, "gradient * min(1.0, limit / float(np.max(np.abs(gradient))))"),),
        hint="Do entries within the limit stay as they are?",
    ),
)
