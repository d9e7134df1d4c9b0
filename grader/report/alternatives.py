"""Say in words what a picture shows, for readers who do not see it."""

from __future__ import annotations

import math
from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from grader.model import ArrayEvidence, Curve


def heat_map(array: ArrayEvidence) -> str:
    """Say where an array is wrong: ``Wrong entries only in row 0 of dx.``"""
    if array.heat is None or len(array.heat) == 0:
        raise ValueError(f"The evidence on {array.name} has no heat map to describe.")
    heat = np.asarray(array.heat, dtype=np.float64)
    wrong = _largest(heat, array.wrong)
    if heat.shape != array.got_shape or not _stand_apart(heat, wrong, array.wrong):
        return _coarse(array, heat)
    return _exact(array, wrong)


def curves(lines: Sequence[Curve]) -> str:
    """Say where each line starts and ends: ``Loss falls from 2.3 to 0.41 in 300 steps.``"""
    return " ".join(_line(line) for line in lines)


def histogram(shares: Sequence[float]) -> str:
    """Say how many students reached which part of the points."""
    if not shares:
        return "No student has a score yet."
    tenths = np.histogram(np.asarray(shares, dtype=np.float64), bins=10, range=(0.0, 1.0))[0]
    filled = [f"{10 * i} to {10 * i + 10} %: {count}" for i, count in enumerate(tenths) if count]
    return f"Students by percent of the points. {'; '.join(filled)}."


def _exact(array: ArrayEvidence, wrong: NDArray[np.bool_]) -> str:
    if wrong.all():
        return f"All entries of {array.name} are wrong."
    rows, columns = np.flatnonzero(wrong.any(axis=1)), np.flatnonzero(wrong.any(axis=0))
    row_share, column_share = len(rows) / wrong.shape[0], len(columns) / wrong.shape[1]
    if row_share <= column_share and row_share < 1:
        return f"Wrong entries only in {_named('row', rows)} of {array.name}."
    if column_share < 1:
        return f"Wrong entries only in {_named('column', columns)} of {array.name}."
    return f"Wrong entries in all rows and columns of {array.name}, {array.wrong} of {array.total}."


def _largest(heat: NDArray[np.float64], count: int) -> NDArray[np.bool_]:
    """Mark the ``count`` largest errors: the record holds how many are wrong, and the errors of all."""
    if count == 0:
        return np.zeros(heat.shape, dtype=np.bool_)
    threshold = float(np.sort(heat, axis=None)[-min(count, heat.size)])
    marked: NDArray[np.bool_] = heat >= threshold
    return marked


def _stand_apart(heat: NDArray[np.float64], wrong: NDArray[np.bool_], count: int) -> bool:
    """Tell whether the marked errors are ten times larger than the others, so that they must be the wrong ones.

    The tolerance that decided is relative to each entry, the heat map to the largest: near the tolerance the
    largest errors need not be the wrong entries, and a wrong place is worse than none.
    """
    if int(wrong.sum()) != count:
        return False
    return bool(wrong.all()) or count == 0 or float(heat[wrong].min()) > float(heat[~wrong].max()) + 1.0


def _coarse(array: ArrayEvidence, heat: NDArray[np.float64]) -> str:
    verb = "is" if array.wrong == 1 else "are"
    row, column = np.unravel_index(int(heat.argmax()), heat.shape)
    return (
        f"{array.wrong} of {array.total} entries of {array.name} {verb} wrong. In the picture, {heat.shape[0]} "
        f"rows by {heat.shape[1]} columns, the error is largest in row {row}, column {column}."
    )


def _named(noun: str, numbers: NDArray[np.intp]) -> str:
    if len(numbers) == 1:
        return f"{noun} {numbers[0]}"
    if len(numbers) > 2 and numbers[-1] - numbers[0] == len(numbers) - 1:
        return f"{noun}s {numbers[0]} to {numbers[-1]}"
    if len(numbers) <= 4:
        return f"{noun}s {', '.join(map(str, numbers[:-1]))} and {numbers[-1]}"
    return f"{len(numbers)} {noun}s"


def _line(line: Curve) -> str:
    name = line.name[:1].upper() + line.name[1:]
    if not line.y:
        return f"{name} was not recorded."
    broken = next((x for x, y in zip(line.x, line.y, strict=False) if not math.isfinite(y)), None)
    if broken is not None:
        return f"{name} starts at {line.y[0]:.3g} and is not a finite number from step {broken:g}."
    first, last = line.y[0], line.y[-1]
    verb = "falls" if last < first else "rises" if last > first else "stays"
    return f"{name} {verb} from {first:.3g} to {last:.3g} in {line.x[-1]:g} steps."
