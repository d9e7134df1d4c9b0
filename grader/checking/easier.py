"""Refuse a wrong forward that is easier to differentiate than the one asked for: its gradient earns nothing."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any

import numpy as np

from grader.checking.failure import NeedsPart
from grader.checking.layers import Layer, require_shape, usable
from grader.checking.numeric import Array, curvature, movement

MOVES = 1e-9  # a result that moves less along an argument does not depend on it
BENDS = 1e-4  # a curvature above this is no rounding, in single precision either
VARIED = 0.5  # share of the reference's different entries that a wrong forward must have
BENDS_ENOUGH = 1e-2  # share of the reference's curvature that a wrong forward must have


def require_no_easier(
    ours: Layer,
    theirs: Layer,
    inputs: Mapping[str, Any],
    wrt: Sequence[str],
    rng: np.random.Generator,
    shape: tuple[int, ...],
) -> None:
    """Refuse a forward that is easier to differentiate than the reference's.

    It has to depend on each argument, the labels and settings among them, to have about as many different
    entries, and to bend along each argument and along all of them together wherever the reference does, and not
    much less; a constant, a pass-through or a sum does not.

    Args:
        shape: of the result of both.

    Raises:
        NeedsPart: the forward is too simple for its gradient to earn anything.
    """
    for names in ((name,) for name in wrt):
        refuse_if_easier(ours, theirs, inputs, names, rng, shape)
    if len(wrt) > 1:
        refuse_if_easier(ours, theirs, inputs, tuple(wrt), rng, shape)
    for name in inputs:
        if name not in wrt:
            require_dependence(ours, theirs, inputs, name, shape)
    require_as_varied(ours, theirs, inputs, shape)


def require_as_varied(ours: Layer, theirs: Layer, inputs: Mapping[str, Any], shape: tuple[int, ...]) -> None:
    """Refuse a result that repeats one number where the reference's has many."""
    mine, reference = (different_entries(value_at(layer, inputs, shape)) for layer in (ours, theirs))
    if mine < VARIED * reference:
        raise NeedsPart(ours.name, f"{ours.name} returns the same number in many places: no gradient to compare.")


def require_dependence(
    ours: Layer, theirs: Layer, inputs: Mapping[str, Any], name: str, shape: tuple[int, ...]
) -> None:
    """Refuse a forward that ignores labels or settings, such as ``y`` or ``reg``, that the reference heeds."""
    other = another(name, inputs[name])
    if other is None:
        return
    here = [value_at(layer, inputs, shape) for layer in (theirs, ours)]
    there = [value_at(layer, {**inputs, name: other}, shape) for layer in (theirs, ours)]
    reference, mine = (np.max(np.abs(a - b), initial=0.0) for a, b in zip(here, there, strict=True))
    if reference > MOVES and not mine > MOVES:
        raise NeedsPart(ours.name, f"The result of {ours.name} does not depend on {name}: no gradient to compare.")


def value_at(layer: Layer, inputs: Mapping[str, Any], shape: tuple[int, ...]) -> Array:
    value, _ = layer.evaluate(inputs)
    out = usable(layer.name, value)
    require_shape(layer.name, out, shape)
    return out


def different_entries(values: Array) -> int:
    return len(np.unique(np.round(values, 9)))


def another(name: str, value: Any) -> Any:
    """Return an input of the same kind that is not the same, or None where none is known."""
    if isinstance(value, np.ndarray):
        moved = np.roll(value, 1)
        if not np.array_equal(moved, value):
            return moved
        # One sample has no other's label; of two classes and more, a neighbour of each label is a label too.
        is_label = name == "y" and value.dtype.kind in "iu"
        return np.where(value > 0, value - 1, value + 1) if is_label else None
    return value + 0.5 if isinstance(value, float) else None


def refuse_if_easier(
    ours: Layer,
    theirs: Layer,
    inputs: Mapping[str, Any],
    names: tuple[str, ...],
    rng: np.random.Generator,
    shape: tuple[int, ...],
) -> None:
    sizes = [inputs[name].size for name in names]
    x = np.concatenate([inputs[name].ravel() for name in names])
    direction = rng.standard_normal(x.shape)

    def flat(layer: Layer) -> Callable[[Array], Array]:
        def f(moved: Array) -> Array:
            pieces = np.split(moved, np.cumsum(sizes)[:-1])
            changed = {name: piece.reshape(inputs[name].shape) for name, piece in zip(names, pieces, strict=True)}
            return value_at(layer, {**inputs, **changed}, shape)

        return f

    mine, reference = flat(ours), flat(theirs)
    if movement(reference, x, direction) > MOVES and not movement(mine, x, direction) > MOVES:
        what = " and ".join(names)
        raise NeedsPart(ours.name, f"The result of {ours.name} does not depend on {what}: no gradient to compare.")
    bend = curvature(reference, x, direction)
    if bend > BENDS and not curvature(mine, x, direction) > BENDS_ENOUGH * bend:
        raise NeedsPart(
            ours.name,
            f"{ours.name} is simpler than the function asked for, so its gradient cannot stand for the real one.",
        )
