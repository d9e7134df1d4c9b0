"""Correct solutions in other styles earn full points, and mistakes in other styles are named all the same.

Parts: activations, affine layer, gradient tools, data.
"""

from __future__ import annotations

import pytest

from grader.model import Grade
from tests.reference.harness import (
    STYLES,
    grade_sources,
    parts_in,
    read_assignment,
    what_was_lost,
    with_parts_replaced,
)

FILES = sorted((STYLES / "mlp").glob("components_*.py"))
ASSIGNMENT = read_assignment("mlp")
SOURCES = {path.stem: path.read_text(encoding="utf-8") for path in FILES}
STYLE_PARTS = [(name, part) for name, source in SOURCES.items() for part in sorted(parts_in(ASSIGNMENT, source))]
EXPECTED_PARTS = {
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


@pytest.fixture(scope="module")
def grades() -> dict[str, Grade]:
    sources = SOURCES | {name: source for name, (_, source) in MISTAKES.items()}
    replaced = {name: with_parts_replaced(ASSIGNMENT, source) for name, source in sources.items()}
    # Training on top of nested loops takes minutes and tells nothing new about them.
    return grade_sources(ASSIGNMENT, replaced, without=["train"])


@pytest.mark.parametrize(("style", "part"), STYLE_PARTS)
def test_another_correct_style_earns_full_points(grades: dict[str, Grade], style: str, part: str) -> None:
    assert list(what_was_lost(grades[style], {part})) == []


@pytest.mark.parametrize("part", sorted(EXPECTED_PARTS))
def test_each_part_is_written_in_two_styles_or_more(part: str) -> None:
    assert sum(part == written for _, written in STYLE_PARTS) >= 2


@pytest.mark.parametrize(("name", "part"), [(name, part) for name, (part, _) in MISTAKES.items()])
def test_a_mistake_in_another_style_is_named(grades: dict[str, Grade], name: str, part: str) -> None:
    found = {grade.part: grade.diagnosis for grade in grades[name].parts}[part]
    assert found is not None
    assert (found.kind, found.name) == ("misconception", name)


@pytest.mark.parametrize(("name", "part"), [(name, part) for name, (part, _) in MISTAKES.items()])
def test_a_mistake_in_another_style_costs_its_own_part_only(grades: dict[str, Grade], name: str, part: str) -> None:
    lost = {grade.part for grade in grades[name].parts if grade.earned < grade.possible}
    assert lost == {part}
