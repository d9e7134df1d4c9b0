"""What JAX answers: the outputs of a formula, and the gradients that JAX takes of it."""

from __future__ import annotations

import importlib
from typing import Any

import jax
import numpy as np

from tests.oracle.collection import Case, Draw, reference
from tests.oracle.comparison import Results
from tests.oracle.draws import Arguments
from tests.oracle.entry import Cotangents, Entry, as_tuple, spread
from tests.oracle.formulas.compilation import compiled


def answers_of_oracle(case: Case, number: int = 0) -> Results:
    """Return what JAX answers in a case, by the names of the results of the reference."""
    draw, entry = Draw(case, number), case.entry
    arguments = entry.prepare(reference(case.assignment), draw.arguments())
    formula = getattr(importlib.import_module(f"tests.oracle.formulas.{case.assignment}"), entry.formula)

    def outputs_of(chosen: Arguments) -> tuple[Any, ...]:
        return as_tuple(formula(**arguments | chosen))

    return evaluate(entry, outputs_of, arguments, draw.cotangent)


def evaluate(entry: Entry, outputs_of: Any, arguments: Arguments, cotangent: Cotangents) -> Results:
    """Return the outputs of a function and its gradients.

    Args:
        entry: what the outputs and the gradients are called.
        outputs_of: function of the arguments that are differentiated.
        arguments: all arguments.
        cotangent: random numbers for the outputs.
    """
    wrt = {gradient.argument: arguments[gradient.argument] for gradient in entry.gradients}
    weighted = [i for i, output in enumerate(entry.outputs) if output.cotangent != "none"]
    if not wrt:
        return named(entry, outputs_of({}), {})

    def split(chosen: Arguments) -> tuple[list[Any], tuple[Any, ...]]:
        outputs = outputs_of(chosen)
        return [outputs[i] for i in weighted], outputs

    upstream = [
        np.ones(value.shape) if entry.outputs[i].cotangent == "one" else cotangent(i, value.shape)
        for i, value in zip(weighted, jax.eval_shape(split, wrt)[0], strict=True)
    ]

    def differentiate(chosen: Arguments, upstream: list[Any]) -> tuple[Any, Any]:
        _, pull_back, outputs = jax.vjp(split, chosen, has_aux=True)
        return outputs, pull_back(upstream)[0]

    return named(entry, *compiled(differentiate)(wrt, upstream))


def named(entry: Entry, outputs: tuple[Any, ...], gradients: Arguments) -> Results:
    results: Results = {}
    for output, value in zip(entry.outputs, outputs, strict=True):
        results |= spread(output.names, [value] * len(output.names))
    for gradient in entry.gradients:
        results |= spread(gradient.names, [gradients[gradient.argument]] * len(gradient.names))
    return results
