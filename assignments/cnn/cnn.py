# ---
# jupyter:
#   jupytext:
#     text_representation:
#       extension: .py
#       format_name: percent
#   kernelspec:
#     display_name: Python 3
#     language: python
#     name: python3
# ---

# %% [markdown]
# # A convolutional network from scratch
#
# *"What I cannot create, I do not understand."* (Richard Feynman)
#
# In this assignment you build a convolutional network out of nothing but NumPy: convolution and pooling, first
# with loops, then as one matrix product; normalisation of images; the network; and two ways to look at what it has
# learnt. At the end your own code reads handwritten digits.
#
# **How to work.** Each part below is a function or class whose body says `raise NotImplementedError`. Replace
# that line. Keep the names, the arguments and what is returned: the docstring is the contract. Parts are
# graded one by one, so an empty part costs only its own points, and a mistake is charged once, where it is.
# What you wrote in earlier assignments is *given* here: leave those cells as they are. You may use NumPy and the
# standard library, nothing else.
#
# **Conventions**, the same everywhere:
#
# - A layer is a pair of functions. Its *forward* returns `(out, cache)`; the cache is yours, put into it
#   whatever the backward needs. Its *backward* takes `dout`, the gradient of the loss with respect to `out`,
#   and the cache, and returns the gradients with respect to the inputs, in the order of the inputs.
# - The gradient with respect to an array has the shape of that array. Always.
# - Numbers are float64; labels are integers from $0$ to $C - 1$.
# - Losses are means over the batch, so that the learning rate need not change with the batch size.
# - Functions leave their arguments unchanged unless the docstring says otherwise.

# %%
import math
from pathlib import Path

import numpy as np

# %% [markdown]
# ## 0. Given
#
# What you built before, ready to use. Leave these cells as they are.

# %%


def try_it(computation):
    """Print the result of ``computation()``, or that it needs a part that is still to be written."""
    try:
        print(computation())
    except NotImplementedError:
        print("Still to be written.")


def affine_forward(x, w, b):
    """Return the weighted sums of an affine layer.

    Args:
        x: (N, d_1, ..., d_k) float64, k >= 1; a sample is laid out as a row of D = d_1 * ... * d_k numbers.
        w: (D, M) float64, weights.
        b: (M,) float64, biases.

    Returns:
        The pair (out, cache). out: (N, M) float64. cache: for affine_backward.
    """
    rows = x.reshape(x.shape[0], -1)
    weighted = rows @ w + b
    return weighted, (x, w, b)


def affine_backward(dout, cache):
    """Return the gradients of an affine layer.

    Args:
        dout: (N, M) float64, gradient with respect to the output.
        cache: what affine_forward returned.

    Returns:
        The triple (dx, dw, db).
        dx: (N, d_1, ..., d_k) float64, the shape in which x came.
        dw: (D, M) float64.
        db: (M,) float64.
    """
    x, w, _ = cache
    rows = x.reshape(x.shape[0], -1)
    dx = (dout @ w.T).reshape(x.shape)
    dw = rows.T @ dout
    db = np.sum(dout, axis=0)
    return dx, dw, db


def relu_forward(x):
    """Replace each negative entry by zero.

    Args:
        x: float64 array of any shape.

    Returns:
        The pair (out, cache). out: float64, shape of x. cache: for relu_backward.
    """
    rectified = np.maximum(0.0, x)
    return rectified, x


def relu_backward(dout, cache):
    """Return the gradient with respect to the input of ReLU.

    Args:
        dout: float64, gradient with respect to the output, same shape.
        cache: what relu_forward returned.

    Returns:
        dx: float64, shape of dout.
    """
    x = cache
    return dout * (x > 0)


def softmax_loss(x, y):
    """Return the mean softmax cross-entropy of a batch and its gradient.

    Args:
        x: (N, C) float64, scores (logits) of each class; finite, of any size.
        y: (N,) integers from 0 to C - 1, the correct classes.

    Returns:
        The pair (loss, dx). loss: float, natural logarithm, mean over the batch. dx: (N, C) float64.
    """
    num_samples = x.shape[0]
    samples = np.arange(num_samples)
    shifted = x - np.max(x, axis=1, keepdims=True)
    log_normaliser = np.log(np.sum(np.exp(shifted), axis=1, keepdims=True))
    log_probs = shifted - log_normaliser
    loss = -np.sum(log_probs[samples, y]) / num_samples
    dx = np.exp(log_probs)
    dx[samples, y] -= 1.0
    dx /= num_samples
    return float(loss), dx


def iterate_minibatches(X, y, batch_size, rng):
    """Yield the samples in random order, each exactly once, in batches.

    Args:
        X: (N, ...) array of samples.
        y: (N,) array of labels.
        batch_size: number of samples of a batch; the last batch is shorter when N does not divide by it.
        rng: numpy.random.Generator, the only source of randomness.

    Yields:
        Pairs (X_batch, y_batch) of arrays with up to batch_size rows; row i of one belongs to row i of the
        other. X and y are left unchanged.
    """
    order = rng.permutation(X.shape[0])
    for start in range(0, X.shape[0], batch_size):
        chosen = order[start : start + batch_size]
        yield X[chosen], y[chosen]


def batchnorm_forward(x, gamma, beta, bn_param):
    """Normalise each column of a batch, then scale and shift it.

    Args:
        x: (N, D) float64.
        gamma: (D,) float64, scale of each column.
        beta: (D,) float64, shift of each column.
        bn_param: dict with "mode", "train" or "test", and optionally "eps" (1e-5), "momentum" (0.9),
            "running_mean" and "running_var", (D,) float64 each (zeros). In mode "train" the statistics are
            those of the batch, and the running ones are moved towards them *in this dict*:
            running = momentum * running + (1 - momentum) * batch. In mode "test" the running statistics
            are used, and left as they are. Variances are biased: divided by N.

    Returns:
        The pair (out, cache). out: (N, D) float64. cache: for batchnorm_backward; None in mode "test".
    """
    eps, momentum = bn_param.get("eps", 1e-5), bn_param.get("momentum", 0.9)
    running_mean = bn_param.get("running_mean", np.zeros(x.shape[1]))
    running_var = bn_param.get("running_var", np.zeros(x.shape[1]))
    if bn_param["mode"] == "test":
        return gamma * (x - running_mean) / np.sqrt(running_var + eps) + beta, None
    mean, var = np.mean(x, axis=0), np.var(x, axis=0)
    bn_param["running_mean"] = momentum * running_mean + (1.0 - momentum) * mean
    bn_param["running_var"] = momentum * running_var + (1.0 - momentum) * var
    inverse_std = 1.0 / np.sqrt(var + eps)
    normalised = (x - mean) * inverse_std
    return gamma * normalised + beta, (normalised, inverse_std, gamma)


def batchnorm_backward(dout, cache):
    """Return the gradients of batchnorm_forward in mode "train".

    Args:
        dout: (N, D) float64, gradient with respect to the output.
        cache: what batchnorm_forward returned.

    Returns:
        The triple (dx, dgamma, dbeta). dx: (N, D) float64. dgamma: (D,) float64. dbeta: (D,) float64.
    """
    normalised, inverse_std, gamma = cache
    dbeta = np.sum(dout, axis=0)
    dgamma = np.sum(dout * normalised, axis=0)
    dx = gamma * inverse_std * (dout - dbeta / dout.shape[0] - normalised * dgamma / dout.shape[0])
    return dx, dgamma, dbeta


def adam(w, dw, config=None):
    """Take one step of Adam.

    Args:
        w: float64 array of any shape, a parameter.
        dw: float64, shape of w, its gradient.
        config: None before the first step of this parameter, or a dict with any of "learning_rate" (1e-3),
            "beta1" (0.9), "beta2" (0.999), "epsilon" (1e-8); after a step, what that step returned.

    Returns:
        The pair (next_w, config). next_w: float64, shape of w. config: dict to hand to the next step of the
        *same* parameter: it holds its running averages "m" and "v" and the number of steps "t".
    """
    settings = {"learning_rate": 1e-3, "beta1": 0.9, "beta2": 0.999, "epsilon": 1e-8}
    config = settings | {"m": np.zeros_like(w), "v": np.zeros_like(w), "t": 0} | (config or {})
    beta1, beta2 = config["beta1"], config["beta2"]
    config["t"] += 1
    config["m"] = beta1 * config["m"] + (1.0 - beta1) * dw
    config["v"] = beta2 * config["v"] + (1.0 - beta2) * dw * dw
    mean = config["m"] / (1.0 - beta1 ** config["t"])
    square = config["v"] / (1.0 - beta2 ** config["t"])
    return w - config["learning_rate"] * mean / (np.sqrt(square) + config["epsilon"]), config


def accuracy(scores, y):
    """Return the share of samples whose largest score is that of the correct class.

    Args:
        scores: (N, C) float64.
        y: (N,) integers from 0 to C - 1.

    Returns:
        accuracy: float from 0 to 1.
    """
    return float(np.mean(np.argmax(scores, axis=1) == y))


def load_images(path):
    """Read the digits as images of one channel.

    Args:
        path: of digits.npz.

    Returns:
        X_train (N, 1, 8, 8) float64 from 0 to 1, y_train (N,) int64, X_val, y_val.
    """
    with np.load(path) as arrays:
        pixel_max = float(arrays["pixel_max"])
        X_train, X_val = (arrays[name].reshape(-1, 1, 8, 8) / pixel_max for name in ("X_train", "X_val"))
        return X_train, arrays["y_train"], X_val, arrays["y_val"]


# %% [markdown]
# ## 1. Sizes and costs
#
# Before any pixel is touched: how large is what comes out, how many numbers are learnt, and what does it weigh?
# Four small formulas, needed over and over.
#
# ### 1.1 The size of the output
#
# Along one axis, a filter of $f$ pixels slides over an input of $n$ pixels, with $p$ zeros added at **each** end,
# in steps of $s$. It fits
#
# $$n_{\text{out}} = \left\lfloor \frac{n + 2p - f}{s} \right\rfloor + 1$$
#
# times. Height and width are computed apart, each with its own $n$ and $f$. Worked numbers: $n = 32, f = 5, s = 1,
# p = 2$ gives $32$; $n = 7, f = 3, s = 2, p = 0$ gives $3$; $n = 8, f = 3, s = 2, p = 0$ gives $3$ as well: the last
# pixel is never looked at. Frameworks call $p = 0$ "valid".
#
# *What usually goes wrong.* Does a filter that fits only in part count? How many ends has an axis? And can the
# shape of an array be a `float`?


# %%
def conv_out_size(n, f, s, p):
    """Return how many times a filter fits along one axis.

    Args:
        n: int, pixels of the input along the axis.
        f: int, pixels of the filter along the axis, at most n + 2 p.
        s: int, stride, at least 1.
        p: int, zeros added at each of the two ends.

    Returns:
        int (not float), at least 1: the size of the output along the axis.
    """
    # Write your solution here.
    raise NotImplementedError("conv_out_size is not written yet.")


# %% [markdown]
# ### 1.2 Padding that keeps the size
#
# The padding that frameworks call "same" is chosen so that the output has $\lceil n / s \rceil$ pixels, for
# $s = 1$ as many as the input. The last of these windows must still end inside the padded input, so that
#
# $$P = \max\big((\lceil n / s \rceil - 1)\, s + f - n,\; 0\big)$$
#
# zeros are needed in all. Half of them go before, half after, and an odd one goes **after**. Worked numbers:
# $n = 5, f = 3, s = 1$ gives $(1, 1)$; $n = 5, f = 4, s = 1$ gives $(1, 2)$; $n = 6, f = 3, s = 2$ gives $(0, 1)$.
#
# *What usually goes wrong.* $\lceil 5 / 2 \rceil$ is not $\lfloor 5 / 2 \rfloor$. With a stride longer than the
# filter, how many zeros are needed, and can it be fewer than none?


# %%
def same_padding(n, f, s):
    """Return the zeros before and after one axis that give an output of ceil(n / s) pixels.

    Args:
        n: int, pixels of the input along the axis.
        f: int, pixels of the filter along the axis.
        s: int, stride, at least 1.

    Returns:
        The pair (before, after) of ints, neither negative; after is before or one more.
    """
    # Write your solution here.
    raise NotImplementedError("same_padding is not written yet.")


# %% [markdown]
# ### 1.3 What is learnt, and what it weighs
#
# Each of the $F$ filters looks at **all** $C$ channels of a window of $H\!H \times W\!W$ pixels, and has one bias of
# its own. The size of the image does not appear: the same filter is used everywhere. Worked number: 96 filters of
# $11 \times 11$ on an RGB image have $96 \cdot (3 \cdot 11 \cdot 11 + 1) = 34\,944$ parameters.
#
# In memory it is the other way round: a batch of outputs has one number for every sample, filter and position, and
# dwarfs the parameters. Worked numbers: 64 RGB images of $32 \times 32$, 32 filters of $5 \times 5$, stride 1, pad 2,
# 8 bytes a number: the output takes $64 \cdot 32 \cdot 32 \cdot 32 \cdot 8 = 16\,777\,216$ bytes, the parameters
# $32 \cdot (3 \cdot 5 \cdot 5 + 1) \cdot 8 = 19\,456$.
#
# *What usually goes wrong.* Is a filter flat, or as deep as the image? One bias for each filter, or for each filter
# and channel? Which of the two memories grows with the batch?


# %%
def conv_param_count(C, F, HH, WW):
    """Return how many numbers a convolutional layer learns, weights and biases.

    Args:
        C: int, channels of the input.
        F: int, filters.
        HH, WW: int, height and width of a filter.

    Returns:
        int.
    """
    # Write your solution here.
    raise NotImplementedError("conv_param_count is not written yet.")


def conv_memory(x_shape, w_shape, conv_param, bytes_per_number=8):
    """Return the bytes that the output and the parameters of a convolutional layer take.

    Args:
        x_shape: (N, C, H, W), tuple of ints, shape of the input.
        w_shape: (F, C, HH, WW), tuple of ints, shape of the filters; there are F biases besides.
        conv_param: dict with "stride" and "pad", ints.
        bytes_per_number: int, 8 for float64.

    Returns:
        The pair (out_bytes, param_bytes) of ints. out_bytes: of the output of the whole batch. param_bytes: of
        weights and biases.
    """
    # Write your solution here.
    raise NotImplementedError("conv_memory is not written yet.")


# %%
if __name__ == "__main__":
    try_it(lambda: conv_out_size(32, 5, 1, 2))
    try_it(lambda: same_padding(5, 4, 1))
    try_it(lambda: conv_param_count(3, 96, 11, 11))
    try_it(lambda: conv_memory((64, 3, 32, 32), (32, 3, 5, 5), {"stride": 1, "pad": 2}))

# %% [markdown]
# ## 2. Convolution
#
# An affine layer gives every pixel its own weight. A convolutional layer looks at one small window at a time, and
# uses the same weights for every window: what it learns in one corner it knows in all of them. With $\hat x$ the
# input with `pad` rows and columns of zeros on all four sides, and stride $S$,
#
# $$y_{nfij} = b_f + \sum_{c} \sum_{r} \sum_{q} \hat x_{n,\,c,\,iS + r,\,jS + q}\; w_{fcrq}.$$
#
# The kernel is *not* flipped: what neural networks call convolution is a cross-correlation. Height and width are two
# different things all the way: images, filters and outputs need not be square.
#
# Worked numbers: one channel, one filter, stride 1, no padding,
#
# $$x = \begin{pmatrix} 1 & 2 & 3 \\ 4 & 5 & 6 \\ 7 & 8 & 9 \end{pmatrix}, \quad
#   w = \begin{pmatrix} 1 & 2 \\ 0 & -1 \end{pmatrix}, \quad b = 10
#   \quad\text{give}\quad y = \begin{pmatrix} 10 & 12 \\ 16 & 18 \end{pmatrix};$$
#
# the first is $1 \cdot 1 + 2 \cdot 2 + 4 \cdot 0 - 5 \cdot 1 + 10$.
#
# **The way back.** Follow one number through the sum. The weight $w_{fcrq}$ is used in every window of every sample,
# so its gradient is a sum over $n, i, j$; so is that of the bias. The pixel $\hat x_{nchk}$ is used by every filter,
# and in *every* window that covers it: where windows overlap, their contributions add up. With $g$ = `dout`,
#
# $$\frac{\partial L}{\partial w_{fcrq}} = \sum_{nij} g_{nfij}\, \hat x_{n,\,c,\,iS+r,\,jS+q}, \qquad
#   \frac{\partial L}{\partial b_f} = \sum_{nij} g_{nfij},$$
#
# and every $(n, f, i, j)$ adds $g_{nfij}\, w_{fcrq}$ to $\partial L / \partial \hat x_{n,\,c,\,iS+r,\,jS+q}$. The
# gradient of $x$ is that of $\hat x$ without its border. Worked numbers, with the arrays above:
#
# $$g = \begin{pmatrix} 1 & -1 \\ 2 & 0 \end{pmatrix} \quad\text{gives}\quad
#   \frac{\partial L}{\partial w} = \begin{pmatrix} 7 & 9 \\ 13 & 15 \end{pmatrix}, \quad
#   \frac{\partial L}{\partial b} = 2, \quad
#   \frac{\partial L}{\partial x} = \begin{pmatrix} 1 & 1 & -2 \\ 2 & 3 & 1 \\ 0 & -2 & 0 \end{pmatrix}.$$
#
# Write both with loops over the windows; speed comes in section 4.
#
# *What usually goes wrong.* Try an image and a filter that are not square: does every $H$ and $W$ stand where it
# should? Try `pad = 0`: what is `a[0:-0]`? Try a stride smaller than the filter: what happens to a pixel that was
# already given a gradient by another window? Which of $x$ and $\hat x$ do the windows in the backward look at?


# %%
def conv_forward(x, w, b, conv_param):
    """Slide filters over images (cross-correlation: the kernel is not flipped).

    Args:
        x: (N, C, H, W) float64, images.
        w: (F, C, HH, WW) float64, filters.
        b: (F,) float64, one bias a filter.
        conv_param: dict with "stride" (int, both ways) and "pad" (int, rows and columns of zeros added on each of
            the four sides). The windows tile: H + 2 pad - HH and W + 2 pad - WW are multiples of the stride.

    Returns:
        The pair (out, cache). out: (N, F, H_out, W_out) float64, where H_out = (H + 2 pad - HH) / stride + 1 and
        W_out likewise. cache: for conv_backward.
    """
    # Write your solution here.
    raise NotImplementedError("conv_forward is not written yet.")


def conv_backward(dout, cache):
    """Return the gradients of a convolutional layer.

    Args:
        dout: (N, F, H_out, W_out) float64, gradient with respect to the output.
        cache: what conv_forward returned.

    Returns:
        The triple (dx, dw, db).
        dx: (N, C, H, W) float64, without the padding.
        dw: (F, C, HH, WW) float64.
        db: (F,) float64.
    """
    # Write your solution here.
    raise NotImplementedError("conv_backward is not written yet.")


# %%
if __name__ == "__main__":
    image, kernel = np.arange(1.0, 10.0).reshape(1, 1, 3, 3), np.array([[[[1.0, 2.0], [0.0, -1.0]]]])
    upstream = np.array([[[[1.0, -1.0], [2.0, 0.0]]]])
    plain = {"stride": 1, "pad": 0}
    try_it(lambda: conv_forward(image, kernel, np.array([10.0]), plain)[0])
    try_it(lambda: conv_backward(upstream, conv_forward(image, kernel, np.array([10.0]), plain)[1]))

# %% [markdown]
# ## 3. Pooling
#
# ### 3.1 Max pooling
#
# Pooling makes an image smaller and remembers only what was strongest near by: each output is the largest number of
# one window of one channel. Nothing is padded and nothing is learnt.
#
# $$y_{ncij} = \max_{r, q}\; x_{n,\,c,\,iS + r,\,jS + q}$$
#
# On the way back the whole gradient goes to the one pixel that was the largest; the others did not matter. Where two
# are equal the derivative is not defined: do what you like, nobody will check. The stride may be smaller than the
# window; then one pixel may win in several windows and gets the sum.
#
# Worked numbers: with windows of $2 \times 2$ and stride 1,
# $x = \begin{pmatrix} 1 & 5 & 2 \\ 3 & 4 & 0 \end{pmatrix}$ gives $y = (5, 5)$, and $g = (10, 1)$ gives
# $\partial L / \partial x = \begin{pmatrix} 0 & 11 & 0 \\ 0 & 0 & 0 \end{pmatrix}$.
#
# *What usually goes wrong.* What is the largest of five negative numbers, and what does your code say? Is the size of
# a window its height, its width or the stride? What becomes of a gradient that was already there?


# %%
def max_pool_forward(x, pool_param):
    """Return the largest number of each window of each channel.

    Args:
        x: (N, C, H, W) float64, images; entries may all be negative.
        pool_param: dict with "pool_height" and "pool_width" (ints, size of a window: PH x PW) and "stride" (int,
            both ways; smaller or larger than the window). The windows tile: H - PH and W - PW are multiples of the
            stride.

    Returns:
        The pair (out, cache). out: (N, C, H_out, W_out) float64, where H_out = (H - PH) / stride + 1 and W_out
        likewise. cache: for max_pool_backward.
    """
    # Write your solution here.
    raise NotImplementedError("max_pool_forward is not written yet.")


def max_pool_backward(dout, cache):
    """Return the gradient with respect to the input of max pooling.

    Args:
        dout: (N, C, H_out, W_out) float64, gradient with respect to the output.
        cache: what max_pool_forward returned.

    Returns:
        dx: (N, C, H, W) float64. A pixel that is the largest of several windows gets the sum of their gradients.
    """
    # Write your solution here.
    raise NotImplementedError("max_pool_backward is not written yet.")


# %%
if __name__ == "__main__":
    image, windows = np.array([[[[1.0, 5.0, 2.0], [3.0, 4.0, 0.0]]]]), {"pool_height": 2, "pool_width": 2, "stride": 1}
    try_it(lambda: max_pool_forward(image, windows)[0])
    try_it(lambda: max_pool_backward(np.array([[[[10.0, 1.0]]]]), max_pool_forward(image, windows)[1]))

# %% [markdown]
# ### 3.2 Average pooling (extra)
#
# The mean in place of the maximum: every pixel of a window of $P\!H \times P\!W$ has the same share in the output,
# and gets the same share of its gradient. With the numbers above $y = (3.25, 2.75)$, and $g = (8, 4)$ gives
# $\partial L / \partial x = \begin{pmatrix} 2 & 3 & 1 \\ 2 & 3 & 1 \end{pmatrix}$.
#
# *What usually goes wrong.* Gradients are handed out, not made: compare the sum of all you return with the sum of all
# that came in.


# %%
def avg_pool_forward(x, pool_param):
    """Return the mean of each window of each channel.

    Args:
        x: (N, C, H, W) float64, images.
        pool_param: dict with "pool_height", "pool_width" and "stride", as for max_pool_forward.

    Returns:
        The pair (out, cache). out: (N, C, H_out, W_out) float64. cache: for avg_pool_backward.
    """
    # Write your solution here.
    raise NotImplementedError("avg_pool_forward is not written yet.")


def avg_pool_backward(dout, cache):
    """Return the gradient with respect to the input of average pooling.

    Args:
        dout: (N, C, H_out, W_out) float64, gradient with respect to the output.
        cache: what avg_pool_forward returned.

    Returns:
        dx: (N, C, H, W) float64.
    """
    # Write your solution here.
    raise NotImplementedError("avg_pool_backward is not written yet.")


# %% [markdown]
# ### 3.3 Global average pooling and flattening (extra)
#
# Two ways from images to the rows that an affine layer wants. Global average pooling keeps one number a channel, the
# mean of the whole image, $y_{nc} = \frac{1}{HW} \sum_{hk} x_{nchk}$; flattening keeps them all and only lays them
# out, channel by channel, row by row, in the order in which `reshape` does.
#
# *What usually goes wrong.* Which axes are summed over, and which remain? What does the backward need to know to
# restore a shape?


# %%
def global_avg_pool_forward(x):
    """Return the mean of each channel of each image.

    Args:
        x: (N, C, H, W) float64, images.

    Returns:
        The pair (out, cache). out: (N, C) float64. cache: for global_avg_pool_backward.
    """
    # Write your solution here.
    raise NotImplementedError("global_avg_pool_forward is not written yet.")


def global_avg_pool_backward(dout, cache):
    """Return the gradient with respect to the input of global average pooling.

    Args:
        dout: (N, C) float64, gradient with respect to the output.
        cache: what global_avg_pool_forward returned.

    Returns:
        dx: (N, C, H, W) float64.
    """
    # Write your solution here.
    raise NotImplementedError("global_avg_pool_backward is not written yet.")


def flatten_forward(x):
    """Lay out each sample as a row.

    Args:
        x: (N, d_1, ..., d_k) float64, k >= 1.

    Returns:
        The pair (out, cache). out: (N, d_1 * ... * d_k) float64, the last axis fastest. cache: for flatten_backward.
    """
    # Write your solution here.
    raise NotImplementedError("flatten_forward is not written yet.")


def flatten_backward(dout, cache):
    """Return the gradient with respect to the input of flatten_forward.

    Args:
        dout: (N, d_1 * ... * d_k) float64, gradient with respect to the output.
        cache: what flatten_forward returned.

    Returns:
        dx: (N, d_1, ..., d_k) float64.
    """
    # Write your solution here.
    raise NotImplementedError("flatten_backward is not written yet.")


# %%
if __name__ == "__main__":
    try_it(lambda: avg_pool_forward(image, windows)[0])
    try_it(lambda: avg_pool_backward(np.array([[[[8.0, 4.0]]]]), avg_pool_forward(image, windows)[1]))
    try_it(lambda: global_avg_pool_forward(image)[0])
    try_it(lambda: flatten_forward(image)[0])

# %% [markdown]
# ## 4. Convolution as one matrix product
#
# Loops in Python are slow, matrix products are fast. Every output of a convolution is the inner product of a window
# and a filter, both laid out as rows of $C \cdot H\!H \cdot W\!W$ numbers. So lay out *all* windows as the rows of one
# matrix (image to columns, "im2col"), all filters as the rows of another, and the layer is an affine layer:
#
# $$Y = \text{cols}\; W^\top + b, \qquad
#   \text{cols}: (N \cdot H_{\text{out}} \cdot W_{\text{out}},\; C \cdot H\!H \cdot W\!W), \qquad
#   W: (F,\; C \cdot H\!H \cdot W\!W).$$
#
# It costs memory, since a pixel is written down once for each window that covers it, and gains a factor of ten to a
# thousand in time. The *order* is part of the contract. Row number $(n \cdot H_{\text{out}} + i) \cdot W_{\text{out}}
# + j$ is the window at $(i, j)$ of sample $n$; column number $(c \cdot H\!H + r) \cdot W\!W + q$ is its pixel
# $(r, q)$ in channel $c$. Worked numbers: windows of $2 \times 2$ with stride 1 on one image of one channel,
#
# $$x = \begin{pmatrix} 1 & 2 & 3 \\ 4 & 5 & 6 \end{pmatrix} \quad\text{give}\quad
#   \text{cols} = \begin{pmatrix} 1 & 2 & 4 & 5 \\ 2 & 3 & 5 & 6 \end{pmatrix}.$$
#
# `col2im` is the way back of `im2col`: each number of the matrix returns to the pixel it was copied from, and where
# several come to one pixel they are *added*. For the matrix above the pixels $2$ and $5$ were copied twice, so they
# come back as $4$ and $10$:
#
# $$\text{col2im}(\text{cols}) = \begin{pmatrix} 1 & 4 & 3 \\ 4 & 10 & 6 \end{pmatrix}.$$
#
# Loops over the pixels of the *filter* are short and cost little; loops over samples and positions are what has to
# go. NumPy's `np.lib.stride_tricks.sliding_window_view` is worth a look.
#
# *What usually goes wrong.* `reshape` never moves a number, it only counts differently: which axes must change
# places (`transpose`) before the order is right? The product gives one row a window and one column a filter: where
# do the filters stand in $(N, F, H_{\text{out}}, W_{\text{out}})$? What does `a[index] += v` do when one pixel occurs
# several times in `index`?


# %%
def im2col(x, HH, WW, stride, pad):
    """Lay out every window of a batch of images as a row.

    Args:
        x: (N, C, H, W) float64, images.
        HH, WW: int, height and width of a window.
        stride: int, both ways.
        pad: int, zeros added on each of the four sides. The windows tile.

    Returns:
        cols: (N * H_out * W_out, C * HH * WW) float64. Rows run over sample, row and column of the output, columns
        over channel, row and column of the window, the last fastest:
        cols[(n * H_out + i) * W_out + j, (c * HH + r) * WW + q] is the padded image's
        [n, c, i * stride + r, j * stride + q].
    """
    # Write your solution here.
    raise NotImplementedError("im2col is not written yet.")


def col2im(cols, x_shape, HH, WW, stride, pad):
    """Add each number of a matrix of windows to the pixel that im2col would have copied it from.

    Args:
        cols: (N * H_out * W_out, C * HH * WW) float64, in the order of im2col.
        x_shape: (N, C, H, W), tuple of ints, shape of the images.
        HH, WW: int, height and width of a window.
        stride: int, both ways.
        pad: int, zeros that im2col adds on each of the four sides.

    Returns:
        x: (N, C, H, W) float64, sums over all windows that cover a pixel; what falls on the padding is dropped.
    """
    # Write your solution here.
    raise NotImplementedError("col2im is not written yet.")


def conv_forward_im2col(x, w, b, conv_param):
    """Compute what conv_forward does without a loop over samples or positions, as one matrix product.

    Args:
        x: (N, C, H, W) float64, images.
        w: (F, C, HH, WW) float64, filters.
        b: (F,) float64.
        conv_param: dict with "stride" and "pad", as for conv_forward.

    Returns:
        The pair (out, cache). out: (N, F, H_out, W_out) float64. cache: for conv_backward_im2col.
    """
    # Write your solution here.
    raise NotImplementedError("conv_forward_im2col is not written yet.")


def conv_backward_im2col(dout, cache):
    """Compute what conv_backward does without a loop over samples or positions.

    Args:
        dout: (N, F, H_out, W_out) float64, gradient with respect to the output.
        cache: what conv_forward_im2col returned.

    Returns:
        The triple (dx, dw, db), as of conv_backward.
        dx: (N, C, H, W) float64.
        dw: (F, C, HH, WW) float64.
        db: (F,) float64.
    """
    # Write your solution here.
    raise NotImplementedError("conv_backward_im2col is not written yet.")


# %%
if __name__ == "__main__":
    image = np.arange(1.0, 7.0).reshape(1, 1, 2, 3)
    try_it(lambda: im2col(image, 2, 2, 1, 0))
    try_it(lambda: col2im(im2col(image, 2, 2, 1, 0), image.shape, 2, 2, 1, 0))
    try_it(lambda: conv_forward_im2col(image, kernel, np.array([10.0]), plain)[0])

# %% [markdown]
# ## 5. Normalisation of images
#
# Batch normalisation gives every *feature* of a batch mean 0 and variance 1. In an image the feature is the
# channel: one filter looked for the same thing at every position of every image, so all of its answers belong
# together.
#
# ### 5.1 Spatial batch normalisation
#
# Each channel $c$ has its mean and variance over the batch *and* all positions, $N \cdot H \cdot W$ numbers:
#
# $$\mu_c = \frac{1}{NHW} \sum_{n, i, j} x_{ncij}, \qquad
#   \sigma_c^2 = \frac{1}{NHW} \sum_{n, i, j} (x_{ncij} - \mu_c)^2, \qquad
#   y_{ncij} = \gamma_c\,\frac{x_{ncij} - \mu_c}{\sqrt{\sigma_c^2 + \epsilon}} + \beta_c.$$
#
# Nothing in there is new. Lay the images out as a table with a row for each position of each image and a column
# for each channel, and it is the batch normalisation that you have (`batchnorm_forward`, given above).
#
# Worked numbers: two images of one channel and $1 \times 2$ pixels, $(1, 3)$ and $(5, 7)$. The mean is $4$, the
# variance $(9 + 1 + 1 + 9)/4 = 5$; with $\epsilon = 0$, $\gamma = 1$, $\beta = 0$ the first image becomes
# $(-3, -1)/\sqrt 5 \approx (-1.3416, -0.4472)$.
#
# *What usually goes wrong.* In memory the numbers of an image lie channel after channel. Which axes must change
# places before a row of the table holds the channels of *one* position, and how do you get back? How many
# numbers does each channel's mean have in it? What shape do the running statistics have, and does the mode
# "test" accept them?


# %%
def spatial_batchnorm_forward(x, gamma, beta, bn_param):
    """Normalise each channel over the batch and all positions, then scale and shift it.

    Args:
        x: (N, C, H, W) float64.
        gamma: (C,) float64, scale of each channel.
        beta: (C,) float64, shift of each channel.
        bn_param: dict as for batchnorm_forward: "mode", "eps", "momentum", and "running_mean" and
            "running_var", (C,) float64. In mode "train" the running statistics are updated in this dict, as
            batchnorm_forward does it; in mode "test" they are used and left as they are.

    Returns:
        The pair (out, cache). out: (N, C, H, W) float64. cache: for spatial_batchnorm_backward.
    """
    # Write your solution here.
    raise NotImplementedError("spatial_batchnorm_forward is not written yet.")


def spatial_batchnorm_backward(dout, cache):
    """Return the gradients of spatial_batchnorm_forward in mode "train".

    Args:
        dout: (N, C, H, W) float64, gradient with respect to the output.
        cache: what spatial_batchnorm_forward returned.

    Returns:
        The triple (dx, dgamma, dbeta). dx: (N, C, H, W) float64. dgamma: (C,) float64. dbeta: (C,) float64.
    """
    # Write your solution here.
    raise NotImplementedError("spatial_batchnorm_backward is not written yet.")


# %% [markdown]
# ### 5.2 Group normalisation
#
# With two images in a batch, statistics over the batch are noise. Group normalisation (Wu and He, 2018) takes
# them within *one* image, over groups of neighbouring channels: the $C$ channels are cut into $G$ groups of
# $C/G$ each, channels $0$ to $C/G - 1$ are the first group, and every group of every image has its own mean and
# variance, over $\frac{C}{G} \cdot H \cdot W$ numbers. Scale and shift belong to the channels, as before. No
# batch, so no running statistics, and training and test are the same.
#
# $G = 1$ is layer normalisation of the whole image; $G = C$ normalises every channel of every image alone.
#
# Worked numbers: one image of 4 channels with one pixel each, $(1, 3, 10, 30)$, and $G = 2$. The groups are
# $(1, 3)$, mean $2$ and variance $1$, and $(10, 30)$, mean $20$ and variance $100$; with $\epsilon = 0$ both
# become $(-1, 1)$.
#
# For the backward: within a group it is the formula that you know, with the gradient of the *normalised* numbers
# arriving from above. With $m$ numbers in the group, $\hat x$ the normalised ones and $g = \partial L / \partial
# \hat x$,
#
# $$\frac{\partial L}{\partial x_i} = \frac{1}{\sqrt{\sigma^2 + \epsilon}}
#   \Big(g_i - \frac1m \sum_j g_j - \hat x_i\, \frac1m \sum_j g_j \hat x_j\Big).$$
#
# *What usually goes wrong.* `reshape` returns a new array: who keeps it? Do neighbouring channels end up in the
# same group? Over which axes does the scale of a *channel* collect its gradient, and over which axes are the
# statistics of a *group* taken? Is $\gamma$ in $g$?


# %%
def spatial_groupnorm_forward(x, gamma, beta, G, gn_param):
    """Normalise groups of neighbouring channels within each image, then scale and shift each channel.

    Args:
        x: (N, C, H, W) float64.
        gamma: (1, C, 1, 1) float64, scale of each channel.
        beta: (1, C, 1, 1) float64, shift of each channel.
        G: number of groups; divides C.
        gn_param: dict, optionally with "eps" (1e-5).

    Returns:
        The pair (out, cache). out: (N, C, H, W) float64. cache: for spatial_groupnorm_backward.
    """
    # Write your solution here.
    raise NotImplementedError("spatial_groupnorm_forward is not written yet.")


def spatial_groupnorm_backward(dout, cache):
    """Return the gradients of spatial_groupnorm_forward.

    Args:
        dout: (N, C, H, W) float64, gradient with respect to the output.
        cache: what spatial_groupnorm_forward returned.

    Returns:
        The triple (dx, dgamma, dbeta). dx: (N, C, H, W) float64. dgamma: (1, C, 1, 1) float64.
        dbeta: (1, C, 1, 1) float64.
    """
    # Write your solution here.
    raise NotImplementedError("spatial_groupnorm_backward is not written yet.")


# %%
if __name__ == "__main__":
    pixels = np.array([1.0, 3.0, 5.0, 7.0]).reshape(2, 1, 1, 2)
    try_it(lambda: spatial_batchnorm_forward(pixels, np.ones(1), np.zeros(1), {"mode": "train", "eps": 0.0})[0])
    channels, ones = np.array([1.0, 3.0, 10.0, 30.0]).reshape(1, 4, 1, 1), np.ones((1, 4, 1, 1))
    try_it(lambda: spatial_groupnorm_forward(channels, ones, 0.0 * ones, 2, {"eps": 0.0})[0].ravel())


# %% [markdown]
# ## 6. The network
#
# *convolution, ReLU, 2 × 2 max pooling, affine, ReLU, affine, softmax.* The filters find small patterns wherever
# they are, pooling forgets exactly where, and the two affine layers decide from what was found.
#
# With an odd filter size $f$, stride 1 and padding $(f - 1)/2$, the convolution keeps height and width; pooling
# then halves both. Worked numbers: images of $1 \times 8 \times 8$ pixels and 6 filters of $3 \times 3$ become
# $6 \times 8 \times 8$, after pooling $6 \times 4 \times 4 = 96$ numbers. That is how many rows $W_2$ has.
#
# The loss is the mean softmax loss of the batch plus $\frac{\lambda}{2}$ (`reg`) times the sum of the squares of
# *all* weights, those of the filters too, biases excepted.
#
# Take it in four steps: `forward` from images to scores, `backward` from the gradient of the scores to that of
# the images and of every parameter; `loss` puts the softmax on top of both and adds the penalty. The gradient
# with respect to the *images* is of no use for training. You will need it in section 8.
#
# **Before you train**, two checks that cost nothing: with small weights the loss of $C$ classes starts at
# $\ln C$ ($2.3026$ for ten), and a positive `reg` makes it larger.
#
# *What usually goes wrong.* On images that are not square, is the number of rows of $W_2$ still right? How many
# weight matrices are there, and how many have a term in the penalty, and how many in the gradient? Are the two
# terms the value and the derivative of the same function? In which order do the layers come on the way back?


# %%
class ThreeLayerConvNet:
    """A convolutional network: convolution, ReLU, 2 x 2 max pooling, affine, ReLU, affine, softmax.

    Attributes:
        params: dict of float64 arrays, with C channels, F filters of size f, M hidden units, K classes:
            "W1" (F, C, f, f), "b1" (F,): the convolution;
            "W2" (F * H/2 * W/2, M), "b2" (M,): the hidden affine layer;
            "W3" (M, K), "b3" (K,): the affine layer of the scores.
        input_dim: (C, H, W), the shape of an image.
        conv_param, pool_param: settings of the convolution (stride 1, the size is kept) and of the pooling.
        reg: float, strength of the L2 regularisation.
    """

    def __init__(
        self,
        input_dim=(1, 8, 8),
        num_filters=8,
        filter_size=3,
        hidden_dim=32,
        num_classes=10,
        weight_scale=1e-2,
        reg=0.0,
        rng=None,
    ):
        """Draw the weights and set the biases to zero.

        Args:
            input_dim: (C, H, W), the shape of an image; H and W are even.
            num_filters: number of filters, F.
            filter_size: height and width of a filter, f; odd.
            hidden_dim: number of hidden units, M.
            num_classes: number of classes, K.
            weight_scale: standard deviation of the weights, which are normal with mean 0.
            reg: strength of the regularisation: 0.5 * reg times the sum of the squares of all weights.
            rng: numpy.random.Generator, the only source of randomness; None takes a fresh one.
        """
        self.params = {}
        self.input_dim = input_dim
        self.conv_param = {"stride": 1, "pad": (filter_size - 1) // 2}
        self.pool_param = {"pool_height": 2, "pool_width": 2, "stride": 2}
        self.reg = reg
        rng = np.random.default_rng() if rng is None else rng
        # Write your solution here.
        raise NotImplementedError("ThreeLayerConvNet.__init__ is not written yet.")

    def forward(self, X):
        """Return the scores of images.

        Args:
            X: (N, C, H, W) float64.

        Returns:
            The pair (scores, cache). scores: (N, K) float64. cache: for backward.
        """
        # Write your solution here.
        raise NotImplementedError("ThreeLayerConvNet.forward is not written yet.")

    def backward(self, dscores, cache):
        """Return the gradients with respect to the images and to every parameter.

        Args:
            dscores: (N, K) float64, gradient with respect to the scores.
            cache: what forward returned.

        Returns:
            The pair (dX, grads). dX: (N, C, H, W) float64. grads: dict with the keys of params and arrays of the
            same shapes; the regularisation is not in them.
        """
        # Write your solution here.
        raise NotImplementedError("ThreeLayerConvNet.backward is not written yet.")

    def loss(self, X, y=None):
        """Return the scores of a batch, or its loss and the gradients.

        Args:
            X: (N, C, H, W) float64.
            y: (N,) integers from 0 to K - 1, or None.

        Returns:
            Without y: scores, (N, K) float64.
            With y: the pair (loss, grads). loss: float, mean softmax loss plus regularisation.
            grads: dict with the keys of params and arrays of the same shapes.
        """
        # Write your solution here.
        raise NotImplementedError("ThreeLayerConvNet.loss is not written yet.")

    def input_gradient(self, X, dscores):
        """Return the gradient of np.sum(scores * dscores) with respect to the images.

        Args:
            X: (N, C, H, W) float64.
            dscores: (N, K) float64.

        Returns:
            dX: (N, C, H, W) float64.
        """
        # Write your solution here.
        raise NotImplementedError("ThreeLayerConvNet.input_gradient is not written yet.")


# %%
if __name__ == "__main__":
    try_it(lambda: ThreeLayerConvNet().loss(np.ones((2, 1, 8, 8)), np.array([3, 7]))[0])


# %% [markdown]
# ## 7. Training
#
# The loop of the first assignment, with Adam in place of plain gradient descent: for each batch, ask the model
# for its loss and its gradients, and let `adam` (given above) move every parameter. Adam remembers, for each
# parameter, averages of the gradients and of their squares, and hands them back in `config`: the next step of
# *that* parameter wants them.
#
# Images are shown in batches, each image once an epoch, in an order that is new in every epoch
# (`iterate_minibatches`, given above).
#
# *What usually goes wrong.* Where does the `config` of a step go? Do $W_1$ and $b_1$ have one each? Who tells
# Adam the learning rate? Do the new values arrive in `model.params`?


# %%
def train_convnet(model, X, y, num_epochs, batch_size, learning_rate, rng):
    """Train a model on minibatches with Adam.

    The parameters in model.params are changed; nothing else is. Betas and epsilon are Adam's defaults.

    Args:
        model: has params, a dict of float64 arrays, and loss(X, y), which returns the pair (loss, grads).
        X: (N, C, H, W) float64, images.
        y: (N,) integers, labels.
        num_epochs: how many times every image is used.
        batch_size: number of images of a step; the last step of an epoch may have fewer.
        learning_rate: float.
        rng: numpy.random.Generator, the only source of randomness; orders the images.

    Returns:
        losses: list of float, the loss of each batch before its step; num_epochs times the number of batches.
    """
    # Write your solution here.
    raise NotImplementedError("train_convnet is not written yet.")


# %% [markdown]
# The file `data/digits.npz` holds 1,257 training and 180 validation images of $8 \times 8$ pixels. The network
# below should get about 95 % of the validation images right within a second or two. If your `conv_forward_im2col` is
# still to be written, it can call your `conv_forward`: the result is the same, and you learn why nobody trains
# with loops.

# %%
# Given: train a small network on the digits.


def learn_digits(path):
    """Train a network on the digits and return it with its accuracy on the validation images."""
    X_train, y_train, X_val, y_val = load_images(path)
    rng = np.random.default_rng(0)
    net = ThreeLayerConvNet((1, 8, 8), num_filters=8, hidden_dim=64, weight_scale=0.1, rng=rng)
    train_convnet(net, X_train, y_train, num_epochs=12, batch_size=32, learning_rate=4e-3, rng=rng)
    return net, accuracy(net.loss(X_val), y_val)


if __name__ == "__main__" and Path("data/digits.npz").exists():
    try_it(lambda: learn_digits("data/digits.npz")[1])


# %% [markdown]
# ## 8. What has it learnt?
#
# A network that is right is not yet one that you understand. Three ways to look inside.
#
# ### 8.1 Feature maps
#
# The answer of each filter to an image, after ReLU, is an image itself: bright where the filter found its
# pattern, $0$ where it did not. A map that is zero for every image belongs to a dead filter; two maps that are
# always the same belong to one filter too many.
#
# *What usually goes wrong.* Can a feature map have negative numbers? Is the bias part of what a filter answers?


# %%
def feature_maps(model, x):
    """Return the feature maps of images: the output of the first convolution, after ReLU and before pooling.

    Args:
        model: a ThreeLayerConvNet; it is left unchanged.
        x: (N, C, H, W) float64, images.

    Returns:
        maps: (N, F, H, W) float64, one map for each filter.
    """
    # Write your solution here.
    raise NotImplementedError("feature_maps is not written yet.")


# %% [markdown]
# ### 8.2 Saliency
#
# Which pixels does the answer hang on? Ask by how much the *score* of the correct class would change if a pixel
# did: that is the gradient of the score with respect to the image (Simonyan, Vedaldi and Zisserman, 2013),
#
# $$M_{ij} = \max_c \left|\frac{\partial s_y}{\partial x_{cij}}\right|,$$
#
# the largest absolute value over the channels $c$. A batch needs one backward: no score depends on another
# image. `model.input_gradient(X, dscores)` gives the gradient of $\sum_{nk} s_{nk} g_{nk}$, where $g$ is
# `dscores`; choose $g$ so that of each image only the correct score is left.
#
# Worked numbers: if the gradient at one pixel is $(0.2, -0.5, 0.1)$ over three channels, its saliency is $0.5$.
#
# *What usually goes wrong.* The loss also knows the correct class, but what else does its gradient depend on?
# Which comes first, the absolute value or the maximum? Over which axis is the maximum taken?


# %%
def saliency_map(model, X, y):
    """Return how strongly the score of the correct class depends on each pixel.

    Args:
        model: a ThreeLayerConvNet; it is left unchanged.
        X: (N, C, H, W) float64, images.
        y: (N,) integers from 0 to K - 1, the correct classes.

    Returns:
        saliency: (N, H, W) float64, the largest absolute gradient over the channels of the score (not of the
        loss) of the correct class.
    """
    # Write your solution here.
    raise NotImplementedError("saliency_map is not written yet.")


# %% [markdown]
# ### 8.3 The image a class likes best
#
# The other way round: leave the weights and move the *image*, uphill, until the score of a class is large. Steps
# of a fixed length are easiest to handle:
#
# $$x \leftarrow x + \alpha\,\frac{g}{\lVert g \rVert}, \qquad g = \frac{\partial s_k}{\partial x},$$
#
# with $\lVert g \rVert$ the square root of the sum of the squares of all its entries. The first image is noise.
#
# *What usually goes wrong.* Training goes downhill. Which way is this? Does the gradient belong to the image as
# it is now, or as it was at the beginning?


# %%
def maximise_activation(model, label, num_steps, learning_rate, rng):
    """Return an image that a class likes: noise, moved uphill along the gradient of the score of the class.

    Args:
        model: a ThreeLayerConvNet; it is left unchanged.
        label: integer from 0 to K - 1, the class.
        num_steps: number of steps.
        learning_rate: float, the length of each step: the gradient is divided by its Euclidean norm first.
        rng: numpy.random.Generator; draws the image to start from.

    Returns:
        image: (C, H, W) float64.
    """
    image = 0.1 * rng.standard_normal((1, *model.input_dim))
    # Write your solution here.
    raise NotImplementedError("maximise_activation is not written yet.")


# %%
# Given: look at what the network of section 7 has learnt, as text: the darker the sign, the larger the number.


def as_text(picture):
    """Return a picture, (H, W) float64 from 0 on, as lines of signs from blank to #."""
    shades = " .:-=+*%#"
    levels = (picture / max(picture.max(), 1e-12) * (len(shades) - 1)).astype(int)
    return "\n".join("".join(2 * shades[level] for level in row) for row in levels)


def look_inside(path):
    """Train on the digits; return an image, its saliency and its first feature map as text."""
    net, _ = learn_digits(path)
    _, _, X_val, y_val = load_images(path)
    pictures = (X_val[0, 0], saliency_map(net, X_val[:1], y_val[:1])[0], feature_maps(net, X_val[:1])[0, 0])
    return "\n\n".join(as_text(picture) for picture in pictures)


if __name__ == "__main__" and Path("data/digits.npz").exists():
    try_it(lambda: look_inside("data/digits.npz"))
