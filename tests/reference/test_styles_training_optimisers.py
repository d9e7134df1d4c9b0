"""Correct solutions in other styles earn full points, and mistakes in other styles are named all the same.

Parts: optimisers, learning rate schedules, clipping, initialisation.
"""

from __future__ import annotations

import pytest

from grader.model import Grade
from tests.reference import styles
from tests.reference.harness import grade_sources

PARTS = {
    *("sgd", "sgd_momentum", "rmsprop", "adam", "nesterov", "adagrad", "adamw"),
    *("step_decay", "exp_decay", "cosine_with_warmup", "one_cycle", "clip_grad_norm", "clip_grad_value"),
    *("xavier_init", "he_init", "xavier_uniform_init", "conv_fans"),
}

# As many notebooks begin; what is remembered has the same names and defaults as in the reference.
ADAM = (
    "def adam(w, dw, config=None):\n    config = config or {}\n"
    "    for name, value in dict(learning_rate=1e-3, beta1=0.9, beta2=0.999, epsilon=1e-8, t=0).items():\n"
    "        config.setdefault(name, value)\n"
    "    m, v = config.get('m', np.zeros_like(w)), config.get('v', np.zeros_like(w))\n"
    "    b1, b2, lr, eps = (config[name] for name in ('beta1', 'beta2', 'learning_rate', 'epsilon'))\n"
    "    config['t'] += 1\n    t = config['t']\n"
    "    config['m'] = m = b1 * m + (1 - b1) * dw\n    config['v'] = v = b2 * v + (1 - b2) * dw * dw\n"
)

# Mistakes written in another way than the misconception of that name: part, source.
MISTAKES = {
    "sgd-ascends": (
        "sgd",
        "def sgd(w, dw, config=None):\n    config = config or {}\n    config.setdefault('learning_rate', 1e-2)\n"
        "    w += config['learning_rate'] * dw\n    return w, config",
    ),
    "momentum-pytorch-convention": (
        "sgd_momentum",
        "def sgd_momentum(w, dw, config=None):\n    config = config or {}\n"
        "    lr, mu = config.setdefault('learning_rate', 1e-2), config.setdefault('momentum', 0.9)\n"
        "    v = config.setdefault('velocity', np.zeros_like(w))\n"
        "    v *= mu\n    v += dw\n    return w - lr * v, config",
    ),
    "rmsprop-eps-inside-sqrt": (
        "rmsprop",
        "def rmsprop(w, dw, config=None):\n    config = config or {}\n    config.setdefault('learning_rate', 1e-2)\n"
        "    rho, eps = config.setdefault('decay_rate', 0.99), config.setdefault('epsilon', 1e-8)\n"
        "    cache = rho * config.get('cache', 0.0) + (1 - rho) * dw * dw\n    config['cache'] = cache\n"
        "    return w - config['learning_rate'] * dw * (cache + eps) ** -0.5, config",
    ),
    "adam-no-bias-correction": ("adam", ADAM + "    return w - lr * m / (v**0.5 + eps), config"),
    "adam-beta-times-t": (
        "adam",
        ADAM + "    return w - lr * (m / (1 - b1 * t)) / ((v / (1 - b2 * t)) ** 0.5 + eps), config",
    ),
    "adamw-decay-in-gradient": (
        "adamw",
        "def adamw(w, dw, config=None):\n    config = config or {}\n    config.setdefault('weight_decay', 1e-2)\n"
        "    dw += config['weight_decay'] * w\n    return adam(w, dw, config)",
    ),
    "schedule-off-by-one": (
        "step_decay",
        "def step_decay(step, base_lr, drop_every, factor=0.1):\n    for s in range(1, step + 2):\n"
        "        base_lr *= factor if s % drop_every == 0 else 1\n    return base_lr",
    ),
    "onecycle-momentum-not-inverse": (
        "one_cycle",
        "def one_cycle(step, total, max_lr, rise=0.3, div=25, final_div=1e4, high_momentum=0.95, low_momentum=0.85):\n"
        "    x = [0, rise * total, total]\n"
        "    lr = np.interp(step, x, [max_lr / div, max_lr, max_lr / final_div])\n"
        "    return lr, np.interp(step, x, [low_momentum, high_momentum, low_momentum])",
    ),
    "clip-per-array-not-global": (
        "clip_grad_norm",
        "def clip_grad_norm(grads, max_norm):\n    total = 0.0\n    for name, g in grads.items():\n"
        "        norm = np.linalg.norm(g)\n        total += norm**2\n        if norm > max_norm:\n"
        "            grads[name] = g * (max_norm / norm)\n    return grads, total**0.5",
    ),
    "clip-value-one-sided": (
        "clip_grad_value",
        "def clip_grad_value(grads, limit):\n    for g in grads.values():\n        g[g > limit] = limit\n"
        "    return grads",
    ),
    "init-variance-as-std": (
        "he_init",
        "def he_init(fan_in, fan_out, rng):\n    return rng.standard_normal((fan_in, fan_out)) * 2 / fan_in",
    ),
    "conv-fan-in-without-kernel": (
        "conv_fans",
        "def conv_fans(filter_shape):\n    return filter_shape[1], filter_shape[0]",
    ),
}

STYLES = styles.read("training", "optimisers", PARTS, MISTAKES)


@pytest.fixture(scope="module")
def grades() -> dict[str, Grade]:
    # The other parts have tests of their own, and some of them train.
    return grade_sources(STYLES.assignment, styles.whole_sources(STYLES), without=styles.other_parts(STYLES))


test_another_correct_style_earns_full_points = styles.earns_full_points(STYLES)
test_each_part_is_written_in_two_styles_or_more = styles.is_written_twice(STYLES)
test_a_mistake_in_another_style_is_named = styles.is_named(STYLES)
test_a_mistake_in_another_style_costs_its_own_part_only = styles.costs_its_own_part_only(STYLES)
