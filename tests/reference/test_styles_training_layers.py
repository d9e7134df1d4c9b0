"""Correct solutions in other styles earn full points, and mistakes in other styles are named all the same.

Parts: normalisation, dropout, weight decay and the deep network of the assignment ``training``.
"""

from __future__ import annotations

import pytest

from grader.model import Grade
from tests.reference import styles
from tests.reference.harness import grade_sources

PARTS = {
    *("batchnorm_forward", "batchnorm_backward", "batchnorm_backward_alt", "layernorm_forward", "layernorm_backward"),
    *("dropout_forward", "dropout_backward", "l2_penalty", "FullyConnectedNet"),
}

LEGACY_DROPOUT = (
    "def dropout_forward(x, dropout_param):\n"
    "    if dropout_param['mode'] == 'test':\n        return {test}, np.ones(x.shape)\n"
    "    if dropout_param.get('seed') is not None:\n        np.random.seed(dropout_param['seed'])\n"
    "    p = dropout_param['p']\n    mask = {mask}\n    return x * mask, mask\n"
    "def dropout_backward(dout, cache):\n    return dout * cache\n"
)

# Mistakes written in another way than the misconception of that name: part, source. The random numbers are others
# too, so that what dropout does wrong must be seen in what it returns.
MISTAKES = {
    "bn-momentum-reversed": (
        "batchnorm_forward",
        "_forward = batchnorm_forward\ndef batchnorm_forward(x, gamma, beta, bn_param):\n"
        "    settings = dict(bn_param, momentum=1 - bn_param.get('momentum', 0.9))\n"
        "    result = _forward(x, gamma, beta, settings)\n"
        "    bn_param.update(settings, momentum=bn_param.get('momentum', 0.9))\n    return result",
    ),
    "bn-dx-elementwise-jacobian": (
        "batchnorm_backward",
        "def batchnorm_backward(dout, cache):\n    x_hat, inv_std, gamma = cache\n"
        "    return np.einsum('nd,d,d->nd', dout, gamma, inv_std), (dout * x_hat).sum(0), dout.sum(0)",
    ),
    "ln-gamma-after-the-sums": (
        "layernorm_backward",
        "def layernorm_backward(dout, cache):\n    x_hat, inv_std, gamma = cache\n"
        "    dx = dout - dout.mean(1)[:, None] - x_hat * (dout * x_hat).mean(1)[:, None]\n"
        "    return dx * inv_std * gamma, (dout * x_hat).sum(0), dout.sum(0)",
    ),
    "dropout-p-convention-swapped": (
        "dropout_forward",
        LEGACY_DROPOUT.format(test="x", mask="(np.random.rand(*x.shape) >= p) / max(1 - p, 1e-9)"),
    ),
    "dropout-not-inverted": (
        "dropout_forward",
        LEGACY_DROPOUT.format(test="x", mask="1.0 * (np.random.rand(*x.shape) < p)"),
    ),
    "dropout-scales-at-test": (
        "dropout_forward",
        LEGACY_DROPOUT.format(test="x * dropout_param['p']", mask="(np.random.rand(*x.shape) < p) / p").replace(
            "np.ones(x.shape)", "np.full(x.shape, dropout_param['p'])"
        ),
    ),
    "dropout-backward-unscaled": (
        "dropout_backward",
        "def dropout_backward(dout, cache):\n    return dout if cache is None else np.where(cache == 0, 0, dout)",
    ),
    "reg-gradient-twice": (
        "l2_penalty",
        "def l2_penalty(params, reg):\n    grads = {k: 2 * reg * v for k, v in params.items() if k[0] == 'W'}\n"
        "    return sum(np.vdot(grads[k], params[k]) for k in grads) / 4, grads",
    ),
}

# Named by the check itself, which looks at the mask.
BY_MASK = {"dropout-p-convention-swapped", "dropout-not-inverted"}
STYLES = styles.read("training", "layers", PARTS, MISTAKES, by_structure=BY_MASK)


@pytest.fixture(scope="module")
def grades() -> dict[str, Grade]:
    # Training on top of nested loops takes minutes and tells nothing new about them.
    return grade_sources(STYLES.assignment, styles.whole_sources(STYLES), without=styles.other_parts(STYLES))


test_another_correct_style_earns_full_points = styles.earns_full_points(STYLES)
test_each_part_is_written_in_two_styles_or_more = styles.is_written_twice(STYLES)
test_a_mistake_in_another_style_is_named = styles.is_named(STYLES)
test_a_mistake_in_another_style_costs_its_own_part_only = styles.costs_its_own_part_only(STYLES)
