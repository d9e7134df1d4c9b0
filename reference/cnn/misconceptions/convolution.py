"""Wrong solutions of convolution: the reference with a small edit each."""

from grader.misconceptions import Misconception

MISCONCEPTIONS = (
    Misconception(
        name="conv-HH-used-for-width",
        part="conv_forward",
        edits=(("conv_out_size(W, WW, stride, pad)", "conv_out_size(W, HH, stride, pad)"),),
        hint="Right for square filters only: which of HH and WW belongs to the width?",
        seen="[1]",
        affects=("conv_backward",),  # where it raises there is no cache
    ),
    Misconception(
        name="conv-window-height-used-for-width",
        part="conv_forward",
        edits=(("left : left + WW", "left : left + HH"),),
        hint="Right for square filters only: how wide is a window?",
        affects=("conv_backward",),  # where it raises there is no cache
    ),
    Misconception(
        name="conv-H-out-used-for-W-out",
        part="conv_forward",
        edits=(("np.zeros((N, F, H_out, W_out))", "np.zeros((N, F, H_out, H_out))"),),
        hint="Right for square outputs only: write the shape of out beside the line that makes it.",
        seen="[1]",
        affects=("conv_backward",),  # where it raises there is no cache
    ),
    Misconception(
        name="conv-loop-range-W-used-for-H",
        part="conv_forward",
        edits=(("for i in range(H_out)", "for i in range(W_out)"),),
        hint="Right for square outputs only: how many rows of windows are there?",
        seen="[1]",
        affects=("conv_backward",),  # where it raises there is no cache
    ),
    Misconception(
        name="conv-shape-mixup",
        part="conv_forward",
        edits=(("np.zeros((N, F, H_out, W_out))", "np.zeros((N, F, W_out, H_out))"),),
        hint="Height before width: compare the shape of out with the order of the indices you write it at.",
        seen="[8]",
        affects=("conv_backward",),  # where it raises there is no cache
    ),
    Misconception(
        name="conv-fails-only-pad0",
        part="conv_forward",
        edits=(
            (
                "x_padded = np.pad(x, ((0, 0), (0, 0), (pad, pad), (pad, pad)))",
                "x_padded = np.zeros((*x.shape[:2], H + 2 * pad, W + 2 * pad))\n"
                "    x_padded[:, :, pad:-pad, pad:-pad] = x",
            ),
        ),
        hint="Right for every padding but none at all. What does the slice a[pad:-pad] select when pad is 0?",
        seen="[3]",
        affects=("conv_backward",),  # where it raises there is no cache
    ),
    Misconception(
        name="conv-pad-literal-1",
        part="conv_forward",
        edits=(("(pad, pad), (pad, pad)", "(1, 1), (1, 1)"),),
        hint="Right for one value of pad only. Where does your code read how many zeros to add?",
        seen="[1]",
        affects=("conv_backward",),  # where it raises there is no cache
    ),
    Misconception(
        name="conv-padding-omitted",
        part="conv_forward",
        edits=(("(pad, pad), (pad, pad)", "(0, 0), (0, 0)"),),
        hint="Do the windows slide over x, or over x with its border of zeros?",
        affects=("conv_backward",),  # where it raises there is no cache
    ),
    Misconception(
        name="conv-true-convolution-flips-kernel",
        part="conv_forward",
        edits=(("np.tensordot(window, w,", "np.tensordot(window, w[:, :, ::-1, ::-1],"),),
        hint="Compare with the worked example: which entry of w meets the first pixel of a window?",
    ),
    Misconception(
        name="conv-bias-omitted",
        part="conv_forward",
        edits=(("axes=([1, 2, 3], [1, 2, 3])) + b", "axes=([1, 2, 3], [1, 2, 3]))"),),
        hint="The output does not depend on one of the three arrays. Which one?",
    ),
    Misconception(
        name="conv-bias-added-for-each-channel",
        part="conv_forward",
        edits=(("axes=([1, 2, 3], [1, 2, 3])) + b", "axes=([1, 2, 3], [1, 2, 3])) + x.shape[1] * b"),),
        hint="The bias is added once to a sum over channels, not once for each of them.",
    ),
    Misconception(
        name="conv-sums-over-batch",
        part="conv_forward",
        edits=(("np.tensordot(window, w,", "np.tensordot(window.sum(axis=0, keepdims=True), w,"),),
        hint="Right for a batch of one. Does one image have a say in the output of another?",
    ),
    Misconception(
        name="conv-channel-dropped",
        part="conv_forward",
        edits=(("np.tensordot(window, w,", "np.tensordot(window[:, :1], w[:, :1],"),),
        hint="Right for one channel. How many channels does the sum run over?",
    ),
    Misconception(
        name="conv-stride-ignored",
        part="conv_forward",
        edits=(("i * stride, j * stride", "i, j"),),
        hint="Right for stride 1. Where does the window of output (1, 1) begin when the stride is 2?",
    ),
    Misconception(
        name="output-size-float",
        part="conv_forward",
        edits=(
            ("conv_out_size(H, HH, stride, pad)", "(H + 2 * pad - HH) / stride + 1"),
            ("conv_out_size(W, WW, stride, pad)", "(W + 2 * pad - WW) / stride + 1"),
        ),
        hint="In Python 3 the result of / is a float, and the shape of an array is made of ints: old code, not bad "
        "mathematics.",
        seen="[21]",
        affects=("conv_backward",),  # where it raises there is no cache
    ),
    # Backward
    Misconception(
        name="conv-dx-crop-pad0-empty",
        part="conv_backward",
        edits=(("dx_padded[:, :, pad : pad + H, pad : pad + W]", "dx_padded[:, :, pad:-pad, pad:-pad]"),),
        hint="Right for every padding but none at all. What does the slice a[0:-0] select?",
        seen="[42]",
    ),
    Misconception(
        name="conv-dx-crop-hardcoded-1",
        part="conv_backward",
        edits=(("dx_padded[:, :, pad : pad + H, pad : pad + W]", "dx_padded[:, :, 1:-1, 1:-1]"),),
        hint="Right for one value of pad only. How wide is the border that has to go?",
        seen="[9]",
    ),
    Misconception(
        name="conv-dx-not-cropped",
        part="conv_backward",
        edits=(("dx = dx_padded[:, :, pad : pad + H, pad : pad + W]", "dx = dx_padded"),),
        hint="The gradient has the shape of x. Which pixels of the padded image were never in it?",
    ),
    Misconception(
        name="conv-dx-stride-ignored",
        part="conv_backward",
        edits=(("dx_padded[:, :, top : top + HH, left : left + WW]", "dx_padded[:, :, i : i + HH, j : j + WW]"),),
        hint="Right for stride 1. A gradient goes back to the window that the output came from: where did it begin?",
        seen="[1]",
    ),
    Misconception(
        name="conv-grad-overwritten-not-accumulated",
        part="conv_backward",
        edits=(("left : left + WW] += np.tensordot", "left : left + WW] = np.tensordot"),),
        hint="Right where windows do not overlap. How many windows is a pixel in the middle of the image part of?",
    ),
    Misconception(
        name="conv-dw-overwritten-not-accumulated",
        part="conv_backward",
        edits=(("dw += np.tensordot", "dw = np.tensordot"),),
        hint="In how many windows is one weight used, and which of them does your dw hear of?",
    ),
    Misconception(
        name="conv-dw-uses-unpadded-x",
        part="conv_backward",
        edits=(("window = x_padded[", "window = x["),),
        hint="Right without padding. Which image did the windows of the forward slide over?",
    ),
    Misconception(
        name="conv-dw-averaged-over-batch",
        part="conv_backward",
        edits=(("return dx, dw, db", "return dx, dw / x.shape[0], db"),),
        hint="The mean over the batch is taken by the loss. Should this layer divide by N once more?",
    ),
    Misconception(
        name="conv-dx-kernel-flipped",
        part="conv_backward",
        edits=(("np.tensordot(upstream, w,", "np.tensordot(upstream, w[:, :, ::-1, ::-1],"),),
        hint="Follow one pixel of one window: which weight was it multiplied by on the way forward?",
    ),
    Misconception(
        name="conv-db-wrong-axis",
        part="conv_backward",
        edits=(("np.sum(dout, axis=(0, 2, 3))", "np.sum(dout, axis=(1, 2, 3))"),),
        hint="There is one bias for each filter. Which axis of dout has to remain?",
    ),
    Misconception(
        name="conv-db-not-summed-over-batch",
        part="conv_backward",
        edits=(("np.sum(dout, axis=(0, 2, 3))", "np.sum(dout, axis=(2, 3))"),),
        hint="A bias is used at every position of every sample: over which axes do its effects add up?",
    ),
    Misconception(
        name="conv-gradients-in-wrong-order",
        part="conv_backward",
        edits=(("return dx, dw, db", "return dw, dx, db"),),
        hint="The gradients come in the order of the inputs of the forward.",
    ),
    Misconception(
        name="conv-cached-weights-corrupted-by-reshape",
        part="conv_backward",
        where="conv_forward",
        edits=(("return out, (x, w, conv_param)", "return out, (x, w.reshape(F, -1), conv_param)"),),
        hint="In which shape did the filters arrive, and in which does the cache hold them?",
        seen="[1]",
    ),
    Misconception(
        name="conv-padded-input-cached-for-input",
        part="conv_backward",
        where="conv_forward",
        edits=(("return out, (x, w, conv_param)", "return out, (x_padded, w, conv_param)"),),
        hint="Right without padding. Does the cache hold x with its border, and does the backward expect one?",
    ),
    Misconception(
        name="conv-cache-shared-between-calls",
        part="conv_backward",
        where="conv_forward",
        edits=(
            (
                "return out, (x, w, conv_param)",
                'shared = conv_forward.__dict__.setdefault("shared", [None, None, None])\n'
                "    shared[:] = x, w, conv_param\n"
                "    return out, shared",
            ),
        ),
        hint="A network calls conv_forward for every layer before it goes back. Whose inputs does the backward see?",
    ),
)
