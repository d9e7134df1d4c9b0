"""Wrong solutions of the deep network with normalisation, dropout and weight decay."""

from grader.misconceptions import Misconception

PART = "FullyConnectedNet"
ORDER = "Write down the stations of a hidden layer in the order of the text, and those of your loop beside them."
BACK = (
    "Every station of the way forward has its backward on the way back, in reverse. Which one is missing or elsewhere?"
)
MODES = "In which mode is each layer when the network learns, and in which when it is asked for scores? Who sets it?"
MEMORY = (
    "Each batch normalisation has running statistics of its own. How many dicts are there, and which layer has which?"
)
DROPPED = "Print how many units each hidden layer keeps. Which layers drop, with which probability?"
PENALISED = "Which weights have a penalty in your loss, and which in your gradient? Print the names."
PULL = "Differentiate the penalty of a single weight by hand. By what is each of your weights pulled?"
ONE_SIDED = "The penalty stands in only one of loss and gradient. Which of the two lacks it?"
START = "Which value does each parameter start with, and which parameters are there for the last layer?"
SPREAD = "Which spread do the numbers of your generator have, and which is asked for?"

PENALTY = "penalty, pulls = l2_penalty(self.params, self.reg)"
ADD = "grads[name] = grads[name] + pull"
TOTAL = "return data_loss + penalty, grads"

RELU = "            signal, relu_cache = relu_forward(signal)\n"
RELU_BACK = "            dsignal = relu_backward(dsignal, relu_cache)\n"
DROP = (
    "            if self.dropout_keep_ratio < 1:\n"
    "                signal, dropout_cache = dropout_forward(signal, dropout_param)\n"
)
DROP_BACK = (
    "            if self.dropout_keep_ratio < 1:\n                dsignal = dropout_backward(dsignal, dropout_cache)\n"
)
NORM = '            if self.normalization == "batchnorm":\n                gamma'
NORM_BACK = '            if self.normalization == "batchnorm":\n                dsignal'
BATCHNORM = "signal, norm_cache = batchnorm_forward(signal, gamma, beta, self.bn_params[layer - 1])"
BATCHNORM_BACK = "dsignal, dgamma, dbeta = batchnorm_backward(dsignal, norm_cache)"
LAYERNORM = "signal, norm_cache = layernorm_forward(signal, gamma, beta, {})"
LAYERNORM_BACK = "dsignal, dgamma, dbeta = layernorm_backward(dsignal, norm_cache)"
MODE = '            bn_param["mode"] = mode\n'
SCALE = "scale * rng.standard_normal((inputs, outputs))"

PARAMETERS = (
    Misconception(
        name="net-weight-scale-ignored",
        part=PART,
        edits=(("math.sqrt(2.0 / inputs) if weight_scale is None else weight_scale", "math.sqrt(2.0 / inputs)"),),
        hint=SPREAD,
    ),
    Misconception(
        name="net-he-without-2",
        part=PART,
        edits=(("math.sqrt(2.0 / inputs)", "math.sqrt(1.0 / inputs)"),),
        hint=SPREAD,
    ),
    Misconception(
        name="net-he-of-the-outputs",
        part=PART,
        edits=(("math.sqrt(2.0 / inputs)", "math.sqrt(2.0 / outputs)"),),
        hint=SPREAD,
    ),
    Misconception(
        name="net-he-variance-as-spread",
        part=PART,
        edits=(("math.sqrt(2.0 / inputs)", "2.0 / inputs"),),
        hint=SPREAD,
    ),
    Misconception(
        name="net-uniform-weights",
        part=PART,
        edits=((SCALE, "scale * rng.uniform(-1.0, 1.0, size=(inputs, outputs))"),),
        hint=SPREAD,
    ),
    Misconception(
        name="net-fixed-seed",
        part=PART,
        edits=((SCALE, "scale * np.random.default_rng(layer).standard_normal((inputs, outputs))"),),
        hint="The generator is an argument. What do two networks made with two generators have in common?",
    ),
    Misconception(
        name="net-gamma-starts-at-zero",
        part=PART,
        edits=(
            ('self.params[f"gamma{layer}"] = np.ones(outputs)', 'self.params[f"gamma{layer}"] = np.zeros(outputs)'),
        ),
        hint=START,
    ),
    Misconception(
        name="net-gamma-for-the-scores-too",
        part=PART,
        edits=(("if normalization is not None and layer < self.num_layers:", "if normalization is not None:"),),
        hint=START,
    ),
    Misconception(
        name="net-biases-not-zero",
        part=PART,
        edits=(('self.params[f"b{layer}"] = np.zeros(outputs)', 'self.params[f"b{layer}"] = np.ones(outputs)'),),
        hint=START,
    ),
)

NORMALISATION = (
    Misconception(
        name="net-batchnorm-wiring",
        part=PART,
        edits=(
            (NORM, RELU + NORM),
            (RELU + DROP, "            relu_cache = relu_cache\n" + DROP),
            (RELU_BACK, ""),
            (
                "            dsignal, dW, db = affine_backward(dsignal, affine_cache)\n",
                RELU_BACK + "            dsignal, dW, db = affine_backward(dsignal, affine_cache)\n",
            ),
        ),
        hint=ORDER,
        seen="[33]",
    ),
    Misconception(
        name="net-batchnorm-not-wired",
        part=PART,
        edits=(
            (BATCHNORM, "pass"),
            (BATCHNORM_BACK, "dgamma, dbeta = np.zeros(dsignal.shape[1]), np.zeros(dsignal.shape[1])"),
        ),
        hint='What does the network do differently when normalization is "batchnorm"?',
    ),
    Misconception(
        name="net-layernorm-not-wired",
        part=PART,
        edits=(
            (LAYERNORM, "pass"),
            (LAYERNORM_BACK, "dgamma, dbeta = np.zeros(dsignal.shape[1]), np.zeros(dsignal.shape[1])"),
        ),
        hint='What does the network do differently when normalization is "layernorm"?',
        seen="[5]",
    ),
    Misconception(
        name="net-layernorm-is-batchnorm",
        part=PART,
        edits=(
            (LAYERNORM, 'signal, norm_cache = batchnorm_forward(signal, gamma, beta, {"mode": "train"})'),
            (LAYERNORM_BACK, "dsignal, dgamma, dbeta = batchnorm_backward(dsignal, norm_cache)"),
        ),
        hint='Which function does the branch of "layernorm" call?',
    ),
    Misconception(
        name="net-norm-first-layer-only",
        part=PART,
        edits=(
            (NORM, NORM.replace("if self.normalization", "if layer == 1 and self.normalization")),
            (NORM_BACK, NORM_BACK.replace("if self.normalization", "if layer == 1 and self.normalization")),
        ),
        hint=ORDER,
    ),
    Misconception(
        name="net-norm-backward-missing",
        part=PART,
        edits=((BATCHNORM_BACK, "_, dgamma, dbeta = batchnorm_backward(dsignal, norm_cache)"),),
        hint=BACK,
    ),
    Misconception(
        name="net-layernorm-backward-missing",
        part=PART,
        edits=((LAYERNORM_BACK, "_, dgamma, dbeta = layernorm_backward(dsignal, norm_cache)"),),
        hint=BACK,
    ),
    Misconception(
        name="net-dgamma-dbeta-swapped",
        part=PART,
        edits=(
            (BATCHNORM_BACK, BATCHNORM_BACK.replace("dgamma, dbeta", "dbeta, dgamma")),
            (LAYERNORM_BACK, LAYERNORM_BACK.replace("dgamma, dbeta", "dbeta, dgamma")),
        ),
        hint="In which order do the backwards of the normalisations return their gradients?",
    ),
    Misconception(
        name="net-bn-mode-key-not-set",
        part=PART,
        edits=((MODE, "            pass\n"),),
        hint=MODES,
        seen="[1]",
    ),
    Misconception(
        name="net-bn-always-in-test-mode",
        part=PART,
        edits=((MODE, '            bn_param["mode"] = "test"\n'),),
        hint=MODES,
    ),
    Misconception(
        name="net-bn-mode-of-first-layer-only",
        part=PART,
        edits=(("for bn_param in self.bn_params:", "for bn_param in self.bn_params[:1]:"),),
        hint=MODES,
    ),
    Misconception(
        name="net-bn-param-shared-between-layers",
        part=PART,
        edits=(('[{"mode": "train"} for _ in hidden_dims]', '[{"mode": "train"}] * len(hidden_dims)'),),
        hint=MEMORY,
    ),
    Misconception(
        name="net-bn-param-new-every-call",
        part=PART,
        edits=(("beta, self.bn_params[layer - 1])", "beta, dict(self.bn_params[layer - 1]))"),),
        hint="Where do the running statistics live between two calls of loss?",
    ),
)

DROPOUT = (
    Misconception(
        name="net-dropout-on-at-test",
        part=PART,
        edits=(('dropout_param = {"mode": mode', 'dropout_param = {"mode": "train"'),),
        hint=MODES,
        seen="[2]",
    ),
    Misconception(
        name="net-dropout-never-on",
        part=PART,
        edits=(('dropout_param = {"mode": mode', 'dropout_param = {"mode": "test"'),),
        hint=MODES,
    ),
    Misconception(
        name="net-dropout-wiring",
        part=PART,
        edits=(
            (RELU + DROP, RELU),
            (NORM, DROP + NORM),
            (DROP_BACK + RELU_BACK, RELU_BACK),
            (
                "            dsignal, dW, db = affine_backward(dsignal, affine_cache)\n",
                DROP_BACK + "            dsignal, dW, db = affine_backward(dsignal, affine_cache)\n",
            ),
        ),
        hint=ORDER,
        seen="[7]",
    ),
    Misconception(
        name="net-dropout-first-layer-only",
        part=PART,
        edits=(
            (DROP, DROP.replace("< 1:", "< 1 and layer == 1:")),
            (DROP_BACK, DROP_BACK.replace("< 1:", "< 1 and layer == 1:")),
        ),
        hint=DROPPED,
    ),
    Misconception(
        name="net-dropout-not-in-first-layer",
        part=PART,
        edits=(
            (DROP, DROP.replace("< 1:", "< 1 and layer > 1:")),
            (DROP_BACK, DROP_BACK.replace("< 1:", "< 1 and layer > 1:")),
        ),
        hint=DROPPED,
    ),
    Misconception(
        name="net-dropout-on-scores-too",
        part=PART,
        edits=(
            (
                "        if y is None:\n            return scores\n",
                "        if y is None:\n            return scores\n"
                "        if self.dropout_keep_ratio < 1:\n"
                "            scores, last_cache = dropout_forward(scores, dropout_param)\n",
            ),
            (
                "        dsignal, dW, db = affine_backward(dscores, scores_cache)\n",
                "        if self.dropout_keep_ratio < 1:\n"
                "            dscores = dropout_backward(dscores, last_cache)\n"
                "        dsignal, dW, db = affine_backward(dscores, scores_cache)\n",
            ),
        ),
        hint="What comes after the last affine layer?",
    ),
    Misconception(
        name="net-dropout-ratio-is-share-dropped",
        part=PART,
        edits=(('"p": self.dropout_keep_ratio', '"p": 1.0 - self.dropout_keep_ratio or 1.0'),),
        hint="Of what is dropout_keep_ratio the probability, and of what the p of dropout_forward?",
    ),
    Misconception(
        name="net-dropout-backward-missing",
        part=PART,
        edits=((DROP_BACK, ""),),
        hint=BACK,
    ),
    Misconception(
        name="net-dropout-seed-not-passed",
        part=PART,
        edits=((', "seed": self.seed}', "}"),),
        hint="What becomes of the argument seed?",
    ),
    Misconception(
        name="net-dropout-always-the-same-units",
        part=PART,
        edits=((', "seed": self.seed}', ', "seed": self.seed or 0}'),),
        hint="What becomes of the argument seed, and what is done when it is None?",
    ),
)

REGULARISATION = (
    Misconception(
        name="net-reg-last-layer-missing",
        part=PART,
        edits=(
            (PENALTY, PENALTY.replace("self.params,", '{k: v for k, v in self.params.items() if k != f"W{last}"},')),
        ),
        hint=PENALISED,
        seen="[2+]",
    ),
    Misconception(
        name="net-reg-some-weights-missing",
        part=PART,
        edits=((PENALTY, PENALTY.replace("self.params,", '{k: v for k, v in self.params.items() if k != "W1"},')),),
        hint=PENALISED,
        seen="[5]",
    ),
    Misconception(
        name="net-reg-grad-adds-sum-of-W",
        part=PART,
        edits=((ADD, "grads[name] = grads[name] + np.sum(pull)"),),
        hint=PULL,
        seen="[1]",
    ),
    Misconception(
        name="net-gamma-regularised",
        part=PART,
        edits=(
            (
                ADD,
                ADD
                + "\n        for name, value in self.params.items():\n"
                + '            if name.startswith("gamma"):\n'
                + "                penalty = penalty + 0.5 * self.reg * np.sum(value * value)\n"
                + "                grads[name] = grads[name] + self.reg * value",
            ),
        ),
        hint="Which parameters have a penalty, and which are there to be free?",
    ),
    Misconception(
        name="net-reg-missing-in-loss",
        part=PART,
        edits=((TOTAL, "return data_loss, grads"),),
        hint=ONE_SIDED,
    ),
    Misconception(
        name="net-reg-missing-in-gradient",
        part=PART,
        edits=((ADD, "grads[name] = grads[name]"),),
        hint=ONE_SIDED,
    ),
    Misconception(
        name="net-reg-missing-everywhere",
        part=PART,
        edits=((ADD, "grads[name] = grads[name]"), (TOTAL, "return data_loss, grads")),
        hint="One of the arguments of the constructor has no effect on the loss. Which one?",
    ),
    Misconception(
        name="net-reg-divided-by-N",
        part=PART,
        edits=(
            (ADD, "grads[name] = grads[name] + pull / X.shape[0]"),
            (TOTAL, "return data_loss + penalty / X.shape[0], grads"),
        ),
        hint="The mean over the batch is taken of the losses of the samples. Does the penalty know of samples?",
    ),
)

SIGNALS = (
    Misconception(
        name="net-relu-missing",
        part=PART,
        edits=((RELU, "            relu_cache = np.ones(signal.shape)\n"),),
        hint=ORDER,
    ),
    Misconception(
        name="net-relu-backward-missing",
        part=PART,
        edits=((RELU_BACK, ""),),
        hint=BACK,
    ),
    Misconception(
        name="net-relu-after-last-layer",
        part=PART,
        edits=(
            (
                "        if y is None:\n            return scores\n",
                "        scores, last_cache = relu_forward(scores)\n        if y is None:\n            return scores\n",
            ),
            (
                "affine_backward(dscores, scores_cache)",
                "affine_backward(relu_backward(dscores, last_cache), scores_cache)",
            ),
        ),
        hint="Scores may be negative. What comes after the last affine layer?",
    ),
)

MISCONCEPTIONS = (*PARAMETERS, *NORMALISATION, *DROPOUT, *REGULARISATION, *SIGNALS)
