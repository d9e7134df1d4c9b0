"""Golden files: the oracle's answers, one file an assignment, so that they can be compared without JAX.

A file holds two arrays: ``index``, JSON in UTF-8, a list of [formula, case, [[part, result, shape], ...]], and
``values``, all numbers of all results one after the other in that order. The arguments are not in it: a case draws
them from its name, by a generator whose numbers NumPy promises for ever.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from pathlib import Path

import numpy as np

from tests.oracle.collection import Case
from tests.oracle.comparison import Results

GOLDEN = Path(__file__).parent / "golden"


def golden_file(assignment: str) -> Path:
    return GOLDEN / f"{assignment}.npz"


def write_golden(path: Path, answers: Mapping[Case, Results]) -> None:
    """Write answers, in their order; the same ones give the same bytes (NumPy stamps members with a fixed date)."""
    index = [
        [case.formula, case.name, [[*key, np.shape(value)] for key, value in sorted(results.items())]]
        for case, results in answers.items()
    ]
    numbers = [np.ravel(value) for results in answers.values() for _, value in sorted(results.items())]
    text = json.dumps(index, separators=(",", ":")).encode()
    np.savez_compressed(
        path,
        index=np.frombuffer(text, dtype=np.uint8),
        values=np.concatenate(numbers).astype(np.float64),
    )


def read_golden(assignment: str) -> dict[Case, Results]:
    """Return the answers of the golden file of an assignment; none where there is no file."""
    path = golden_file(assignment)
    if not path.exists():
        return {}
    with np.load(path) as arrays:
        index, values = json.loads(arrays["index"].tobytes()), arrays["values"]
    answers: dict[Case, Results] = {}
    start = 0
    for formula, name, shapes in index:
        results = answers[Case(assignment, formula, name)] = {}
        for part, result, shape in shapes:
            size = int(np.prod(shape))
            results[part, result] = values[start : start + size].reshape(shape)
            start += size
    return answers
