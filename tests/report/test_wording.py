from __future__ import annotations

import math

import msgspec
import pytest

from grader.report.wording import array_sentence, isolation, percent, points, power_of_ten
from tests.report import factory


@pytest.mark.parametrize(("value", "text"), [(3.0, "3"), (2.5, "2.5"), (2 / 3, "0.67"), (10.0, "10"), (0.0, "0")])
def test_points_have_at_most_two_decimals(value: float, text: str) -> None:
    assert points(value) == text


@pytest.mark.parametrize(
    ("share", "text"),
    [(0.0, "0\xa0%"), (0.004, "under 1\xa0%"), (0.25, "25\xa0%"), (0.999, "99\xa0%"), (1.0, "100\xa0%")],
)
def test_only_everything_is_a_hundred_percent(share: float, text: str) -> None:
    assert percent(share) == text


@pytest.mark.parametrize(("value", "text"), [(0.013, "10⁻²"), (1.2, "1"), (8e4, "10⁵"), (0.09, "0.1")])
def test_an_error_is_told_by_its_power_of_ten(value: float, text: str) -> None:
    assert power_of_ten(value) == text


def test_an_array_is_told_by_count_share_and_size() -> None:
    expected = "6 of 24 entries are wrong (25\xa0%); the largest relative error is about 10⁻²."
    assert array_sentence(factory.array()) == expected


def test_one_wrong_entry_is_told_in_the_singular() -> None:
    array = msgspec.structs.replace(factory.array(), wrong=1, max_relative_error=0.0)
    assert array_sentence(array) == "1 of 24 entries is wrong (4\xa0%)."


def test_an_infinite_error_is_told_as_not_finite() -> None:
    array = msgspec.structs.replace(factory.array(), max_relative_error=math.inf)
    assert array_sentence(array) == "6 of 24 entries are wrong (25\xa0%); some are not finite numbers."


def test_no_isolation_is_said_plainly() -> None:
    assert isolation("none") == "Nothing isolated the code that was graded."


def test_the_tier_of_the_sandbox_is_named() -> None:
    assert isolation("T2") == "The code ran isolated in a sandbox (tier T2)."
