"""Correct solutions in other styles earn full points: activations, affine layer, gradient tools, data."""

from __future__ import annotations

import os
import sys
from collections.abc import Iterator

import pytest

from grader.model import Grade
from tests.reference.harness import (
    STYLES,
    grade_sources,
    parts_in,
    read_assignment,
    what_was_lost,
    with_parts_replaced,
)

FILES = sorted((STYLES / "mlp").glob("components_*.py"))
ASSIGNMENT = read_assignment("mlp")
SOURCES = {path.stem: path.read_text(encoding="utf-8") for path in FILES}
STYLE_PARTS = [(name, part) for name, source in SOURCES.items() for part in sorted(parts_in(ASSIGNMENT, source))]
EXPECTED_PARTS = {
    *("sigmoid", "sigmoid_backward", "derivative_sigmoid", "tanh_forward", "tanh_backward"),
    *("relu_forward", "relu_backward", "leaky_relu_forward", "leaky_relu_backward", "gelu_forward", "gelu_backward"),
    *("affine_forward", "affine_backward", "affine_relu_forward", "affine_relu_backward"),
    *("rel_error", "eval_numerical_gradient", "eval_numerical_gradient_array"),
    *("one_hot", "accuracy", "iterate_minibatches"),
}


@pytest.fixture(scope="module")
def grades() -> Iterator[dict[str, Grade]]:
    before = dict(os.environ), sys.dont_write_bytecode
    yield grade_sources(ASSIGNMENT, {name: with_parts_replaced(ASSIGNMENT, SOURCES[name]) for name in SOURCES})
    os.environ.clear()
    os.environ.update(before[0])
    sys.dont_write_bytecode = before[1]


@pytest.mark.parametrize(("style", "part"), STYLE_PARTS)
def test_another_correct_style_earns_full_points(grades: dict[str, Grade], style: str, part: str) -> None:
    assert list(what_was_lost(grades[style], {part})) == []


@pytest.mark.parametrize("part", sorted(EXPECTED_PARTS))
def test_each_part_is_written_in_two_styles_or_more(part: str) -> None:
    assert sum(part == written for _, written in STYLE_PARTS) >= 2
