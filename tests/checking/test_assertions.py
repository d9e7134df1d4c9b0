"""What a check says of a wrong answer: each message as a whole sentence."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

from grader.checking import (
    CheckFailed,
    assert_at_least,
    assert_close,
    assert_equal,
    assert_matches,
    assert_true,
    fail,
    unpack,
)
from grader.checking.assertions import array_evidence, heat_map
from grader.checking.numeric import Array
from grader.model import Diagnosis, Measure
from grader.sandbox.wire import Unusable
from tests.checking.parts import FakePart, affine_forward, affine_inputs

SECRET = 0.7390851332151607  # an expected value that no summary may show


@pytest.fixture
def rng() -> np.random.Generator:
    return np.random.default_rng(2)


def failure_of(*args: Any, **kwargs: Any) -> CheckFailed:
    """Return what ``assert_close`` raises."""
    with pytest.raises(CheckFailed) as caught:
        assert_close(*args, **kwargs)
    return caught.value


def diagnosis_of(failure: CheckFailed) -> Diagnosis:
    assert failure.diagnosis is not None
    return failure.diagnosis


# --- right answers ----------------------------------------------------------------------------------------


@pytest.mark.parametrize("dtype", [np.float64, np.float32, np.longdouble])
def test_the_right_values_pass_in_any_precision(dtype: type, rng: np.random.Generator) -> None:
    want = rng.normal(size=(4, 3))
    assert_close("dx", want.astype(dtype), want)


@pytest.mark.parametrize("got", [2, 2.0, np.float32(2), np.int8(2), np.array(2.0)])
def test_any_real_number_stands_for_an_array_of_rank_0(got: object) -> None:
    assert_close("loss", got, 2.0)


def test_a_matrix_that_is_no_plain_array_passes_by_its_values(rng: np.random.Generator) -> None:
    class Tagged(np.ndarray[Any, Any]):
        pass

    want = rng.normal(size=(4, 3))
    assert_close("dx", want.view(Tagged), want)


def test_an_array_without_entries_passes() -> None:
    assert_close("dx", np.empty((0, 3)), np.empty((0, 3)))


def test_whole_numbers_pass_for_equal_ones() -> None:
    assert_close("mask", np.array([True, False]), np.array([1.0, 0.0]))


# --- kinds of objects -------------------------------------------------------------------------------------


def test_none_is_named_and_asks_for_the_return_statement() -> None:
    failure = failure_of("dx", None, np.ones(3))
    assert failure.evidence.summary == "dx is None."
    assert failure.diagnosis == Diagnosis(
        name="is-none", kind="structure", observation="dx is None.", hint="Is a return statement missing?"
    )


@pytest.mark.parametrize(
    ("got", "want", "sentence"),
    [
        ([1.0, 2.0], np.ones(2), "db is a list, expected an array of shape (2,)."),
        ((1.0, 2.0), np.ones((2, 3)), "db is a tuple, expected an array of shape (2, 3)."),
        ("2.0", 2.0, "db is a str, expected a number."),
        ({}, np.ones(2), "db is a dict, expected an array of shape (2,)."),
        (b"x", 2.0, "db is a bytes, expected a number."),
        (Unusable("generator", "is no data"), np.ones(2), "db is a generator, expected an array of shape (2,)."),
    ],
)
def test_what_is_no_array_is_named_with_what_is_expected(got: object, want: Any, sentence: str) -> None:
    failure = failure_of("db", got, want)
    assert failure.evidence.summary == sentence
    wanted = sentence.split(", expected ")[1]
    assert diagnosis_of(failure).hint == f"Return {wanted}"


def test_an_array_that_could_not_leave_the_worker_says_why() -> None:
    failure = failure_of("db", Unusable("ndarray", "has dtype object"), np.ones(2))
    assert failure.evidence.summary == "db has dtype object, expected an array of shape (2,) of dtype float64."


@pytest.mark.parametrize(
    ("got", "sentence"),
    [
        (np.ones(2, dtype=complex), "db has dtype complex128, expected real numbers."),
        (np.array(["a", "b"]), "db has dtype <U1, expected real numbers."),
        (np.array([None, 1.0]), "db has dtype object, expected real numbers."),
        (1j, "db has dtype complex128, expected real numbers."),
        (10**400, "db has dtype object, expected real numbers."),
        (np.array(["2020-01-01"], dtype="M8[D]"), "db has dtype datetime64[D], expected real numbers."),
        (np.str_("a"), "db has dtype <U1, expected real numbers."),
    ],
)
def test_what_is_no_real_number_is_named_by_its_dtype(got: object, sentence: str) -> None:
    assert failure_of("db", got, np.ones(2)).evidence.summary == sentence


# --- shape ------------------------------------------------------------------------------------------------


def test_a_wrong_shape_is_reported_with_the_right_one(rng: np.random.Generator) -> None:
    failure = failure_of("dw", rng.normal(size=(4, 3)), rng.normal(size=(3, 5)))
    assert failure.evidence.summary == "dw has shape (4, 3), expected (3, 5)."
    assert diagnosis_of(failure).name == "wrong-shape"


def test_a_wrong_shape_counts_every_entry_as_wrong(rng: np.random.Generator) -> None:
    (evidence,) = failure_of("dw", rng.normal(size=(4, 3)), rng.normal(size=(3, 5))).evidence.arrays
    assert (evidence.wrong, evidence.total, evidence.got_shape, evidence.expected_shape) == (12, 12, (4, 3), (3, 5))


def test_shape_is_judged_before_finiteness() -> None:
    assert failure_of("dw", np.full((2, 2), np.nan), np.ones(3)).evidence.summary == (
        "dw has shape (2, 2), expected (3,)."
    )


# --- finiteness -------------------------------------------------------------------------------------------


def test_nan_is_counted_and_placed() -> None:
    got = np.ones((3, 4))
    got[1, 2] = got[2, 0] = np.nan
    failure = failure_of("dx", got, np.ones((3, 4)))
    assert failure.evidence.summary == "In dx, 2 of 12 entries are NaN; the first is at [1, 2]."


def test_one_infinite_entry_is_one() -> None:
    failure = failure_of("dx", np.array([1.0, np.inf, 1.0]), np.ones(3))
    assert failure.evidence.summary == "In dx, 1 of 3 entries is infinite; the first is at [1]."


def test_nan_and_infinite_entries_are_told_together() -> None:
    failure = failure_of("dx", np.array([-np.inf, np.nan, 1.0]), np.ones(3))
    assert failure.evidence.summary == "In dx, 2 of 3 entries are NaN or infinite; the first is at [0]."


@pytest.mark.parametrize(("got", "word"), [(float("nan"), "NaN"), (float("-inf"), "infinite")])
def test_a_number_that_is_not_finite_is_named(got: float, word: str) -> None:
    assert failure_of("loss", got, 1.5).evidence.summary == f"loss is {word}."


def test_an_expected_infinity_is_not_counted_among_those_not_finite() -> None:
    failure = failure_of("x", np.array([np.inf, np.nan, 1.0]), np.array([np.inf, 1.0, 1.0]))
    assert failure.evidence.summary == "In x, 1 of 3 entries is NaN; the first is at [1]."


def test_an_expected_infinity_that_is_met_gets_no_blame() -> None:
    failure = failure_of("x", np.array([np.inf, 3.0, 1.0]), np.array([np.inf, 1.0, 1.0]))
    assert failure.diagnosis is None


def test_a_long_double_out_of_range_is_infinite() -> None:
    assert failure_of("loss", np.longdouble("1e4000"), 1.5).evidence.summary == "loss is infinite."


# --- values -----------------------------------------------------------------------------------------------


def test_wrong_values_are_counted_and_measured_by_one_digit() -> None:
    failure = failure_of("dx", np.array([[1.0, 2.0], [3.0, 4.47]]), np.array([[1.0, 2.0], [3.0, 4.0]]))
    assert failure.evidence.summary == (
        "dx is wrong in 1 of 4 entries; the largest error is about 10 % of the largest entry."
    )


def test_large_errors_are_told_as_multiples() -> None:
    failure = failure_of("dx", np.array([1.0, 31.4]), np.array([1.0, 2.0]))
    assert failure.evidence.summary == (
        "dx is wrong in 1 of 2 entries; the largest error is 10 times the largest entry."
    )


def test_a_wrong_number_is_measured_by_the_expected_one() -> None:
    assert (
        failure_of("loss", 1.3, 1.0).evidence.summary == "loss is wrong: the error is about 30 % of the expected value."
    )


def test_a_number_far_off_is_told_as_a_multiple() -> None:
    assert failure_of("loss", 8.0, 1.0).evidence.summary == "loss is wrong: the error is 7 times the expected value."


def test_an_error_beyond_all_numbers_is_told_in_words() -> None:
    assert failure_of("loss", 1e308, 1e-300).evidence.summary == (
        "loss is wrong: the error is infinitely many times the expected value."
    )


def test_beside_an_expected_zero_no_size_of_the_error_is_told() -> None:
    assert failure_of("loss", 0.5, 0.0).evidence.summary == "loss is wrong."


def test_beside_expected_zeros_no_size_of_the_error_is_told() -> None:
    assert failure_of("dx", np.array([0.0, 0.5]), np.zeros(2)).evidence.summary == "dx is wrong in 1 of 2 entries."


def test_the_detail_lists_the_worst_entries_first() -> None:
    failure = failure_of("dx", np.array([1.0, 2.5, 9.0]), np.array([1.0, 2.0, 3.0]))
    assert failure.evidence.detail == "dx[2] is 9, expected 3.\ndx[1] is 2.5, expected 2."


def test_the_detail_of_a_number_has_no_index() -> None:
    assert failure_of("loss", 1.3, 1.0).evidence.detail == "loss is 1.3, expected 1."


def test_at_most_three_entries_are_told_and_five_kept(rng: np.random.Generator) -> None:
    evidence = failure_of("dx", rng.normal(size=(4, 3)), rng.normal(size=(4, 3))).evidence
    assert (evidence.detail.count("\n"), len(evidence.arrays[0].worst)) == (2, 5)


def test_an_error_within_the_given_tolerance_passes() -> None:
    assert_close("dx", np.array([1.0, 2.01]), np.array([1.0, 2.0]), rtol=0.01)


def test_an_error_beyond_the_usual_tolerance_fails() -> None:
    assert failure_of("dx", np.array([1.0, 2.0001]), np.array([1.0, 2.0])).evidence.arrays[0].wrong == 1


def test_the_place_of_an_error_follows_the_given_tolerance(rng: np.random.Generator) -> None:
    want = rng.normal(size=(4, 5))
    got = want + 1e-3
    got[-1] += 2.0 + rng.normal(size=5)
    failure = failure_of("dx", got, want, rtol=0.1, atol=0.1)
    assert diagnosis_of(failure).observation == (
        "dx is wrong only at the last position along axis 0; everywhere else it is right."
    )


@pytest.mark.parametrize(
    "got",
    [SECRET * 3.3, np.nan, [SECRET], None, np.array([SECRET, SECRET]), np.float32(0.25), "0.7390851332"],
)
def test_no_summary_shows_a_value(got: object) -> None:
    failure = failure_of("loss", got, SECRET)
    told = failure.evidence.summary + (failure.diagnosis.observation if failure.diagnosis else "")
    assert not any(text in told for text in ("0.73", "2.43", "0.25"))


def test_no_summary_of_an_array_shows_a_value(rng: np.random.Generator) -> None:
    got, want = rng.uniform(1.0, 9.0, size=(2, 4, 3))
    summary = failure_of("dx", got, want).evidence.summary
    assert not any(f"{value:.2g}" in summary for value in (*got.ravel(), *want.ravel()))


# --- evidence ---------------------------------------------------------------------------------------------


def test_the_heat_map_is_log10_of_the_error_beside_the_largest_entry() -> None:
    want = np.array([[1.0, 2.0], [4.0, 10.0]])
    assert array_evidence("dx", want + np.array([[0.0, 1.0], [0.1, 0.0]]), want).heat == ((-16.0, -1.0), (-2.0, -16.0))


def test_a_vector_has_no_heat_map() -> None:
    assert array_evidence("db", np.zeros(3), np.ones(3)).heat is None


def test_a_large_heat_map_keeps_a_single_wrong_entry() -> None:
    errors = np.zeros((128, 64))
    errors[77, 13] = 1.0
    heat = np.array(heat_map(errors))
    assert heat.shape == (32, 32)
    assert np.argwhere(heat == 0.0).tolist() == [[19, 6]]


def test_a_heat_map_of_higher_rank_is_laid_out_in_rows() -> None:
    assert np.array(heat_map(np.zeros((2, 3, 4)))).shape == (6, 4)


def test_a_heat_map_clips_what_is_not_finite() -> None:
    assert heat_map(np.array([[np.inf, 1e9]])) == ((2.0, 2.0),)


# --- several results --------------------------------------------------------------------------------------

PAIR = FakePart("affine_forward", ("out", "cache"), affine_forward)


@pytest.mark.parametrize("result", [(1, 2), [1, 2]])
def test_a_pair_is_unpacked(result: object) -> None:
    assert unpack(PAIR, result) == (1, 2)


def test_a_single_result_is_not_unpacked() -> None:
    part = FakePart("predict", ("y",), affine_forward)
    assert unpack(part, (1, 2)) == ((1, 2),)


@pytest.mark.parametrize(
    ("result", "sentence", "hint"),
    [
        (
            None,
            "affine_forward returned None, expected 2 values (out, cache).",
            "Is a return statement missing, or inside a branch?",
        ),
        (
            np.ones((2, 3)),
            "affine_forward returned one ndarray, expected 2 values (out, cache).",
            "End with: return out, cache",
        ),
        (
            {"out": 1, "cache": 2},
            "affine_forward returned one dict, expected 2 values (out, cache).",
            "End with: return out, cache",
        ),
        (
            (1, 2, 3),
            "affine_forward returned 3 values, expected 2 values (out, cache).",
            "End with: return out, cache",
        ),
        (
            Unusable("generator", "is no data"),
            "affine_forward returned one generator, expected 2 values (out, cache).",
            "Write return in place of yield.",
        ),
    ],
)
def test_a_wrong_number_of_results_is_told(result: object, sentence: str, hint: str) -> None:
    with pytest.raises(CheckFailed) as caught:
        unpack(PAIR, result)
    assert (caught.value.evidence.summary, diagnosis_of(caught.value).hint) == (sentence, hint)


def test_the_same_results_match() -> None:
    inputs = affine_inputs()
    assert_matches(PAIR, PAIR, *inputs.values())


def test_what_matches_is_returned() -> None:
    inputs = affine_inputs()
    out, cache = assert_matches(PAIR, PAIR, *inputs.values())
    np.testing.assert_array_equal(out, affine_forward(**inputs)[0], strict=True)
    assert cache is not None


def test_the_first_wrong_result_is_reported() -> None:
    two = FakePart("f", ("a", "b"), lambda x: (x, 2 * x))
    wrong = FakePart("f", ("a", "b"), lambda x: (x, np.tanh(x)))
    with pytest.raises(CheckFailed, match=r"^b is wrong in 3 of 3 entries; the largest error is about 90 % of"):
        assert_matches(wrong, two, np.array([5.0, 6.0, 7.0]))


def test_only_the_named_results_are_compared() -> None:
    two = FakePart("f", ("a", "b"), lambda x: (x, 2 * x))
    wrong = FakePart("f", ("a", "b"), lambda x: (x, 3 * x))
    assert_matches(wrong, two, np.array([5.0, 6.0, 7.0]), only=["a"])


def test_a_factor_is_named_by_the_batch_size(rng: np.random.Generator) -> None:
    right = FakePart("f", ("a",), lambda x: x.mean(axis=0))
    wrong = FakePart("f", ("a",), lambda x: x.sum(axis=0))
    with pytest.raises(CheckFailed) as caught:
        assert_matches(wrong, right, rng.normal(size=(7, 5)))
    assert diagnosis_of(caught.value).observation == "a is N = 7 times the expected value, in every entry."


# --- plain values -----------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("got", "expected"), [(3, 3), (3.0, 3), (np.int64(3), 3), ("relu", "relu"), ([1, 2], [1, 2]), ({"a": 1}, {"a": 1})]
)
def test_equal_plain_values_pass(got: object, expected: object) -> None:
    assert_equal("the number of layers", got, expected)


def equal_failure(got: object, expected: object) -> CheckFailed:
    with pytest.raises(CheckFailed) as caught:
        assert_equal("num_layers", got, expected, hint="Count them.")
    return caught.value


@pytest.mark.parametrize(
    ("got", "expected", "sentence"),
    [
        (None, 3, "num_layers is None."),
        ("3", 3, "num_layers is a str, expected an int."),
        (np.array([3]), 3, "num_layers is an ndarray, expected an int."),
        (Unusable("module", "is no data"), 3, "num_layers is a module, expected an int."),
    ],
)
def test_a_plain_value_of_another_type_is_named(got: object, expected: object, sentence: str) -> None:
    assert equal_failure(got, expected).evidence.summary == sentence


@pytest.mark.parametrize(
    ("got", "expected", "detail"),
    [
        (4, 3, "num_layers is 4, expected 3."),
        (float("nan"), 3, "num_layers is nan, expected 3."),
        ([np.array([1, 2]), 2], [1, 2], "num_layers is [array([1, 2]), 2], expected [1, 2]."),
        ({"a": np.ones(2)}, {"a": 1}, "num_layers is {'a': array([1., 1.])}, expected {'a': 1}."),
    ],
)
def test_a_wrong_plain_value_shows_in_the_detail_only(got: object, expected: object, detail: str) -> None:
    evidence = equal_failure(got, expected).evidence
    assert (evidence.summary, evidence.detail) == ("num_layers is wrong.", detail)


def test_an_endless_number_is_shortened() -> None:
    assert equal_failure(10**5000, 3).evidence.detail == "num_layers is a number of thousands of digits, expected 3."


def test_the_hint_of_a_plain_value_is_the_checks() -> None:
    assert diagnosis_of(equal_failure(4, 3)).hint == "Count them."


# --- properties and measures ------------------------------------------------------------------------------


def test_a_property_that_holds_passes() -> None:
    assert_true(np.True_, "The rows do not sum to 1.")


def test_a_missing_property_is_told_with_its_hint() -> None:
    with pytest.raises(CheckFailed) as caught:
        assert_true(False, "The rows do not sum to 1.", hint="Over which axis?", detail="They sum to 2.")
    assert str(caught.value) == "The rows do not sum to 1.\nThey sum to 2."
    assert caught.value.diagnosis == Diagnosis(
        name="property-missing", kind="structure", observation="The rows do not sum to 1.", hint="Over which axis?"
    )


def test_a_failure_earns_nothing_unless_it_says_so() -> None:
    assert fail("dx is odd.", name="odd").fraction == 0.0


@pytest.mark.parametrize("value", [0.95, 1.0])
def test_from_full_on_all_points_are_earned(value: float) -> None:
    assert_at_least("accuracy", value, full=0.95, none=0.80)


@pytest.mark.parametrize(
    ("value", "fraction"), [(0.875, 0.5), (0.80, 0.0), (0.1, 0.0), (float("nan"), 0.0), (float("inf"), 0.0)]
)
def test_below_full_a_share_is_earned(value: float, fraction: float) -> None:
    with pytest.raises(CheckFailed) as caught:
        assert_at_least("accuracy", value, full=0.95, none=0.80)
    assert caught.value.fraction == pytest.approx(fraction)


def test_a_measure_is_told_with_its_thresholds() -> None:
    with pytest.raises(CheckFailed) as caught:
        assert_at_least("accuracy", 0.9, full=0.95, none=0.80)
    assert caught.value.evidence.summary == "accuracy is 0.900; all points need 0.950, and 0.800 earns none."
    assert caught.value.evidence.measures == (Measure(name="accuracy", value=0.9, full=0.95, none=0.80),)


def test_thresholds_the_wrong_way_round_are_the_authors_mistake() -> None:
    with pytest.raises(ValueError, match=r"^full is 0\.8, expected more than none, which is 0\.9\.$"):
        assert_at_least("accuracy", 0.9, full=0.8, none=0.9)


# --- pure functions leave their inputs alone --------------------------------------------------------------


def test_a_comparison_changes_neither_array(rng: np.random.Generator) -> None:
    got, want = rng.normal(size=(2, 4, 3))
    kept: tuple[Array, Array] = (got.copy(), want.copy())
    failure_of("dx", got, want)
    np.testing.assert_array_equal([got, want], kept, strict=True)
