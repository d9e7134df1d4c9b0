"""Properties of an answer that has no single right value: its shape, its finiteness, the names in a dictionary."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np

from grader.checking.assertions import as_array, assert_finite, fail, shape_failure, type_name, with_article
from grader.checking.numeric import Array, as_floats

NAMES_SHOWN, NAME_LENGTH = 8, 20


def assert_array(name: str, got: object, shape: tuple[int, ...]) -> Array:
    """Require finite real numbers of a shape, whatever their values, and return them.

    Args:
        name: what the student calls it, such as "W".
        got: the student's value, anything.
        shape: expected; () for a number.

    Returns:
        (shape) float64.

    Raises:
        CheckFailed: it is no array of numbers, has another shape, or holds NaN or infinity.
    """
    zeros = np.zeros(shape)
    array = as_array(name, got, zeros)
    if array.shape != shape:
        raise shape_failure(name, array, zeros)
    array = as_floats(array)
    assert_finite(name, array)
    return array


def assert_arrays(name: str, got: object, shapes: Mapping[str, tuple[int, ...]]) -> dict[str, Array]:
    """Require a dictionary with an array of finite real numbers for each name, and return these.

    Args:
        name: what the student calls the dictionary, such as "params".
        got: the student's value, anything; entries under other names are ignored.
        shapes: expected shape of each array, by its name.

    Returns:
        the named entries, float64.

    Raises:
        CheckFailed: it is no dictionary, an entry is missing, or an entry is not such an array.
    """
    if got is None:
        raise fail(f"{name} is None.", name="is-none")
    if not isinstance(got, dict):
        raise fail(f"{name} is {with_article(type_name(got))}, expected a dict of arrays.", name="wrong-type")
    missing = [key for key in shapes if key not in got]
    if missing:
        summary = f"{name} has no entry {quoted(missing)}; it has {quoted(list(got)) or 'none at all'}."
        raise fail(summary, name="entry-missing", hint="The docstring gives the names: they are case-sensitive.")
    return {key: assert_array(f"{name}[{key!r}]", got[key], shape) for key, shape in shapes.items()}


def quoted(names: list[Any]) -> str:
    """Return names as a list for a message, shortened."""
    shown = [repr(str(name)[:NAME_LENGTH]) for name in names[:NAMES_SHOWN]]
    return ", ".join(shown) + (", ..." if len(names) > NAMES_SHOWN else "")


def assert_numbers(name: str, got: object, count: int | None = None, *, hint: str = "") -> Array:
    """Require a list, a tuple or an array with ``count`` real numbers, and return them.

    Args:
        name: what the student calls it, such as "losses".
        got: the student's value, anything.
        count: how many numbers are expected; any number of them where None.
        hint: what to look at where there are more or fewer.

    Returns:
        (count,) float64, of its own length where count is None; NaN and infinity are let through.

    Raises:
        CheckFailed: it is no sequence of numbers, or not of that length.
    """
    if not isinstance(got, list | tuple | np.ndarray) or (isinstance(got, np.ndarray) and got.ndim == 0):
        kind = getattr(got, "type_name", type(got).__name__)
        raise fail(f"{name} is a {kind}, expected a list of numbers.", name="wrong-type")
    if count is not None and len(got) != count:
        raise fail(f"{name} has {len(got)} entries, expected {count}.", name="wrong-length", hint=hint)
    zero = np.zeros(())
    if isinstance(got, np.ndarray) and got.ndim == 1:
        return as_floats(as_array(name, got, None))  # at once: there may be millions
    numbers = [as_array(f"{name}[{i}]", value, zero) for i, value in enumerate(got)]
    for i, number in enumerate(numbers):
        if number.shape != ():
            raise shape_failure(f"{name}[{i}]", number, zero)
    return np.array(numbers, dtype=np.float64)
