"""Wrong solutions of the convolutional network: the reference with one edit each, a name and a hint."""

from grader.misconceptions import Misconception

FACTORS = "Is the gradient of the penalty the derivative of the penalty in the loss? Differentiate it on paper."
ONE_SIDED = "Loss and gradient belong together: what is in one of them must be in the other."
WHICH = "How many weight matrices are there, the filters included, and how many have a penalty?"
NAMES = "Compare the names in params, letter by letter, with those in the docstring."
SCALE = "weight_scale is the standard deviation of normal numbers with mean zero. What is the spread of yours?"

PENALTY = "loss = loss + 0.5 * self.reg * np.sum(W * W)"
PULL = "grads[name] = grads[name] + self.reg * W"
LOOP = 'for name in ("W1", "W2", "W3"):'
ROWS = "pooled_size = num_filters * (H // 2) * (W // 2)"
CONV = "filtered, conv_cache = conv_forward_im2col(X, W1, b1, self.conv_param)"
CONV_BACK = "dX, dW1, db1 = conv_backward_im2col(dfiltered, conv_cache)"
FOUND = "found, found_cache = relu_forward(filtered)"
DFILTERED = "dfiltered = relu_backward(dfound, found_cache)"
HIDDEN = "hidden, hidden_cache = relu_forward(mixed)"
DMIXED = "dmixed = relu_backward(dhidden, hidden_cache)"
GRADS = '{"W1": dW1, "b1": db1, "W2": dW2, "b2": db2, "W3": dW3, "b3": db3}'
SCORES = "scores, scores_cache = affine_forward(hidden, W3, b3)"
DRAWN = (
    "weight_scale * rng.standard_normal((num_filters, C, filter_size, filter_size))",
    "weight_scale * rng.standard_normal((pooled_size, hidden_dim))",
    "weight_scale * rng.standard_normal((hidden_dim, num_classes))",
)


def drawn_by(old: str, new: str) -> tuple[tuple[str, str], ...]:
    """Return the edits after which all weights are drawn in another way."""
    return tuple((line, line.replace(old, new)) for line in DRAWN)


REGULARISATION = (
    Misconception(
        name="net-reg-missing-everywhere",
        part="ThreeLayerConvNet",
        edits=((PENALTY, "pass"), (PULL, "pass")),
        also=("net-reg-missing",),
        hint="The network has a strength of regularisation. Who uses it?",
        seen="[4]",
    ),
    Misconception(
        name="net-reg-missing-in-loss",
        part="ThreeLayerConvNet",
        edits=((PENALTY, "pass"),),
        hint=ONE_SIDED,
        seen="[1]",
    ),
    Misconception(
        name="net-reg-missing-in-gradient",
        part="ThreeLayerConvNet",
        edits=((PULL, "pass"),),
        hint=ONE_SIDED,
    ),
    Misconception(
        name="net-reg-grad-mismatch",
        part="ThreeLayerConvNet",
        edits=((PULL, PULL.replace("self.reg", "2.0 * self.reg")),),
        hint=FACTORS,
        seen="[12]",
    ),
    Misconception(
        name="net-reg-grad-half",
        part="ThreeLayerConvNet",
        edits=((PULL, PULL.replace("self.reg", "0.5 * self.reg")),),
        hint=FACTORS,
    ),
    Misconception(
        name="net-reg-no-half",
        part="ThreeLayerConvNet",
        edits=((PENALTY, PENALTY.replace("0.5 * ", "")), (PULL, PULL.replace("self.reg", "2.0 * self.reg"))),
        hint="The penalty is half of reg times the sum of the squares. The half keeps its derivative simple.",
    ),
    Misconception(
        name="net-reg-no-half-in-loss",
        part="ThreeLayerConvNet",
        edits=((PENALTY, PENALTY.replace("0.5 * ", "")),),
        hint=FACTORS,
    ),
    Misconception(
        name="net-reg-W1-replaced-by-W3",
        part="ThreeLayerConvNet",
        edits=((PENALTY, PENALTY.replace("W * W", 'self.params[name.replace("1", "3")] ** 2')),),
        hint="Write out the penalty: is every weight matrix in it, and each only once?",
        seen="[1]",
    ),
    Misconception(
        name="net-reg-cube-typo",
        part="ThreeLayerConvNet",
        edits=((PENALTY, PENALTY.replace("W * W", "W * W * W")),),
        hint="Can your penalty be negative? A sum of squares cannot.",
        seen="[1]",
    ),
    Misconception(
        name="net-reg-product-instead-of-sum",
        part="ThreeLayerConvNet",
        edits=(
            (PENALTY, "pass"),
            (
                "return loss, grads",
                'squares = [np.sum(self.params[name] ** 2) for name in ("W1", "W2", "W3")]\n'
                "        return loss + 0.5 * self.reg * np.prod(squares), grads",
            ),
        ),
        hint="The penalties of the weight matrices are put together: by which operation?",
        seen="[1]",
    ),
    Misconception(
        name="net-reg-filters-missing",
        part="ThreeLayerConvNet",
        edits=((LOOP, LOOP.replace('"W1", ', "")),),
        hint=WHICH,
    ),
    Misconception(
        name="net-reg-last-layer-missing",
        part="ThreeLayerConvNet",
        edits=((LOOP, LOOP.replace(', "W3"', "")),),
        hint=WHICH,
    ),
    Misconception(
        name="net-reg-on-biases",
        part="ThreeLayerConvNet",
        edits=((LOOP, "for name in grads:"),),
        hint="Only the weights are regularised. Which parameters does your loop reach?",
    ),
    Misconception(
        name="net-reg-divided-by-N",
        part="ThreeLayerConvNet",
        edits=(
            (PENALTY, PENALTY.replace("self.reg", "self.reg / len(y)")),
            (PULL, PULL.replace("self.reg", "self.reg / len(y)")),
        ),
        hint="The mean over the batch is that of the data loss. Does the penalty depend on the batch?",
    ),
)

STRUCTURE = (
    Misconception(
        name="net-nonsquare-input-unsupported",
        part="ThreeLayerConvNet",
        edits=((ROWS, ROWS.replace("(W // 2)", "(H // 2)")),),
        hint="How many numbers leave the pooling when an image is wider than high?",
        seen="[4]",
    ),
    Misconception(
        name="net-pool-size-ignored-in-W2",
        part="ThreeLayerConvNet",
        edits=((ROWS, "pooled_size = num_filters * H * W"),),
        hint="W2 sees the image after the pooling. How many numbers are left of it?",
    ),
    Misconception(
        name="net-conv-shrinks-size-in-W2",
        part="ThreeLayerConvNet",
        edits=((ROWS, "pooled_size = num_filters * ((H - filter_size + 1) // 2) * ((W - filter_size + 1) // 2)"),),
        hint="With the padding of conv_param, how large is the image after the convolution?",
    ),
    Misconception(
        name="net-channels-for-filters-in-W2",
        part="ThreeLayerConvNet",
        edits=((ROWS, ROWS.replace("num_filters", "C")),),
        hint="How many channels has the image after the convolution?",
    ),
    Misconception(
        name="net-filters-without-channels",
        part="ThreeLayerConvNet",
        edits=((DRAWN[0], DRAWN[0].replace("num_filters, C,", "C, num_filters,")),),
        hint="In which order come the filters and the channels in the shape of W1?",
    ),
    Misconception(
        name="net-relu-missing-after-conv",
        part="ThreeLayerConvNet",
        edits=((FOUND, "found, found_cache = filtered, filtered"), (DFILTERED, "dfiltered = dfound")),
        hint="What stands between the convolution and the pooling?",
    ),
    Misconception(
        name="net-relu-missing",
        part="ThreeLayerConvNet",
        edits=((HIDDEN, "hidden, hidden_cache = mixed, mixed"), (DMIXED, "dmixed = dhidden")),
        hint="Two affine layers in a row are one affine layer. What belongs between them?",
    ),
    Misconception(
        name="net-relu-after-last-layer",
        part="ThreeLayerConvNet",
        edits=(
            (SCORES, SCORES + "\n        scores, last_cache = relu_forward(scores)"),
            ("hidden_cache, scores_cache)", "hidden_cache, (scores_cache, last_cache))"),
            (
                "affine_backward(dscores, scores_cache)",
                "affine_backward(relu_backward(dscores, scores_cache[1]), scores_cache[0])",
            ),
        ),
        hint="Can your scores be negative? Scores go into the softmax as they are.",
    ),
    Misconception(
        name="net-scores-are-probabilities",
        part="ThreeLayerConvNet",
        edits=(
            (
                "            return scores\n",
                "            e = np.exp(scores)\n            return e / e.sum(1)[:, None]\n",
            ),
        ),
        hint="Scores are what goes into the softmax, not what comes out of it.",
    ),
    Misconception(
        name="net-relu-mask-missing-on-the-way-back",
        part="ThreeLayerConvNet",
        edits=((DMIXED, "dmixed = dhidden"),),
        hint="Every function of the way forward has its backward on the way back. Which one is left out?",
    ),
    Misconception(
        name="net-conv-relu-missing-on-the-way-back",
        part="ThreeLayerConvNet",
        edits=((DFILTERED, "dfiltered = dfound"),),
        hint="Between pooling and convolution stands one more function. Is its backward there?",
    ),
    Misconception(
        name="net-conv-bias-omitted",
        part="ThreeLayerConvNet",
        edits=((CONV, CONV.replace("b1", "np.zeros_like(b1)")),),
        hint="Does each filter have a bias, and is it used?",
    ),
    Misconception(
        name="net-param-naming",
        part="ThreeLayerConvNet",
        edits=(
            ('self.params["W1"] =', 'self.params["w1"] ='),
            ('self.params["W2"] =', 'self.params["w2"] ='),
            ('self.params["W3"] =', 'self.params["w3"] ='),
            ('W1, b1 = self.params["W1"]', 'W1, b1 = self.params["w1"]'),
            ('W2, b2 = self.params["W2"]', 'W2, b2 = self.params["w2"]'),
            ('W3, b3 = self.params["W3"]', 'W3, b3 = self.params["w3"]'),
            (GRADS, '{"w1": dW1, "b1": db1, "w2": dW2, "b2": db2, "w3": dW3, "b3": db3}'),
            (LOOP, 'for name in ("w1", "w2", "w3"):'),
        ),
        hint=NAMES,
    ),
    Misconception(
        name="net-grads-missing-biases",
        part="ThreeLayerConvNet",
        edits=((GRADS, '{"W1": dW1, "W2": dW2, "W3": dW3}'),),
        hint="Every parameter that is to be trained needs its gradient. Which names are missing?",
    ),
    Misconception(
        name="net-weight-scale-ignored",
        part="ThreeLayerConvNet",
        edits=drawn_by("weight_scale * ", ""),
        hint=SCALE,
    ),
    Misconception(
        name="net-filters-not-scaled",
        part="ThreeLayerConvNet",
        edits=drawn_by("weight_scale * ", "")[:1],
        hint="Which weights have the spread asked for, and which have not?",
    ),
    Misconception(
        name="net-uniform-weights",
        part="ThreeLayerConvNet",
        edits=drawn_by("standard_normal", "random"),
        hint=SCALE,
    ),
    Misconception(
        name="net-weights-zero",
        part="ThreeLayerConvNet",
        edits=drawn_by("weight_scale * ", "0.0 * "),
        hint="If all filters start the same, what will ever make them differ?",
    ),
    Misconception(
        name="net-biases-not-zero",
        part="ThreeLayerConvNet",
        edits=(
            ("np.zeros(num_filters)", "np.ones(num_filters)"),
            ("np.zeros(hidden_dim)", "np.ones(hidden_dim)"),
            ("np.zeros(num_classes)", "np.ones(num_classes)"),
        ),
        hint="Biases start at zero: they need no randomness, the weights have it.",
    ),
    Misconception(
        name="net-fixed-seed",
        part="ThreeLayerConvNet",
        edits=(("np.random.default_rng() if rng is None else rng", "np.random.default_rng(0)"),),
        hint="Where do the random numbers come from, and who was to decide that?",
    ),
    Misconception(
        name="net-input-gradient-of-loss",
        part="ThreeLayerConvNet",
        edits=(
            (
                "_, cache = self.forward(X)",
                "scores, cache = self.forward(X)\n"
                "        dscores = softmax_loss(scores, np.argmax(dscores, axis=1))[1]",
            ),
        ),
        hint="input_gradient is handed the gradient of the scores. Does it need the softmax?",
    ),
)

MISCONCEPTIONS = (*REGULARISATION, *STRUCTURE)
