"""Correct solutions in other styles earn full points, and mistakes in other styles are named all the same.

Parts: normalisation of images, the convolutional network, its training, what it has learnt.
"""

from __future__ import annotations

import pytest

from grader.model import Grade
from tests.reference import styles
from tests.reference.harness import evidence_of, grade_sources, with_parts_replaced

PARTS = {
    *("spatial_batchnorm_forward", "spatial_batchnorm_backward"),
    *("spatial_groupnorm_forward", "spatial_groupnorm_backward"),
    *("ThreeLayerConvNet", "train_convnet", "feature_maps", "saliency_map", "maximise_activation"),
}

# Mistakes written in another way than the misconception of that name: part, source.
MISTAKES = {
    "spatial-running-statistics-lost": (
        "spatial_batchnorm_forward",
        "_norm = spatial_batchnorm_forward\ndef spatial_batchnorm_forward(x, gamma, beta, bn_param):\n"
        "    import copy\n    return _norm(x, gamma, beta, copy.deepcopy(bn_param))",
    ),
    "spatial-dgamma-dbeta-exchanged": (
        "spatial_batchnorm_backward",
        "_back = spatial_batchnorm_backward\ndef spatial_batchnorm_backward(dout, cache):\n"
        "    dx, *others = _back(dout, cache)\n    return (dx, *reversed(others))",
    ),
    "groupnorm-eps-ignored": (
        "spatial_groupnorm_forward",
        "_norm = spatial_groupnorm_forward\ndef spatial_groupnorm_forward(x, gamma, beta, G, gn_param):\n"
        "    return _norm(x, gamma, beta, G, {})",
    ),
    "groupnorm-dx-ignores-gamma": (
        "spatial_groupnorm_backward",
        "_back = spatial_groupnorm_backward\ndef spatial_groupnorm_backward(dout, cache):\n"
        "    hat, inverse_std, gamma, G = cache\n    plain = (hat, inverse_std, np.ones_like(gamma), G)\n"
        "    return _back(dout, plain)",
    ),
    "net-reg-no-half": (
        "ThreeLayerConvNet",
        "_Net = ThreeLayerConvNet\nclass ThreeLayerConvNet(_Net):\n    def __init__(self, *args, reg=0.0, **kwargs):\n"
        "        super().__init__(*args, reg=2 * reg, **kwargs)",
    ),
    "adam-state-not-carried": (
        "train_convnet",
        "def train_convnet(model, X, y, num_epochs, batch_size, learning_rate, rng):\n    losses = []\n"
        "    for epoch in range(num_epochs):\n"
        "        for X_batch, y_batch in iterate_minibatches(X, y, batch_size, rng):\n"
        "            loss, grads = model.loss(X_batch, y_batch)\n            losses.append(loss)\n"
        "            for p in grads:\n"
        "                config = {'learning_rate': learning_rate}\n"
        "                model.params[p] = adam(model.params[p], grads[p], config)[0]\n    return losses",
    ),
    "maps-before-activation": (
        "feature_maps",
        "def feature_maps(model, x):\n"
        "    return conv_forward(x, model.params['W1'], model.params['b1'], model.conv_param)[0]",
    ),
    "saliency-of-loss-not-score": (
        "saliency_map",
        "def saliency_map(model, X, y):\n    p = np.exp(model.loss(X))\n    p /= p.sum(1)[:, None]\n"
        "    return abs(model.input_gradient(X, (p - np.eye(p.shape[1])[y]) / len(y))).max(1)",
    ),
    "descends-instead-of-ascends": (
        "maximise_activation",
        "_up = maximise_activation\ndef maximise_activation(model, label, num_steps, learning_rate, rng):\n"
        "    return _up(model, label, num_steps, -learning_rate, rng)",
    ),
}

# Training goes wrong in ways that are seen in the loss: what is said of the digits.
SEEN = {
    "uphill": ("adam(model.params[name], gradient,", "adam(model.params[name], -gradient,", "while the network trains"),
    "timid": (
        '{"learning_rate": learning_rate}',
        '{"learning_rate": 1e-3 * learning_rate}',
        "The loss stays where guessing leaves it",
    ),
}
DIGITS = "checks/test_digits.py::test_digits"

STYLES = styles.read("cnn", "network", PARTS, MISTAKES)


@pytest.fixture(scope="module")
def grades() -> dict[str, Grade]:
    others = styles.other_parts(STYLES)
    mistakes = styles.whole_sources(STYLES)
    training = {name: mistakes.pop(name) for name in (*STYLES.sources, "adam-state-not-carried")}
    for name, (old, new, _) in SEEN.items():
        training[name] = with_parts_replaced(STYLES.assignment, "").replace(old, new)
    # A mistake elsewhere does not change how the reference's loop trains, which takes seconds.
    return grade_sources(STYLES.assignment, training, without=others) | grade_sources(
        STYLES.assignment, mistakes, without=others | {"train_convnet"}
    )


test_another_correct_style_earns_full_points = styles.earns_full_points(STYLES)
test_each_part_is_written_in_two_styles_or_more = styles.is_written_twice(STYLES)
test_a_mistake_in_another_style_is_named = styles.is_named(STYLES)
test_a_mistake_in_another_style_costs_its_own_part_only = styles.costs_its_own_part_only(STYLES)


@pytest.mark.parametrize("name", SEEN)
def test_training_that_falls_short_says_what_is_seen_in_the_loss(grades: dict[str, Grade], name: str) -> None:
    assert SEEN[name][2] in evidence_of(grades[name], DIGITS).summary


@pytest.mark.parametrize("name", ["network_einsum_float32", "timid"])
def test_training_shows_the_loss_beside_the_reference_and_the_accuracy(grades: dict[str, Grade], name: str) -> None:
    evidence = evidence_of(grades[name], DIGITS)
    assert {curve.name for curve in evidence.curves} == {"loss", "reference loss"}
    assert [measure.name for measure in evidence.measures] == ["accuracy on held-out digits"]
