"""Scale and shift of channels: correct code takes and returns them as (1, C, 1, 1) or as (C,), and either is right.

Of the group normalisations met in public, 189 take the first and 25 the second (CURRICULUM.md section 2). Checks
speak of (1, C, 1, 1); a layer that cannot use it is given (C,), and what it returns is read as (1, C, 1, 1).
"""

from __future__ import annotations

from typing import Any

import numpy as np

from grader.checking.assertions import is_several
from grader.checking.layers import Part
from grader.checking.numeric import Array
from grader.errors import StudentRaised


class ChannelForward:
    """A forward ``(x, gamma, beta, ...) -> (out, cache)`` that may want gamma and beta in either shape."""

    def __init__(self, part: Part) -> None:
        self.name, self.returns, self.counterpart = part.name, part.returns, part.counterpart
        self._part = part

    def __call__(self, x: Array, gamma: Array, beta: Array, *settings: object) -> Any:
        """Call it with gamma and beta as they come, and as (C,) where that gives no result of the shape of x.

        Where neither does, the outcome of the first counts.
        """
        try:
            first = self._part(x, gamma, beta, *settings)
        except StudentRaised:
            second = self._flat(x, gamma, beta, settings)
            if second is None:
                raise
            return second
        if has_shape_of(x, first):
            return first
        second = self._flat(x, gamma, beta, settings)
        return first if second is None else second

    def _flat(self, x: Array, gamma: Array, beta: Array, settings: tuple[object, ...]) -> Any:
        """Return what it gives for gamma and beta of shape (C,), or None where that is no result either."""
        try:
            result = self._part(x, gamma.ravel(), beta.ravel(), *settings)
        except StudentRaised:
            return None
        return result if has_shape_of(x, result) else None


class ChannelBackward:
    """A backward ``(dout, cache) -> (dx, dgamma, dbeta)`` that may return dgamma and dbeta in either shape."""

    def __init__(self, part: Part) -> None:
        self.name, self.returns, self.counterpart = part.name, part.returns, part.counterpart
        self._part = part

    def __call__(self, dout: Array, cache: object) -> Any:
        """Return its gradients, those of shape (C,) as (1, C, 1, 1)."""
        result = self._part(dout, cache)
        channels = dout.shape[1]
        return tuple(as_channels(value, channels) for value in result) if is_several(result) else result


def has_shape_of(x: Array, result: object) -> bool:
    """Tell whether the first of several results is an array of the shape of x."""
    return is_several(result) and len(result) > 0 and isinstance(result[0], np.ndarray) and result[0].shape == x.shape


def as_channels(value: object, channels: int) -> object:
    """Return an array of shape (C,) as (1, C, 1, 1), and anything else as it is."""
    if isinstance(value, np.ndarray) and value.shape == (channels,):
        return value.reshape(1, channels, 1, 1)
    return value
