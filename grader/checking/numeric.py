"""Errors between arrays and derivatives by differences: the arithmetic of the checks.

Tolerances sit here, beside the dtype and the step they come from.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Iterable, Iterator
from typing import Any, NamedTuple

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


# A kink shows as at least a third of what it shifts the derivative by; showing less than this share of the allowed
# error, it does no harm.
KINK_SHARE = 0.25

# Derivatives of layers and losses at random points are of the order of 1.
NOISE_AT_MOST = 1e-2


class Precision(NamedTuple):
    """How finely derivatives by differences can be taken.

    Attributes:
        step: distance moved each way.
        rtol: error allowed in a directional derivative.
        attempts: directions tried, each by a shorter step, before a point is given up as a kink.
        shrink: a step is this many times as long as the one tried before.
        rounding: error of a difference relative to its values, where that is too large to neglect.
    """

    step: float
    rtol: float
    attempts: int
    shrink: float
    rounding: float

    def noise(self, values: Array, cotangent: Array) -> float:
        """Return what rounding of a function's values may cost its derivative; huge values excuse no more."""
        if self.rounding == 0.0:
            return 0.0
        with np.errstate(over="ignore"):
            return min(self.rounding * float(np.linalg.norm(values * cotangent)) / self.step, NOISE_AT_MOST)

    def nearer(self) -> Precision:
        """Return the same with a shorter step, which stays on one side of a kink that is a little away."""
        return self._replace(step=self.step * self.shrink)


# Shrunk twice, to 1e-7, rounding 2e-16 / step costs 2e-9 and still is far below the tolerance.
DOUBLE = Precision(STEP, DIRECTION_RTOL, attempts=3, shrink=0.1, rounding=0.0)

# Rounding 6e-8 * |f| / step and truncation balance at (6e-8)**(1/3), about 4e-3. So long a step often crosses
# kinks, and a much shorter one would drown in rounding: many directions are tried. A bend at a quarter of the step
# takes in sixteen roundings.
SINGLE = Precision(4e-3, 1e-2, attempts=12, shrink=0.85, rounding=16 * 6e-8)

# Below the spacing of single precision (6e-8), far above that of double precision (1e-16).
SINGLE_BLIND = 1e-12


def as_floats(array: Array) -> NDArray[np.float64]:
    """Return an array of real numbers as float64; a long double out of its range becomes infinite."""
    with np.errstate(over="ignore", invalid="ignore"):
        return array.astype(np.float64)


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
    # Beside an infinity every error is allowed, so that it is compared by itself.
    result: NDArray[np.bool_] = ~np.where(np.isfinite(expected), close, got == expected)
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
            with np.errstate(over="ignore", invalid="ignore"):
                ends.append(float(np.sum(f(moved) * cotangent)))
        gradient[index] = (ends[0] - ends[1]) / (2 * step)
    return gradient


class Difference(NamedTuple):
    """What differences tell of ``sum(f(x + t * direction) * cotangent)`` at t = 0.

    Attributes:
        slope: the central difference, an estimate of the derivative.
        bend: half the difference of the one-sided slopes: of the order of the step, or that of a kink at x.
    """

    slope: float
    bend: float


def directional_derivative(
    f: Callable[[Array], Array], x: Array, here: Array, direction: Array, cotangent: Array, step: float = STEP
) -> Difference:
    """Estimate d/dt of ``sum(f(x + t * direction) * cotangent)`` at t = 0 by one central difference.

    Args:
        f: maps an array of shape S to an array of shape T.
        x: (S) float64, left unchanged.
        here: (T) float64, f(x).
        direction: (S) float64.
        cotangent: (T) float64.
        step: distance moved each way, in units of ``direction``.
    """
    ahead, behind = f(x + step * direction), f(x - step * direction)
    # The differences are taken before the sum: sums of large numbers would cost digits.
    with np.errstate(over="ignore", invalid="ignore"):
        slope = float(np.sum((ahead - behind) * cotangent)) / (2 * step)
        bend = float(np.sum(((ahead - here) - (here - behind)) * cotangent)) / (2 * step)
    return Difference(slope, bend)


def smooth_derivative(
    f: Callable[[Array], Array],
    x: Array,
    here: Array,
    direction: Array,
    cotangent: Array,
    scale: float,
    precision: Precision = DOUBLE,
) -> float | None:
    """Return the directional derivative, or None where two step sizes tell of a kink at x or near it.

    Of a smooth function the bend f(x + hv) - 2 f(x) + f(x - hv), divided by h, shrinks with h; at a kink it stays
    as it is. A kink a little away shows in the derivative at the longer step only. It calls f four times.

    Args:
        f: maps an array of shape S to an array of shape T.
        x: (S) float64.
        here: (T) float64, f(x).
        direction: (S) float64.
        cotangent: (T) float64.
        scale: a derivative below which a kink does not matter.
        precision: steps and tolerances.

    Returns:
        the derivative; NaN where the values of f are too large for a difference.
    """
    steps = (precision.step, precision.step / 4)
    wide, narrow = (directional_derivative(f, x, here, direction, cotangent, step) for step in steps)
    if not np.isfinite([*wide, *narrow]).all():
        return float("nan")
    size = max(abs(wide.slope), abs(narrow.slope), scale)
    allowed = KINK_SHARE * (precision.rtol * size + precision.noise(here, cotangent))
    if abs(wide.slope - narrow.slope) > allowed or abs(4 * narrow.bend - wide.bend) / 3 > allowed:
        return None
    return wide.slope


def computes_in_single(f: Callable[[Array], Array], x: Array, direction: Array) -> bool:
    """Tell whether f, which changes along ``direction``, does not see a change that double precision shows.

    It calls f three times. Whether the result is float64 does not matter: what is computed inside does.
    """
    here = f(x)
    nudged = f(x * (1 + SINGLE_BLIND) + SINGLE_BLIND * direction)
    return bool(np.array_equal(here, nudged)) and not np.array_equal(here, f(x + SINGLE.step * direction))


def random_directions(rng: np.random.Generator, shape: tuple[int, ...], count: int) -> Iterator[Array]:
    """Yield ``count`` directions of normal entries; with probability 1 none is orthogonal to a wrong gradient."""
    for _ in range(count):
        yield rng.standard_normal(shape)


def movement(f: Callable[[Array], Array], x: Array, direction: Array, step: float = 1e-2) -> float:
    """Return the largest |f(x + sv) - f(x - sv)|: zero for a function that does not change along v."""
    with np.errstate(over="ignore", invalid="ignore"):
        moved = f(x + step * direction) - f(x - step * direction)
    return float(np.max(np.abs(moved), initial=0.0))


def curvature(f: Callable[[Array], Array], x: Array, direction: Array) -> float:
    """Return how much f bends along v, beside how much it changes at all: 0.0 where it is linear, at most 1.0.

    It is B / (B + M), B the largest |f(x + v) - 2 f(x) + f(x - v)| and M the largest |f(x + v) - f(x - v)|, so
    that it is the same for f and for f times a constant. The steps are long, so that a kink counts as a bend.
    """
    ahead, here, behind = f(x + direction), f(x), f(x - direction)
    with np.errstate(over="ignore", invalid="ignore"):
        bend = float(np.max(np.abs(ahead - 2 * here + behind), initial=0.0))
        moved = float(np.max(np.abs(ahead - behind), initial=0.0))
    return bend / (bend + moved) if 0.0 < bend < np.inf else 0.0


def named_sizes(values: Iterable[object]) -> dict[str, int]:
    """Return the sizes a factor may stem from: N, the samples of the batch, and D, the entries of one sample.

    N is the number of labels, or the length of the first array where there are none. A size that other axes
    have too is left out, because a factor would tell nothing about where it comes from.

    Args:
        values: the arguments of a part, in order; what is no array does not count.
    """
    arrays = [value for value in values if isinstance(value, np.ndarray) and value.ndim > 0]
    if not arrays:
        return {}
    labels = [array for array in arrays if array.ndim == 1 and array.dtype.kind in "iu"]
    batch = len(labels[0]) if labels else len(arrays[0])
    samples = next((array for array in arrays if array.ndim > 1 and len(array) == batch), None)
    own = () if samples is None else samples.shape[1:]
    elsewhere = {length for array in arrays if array is not samples for length in array.shape[1:]}
    sizes = {} if batch in elsewhere or batch in own else {"N": batch}
    features = math.prod(own)
    if samples is not None and features != batch and features not in elsewhere:
        sizes["D"] = features
    return sizes
