"""Advice that costs no points: habits of correct code that will hurt elsewhere.

Measured on real hand-ins: 143 of 144 convolutions return float64 for float32, 49 of 76 LSTM steps change an argument.
Whether a part copes with arrays that are not contiguous cannot be told: what crosses the wire always is.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

import numpy as np

from grader.checking.assertions import is_several
from grader.errors import StudentRaised

Advise = Callable[[object, str], None]


def advise_on_habits(part: Any, inputs: Mapping[str, Any], advise: Advise) -> None:
    """Say so where a part changes an array it is given, or does not keep to float32.

    Call it at the end of a check: the answers themselves were judged before.

    Args:
        part: of the student's.
        inputs: its arguments by name, in order.
        advise: the fixture.
    """
    for name in changed_arguments(part, inputs):
        sentence = f"{part.name} changes its argument {name} in place: the caller may still need it. Work on a copy."
        advise(False, sentence)
    # Nobody is asked for more than the reference does.
    if keeps_single_precision(part.counterpart, inputs) and not keeps_single_precision(part, inputs):
        advise(
            False,
            f"{part.name} does not return float32 for float32: a network in single precision would lose its speed. "
            "Where do you make an array without saying its dtype?",
        )


def changed_arguments(part: Any, inputs: Mapping[str, Any]) -> list[str]:
    """Return the names of the arrays that the part's function leaves other than they were."""
    try:
        _, after = part.with_arguments(*inputs.values())
    except StudentRaised:
        return []
    before = zip(inputs.items(), after, strict=True)
    return [name for (name, value), left in before if isinstance(value, np.ndarray) and not same_array(value, left)]


def same_array(value: np.ndarray[Any, Any], left: object) -> bool:
    # What could not come back is no array any more; of that nothing is known.
    return not isinstance(left, np.ndarray) or np.array_equal(value, left)


def keeps_single_precision(part: Any, inputs: Mapping[str, Any]) -> bool:
    """Tell whether every array that comes back for float32 arrays is float32."""
    single = [as_single(value) for value in inputs.values()]
    try:
        result = part(*single)
    except StudentRaised:
        return False
    results = result if is_several(result) else (result,)
    return all(value.dtype == np.float32 for value in results if isinstance(value, np.ndarray))


def as_single(value: Any) -> Any:
    return value.astype(np.float32) if isinstance(value, np.ndarray) and value.dtype == np.float64 else value
