"""Correct solutions in other styles earn full points, and mistakes in other styles are named all the same.

Parts: normalisation, dropout, weight decay and the deep network of the assignment ``training``.
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

FILES = sorted((STYLES / "training").glob("layers_*.py"))
ASSIGNMENT = read_assignment("training")
SOURCES = {path.stem: path.read_text(encoding="utf-8") for path in FILES}
STYLE_PARTS = [(name, part) for name, source in SOURCES.items() for part in sorted(parts_in(ASSIGNMENT, source))]
EXPECTED_PARTS = {
    *("batchnorm_forward", "batchnorm_backward", "batchnorm_backward_alt", "layernorm_forward", "layernorm_backward"),
    *("dropout_forward", "dropout_backward", "l2_penalty", "FullyConnectedNet"),
}
OTHER_PARTS = {part.name for part in ASSIGNMENT.parts} - EXPECTED_PARTS

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


@pytest.fixture(scope="module")
def grades() -> dict[str, Grade]:
    sources = SOURCES | {name: source for name, (_, source) in MISTAKES.items()}
    replaced = {name: with_parts_replaced(ASSIGNMENT, source) for name, source in sources.items()}
    # Training on top of nested loops takes minutes and tells nothing new about them.
    return grade_sources(ASSIGNMENT, replaced, without=OTHER_PARTS)


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
    assert found.name == name


@pytest.mark.parametrize(("name", "part"), [(name, part) for name, (part, _) in MISTAKES.items()])
def test_a_mistake_in_another_style_costs_its_own_part_only(grades: dict[str, Grade], name: str, part: str) -> None:
    lost = {grade.part for grade in grades[name].parts if grade.earned < grade.possible}
    assert lost == {part}
