"""Wrong solutions of convolution as one matrix product: the reference with a small edit each."""

from grader.misconceptions import Misconception

MISCONCEPTIONS = (
    Misconception(
        name="im2col-wrong-axis-order",
        part="im2col",
        edits=(("transpose(0, 2, 3, 1, 4, 5)", "transpose(0, 2, 3, 4, 5, 1)"),),
        hint="Right for one channel. In a row, which comes first: all pixels of one channel, or all channels of one "
        "pixel?",
    ),
    Misconception(
        name="im2col-samples-last",
        part="im2col",
        edits=(("transpose(0, 2, 3, 1, 4, 5)", "transpose(2, 3, 0, 1, 4, 5)"),),
        hint="Right for a batch of one. Do the rows run through one sample before the next begins?",
    ),
    Misconception(
        name="im2col-one-window-a-column",
        part="im2col",
        edits=(("reshape(-1, C * HH * WW)", "reshape(-1, C * HH * WW).T"),),
        hint="The docstring asks for one window in each row.",
    ),
    Misconception(
        name="im2col-reshaped-without-transpose",
        part="im2col",
        edits=(("windows.transpose(0, 2, 3, 1, 4, 5).reshape", "windows.reshape"),),
        hint="Right for one channel. reshape moves no number: which axes have to change places first?",
    ),
    Misconception(
        name="im2col-window-transposed",
        part="im2col",
        edits=(("transpose(0, 2, 3, 1, 4, 5)", "transpose(0, 2, 3, 1, 5, 4)"),),
        hint="A window is read row by row. Compare with the worked example.",
    ),
    Misconception(
        name="im2col-height-for-width",
        part="im2col",
        edits=(("sliding_window_view(x_padded, (HH, WW)", "sliding_window_view(x_padded, (HH, HH)"),),
        hint="Right for square windows only: how wide is a window?",
    ),
    Misconception(
        name="im2col-stride-ignored",
        part="im2col",
        edits=(("windows[:, :, ::stride, ::stride]", "windows"),),
        hint="Right for stride 1. How far is one window from the next?",
    ),
    Misconception(
        name="im2col-padding-ignored",
        part="im2col",
        edits=(("sliding_window_view(x_padded,", "sliding_window_view(x,"),),
        hint="Right without padding. Which image do the windows slide over?",
    ),
    # The way back
    Misconception(
        name="col2im-overwrites",
        part="col2im",
        edits=(("columns] += windows", "columns] = windows"),),
        hint="Right where windows do not overlap. What does a pixel get that several windows cover?",
    ),
    Misconception(
        name="col2im-averages-overlaps",
        part="col2im",
        edits=(
            (
                "x_padded = np.zeros((N, C, H + 2 * pad, W + 2 * pad))",
                "x_padded, counts = np.zeros((2, N, C, H + 2 * pad, W + 2 * pad))",
            ),
            (
                "+= windows[:, :, :, :, r, q]",
                "+= windows[:, :, :, :, r, q]\n            counts[:, :, rows, columns] += 1",
            ),
            ("return x_padded[", "return (x_padded / np.maximum(counts, 1))["),
        ),
        hint="Right where windows do not overlap. col2im does not restore an image, it adds gradients: do they become "
        "fewer when more windows cover a pixel?",
    ),
    Misconception(
        name="col2im-wrong-axis-order",
        part="col2im",
        edits=(
            (
                "cols.reshape(N, H_out, W_out, C, HH, WW).transpose(0, 3, 1, 2, 4, 5)",
                "cols.reshape(N, H_out, W_out, HH, WW, C).transpose(0, 5, 1, 2, 3, 4)",
            ),
        ),
        hint="Right for one channel. In a row, which comes first: all pixels of one channel, or all channels of one "
        "pixel?",
    ),
    Misconception(
        name="col2im-reshaped-without-transpose",
        part="col2im",
        edits=(
            (
                "cols.reshape(N, H_out, W_out, C, HH, WW).transpose(0, 3, 1, 2, 4, 5)",
                "cols.reshape(N, C, H_out, W_out, HH, WW)",
            ),
        ),
        hint="Right for one channel. The axes come in the order in which im2col wrote them: which is the first after "
        "the samples?",
    ),
    Misconception(
        name="col2im-stride-ignored",
        part="col2im",
        edits=(
            ("slice(r, r + stride * H_out, stride)", "slice(r, r + H_out)"),
            ("slice(q, q + stride * W_out, stride)", "slice(q, q + W_out)"),
        ),
        hint="Right for stride 1. How far apart are the pixels that two neighbouring windows begin at?",
    ),
    Misconception(
        name="col2im-crop-pad0-empty",
        part="col2im",
        edits=(("x_padded[:, :, pad : pad + H, pad : pad + W]", "x_padded[:, :, pad:-pad, pad:-pad]"),),
        hint="Right for every padding but none at all. What does the slice a[0:-0] select?",
    ),
    Misconception(
        name="col2im-not-cropped",
        part="col2im",
        edits=(("return x_padded[:, :, pad : pad + H, pad : pad + W]", "return x_padded"),),
        hint="Right without padding. What falls on the border of zeros belongs to no pixel.",
    ),
    # Forward
    Misconception(
        name="im2col-output-reshaped-not-transposed",
        part="conv_forward_im2col",
        edits=(
            (
                "rows.reshape(N, H_out, W_out, F).transpose(0, 3, 1, 2)",
                "rows.reshape(N, F, H_out, W_out)",
            ),
        ),
        hint="The shape is right and the order is not. The product has one row for each window and one column for each "
        "filter: which axis do the filters stand on, before any reshape?",
    ),
    Misconception(
        name="im2col-filters-reshaped-not-transposed",
        part="conv_forward_im2col",
        edits=(("w.reshape(F, -1).T", "w.reshape(-1, F)"),),
        hint="Right for one filter. reshape moves no number: does each column hold one filter?",
    ),
    Misconception(
        name="im2col-height-and-width-swapped",
        part="conv_forward_im2col",
        edits=(
            ("reshape(N, H_out, W_out, F).transpose(0, 3, 1, 2)", "reshape(N, W_out, H_out, F).transpose(0, 3, 2, 1)"),
        ),
        hint="Right for one position only. Do the rows of the matrix run along the height or along the width first?",
    ),
    Misconception(
        name="im2col-bias-omitted",
        part="conv_forward_im2col",
        edits=(("w.reshape(F, -1).T + b", "w.reshape(F, -1).T"),),
        hint="The output does not depend on one of the three arrays. Which one?",
    ),
    Misconception(
        name="im2col-loops-over-pixels",
        part="conv_forward_im2col",
        edits=(
            ("rows = cols @ w.reshape(F, -1).T + b", "rows = np.array([w.reshape(F, -1) @ row + b for row in cols])"),
            (
                "cols = im2col(x, HH, WW, stride, pad)",
                "x_padded = np.pad(x, ((0, 0), (0, 0), (pad, pad), (pad, pad)))\n"
                "    cols = np.zeros((N * H_out * W_out, w[0].size))\n"
                "    for n, i, j in np.ndindex(N, H_out, W_out):\n"
                "        top, left = i * stride, j * stride\n"
                "        window = x_padded[n, :, top : top + HH, left : left + WW]\n"
                "        cols[(n * H_out + i) * W_out + j] = window.ravel()",
            ),
        ),
        hint="Which loop runs most often? Loops over the pixels of a filter are short, those over samples and "
        "positions of the output are not.",
    ),
    # Backward
    Misconception(
        name="im2col-dout-reshaped-not-transposed",
        part="conv_backward_im2col",
        edits=(("dout.transpose(0, 2, 3, 1).reshape(-1, F)", "dout.reshape(-1, F)"),),
        hint="Right for one filter. reshape moves no number: each column has to hold the gradients of one filter.",
    ),
    Misconception(
        name="im2col-dw-not-reshaped",
        part="conv_backward_im2col",
        edits=(("dw = (drows.T @ cols).reshape(w.shape)", "dw = drows.T @ cols"),),
        hint="The gradient has the shape of w.",
    ),
    Misconception(
        name="im2col-dw-reshaped-not-transposed",
        part="conv_backward_im2col",
        edits=(("(drows.T @ cols).reshape(w.shape)", "(cols.T @ drows).reshape(w.shape)"),),
        hint="Right for one filter. Has the product one filter in each row, before it is reshaped?",
    ),
    Misconception(
        name="im2col-db-wrong-axis",
        part="conv_backward_im2col",
        edits=(("np.sum(drows, axis=0)", "np.sum(drows, axis=1)"),),
        hint="There is one bias for each filter. Over which axis do its effects add up?",
    ),
    Misconception(
        name="im2col-dx-not-folded",
        part="conv_backward_im2col",
        edits=(("dx = col2im(dcols, x_shape, HH, WW, stride, pad)", "dx = dcols"),),
        hint="The gradient has the shape of x, not that of the matrix of its windows.",
    ),
    Misconception(
        name="col2im-loops-over-pixels",
        part="conv_backward_im2col",
        edits=(
            (
                "dx = col2im(dcols, x_shape, HH, WW, stride, pad)",
                "N, C, H, W = x_shape\n"
                "    dx = np.zeros((N, C, H + 2 * pad, W + 2 * pad))\n"
                "    for n, i, j in np.ndindex(N, *dout.shape[2:]):\n"
                "        row = dcols[(n * dout.shape[2] + i) * dout.shape[3] + j].reshape(C, HH, WW)\n"
                "        for c, r, q in np.ndindex(C, HH, WW):\n"
                "            dx[n, c, i * stride + r, j * stride + q] += row[c, r, q]\n"
                "    dx = dx[:, :, pad : pad + H, pad : pad + W]",
            ),
        ),
        hint="Which loop runs most often? Numbers can return to their pixels one pixel of the filter at a time, for "
        "all samples and positions at once.",
    ),
)
