"""Wrong solutions of training: the reference with one edit each, a name and a hint."""

from grader.misconceptions import Misconception

UPDATE = "model.params[name] = model.params[name] - learning_rate * gradient"
BATCHES = "iterate_minibatches(X, y, batch_size, rng)"

MISCONCEPTIONS = (
    Misconception(
        name="train-update-in-local-variable",
        part="train",
        edits=((UPDATE, UPDATE.replace("model.params[name] =", "updated =")),),
        hint="Where do the new values go, and where does the model look for its parameters?",
    ),
    Misconception(
        name="update-wrong-sign",
        part="train",
        edits=((UPDATE, UPDATE.replace(" - ", " + ")),),
        hint="The gradient points uphill. Which way is the loss to go?",
    ),
    Misconception(
        name="gradients-accumulate-between-steps",
        part="train",
        edits=(
            ("    losses = []\n", "    losses, total = [], {}\n"),
            (
                UPDATE,
                "total[name] = total.get(name, 0.0) + gradient\n"
                "                model.params[name] = model.params[name] - learning_rate * total[name]",
            ),
        ),
        hint="Each step uses the gradient of its own batch. What is left over from the batches before?",
    ),
    Misconception(
        name="train-learning-rate-divided-by-batch-size",
        part="train",
        edits=((UPDATE, UPDATE + " / len(y_batch)"),),
        hint="The loss is a mean over the batch already. How long is a step, by the formula?",
    ),
    Misconception(
        name="train-only-weights-not-biases",
        part="train",
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
        name="epoch-without-shuffle",
        part="train",
        edits=(
            (
                BATCHES,
                "[(X[i : i + batch_size], y[i : i + batch_size]) for i in range(0, len(y), batch_size)]",
            ),
        ),
        hint="In which order do the samples come? Who uses rng?",
    ),
    Misconception(
        name="train-same-order-every-epoch",
        part="train",
        edits=((BATCHES, BATCHES.replace("rng", "np.random.default_rng(0)")),),
        hint="The order of the samples is to be new in every epoch. Where does yours come from?",
    ),
    Misconception(
        name="train-order-drawn-once",
        part="train",
        edits=(
            ("    losses = []\n", "    losses, batches = [], list(" + BATCHES + ")\n"),
            ("in " + BATCHES + ":", "in batches:"),
        ),
        hint="The order of the samples is to be new in every epoch. How often is yours drawn?",
    ),
    Misconception(
        name="train-samples-with-replacement",
        part="train",
        edits=(
            (
                BATCHES,
                "[(X[i], y[i]) for i in rng.integers(len(y), size=(-(-len(y) // batch_size), batch_size))]",
            ),
        ),
        hint="In an epoch every sample is used once. How often is each of them used by you?",
    ),
    Misconception(
        name="train-one-epoch-only",
        part="train",
        edits=(("\n    return losses", "\n        return losses"),),
        hint="At which point of the loops does the function return?",
    ),
    Misconception(
        name="train-loss-once-an-epoch",
        part="train",
        edits=(
            ("            losses.append(float(batch_loss))\n", ""),
            (UPDATE + "\n", UPDATE + "\n        losses.append(float(batch_loss))\n"),
        ),
        hint="Every step has a loss. Which loop does the line belong to that keeps it?",
    ),
    Misconception(
        name="train-loss-after-the-step",
        part="train",
        edits=(
            ("            losses.append(float(batch_loss))\n", ""),
            (UPDATE + "\n", UPDATE + "\n            losses.append(float(model.loss(X_batch, y_batch)[0]))\n"),
        ),
        hint="The loss belongs to the parameters before the step, or to those after it?",
    ),
    Misconception(
        name="train-first-batch-only",
        part="train",
        edits=((UPDATE + "\n", UPDATE + "\n            break\n"),),
        hint="How many batches does an epoch have, and how many steps do you take in it?",
    ),
)
