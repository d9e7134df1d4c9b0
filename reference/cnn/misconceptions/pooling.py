"""Wrong solutions of pooling and flattening: the reference with a small edit each."""

from grader.misconceptions import Misconception

MISCONCEPTIONS = (
    Misconception(
        name="pool-window-uses-stride-not-pool-size",
        part="max_pool_forward",
        edits=(("top : top + PH, left : left + PW", "top : top + stride, left : left + stride"),),
        hint="Right where the stride is the size of the window. Which of the two says how large a window is?",
        seen="[1]",
    ),
    Misconception(
        name="pool-shape-mixup",
        part="max_pool_forward",
        edits=(("np.zeros((N, C, H_out, W_out))", "np.zeros((N, C, W_out, H_out))"),),
        hint="Height before width: compare the shape of out with the order of the indices you write it at.",
        seen="[11]",
        affects=("max_pool_backward",),  # where it raises there is no cache
    ),
    Misconception(
        name="pool-zero-initialised-max",
        part="max_pool_forward",
        edits=(("np.max(window, axis=(2, 3))", "np.max(window, axis=(2, 3), initial=0.0)"),),
        hint="What is the largest of five negative numbers, and what does your code say?",
    ),
    Misconception(
        name="pool-fails-only-nonsquare-input",
        part="max_pool_forward",
        edits=(("conv_out_size(W, PW, stride, 0)", "conv_out_size(H, PW, stride, 0)"),),
        hint="Right for square images only: which of H and W belongs to the width of the output?",
        seen="[6]",
        affects=("max_pool_backward",),  # where it raises there is no cache
    ),
    Misconception(
        name="pool-window-height-used-for-width",
        part="max_pool_forward",
        edits=(("left : left + PW", "left : left + PH"),),
        hint="Right for square windows only: how wide is a window?",
    ),
    Misconception(
        name="pool-over-channels",
        part="max_pool_forward",
        edits=(("np.max(window, axis=(2, 3))", "np.max(window, axis=(1, 2, 3))[:, np.newaxis]"),),
        hint="Right for one channel. Does pooling mix channels?",
    ),
    Misconception(
        name="pool-mean-for-max",
        part="max_pool_forward",
        edits=(("np.max(window, axis=(2, 3))", "np.mean(window, axis=(2, 3))"),),
        hint="What does this layer keep of a window?",
    ),
    Misconception(
        name="pool-stride-ignored",
        part="max_pool_forward",
        edits=(("i * stride, j * stride", "i, j"),),
        hint="Right for stride 1. Where does the window of output (1, 1) begin when the stride is 2?",
    ),
    # Max pooling, backward
    Misconception(
        name="pool-overlap-grad-overwritten",
        part="max_pool_backward",
        edits=(
            (
                "dx[:, :, top : top + PH, left : left + PW] += is_largest * upstream",
                "receiving = dx[:, :, top : top + PH, left : left + PW]\n"
                "            receiving[:] = np.where(is_largest, upstream, receiving)",
            ),
        ),
        hint="Right where windows do not overlap. One pixel may be the largest of several windows: what becomes of "
        "the gradient that was already there?",
        seen="[35]",
    ),
    Misconception(
        name="pool-overlap-window-overwritten",
        part="max_pool_backward",
        edits=(("left : left + PW] += is_largest", "left : left + PW] = is_largest"),),
        hint="Right where windows do not overlap. What happens to the pixels that two windows share when the second "
        "is written?",
    ),
    Misconception(
        name="pool-row-index-divided-by-height-not-width",
        part="max_pool_backward",
        edits=(
            (
                "dx[:, :, top : top + PH, left : left + PW] += is_largest * upstream",
                "largest = np.argmax(window.reshape(*window.shape[:2], -1), axis=2)\n"
                "            n, c = np.ogrid[: x.shape[0], : x.shape[1]]\n"
                "            np.add.at(dx, (n, c, top + largest // PH, left + largest % PW), dout[:, :, i, j])",
            ),
        ),
        hint="Right for square windows only. argmax counts through a row before it goes on to the next: how long is "
        "a row?",
        seen="[1]",
    ),
    Misconception(
        name="pool-grad-to-all-cells",
        part="max_pool_backward",
        edits=(("+= is_largest * upstream", "+= upstream"),),
        hint="Which pixels of a window had a say in its output?",
    ),
    Misconception(
        name="pool-grad-averaged",
        part="max_pool_backward",
        edits=(("+= is_largest * upstream", "+= upstream / (PH * PW)"),),
        hint="That is the gradient of a mean. Which pixels of a window had a say in its largest number?",
    ),
    Misconception(
        name="pool-grad-times-value",
        part="max_pool_backward",
        edits=(("+= is_largest * upstream", "+= is_largest * window * upstream"),),
        hint="How much does the output change when the largest pixel grows by a little?",
    ),
    Misconception(
        name="pool-return-inside-loop",
        part="max_pool_backward",
        edits=(("    return dx", "        return dx"),),
        hint="Only the first windows get a gradient. How deep is the return indented?",
        seen="[lit]",
    ),
    Misconception(
        name="pool-grad-stride-ignored",
        part="max_pool_backward",
        edits=(
            (
                "dx[:, :, top : top + PH, left : left + PW] += is_largest",
                "dx[:, :, i : i + PH, j : j + PW] += is_largest",
            ),
        ),
        hint="Right for stride 1. A gradient goes back to the window that the output came from: where did it begin?",
    ),
    # Average pooling
    Misconception(
        name="avg-sum-not-mean",
        part="avg_pool_forward",
        edits=(("np.mean(window", "np.sum(window"),),
        hint="What is the mean of a window in which all pixels are 1?",
    ),
    Misconception(
        name="avg-divided-by-stride",
        part="avg_pool_forward",
        edits=(("np.mean(window, axis=(2, 3))", "np.sum(window, axis=(2, 3)) / stride**2"),),
        hint="Right where the stride is the size of the window. How many pixels has a window?",
    ),
    Misconception(
        name="avg-grad-not-divided",
        part="avg_pool_backward",
        edits=(("upstream / (PH * PW)", "upstream"),),
        hint="Compare the sum of dx with the sum of dout. How large is the share of one pixel?",
    ),
    Misconception(
        name="avg-grad-overwritten",
        part="avg_pool_backward",
        edits=(("+= upstream", "= upstream"),),
        hint="Right where windows do not overlap. What becomes of the gradient that was already there?",
    ),
    # Global average pooling and flattening
    Misconception(
        name="global-pool-over-channels",
        part="global_avg_pool_forward",
        edits=(("np.mean(x, axis=(2, 3))", "np.mean(x, axis=1)"),),
        hint="One number for each channel remains: which axes go?",
    ),
    Misconception(
        name="global-pool-sum-not-mean",
        part="global_avg_pool_forward",
        edits=(("np.mean(x", "np.sum(x"),),
        hint="What is the mean of a channel in which all pixels are 1?",
    ),
    Misconception(
        name="global-grad-not-divided",
        part="global_avg_pool_backward",
        edits=(("dout / (H * W)", "dout"),),
        hint="Compare the sum of dx with the sum of dout. How large is the share of one pixel?",
    ),
    Misconception(
        name="global-grad-divided-by-channels-too",
        part="global_avg_pool_backward",
        edits=(("dout / (H * W)", "dout / (C * H * W)"),),
        hint="Right for one channel. Over how many pixels was one mean taken?",
    ),
    Misconception(
        name="flatten-batch-lost",
        part="flatten_forward",
        edits=(("x.reshape(x.shape[0], -1)", "x.reshape(-1)"),),
        hint="One row for each sample: which axis has to stay?",
    ),
    Misconception(
        name="flatten-channels-last",
        part="flatten_forward",
        edits=(("x.reshape(x.shape[0], -1)", "np.moveaxis(x, 1, -1).reshape(x.shape[0], -1)"),),
        hint="Right for one channel. In which order does the docstring lay out a sample?",
    ),
    Misconception(
        name="flatten-gradient-not-reshaped",
        part="flatten_backward",
        edits=(("dout.reshape(cache)", "dout"),),
        hint="The gradient has the shape of x.",
    ),
    Misconception(
        name="flatten-gradient-in-column-order",
        part="flatten_backward",
        edits=(("dout.reshape(cache)", 'dout.reshape(cache, order="F")'),),
        hint="The shape is right. In which order did the forward lay out the numbers?",
    ),
)
