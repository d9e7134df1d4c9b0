"""Points for speed: by the ratio to the reference, for right answers only."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
import pytest

from grader.checking.failure import CheckFailed
from grader.checking.speed import assert_fast


class ClockedPart:
    """A part whose CPU time is what the test says."""

    def __init__(
        self,
        function: Callable[..., Any],
        seconds: list[float],
        counterpart: ClockedPart | None = None,
        returns: tuple[str, ...] = ("out",),
    ) -> None:
        self.name = "conv"
        self.returns = returns
        self.function = function
        self.counterpart = counterpart
        self.seconds = seconds
        self.seen: list[tuple[Any, ...]] = []

    def __call__(self, *args: Any, **kwargs: Any) -> Any:
        self.seen.append(args)
        return self.function(*args)

    def timed(self, *args: Any, **kwargs: Any) -> tuple[Any, float]:
        return self(*args), self.seconds.pop(0) if len(self.seconds) > 1 else self.seconds[0]


def double(x: Any) -> Any:
    return 2 * x


def part(seconds: list[float], theirs: list[float], function: Callable[..., Any] = double) -> ClockedPart:
    return ClockedPart(function, seconds, ClockedPart(double, theirs))


def drawing() -> Callable[[], tuple[Any, ...]]:
    rng = np.random.default_rng(0)
    return lambda: (rng.normal(size=3),)


def judged(seconds: list[float], theirs: list[float]) -> CheckFailed:
    with pytest.raises(CheckFailed) as failed:
        assert_fast(part(seconds, theirs), drawing(), full=4, none=16, name="loops", hint="Fewer loops.")
    return failed.value


def test_an_answer_within_the_ratio_earns_all() -> None:
    assert_fast(part([0.04], [0.01]), drawing(), full=4, none=16)


def test_a_slow_round_among_fast_ones_costs_nothing() -> None:
    assert_fast(part([0.9, 0.01, 0.01], [0.01]), drawing(), full=4, none=16)


def test_points_fall_with_the_logarithm_of_the_ratio() -> None:
    assert judged([0.08], [0.01]).fraction == pytest.approx(0.5)


def test_an_answer_beyond_the_ratio_earns_nothing() -> None:
    assert judged([0.2], [0.01]).fraction == 0.0


def test_a_slow_answer_is_told_how_slow_it_is() -> None:
    assert judged([0.08], [0.01]).evidence.summary == (
        "conv takes 8 times as long as the reference; all points need 4 times or less, and 16 times earns none."
    )


def test_a_slow_answer_gets_the_name_and_the_hint_of_the_check() -> None:
    diagnosis = judged([0.08], [0.01]).diagnosis
    assert diagnosis is not None
    assert (diagnosis.name, diagnosis.hint) == ("loops", "Fewer loops.")


def test_a_fast_and_wrong_answer_fails_by_its_values() -> None:
    with pytest.raises(CheckFailed, match=r"^out is wrong"):
        assert_fast(part([0.001], [0.01], lambda x: 3 * x), drawing(), full=4, none=16)


def test_an_answer_kept_from_the_last_round_is_wrong() -> None:
    kept: list[Any] = []

    def cached(x: Any) -> Any:
        kept.append(2 * x)
        return kept[0]

    with pytest.raises(CheckFailed, match=r"^out is wrong"):
        assert_fast(part([0.001], [0.01], cached), drawing(), full=4, none=16)


def test_a_very_slow_answer_is_called_once() -> None:
    slow = part([5.0], [0.01])
    with pytest.raises(CheckFailed):
        assert_fast(slow, drawing(), full=4, none=16)
    assert len(slow.seen) == 1


def test_the_time_of_the_forward_is_not_counted() -> None:
    def forward(x: Any) -> Any:
        return x, {"x": x}

    def backward(dout: Any, cache: Any) -> Any:
        return dout * cache["x"]

    theirs = ClockedPart(forward, [99.0], returns=("out", "cache"))
    ours = ClockedPart(forward, [99.0], theirs, returns=("out", "cache"))
    assert_fast(
        ClockedPart(backward, [0.01], ClockedPart(backward, [0.01], returns=("dx",)), returns=("dx",)),
        lambda: ((np.ones(2),), np.ones(2)),
        full=4,
        none=16,
        forward=ours,
    )


def test_a_full_that_is_no_ratio_is_a_fault_of_the_check() -> None:
    with pytest.raises(ValueError, match=r"^full is 0.5 and none is 16, expected 1 <= full < none.$"):
        assert_fast(part([1.0], [1.0]), drawing(), full=0.5, none=16)
