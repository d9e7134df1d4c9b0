"""What correct code commonly does costs nothing: each habit that was measured on real hand-ins is a test.

The habits are those of section 2 of the curriculum, "Fair checks": about 3,400 correct implementations were looked
at, and a check that fails correct code is a fault of ours. Each file in fixtures/habits is a correct solution with
one or two of these habits; it earns every point of its parts.
"""

from __future__ import annotations

import pytest

from grader.model import Grade, Status
from tests.reference.harness import (
    HABITS,
    advice_of,
    grade_sources,
    parts_in,
    read_assignment,
    trainings,
    what_was_lost,
    with_parts_replaced,
)

# The row of the contract -> the solutions that have the habit.
CONTRACT = {
    "float32 in gives float32 out": ("mlp/float64_always",),
    "softmax loss at logits of 1e4 is infinite": ("mlp/softmax_underflow",),
    "arguments are changed in place": (
        "mlp/relu_slope_one_at_zero",
        "training/optimisers_in_place",
        "rnn/dnext_c_in_place",
    ),
    "backward consumes its cache": ("mlp/cache_consumed", "rnn/dnext_c_in_place"),
    "the slope of ReLU at zero, and ties of pooling": ("mlp/relu_slope_one_at_zero", "cnn/sizes_must_tile"),
    "sizes that do not tile are refused": ("cnn/sizes_must_tile",),
    "gamma of group normalisation is a vector": ("cnn/gamma_as_vector",),
    "convolution by nested loops takes its time": ("cnn/nested_loops",),
    "a sample starts with the start token": ("rnn/sample_with_start",),
    "running variance is the unbiased one": ("training/running_var_unbiased",),
}
SOLUTIONS = {
    str(path.relative_to(HABITS).with_suffix("")): path.read_text(encoding="utf-8")
    for path in sorted(HABITS.glob("*/*.py"))
}


@pytest.fixture(scope="module")
def grades() -> dict[str, Grade]:
    """Grade every solution, each course in one session."""
    found: dict[str, Grade] = {}
    for name in sorted({solution.partition("/")[0] for solution in SOLUTIONS}):
        assignment = read_assignment(name)
        sources = {
            solution: with_parts_replaced(assignment, text)
            for solution, text in SOLUTIONS.items()
            if solution.startswith(f"{name}/")
        }
        found |= grade_sources(assignment, sources, without=trainings(assignment))
    return found


@pytest.mark.parametrize(
    ("habit", "solution"), [(habit, solution) for habit, solutions in CONTRACT.items() for solution in solutions]
)
def test_a_correct_solution_with_the_habit_earns_all_its_points(
    grades: dict[str, Grade], habit: str, solution: str
) -> None:
    parts = parts_in(read_assignment(solution.partition("/")[0]), SOLUTIONS[solution])
    assert parts
    assert list(what_was_lost(grades[solution], parts)) == []


@pytest.mark.parametrize("solution", SOLUTIONS)
def test_the_habit_costs_no_other_part_either(grades: dict[str, Grade], solution: str) -> None:
    assert [part.part for part in grades[solution].parts if part.status is not Status.PASSED] == []


def test_every_solution_stands_for_a_row_of_the_contract() -> None:
    assert {solution for solutions in CONTRACT.values() for solution in solutions} == set(SOLUTIONS)


def test_scores_far_apart_are_advice(grades: dict[str, Grade]) -> None:
    assert advice_of(grades["mlp/softmax_underflow"].parts) == {
        "softmax_loss is infinite for scores as far apart as 10,000: a probability has become 0 before its logarithm "
        "is taken. The logarithm of the softmax can be written without it."
    }


def test_float64_for_float32_is_advice(grades: dict[str, Grade]) -> None:
    assert advice_of(grades["mlp/float64_always"].parts) == {
        "affine_forward does not return float32 for float32: a network in single precision would lose its speed. "
        "Where do you make an array without saying its dtype?"
    }
