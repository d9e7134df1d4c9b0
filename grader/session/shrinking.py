"""Find a smaller and simpler input on which something still fails.

The search is greedy and always the same: results are compared byte for byte, so that nothing may hang on the clock or
on what else is loaded, as Hypothesis's own draws do; the tests let Hypothesis look for anything smaller. Axes of one
length are taken for one dimension and cut together, so that an input stays a sensible one. Numbers become 1, 2, 3, ...:
never zero and no two alike, where a kink or a tie could make right code look wrong.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from functools import partial
from itertools import takewhile
from typing import Any, TypeGuard

import numpy as np

from grader.checking.numeric import Array
from grader.checking.question import counting

BUDGET = 60  # questions; twenty are usual
SHORT = 6  # an axis of which every part is tried: an extreme input may stand anywhere among ordinary ones

Inputs = Mapping[str, Any]
Change = Callable[[Array], Array]
Step = Callable[[Inputs], Iterator[Iterator[Inputs]]]  # rows of candidates, the simplest of a row first


class Search:
    """A search that counts its questions.

    Args:
        fails: tells whether an input fails as the one that is shrunk.
        budget: questions it may ask.
        enough: tells whether to stop earlier.
    """

    def __init__(
        self, fails: Callable[[Inputs], bool], budget: int = BUDGET, enough: Callable[[], bool] = lambda: False
    ) -> None:
        self._fails = fails
        self._left = budget
        self._enough = enough

    def smallest(self, inputs: Inputs) -> Inputs:
        """Return the smallest input found; ``inputs`` where none is smaller."""
        for step in (simpler_labels, fewer_entries, simpler_numbers, fewer_entries, smaller_counts):
            inputs = self._taken(inputs, step)
        return inputs

    def _taken(self, inputs: Inputs, step: Step) -> Inputs:
        """Go through the rows of a step, and on from the first candidate of each that fails."""
        place = 0
        while place < len(rows := list(step(inputs))):
            candidates = takewhile(partial(differ, inputs), rows[place])
            found = next(filter(self._ask, candidates), None)
            inputs = inputs if found is None else found
            place += found is None or len(list(step(inputs))) == len(rows)
        return inputs

    def _ask(self, inputs: Inputs) -> bool:
        self._left -= 1
        return self._left >= 0 and not self._enough() and self._fails(inputs)


def fewer_entries(inputs: Inputs) -> Iterator[Iterator[Inputs]]:
    """Yield, for each length, what is left when all axes of it are cut."""
    lengths = sorted({length for array in arrays(inputs) for length in array.shape if length > 1}, reverse=True)
    for length in lengths:
        yield map(partial(cut_all, inputs, length), windows(length))


def simpler_labels(inputs: Inputs) -> Iterator[Iterator[Inputs]]:
    """Yield arrays of integers as zeros, then as zeros and ones."""
    for number, array in enumerate(arrays(inputs)):
        if array.dtype.kind in "iu" and array.any():
            yield map(partial(changed_at, inputs, number), (np.zeros_like, at_most_one))


def simpler_numbers(inputs: Inputs) -> Iterator[Iterator[Inputs]]:
    """Yield all arrays of floats as simple numbers, then one by one."""
    patterns = (counted, alternated)
    yield (changed(inputs, floats(pattern)) for pattern in patterns)
    for number, array in enumerate(arrays(inputs)):
        if array.dtype.kind == "f":
            yield map(partial(changed_at, inputs, number), (*patterns, rounded))


def smaller_counts(inputs: Inputs) -> Iterator[Iterator[Inputs]]:
    """Yield whole numbers among the inputs as 1, then as 2."""
    for name, value in inputs.items():
        if type(value) is int and value > 1:
            yield iter([{**inputs, name: smaller} for smaller in (1, 2) if smaller < value])


def targets(length: int) -> list[int]:
    """Return the lengths tried in place of one, the smallest first."""
    return [kept for kept in sorted({1, 2, 3, length // 2}) if 0 < kept < length]


def windows(length: int) -> Iterator[slice]:
    """Yield what may be left of an axis: its beginning, its end, and of a short one every part between."""
    for kept in targets(length):
        last = length - kept
        starts = range(last + 1) if length <= SHORT else (0, last)
        yield from (slice(start, start + kept) for start in starts)


def cut_all(inputs: Inputs, length: int, kept: slice) -> Inputs:
    """Return the same part of every axis of one length."""

    def cut(array: Array) -> Array:
        return array[tuple(kept if size == length else slice(None) for size in array.shape)]

    return changed(inputs, cut)


def at_most_one(array: Array) -> Array:
    return np.minimum(array, 1)


def floats(change: Change) -> Change:
    return lambda array: change(array) if array.dtype.kind == "f" else array


def counted(array: Array) -> Array:
    numbers = counting(array.shape).astype(array.dtype)
    # What was a probability stays one.
    return numbers / (array.size + 1) if ((array > 0) & (array < 1)).all() else numbers


def alternated(array: Array) -> Array:
    """Return -1, 2, -3, 4, ... in the array's shape."""
    numbers = counting(array.shape).astype(array.dtype)
    return np.where(numbers % 2 == 1, -numbers, numbers)


def rounded(array: Array) -> Array:
    """Return the array to one significant digit, which leaves nothing zero that was not."""
    return np.array([float(f"{value:.1g}") for value in array.ravel()], dtype=array.dtype).reshape(array.shape)


def nudged(inputs: Inputs) -> Inputs:
    """Return inputs moved a little, each entry by another amount: off a kink or a tie, if they lie on one."""
    return changed(inputs, floats(lambda array: array + 1e-3 * np.sin(1.0 + counting(array.shape))))


def arrays(inputs: Inputs) -> list[Array]:
    """Return the arrays with axes among the inputs, in order."""
    return [value for value in inputs.values() if is_array(value)]


def differ(one: Inputs, other: Inputs) -> bool:
    return not all(
        np.array_equal(one[name], value) if is_array(value) else one[name] == value for name, value in other.items()
    )


def is_array(value: object) -> TypeGuard[Array]:
    """Tell whether a value is an array that has axes."""
    return isinstance(value, np.ndarray) and value.ndim > 0


def changed(inputs: Inputs, change: Change) -> Inputs:
    """Return the inputs with a change to every array."""
    return {name: change(value) if is_array(value) else value for name, value in inputs.items()}


def changed_at(inputs: Inputs, number: int, change: Change) -> Inputs:
    """Return the inputs with a change to one array, the ``number``-th."""
    names = [name for name, value in inputs.items() if is_array(value)]
    return {**inputs, names[number]: change(inputs[names[number]])}
