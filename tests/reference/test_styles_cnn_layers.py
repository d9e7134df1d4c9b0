"""Correct solutions in other styles earn full points, and mistakes in other styles are named all the same.

Parts: sizes, convolution, pooling, convolution as one matrix product.
"""

from __future__ import annotations

import pytest

from grader.model import Grade
from tests.reference import styles
from tests.reference.harness import grade_sources

PARTS = {
    *("conv_out_size", "same_padding", "conv_param_count", "conv_memory"),
    *("conv_forward", "conv_backward", "max_pool_forward", "max_pool_backward"),
    *("avg_pool_forward", "avg_pool_backward", "global_avg_pool_forward", "global_avg_pool_backward"),
    *("flatten_forward", "flatten_backward"),
    *("im2col", "col2im", "conv_forward_im2col", "conv_backward_im2col"),
}

# Mistakes written in another way than the misconception of that name: part, source.
MISTAKES = {
    "ceil-for-floor": (
        "conv_out_size",
        "def conv_out_size(n, f, s, p):\n    return math.ceil((n + 2 * p - f) / s) + 1",
    ),
    "out-size-float": (
        "conv_out_size",
        "def conv_out_size(n, f, s, p):\n    return np.float64(n + 2 * p - f) / s + 1",
    ),
    "same-padding-odd-zero-before": (
        "same_padding",
        "_same = same_padding\ndef same_padding(n, f, s):\n    return _same(n, f, s)[::-1]",
    ),
    "bias-not-counted": (
        "conv_param_count",
        "def conv_param_count(C, F, HH, WW):\n    return np.zeros((F, C, HH, WW)).size",
    ),
    "conv-true-convolution-flips-kernel": (
        "conv_forward",
        "_conv = conv_forward\ndef conv_forward(x, w, b, conv_param):\n"
        "    out, cache = _conv(x, np.rot90(w, 2, (2, 3)), b, conv_param)\n    return out, (x, w, conv_param)",
    ),
    "conv-bias-omitted": (
        "conv_forward",
        "_conv = conv_forward\ndef conv_forward(x, w, b, conv_param):\n"
        "    out, cache = _conv(x, w, b, conv_param)\n    out -= b[:, None, None]\n    return out, cache",
    ),
    "conv-dx-crop-pad0-empty": (
        "conv_backward",
        "def conv_backward(dout, cache):\n    x, w, conv_param = cache\n"
        "    s, p = conv_param['stride'], conv_param['pad']\n    x = np.pad(x, ((0,), (0,), (p,), (p,)))\n"
        "    dx, dw, db = 0 * x, 0 * w, dout.sum((0, 2, 3))\n"
        "    for n, f, i, j in np.ndindex(dout.shape):\n"
        "        v = np.s_[n, :, i * s : i * s + w.shape[2], j * s : j * s + w.shape[3]]\n"
        "        dw[f] += x[v] * dout[n, f, i, j]\n        dx[v] += w[f] * dout[n, f, i, j]\n"
        "    return dx[:, :, p:-p, p:-p], dw, db",
    ),
    "conv-grad-overwritten-not-accumulated": (
        "conv_backward",
        "_back = conv_backward\ndef conv_backward(dout, cache):\n    x, w, conv_param = cache\n"
        "    s, p = conv_param['stride'], conv_param['pad']\n    N, C, H, W = x.shape\n"
        "    dx = np.zeros((N, C, H + 2 * p, W + 2 * p))\n    for n in range(N):\n"
        "        for i in range(dout.shape[2]):\n            for j in range(dout.shape[3]):\n"
        "                dx[n, :, i * s : i * s + w.shape[2], j * s : j * s + w.shape[3]] = (\n"
        "                    dout[n, :, i, j, None, None, None] * w).sum(0)\n"
        "    return (dx[:, :, p : p + H, p : p + W], *_back(dout, cache)[1:])",
    ),
    "pool-zero-initialised-max": (
        "max_pool_forward",
        "_pool = max_pool_forward\ndef max_pool_forward(x, pool_param):\n"
        "    return np.maximum(0, _pool(x, pool_param)[0]), (x, pool_param)",
    ),
    "pool-overlap-grad-overwritten": (
        "max_pool_backward",
        "def max_pool_backward(dout, cache):\n    x, p = cache\n    dx = np.zeros_like(x)\n    s = p['stride']\n"
        "    for n, c, i, j in np.ndindex(dout.shape):\n"
        "        seen = x[n, c, i * s : i * s + p['pool_height'], j * s : j * s + p['pool_width']]\n"
        "        r, q = np.unravel_index(np.argmax(seen), seen.shape)\n"
        "        dx[n, c, i * s + r, j * s + q] = dout[n, c, i, j]\n    return dx",
    ),
    "pool-grad-to-all-cells": (
        "max_pool_backward",
        "def max_pool_backward(dout, cache):\n    dx = avg_pool_backward(dout, (cache[0].shape, cache[1]))\n"
        "    return dx * cache[1]['pool_height'] * cache[1]['pool_width']",
    ),
    "im2col-wrong-axis-order": (
        "im2col",
        "_cols = im2col\ndef im2col(x, HH, WW, stride, pad):\n    cols = _cols(x, HH, WW, stride, pad)\n"
        "    return np.hstack([cols[:, k :: HH * WW] for k in range(HH * WW)])",
    ),
    "col2im-overwrites": (
        "col2im",
        "def col2im(cols, x_shape, HH, WW, stride, pad):\n    N, C, H, W = x_shape\n"
        "    numbers = np.pad(np.arange(N * C * H * W).reshape(x_shape), ((0,), (0,), (pad,), (pad,)), "
        "constant_values=-1)\n"
        "    where = im2col(numbers, HH, WW, stride, 0)\n    x = np.zeros(N * C * H * W + 1)\n"
        "    for k in range(HH * WW):\n        x[where[:, k :: HH * WW]] = cols[:, k :: HH * WW]\n"
        "    return x[:-1].reshape(x_shape)",
    ),
    "im2col-loops-over-pixels": (
        "conv_forward_im2col",
        "def conv_forward_im2col(x, w, b, conv_param):\n    N, F = len(x), len(w)\n"
        "    cols = im2col(x, *w.shape[2:], conv_param['stride'], conv_param['pad'])\n"
        "    H_out = conv_out_size(x.shape[2], w.shape[2], **{k[0]: v for k, v in conv_param.items()})\n"
        "    rows = [[row @ kernel.ravel() + bias for kernel, bias in zip(w, b)] for row in cols]\n"
        "    out = np.array(rows).reshape(N, H_out, -1, F).transpose(0, 3, 1, 2)\n"
        "    return out, (x.shape, w, conv_param, cols)",
    ),
    "im2col-dout-reshaped-not-transposed": (
        "conv_backward_im2col",
        "def conv_backward_im2col(dout, cache):\n    shape, w, conv_param, cols = cache\n"
        "    g = np.reshape(dout, (len(cols), len(w)))\n    dcols = np.einsum('rf,fk->rk', g, w.reshape(len(w), -1))\n"
        "    dx = col2im(dcols, shape, *w.shape[2:], conv_param['stride'], conv_param['pad'])\n"
        "    return dx, np.einsum('rf,rk->fk', g, cols).reshape(w.shape), g.sum(0)",
    ),
}
# Named by the check itself, which measures the time.
BY_TIME = {"im2col-loops-over-pixels"}

STYLES = styles.read("cnn", "layers", PARTS, MISTAKES, by_structure=BY_TIME)


@pytest.fixture(scope="module")
def grades() -> dict[str, Grade]:
    # A network on top of nested loops takes minutes and tells nothing new about them.
    return grade_sources(STYLES.assignment, styles.whole_sources(STYLES), without=styles.other_parts(STYLES))


test_another_correct_style_earns_full_points = styles.earns_full_points(STYLES)
test_each_part_is_written_in_two_styles_or_more = styles.is_written_twice(STYLES)
test_a_mistake_in_another_style_is_named = styles.is_named(STYLES)
test_a_mistake_in_another_style_costs_its_own_part_only = styles.costs_its_own_part_only(STYLES)
