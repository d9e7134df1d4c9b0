"""The measure of disagreement, and that the oracle disagrees with what is wrong."""

from __future__ import annotations

import math

import numpy as np
import pytest

from grader.course import load_assignment
from grader.misconceptions import load_misconceptions, solution_path, wrong_source
from grader.session.runner import local_student
from tests.oracle.collection import REFERENCE, Case, Draw
from tests.oracle.comparison import FLOOR, TOLERANCE, Key, Results, compare, complaints, relative_error
from tests.oracle.golden import read_golden


def test_error_is_the_largest_difference_over_the_largest_entry() -> None:
    assert relative_error(np.array([1.0, 4.5]), np.array([1.1, 5.0])) == 0.1


def test_arrays_of_zeros_agree() -> None:
    assert relative_error(np.zeros((2, 3)), np.zeros((2, 3))) == 0.0


def test_error_of_what_ought_to_be_zero_is_over_the_floor() -> None:
    assert relative_error(np.array([3.0 * FLOOR]), np.array([0.0])) == 3.0


def test_another_shape_is_infinitely_wrong() -> None:
    assert relative_error(np.zeros((2, 1)), np.zeros(2)) == math.inf


@pytest.mark.parametrize("value", [math.nan, math.inf])
def test_a_number_that_is_not_finite_is_infinitely_wrong(value: float) -> None:
    assert relative_error(np.array([value, 1.0]), np.array([2.0, 1.0])) == math.inf


def test_a_missing_result_is_infinitely_wrong() -> None:
    (found,) = compare({}, {("part", "dx"): np.zeros(2)})
    assert found == ("part", "dx", math.inf)


def test_a_complaint_names_the_result_the_part_and_the_error() -> None:
    got, want = {("part", "dx"): np.array([1.0, 2.1])}, {("part", "dx"): np.array([1.0, 2.0])}
    assert complaints(got, want) == (
        "dx of part differs from the oracle by 5.0e-02, where 1e-09 is allowed (relative to the largest entry)."
    )


@pytest.mark.parametrize(
    ("case", "name", "noticed"),
    [
        (Case("mlp", "affine", "images"), "affine-dw-divided-by-N", {("affine_backward", "dw")}),
        (
            Case("training", "batchnorm", "a later batch"),
            "bn-momentum-reversed",
            {("batchnorm_forward", "running_mean"), ("batchnorm_forward", "running_var")},
        ),
        (Case("cnn", "conv", "stride 1, same size"), "conv-dw-averaged-over-batch", {("conv_backward", "dw")}),
        (
            Case("rnn", "lstm_step", "batch 1"),
            "lstm-dprev_c-uses-raw-dnext_c",
            {("lstm_step_backward", "dprev_c")},
        ),
    ],
    ids=["affine", "batchnorm", "conv", "lstm_step"],
)
def test_the_oracle_disagrees_with_a_known_mistake_and_with_nothing_else(
    case: Case, name: str, noticed: set[Key]
) -> None:
    found = compare(answers_with_mistake(case, name), read_golden(case.assignment)[case])
    assert {(each.part, each.result) for each in found if each.error > TOLERANCE} == noticed


def answers_with_mistake(case: Case, name: str) -> Results:
    """Return what the reference would answer with the misconception of that name."""
    assignment = load_assignment(REFERENCE / case.assignment)
    source = solution_path(assignment).read_text(encoding="utf-8")
    (misconception,) = (each for each in load_misconceptions(assignment) if each.name == name)
    wrong = local_student(assignment, wrong_source(source, misconception), name, None)
    draw = Draw(case)
    return case.entry.run(wrong, draw.arguments(), draw.cotangent)
