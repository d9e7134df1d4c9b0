"""A part answered by the trusted side works for a student's code as their own would."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

import numpy as np
import pytest

from grader.course import Assignment
from grader.model import SourceUnit
from grader.sandbox.host import Limits, Sandbox
from grader.session.runner import reference_student
from grader.session.served import serve
from grader.session.student import LocalBackend

Call = Callable[..., Any]

USES = """\
import numpy as np

def two_epochs(X, rng):
    labels = np.arange(len(X))
    return tuple(np.concatenate([y for _, y in batches(X, labels, 3, rng)]) for _ in range(2))

def first_batch(X, rng):
    return next(batches(X, np.arange(len(X)), 3, rng))

def change_and_ask():
    net = Net(2, 3)
    net.params["b"] = np.array([1.0, 2.0, 3.0])
    net.params = {**net.params, "W": np.ones((2, 3))}
    return net.loss(np.array([[1.0, 10.0]])), net.params["b"]

def cached():
    x, w, b = np.ones((2, 3)), np.ones((3, 4)), np.ones(4)
    out, cache = affine_forward(x, w, b)
    return affine_backward(out, cache)[2]
"""


@pytest.fixture
def used() -> set[str]:
    return set()


@pytest.fixture
def call(grading_sandbox: Sandbox, tiny: Assignment, used: set[str]) -> Iterator[Call]:
    """Return a function that calls the student's code in a worker: ``call(name, *args)``."""
    backend = reference_student(tiny).backend
    assert isinstance(backend, LocalBackend)
    names = ("batches", "Net", "affine_forward", "affine_backward")
    served = {name: serve(tiny.part(name), backend.function(name), used) for name in names}
    with grading_sandbox.worker(Limits(), seed=1) as worker:
        worker.load([SourceUnit(module="tiny", label="tiny.py", text=USES)], served=served)
        yield lambda name, *args: worker.call(name, args)


@pytest.fixture
def samples() -> np.ndarray[Any, Any]:
    return np.random.default_rng(0).normal(size=(40, 2))


def test_served_batches_come_in_a_new_order_in_every_epoch(call: Call, samples: object) -> None:
    first, second = call("two_epochs", samples, np.random.default_rng(5))
    assert (first != second).sum() > 10


def test_served_batches_come_in_the_same_order_for_the_same_generator(call: Call, samples: object) -> None:
    first, second = (call("two_epochs", samples, np.random.default_rng(5)) for _ in range(2))
    np.testing.assert_array_equal(np.array(first), np.array(second), strict=True)


def test_served_batches_are_an_iterator(call: Call, samples: object) -> None:
    _, labels = call("first_batch", samples, np.random.default_rng(5))
    assert labels.shape == (3,)


def test_a_served_class_sees_parameters_that_were_set(call: Call) -> None:
    scores, _ = call("change_and_ask")
    np.testing.assert_array_equal(scores, np.array([[12.0, 13.0, 14.0]]), strict=True)


def test_parameters_of_a_served_class_are_read_back(call: Call) -> None:
    _, b = call("change_and_ask")
    np.testing.assert_array_equal(b, np.array([1.0, 2.0, 3.0]), strict=True)


def test_a_served_pair_passes_its_cache(call: Call) -> None:
    np.testing.assert_array_equal(call("cached"), np.full(4, 8.0), strict=True)


def test_what_was_called_is_noted(call: Call, used: set[str]) -> None:
    call("cached")
    assert used == {"affine_forward", "affine_backward"}


def test_what_was_not_called_is_not_noted(call: Call, used: set[str]) -> None:
    assert used == set()
