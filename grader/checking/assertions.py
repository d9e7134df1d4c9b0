"""What checks call: compare a student's answer with the expected one, or raise CheckFailed with evidence.

The order is always the same: kind of object, shape, dtype kind, finiteness, values.
"""

from __future__ import annotations

import numbers
import reprlib
from collections.abc import Collection, Mapping, Sequence
from typing import Any, TypeGuard

import numpy as np

from grader.checking.diagnosis import explain_not_finite, explain_shape, explain_values, index_text
from grader.checking.failure import CheckFailed
from grader.checking.numeric import ATOL, RTOL, Array, as_floats, named_sizes, relative_errors, wrong_entries
from grader.model import ArrayEvidence, Diagnosis, Evidence, Measure, WorstEntry

WORST_SHOWN = 5
HEAT_SIDE = 32
NUMBER_KINDS = "biuf"
INSTEAD_OF_RETURN = {
    "coroutine": "Write def in place of async def.",
    "generator": "Write return in place of yield.",
}


def fail(summary: str, *, name: str, hint: str = "", detail: str = "") -> CheckFailed:
    """Return the failure of a malformed answer; ``name`` is the name of its cause."""
    diagnosis = Diagnosis(name=name, kind="structure", observation=summary, hint=hint)
    return CheckFailed(Evidence(summary=summary, detail=detail), diagnosis)


def assert_true(condition: object, summary: str, *, hint: str = "", detail: str = "") -> None:
    """Require a property of the answer.

    Args:
        condition: true where the answer has the property.
        summary: what is wrong where it has not, one sentence without inputs or expected values.
        hint: what to look at next.
        detail: more, which may hold values; shown for public checks only.
    """
    if not condition:
        diagnosis = Diagnosis(name="property-missing", kind="structure", observation=summary, hint=hint)
        raise CheckFailed(Evidence(summary=summary, detail=detail), diagnosis)


def type_name(value: object) -> str:
    """Return the name of a value's type; a value that could not leave the worker tells it itself."""
    return str(getattr(value, "type_name", type(value).__name__))


def with_article(kind: str) -> str:
    return f"{'an' if kind[:1] in 'aeiouAEIOU' or kind == 'ndarray' else 'a'} {kind}"


def is_several(value: object) -> TypeGuard[tuple[Any, ...] | list[Any]]:
    """Tell whether a result is several values, and not one that could not leave the worker (a named tuple too)."""
    return isinstance(value, tuple | list) and not hasattr(value, "type_name")


def as_array(name: str, value: object, expected: Array | None) -> Array:
    """Return the student's value as an array of numbers, or fail by saying what it is instead.

    A Python or NumPy number stands for an array of rank 0. Lists and tuples are not converted.

    Args:
        name: what the student calls it, such as "dx".
        value: anything.
        expected: an array of the expected shape, for the message; None where any shape will do.
    """
    if value is None:
        raise fail(f"{name} is None.", name="is-none", hint="Is a return statement missing?")
    if isinstance(value, np.ndarray | np.generic | numbers.Number):
        array = np.asarray(value)
    else:
        wanted = wanted_text(expected)
        if type_name(value) == "ndarray":
            # It could not leave the worker, and says why: "has dtype object".
            summary = f"{name} {getattr(value, 'reason', 'is no plain array')}, expected {wanted} of dtype float64."
            raise fail(summary, name="wrong-dtype")
        summary = f"{name} is {with_article(type_name(value))}, expected {wanted}."
        raise fail(summary, name="wrong-type", hint=f"Return {wanted}.")
    if array.dtype.kind not in NUMBER_KINDS:
        raise fail(f"{name} has dtype {array.dtype}, expected real numbers.", name="wrong-dtype")
    return array


def wanted_text(expected: Array | None) -> str:
    if expected is None:
        return "an array of numbers"
    return f"an array of shape {expected.shape}" if expected.ndim else "a number"


def assert_finite(name: str, array: Array) -> None:
    """Require that no entry is NaN or infinite."""
    if not np.isfinite(array).all():
        diagnosis = explain_not_finite(name, array, np.zeros(array.shape))
        raise CheckFailed(Evidence(summary=diagnosis.observation), diagnosis)


def assert_close(
    name: str,
    got: object,
    expected: Any,
    *,
    rtol: float = RTOL,
    atol: float = ATOL,
    sizes: Mapping[str, int] | None = None,
) -> None:
    """Require that ``got`` has the shape and the values of ``expected``.

    Args:
        name: what the student calls it, such as "dx".
        got: the student's value, anything.
        expected: (S) number, finite.
        rtol: allowed error relative to the entry.
        atol: allowed error relative to the largest expected magnitude.
        sizes: sizes by name ("N"), used to name a constant factor.

    Raises:
        CheckFailed: with evidence and what the values tell of the cause.
    """
    want = np.asarray(expected)
    array = as_array(name, got, want)
    if array.shape != want.shape:
        raise shape_failure(name, array, want)
    array = as_floats(array)
    if not np.isfinite(array[np.isfinite(want)]).all():
        diagnosis = explain_not_finite(name, array, want)
        evidence = Evidence(summary=diagnosis.observation, arrays=(array_evidence(name, array, want, rtol, atol),))
        raise CheckFailed(evidence, diagnosis)
    if wrong_entries(array, want, rtol, atol).any():
        raise value_failure(name, array, want, rtol, atol, sizes)


def shape_failure(name: str, got: Array, expected: Array) -> CheckFailed:
    diagnosis = explain_shape(name, got, expected)
    evidence = ArrayEvidence(
        name=name,
        got_shape=got.shape,
        expected_shape=expected.shape,
        wrong=got.size,
        total=got.size,
        max_relative_error=float("inf"),
    )
    return CheckFailed(Evidence(summary=diagnosis.observation, arrays=(evidence,)), diagnosis)


def value_failure(
    name: str, got: Array, expected: Array, rtol: float, atol: float, sizes: Mapping[str, int] | None = None
) -> CheckFailed:
    evidence = array_evidence(name, got, expected, rtol, atol)
    summary = value_summary(name, evidence, np.any(expected))
    detail = "\n".join(
        f"{name}{'' if got.ndim == 0 else index_text(entry.index)} is {entry.got}, expected {entry.expected}."
        for entry in evidence.worst[:3]
    )
    diagnosis = explain_values(name, got, expected, sizes, wrong_entries(got, expected, rtol, atol))
    return CheckFailed(Evidence(summary=summary, detail=detail, arrays=(evidence,)), diagnosis)


def value_summary(name: str, evidence: ArrayEvidence, scaled: object) -> str:
    """Say how many entries are wrong and, unless zeros are expected, how large the error is beside them."""
    size = share_text(evidence.max_relative_error)
    if not evidence.got_shape:
        return f"{name} is wrong: the error is {size} the expected value." if scaled else f"{name} is wrong."
    summary = f"{name} is wrong in {evidence.wrong} of {evidence.total} entries"
    return f"{summary}; the largest error is {size} the largest entry." if scaled else f"{summary}."


def share_text(error: float) -> str:
    """Write a relative error by its first digit, which reveals no expected value; what it is relative to follows."""
    if not np.isfinite(error):
        return "infinitely many times"
    if error >= 2:
        return f"{float(f'{error:.1g}'):g} times"
    return f"about {float(f'{100 * error:.1g}'):g} % of"


def array_evidence(name: str, got: Array, expected: Array, rtol: float = RTOL, atol: float = ATOL) -> ArrayEvidence:
    """Gather how two arrays of one shape differ: counts, worst entries, heat map."""
    wrong = wrong_entries(got, expected, rtol, atol)
    errors = np.where(wrong, relative_errors(got, expected), 0.0)
    order = np.argsort(-errors, axis=None, kind="stable")[: min(WORST_SHOWN, int(wrong.sum()))]
    indexes = [tuple(int(i) for i in np.unravel_index(flat, got.shape)) for flat in order]
    worst = tuple(
        WorstEntry(index=index, got=f"{float(got[index]):.8g}", expected=f"{float(expected[index]):.8g}")
        for index in indexes
    )
    return ArrayEvidence(
        name=name,
        got_shape=got.shape,
        expected_shape=expected.shape,
        wrong=int(wrong.sum()),
        total=int(got.size),
        max_relative_error=float(errors.max(initial=0.0)),
        worst=worst,
        heat=heat_map(relative_errors(got, expected)) if got.ndim >= 2 else None,
    )


def heat_map(errors: Array) -> tuple[tuple[float, ...], ...]:
    """Reduce errors of rank 2 or more to at most 32 x 32 cells: log10 of the largest error in each."""
    plane = errors.reshape(-1, errors.shape[-1]) if errors.ndim > 2 else errors
    for axis in (0, 1):
        if plane.shape[axis] > HEAT_SIDE:
            starts = np.linspace(0, plane.shape[axis], HEAT_SIDE, endpoint=False).astype(int)
            plane = np.maximum.reduceat(plane, starts, axis=axis)
    with np.errstate(divide="ignore"):
        logs = np.clip(np.log10(plane), -16.0, 2.0)
    return tuple(tuple(round(float(v), 2) for v in row) for row in logs)


def unpack(part: Any, result: object) -> tuple[Any, ...]:
    """Return a part's results as a tuple of the declared length, or fail by saying what came instead.

    Args:
        part: the called part, with ``name`` and ``returns`` (names of the values it returns).
        result: what it returned.
    """
    returns: Sequence[str] = part.returns
    if len(returns) == 1:
        return (result,)
    wanted = f"{len(returns)} values ({', '.join(returns)})"
    if result is None:
        summary = f"{part.name} returned None, expected {wanted}."
        raise fail(summary, name="is-none", hint="Is a return statement missing, or inside a branch?")
    if not is_several(result):
        summary = f"{part.name} returned one {type_name(result)}, expected {wanted}."
        hint = INSTEAD_OF_RETURN.get(type_name(result), f"End with: return {', '.join(returns)}")
        raise fail(summary, name="wrong-arity", hint=hint)
    if len(result) != len(returns):
        summary = f"{part.name} returned {count_text(len(result))}, expected {wanted}."
        raise fail(summary, name="wrong-arity", hint=f"End with: return {', '.join(returns)}")
    return tuple(result)


def count_text(count: int) -> str:
    return "1 value" if count == 1 else f"{count} values"


def assert_matches(
    student: Any,
    reference: Any,
    *args: object,
    rtol: float = RTOL,
    atol: float = ATOL,
    only: Sequence[str] | None = None,
    **kwargs: object,
) -> tuple[Any, ...]:
    """Require that the student's part returns what the reference returns for the same arguments.

    Args:
        student, reference: the same part of the two.
        *args, **kwargs: given to both, each gets copies.
        only: names of the results to compare; all but "cache" where None.

    Returns:
        the student's results.
    """
    expected = unpack(reference, reference(*args, **kwargs))
    results = unpack(student, student(*args, **kwargs))
    wanted = student.returns if only is None else only
    compare_results(student.returns, results, expected, wanted, rtol=rtol, atol=atol, sizes=named_sizes(args))
    return results


def compare_results(
    names: Sequence[str],
    results: Sequence[Any],
    expected: Sequence[Any],
    wanted: Collection[str],
    *,
    rtol: float = RTOL,
    atol: float = ATOL,
    sizes: Mapping[str, int] = {},
) -> None:
    """Require the results named in ``wanted`` to be close to the expected ones; a cache is anybody's own."""
    for name, got, want in zip(names, results, expected, strict=True):
        if name != "cache" and name in wanted:
            assert_close(name, got, want, rtol=rtol, atol=atol, sizes=sizes)


def assert_equal(name: str, got: object, expected: object, *, hint: str = "") -> None:
    """Require a plain value (number of things, string, flag) to be exactly the expected one."""
    if got is None:
        raise fail(f"{name} is None.", name="is-none", hint=hint)
    if type(got) is not type(expected) and not isinstance(got, numbers.Number | np.generic):
        wanted = with_article(type(expected).__name__)
        summary = f"{name} is {with_article(type_name(got))}, expected {wanted}."
        raise fail(summary, name="wrong-type", hint=hint)
    if not is_equal(got, expected):
        detail = f"{name} is {shortened(got)}, expected {shortened(expected)}."
        raise fail(f"{name} is wrong.", name="wrong-value", hint=hint, detail=detail)


def shortened(value: object) -> str:
    """Return a plain value as Python writes it, with what is long left out."""
    try:
        return reprlib.repr(value)
    except ValueError:  # Python writes no whole number of more than 4300 digits.
        return "a number of thousands of digits"


def is_equal(got: object, expected: object) -> bool:
    """Compare plain values, whatever the student's is; an array equals no plain value."""
    if isinstance(got, list | tuple) and isinstance(expected, list | tuple):
        return len(got) == len(expected) and all(map(is_equal, got, expected))
    if isinstance(got, dict) and isinstance(expected, dict):
        return got.keys() == expected.keys() and all(is_equal(got[key], expected[key]) for key in got)
    return not isinstance(got, np.ndarray) and bool(got == expected)


def assert_at_least(name: str, value: float, *, full: float, none: float) -> None:
    """Award a fraction: all points from ``full`` on, none up to ``none``, linear between.

    Args:
        name: what is measured, such as "accuracy on held-out digits".
        value: what was reached.

    Raises:
        CheckFailed: below ``full``, with the fraction that is earned all the same.
    """
    if not full > none:
        raise ValueError(f"full is {full}, expected more than none, which is {none}.")
    measure = Measure(name=name, value=float(value), full=full, none=none)
    if np.isfinite(value) and value >= full:
        return
    fraction = float(np.clip((value - none) / (full - none), 0.0, 1.0)) if np.isfinite(value) else 0.0
    summary = f"{name} is {value:.3f}; all points need {full:.3f}, and {none:.3f} earns none."
    raise CheckFailed(Evidence(summary=summary, measures=(measure,)), None, fraction)
