"""Advice on habits names what it saw, and says nothing of code that has none."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
import pytest

from grader.checking.habits import advise_on_habits
from grader.errors import StudentRaised
from grader.model import StudentError


class WatchedPart:
    """A part whose arguments can be looked at after the call."""

    name = "double"

    def __init__(self, function: Callable[..., Any], counterpart: WatchedPart | None = None) -> None:
        self.function = function
        self.counterpart = counterpart

    def __call__(self, *args: Any) -> Any:
        return self.function(*[value.copy() for value in args])

    def with_arguments(self, *args: Any) -> tuple[Any, tuple[Any, ...]]:
        own = tuple(value.copy() for value in args)
        return self.function(*own), own


def advice(function: Callable[..., Any], reference: Callable[..., Any] = np.add) -> list[str]:
    said: list[str] = []
    inputs = {"x": np.ones(3), "y": np.zeros(3)}
    advise_on_habits(
        WatchedPart(function, WatchedPart(reference)), inputs, lambda holds, text: None if holds else said.append(text)
    )
    return said


def in_place(x: Any, y: Any) -> Any:
    y += x
    return y


def refusing_single(x: Any, y: Any) -> Any:
    if x.dtype == np.float32:
        raise StudentRaised(StudentError(type="TypeError", message="no"))
    return x + y


def raising(x: Any, y: Any) -> Any:
    raise StudentRaised(StudentError(type="TypeError", message="no"))


SINGLE = (
    "double does not return float32 for float32: a network in single precision would lose its speed. "
    "Where do you make an array without saying its dtype?"
)


def test_code_without_such_habits_gets_no_advice() -> None:
    assert advice(lambda x, y: x + y) == []


def test_an_argument_that_is_changed_is_named() -> None:
    assert advice(in_place) == ["double changes its argument y in place: the caller may still need it. Work on a copy."]


@pytest.mark.parametrize("function", [lambda x, y: (x + y, x.astype(np.float64)), refusing_single, raising])
def test_single_precision_that_is_lost_is_told(function: Callable[..., Any]) -> None:
    assert advice(function) == [SINGLE]


def test_nobody_is_asked_for_more_than_the_reference_does() -> None:
    assert advice(lambda x, y: x.astype(np.float64) + y, lambda x, y: np.zeros(3) + x + y) == []


def test_an_argument_that_cannot_come_back_is_no_change() -> None:
    part = WatchedPart(lambda x, y: x + y, WatchedPart(np.add))
    part.with_arguments = lambda *args: (None, (object(), args[1]))  # type: ignore[method-assign]
    said: list[str] = []
    advise_on_habits(part, {"x": np.ones(3), "y": np.zeros(3)}, lambda holds, text: said.append(text))
    assert said == []
