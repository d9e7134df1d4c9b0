"""What a served part changed in place in its arguments, so that the worker can do the same to the originals.

``batchnorm_forward(x, gamma, beta, bn_param)`` keeps running statistics in ``bn_param``: when the trusted side
answers for it, the dictionary it changes is a copy that came over the wire.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np

Changes = list[tuple[int, dict[str, Any]]]  # place of a dictionary among the arguments, and its new entries


def snapshot(value: Any) -> Any:
    """Return plain data copied down to its arrays; anything else is returned as it is."""
    if isinstance(value, np.ndarray):
        return value.copy()
    if type(value) in (list, tuple):
        return type(value)(map(snapshot, value))
    if type(value) is dict:
        return {key: snapshot(item) for key, item in value.items()}
    return value


def dictionaries(args: Sequence[object]) -> dict[int, dict[str, Any]]:
    """Return copies of the arguments that are dictionaries, by their places."""
    return {place: snapshot(value) for place, value in enumerate(args) if type(value) is dict}


def changes(args: Sequence[object], before: dict[int, dict[str, Any]]) -> Changes:
    """Return the entries that are new or other than ``dictionaries(args)`` had them."""
    found = []
    for place, old in before.items():
        now = args[place]
        assert type(now) is dict, "the arguments themselves stay what they are"
        changed = {key: value for key, value in now.items() if key not in old or not same(value, old[key])}
        if changed:
            found.append((place, changed))
    return found


def same(one: Any, other: Any) -> bool:
    """Tell whether two values are the same data."""
    if isinstance(one, np.ndarray) or isinstance(other, np.ndarray):
        arrays = isinstance(one, np.ndarray) and isinstance(other, np.ndarray)
        return arrays and one.dtype == other.dtype and np.array_equal(one, other, equal_nan=one.dtype.kind == "f")
    if type(one) is not type(other):
        return False
    if isinstance(one, list | tuple):
        return len(one) == len(other) and all(map(same, one, other))
    if isinstance(one, dict):
        return one.keys() == other.keys() and all(same(one[key], other[key]) for key in one)
    return one is other or bool(one == other)
