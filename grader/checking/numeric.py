"""Errors between arrays and derivatives by differences: the arithmetic of the checks.

Tolerances sit here, beside the dtype and the step they come from.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from typing import Any

import numpy as np
from numpy.typing import NDArray

Array = NDArray[Any]

# A value is right within RTOL of itself, or within ATOL of the largest expected magnitude. Correct float64
# code agrees to 1e-10 or better; float32 internals (unit round-off 6e-8) stay below 1e-5 on the sizes used.
RTOL = 1e-5
ATOL = 1e-6

# Central differences in float64 near 1: truncation step**2 * |f'''| / 6 and rounding 2e-16 * |f| / step are
# both about 2e-11 at this step (Nocedal and Wright, Numerical Optimization, 2nd ed., section 8.1).
STEP = 1e-5

# Directional derivatives by STEP against analytic ones: measured below 1e-8 on correct layers; a wrong entry
# of a gradient shows at 1e-2 and more, because cotangent and direction are random.
DIRECTION_RTOL = 1e-5

# A smooth function has the same derivative at both step sizes to this accuracy; across a kink they differ.
KINK_RTOL = 1e-4


def magnitude(expected: Array) -> float:
    """Return the largest finite magnitude in ``expected``, and 0.0 where there is none."""
    finite = np.abs(expected[np.isfinite(expected)])
    return float(finite.max()) if finite.size else 0.0


def wrong_entries(got: Array, expected: Array, rtol: float = RTOL, atol: float = ATOL) -> NDArray[np.bool_]:
    """Mark the entries that are not right; NaN is never right, an expected infinity must be met exactly.

    Args:
        got: (S) number.
        expected: (S) number.
        rtol: allowed error relative to the entry.
        atol: allowed error relative to the largest expected magnitude.

    Returns:
        (S) bool.
    """
    got, expected = np.asarray(got, dtype=np.float64), np.asarray(expected, dtype=np.float64)
    allowed = rtol * np.abs(expected) + max(atol * magnitude(expected), 1e-14)
    with np.errstate(invalid="ignore", over="ignore"):
        close = np.abs(got - expected) <= allowed
    result: NDArray[np.bool_] = ~(close | ((got == expected) & ~np.isfinite(expected)))
    return result


def relative_errors(got: Array, expected: Array) -> NDArray[np.float64]:
    """Return |got - expected| over the largest expected magnitude (1 where all is zero); inf where not finite."""
    got, expected = np.asarray(got, dtype=np.float64), np.asarray(expected, dtype=np.float64)
    scale = magnitude(expected) or 1.0
    with np.errstate(invalid="ignore", over="ignore"):
        errors: NDArray[np.float64] = np.asarray(np.abs(got - expected) / scale)
    errors[~np.isfinite(errors)] = np.inf
    return errors


def central_difference(f: Callable[[Array], Array], x: Array, cotangent: Array, step: float = STEP) -> Array:
    """Estimate the gradient of ``sum(f(x) * cotangent)`` with respect to x, entry by entry.

    Args:
        f: maps an array of shape S to an array of shape T.
        x: (S) float64, the point; left unchanged.
        cotangent: (T) float64, the gradient arriving from the layer above.
        step: distance moved each way, in the units of x.

    Returns:
        (S) float64. Truncation (step**2 * |f'''| / 6) and rounding (2e-16 * |f| / step)
        each cost about 2e-11 for values near 1. It calls f twice an entry.

    Raises:
        ValueError: x is not float64, where the step would be lost to rounding.
    """
    if x.dtype != np.float64:
        raise ValueError(f"x has dtype {x.dtype}, expected float64: the step would be lost to rounding.")
    gradient = np.empty_like(x)
    for index in np.ndindex(x.shape):
        ends = []
        for sign in (1.0, -1.0):
            moved = x.copy()
            moved[index] += sign * step
            ends.append(float(np.sum(f(moved) * cotangent)))
        gradient[index] = (ends[0] - ends[1]) / (2 * step)
    return gradient


def directional_derivative(
    f: Callable[[Array], Array], x: Array, direction: Array, cotangent: Array, step: float = STEP
) -> float:
    """Estimate d/dt of ``sum(f(x + t * direction) * cotangent)`` at t = 0 by one central difference.

    Args:
        f: maps an array of shape S to an array of shape T.
        x: (S) float64, left unchanged.
        direction: (S) float64.
        cotangent: (T) float64.
        step: distance moved each way, in units of ``direction``.
    """
    # The difference is taken before the sum: sums of large numbers would cost digits.
    difference = f(x + step * direction) - f(x - step * direction)
    return float(np.sum(difference * cotangent)) / (2 * step)


def smooth_derivative(
    f: Callable[[Array], Array], x: Array, direction: Array, cotangent: Array, scale: float
) -> float | None:
    """Return the directional derivative, or None where two step sizes tell of a kink between them.

    It calls f four times. ``scale`` is a magnitude below which a difference is rounding.
    """
    wide = directional_derivative(f, x, direction, cotangent)
    narrow = directional_derivative(f, x, direction, cotangent, STEP / 4)
    if not (np.isfinite(wide) and np.isfinite(narrow)):
        return float("nan")
    if abs(wide - narrow) > KINK_RTOL * max(abs(wide), abs(narrow), scale):
        return None
    return wide


def random_directions(rng: np.random.Generator, shape: tuple[int, ...], count: int) -> Iterator[Array]:
    """Yield ``count`` directions of normal entries; with probability 1 none is orthogonal to a wrong gradient."""
    for _ in range(count):
        yield rng.standard_normal(shape)


def second_difference(f: Callable[[Array], Array], x: Array, direction: Array, step: float = 1e-2) -> float:
    """Return the largest |f(x + sv) - 2 f(x) + f(x - sv)| / s**2: zero for a function linear along v."""
    bend = f(x + step * direction) - 2 * f(x) + f(x - step * direction)
    return float(np.max(np.abs(bend), initial=0.0)) / step**2


def named_sizes(inputs: Mapping[str, Array]) -> dict[str, int]:
    """Return the sizes a factor may stem from: the batch size N, and the number of entries of each input."""
    arrays = [value for value in inputs.values() if isinstance(value, np.ndarray) and value.ndim > 0]
    if not arrays:
        return {}
    sizes = {"N": arrays[0].shape[0]}
    if arrays[0].ndim > 1:
        sizes["D"] = int(np.prod(arrays[0].shape[1:]))
    return sizes
