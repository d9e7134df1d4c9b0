"""How far two results are apart, and when that is too far."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

Array = NDArray[Any]
Key = tuple[str, str]  # part, result
Results = dict[Key, Array]

TOLERANCE = 1e-9
# Entries of the cases are of order one. An array that is below this throughout is zero but for rounding, such as the
# gradient of a bias in front of a batch normalisation, and is held to an absolute error of TOLERANCE * FLOOR = 1e-13.
FLOOR = 1e-4


class Comparison(NamedTuple):
    """One result of one case."""

    part: str
    result: str
    error: float


def relative_error(got: Array, want: Array) -> float:
    """Return the largest difference of two arrays over the largest magnitude of the second.

    ``max |got - want| / max(max |want|, FLOOR)``, infinite where ``got`` has another shape or is not finite where
    ``want`` is. Two empty arrays agree.
    """
    if got.shape != want.shape:
        return float("inf")
    if want.size == 0:
        return 0.0
    error = np.max(np.abs(got.astype(np.float64) - want)) / max(np.max(np.abs(want)), FLOOR)
    return float(error) if np.isfinite(error) else float("inf")


def compare(got: Results, want: Mapping[Key, Array]) -> Iterator[Comparison]:
    """Yield the error of each result of the oracle; one that is missing or one too many is infinitely wrong."""
    for key in want.keys() | got.keys():
        known = key in want and key in got
        yield Comparison(*key, relative_error(got[key], want[key]) if known else float("inf"))


def complaints(got: Results, want: Mapping[Key, Array]) -> str:
    """Return one sentence for each result that is further from the oracle's than TOLERANCE."""
    return " ".join(
        f"{found.result} of {found.part} differs from the oracle by {found.error:.1e}, "
        f"where {TOLERANCE:.0e} is allowed (relative to the largest entry)."
        for found in sorted(compare(got, want))
        if not found.error <= TOLERANCE
    )
