"""Small parts, right and wrong, to judge: what the proxy shows of a student's function, without a student."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

import numpy as np

from grader.checking.numeric import Array
from grader.errors import StudentRaised
from grader.model import StudentError

Forward = Callable[..., Any]
Pair = tuple[Forward, Forward]


@dataclass
class FakePart:
    """A part as the proxy shows it: it gets copies, and raises as data; ``calls`` counts."""

    name: str
    returns: tuple[str, ...]
    function: Callable[..., Any]
    counterpart: Any = None
    calls: int = field(default=0)

    def __call__(self, *args: object, **kwargs: object) -> Any:
        self.calls += 1
        plain = [arg.copy() if isinstance(arg, np.ndarray) else arg for arg in args]
        try:
            return self.function(*plain, **kwargs)
        except (ValueError, TypeError, AttributeError) as error:
            raise StudentRaised(StudentError(type=type(error).__name__, message=str(error))) from error


def affine_forward(x: Array, w: Array, b: Array) -> tuple[Array, Any]:
    return x @ w + b, (x, w)


def affine_backward(dout: Array, cache: Any) -> tuple[Array, Array, Array]:
    x, w = cache
    return dout @ w.T, x.T @ dout, dout.sum(axis=0)


def relu_forward(x: Array) -> tuple[Array, Any]:
    return np.maximum(x, 0.0), x


def relu_backward(dout: Array, cache: Any) -> Array:
    gradient: Array = dout * (cache > 0)
    return gradient


def tanh_forward(x: Array) -> tuple[Array, Any]:
    return np.tanh(x), x


def tanh_backward(dout: Array, cache: Any) -> Array:
    gradient: Array = dout * (1 - np.tanh(cache) ** 2)
    return gradient


def affine_pair(pair: Pair, *, graded: bool = True) -> tuple[FakePart, FakePart]:
    """Return a student's affine layer, beside the right one in grading and alone on the student's machine."""
    forward = FakePart("affine_forward", ("out", "cache"), pair[0])
    backward = FakePart("affine_backward", ("dx", "dw", "db"), pair[1])
    if graded:
        forward.counterpart = FakePart("affine_forward", forward.returns, affine_forward)
        backward.counterpart = FakePart("affine_backward", backward.returns, affine_backward)
    return forward, backward


def single_pair(name: str, right: Pair, pair: Pair, *, graded: bool = True) -> tuple[FakePart, FakePart]:
    """The same for a layer of one argument."""
    forward = FakePart(f"{name}_forward", ("out", "cache"), pair[0])
    backward = FakePart(f"{name}_backward", ("dx",), pair[1])
    if graded:
        forward.counterpart = FakePart(forward.name, forward.returns, right[0])
        backward.counterpart = FakePart(backward.name, backward.returns, right[1])
    return forward, backward


def affine_inputs(N: int = 4, D: int = 3, M: int = 5, *, seed: int = 0) -> dict[str, Array]:
    rng = np.random.default_rng(seed)
    return {"x": rng.normal(size=(N, D)), "w": rng.normal(size=(D, M)), "b": rng.normal(size=M)}
