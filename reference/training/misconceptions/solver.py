"""Wrong solutions of the training loop: the reference with a small edit each."""

from grader.misconceptions import Misconception

BATCHES = "iterate_minibatches(self.X_train, self.y_train, self.batch_size, self.rng)"
UPDATE = "params[name], configs[name] = self.update_rule(params[name], gradient, configs[name])"
CONFIGS = "configs = {name: dict(self.optim_config) for name in self.model.params}"
BETTER = "if val_loss < self.best_val_loss or not self.best_params:"
COPIES = "self.best_params = {name: value.copy() for name, value in self.model.params.items()}"
COUNTS = "                epochs_since_best = 0\n"
ENDS = "if epochs_since_best == self.patience:"
JUDGES = (
    "scores = self.model.loss(X)\n"
    "        loss, _ = softmax_loss(scores, y)\n"
    "        return loss, float(np.mean(np.argmax(scores, axis=1) == y))"
)
LATE = "How many epochs in a row without a new best are allowed? Go through the numbers in the text."
ORDER = "The order of the samples is to be new in every epoch. Where does yours come from, and how often?"

MISCONCEPTIONS = (
    Misconception(
        name="trains-on-validation",
        part="Solver",
        edits=(
            (
                'self.X_train, self.y_train = data["X_train"], data["y_train"]',
                'self.X_train = np.concatenate([data["X_train"], data["X_val"]])\n'
                '        self.y_train = np.concatenate([data["y_train"], data["y_val"]])',
            ),
        ),
        hint="What the network has trained on tells nothing about what it will do with new data. Which data are new?",
    ),
    Misconception(
        name="solver-judges-on-training-data",
        part="Solver",
        edits=(("self.evaluate(self.X_val, self.y_val)", "self.evaluate(self.X_train, self.y_train)"),),
        hint="On which data is the network judged after an epoch?",
    ),
    Misconception(
        name="eval-in-train-mode",
        part="Solver",
        edits=(
            (
                JUDGES,
                "loss, _ = self.model.loss(X, y)\n"
                "        return float(loss), float(np.mean(np.argmax(self.model.loss(X), axis=1) == y))",
            ),
        ),
        hint="model.loss(X, y) is the network learning: dropout drops, and the penalty counts. How is it asked in use?",
    ),
    Misconception(
        name="best-params-aliased-not-copied",
        part="Solver",
        edits=((COPIES, "self.best_params = self.model.params"),),
        hint="If best is another name for a dictionary that goes on changing, what is in it at the end?",
    ),
    Misconception(
        name="best-params-not-restored",
        part="Solver",
        edits=(("        self.model.params = {name: value.copy() for name, value in self.best_params.items()}\n", ""),),
        hint="Which parameters does the model have after training: the best, or the last?",
    ),
    Misconception(
        name="best-params-of-the-highest-loss",
        part="Solver",
        edits=((BETTER, "if not self.best_params or val_loss > self.best_val_loss:"),),
        hint="Is a large validation loss good or bad?",
    ),
    Misconception(
        name="patience-off-by-one",
        part="Solver",
        edits=((ENDS, "if self.patience is not None and epochs_since_best > self.patience:"),),
        hint=LATE,
    ),
    Misconception(
        name="patience-counts-the-best-epoch",
        part="Solver",
        edits=((ENDS, "if self.patience is not None and epochs_since_best >= max(1, self.patience - 1):"),),
        hint=LATE,
    ),
    Misconception(
        name="patience-counts-all-epochs",
        part="Solver",
        edits=((COUNTS, ""),),
        hint="A new best epoch brings new hope: what becomes of the count?",
    ),
    Misconception(
        name="patience-compares-with-previous-epoch",
        part="Solver",
        edits=(
            (
                "            else:\n                epochs_since_best += 1\n",
                "            if self.val_loss_history[-1] >= min(self.val_loss_history[-2:-1], default=math.inf):\n"
                "                epochs_since_best += 1\n"
                "            else:\n"
                "                epochs_since_best = 0\n",
            ),
        ),
        hint="Better than which epoch: the one before, or the best of all?",
    ),
    Misconception(
        name="patience-equal-is-better",
        part="Solver",
        edits=((BETTER, BETTER.replace("<", "<=")),),
        hint="Is an epoch whose loss equals the smallest one a new best?",
    ),
    Misconception(
        name="patience-ignored",
        part="Solver",
        edits=((ENDS, "if epochs_since_best == self.num_epochs:"),),
        hint="When does training end before the last epoch?",
    ),
    Misconception(
        name="epoch-without-shuffle",
        part="Solver",
        edits=(
            (
                BATCHES,
                "[\n                (self.X_train[i : i + self.batch_size], self.y_train[i : i + self.batch_size])\n"
                "                for i in range(0, len(self.y_train), self.batch_size)\n            ]",
            ),
        ),
        hint="In which order do the samples come? Who uses rng?",
    ),
    Misconception(
        name="solver-same-order-every-epoch",
        part="Solver",
        edits=((BATCHES, BATCHES.replace("self.rng", "np.random.default_rng(0)")),),
        hint=ORDER,
    ),
    Misconception(
        name="solver-order-drawn-once",
        part="Solver",
        edits=(
            (
                "        epochs_since_best = 0\n        for _",
                f"        epochs_since_best = 0\n        batches = list({BATCHES})\n        for _",
            ),
            (f"in {BATCHES}:", "in batches:"),
        ),
        hint=ORDER,
    ),
    Misconception(
        name="solver-one-config-for-all",
        part="Solver",
        edits=(
            (CONFIGS, "configs = dict.fromkeys(self.model.params, dict(self.optim_config))"),
            (
                UPDATE,
                "params[name], config = self.update_rule(params[name], gradient, configs[name])\n"
                "            configs[name].update(config)",
            ),
        ),
        hint="What one parameter remembers is of no use to another: how many dictionaries are there?",
    ),
    Misconception(
        name="solver-config-not-kept",
        part="Solver",
        edits=((UPDATE, UPDATE.replace("configs[name] =", "_ =")),),
        hint="The update rule returns a config. Who keeps it for the next step?",
    ),
    Misconception(
        name="solver-settings-ignored",
        part="Solver",
        edits=((CONFIGS, "configs = {name: {} for name in self.model.params}"),),
        hint="Who reads optim_config?",
    ),
    Misconception(
        name="solver-schedule-by-epoch",
        part="Solver",
        edits=(("self.lr_schedule(len(self.loss_history))", "self.lr_schedule(len(self.val_loss_history))"),),
        hint="The schedule is asked with a number. What is counted: steps, or epochs?",
    ),
    Misconception(
        name="solver-schedule-counts-from-one",
        part="Solver",
        edits=(("self.lr_schedule(len(self.loss_history))", "self.lr_schedule(len(self.loss_history) + 1)"),),
        hint="How many steps have been taken before the first one?",
    ),
    Misconception(
        name="solver-schedule-ignored",
        part="Solver",
        edits=(('config["learning_rate"] = learning_rate', 'config.setdefault("learning_rate", learning_rate)'),),
        hint="Does the rate of the schedule arrive in the config when there is one in it already?",
    ),
    Misconception(
        name="solver-clipped-gradients-thrown-away",
        part="Solver",
        edits=(("grads, _ = clip_grad_norm(grads, self.max_norm)", "clip_grad_norm(grads, self.max_norm)"),),
        hint="clip_grad_norm returns something. Who uses it?",
    ),
    Misconception(
        name="solver-clips-each-gradient-alone",
        part="Solver",
        edits=(
            (
                "grads, _ = clip_grad_norm(grads, self.max_norm)",
                "grads = {name: clip_grad_norm({name: g}, self.max_norm)[0][name] for name, g in grads.items()}",
            ),
        ),
        hint="The norm is the joint one: how many gradients does clip_grad_norm get to see at a time?",
    ),
    Misconception(
        name="solver-biases-not-updated",
        part="Solver",
        edits=((UPDATE, 'if not name.startswith("b"):\n                ' + UPDATE),),
        hint="Which parameters are the same after training as before?",
    ),
    Misconception(
        name="solver-loss-after-the-step",
        part="Solver",
        edits=(
            ("        self.loss_history.append(float(loss))\n", ""),
            (UPDATE, UPDATE + "\n        self.loss_history.append(float(self.model.loss(X_batch, y_batch)[0]))"),
        ),
        hint="Does the loss belong to the parameters before the step, or to those after it?",
    ),
)
