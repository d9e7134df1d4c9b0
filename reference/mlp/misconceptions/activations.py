"""Wrong solutions of the activations: the reference with a small edit each, a name and a hint."""

from grader.misconceptions import Misconception

UPSTREAM = "What arrives from the layer above? The chain rule multiplies it by the slope of this one."

MISCONCEPTIONS = (
    # Sigmoid
    Misconception(
        name="sigmoid-overflow",
        part="sigmoid",
        edits=(("np.where(x >= 0, 1.0, decay) / (1.0 + decay)", "np.exp(x) / (1.0 + np.exp(x))"),),
        hint="Which exponentials become infinite for large inputs? Write the formula so that no exponent is positive.",
    ),
    Misconception(
        name="sigmoid-sign-of-exponent",
        part="sigmoid",
        edits=(("np.where(x >= 0, 1.0, decay)", "np.where(x <= 0, 1.0, decay)"),),
        hint="Towards which value should the sigmoid go for large positive inputs?",
    ),
    Misconception(
        name="sigmoid-derivative-of-activation",
        part="sigmoid_backward",
        edits=(("probability = cache", "probability, _ = sigmoid(cache)"),),
        hint="The cache holds the output already. Is the sigmoid applied once or twice on the way to the slope?",
    ),
    Misconception(
        name="sigmoid-slope-of-input",
        part="sigmoid_backward",
        where="sigmoid",
        edits=(("return probability, probability", "return probability, x"),),
        hint="The formula s (1 - s) is written in the output of the sigmoid. What does your cache hold?",
    ),
    Misconception(
        name="sigmoid-missing-1-minus",
        part="sigmoid_backward",
        edits=(("(1.0 - probability)", "probability"),),
        hint="What is the slope of the sigmoid where its output is nearly 1?",
    ),
    Misconception(
        name="gate-derivative-omitted",
        part="sigmoid_backward",
        edits=(("return dout * probability * (1.0 - probability)", "return dout"),),
        hint="The upstream gradient comes back unchanged. Where does the slope of the sigmoid come in?",
        seen="[lit]",
    ),
    Misconception(
        name="sigmoid-dout-omitted",
        part="sigmoid_backward",
        edits=(("return dout * probability", "return probability"),),
        hint=UPSTREAM,
    ),
    Misconception(
        name="sigmoid-derivative-without-slope-of-product",
        part="sigmoid_backward",
        edits=(("dout * probability * (1.0 - probability)", "dout * probability"),),
        hint="Compare your slope at 0 with the worked number in the text.",
    ),
    # Derivative of the sigmoid
    Misconception(
        name="derivative-sigmoid-of-activation",
        part="derivative_sigmoid",
        edits=(("_ = sigmoid(z)", "_ = sigmoid(sigmoid(z)[0])"),),
        hint="z is the input of the sigmoid. How often is the sigmoid applied to it?",
    ),
    Misconception(
        name="derivative-sigmoid-takes-activation",
        part="derivative_sigmoid",
        edits=(("probability, _ = sigmoid(z)", "probability = z"),),
        hint="z is the input of the sigmoid, not its output: is the formula s (1 - s) written in z?",
    ),
    Misconception(
        name="derivative-sigmoid-missing-1-minus",
        part="derivative_sigmoid",
        edits=(("(1.0 - probability)", "probability"),),
        hint="What is the slope of the sigmoid where its output is nearly 1?",
    ),
    # Tanh
    Misconception(
        name="tanh-by-exp-overflow",
        part="tanh_forward",
        edits=(("np.tanh(x)", "(np.exp(x) - np.exp(-x)) / (np.exp(x) + np.exp(-x))"),),
        hint="What is the quotient of two numbers that are both infinite? NumPy has a function that knows better.",
    ),
    Misconception(
        name="tanh-from-sigmoid-without-2x",
        part="tanh_forward",
        edits=(("return squashed, squashed", "return 2.0 / (1.0 + np.exp(-x)) - 1.0, squashed"),),
        hint="The tanh is a sigmoid stretched in both directions: upwards, and along x.",
    ),
    Misconception(
        name="tanh-derivative-uses-x",
        part="tanh_backward",
        where="tanh_forward",
        edits=(("return squashed, squashed", "return squashed, x"),),
        hint="In the formula for the slope, is it the input or the output that is squared? What does your cache hold?",
    ),
    Misconception(
        name="tanh-missing-square",
        part="tanh_backward",
        edits=(("squashed**2", "squashed"),),
        hint="What is the slope of tanh where its output is nearly -1? What does your formula give there?",
    ),
    Misconception(
        name="tanh-derivative-of-activation",
        part="tanh_backward",
        edits=(("squashed = cache", "squashed = np.tanh(cache)"),),
        hint="The cache holds the output already. Is tanh applied once or twice on the way to the slope?",
    ),
    Misconception(
        name="tanh-derivative-of-sigmoid",
        part="tanh_backward",
        edits=(("(1.0 - squashed**2)", "squashed * (1.0 - squashed)"),),
        hint="Whose derivative is t (1 - t)?",
    ),
    Misconception(
        name="tanh-derivative-omitted",
        part="tanh_backward",
        edits=(("return dout * (1.0 - squashed**2)", "return dout"),),
        hint="The upstream gradient comes back unchanged. Where does the slope of tanh come in?",
    ),
    Misconception(
        name="tanh-dout-omitted",
        part="tanh_backward",
        edits=(("return dout * (1.0", "return (1.0"),),
        hint=UPSTREAM,
    ),
    # ReLU
    Misconception(
        name="relu-returns-mask-not-value",
        part="relu_forward",
        edits=(("np.maximum(0.0, x)", "(x > 0).astype(np.float64)"),),
        hint="What should come out where 5 goes in?",
        seen="[1]",
    ),
    Misconception(
        name="relu-abs",
        part="relu_forward",
        edits=(("np.maximum(0.0, x)", "np.abs(x)"),),
        hint="What should come out where -3 goes in?",
    ),
    Misconception(
        name="relu-minimum",
        part="relu_forward",
        edits=(("np.maximum(0.0, x)", "np.minimum(0.0, x)"),),
        hint="Which entries are kept and which are replaced, the positive ones or the negative ones?",
    ),
    Misconception(
        name="relu-omitted",
        part="relu_forward",
        edits=(("np.maximum(0.0, x)", "x.copy()"),),
        hint="What should come out where -3 goes in?",
    ),
    Misconception(
        name="relu-mask-on-dout",
        part="relu_backward",
        edits=(("(x > 0)", "(dout > 0)"),),
        hint="Which numbers decide whether a gradient passes: those that came in on the way forward, or those that "
        "arrive on the way back?",
    ),
    Misconception(
        name="relu-mask-inverted",
        part="relu_backward",
        edits=(("(x > 0)", "(x < 0)"),),
        hint="Where did the input reach the output unchanged? There the gradient passes.",
    ),
    Misconception(
        name="relu-no-mask",
        part="relu_backward",
        edits=(("return dout * (x > 0)", "return dout"),),
        hint="The upstream gradient comes back unchanged. What if the input was negative?",
    ),
    Misconception(
        name="relu-gradient-times-output",
        part="relu_backward",
        edits=(("(x > 0)", "np.maximum(0.0, x)"),),
        hint="What is the slope of ReLU at 5? Is it the same as its value there?",
    ),
    Misconception(
        name="relu-dout-omitted",
        part="relu_backward",
        edits=(("return dout * (x > 0)", "return (x > 0).astype(np.float64)"),),
        hint=UPSTREAM,
    ),
    # Leaky ReLU
    Misconception(
        name="leaky-slope-in-wrong-branch",
        part="leaky_relu_forward",
        edits=(("np.where(x > 0, x, slope * x)", "np.where(x > 0, slope * x, x)"),),
        hint="Which of the two branches does the slope belong to?",
    ),
    Misconception(
        name="leaky-slope-is-the-value",
        part="leaky_relu_forward",
        edits=(("np.where(x > 0, x, slope * x)", "np.where(x > 0, x, slope)"),),
        hint="Left of zero the function is a line through zero: does your value there depend on x?",
    ),
    Misconception(
        name="leaky-slope-ignored",
        part="leaky_relu_forward",
        edits=(("slope * x)", "0.01 * x)"),),
        hint="Right with the default slope only: where does the argument slope enter?",
    ),
    Misconception(
        name="leaky-without-leak",
        part="leaky_relu_forward",
        edits=(("slope * x)", "0.0 * x)"),),
        hint="What is left of a negative input? This is ReLU.",
    ),
    Misconception(
        name="leaky-gradient-slope-in-wrong-branch",
        part="leaky_relu_backward",
        edits=(("np.where(x > 0, 1.0, slope)", "np.where(x > 0, slope, 1.0)"),),
        hint="Which of the two branches does the slope belong to?",
    ),
    Misconception(
        name="leaky-gradient-slope-ignored",
        part="leaky_relu_backward",
        edits=(("np.where(x > 0, 1.0, slope)", "np.where(x > 0, 1.0, 0.01)"),),
        hint="How does the backward learn which slope the forward was given?",
    ),
    Misconception(
        name="leaky-gradient-without-leak",
        part="leaky_relu_backward",
        edits=(("np.where(x > 0, 1.0, slope)", "(x > 0)"),),
        hint="This is the gradient of ReLU. What passes where the input was negative?",
    ),
    Misconception(
        name="leaky-gradient-mask-on-dout",
        part="leaky_relu_backward",
        edits=(("np.where(x > 0, 1.0, slope)", "np.where(dout > 0, 1.0, slope)"),),
        hint="Which numbers decide on the branch: those that came in on the way forward, or those that arrive on "
        "the way back?",
    ),
    # GELU
    Misconception(
        name="gelu-tanh-approximation",
        part="gelu_forward",
        edits=(
            (
                "return x * cumulative,",
                "return 0.5 * x * (1.0 + np.tanh(math.sqrt(2.0 / math.pi) * (x + 0.044715 * x**3))),",
            ),
        ),
        hint="This is the approximation by tanh; the exact form is asked for.",
    ),
    Misconception(
        name="gelu-sigmoid-approximation",
        part="gelu_forward",
        edits=(("return x * cumulative,", "return x / (1.0 + np.exp(-1.702 * x)),"),),
        hint="This is the approximation by a sigmoid; the exact form is asked for.",
    ),
    Misconception(
        name="gelu-missing-sqrt-2",
        part="gelu_forward",
        edits=(("return x * cumulative,", "return 0.5 * x * (1.0 + erf(x)),"),),
        hint="The error function is not the normal distribution function itself: what is its argument?",
    ),
    Misconception(
        name="gelu-missing-phi-term",
        part="gelu_backward",
        edits=(("(cumulative + x * density)", "cumulative"),),
        hint="GELU is a product of two functions of x. How many terms does the derivative of a product have?",
    ),
    Misconception(
        name="gelu-density-without-x",
        part="gelu_backward",
        edits=(("x * density", "density"),),
        hint="In the derivative of a product, what is each derivative multiplied by?",
    ),
    Misconception(
        name="gelu-density-not-normalised",
        part="gelu_backward",
        edits=((" / math.sqrt(2.0 * math.pi)", ""),),
        hint="What is the largest value of the density of a standard normal variable?",
    ),
)
