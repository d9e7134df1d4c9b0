"""Data files are read once for all checks, which therefore cannot change them."""

from __future__ import annotations

import pytest

from grader.course import Assignment
from grader.session.setting import load_data


def test_a_check_cannot_change_the_data_of_the_next_one(tiny: Assignment) -> None:
    X = load_data(tiny, "points.npz")["X"]
    with pytest.raises(ValueError, match=r"^assignment destination is read-only$"):
        X[0] = 0.0
