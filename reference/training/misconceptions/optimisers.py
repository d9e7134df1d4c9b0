"""Wrong solutions of the optimisers: the reference with a small edit each."""

from grader.misconceptions import Misconception

VELOCITY = 'velocity = config["momentum"] * config["velocity"] - config["learning_rate"] * dw'
CACHE = 'cache = decay_rate * config["cache"] + (1.0 - decay_rate) * dw**2'
ROOT = '(np.sqrt(cache) + config["epsilon"])'
NEW = 'new = momentum * old - config["learning_rate"] * dw'
NESTEROV_STEP = "w - momentum * old + (1.0 + momentum) * new"

MISCONCEPTIONS = (
    Misconception(
        name="sgd-ascends",
        part="sgd",
        edits=(('w - config["learning_rate"] * dw', 'w + config["learning_rate"] * dw'),),
        hint="The gradient points uphill. Which way is the loss to go?",
    ),
    Misconception(
        name="sgd-learning-rate-ignored",
        part="sgd",
        edits=(('config["learning_rate"] * dw', "1e-2 * dw"),),
        hint="Does the step change when the caller asks for another learning rate?",
    ),
    Misconception(
        name="sgd-default-overrides-config",
        part="sgd",
        edits=(('{"learning_rate": 1e-2, **(config or {})}', '{**(config or {}), "learning_rate": 1e-2}'),),
        hint="Where the caller gives a learning rate and there is a default: which of the two wins?",
    ),
    Misconception(
        name="sgd-default-learning-rate-changed",
        part="sgd",
        edits=(('"learning_rate": 1e-2', '"learning_rate": 1e-3'),),
        hint="Compare the default of the learning rate with the docstring.",
    ),
    Misconception(
        name="sgd-config-not-handed-on",
        part="sgd",
        edits=(("dw, config\n", "dw, {}\n"),),
        hint="What the caller put into config must still be there at the next step.",
    ),
    # Momentum
    Misconception(
        name="momentum-sign-flipped",
        part="sgd_momentum",
        edits=((VELOCITY, VELOCITY.replace(" - ", " + ")),),
        hint="Follow one number through a step from rest: does it move against its gradient?",
    ),
    Misconception(
        name="momentum-velocity-of-opposite-sign",
        part="sgd_momentum",
        edits=((VELOCITY, VELOCITY.replace(" - ", " + ")), ("return w + velocity", "return w - velocity")),
        hint="From rest the steps are right. What does a velocity that is handed in mean by the docstring: the step, "
        "or the way back?",
    ),
    Misconception(
        name="momentum-state-not-saved",
        part="sgd_momentum",
        edits=(('config["velocity"] = velocity\n', "\n"),),
        hint="What does the second step know of the first?",
    ),
    Misconception(
        name="momentum-pytorch-convention",
        part="sgd_momentum",
        edits=(
            (VELOCITY, 'velocity = config["momentum"] * config["velocity"] + dw'),
            ("return w + velocity", 'return w - config["learning_rate"] * velocity'),
        ),
        hint="This is another convention, right as long as the learning rate never changes. In the docstring, is the "
        "velocity a sum of gradients or a sum of steps?",
        seen="[1]",
    ),
    Misconception(
        name="momentum-ema-convention",
        part="sgd_momentum",
        edits=(
            (VELOCITY, 'velocity = config["momentum"] * config["velocity"] + (1.0 - config["momentum"]) * dw'),
            ("return w + velocity", 'return w - config["learning_rate"] * velocity'),
        ),
        hint="This is another convention, in which the velocity is a mean of gradients. Compare how long the very "
        "first step is with the formula.",
    ),
    Misconception(
        name="momentum-nesterov-variant",
        part="sgd_momentum",
        edits=(("return w + velocity", 'return w + config["momentum"] * velocity - config["learning_rate"] * dw'),),
        hint="This looks ahead, as Nesterov's variant does. Which single term is added to w here?",
        seen="[1]",
    ),
    Misconception(
        name="momentum-moves-by-old-velocity",
        part="sgd_momentum",
        edits=((VELOCITY, 'old = config["velocity"]\n    ' + VELOCITY), ("return w + velocity", "return w + old")),
        hint="From rest the first step does nothing. Is w moved by the velocity before the step or after it?",
    ),
    Misconception(
        name="default-hyperparameter-changed",
        part="sgd_momentum",
        edits=(('"momentum": 0.9,', '"momentum": 0.99,'),),
        hint="Compare each default with the docstring.",
        seen="[1]",
    ),
    # RMSProp
    Misconception(
        name="rmsprop-eps-inside-sqrt",
        part="rmsprop",
        edits=((ROOT, 'np.sqrt(cache + config["epsilon"])'),),
        hint="Try epsilon = 1: is it added to the root, or to what stands under it?",
        seen="[7]",
    ),
    Misconception(
        name="rmsprop-missing-sqrt",
        part="rmsprop",
        edits=((ROOT, '(cache + config["epsilon"])'),),
        hint="The cache is a mean of squares. Of which power of the gradient should a step be a quotient?",
        seen="[1]",
    ),
    Misconception(
        name="rmsprop-multiplies-eps",
        part="rmsprop",
        edits=((ROOT, '(np.sqrt(cache) * config["epsilon"])'),),
        hint="How long is the first step? By which operation does epsilon keep the denominator away from zero?",
        seen="[1]",
    ),
    Misconception(
        name="rmsprop-multiplies-by-root",
        part="rmsprop",
        edits=(("dw / " + ROOT, "dw / np.sqrt(cache) + config['epsilon']"),),
        hint="Write out which part of the formula is divided by what: brackets matter.",
    ),
    Misconception(
        name="rmsprop-eps-missing",
        part="rmsprop",
        edits=((ROOT, "np.sqrt(cache)"),),
        hint="What is the step of a weight that has never had a gradient?",
    ),
    Misconception(
        name="rmsprop-squares-after-average",
        part="rmsprop",
        edits=((CACHE, 'cache = (decay_rate * config["cache"] + (1.0 - decay_rate) * dw) ** 2'),),
        hint="A mean of squares, or the square of a mean? Try gradients 1 and -1.",
    ),
    Misconception(
        name="rmsprop-without-square",
        part="rmsprop",
        edits=((CACHE, CACHE.replace("dw**2", "dw")),),
        hint="Under the root there are negative numbers. What is averaged?",
    ),
    Misconception(
        name="rmsprop-decay-reversed",
        part="rmsprop",
        edits=((CACHE, 'cache = (1.0 - decay_rate) * config["cache"] + decay_rate * dw**2'),),
        hint="With a decay rate of 0.99, how much of the old cache should be left after a step?",
    ),
    Misconception(
        name="rmsprop-sums-new-squares-in-full",
        part="rmsprop",
        edits=((CACHE, 'cache = decay_rate * config["cache"] + dw**2'),),
        hint="With a constant gradient a mean of squares tends to the square of that gradient. Where does yours tend?",
    ),
    Misconception(
        name="rmsprop-uses-old-cache",
        part="rmsprop",
        edits=((CACHE, 'old = config["cache"]\n    ' + CACHE), (ROOT, ROOT.replace("cache", "old"))),
        hint="Is w divided by the root of the cache before the step or after it?",
    ),
    Misconception(
        name="rmsprop-state-not-saved",
        part="rmsprop",
        edits=(('config["cache"] = cache\n', "\n"),),
        hint="What does the second step know of the first?",
    ),
    Misconception(
        name="rmsprop-default-decay-rate-changed",
        part="rmsprop",
        edits=(('"decay_rate": 0.99,', '"decay_rate": 0.9,'),),
        hint="Compare each default with the docstring.",
    ),
    # Nesterov momentum
    Misconception(
        name="nesterov-is-plain-momentum",
        also=("nesterov-old-velocity-overwritten",),
        part="nesterov",
        edits=((NESTEROV_STEP, "w + new"),),
        hint="These are the steps of plain momentum. Does the formula still see the old velocity, or has the new one "
        "taken its place?",
    ),
    Misconception(
        name="nesterov-velocities-swapped",
        part="nesterov",
        edits=((NESTEROV_STEP, "w - momentum * new + (1.0 + momentum) * old"),),
        hint="Two velocities stand in the formula. Which of them is taken back, and which is added?",
    ),
    Misconception(
        name="nesterov-step-back-omitted",
        part="nesterov",
        edits=((NESTEROV_STEP, "w + (1.0 + momentum) * new"),),
        hint="w is the point that looks ahead already. What has to be taken back before it looks ahead anew?",
    ),
    Misconception(
        name="nesterov-state-not-saved",
        part="nesterov",
        edits=(('config["velocity"] = new\n', "\n"),),
        hint="What does the second step know of the first?",
    ),
    Misconception(
        name="nesterov-sign-flipped",
        part="nesterov",
        edits=((NEW, NEW.replace(" - ", " + ")),),
        hint="Follow one number through a step from rest: does it move against its gradient?",
    ),
    # AdaGrad
    Misconception(
        name="adagrad-missing-sqrt",
        part="adagrad",
        edits=((ROOT, '(cache + config["epsilon"])'),),
        hint="The cache is a sum of squares. Of which power of the gradient should a step be a quotient?",
    ),
    Misconception(
        name="adagrad-eps-inside-sqrt",
        part="adagrad",
        edits=((ROOT, 'np.sqrt(cache + config["epsilon"])'),),
        hint="Try epsilon = 1: is it added to the root, or to what stands under it?",
    ),
    Misconception(
        name="adagrad-forgets",
        part="adagrad",
        edits=(('config["cache"] + dw**2', '0.99 * config["cache"] + 0.01 * dw**2'),),
        hint="That is RMSProp. What does AdaGrad forget?",
    ),
    Misconception(
        name="adagrad-state-not-saved",
        part="adagrad",
        edits=(('config["cache"] = cache\n', "\n"),),
        hint="What does the second step know of the first?",
    ),
)
