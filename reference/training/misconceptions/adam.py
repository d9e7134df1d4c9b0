"""Wrong solutions of Adam and AdamW: the reference with a small edit each."""

from grader.misconceptions import Misconception

SAVED = "config.update(m=m, v=v, t=t)"
M = 'm = beta1 * config["m"] + (1.0 - beta1) * dw\n'
V = 'v = beta2 * config["v"] + (1.0 - beta2) * dw**2'
M_HAT, V_HAT = "m_hat = m / (1.0 - beta1**t)", "v_hat = v / (1.0 - beta2**t)"
ROOT = '(np.sqrt(v_hat) + config["epsilon"])'
ADAM = "adam(w, dw, config)"
DECAY = 'next_w - config["learning_rate"] * config["weight_decay"] * w'

MISCONCEPTIONS = (
    Misconception(
        name="adam-no-bias-correction",
        part="adam",
        edits=((M_HAT, "m_hat = m"), (V_HAT, "v_hat = v")),
        hint="How long is the very first step? Both means start at zero: what makes up for it?",
        seen="[23]",
    ),
    Misconception(
        name="adam-corrects-first-moment-only",
        part="adam",
        edits=((V_HAT, "v_hat = v"),),
        hint="Two means start at zero. Are both of them corrected?",
    ),
    Misconception(
        name="adam-t-used-before-increment",
        part="adam",
        edits=(('t = config["t"] + 1', 't = config["t"]'), (SAVED, SAVED.replace("t=t", "t=t + 1"))),
        hint="t counts the steps from 1. What is it in the formula at the first step, and what is the correction then?",
        seen="[5]",
    ),
    Misconception(
        name="adam-t-not-incremented",
        part="adam",
        edits=((SAVED, SAVED.replace("t=t", 't=config["t"]')),),
        hint="The first step is right. What does config say about the number of steps after it?",
        seen="[4]",
    ),
    Misconception(
        name="adam-beta-times-t",
        part="adam",
        edits=((M_HAT, M_HAT.replace("**", " * ")), (V_HAT, V_HAT.replace("**", " * "))),
        hint="The first step is right. How do beta and t go together in the correction?",
        seen="[lit]",
    ),
    Misconception(
        name="adam-v-without-square",
        part="adam",
        edits=((V, V.replace("dw**2", "dw")),),
        hint="Under the root there are negative numbers. Of what is v the mean?",
    ),
    Misconception(
        name="adam-v-squares-after-average",
        part="adam",
        edits=((V, 'v = (beta2 * config["v"] + (1.0 - beta2) * dw) ** 2'),),
        hint="A mean of squares, or the square of a mean? Try gradients 1 and -1.",
    ),
    Misconception(
        name="adam-betas-swapped",
        part="adam",
        edits=(('beta1, beta2 = config["beta1"], config["beta2"]', 'beta2, beta1 = config["beta1"], config["beta2"]'),),
        hint="Which of the two betas belongs to the mean of the gradient, and which to the mean of its square?",
    ),
    Misconception(
        name="adam-decay-reversed",
        part="adam",
        edits=(
            (M, 'm = (1.0 - beta1) * config["m"] + beta1 * dw\n'),
            (V, 'v = (1.0 - beta2) * config["v"] + beta2 * dw**2'),
        ),
        hint="With beta1 = 0.9, how much of the old m should be left after a step?",
    ),
    Misconception(
        name="adam-state-not-carried",
        part="adam",
        edits=((SAVED, "config.update(t=t)"),),
        hint="What does the second step know of the gradients before it?",
        seen="[1]",
    ),
    Misconception(
        name="adam-corrected-moments-remembered",
        part="adam",
        edits=((SAVED + "\n", "\n"), (V_HAT, V_HAT + "\n    config.update(m=m_hat, v=v_hat, t=t)")),
        hint="The first step is right. Which of m and its corrected form does the next step start from?",
    ),
    Misconception(
        name="adam-eps-inside-sqrt",
        part="adam",
        edits=((ROOT, 'np.sqrt(v_hat + config["epsilon"])'),),
        hint="Try epsilon = 1: is it added to the root, or to what stands under it?",
    ),
    Misconception(
        name="adam-eps-before-correction",
        part="adam",
        edits=((ROOT, '(np.sqrt(v) + config["epsilon"]) * math.sqrt(1.0 - beta2**t)'),),
        hint="Is epsilon added before the second mean is corrected, or after?",
    ),
    Misconception(
        name="adam-eps-missing",
        part="adam",
        edits=((ROOT, "np.sqrt(v_hat)"),),
        hint="What is the step of a weight that has never had a gradient?",
    ),
    Misconception(
        name="adam-missing-sqrt",
        part="adam",
        edits=((ROOT, '(v_hat + config["epsilon"])'),),
        hint="v is a mean of squares. Of which power of the gradient should a step be a quotient?",
    ),
    Misconception(
        name="adam-ascends",
        part="adam",
        edits=(('w - config["learning_rate"]', 'w + config["learning_rate"]'),),
        hint="The gradient points uphill. Which way is the loss to go?",
    ),
    Misconception(
        name="adam-default-learning-rate-changed",
        part="adam",
        edits=(('"learning_rate": 1e-3', '"learning_rate": 1e-2'),),
        hint="Compare each default with the docstring.",
    ),
    # AdamW
    Misconception(
        name="adamw-decay-in-gradient",
        part="adamw",
        edits=((ADAM, 'adam(w, dw + config["weight_decay"] * w, config)'), (DECAY, "next_w")),
        hint="That is an L2 penalty: the decay goes through both running means. What does decoupled mean?",
    ),
    Misconception(
        name="adamw-decay-not-scaled-by-lr",
        part="adamw",
        edits=((DECAY, 'next_w - config["weight_decay"] * w'),),
        hint="By how much does a weight shrink when the learning rate is zero?",
    ),
    Misconception(
        name="adamw-decays-the-updated-weight",
        part="adamw",
        edits=((DECAY, DECAY.replace("* w", "* next_w")),),
        hint="Which weight is pulled towards zero, the one before the step or the one after it?",
    ),
    Misconception(
        name="adamw-decay-omitted",
        part="adamw",
        edits=((DECAY, "next_w"),),
        hint="What happens to a weight whose gradient is zero?",
    ),
    Misconception(
        name="adamw-decay-grows",
        part="adamw",
        edits=((DECAY, DECAY.replace("next_w - ", "next_w + ")),),
        hint="Does a weight without gradient shrink or grow?",
    ),
)
