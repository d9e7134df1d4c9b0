"""What a wrong array itself tells of its cause: a simple relation to the right one, or the place of the error.

A wrong diagnosis is worse than none: every relation must hold to numerical tolerance, on enough entries that
chance is excluded. Misconceptions, which need the reference, are matched in ``grader.session.causes``.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping

import numpy as np
from numpy.typing import NDArray

from grader.checking.numeric import Array, magnitude, wrong_entries
from grader.model import Diagnosis

# A relation that holds on fewer entries than this may be chance (unless its factor is a named one).
ENOUGH = 4

# Two arrays in relation agree to this, relative to the largest entry: rounding only, no approximation.
EXACT = 1e-7


def same(got: Array, expected: Array) -> bool:
    """Tell whether two arrays have one shape and agree up to rounding, NaN nowhere."""
    if got.shape != expected.shape:
        return False
    return not wrong_entries(got, expected, rtol=EXACT, atol=EXACT).any()


def explain_shape(name: str, got: Array, expected: Array) -> Diagnosis:
    """Name what is wrong with the shape of an array."""
    observation = f"{name} has shape {got.shape}, expected {expected.shape}."
    if got.size == expected.size and same(got.reshape(expected.shape), expected):
        hint = f"The values are right once {name} is reshaped: check axes of length 1, or a missing reshape."
        return Diagnosis(name="right-values-wrong-shape", kind="structure", observation=observation, hint=hint)
    if got.ndim == expected.ndim == 2 and got.T.shape == expected.shape:
        hint = f"{name} has its axes the other way round: compare the order of the factors in the product."
        return Diagnosis(name="transposed", kind="structure", observation=observation, hint=hint)
    for axis in range(got.ndim):
        if same(got.sum(axis=axis), expected):
            hint = f"Summing {name} over axis {axis} gives the right values."
            return Diagnosis(name="not-summed", kind="structure", observation=observation, hint=hint)
    hint = f"Write down the shape of every term that {name} is made of."
    return Diagnosis(name="wrong-shape", kind="structure", observation=observation, hint=hint)


def explain_values(name: str, got: Array, expected: Array, sizes: Mapping[str, int] | None = None) -> Diagnosis | None:
    """Name the relation between two arrays of one shape, or else the place of the error, or nothing."""
    if not np.isfinite(got).all():
        return explain_not_finite(name, got)
    candidates = (
        explain_zero(name, got, expected),
        explain_factor(name, got, expected, sizes or {}),
        explain_axes(name, got, expected),
        explain_offset(name, got, expected),
        explain_place(name, wrong_entries(got, expected)),
    )
    return next((diagnosis for diagnosis in candidates if diagnosis is not None), None)


def explain_not_finite(name: str, got: Array) -> Diagnosis:
    """Say how many entries are NaN or infinite, and where the first one is."""
    bad = ~np.isfinite(got)
    kinds = " and ".join(
        word for word, found in (("NaN", np.isnan(got).any()), ("infinite", np.isinf(got).any())) if found
    )
    where = "" if got.ndim == 0 else f"; the first is at {index_text(np.argwhere(bad)[0])}"
    share = "it" if got.ndim == 0 else f"{int(bad.sum())} of {got.size} entries"
    verb = "is" if got.ndim == 0 or bad.sum() == 1 else "are"
    return Diagnosis(
        name="not-finite",
        kind="structure",
        observation=f"In {name}, {share} {verb} {kinds}{where}.",
        hint="Look for an exponential of a large number, a logarithm or a division of zero.",
    )


def explain_zero(name: str, got: Array, expected: Array) -> Diagnosis | None:
    """Recognise an array that was never filled in."""
    if np.any(got) or not np.any(expected) or got.ndim == 0:
        return None
    return Diagnosis(
        name="all-zero",
        kind="relation",
        observation=f"{name} is zero everywhere.",
        hint=f"Is {name} computed at all, or returned as it was first made?",
    )


def explain_factor(name: str, got: Array, expected: Array, sizes: Mapping[str, int]) -> Diagnosis | None:
    """Recognise the right answer times a constant."""
    scale = float(np.sum(expected * expected))
    if scale == 0.0:
        return None
    factor = float(np.sum(got * expected)) / scale
    if abs(factor) < 1e-12 or abs(factor - 1) < 1e-9 or not same(got / factor, expected):
        return None
    word = factor_word(factor, sizes)
    informative = int(np.count_nonzero(np.abs(expected) > 1e-9 * magnitude(expected)))
    if informative < ENOUGH and word is None:
        return None
    if factor_is(factor, -1.0):
        return Diagnosis(
            name="sign-flipped",
            kind="relation",
            observation=f"{name} has the wrong sign and is right otherwise.",
            hint="Follow the sign through the derivative.",
        )
    times = f"{factor:.6g}" if word is None else f"{word} = {factor:.6g}" if word != f"{factor:.6g}" else word
    return Diagnosis(
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


def explain_axes(name: str, got: Array, expected: Array) -> Diagnosis | None:
    """Recognise a transposed or a flipped array."""
    if got.size < ENOUGH:
        return None
    if got.ndim == 2 and got.shape[0] == got.shape[1] and same(got.T, expected):
        return Diagnosis(
            name="transposed",
            kind="relation",
            observation=f"{name} is the transpose of the expected array.",
            hint="Compare the order of the factors in the product.",
        )
    for axis in range(got.ndim):
        if got.shape[axis] > 1 and same(np.flip(got, axis), expected):
            return Diagnosis(
                name="axis-flipped",
                kind="relation",
                observation=f"{name} is right but for the order along axis {axis}, which is reversed.",
                hint="Look at the direction of the loop or slice along that axis.",
            )
    return None


def explain_offset(name: str, got: Array, expected: Array) -> Diagnosis | None:
    """Recognise a constant added to every entry."""
    difference = got - expected
    if got.size < ENOUGH or magnitude(expected) == 0.0:
        return None
    offset = float(difference.mean())
    if not same(got - offset, expected) or np.ptp(expected) < 1e-6 * magnitude(expected):
        return None
    return Diagnosis(
        name="plus-a-constant",
        kind="relation",
        observation=f"{name} is off by the same number in every entry.",
        hint="One term that does not depend on the entry is missing or one too many.",
    )


def explain_place(name: str, wrong: NDArray[np.bool_]) -> Diagnosis | None:
    """Recognise an error that lies only in the first, the last or the border positions of one axis."""
    if wrong.all() or not wrong.any() or wrong.size < ENOUGH:
        return None
    for place in places(wrong):
        return Diagnosis(
            name="wrong-only-there",
            kind="place",
            observation=f"{name} is wrong only {place}; everywhere else it is right.",
            hint="What is special about that place?",
        )
    return None


def places(wrong: NDArray[np.bool_]) -> Iterator[str]:
    """Yield, most telling first, where all the wrong entries lie."""
    for axis, length in enumerate(wrong.shape):
        if length < 3:
            continue
        others = tuple(a for a in range(wrong.ndim) if a != axis)
        along = wrong.any(axis=others) if others else wrong
        at = np.flatnonzero(along)
        if at.size == 1 and along.size > 2:
            index = int(at[0])
            word = {0: "the first position", length - 1: "the last position"}.get(index, f"position {index}")
            yield f"at {word} along axis {axis}"
    if wrong.ndim >= 4 and min(wrong.shape[-2:]) >= 3 and not wrong[..., 1:-1, 1:-1].any():
        yield "at the borders of the last two axes"


def index_text(index: NDArray[np.intp] | tuple[int, ...]) -> str:
    """Write an index as students do: [2, 0, 1]."""
    return "[" + ", ".join(str(int(i)) for i in index) + "]"
