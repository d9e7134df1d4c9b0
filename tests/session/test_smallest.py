"""The smallest input that still fails is found, the same each time, and its call reproduces the failure."""

from __future__ import annotations

import msgspec
import numpy as np
import pytest
from hypothesis import find, settings
from hypothesis import strategies as st
from hypothesis.errors import NoSuchExample

from grader.course import Assignment
from grader.model import Grade, Smallest, Visibility
from grader.session.shrinking import BUDGET, Inputs, Search, alternated, rounded
from tests.course_factory import SOLUTION, changed, part_of
from tests.session.conftest import GradeAll

WRONG_AXIS = changed(("np.sum(dout, axis=0)", "np.sum(dout, axis=1)"))
RAISES = changed(("np.sum(dout, axis=0)", "np.sum(dout, axis=7)"))


def inputs() -> dict[str, np.ndarray[tuple[int, ...], np.dtype[np.float64]]]:
    rng = np.random.default_rng(3)
    return {"x": rng.normal(size=(4, 5)), "w": rng.normal(size=(5, 3)), "b": rng.normal(size=3)}


def is_wide(values: Inputs) -> bool:
    """Fail for two rows and two columns, on shapes that belong together."""
    x, w, b = values["x"], values["w"], values["b"]
    fits: bool = x.shape[1] == w.shape[0] and w.shape[1] == b.shape[0]
    return fits and len(x) >= 2 and len(b) >= 2


def test_axes_of_one_length_are_cut_together() -> None:
    found = Search(is_wide).smallest(inputs())
    assert {name: value.shape for name, value in found.items()} == {"x": (2, 1), "w": (1, 2), "b": (2,)}


@pytest.mark.parametrize("place", range(5))
def test_an_extreme_entry_is_found_wherever_it_stands(place: int) -> None:
    x = np.linspace(-1.0, 1.0, 5)
    x[place] = 800.0
    found = Search(lambda values: bool((values["x"] > 700).any())).smallest({"x": x})
    assert found["x"].tolist() == [800.0]


def test_numbers_become_simple_and_none_is_zero() -> None:
    np.testing.assert_array_equal(Search(is_wide).smallest(inputs())["x"], [[1.0], [2.0]], strict=True)


def test_a_failure_of_negative_numbers_keeps_them() -> None:
    found = Search(lambda values: bool((values["x"] < 0).any())).smallest({"x": -np.ones((2, 3))})
    assert found["x"].tolist() == [[-1.0]]


def test_labels_become_zeros_and_stay_labels() -> None:
    found = Search(lambda values: len(values["x"]) == len(values["y"])).smallest(
        {"y": np.array([2, 1, 3]), "x": np.array([0.5, 0.25, -2.0])}
    )
    assert found["y"].tolist() == [0]


def test_a_probability_stays_one() -> None:
    found = Search(lambda values: True).smallest({"p": np.array([0.31, 0.77])})
    assert 0.0 < found["p"].item() < 1.0


def test_a_whole_number_becomes_one() -> None:
    assert Search(lambda values: True).smallest({"stride": 3})["stride"] == 1


def test_what_fails_only_as_it_is_stays_as_it_is() -> None:
    given = inputs()
    assert Search(lambda values: False).smallest(given) is given


def test_no_more_questions_are_asked_than_the_budget_allows() -> None:
    asked: list[Inputs] = []

    def passes(values: Inputs) -> bool:
        asked.append(values)
        return False

    Search(passes).smallest({f"x{n}": np.ones((9, n + 2)) for n in range(30)})
    assert len(asked) <= BUDGET


def test_hypothesis_finds_no_smaller_shape() -> None:
    found = Search(is_wide).smallest(inputs())
    size = sum(value.size for value in found.values())

    def is_smaller(sizes: tuple[int, int, int]) -> bool:
        n, d, m = sizes
        other = {"x": np.ones((n, d)), "w": np.ones((d, m)), "b": np.ones(m)}
        return is_wide(other) and sum(value.size for value in other.values()) < size

    shapes = st.tuples(st.integers(1, 4), st.integers(1, 5), st.integers(1, 3))
    with pytest.raises(NoSuchExample):
        find(shapes, is_smaller, settings=settings(max_examples=200, database=None))


def test_rounded_numbers_keep_one_digit_and_their_sign() -> None:
    np.testing.assert_array_equal(rounded(np.array([[-0.0123, 4.56]])), [[-0.01, 5.0]], strict=True)


def test_alternated_numbers_change_their_sign() -> None:
    assert alternated(np.zeros(3)).tolist() == [-1.0, 2.0, -3.0]


@pytest.fixture(scope="module")
def grades(tiny: Assignment, grade_all: GradeAll) -> dict[str, Grade]:
    return grade_all(tiny, {"axis": WRONG_AXIS, "raises": RAISES, "again": WRONG_AXIS, "right": SOLUTION})


def smallest_of(grade: Grade, part: str) -> list[Smallest]:
    cases = (case for check in part_of(grade, part).checks for case in check.cases)
    return [case.evidence.smallest for case in cases if case.evidence is not None and case.evidence.smallest]


def test_the_smallest_input_of_a_backward_is_a_call_to_paste(grades: dict[str, Grade]) -> None:
    [found] = smallest_of(grades["axis"], "affine_backward")
    namespace: dict[str, object] = {}
    exec(WRONG_AXIS, namespace)
    lines = [line for line in found.call.splitlines() if not line.startswith("from tiny")]
    exec("\n".join(lines), namespace)
    db = np.asarray(namespace["db"])
    assert db.size <= 2
    assert found.got == f"db = {db.tolist()}" or "db has shape" in found.got


def test_it_is_the_same_each_time(grades: dict[str, Grade]) -> None:
    found = [smallest_of(grades[name], "affine_backward")[0] for name in ("axis", "again")]
    assert (found[0].call, found[0].got) == (found[1].call, found[1].got)


def test_an_exception_is_shown_as_what_came(grades: dict[str, Grade]) -> None:
    [found] = smallest_of(grades["raises"], "affine_backward")
    assert found.got.startswith("AxisError: axis 7 is out of bounds")


def test_a_right_hand_in_has_none(grades: dict[str, Grade]) -> None:
    assert b'"call"' not in msgspec.json.encode(grades["right"])


def test_no_hidden_check_has_one(grades: dict[str, Grade]) -> None:
    hidden = [
        case
        for part in grades["axis"].parts
        for check in part.checks
        if check.check.visibility is Visibility.HIDDEN
        for case in check.cases
        if case.evidence is not None
    ]
    assert hidden
    assert all(case.evidence is None or case.evidence.smallest is None for case in hidden)
