"""What a gradient check looks at: a function with its gradients, whatever it is made of."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any, NamedTuple, Protocol

import numpy as np

from grader.checking.assertions import NUMBER_KINDS, as_array, fail, is_several, type_name, unpack, with_article
from grader.checking.failure import CheckFailed, NeedsPart
from grader.checking.numeric import Array, as_floats, named_sizes


class Part(Protocol):
    """A part of the student's, as the proxy shows it."""

    name: str
    returns: tuple[str, ...]
    counterpart: Any  # the reference's part of that name, or None on a student's machine

    def __call__(self, *args: object, **kwargs: object) -> Any: ...


class Layer(NamedTuple):
    """A function with its gradients, whatever it is made of.

    Attributes:
        name: the part that computes the value, for messages.
        evaluate: inputs by name -> (value, token); the token lets ``differentiate`` reuse the evaluation.
        differentiate: (cotangent, token) -> the gradients, in the order of ``wrt``.
        gradients: names of the gradients, in that order.
        sizes: sizes by name, that a constant factor may stem from.
    """

    name: str
    evaluate: Callable[[Mapping[str, Any]], tuple[Any, Any]]
    differentiate: Callable[[Array, Any], Sequence[Any]]
    gradients: tuple[str, ...]
    sizes: Mapping[str, int]


class Unstacked(NamedTuple):
    """Stands for several outputs that cannot be stacked; ``as_array`` says what it is instead of an array."""

    type_name: str = "tuple of values that are not arrays of numbers of one shape"


def pair_layer(forward: Part, backward: Part, sizes: Mapping[str, int]) -> Layer:
    """Make a layer of ``forward -> (out, cache)``, or of ``forward -> (out_1, ..., out_K, cache)``.

    Several outputs have one shape (S); the value of the layer and its cotangent are then (K, S), and the backward
    gets one gradient for each output, ``backward(dout_1, ..., dout_K, cache)``.
    """
    several = len(forward.returns) > 2

    def evaluate(inputs: Mapping[str, Any]) -> tuple[Any, Any]:
        *outs, cache = unpack(forward, forward(*inputs.values()))
        return stacked(outs) if several else outs[0], cache

    def differentiate(cotangent: Array, cache: Any) -> Sequence[Any]:
        cotangents = tuple(cotangent) if several else (cotangent,)
        return unpack(backward, backward(*cotangents, cache))

    return Layer(forward.name, evaluate, differentiate, tuple(backward.returns), sizes)


def stacked(outs: Sequence[Any]) -> Array | Unstacked:
    """Return a student's outputs, whatever they are, as one array where they are arrays of one shape."""
    numbers = all(isinstance(out, np.ndarray) and out.dtype.kind in NUMBER_KINDS for out in outs)
    if not numbers or len({out.shape for out in outs}) > 1:
        return Unstacked()
    return np.stack(outs)


def loss_layer(loss: Part, position: int, sizes: Mapping[str, int]) -> Layer:
    def evaluate(inputs: Mapping[str, Any]) -> tuple[Any, Any]:
        results = unpack(loss, loss(*inputs.values()))
        return results[0], results[position]

    def differentiate(cotangent: Array, gradient: Any) -> Sequence[Any]:
        return (gradient,)

    return Layer(loss.name, evaluate, differentiate, (loss.returns[position],), sizes)


def network_layer(network: Any, names: tuple[str, ...], X: Array, y: Array, part: str) -> Layer:
    def evaluate(inputs: Mapping[str, Any]) -> tuple[Any, Any]:
        network.params = {name: inputs[name] for name in names}
        result = network.loss(inputs["X"], inputs["y"])
        if not is_several(result) or len(result) != 2:
            came = f"{len(result)} values" if is_several(result) else with_article(type_name(result))
            raise fail(f"loss(X, y) returned {came}, expected the pair (loss, grads).", name="wrong-arity")
        return result[0], result[1]

    def differentiate(cotangent: Array, grads: Any) -> Sequence[Any]:
        if not isinstance(grads, dict):
            summary = f"grads is {with_article(type_name(grads))}, expected a dict with one gradient a parameter."
            raise fail(summary, name="wrong-type")
        missing = [name for name in names if name not in grads]
        if missing:
            hint = "Give every parameter an entry of the same name."
            raise fail(f"grads has no entry for {', '.join(missing)}.", name="gradient-missing", hint=hint)
        return [grads[name] for name in names]

    return Layer(part, evaluate, differentiate, tuple(f"grads[{name!r}]" for name in names), named_sizes((X, y)))


def usable(name: str, value: object) -> Array:
    """Return what forward gave as a float array, or say that it gives nothing to differentiate."""
    try:
        array = as_floats(as_array("its result", value, None))
    except CheckFailed as failure:
        raise NeedsPart(name, f"{name} gives nothing to differentiate: {failure.evidence.summary}") from failure
    if not np.isfinite(array).all():
        raise NeedsPart(name, f"{name} gives NaN or infinite values, which have no gradient.")
    return array


def require_shape(name: str, out: Array, shape: tuple[int, ...]) -> None:
    """Require that what forward gave has the shape that its gradient is asked for."""
    if out.shape != shape:
        raise NeedsPart(name, f"{name} returns shape {out.shape}, expected {shape}: no gradient to compare.")
