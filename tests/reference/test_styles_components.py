"""Correct solutions in other styles earn full points, and mistakes in other styles are named all the same.

Parts: activations, affine layer, gradient tools, data.
"""

from __future__ import annotations

import pytest

from grader.model import Grade
from tests.reference import styles
from tests.reference.harness import grade_sources

PARTS = {
    *("sigmoid", "sigmoid_backward", "derivative_sigmoid", "tanh_forward", "tanh_backward"),
    *("relu_forward", "relu_backward", "leaky_relu_forward", "leaky_relu_backward", "gelu_forward", "gelu_backward"),
    *("affine_forward", "affine_backward", "affine_relu_forward", "affine_relu_backward"),
    *("rel_error", "eval_numerical_gradient", "eval_numerical_gradient_array"),
    *("one_hot", "accuracy", "iterate_minibatches"),
}

# Mistakes written in another way than the misconception of that name: part, source.
MISTAKES = {
    "sigmoid-missing-1-minus": (
        "sigmoid_backward",
        "def sigmoid_backward(dout, cache):\n    return np.einsum('...,...,...->...', cache, dout, cache)",
    ),
    "tanh-derivative-uses-x": (
        "tanh_backward",
        "def tanh_forward(x):\n    return np.tanh(x), {'input': x}\n"
        "def tanh_backward(dout, cache):\n    return dout - dout * cache['input'] * cache['input']",
    ),
    "relu-mask-on-dout": (
        "relu_backward",
        "def relu_backward(dout, cache):\n    return np.maximum(dout, 0)",
    ),
    "leaky-gradient-slope-ignored": (
        "leaky_relu_backward",
        "def leaky_relu_backward(dout, cache):\n    dout[cache[0] < 0] /= 100\n    return dout",
    ),
    "affine-dw-transposed": (
        "affine_backward",
        "def affine_backward(dout, cache):\n    x, w, b = cache\n"
        "    dw = np.einsum('nd,nm->md', x.reshape(len(x), -1), dout)\n"
        "    return np.dot(dout, w.T).reshape(x.shape), dw, dout.sum(0)",
    ),
    "affine-dx-not-reshaped": (
        "affine_backward",
        "_forward = affine_forward\ndef affine_forward(x, w, b):\n"
        "    x = x.reshape(len(x), -1)\n    return _forward(x, w, b)[0], (x, w, b)",
    ),
    "relerror-mean-not-max": (
        "rel_error",
        "def rel_error(x, y):\n    pairs = list(zip(x.ravel(), y.ravel()))\n"
        "    return sum(abs(a - b) / max(1e-8, abs(a) + abs(b)) for a, b in pairs) / len(pairs)",
    ),
    "numgrad-one-sided": (
        "eval_numerical_gradient",
        "def eval_numerical_gradient(f, x, h=1e-5):\n    steps = h * np.eye(x.size).reshape(-1, *x.shape)\n"
        "    return np.array([f(x + step) - f(x) for step in steps]).reshape(x.shape) / h",
    ),
    "one-hot-classes-from-labels": (
        "one_hot",
        "def one_hot(y, num_classes):\n    return np.eye(y.max() + 1)[y]",
    ),
    "minibatch-drops-last": (
        "iterate_minibatches",
        "def iterate_minibatches(X, y, batch_size, rng):\n    order = rng.permutation(len(X))\n"
        "    for i in range(len(X) // batch_size):\n"
        "        rows = order[i * batch_size : (i + 1) * batch_size]\n        yield X[rows], y[rows]",
    ),
}

STYLES = styles.read("mlp", "components", PARTS, MISTAKES)


@pytest.fixture(scope="module")
def grades() -> dict[str, Grade]:
    # Training on top of nested loops takes minutes and tells nothing new about them.
    return grade_sources(STYLES.assignment, styles.whole_sources(STYLES), without=["train"])


test_another_correct_style_earns_full_points = styles.earns_full_points(STYLES)
test_each_part_is_written_in_two_styles_or_more = styles.is_written_twice(STYLES)
test_a_mistake_in_another_style_is_named = styles.is_named(STYLES)
test_a_mistake_in_another_style_costs_its_own_part_only = styles.costs_its_own_part_only(STYLES)
