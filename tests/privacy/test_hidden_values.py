"""No string a student gets from a hidden check tells a value: neither by mistake nor by design.

``python -m tests.privacy`` searches the reports of all misconceptions of all assignments.
"""

from __future__ import annotations

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor

import numpy as np
import pytest

from grader.model import Grade, Visibility
from grader.sandbox.host import Sandbox
from tests.course_factory import SECRET, write_course
from tests.privacy.hostile import WAYS, source
from tests.privacy.misconceptions import Read, read_all, scores, undisclosed
from tests.privacy.reading import long_numbers, page_text, significant, told
from tests.session.conftest import graded, process_restored

ASSIGNMENTS = ("mlp", "training", "cnn", "rnn")
SAMPLE = 2


@pytest.fixture(scope="module")
def read() -> dict[str, tuple[Read, ...]]:
    with ThreadPoolExecutor(2) as executor:
        return dict(zip(ASSIGNMENTS, executor.map(lambda n: read_all(n, sample=SAMPLE), ASSIGNMENTS), strict=True))


@pytest.mark.parametrize("name", ASSIGNMENTS)
def test_a_mistake_is_reported_without_hidden_values(read: dict[str, tuple[Read, ...]], name: str) -> None:
    assert len(read[name]) >= SAMPLE
    assert [page for page in read[name] if page.told] == []


def test_the_search_finds_hidden_values_where_nothing_is_taken_out(read: dict[str, tuple[Read, ...]]) -> None:
    assert sum(bool(page.undisclosed) for pages in read.values() for page in pages) >= 2


@pytest.fixture(scope="module")
def hostile(tmp_path_factory: pytest.TempPathFactory) -> Iterator[dict[str, Grade]]:
    tiny = write_course(tmp_path_factory.mktemp("course"))
    with process_restored(), Sandbox() as sandbox:
        yield graded(sandbox, tiny, {way: source(way) for way in WAYS}, SECRET)


def numbers_on(grade: Grade) -> tuple[str, ...]:
    # A factor of ten is no secret: what counts is that the digits are not there.
    return tuple(sorted(long_numbers(page_text(grade)) - scores(grade)))


@pytest.mark.parametrize("way", WAYS)
def test_no_way_out_is_left_for_a_hidden_input(hostile: dict[str, Grade], way: str) -> None:
    assert numbers_on(hostile[way]) == ()


@pytest.mark.parametrize("way", WAYS)
def test_every_way_is_tried(hostile: dict[str, Grade], way: str) -> None:
    hidden = [
        case
        for part in hostile[way].parts
        if part.part == "affine_forward"
        for check in part.checks
        for case in check.cases
        if check.check.visibility is Visibility.HIDDEN
    ]
    assert hidden
    assert all(case.fraction == 0.0 for case in hidden)


def test_what_is_taken_out_would_have_told(hostile: dict[str, Grade]) -> None:
    open_ways = [way for way in WAYS if undisclosed(hostile[way], numbers_on)]
    assert len(open_ways) >= 12, open_ways


# The search itself


def test_numbers_of_four_digits_are_found() -> None:
    assert long_numbers("x is 0.1234, 12.3, 1,234 and T_7391_x of 100000") == {"0.1234", "1,234", "T_7391_x"}


@pytest.mark.parametrize(("number", "digits"), [("0.0120", 2), ("1,200", 2), ("-0.4567e-12", 4), ("1000", 1)])
def test_significant_digits_are_counted(number: str, digits: int) -> None:
    assert significant(number) == digits


def test_a_value_is_recognised_by_the_digits_that_are_shown() -> None:
    assert told({"0.1235", "0.9999"}, np.array([0.12349, 0.5])) == {"0.1235"}


def test_whole_numbers_are_no_values() -> None:
    assert told({"1,234", "1234"}, np.array([1234.3])) == set()
