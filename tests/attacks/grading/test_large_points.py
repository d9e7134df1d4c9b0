"""What a large point costs: little for a derivation, and a thousand times as much for differences."""

from __future__ import annotations

import os
import time
from collections.abc import Callable, Mapping, Sequence
from concurrent.futures import ProcessPoolExecutor
from multiprocessing import get_context
from typing import Any
from unittest.mock import patch

import numpy as np
import pytest

from grader.batch.pool import THREADS
from grader.checking import large
from grader.checking.layers import Layer
from grader.course import load_assignment
from grader.session.runner import Runner, run_session
from tests.attacks.grading.court import REFERENCE

COURSES = ("mlp", "training", "cnn", "rnn")
ROUNDS = 3


def fastest_s(action: Callable[[], Any]) -> float:
    """Return the CPU seconds of the fastest of a few rounds."""
    taken = []
    for _ in range(ROUNDS):
        started_s = time.process_time()
        action()
        taken.append(time.process_time() - started_s)
    return max(min(taken), 1e-6)


def costs_of(course: str) -> dict[str, float]:
    """Return for each large check how many times as long as the reference's derivation differences take."""
    found: list[float] = []
    costs: dict[str, float] = {}

    def judge(
        ours: Layer, theirs: Layer, inputs: Mapping[str, Any], wrt: Sequence[str], rng: np.random.Generator
    ) -> None:
        value, token = theirs.evaluate(inputs)
        dout = np.ones(np.shape(value))
        forward_s = fastest_s(lambda: theirs.evaluate(inputs))
        backward_s = fastest_s(lambda: theirs.differentiate(dout, token))
        calls = 2 * sum(inputs[name].size for name in wrt)
        found.append(calls * forward_s / (forward_s + backward_s))

    def job(runner: Runner) -> None:
        for collected in runner.checks:
            for item in collected.items if collected.large else ():
                assert runner.run(item, runner.solution, "a digest") is None
                costs[item.name] = found.pop()

    with patch.object(large, "check_large_layer", judge):
        run_session(load_assignment(REFERENCE / course), b"a secret for tests", job)
    return costs


@pytest.mark.parametrize("course", COURSES)
def test_differences_take_a_thousand_times_as_long_as_a_derivation(course: str) -> None:
    with (
        patch.dict(os.environ, dict.fromkeys(THREADS, "1")),
        ProcessPoolExecutor(1, mp_context=get_context("spawn")) as executor,
    ):
        costs = executor.submit(costs_of, course).result()
    assert len(costs) >= 4
    assert {check: cost for check, cost in costs.items() if cost < 1000} == {}
