"""Wrong solutions of training: the reference with one edit each, a name and a hint."""

from grader.misconceptions import Misconception

UPDATE = "model.params[name], configs[name] = adam(model.params[name], gradient, configs[name])"
CONFIGS = 'configs = {name: {"learning_rate": learning_rate} for name in model.params}'
BATCHES = "iterate_minibatches(X, y, batch_size, rng)"

MISCONCEPTIONS = (
    Misconception(
        name="adam-state-not-carried",
        part="train_convnet",
        edits=((UPDATE, UPDATE.replace("model.params[name], configs[name] =", "model.params[name], _ =")),),
        hint="Adam hands its memory back after every step. Where does it go?",
        seen="[1]",
    ),
    Misconception(
        name="adam-state-renewed-every-epoch",
        part="train_convnet",
        edits=(
            ("    " + CONFIGS + "\n", ""),
            ("    for _ in range(num_epochs):\n", "    for _ in range(num_epochs):\n        " + CONFIGS + "\n"),
        ),
        hint="How long does the memory of Adam last in yours, and how long should it?",
    ),
    Misconception(
        name="adam-state-shared-between-parameters",
        part="train_convnet",
        edits=(
            (CONFIGS, 'config = {"learning_rate": learning_rate}'),
            (UPDATE, "model.params[name], config = adam(model.params[name], gradient, config)"),
        ),
        hint="Adam remembers averages of the gradients of one parameter. How many memories do you need?",
    ),
    Misconception(
        name="adam-steps-shared-between-parameters",
        part="train_convnet",
        edits=(
            (CONFIGS, CONFIGS + "\n    t = 0"),
            (
                UPDATE,
                UPDATE.replace("gradient, configs[name]", 'gradient, configs[name] | {"t": t}')
                + '\n                t = configs[name]["t"]',
            ),
        ),
        hint="How many steps has a parameter taken when all of them have moved once?",
    ),
    Misconception(
        name="train-learning-rate-ignored",
        part="train_convnet",
        edits=((CONFIGS, "configs = {name: None for name in model.params}"),),
        hint="Who tells Adam the learning rate?",
    ),
    Misconception(
        name="train-plain-gradient-descent",
        part="train_convnet",
        edits=((UPDATE, "model.params[name] = model.params[name] - learning_rate * gradient"),),
        hint="The step asked for is Adam's. Which function takes it?",
    ),
    Misconception(
        name="train-update-in-local-variable",
        part="train_convnet",
        edits=((UPDATE, UPDATE.replace("model.params[name], configs[name] =", "updated, configs[name] =")),),
        hint="Where do the new values go, and where does the model look for its parameters?",
    ),
    Misconception(
        name="update-wrong-sign",
        part="train_convnet",
        edits=((UPDATE, UPDATE.replace("gradient,", "-gradient,")),),
        hint="Adam subtracts. Which way does the parameter go if the gradient is negated first?",
    ),
    Misconception(
        name="gradients-accumulate-between-steps",
        part="train_convnet",
        edits=(
            ("    losses = []\n", "    losses, total = [], {}\n"),
            (
                UPDATE,
                "total[name] = total.get(name, 0.0) + gradient\n                "
                + UPDATE.replace("gradient,", "total[name],"),
            ),
        ),
        hint="Each step uses the gradient of its own batch. What is left over from the batches before?",
    ),
    Misconception(
        name="train-only-weights-not-biases",
        part="train_convnet",
        edits=(
            (
                "for name, gradient in grads.items():\n",
                "for name, gradient in grads.items():\n"
                '                if name[0] == "b":\n                    continue\n',
            ),
        ),
        hint="Which parameters are the same after training as before?",
    ),
    Misconception(
        name="train-filters-not-trained",
        part="train_convnet",
        edits=(
            (
                "for name, gradient in grads.items():\n",
                "for name, gradient in grads.items():\n"
                "                if gradient.ndim == 4:\n                    continue\n",
            ),
        ),
        hint="Which parameters are the same after training as before?",
    ),
    Misconception(
        name="epoch-without-shuffle",
        part="train_convnet",
        edits=(
            (
                BATCHES,
                "[(X[i : i + batch_size], y[i : i + batch_size]) for i in range(0, len(y), batch_size)]",
            ),
        ),
        hint="In which order do the images come? Who uses rng?",
    ),
    Misconception(
        name="train-same-order-every-epoch",
        part="train_convnet",
        edits=((BATCHES, BATCHES.replace("rng", "np.random.default_rng(0)")),),
        hint="The order of the images is to be new in every epoch. Where does yours come from?",
    ),
    Misconception(
        name="train-one-epoch-only",
        part="train_convnet",
        edits=(("\n    return losses", "\n        return losses"),),
        hint="At which point of the loops does the function return?",
    ),
    Misconception(
        name="train-loss-once-an-epoch",
        part="train_convnet",
        edits=(
            ("            losses.append(float(batch_loss))\n", ""),
            (UPDATE + "\n", UPDATE + "\n        losses.append(float(batch_loss))\n"),
        ),
        hint="Every step has a loss. Which loop does the line belong to that keeps it?",
    ),
    Misconception(
        name="train-loss-after-the-step",
        part="train_convnet",
        edits=(
            ("            losses.append(float(batch_loss))\n", ""),
            (UPDATE + "\n", UPDATE + "\n            losses.append(float(model.loss(X_batch, y_batch)[0]))\n"),
        ),
        hint="The loss belongs to the parameters before the step, or to those after it?",
    ),
    Misconception(
        name="train-first-batch-only",
        part="train_convnet",
        edits=((UPDATE + "\n", UPDATE + "\n            break\n"),),
        hint="How many batches does an epoch have, and how many steps do you take in it?",
    ),
)
