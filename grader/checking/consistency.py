"""Answers that must agree with each other, not with a value: rows dealt out in some order, calls repeated."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np

from grader.checking.assertions import as_array, fail, unpack
from grader.checking.numeric import Array, as_floats

# One computation done twice agrees to this, relative to the entry: only the order of sums may differ.
REPEAT_RTOL = 1e-9


def as_rows(name: str, value: object, like: Array) -> Array:
    """Return the student's value as an array whose rows look like those of ``like``.

    Args:
        name: what the student calls it, such as "X_batch".
        value: anything.
        like: (N, ...) number.

    Returns:
        (any, ...) dtype of ``like``, C-contiguous.

    Raises:
        CheckFailed: it is no array of numbers, or has other axes after the first.
    """
    array = as_array(name, value, None)
    if array.ndim != like.ndim or array.shape[1:] != like.shape[1:]:
        axes = "".join(f", {size}" for size in like.shape[1:])
        hint = f"The first axis of {name} counts the samples of the batch; the other axes are those of a sample."
        summary = f"{name} has shape {array.shape}, expected (samples of the batch{axes or ','})."
        raise fail(summary, name="wrong-shape", hint=hint)
    with np.errstate(all="ignore"):
        return np.ascontiguousarray(array, dtype=like.dtype)


def assert_repeats(part: Any, first: object, second: object, *, otherwise: str, hint: str) -> None:
    """Require that two results of a part, whatever they are, are the same.

    Args:
        part: the called part, with ``name`` and ``returns``.
        first, second: what it returned.
        otherwise: the sentence for where they differ; ``{name}`` stands for the name of the result.
        hint: what to look at next.

    Raises:
        CheckFailed: a result is no array of numbers, or the two differ.
    """
    for name, one, other in zip(part.returns, unpack(part, first), unpack(part, second), strict=True):
        one, other = as_floats(as_array(name, one, None)), as_floats(as_array(name, other, None))
        if one.shape != other.shape or not np.allclose(one, other, rtol=REPEAT_RTOL, atol=0.0, equal_nan=True):
            raise fail(otherwise.format(name=name), name="depends-on-other-calls", hint=hint)


def assert_own_cache(
    forward: Any, backward: Any, first: Sequence[object], second: Sequence[object], *upstream: object
) -> tuple[object, object]:
    """Require that a backward reads its own call's cache, though the forward was called on other inputs since.

    Args:
        forward, backward: the two parts; the last result of ``forward`` is the cache.
        first, second: arguments of the forward.
        *upstream: arguments of the backward, before the cache of the first.

    Returns:
        what the backward returned at last, and the cache it got.

    Raises:
        CheckFailed: its gradients change.
    """
    cache = unpack(forward, forward(*first))[-1]
    alone = backward(*upstream, cache)
    cache = unpack(forward, forward(*first))[-1]
    forward(*second)
    again = backward(*upstream, cache)
    assert_repeats(
        backward,
        alone,
        again,
        otherwise=f"{{name}} changes when {forward.name} is called on other inputs before {backward.name}.",
        hint="Does the backward read everything it needs from its own cache, and nothing that a later call overwrites?",
    )
    return again, cache
