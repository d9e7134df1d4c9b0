"""The functions of the assignment training: optimisers and schedules in closed form, the rest in JAX.

A recursion such as ``m = beta * m + (1 - beta) * g`` is written out as the sum that it amounts to, so that the two
cannot share a mistake.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import jax
import jax.numpy as jnp
import numpy as np
from numpy.typing import NDArray

from tests.oracle.formulas.common import affine, clip_by_norm, l2, softmax_loss

Floats = NDArray[np.float64]


# Optimisers. All return the points after each step and what is remembered after the last one.


def discounted_sums(terms: Floats, discount: float) -> Floats:
    """Return for each step t the sum of discount ** (t - i) * terms[i] over i up to t."""
    steps = np.arange(len(terms))
    age = steps[:, None] - steps[None, :]
    return np.tensordot(np.where(age >= 0, np.power(discount, np.maximum(age, 0)), 0.0), terms, axes=1)


def settings(config: dict[str, float] | None, rates: Floats | None, gradients: Floats, **defaults: float) -> Any:
    """Return the learning rate of each step, in a shape that multiplies gradients, and the other settings."""
    chosen = {**defaults, **(config or {})}
    rate = np.full(len(gradients), chosen.pop("learning_rate")) if rates is None else rates
    return rate.reshape(-1, *[1] * (gradients.ndim - 1)), chosen


def sgd(w: Floats, gradients: Floats, config: Any, rates: Any) -> tuple[Floats, ...]:
    rate, _ = settings(config, rates, gradients, learning_rate=1e-2)
    return (w - np.cumsum(rate * gradients, axis=0),)


def sgd_momentum(w: Floats, gradients: Floats, config: Any, rates: Any) -> tuple[Floats, ...]:
    rate, chosen = settings(config, rates, gradients, learning_rate=1e-2, momentum=0.9)
    velocities = -discounted_sums(rate * gradients, chosen["momentum"])
    return w + np.cumsum(velocities, axis=0), velocities[-1]


def nesterov(w: Floats, gradients: Floats, config: Any, rates: Any) -> tuple[Floats, ...]:
    """Return the points at which the gradient is taken, theta + momentum * v, with plain momentum on theta.

    Sutskever, Martens, Dahl and Hinton (2013), equations 3 and 4; theta and w start at the same point.
    """
    thetas, velocity = sgd_momentum(w, gradients, config, rates)
    momentum = {"momentum": 0.9, **(config or {})}["momentum"]
    steps = np.diff(thetas, axis=0, prepend=w[None])
    return thetas + momentum * steps, velocity


def rmsprop(w: Floats, gradients: Floats, config: Any, rates: Any) -> tuple[Floats, ...]:
    rate, chosen = settings(config, rates, gradients, learning_rate=1e-2, decay_rate=0.99, epsilon=1e-8)
    caches = (1.0 - chosen["decay_rate"]) * discounted_sums(gradients**2, chosen["decay_rate"])
    return w - np.cumsum(rate * gradients / (np.sqrt(caches) + chosen["epsilon"]), axis=0), caches[-1]


def adagrad(w: Floats, gradients: Floats, config: Any, rates: Any) -> tuple[Floats, ...]:
    rate, chosen = settings(config, rates, gradients, learning_rate=1e-2, epsilon=1e-8)
    caches = np.cumsum(gradients**2, axis=0)
    return w - np.cumsum(rate * gradients / (np.sqrt(caches) + chosen["epsilon"]), axis=0), caches[-1]


def adam(w: Floats, gradients: Floats, config: Any, rates: Any) -> tuple[Any, ...]:
    return adamw(w, gradients, {**(config or {}), "weight_decay": 0.0}, rates)


def adamw(w: Floats, gradients: Floats, config: Any, rates: Any) -> tuple[Any, ...]:
    """Return the way of AdamW: a weighted mean of all gradients over the root of that of their squares."""
    defaults = {"learning_rate": 1e-3, "beta1": 0.9, "beta2": 0.999, "epsilon": 1e-8, "weight_decay": 1e-2}
    rate, chosen = settings(config, rates, gradients, **defaults)
    weights1 = discounted_sums(np.ones_like(gradients), chosen["beta1"])
    weights2 = discounted_sums(np.ones_like(gradients), chosen["beta2"])
    means = discounted_sums(gradients, chosen["beta1"])
    squares = discounted_sums(gradients**2, chosen["beta2"])
    directions = (means / weights1) / (np.sqrt(squares / weights2) + chosen["epsilon"])
    # The weight left of step i at step t: the product of the decays in between.
    decays = np.cumprod(np.broadcast_to(1.0 - rate * chosen["weight_decay"], gradients.shape), axis=0)
    way = decays * (w - np.cumsum(rate * directions / decays, axis=0))
    return way, (1.0 - chosen["beta1"]) * means[-1], (1.0 - chosen["beta2"]) * squares[-1], len(gradients)


# Schedules.


def step_decay(steps: Sequence[int], base_lr: float, drop_every: int, factor: float = 0.1) -> Any:
    number = len(steps) // drop_every + 1
    return np.repeat(base_lr * np.geomspace(1.0, factor**number, number + 1), drop_every)[: len(steps)]


def exp_decay(steps: Sequence[int], base_lr: float, decay_rate: float) -> Any:
    return base_lr * np.power(np.exp(-decay_rate), steps)


def cosine_with_warmup(steps: Sequence[int], total: int, max_lr: float, warmup: int, min_lr: float = 0.0) -> Any:
    """Return the rise, and max_lr cos^2 + min_lr sin^2 of half the angle."""
    rise = np.linspace(0.0, max_lr, warmup, endpoint=False)
    half_angle = np.linspace(0.0, np.pi / 2.0, total - warmup + 1)
    return np.concatenate([rise, max_lr * np.cos(half_angle) ** 2 + min_lr * np.sin(half_angle) ** 2])


def one_cycle(
    steps: Sequence[int],
    total: int,
    max_lr: float,
    rise: float = 0.3,
    div: float = 25.0,
    final_div: float = 1e4,
    high_momentum: float = 0.95,
    low_momentum: float = 0.85,
) -> Any:
    corners = [0.0, rise * total, total]
    rates = np.interp(steps, corners, [max_lr / div, max_lr, max_lr / final_div])
    return rates, np.interp(steps, corners, [high_momentum, low_momentum, high_momentum])


def clip_by_value(grads: dict[str, Floats], limit: float) -> dict[str, Any]:
    return {name: np.sign(value) * np.minimum(np.abs(value), limit) for name, value in grads.items()}


# Layers.


def normalised(x: Any, axis: int | tuple[int, ...], eps: float) -> Any:
    return jax.nn.standardize(x, axis=axis, epsilon=eps)


def batchnorm(x: Any, gamma: Any, beta: Any, bn_param: dict[str, Any]) -> Any:
    out = gamma * normalised(x, 0, bn_param.get("eps", 1e-5)) + beta
    share = 1.0 - bn_param.get("momentum", 0.9)
    mean, var = bn_param.get("running_mean", 0.0), bn_param.get("running_var", 0.0)
    # A step of the given share towards the batch.
    return out, mean + share * (jnp.mean(x, axis=0) - mean), var + share * (jnp.var(x, axis=0) - var)


def batchnorm_in_use(x: Any, gamma: Any, beta: Any, bn_param: dict[str, Any]) -> Any:
    """Return the normalised x, and the running statistics as they were."""
    mean, var = bn_param["running_mean"], bn_param["running_var"]
    return gamma * (x - mean) * (var + bn_param.get("eps", 1e-5)) ** -0.5 + beta, mean, var


def layernorm(x: Any, gamma: Any, beta: Any, ln_param: dict[str, Any]) -> Any:
    return gamma * normalised(x, 1, ln_param.get("eps", 1e-5)) + beta


def dropout(x: Any, dropout_param: dict[str, Any], kept: Any) -> Any:
    return jnp.where(kept, x / dropout_param["p"], 0.0) if dropout_param["mode"] == "train" else x


def fully_connected_net(
    params: dict[str, Any],
    X: Any,
    y: Any,
    X_test: Any,
    normalization: str | None,
    reg: float,
    dropout_keep_ratio: float,
    units: list[Any],
) -> Any:
    """Return the loss of a batch, and the scores of other samples after the network has seen that batch once."""
    signal, signal_test = X, X_test
    for layer, kept in enumerate(units, start=1):
        w, b = params[f"W{layer}"], params[f"b{layer}"]
        signal, signal_test = affine(signal, w, b), affine(signal_test, w, b)
        if normalization == "batchnorm":
            gamma, beta = params[f"gamma{layer}"], params[f"beta{layer}"]
            signal, mean, var = batchnorm(signal, gamma, beta, {})
            signal_test, *_ = batchnorm_in_use(signal_test, gamma, beta, {"running_mean": mean, "running_var": var})
        elif normalization == "layernorm":
            gamma, beta = params[f"gamma{layer}"], params[f"beta{layer}"]
            signal, signal_test = (layernorm(each, gamma, beta, {}) for each in (signal, signal_test))
        signal, signal_test = jax.nn.relu(signal), jax.nn.relu(signal_test)
        signal = dropout(signal, {"mode": "train", "p": dropout_keep_ratio}, kept)
    last = len(units) + 1
    scores, scores_test = (affine(each, params[f"W{last}"], params[f"b{last}"]) for each in (signal, signal_test))
    return softmax_loss(scores, y) + l2(params, reg), scores_test


__all__ = ["clip_by_norm"]  # of common, under the names of entries
