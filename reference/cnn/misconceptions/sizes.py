"""Wrong solutions of sizes and costs: the reference with a small edit each."""

from grader.misconceptions import Misconception

MISCONCEPTIONS = (
    Misconception(
        name="ceil-for-floor",
        part="conv_out_size",
        edits=(("(n + 2 * p - f) // s + 1", "-(-(n + 2 * p - f) // s) + 1"),),
        hint="Does a filter count that fits only in part?",
    ),
    Misconception(
        name="out-size-float",
        part="conv_out_size",
        edits=(("// s + 1", "/ s + 1"),),
        hint="How large can an array be: 3.0, or 3? Python has two divisions.",
        seen="[21]",
    ),
    Misconception(
        name="out-size-pad-counted-once",
        part="conv_out_size",
        edits=(("n + 2 * p - f", "n + p - f"),),
        hint="How many ends has an axis, and how many zeros stand at each?",
    ),
    Misconception(
        name="out-size-first-window-not-counted",
        part="conv_out_size",
        edits=(("// s + 1", "// s"),),
        hint="A filter as large as the input fits once. What does your formula say?",
    ),
    Misconception(
        name="out-size-stride-ignored",
        part="conv_out_size",
        edits=(("(n + 2 * p - f) // s + 1", "n + 2 * p - f + 1"),),
        hint="How far does the filter move from one window to the next?",
    ),
    # Same padding
    Misconception(
        name="same-padding-floor-for-ceil",
        part="same_padding",
        edits=(("math.ceil(n / s)", "n // s"),),
        hint="How many windows does the docstring ask for where n is no multiple of the stride?",
    ),
    Misconception(
        name="same-padding-negative",
        part="same_padding",
        edits=(("max((num_windows - 1) * s + f - n, 0)", "(num_windows - 1) * s + f - n"),),
        hint="Where windows leave gaps, the last one may end before the input does. How many zeros then?",
    ),
    Misconception(
        name="same-padding-odd-zero-before",
        part="same_padding",
        edits=(("return before, total - before", "return total - before, before"),),
        hint="Where the number of zeros is odd, at which end does the odd one go?",
    ),
    Misconception(
        name="same-padding-odd-zero-dropped",
        part="same_padding",
        edits=(("return before, total - before", "return before, before"),),
        hint="An even filter needs an odd number of zeros. Do your two numbers add up to it?",
    ),
    Misconception(
        name="same-padding-stride-ignored",
        part="same_padding",
        edits=(("max((num_windows - 1) * s + f - n, 0)", "f - 1"),),
        hint="Right for stride 1. Where does the last window end for stride 2?",
    ),
    # Costs
    Misconception(
        name="bias-not-counted",
        part="conv_param_count",
        edits=(("F * (C * HH * WW + 1)", "F * C * HH * WW"),),
        hint="The layer learns w and one more array.",
    ),
    Misconception(
        name="channels-not-multiplied",
        part="conv_param_count",
        edits=(("C * HH * WW + 1", "HH * WW + 1"),),
        hint="How deep is a filter that looks at an RGB image?",
    ),
    Misconception(
        name="bias-counted-per-channel",
        part="conv_param_count",
        edits=(("F * (C * HH * WW + 1)", "F * C * (HH * WW + 1)"),),
        hint="What is the shape of b?",
    ),
    Misconception(
        name="count-takes-filters-as-square",
        part="conv_param_count",
        edits=(("C * HH * WW + 1", "C * HH * HH + 1"),),
        hint="Filters need not be square.",
    ),
    Misconception(
        name="memory-batch-forgotten",
        part="conv_memory",
        edits=(("out_bytes = N * F", "out_bytes = F"),),
        hint="Is there one output for the whole batch, or one for every sample?",
    ),
    Misconception(
        name="memory-parameters-for-each-sample",
        part="conv_memory",
        edits=(("conv_param_count(C, F, HH, WW) *", "N * conv_param_count(C, F, HH, WW) *"),),
        hint="Does a larger batch need more filters?",
    ),
    Misconception(
        name="memory-input-size-for-output",
        part="conv_memory",
        edits=(("H_out * W_out *", "H * W *"),),
        hint="Is the output as large as the input for every padding and stride?",
    ),
    Misconception(
        name="memory-input-channels-for-output",
        part="conv_memory",
        edits=(("out_bytes = N * F", "out_bytes = N * C"),),
        hint="What takes the place of the channels in the output?",
    ),
    Misconception(
        name="memory-bytes-per-number-ignored",
        part="conv_memory",
        edits=(("H_out * W_out * bytes_per_number", "H_out * W_out * 8"),),
        hint="How many bytes has a number? The last argument says.",
    ),
    Misconception(
        name="memory-height-for-width",
        part="conv_memory",
        edits=(("conv_out_size(W, WW, stride, pad)", "conv_out_size(H, HH, stride, pad)"),),
        hint="Images and filters need not be square.",
    ),
)
