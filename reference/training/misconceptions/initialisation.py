"""Wrong solutions of initialisation: the reference with a small edit each."""

from grader.misconceptions import Misconception

NORMAL = "rng.normal(0.0, math.sqrt(variance), size=(fan_in, fan_out))"
BOUND = "bound = math.sqrt(6.0 / (fan_in + fan_out))"
UNIFORM = "rng.uniform(-bound, bound, size=(fan_in, fan_out))"
FANS = "C * HH * WW, F * HH * WW\n"

MISCONCEPTIONS = (
    # Xavier
    Misconception(
        name="xavier-variance-as-std",
        part="xavier_init",
        edits=(("math.sqrt(variance)", "variance"),),
        hint="Does your random function ask for a variance or for a standard deviation?",
    ),
    Misconception(
        name="xavier-fan-in-alone",
        part="xavier_init",
        edits=(("2.0 / (fan_in + fan_out)", "1.0 / fan_in"),),
        hint="This looks at the forward alone. Which two numbers does the formula settle between?",
    ),
    Misconception(
        name="xavier-missing-2",
        part="xavier_init",
        edits=(("2.0 / (fan_in + fan_out)", "1.0 / (fan_in + fan_out)"),),
        hint="Where fan-in and fan-out are both n the variance should be 1 / n. What is yours?",
    ),
    Misconception(
        name="xavier-he-variance",
        part="xavier_init",
        edits=(("2.0 / (fan_in + fan_out)", "2.0 / fan_in"),),
        hint="That is the variance for layers before ReLU. Which sizes stand in this formula?",
    ),
    Misconception(
        name="xavier-uniform-not-normal",
        part="xavier_init",
        edits=((NORMAL, "math.sqrt(3.0 * variance) * rng.uniform(-1.0, 1.0, size=(fan_in, fan_out))"),),
        hint="The variance is right. Which distribution does the docstring name?",
    ),
    Misconception(
        name="xavier-shape-transposed",
        part="xavier_init",
        edits=(("size=(fan_in, fan_out)", "size=(fan_out, fan_in)"),),
        hint="A row of w belongs to an input, a column to an output.",
    ),
    # He
    Misconception(
        name="init-fan-out-for-fan-in",
        part="he_init",
        edits=(("2.0 / fan_in", "2.0 / fan_out"),),
        hint="How many products are added up for one output?",
    ),
    Misconception(
        name="init-variance-as-std",
        part="he_init",
        edits=(("math.sqrt(variance)", "variance"),),
        hint="Does your random function ask for a variance or for a standard deviation?",
    ),
    Misconception(
        name="init-missing-sqrt2",
        part="he_init",
        edits=(("2.0 / fan_in", "1.0 / fan_in"),),
        hint="ReLU sets half of its inputs to zero. What makes up for it?",
    ),
    Misconception(
        name="he-xavier-variance",
        part="he_init",
        edits=(("2.0 / fan_in", "2.0 / (fan_in + fan_out)"),),
        hint="Does the number of outputs change the size of a single output?",
    ),
    Misconception(
        name="init-all-zero",
        part="he_init",
        edits=((NORMAL, "np.zeros((fan_in, fan_out))"),),
        hint="Two units that start with the same weights get the same gradients. When will they ever differ?",
    ),
    Misconception(
        name="init-all-units-alike",
        part="he_init",
        edits=((NORMAL, "np.tile(rng.normal(0.0, math.sqrt(variance), size=(fan_in, 1)), (1, fan_out))"),),
        hint="Two units that start with the same weights get the same gradients. When will they ever differ?",
    ),
    Misconception(
        name="init-fixed-seed",
        part="he_init",
        edits=(("rng.normal", "np.random.default_rng(0).normal"),),
        hint="A network has several layers. Where does each of them get its random numbers from?",
    ),
    # Xavier, uniform
    Misconception(
        name="init-uniform-bound-wrong",
        part="xavier_uniform_init",
        edits=((BOUND, "bound = math.sqrt(2.0 / (fan_in + fan_out))"),),
        hint="That bound is the standard deviation that is wanted. What is the variance of a uniform distribution?",
    ),
    Misconception(
        name="init-uniform-bound-without-root",
        part="xavier_uniform_init",
        edits=((BOUND, "bound = 6.0 / (fan_in + fan_out)"),),
        hint="A bound is measured like the weights, a variance like their squares. Which is yours?",
    ),
    Misconception(
        name="init-uniform-fan-in-alone",
        part="xavier_uniform_init",
        edits=((BOUND, "bound = math.sqrt(3.0 / fan_in)"),),
        hint="This looks at the forward alone. Which two numbers does the formula settle between?",
    ),
    Misconception(
        name="init-uniform-positive-only",
        part="xavier_uniform_init",
        edits=((UNIFORM, UNIFORM.replace("-bound", "0.0")),),
        hint="What is the mean of the weights?",
    ),
    Misconception(
        name="init-uniform-normal",
        part="xavier_uniform_init",
        edits=((UNIFORM, "rng.normal(0.0, math.sqrt(2.0 / (fan_in + fan_out)), size=(fan_in, fan_out))"),),
        hint="The variance is right. Which distribution does the docstring name?",
    ),
    # Fans of a convolution
    Misconception(
        name="conv-fans-swapped",
        part="conv_fans",
        edits=((FANS, "F * HH * WW, C * HH * WW\n"),),
        hint="One output is a sum over all channels, and belongs to one filter. Which of the two is the fan-in?",
    ),
    Misconception(
        name="conv-fan-in-without-kernel",
        part="conv_fans",
        edits=((FANS, "C, F\n"),),
        hint="How many numbers are added up for a single output?",
    ),
    Misconception(
        name="conv-fan-out-without-kernel",
        part="conv_fans",
        edits=((FANS, "C * HH * WW, F\n"),),
        hint="The fan-in is right. At how many places of one filter does one input enter a sum?",
    ),
    Misconception(
        name="conv-fan-in-without-channels",
        part="conv_fans",
        edits=((FANS, "HH * WW, F * HH * WW\n"),),
        hint="Over which axes of a filter does one output sum?",
    ),
    Misconception(
        name="conv-fans-kernel-square",
        part="conv_fans",
        edits=((FANS, "C * HH * HH, F * HH * HH\n"),),
        hint="A filter need not be square.",
    ),
)
