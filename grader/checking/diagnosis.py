"""What a wrong array itself tells of its cause: a simple relation to the right one, or the place of the error.

A wrong diagnosis is worse than none: every relation must hold to numerical tolerance, on enough entries that
chance is excluded. Misconceptions, which need the reference, are matched in ``grader.session.causes``.
"""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping

import numpy as np
from numpy.typing import NDArray

from grader.checking.numeric import Array, as_floats, magnitude, wrong_entries
from grader.model import Diagnosis

# A relation that holds on fewer different magnitudes than this may be chance (unless its factor is a usual one).
ENOUGH = 4

# A place is named only where errors strewn at random would all lie in such a place less often than this.
CHANCE = 0.02

# A number with a denominator up to this may be a count or a share, which two different mistakes can have alike.
SIMPLE_DENOMINATOR = 1000

# Two arrays in relation agree to this, relative to the largest entry: rounding only, no approximation.
EXACT = 1e-7


def same(got: Array, expected: Array) -> bool:
    """Tell whether two arrays have one shape and agree up to rounding, NaN nowhere."""
    if got.shape != expected.shape:
        return False
    return not wrong_entries(got, expected, rtol=EXACT, atol=EXACT).any()


def different_magnitudes(expected: Array) -> Array:
    """Return the magnitudes in an array, each once, without zero and what is zero beside the largest."""
    blur = 1e-6 * magnitude(expected)
    ordered = np.sort(np.abs(expected[np.abs(expected) > blur]), axis=None)
    kept: Array = ordered[np.diff(ordered, prepend=-1.0) > blur]
    return kept


def excludes_chance(expected: Array) -> bool:
    """Tell whether only one cause gives these values: there are several, or one that is no count and no share."""
    magnitudes = different_magnitudes(expected)
    if magnitudes.size >= ENOUGH:
        return True
    with np.errstate(over="ignore", invalid="ignore"):
        multiples = magnitudes[:, np.newaxis] * np.arange(1, SIMPLE_DENOMINATOR + 1)
        apart = np.abs(multiples - np.rint(multiples)) > 1e-9 * np.maximum(multiples, 1.0)
    return bool(apart.all(axis=1).any())


def explain_shape(name: str, got: Array, expected: Array) -> Diagnosis:
    """Name what is wrong with the shape of an array."""
    got, expected = as_floats(got), as_floats(expected)
    observation = f"{name} has shape {got.shape}, expected {expected.shape}."
    same_axes = [n for n in got.shape if n != 1] == [n for n in expected.shape if n != 1]
    telling = excludes_chance(expected)
    if got.size == expected.size and (telling or same_axes) and same(got.reshape(expected.shape), expected):
        hint = f"The values are right once {name} is reshaped: check axes of length 1, or a missing reshape."
        return Diagnosis(name="right-values-wrong-shape", kind="structure", observation=observation, hint=hint)
    if telling and got.ndim == 2 and same(got.T, expected):
        hint = f"{name} has its axes the other way round: compare the order of the factors in the product."
        return Diagnosis(name="transposed", kind="structure", observation=observation, hint=hint)
    with np.errstate(over="ignore", invalid="ignore"):
        # Shapes first: the sum of an empty array of shape (0, 10**12) would take all memory.
        fitting = [axis for axis in range(got.ndim) if got.shape[:axis] + got.shape[axis + 1 :] == expected.shape]
        axes = [axis for axis in fitting if telling and same(got.sum(axis=axis), expected)]
    if len(axes) == 1:
        hint = f"Summing {name} over axis {axes[0]} gives the right values."
        return Diagnosis(name="not-summed", kind="structure", observation=observation, hint=hint)
    hint = f"Write down the shape of every term that {name} is made of."
    return Diagnosis(name="wrong-shape", kind="structure", observation=observation, hint=hint)


def explain_values(
    name: str,
    got: Array,
    expected: Array,
    sizes: Mapping[str, int] | None = None,
    wrong: NDArray[np.bool_] | None = None,
) -> Diagnosis | None:
    """Name the relation between two arrays of one shape, or else the place of the error, or nothing.

    Args:
        name: what the student calls the array.
        got, expected: (S) float64, different.
        sizes: sizes by name, used to name a constant factor.
        wrong: (S) the wrong entries, by the tolerance of the check; by the usual one where None.
    """
    if not np.isfinite(got[np.isfinite(expected)]).all():
        return explain_not_finite(name, got, expected)
    if np.isfinite(expected).all():
        with np.errstate(all="ignore"):
            relations = list(explain_relations(name, got, expected, sizes or {}))
        if relations:
            # Where two fit, there is no telling which of them is the cause.
            return relations[0] if len(relations) == 1 else None
    return explain_place(name, wrong_entries(got, expected) if wrong is None else wrong)


def explain_relations(name: str, got: Array, expected: Array, sizes: Mapping[str, int]) -> Iterator[Diagnosis]:
    """Yield every simple relation that holds between two finite arrays of one shape."""
    if same(got, expected):
        return  # A check stricter than EXACT: every relation that changes nothing would hold.
    yield from explain_zero(name, got, expected)
    yield from explain_factor(name, got, expected, sizes)
    yield from explain_axes(name, got, expected)
    yield from explain_offset(name, got, expected)
    yield from explain_whole(name, got, expected)


def explain_not_finite(name: str, got: Array, expected: Array) -> Diagnosis:
    """Say how many entries are NaN or infinite where a number is expected, and where the first one is."""
    bad = ~np.isfinite(got) & np.isfinite(expected)
    kinds = " or ".join(
        word for word, found in (("NaN", np.isnan(got[bad]).any()), ("infinite", np.isinf(got[bad]).any())) if found
    )
    observation = f"{name} is {kinds}."
    if got.ndim > 0:
        count = f"{int(bad.sum())} of {got.size} entries {'is' if bad.sum() == 1 else 'are'} {kinds}"
        observation = f"In {name}, {count}; the first is at {index_text(np.argwhere(bad)[0])}."
    return Diagnosis(
        name="not-finite",
        kind="structure",
        observation=observation,
        hint="Look for an exponential of a large number, a logarithm or a division of zero.",
    )


def explain_zero(name: str, got: Array, expected: Array) -> Iterator[Diagnosis]:
    """Recognise an array that was never filled in."""
    if np.any(got) or np.count_nonzero(expected) < 2:
        return
    yield Diagnosis(
        name="all-zero",
        kind="relation",
        observation=f"{name} is zero everywhere.",
        hint=f"Is {name} computed at all, or returned as it was first made?",
    )


def explain_factor(name: str, got: Array, expected: Array, sizes: Mapping[str, int]) -> Iterator[Diagnosis]:
    """Recognise the right answer times a constant."""
    if not np.any(expected):
        return
    largest = np.unravel_index(np.argmax(np.abs(expected)), expected.shape)
    factor = float(got[largest] / expected[largest])
    # A factor nearer to 1 would be written "1 times".
    if not 1e-12 < abs(factor) < 1e12 or abs(factor - 1) < 1e-5 or not same(got / factor, expected):
        return
    word = factor_word(factor, sizes)
    if not excludes_chance(expected) or (word is None and different_magnitudes(expected).size < ENOUGH):
        return
    if factor_is(factor, -1.0):
        yield Diagnosis(
            name="sign-flipped",
            kind="relation",
            observation=f"{name} has the wrong sign and is right otherwise.",
            hint="Follow the sign through the derivative.",
        )
        return
    times = f"{factor:.6g}" if word is None else f"{word} = {factor:.6g}" if word != f"{factor:.6g}" else word
    yield Diagnosis(
        name="times-a-constant",
        kind="relation",
        observation=f"{name} is {times} times the expected value{', in every entry' if got.ndim else ''}.",
        hint="A constant factor is missing or one too many: a mean against a sum, or a 2 from a square.",
    )


def factor_is(factor: float, value: float) -> bool:
    return abs(factor - value) <= 1e-7 * abs(value)


def factor_word(factor: float, sizes: Mapping[str, int]) -> str | None:
    """Name a factor by the size it stems from ("N", "1/N") or as one of the usual constants."""
    for word, size in sizes.items():
        if size > 2 and factor_is(factor, size):
            return word
        if size > 2 and factor_is(factor, 1 / size):
            return f"1/{word}"
    for text, value in (("2", 2.0), ("1/2", 0.5), ("-1", -1.0), ("-2", -2.0), ("4", 4.0), ("1/4", 0.25)):
        if factor_is(factor, value):
            return text
    return None


def explain_axes(name: str, got: Array, expected: Array) -> Iterator[Diagnosis]:
    """Recognise a transposed or a flipped array."""
    if different_magnitudes(expected).size < ENOUGH:
        return
    if got.ndim == 2 and got.shape[0] == got.shape[1] and same(got.T, expected):
        yield Diagnosis(
            name="transposed",
            kind="relation",
            observation=f"{name} is the transpose of the expected array.",
            hint="Compare the order of the factors in the product.",
        )
    for axis in range(got.ndim):
        if same(np.flip(got, axis), expected):
            yield Diagnosis(
                name="axis-flipped",
                kind="relation",
                observation=f"{name} is right but for the order along axis {axis}, which is reversed.",
                hint="Look at the direction of the loop or slice along that axis.",
            )


def explain_offset(name: str, got: Array, expected: Array) -> Iterator[Diagnosis]:
    """Recognise a constant added to every entry."""
    if different_magnitudes(expected).size < ENOUGH:
        return
    offset = float(np.mean(got - expected))
    if not same(got - offset, expected):
        return
    yield Diagnosis(
        name="plus-a-constant",
        kind="relation",
        observation=f"{name} is off by the same number in every entry.",
        hint="One term that does not depend on the entry is missing or one too many.",
    )


def explain_whole(name: str, got: Array, expected: Array) -> Iterator[Diagnosis]:
    """Recognise the right answer cut off or rounded to whole numbers, as in an array of an integer dtype."""
    if expected.ndim == 0 or not np.any(got) or np.count_nonzero(got != np.trunc(expected)) > 0:
        return
    yield Diagnosis(
        name="fractions-lost",
        kind="relation",
        observation=f"{name} holds whole numbers: the fractions of the expected ones are cut off.",
        hint="Look for an array with an integer dtype: it keeps no fractions. Compute in float64.",
    )


def explain_place(name: str, wrong: NDArray[np.bool_]) -> Diagnosis | None:
    """Recognise an error that lies only in one position of an axis, or at the borders of the last two axes."""
    if wrong.all() or not wrong.any():
        return None
    place = next(places(wrong), None)
    if place is None:
        return None
    return Diagnosis(
        name="wrong-only-there",
        kind="place",
        observation=f"{name} is wrong only {place}; everywhere else it is right.",
        hint="What is special about that place?",
    )


def places(wrong: NDArray[np.bool_]) -> Iterator[str]:
    """Yield, most telling first, where all the wrong entries lie, unless they may lie there by chance."""
    count = int(wrong.sum())
    for axis, length in enumerate(wrong.shape):
        others = tuple(a for a in range(wrong.ndim) if a != axis)
        at = np.flatnonzero(wrong.any(axis=others))
        if length > 1 and at.size == 1 and length * chance(count, wrong.size // length, wrong.size) < CHANCE:
            index = int(at[0])
            word = {0: "the first position", length - 1: "the last position"}.get(index, f"position {index}")
            yield f"at {word} along axis {axis}"
    if wrong.ndim >= 4 and min(wrong.shape[-2:]) >= 3 and not wrong[..., 1:-1, 1:-1].any():
        border = wrong.size - wrong[..., 1:-1, 1:-1].size
        if chance(count, border, wrong.size) < CHANCE:
            yield "at the borders of the last two axes"


def chance(count: int, place: int, total: int) -> float:
    """Return how likely ``count`` different entries out of ``total`` all lie among the ``place`` entries of a place."""
    return math.exp(log_choices(place, count) - log_choices(total, count))


def log_choices(total: int, count: int) -> float:
    """Return the logarithm of the number of ways to choose ``count`` of ``total``."""
    return math.lgamma(total + 1) - math.lgamma(count + 1) - math.lgamma(total - count + 1)


def index_text(index: NDArray[np.intp] | tuple[int, ...]) -> str:
    """Write an index as students do: [2, 0, 1]."""
    return "[" + ", ".join(str(int(i)) for i in index) + "]"
