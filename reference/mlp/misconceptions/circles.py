"""Wrong solutions of the 2-4-1 network: the reference with one edit each, a name and a hint."""

from grader.misconceptions import Misconception

SLOPE = "The slope of the hidden sigmoid is one link of the chain. At which numbers is it taken?"
SCALE = "How many times is there a division by the number of samples on the way from p to each gradient?"

BIAS_COLUMN = (
    Misconception(
        name="bias-column-last",
        part="add_bias_column",
        edits=(("[ones, X]", "[X, ones]"),),
        hint="The biases are the first row of the weights. Which column of the samples meets them?",
    ),
    Misconception(
        name="bias-column-of-zeros",
        part="add_bias_column",
        edits=(("np.ones(", "np.zeros("),),
        hint="By what must a bias be multiplied to be added as it is?",
    ),
    Misconception(
        name="bias-row-not-column",
        part="add_bias_column",
        edits=(("np.ones((X.shape[0], 1))", "np.ones((1, X.shape[1]))"), ("np.hstack", "np.vstack")),
        hint="A sample is a row. Does each sample get a one, or did you add a sample?",
    ),
)

WEIGHTS = (
    Misconception(
        name="rand-weights-no-bias-row",
        part="rand_weights",
        edits=(("size=(fan_in + 1, fan_out)", "size=(fan_in, fan_out)"),),
        hint="How many rows does the matrix need once the bias is in it?",
    ),
    Misconception(
        name="rand-weights-transposed",
        part="rand_weights",
        edits=(("size=(fan_in + 1, fan_out)", "size=(fan_out, fan_in + 1)"),),
        hint="The samples are multiplied from the left. Do inputs count the rows or the columns of the weights?",
    ),
    Misconception(
        name="rand-weights-from-zero-to-one",
        part="rand_weights",
        edits=(("rng.uniform(-limit, limit, size=(fan_in + 1, fan_out))", "rng.uniform(size=(fan_in + 1, fan_out))"),),
        hint="Which range does a generator draw from if you do not tell it?",
    ),
    Misconception(
        name="rand-weights-normal",
        part="rand_weights",
        edits=(("rng.uniform(-limit, limit, size=", "rng.normal(scale=limit, size="),),
        hint="The docstring asks for uniform numbers in a range. Can your numbers lie outside it?",
    ),
    Misconception(
        name="rand-weights-only-positive",
        part="rand_weights",
        edits=(("rng.uniform(-limit, limit,", "rng.uniform(0.0, limit,"),),
        hint="Weights of both signs are wanted. Where does your range begin?",
    ),
    Misconception(
        name="rand-weights-square-root-missing",
        part="rand_weights",
        edits=(("math.sqrt(6.0 / (fan_in + fan_out))", "6.0 / (fan_in + fan_out)"),),
        hint="For 2 inputs and 4 outputs the range ends at 1, and so it does by chance without one operation.",
    ),
    Misconception(
        name="rand-weights-fan-in-only",
        part="rand_weights",
        edits=(("math.sqrt(6.0 / (fan_in + fan_out))", "math.sqrt(6.0 / fan_in)"),),
        hint="The range depends on the numbers of inputs and of outputs.",
    ),
    Misconception(
        name="rand-weights-bias-row-zero",
        part="rand_weights",
        edits=(
            (
                "return rng.uniform(-limit, limit, size=(fan_in + 1, fan_out))",
                "W = rng.uniform(-limit, limit, size=(fan_in + 1, fan_out))\n    W[0] = 0.0\n    return W",
            ),
        ),
        hint="Is the first row drawn like the others? The docstring says so here.",
    ),
    Misconception(
        name="rand-weights-fixed-seed",
        part="rand_weights",
        edits=(("return rng.uniform(", "return np.random.default_rng(0).uniform("),),
        hint="The generator is an argument. What do two calls with two generators return?",
    ),
)

PREDICTIONS = (
    Misconception(
        name="proba-bias-column-missing-in-hidden-layer",
        part="predict_proba",
        edits=(("add_bias_column(hidden_units) @ W_2", "hidden_units @ W_2[1:]"),),
        hint="Both layers have a bias. Which row of W_2 is never used?",
    ),
    Misconception(
        name="proba-hidden-sigmoid-missing",
        part="predict_proba",
        edits=(("hidden_units, _ = sigmoid(add_bias_column(X) @ W_1)", "hidden_units = add_bias_column(X) @ W_1"),),
        hint="Without a bend between two layers they are one. Where does the first sigmoid stand?",
    ),
    Misconception(
        name="proba-output-sigmoid-missing",
        part="predict_proba",
        edits=(
            (
                "probabilities, _ = sigmoid(add_bias_column(hidden_units) @ W_2)",
                "probabilities = add_bias_column(hidden_units) @ W_2",
            ),
        ),
        hint="A probability lies between 0 and 1. Do your values?",
    ),
    Misconception(
        name="proba-flattened",
        part="predict_proba",
        edits=(("return probabilities", "return probabilities.ravel()"),),
        hint="The labels are a column. What is the shape of a column minus a flat array?",
    ),
    Misconception(
        name="labels-threshold-on-logit",
        part="predict_labels",
        edits=(
            (
                "probabilities = predict_proba(X, W_1, W_2)",
                "probabilities = add_bias_column(sigmoid(add_bias_column(X) @ W_1)[0]) @ W_2",
            ),
        ),
        hint="One half is the threshold of a probability. Which logit belongs to it?",
    ),
    Misconception(
        name="labels-inverted",
        part="predict_labels",
        edits=(("probabilities >= 0.5", "probabilities < 0.5"),),
        hint="The network returns the probability of which class?",
    ),
    Misconception(
        name="labels-cut-off-not-rounded",
        part="predict_labels",
        edits=(("(probabilities >= 0.5)", "probabilities"),),
        hint="What does a probability of 0.9 become when it is converted to an integer?",
    ),
    Misconception(
        name="labels-all-one",
        part="predict_labels",
        edits=(("probabilities >= 0.5", "probabilities >= 0.0"),),
        hint="Which probabilities are above your threshold?",
    ),
)

STEP = (
    Misconception(
        name="bias-row-not-removed",
        part="train_step",
        edits=(
            ("W_2[1:].T", "W_2.T"),
            ("sigmoid_backward(dhidden, hidden_cache)", "dhidden * A_2 * (1.0 - A_2)"),
        ),
        hint="Nothing before it feeds the column of ones. Which row of W_2 has no way back?",
    ),
    Misconception(
        name="last-row-removed-for-bias-row",
        part="train_step",
        edits=(("W_2[1:].T", "W_2[:-1].T"),),
        hint="Which row of W_2 holds the bias: the first or the last?",
    ),
    Misconception(
        name="delta-uses-updated-weights",
        part="train_step",
        edits=(("W_2[1:].T", "(W_2 - learning_rate * dW_2)[1:].T"),),
        hint="The error goes back through the weights that made the prediction. Which are these at that line?",
    ),
    Misconception(
        name="divide-by-m-twice",
        part="train_step",
        edits=(
            ("dW_2 = A_2.T @ delta_2", "dW_2 = A_2.T @ delta_2 / X.shape[0]"),
            ("dW_1 = A_1.T @ delta_1", "dW_1 = A_1.T @ delta_1 / X.shape[0]"),
        ),
        hint=SCALE,
    ),
    Misconception(
        name="step-not-divided-by-m",
        part="train_step",
        edits=(
            ("dW_2 = A_2.T @ delta_2", "dW_2 = A_2.T @ delta_2 * X.shape[0]"),
            ("dW_1 = A_1.T @ delta_1", "dW_1 = A_1.T @ delta_1 * X.shape[0]"),
        ),
        hint=SCALE,
    ),
    Misconception(
        name="sum-over-features",
        part="train_step",
        edits=(
            ("dW_2 = A_2.T @ delta_2", "dW_2 = A_2.T @ delta_2 * X.shape[0] / X.shape[1]"),
            ("dW_1 = A_1.T @ delta_1", "dW_1 = A_1.T @ delta_1 * X.shape[0] / X.shape[1]"),
        ),
        hint="The mean runs over the samples. Which axis of X counts them, and which counts features?",
    ),
    Misconception(
        name="step-ascends",
        part="train_step",
        edits=(("W_1 - learning_rate", "W_1 + learning_rate"), ("W_2 - learning_rate", "W_2 + learning_rate")),
        hint="The gradient points uphill. Which way is the loss to go?",
    ),
    Misconception(
        name="step-slope-missing",
        part="train_step",
        edits=(("sigmoid_backward(dhidden, hidden_cache)", "dhidden"),),
        hint=SLOPE,
    ),
    Misconception(
        name="step-slope-of-activation",
        part="train_step",
        edits=(("sigmoid_backward(dhidden, hidden_cache)", "dhidden * derivative_sigmoid(hidden_units)"),),
        hint=SLOPE,
    ),
    Misconception(
        name="step-slope-of-output-counted",
        part="train_step",
        edits=(("dW_2 = A_2.T", "delta_2 = delta_2 * derivative_sigmoid(A_2 @ W_2)\n    dW_2 = A_2.T"),),
        hint="With the cross-entropy the slope of the last sigmoid is already inside p - y.",
    ),
    Misconception(
        name="step-loss-after-the-update",
        part="train_step",
        edits=(
            (
                "return new_W_1, new_W_2, loss",
                "after = bce_with_logits(add_bias_column(sigmoid(A_1 @ new_W_1)[0]) @ new_W_2, y)[0]\n"
                "    return new_W_1, new_W_2, after",
            ),
        ),
        hint="The loss belongs to the weights before the step, or to those after it?",
    ),
    Misconception(
        name="step-only-output-layer",
        part="train_step",
        edits=(("new_W_1 = W_1 - learning_rate * dW_1", "new_W_1 = W_1"),),
        hint="Which of the two matrices does not move?",
    ),
    Misconception(
        name="step-bias-rows-not-updated",
        part="train_step",
        edits=(
            (
                "new_W_1 = W_1 - learning_rate * dW_1",
                "dW_1[0], dW_2[0] = 0.0, 0.0\n    new_W_1 = W_1 - learning_rate * dW_1",
            ),
        ),
        hint="The first rows are weights too. Do they move?",
    ),
    Misconception(
        name="step-squared-error",
        part="train_step",
        edits=(
            (
                "loss, delta_2 = bce_with_logits(A_2 @ W_2, y)",
                "p = sigmoid(A_2 @ W_2)[0]\n    loss, dp = mse_loss(p, y)\n    delta_2 = dp * p * (1.0 - p)",
            ),
        ),
        hint="Which loss does the docstring name?",
    ),
)

MISCONCEPTIONS = (*BIAS_COLUMN, *WEIGHTS, *PREDICTIONS, *STEP)
