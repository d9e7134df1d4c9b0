"""What a check asked when it failed, so that it can be asked again of smaller and simpler inputs.

A public check declares nothing for it: the assertions know what they were given, and the session what was called.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from typing import Any, NamedTuple

import numpy as np

from grader.checking.failure import CheckFailed
from grader.checking.layers import Layer, Part
from grader.checking.numeric import Array, central_difference
from grader.errors import StudentRaised

Inputs = Mapping[str, Any]
Values = dict[str, Any]


class Unsuitable(Exception):  # noqa: N818 - reads as what happened
    """An input is none that the function is for: the reference cannot answer it."""


class Question(NamedTuple):
    """A question to the student's code.

    Attributes:
        inputs: what was asked about, by name.
        ask: asks it of other inputs; raises what the check would raise, ``Unsuitable`` or ``NeedsPart``.
        answers: (got, expected) by name for some inputs; expected is empty where it is not known.
        calls: lines of Python that ask it of some inputs, which have the names of variables.
        parts: that these lines call.
    """

    inputs: Inputs
    ask: Callable[[Inputs], None]
    answers: Callable[[Inputs], tuple[Values, Values]]
    calls: Callable[[Inputs], list[str]]
    parts: tuple[str, ...]


@contextmanager
def asking(question: Question) -> Iterator[None]:
    """Let what fails inside know what was asked."""
    try:
        yield
    except (CheckFailed, StudentRaised) as failure:
        failure.question = failure.question or question
        raise


def pair_question(
    forward: Part,
    backward: Part,
    layers: tuple[Layer, Layer | None],
    inputs: Inputs,
    wrt: Sequence[str],
    judge: Callable[[Inputs, Array], None],
) -> Question:
    """Return the question of a gradient check of a forward and its backward; the cotangent counts 1, 2, 3."""
    outs = list(forward.returns[:-1])

    def calls(inputs: Inputs) -> list[str]:
        shape = cotangent(layers, inputs).shape
        douts = [f"d{out}" for out in outs]
        # Several outputs are stacked: the first axis of the cotangent counts them.
        values = counting(shape) if len(outs) > 1 else [counting(shape)]
        return [
            f"{', '.join([*outs, 'cache'])} = {forward.name}({', '.join(inputs)})",
            *(f"{dout} = {literal(value)}" for dout, value in zip(douts, values, strict=True)),
            f"{', '.join(backward.returns)} = {backward.name}({', '.join([*douts, 'cache'])})",
        ]

    return layer_question(layers, inputs, wrt, judge, calls, (forward.name, backward.name))


def loss_question(
    loss: Part,
    layers: tuple[Layer, Layer | None],
    inputs: Inputs,
    wrt: Sequence[str],
    judge: Callable[[Inputs, Array], None],
) -> Question:
    """Return the question of a gradient check of a loss that returns its own gradient."""

    def calls(inputs: Inputs) -> list[str]:
        return [f"{', '.join(loss.returns)} = {loss.name}({', '.join(inputs)})"]

    return layer_question(layers, inputs, wrt, judge, calls, (loss.name,))


def layer_question(
    layers: tuple[Layer, Layer | None],
    inputs: Inputs,
    wrt: Sequence[str],
    judge: Callable[[Inputs, Array], None],
    calls: Callable[[Inputs], list[str]],
    parts: tuple[str, ...],
) -> Question:
    ours, theirs = layers

    def ask(inputs: Inputs) -> None:
        dout = cotangent(layers, inputs)
        if theirs is not None:
            expected_of(theirs, inputs, dout)
        judge(inputs, dout)

    def answers(inputs: Inputs) -> tuple[Values, Values]:
        dout = cotangent(layers, inputs)
        expected = numerical(ours, inputs, wrt, dout) if theirs is None else expected_of(theirs, inputs, dout)
        got = ours.differentiate(dout, ours.evaluate(inputs)[1])
        return dict(zip(ours.gradients, got, strict=False)), expected

    return Question(inputs, ask, answers, calls, parts)


def cotangent(layers: tuple[Layer, Layer | None], inputs: Inputs) -> Array:
    """Return 1, 2, 3, ... in the shape of the output, by the reference where there is one."""
    ours, theirs = layers
    try:
        value = np.asarray((theirs or ours).evaluate(inputs)[0])
    except Exception as error:
        if theirs is None:
            raise
        raise Unsuitable from error
    if value.dtype.kind not in "biuf" or not np.isfinite(value).all():
        raise Unsuitable
    return counting(value.shape)


def expected_of(theirs: Layer, inputs: Inputs, dout: Array) -> Values:
    """Return the reference's gradients."""
    try:
        found = theirs.differentiate(dout, theirs.evaluate(inputs)[1])
    except Exception as error:
        raise Unsuitable from error
    if not all(np.isfinite(gradient).all() for gradient in found):
        raise Unsuitable
    return dict(zip(theirs.gradients, found, strict=True))


def numerical(ours: Layer, inputs: Inputs, wrt: Sequence[str], dout: Array) -> Values:
    """Return the gradients of the student's own forward by differences."""

    def along(name: str) -> Callable[[Array], Array]:
        return lambda moved: np.asarray(ours.evaluate({**inputs, name: moved})[0], dtype=np.float64)

    return {
        gradient: central_difference(along(name), inputs[name], dout)
        for gradient, name in zip(ours.gradients, wrt, strict=True)
    }


def counting(shape: tuple[int, ...]) -> Array:
    """Return 1.0, 2.0, 3.0, ... in a shape: simple, and no two alike."""
    return np.arange(1.0, np.prod(shape, dtype=int) + 1.0).reshape(shape)


def literal(value: object) -> str:
    """Return plain data as Python that makes it, with arrays as ``np.array(...)``.

    Raises:
        Unsuitable: it is something that cannot be written so, such as a random generator.
    """
    if isinstance(value, np.ndarray):
        plain = {"f": np.float64, "i": np.int64, "b": np.bool_}.get(value.dtype.kind)
        kind = "" if value.dtype == plain and value.size else f", dtype=np.{value.dtype.name}"
        return f"np.array({value.tolist()!r}{kind})"
    if isinstance(value, list | tuple):
        inside = ", ".join(map(literal, value))
        return f"[{inside}]" if isinstance(value, list) else f"({inside}{',' if len(value) == 1 else ''})"
    if isinstance(value, dict):
        return "{" + ", ".join(f"{key!r}: {literal(item)}" for key, item in value.items()) + "}"
    if value is None or isinstance(value, bool | int | float | str):
        return repr(value.item() if isinstance(value, np.generic) else value)
    if isinstance(value, np.generic):
        return repr(value.item())
    raise Unsuitable
