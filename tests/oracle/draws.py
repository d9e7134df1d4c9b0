"""Random arguments of cases, and makers of them. Needs NumPy alone."""

from __future__ import annotations

from collections.abc import Callable
from itertools import pairwise
from typing import Any

import numpy as np
from numpy.random import RandomState
from numpy.typing import NDArray

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]
Arguments = dict[str, Any]
# Draws the arguments of a case. RandomState, because NumPy promises its numbers for ever, those of Generator not.
Maker = Callable[[RandomState], Arguments]


def normal(rng: RandomState, *shape: int) -> Floats:
    return rng.standard_normal(shape)


def positive(rng: RandomState, *shape: int) -> Floats:
    return rng.uniform(0.5, 1.5, size=shape)


def labels(rng: RandomState, num_classes: int, *shape: int) -> Ints:
    return rng.randint(num_classes, size=shape).astype(np.int64)


def sizes(rng: RandomState, count: int, low: int = 1, high: int = 5) -> list[int]:
    """Return sizes from ``low`` to ``high``, both included."""
    return [int(size) for size in rng.randint(low, high + 1, size=count)]


def random_shape(maker_of: Callable[..., Maker], count: int, low: int = 1, high: int = 5, **settings: object) -> Maker:
    """Return a maker that draws ``count`` sizes first, and then the arguments of ``maker_of(*sizes, **settings)``."""
    return lambda rng: maker_of(*sizes(rng, count, low, high), **settings)(rng)


def normal_arrays(rng: RandomState, **shapes: tuple[int, ...]) -> dict[str, Any]:
    """Return normal arrays by name."""
    return {name: normal(rng, *shape) for name, shape in shapes.items()}


def dense_params(rng: RandomState, *widths: int) -> dict[str, Floats]:
    """Return W1, b1, W2, ... of affine layers between the widths."""
    params = {}
    for layer, (inputs, outputs) in enumerate(pairwise(widths), start=1):
        params[f"W{layer}"] = normal(rng, inputs, outputs)
        params[f"b{layer}"] = normal(rng, outputs)
    return params
