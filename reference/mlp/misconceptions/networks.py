"""Wrong solutions of the networks: the reference with a small edit each, a name and a hint.

What can go wrong in both networks is named after the two-layer one; for the deep one it has the prefix "deep-".
"""

from grader.misconceptions import Misconception

RELU_MISSING = "What bends the signal between two affine layers? Without it they are one."
RELU_AT_THE_END = "Scores may be negative. What comes after the last affine layer?"
BIAS_MISSING = "Which parameter has no effect on the scores?"
FACTORS = "Differentiate the penalty of a single weight by hand: do the factors of loss and gradient fit?"
NO_HALF = "Loss and gradient fit each other, but the docstring asks for a penalty with another factor."
ONE_SIDED = "The regularisation stands in only one of loss and gradient. Which of the two lacks it?"
UNUSED = "One of the options of the constructor has no effect on the loss. Which one?"
NO_BIAS_PENALTY = "Which parameters does the docstring regularise, and which not?"
NAMES = "The docstring gives the names of the parameters; other code looks them up by these."
SCALE = "Which spread do the numbers have that your generator draws, and which is asked for?"
BIASES = "The biases of a new network are all the same number. Which one?"
SEED = "The generator is an argument. What do two networks made with two generators have in common?"

TWO_LAYERS = (
    Misconception(
        name="net-relu-missing",
        part="TwoLayerNet",
        edits=(
            ("affine_relu_forward(X, W1, b1)", "affine_forward(X, W1, b1)"),
            ("affine_relu_backward(dhidden, hidden_cache)", "affine_backward(dhidden, hidden_cache)"),
        ),
        hint=RELU_MISSING,
        seen="[1]",
    ),
    Misconception(
        name="net-relu-after-last-layer",
        part="TwoLayerNet",
        edits=(
            ("= affine_forward(hidden, W2, b2)", "= affine_relu_forward(hidden, W2, b2)"),
            ("affine_backward(dscores, scores_cache)", "affine_relu_backward(dscores, scores_cache)"),
        ),
        hint=RELU_AT_THE_END,
        seen="[1]",
    ),
    Misconception(
        name="net-relu-missing-on-the-way-back",
        part="TwoLayerNet",
        edits=(("affine_relu_backward(dhidden, hidden_cache)", "affine_backward(dhidden, hidden_cache[0])"),),
        hint="Every function of the way forward has its backward on the way back. Which one is left out?",
    ),
    Misconception(
        name="net-bias-missing-in-hidden",
        part="TwoLayerNet",
        edits=(("affine_relu_forward(X, W1, b1)", "affine_relu_forward(X, W1, np.zeros_like(b1))"),),
        hint=BIAS_MISSING,
        seen="[1]",
    ),
    Misconception(
        name="net-bias-missing-in-output",
        part="TwoLayerNet",
        edits=(("= affine_forward(hidden, W2, b2)", "= affine_forward(hidden, W2, np.zeros_like(b2))"),),
        hint=BIAS_MISSING,
    ),
    Misconception(
        name="net-reg-no-half",
        part="TwoLayerNet",
        edits=(
            ("0.5 * self.reg * (np.sum", "self.reg * (np.sum"),
            ("dW1 + self.reg * W1", "dW1 + 2.0 * self.reg * W1"),
            ("dW2 + self.reg * W2", "dW2 + 2.0 * self.reg * W2"),
        ),
        hint=NO_HALF,
        seen="[6]",
    ),
    Misconception(
        name="net-reg-grad-mismatch",
        part="TwoLayerNet",
        edits=(
            ("dW1 + self.reg * W1", "dW1 + 2.0 * self.reg * W1"),
            ("dW2 + self.reg * W2", "dW2 + 2.0 * self.reg * W2"),
        ),
        hint=FACTORS,
        seen="[18]",
    ),
    Misconception(
        name="net-reg-no-half-in-loss",
        part="TwoLayerNet",
        edits=(("0.5 * self.reg * (np.sum", "self.reg * (np.sum"),),
        hint=FACTORS,
    ),
    Misconception(
        name="net-reg-missing-in-loss",
        part="TwoLayerNet",
        edits=(("data_loss + penalty", "data_loss"),),
        hint=ONE_SIDED,
    ),
    Misconception(
        name="net-reg-missing-in-gradient",
        part="TwoLayerNet",
        edits=(("dW1 + self.reg * W1", "dW1"), ("dW2 + self.reg * W2", "dW2")),
        hint=ONE_SIDED,
    ),
    Misconception(
        name="net-reg-missing",
        part="TwoLayerNet",
        edits=(
            ("data_loss + penalty", "data_loss"),
            ("dW1 + self.reg * W1", "dW1"),
            ("dW2 + self.reg * W2", "dW2"),
        ),
        hint=UNUSED,
    ),
    Misconception(
        name="net-reg-on-biases",
        part="TwoLayerNet",
        edits=(
            ("np.sum(W2 * W2))", "np.sum(W2 * W2) + np.sum(b1 * b1) + np.sum(b2 * b2))"),
            (
                "dW2 = dW2 + self.reg * W2",
                "dW2, db1, db2 = dW2 + self.reg * W2, db1 + self.reg * b1, db2 + self.reg * b2",
            ),
        ),
        hint=NO_BIAS_PENALTY,
    ),
    Misconception(
        name="net-reg-only-one-layer",
        part="TwoLayerNet",
        edits=(("(np.sum(W1 * W1) + np.sum(W2 * W2))", "np.sum(W2 * W2)"), ("dW1 + self.reg * W1", "dW1")),
        hint="How many weight matrices are there, and how many have a penalty?",
    ),
    Misconception(
        name="net-param-naming",
        part="TwoLayerNet",
        edits=(
            ('self.params["W1"] =', 'self.params["w1"] ='),
            ('self.params["W2"] =', 'self.params["w2"] ='),
            ('= self.params["W1"]', '= self.params["w1"]'),
            ('= self.params["W2"]', '= self.params["w2"]'),
            ('{"W1": dW1', '{"w1": dW1'),
            ('"W2": dW2', '"w2": dW2'),
        ),
        hint=NAMES,
        seen="[25]",
    ),
    Misconception(
        name="net-grads-missing-biases",
        part="TwoLayerNet",
        edits=(('{"W1": dW1, "b1": db1, "W2": dW2, "b2": db2}', '{"W1": dW1, "W2": dW2}'),),
        hint="Every parameter that is to be trained needs its gradient. Which names are missing?",
    ),
    Misconception(
        name="net-scores-are-probabilities",
        part="TwoLayerNet",
        edits=(
            (
                "            return scores\n",
                "            e = np.exp(scores)\n            return e / e.sum(1)[:, None]\n",
            ),
        ),
        hint="Scores are what goes into the softmax, not what comes out of it.",
    ),
    Misconception(
        name="net-weight-scale-ignored",
        part="TwoLayerNet",
        edits=(
            ("weight_scale * rng.standard_normal((input_dim", "rng.standard_normal((input_dim"),
            ("weight_scale * rng.standard_normal((hidden_dim", "rng.standard_normal((hidden_dim"),
        ),
        hint=SCALE,
    ),
    Misconception(
        name="net-uniform-weights",
        part="TwoLayerNet",
        edits=(
            ("rng.standard_normal((input_dim, hidden_dim))", "rng.random((input_dim, hidden_dim))"),
            ("rng.standard_normal((hidden_dim, num_classes))", "rng.random((hidden_dim, num_classes))"),
        ),
        hint=SCALE,
    ),
    Misconception(
        name="net-biases-not-zero",
        part="TwoLayerNet",
        edits=(("np.zeros(hidden_dim)", "np.ones(hidden_dim)"), ("np.zeros(num_classes)", "np.ones(num_classes)")),
        hint=BIASES,
    ),
    Misconception(
        name="net-fixed-seed",
        part="TwoLayerNet",
        edits=(("np.random.default_rng() if rng is None else rng", "np.random.default_rng(0)"),),
        hint=SEED,
    ),
)

PENALTY = "loss = loss + 0.5 * self.reg * np.sum(W * W)"
PULL = 'grads[f"W{layer}"] + self.reg * W'
PENALTY_LOOP = 'for layer in range(1, last + 1):\n            W = self.params[f"W{layer}"]\n            loss'
PULL_LOOP = 'for layer in range(1, last + 1):\n            W = self.params[f"W{layer}"]\n            grads'


def regularised_layers(layers: str) -> tuple[tuple[str, str], ...]:
    """Return the edits after which loss and gradient regularise only some layers."""
    return tuple((loop, loop.replace("range(1, last + 1)", layers)) for loop in (PENALTY_LOOP, PULL_LOOP))


DEEP = (
    Misconception(
        name="net-reg-last-layer-missing",
        part="FullyConnectedNet",
        edits=regularised_layers("range(1, last)"),
        hint="Does the loop over the regularised weights reach the last layer?",
        seen="[2+]",
    ),
    Misconception(
        name="net-reg-some-weights-missing",
        part="FullyConnectedNet",
        edits=regularised_layers("range(2, last + 1)"),
        hint="Which weight matrices have a penalty? Print the names in the loop.",
        seen="[5]",
    ),
    Misconception(
        name="net-reg-first-layer-only",
        part="FullyConnectedNet",
        edits=regularised_layers("range(1, 2)"),
        hint="Which weight matrices have a penalty? Print the names in the loop.",
    ),
    Misconception(
        name="net-reg-last-layer-missing-in-loss",
        part="FullyConnectedNet",
        edits=regularised_layers("range(1, last)")[:1],
        hint="The gradient regularises every layer. Does the loop of the loss reach the last one?",
    ),
    Misconception(
        name="net-reg-last-layer-missing-in-gradient",
        part="FullyConnectedNet",
        edits=regularised_layers("range(1, last)")[1:],
        hint="The loss regularises every layer. Does the loop of the gradient reach the last one?",
    ),
    Misconception(
        name="net-reg-grad-adds-sum-of-W",
        part="FullyConnectedNet",
        edits=((PULL, PULL.replace("* W", "* np.sum(W)")),),
        hint="Each weight is pulled by its own size. By what is each of yours pulled?",
        seen="[1]",
    ),
    Misconception(
        name="net-reg-first-weights-in-every-layer",
        part="FullyConnectedNet",
        edits=((PENALTY_LOOP, PENALTY_LOOP.replace('f"W{layer}"', '"W1"')),),
        hint="The penalty adds up all the weights. Which matrix does the loop look at in its second round?",
    ),
    Misconception(
        name="deep-net-relu-missing",
        part="FullyConnectedNet",
        edits=(
            ("affine_relu_forward(signal, W, b)", "affine_forward(signal, W, b)"),
            ("affine_relu_backward(dsignal, hidden_caches[layer])", "affine_backward(dsignal, hidden_caches[layer])"),
        ),
        hint=RELU_MISSING,
    ),
    Misconception(
        name="deep-net-relu-after-last-layer",
        part="FullyConnectedNet",
        edits=(
            ("= affine_forward(signal, W, b)", "= affine_relu_forward(signal, W, b)"),
            ("affine_backward(dscores, scores_cache)", "affine_relu_backward(dscores, scores_cache)"),
        ),
        hint=RELU_AT_THE_END,
    ),
    Misconception(
        name="deep-net-relu-missing-on-the-way-back",
        part="FullyConnectedNet",
        edits=(
            (
                "affine_relu_backward(dsignal, hidden_caches[layer])",
                "affine_backward(dsignal, hidden_caches[layer][0])",
            ),
        ),
        hint="Every function of the way forward has its backward on the way back. Which one is left out?",
    ),
    Misconception(
        name="deep-net-bias-missing-in-hidden",
        part="FullyConnectedNet",
        edits=(("affine_relu_forward(signal, W, b)", "affine_relu_forward(signal, W, np.zeros_like(b))"),),
        hint=BIAS_MISSING,
    ),
    Misconception(
        name="deep-net-reg-no-half",
        part="FullyConnectedNet",
        edits=((PENALTY, PENALTY.replace("0.5 * ", "")), (PULL, PULL.replace("self.reg", "2.0 * self.reg"))),
        hint=NO_HALF,
    ),
    Misconception(
        name="deep-net-reg-grad-mismatch",
        part="FullyConnectedNet",
        edits=((PULL, PULL.replace("self.reg", "2.0 * self.reg")),),
        hint=FACTORS,
    ),
    Misconception(
        name="deep-net-reg-no-half-in-loss",
        part="FullyConnectedNet",
        edits=((PENALTY, PENALTY.replace("0.5 * ", "")),),
        hint=FACTORS,
    ),
    Misconception(
        name="deep-net-reg-missing-in-loss",
        part="FullyConnectedNet",
        edits=((PENALTY, "pass"),),
        hint=ONE_SIDED,
    ),
    Misconception(
        name="deep-net-reg-missing-in-gradient",
        part="FullyConnectedNet",
        edits=((PULL, 'grads[f"W{layer}"]'),),
        hint=ONE_SIDED,
    ),
    Misconception(
        name="deep-net-reg-missing",
        part="FullyConnectedNet",
        edits=((PENALTY, "pass"), (PULL, 'grads[f"W{layer}"]')),
        hint=UNUSED,
    ),
    Misconception(
        name="deep-net-reg-on-biases",
        part="FullyConnectedNet",
        edits=(
            (PENALTY, PENALTY.replace("W * W)", 'W * W) + 0.5 * self.reg * np.sum(self.params[f"b{layer}"] ** 2)')),
            (
                PULL,
                PULL + '\n            grads[f"b{layer}"] = grads[f"b{layer}"] + self.reg * self.params[f"b{layer}"]',
            ),
        ),
        hint=NO_BIAS_PENALTY,
    ),
    Misconception(
        name="deep-net-param-naming",
        part="FullyConnectedNet",
        edits=(
            ('self.params[f"W{layer}"] = weight_scale', 'self.params[f"W{layer - 1}"] = weight_scale'),
            ('self.params[f"b{layer}"] = np.zeros', 'self.params[f"b{layer - 1}"] = np.zeros'),
            ("        last = self.num_layers\n", "        last = self.num_layers - 1\n"),
            ("        for layer in range(1, last):\n", "        for layer in range(last):\n"),
            ("        for layer in range(last - 1, 0, -1):\n", "        for layer in range(last - 1, -1, -1):\n"),
            *regularised_layers("range(last + 1)"),
        ),
        hint=NAMES,
    ),
    Misconception(
        name="deep-net-num-layers-counts-hidden-only",
        part="FullyConnectedNet",
        edits=(
            ("self.num_layers = len(hidden_dims) + 1", "self.num_layers = len(hidden_dims)"),
            ("        last = self.num_layers\n", "        last = self.num_layers + 1\n"),
            ("range(1, self.num_layers + 1)", "range(1, self.num_layers + 2)"),
        ),
        hint="How many affine layers are there, if each hidden layer has one and the scores need one too?",
    ),
    Misconception(
        name="deep-net-first-hidden-size-everywhere",
        part="FullyConnectedNet",
        edits=(
            (
                "[input_dim, *hidden_dims, num_classes]",
                "[input_dim, *[hidden_dims[0]] * len(hidden_dims), num_classes]",
            ),
        ),
        hint="Every hidden layer has a size of its own in the list.",
    ),
    Misconception(
        name="deep-net-weight-scale-ignored",
        part="FullyConnectedNet",
        edits=(("weight_scale * rng.standard_normal(shape)", "rng.standard_normal(shape)"),),
        hint=SCALE,
    ),
    Misconception(
        name="deep-net-uniform-weights",
        part="FullyConnectedNet",
        edits=(("rng.standard_normal(shape)", "rng.random(shape)"),),
        hint=SCALE,
    ),
    Misconception(
        name="deep-net-biases-not-zero",
        part="FullyConnectedNet",
        edits=(("np.zeros(sizes[layer])", "weight_scale * rng.standard_normal(sizes[layer])"),),
        hint=BIASES,
    ),
    Misconception(
        name="deep-net-fixed-seed",
        part="FullyConnectedNet",
        edits=(("np.random.default_rng() if rng is None else rng", "np.random.default_rng(0)"),),
        hint=SEED,
    ),
)

MISCONCEPTIONS = (*TWO_LAYERS, *DEEP)
