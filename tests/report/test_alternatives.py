from __future__ import annotations

import math

import msgspec
import numpy as np
import pytest

from grader.model import Curve
from grader.report import alternatives
from tests.report.factory import array, heat


@pytest.mark.parametrize(
    ("bad_rows", "sentence"),
    [
        ((0,), "Wrong entries only in row 0 of dx."),
        ((0, 5, 7), "Wrong entries only in rows 0, 5 and 7 of dx."),
        ((2, 3, 4, 5), "Wrong entries only in rows 2 to 5 of dx."),
        ((0, 1, 3, 5, 7), "Wrong entries only in 5 rows of dx."),
        (tuple(range(8)), "All entries of dx are wrong."),
    ],
)
def test_wrong_rows_are_named(bad_rows: tuple[int, ...], sentence: str) -> None:
    assert alternatives.heat_map(array("dx", 8, 3, bad_rows=bad_rows)) == sentence


def test_a_wrong_column_is_named() -> None:
    columns = tuple(zip(*heat(5, 4, bad_rows=(2,)), strict=True))
    turned = msgspec.structs.replace(array("dx", 4, 5, bad_rows=()), heat=columns, wrong=4)
    assert alternatives.heat_map(turned) == "Wrong entries only in column 2 of dx."


def test_scattered_entries_are_counted() -> None:
    values = np.full((3, 3), -16.0)
    np.fill_diagonal(values, -1.0)
    scattered = msgspec.structs.replace(
        array("dx", 3, 3, bad_rows=()), heat=tuple(map(tuple, values.tolist())), wrong=3
    )
    assert alternatives.heat_map(scattered) == "Wrong entries in all rows and columns of dx, 3 of 9."


def test_a_reduced_heat_map_claims_no_rows_of_the_array() -> None:
    values = np.full((2, 3), -16.0)
    values[1, 2] = 0.5
    reduced = msgspec.structs.replace(
        array("dx", 64, 96, bad_rows=()), heat=tuple(map(tuple, values.tolist())), wrong=7
    )
    expected = (
        "7 of 6144 entries of dx are wrong. In the picture, 2 rows by 3 columns, "
        "the error is largest in row 1, column 2."
    )
    assert alternatives.heat_map(reduced) == expected


def test_errors_that_do_not_stand_apart_claim_no_place() -> None:
    near = msgspec.structs.replace(
        array("dx", 2, 3, bad_rows=()), heat=((-5.9, -6.1, -6.3), (-6.2, -6.4, -6.0)), wrong=1
    )
    expected = (
        "1 of 6 entries of dx is wrong. In the picture, 2 rows by 3 columns, the error is largest in row 0, column 0."
    )
    assert alternatives.heat_map(near) == expected


def test_a_curve_is_told_by_its_ends() -> None:
    curve = Curve(name="loss", x=(0.0, 100.0, 200.0), y=(2.3, 1.0, 0.41))
    assert alternatives.curves([curve]) == "Loss falls from 2.3 to 0.41 in 200 steps."


def test_a_curve_that_breaks_is_told_with_its_step() -> None:
    curve = Curve(name="loss", x=(0.0, 40.0, 80.0), y=(2.3, math.nan, math.inf))
    assert alternatives.curves([curve]) == "Loss starts at 2.3 and is not a finite number from step 40."


def test_a_histogram_is_told_by_its_tenths() -> None:
    expected = "Students by percent of the points. 0 to 10 %: 1; 90 to 100 %: 2."
    assert alternatives.histogram([0.05, 0.95, 1.0]) == expected
