"""What an entry says, and the makers of the usual kinds. Needs NumPy alone."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Literal, NamedTuple

import numpy as np
from numpy.typing import NDArray

from grader.session.student import Student
from tests.oracle.comparison import Key, Results
from tests.oracle.draws import Arguments, Maker

Cotangents = Callable[[int, tuple[int, ...]], NDArray[np.float64]]  # by index of the output, and its shape
Run = Callable[[Student, Arguments, Cotangents], Results]
Prepare = Callable[[Student, Arguments], Arguments]


def as_they_are(reference: Student, arguments: Arguments) -> Arguments:
    return arguments


class Output(NamedTuple):
    """One value that a formula returns.

    Attributes:
        names: the results of the reference that must equal it.
        cotangent: what it is weighted with where gradients are taken: random numbers, one (a loss), or nothing.
    """

    names: tuple[Key, ...]
    cotangent: Literal["random", "one", "none"] = "none"


class Gradient(NamedTuple):
    """The gradient with respect to one argument of a formula, an array or a dict of arrays."""

    names: tuple[Key, ...]
    argument: str


@dataclass(frozen=True, kw_only=True)
class Entry:
    """Parts of the reference that one formula speaks for.

    Attributes:
        formula: name of the function in ``tests.oracle.formulas.<assignment>``, unique in the assignment.
        cases: maker of the arguments by the name of the case; each says what is special about it.
        outputs: what the formula returns, in order.
        gradients: of the outputs, weighted with their cotangents.
        run: calls the reference.
        prepare: the arguments of the formula, made of those of the case and of answers of the reference: the units
            that dropout has kept cannot be known beforehand.
    """

    formula: str
    cases: Mapping[str, Maker]
    outputs: tuple[Output, ...]
    gradients: tuple[Gradient, ...]
    run: Run
    prepare: Prepare = as_they_are

    @property
    def parts(self) -> frozenset[str]:
        """The parts of the reference that are compared."""
        names = [output.names for output in self.outputs] + [gradient.names for gradient in self.gradients]
        return frozenset(part for group in names for part, _ in group)


def pair(
    formula: str,
    pairs: Iterable[tuple[str, str]],
    cases: Mapping[str, Maker],
    *,
    wrt: str,
    outputs: str = "out",
    state: tuple[str, ...] = (),
    prepare: Prepare = as_they_are,
) -> Entry:
    """Return the entry of forwards and their backwards, all of one function.

    Args:
        formula: its name.
        pairs: forward and backward; the arguments of a case are those of the forward, in order.
        cases: makers by name.
        wrt: the arguments whose gradients the backward returns, in order.
        outputs: names of what the forward returns before the cache.
        state: entries of the last argument, a dict, that the forward updates; the formula returns them last.
        prepare: makes the arguments of the formula.
    """
    pairs, arguments, names = tuple(pairs), wrt.split(), outputs.split()

    def run(reference: Student, given: Arguments, cotangent: Cotangents) -> Results:
        results: Results = {}
        for forward, backward in pairs:
            returned, after = getattr(reference, forward).with_arguments(*given.values())
            *values, cache = returned
            upstream = [cotangent(i, np.shape(value)) for i, value in enumerate(values)]
            gradients = as_tuple(getattr(reference, backward)(*upstream, cache))
            results |= spread(((forward, name) for name in names), values)
            results |= spread(((forward, name) for name in state), [after[-1][name] for name in state])
            results |= spread(((backward, f"d{name}") for name in arguments), gradients)
        return results

    forwards, backwards = ([chosen[i] for chosen in pairs] for i in range(2))
    return Entry(
        formula=formula,
        cases=cases,
        outputs=(
            *(Output(keys_of(forwards, name), "random") for name in names),
            *(Output(keys_of(forwards, name)) for name in state),
        ),
        gradients=tuple(Gradient(keys_of(backwards, f"d{name}"), name) for name in arguments),
        run=run,
        prepare=prepare,
    )


def loss(formula: str, parts: str, cases: Mapping[str, Maker], *, wrt: str) -> Entry:
    """Return the entry of functions that return a loss and its gradient.

    Args:
        formula: its name.
        parts: names of the functions; the arguments of a case are theirs, in order.
        cases: makers by name.
        wrt: the argument whose gradient is returned.
    """

    def run(reference: Student, given: Arguments, cotangent: Cotangents) -> Results:
        results: Results = {}
        for part in parts.split():
            results |= spread([(part, "loss"), (part, f"d{wrt}")], getattr(reference, part)(*given.values()))
        return results

    return Entry(
        formula=formula,
        cases=cases,
        outputs=(Output(keys_of(parts.split(), "loss"), "one"),),
        gradients=(Gradient(keys_of(parts.split(), f"d{wrt}"), wrt),),
        run=run,
    )


def function(
    formula: str, part: str, cases: Mapping[str, Maker], *, returns: str, state: tuple[str, ...] = ()
) -> Entry:
    """Return the entry of a function whose results are compared as they are.

    Args:
        formula: its name.
        part: the function; the arguments of a case are its, in order.
        cases: makers by name.
        returns: names of its results, in order; further ones, such as a cache, are left out.
        state: entries of the last argument, a dict, as the function leaves them; the formula returns them last.
    """

    names = returns.split()

    def run(reference: Student, given: Arguments, cotangent: Cotangents) -> Results:
        returned, after = getattr(reference, part).with_arguments(*given.values())
        values = [*as_tuple(returned)[: len(names)], *(after[-1][name] for name in state)]
        return spread(keys, values)

    keys = [(part, name) for name in (*names, *state)]
    return values_only(formula, cases, keys, run)


def network(
    formula: str, part: str, cases: Mapping[str, Maker], build: Callable[[Student, Arguments], Any], *, inputs: str
) -> Entry:
    """Return the entry of a network: its loss and gradients on labelled data, and its scores without labels.

    Args:
        formula: its name; returns loss and scores.
        part: the class.
        cases: makers by name; ``params`` is among their arguments.
        build: makes the network of the sizes of ``params``; its own parameters are then replaced by them.
        inputs: the arguments of the method ``loss``, in order, the labels last.
    """
    names = inputs.split()

    def run(reference: Student, given: Arguments, cotangent: Cotangents) -> Results:
        net = build(reference, given)
        net.params = given["params"]
        values = [given[name] for name in names]
        loss, grads = net.loss(*values)
        return spread([(part, name) for name in ("loss", "scores", "grads")], [loss, net.loss(*values[:-1]), grads])

    return Entry(
        formula=formula,
        cases=cases,
        outputs=(Output(((part, "loss"),), "one"), Output(((part, "scores"),))),
        gradients=(Gradient(((part, "grads"),), "params"),),
        run=run,
    )


def values_only(formula: str, cases: Mapping[str, Maker], keys: Iterable[Key], run: Run) -> Entry:
    """Return an entry without gradients of its own."""
    outputs = tuple(Output((key,)) for key in keys)
    return Entry(formula=formula, cases=cases, outputs=outputs, gradients=(), run=run)


def keys_of(parts: Iterable[str], name: str) -> tuple[Key, ...]:
    return tuple(dict.fromkeys((part, name) for part in parts))


def spread(keys: Iterable[Key], values: Sequence[Any]) -> Results:
    """Return values as results; a dict becomes one result for each of its arrays, such as ``grads.W1``."""
    results: Results = {}
    for (part, name), value in zip(keys, values, strict=True):
        if isinstance(value, Mapping):
            results |= {(part, f"{name}.{key}"): np.asarray(item) for key, item in value.items()}
        else:
            results[part, name] = np.asarray(value)
    return results


def as_tuple(value: Any) -> tuple[Any, ...]:
    return value if isinstance(value, tuple) else (value,)
