"""Correct solutions in other styles earn full points, and mistakes in other styles are named all the same.

Parts: losses, linear classifiers, the two circles, networks, training.
"""

from __future__ import annotations

import pytest

from grader.model import Grade
from tests.reference import styles
from tests.reference.harness import evidence_of, grade_sources, with_parts_replaced

PARTS = {
    *("softmax_loss", "svm_loss", "mse_loss", "bce_loss", "bce_with_logits"),
    *("softmax_loss_naive", "softmax_loss_vectorized", "svm_loss_naive", "svm_loss_vectorized"),
    *("add_bias_column", "rand_weights", "predict_proba", "predict_labels", "train_step"),
    *("TwoLayerNet", "FullyConnectedNet", "train"),
}

# Mistakes written in another way than the misconception of that name: part, source.
MISTAKES = {
    "softmax-no-max-shift": (
        "softmax_loss",
        "def softmax_loss(x, y):\n    p = np.exp(x) / np.exp(x).sum(1)[:, None]\n    rows = range(len(y))\n"
        "    loss = -np.log(p[rows, y]).mean()\n    p[rows, y] -= 1\n    return loss, p / len(y)",
    ),
    "svm-correct-class-counted": (
        "svm_loss",
        "def svm_loss(x, y):\n    N = len(y)\n    rows = range(N)\n"
        "    margins = np.maximum(0, x - x[rows, y].reshape(N, 1) + 1)\n    on = 1.0 * (margins > 0)\n"
        "    on[rows, y] -= on.sum(1)\n    return margins.sum() / N, on / N",
    ),
    "mse-mean-over-features": (
        "mse_loss",
        "def mse_loss(pred, y):\n    return 0.5 * np.mean((pred - y) ** 2), (pred - y) / np.prod(y.shape)",
    ),
    "bce-extra-sigmoid-derivative": (
        "bce_with_logits",
        "_bce = bce_with_logits\ndef bce_with_logits(z, y):\n    loss, dz = _bce(z, y)\n"
        "    return loss, dz * derivative_sigmoid(z)",
    ),
    "svm-naive-reg-grad-missing": (
        "svm_loss_naive",
        "_svm = svm_loss_naive\ndef svm_loss_naive(W, X, y, reg):\n"
        "    return _svm(W, X, y, reg)[0], _svm(W, X, y, 0)[1]",
    ),
    "labels-threshold-on-logit": (
        "predict_labels",
        "def predict_labels(X, W_1, W_2):\n    p = predict_proba(X, W_1, W_2)\n"
        "    return 1 * (np.log(p / (1 - p)) > 0.5)",
    ),
    "delta-uses-updated-weights": (
        "train_step",
        "def train_step(X, y, W_1, W_2, learning_rate):\n    m = len(y)\n"
        "    a = 1 / (1 + np.exp(-(X @ W_1[1:] + W_1[0])))\n    p = 1 / (1 + np.exp(-(a @ W_2[1:] + W_2[0])))\n"
        "    loss = -np.mean(y * np.log(p) + (1 - y) * np.log(1 - p))\n"
        "    W_2 -= learning_rate * np.vstack([np.ones((1, m)), a.T]) @ (p - y) / m\n"
        "    d = (p - y) @ W_2[1:].T * a * (1 - a) / m\n"
        "    W_1 -= learning_rate * np.vstack([np.ones((1, m)), X.T]) @ d\n    return W_1, W_2, loss",
    ),
    "net-reg-no-half": (
        "TwoLayerNet",
        "_Net = TwoLayerNet\nclass TwoLayerNet(_Net):\n    def __init__(self, *args, reg=0.0, **kwargs):\n"
        "        super().__init__(*args, reg=2 * reg, **kwargs)",
    ),
    "epoch-without-shuffle": (
        "train",
        "def train(model, X, y, num_epochs, batch_size, learning_rate, rng):\n    losses = []\n"
        "    for start in [*range(0, len(X), batch_size)] * num_epochs:\n"
        "        loss, grads = model.loss(X[start : start + batch_size], y[start : start + batch_size])\n"
        "        losses.append(loss)\n        for name in grads:\n"
        "            model.params[name] -= learning_rate * grads[name]\n    return losses",
    ),
}

# Training goes wrong in ways that are seen in the loss: what is said of the digits.
SEEN = {
    "uphill": ("learning_rate * gradient", "-learning_rate * gradient", "The loss is NaN or infinite from step"),
    "timid": ("learning_rate * gradient", "1e-3 * learning_rate * gradient", "The loss hardly falls while"),
    "short": ("range(num_epochs)", "range(3)", "The loss falls to"),
}
DIGITS = "checks/test_training.py::test_digits"

STYLES = styles.read("mlp", "networks", PARTS, MISTAKES)


@pytest.fixture(scope="module")
def grades() -> dict[str, Grade]:
    whole = styles.whole_sources(STYLES)
    for name, (old, new, _) in SEEN.items():
        whole[name] = with_parts_replaced(STYLES.assignment, "").replace(old, new)
    return grade_sources(STYLES.assignment, whole)


test_another_correct_style_earns_full_points = styles.earns_full_points(STYLES)
test_each_part_is_written_in_two_styles_or_more = styles.is_written_twice(STYLES)
test_a_mistake_in_another_style_is_named = styles.is_named(STYLES)
test_a_mistake_in_another_style_costs_its_own_part_only = styles.costs_its_own_part_only(STYLES)


@pytest.mark.parametrize("name", SEEN)
def test_training_that_falls_short_says_what_is_seen_in_the_loss(grades: dict[str, Grade], name: str) -> None:
    assert SEEN[name][2] in evidence_of(grades[name], DIGITS).summary


@pytest.mark.parametrize("name", ["networks_loops", "timid"])
def test_training_shows_the_loss_beside_the_reference_and_the_accuracy(grades: dict[str, Grade], name: str) -> None:
    evidence = evidence_of(grades[name], DIGITS)
    assert {curve.name for curve in evidence.curves} == {"loss", "reference loss"}
    assert [measure.name for measure in evidence.measures] == ["accuracy on held-out digits"]


def test_curves_have_200_points_at_most(grades: dict[str, Grade]) -> None:
    assert {len(curve.x) for curve in evidence_of(grades["timid"], DIGITS).curves} == {200}
