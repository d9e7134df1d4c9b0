"""A check of a training asks the doctor where points are missing, and no student pays for a doctor that fails."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

from grader.checking import training
from grader.checking.doctor import findings
from grader.checking.examination import Course, examine, relu_layers, trace_of
from grader.checking.failure import CheckFailed
from grader.checking.trace import Trace
from grader.checking.training import Goal, Lesson
from grader.model import Finding
from tests.checking.trainings import digits, solution

GOAL = Goal("accuracy on held-out digits", 1.0, 0.5)
FINDING = Finding(name="overfitting", observation="o", cause="c", experiment="e")


def shown(*records: object) -> None:
    """Take what a check shows."""


def failing(lesson: Lesson) -> tuple[Finding, ...]:
    raise ZeroDivisionError


def judged(reached: float, **settings: Any) -> tuple[float, tuple[Finding, ...]]:
    """Return the fraction that a lesson earns, and the findings that are told."""
    try:
        training.judge(Lesson(np.linspace(2.3, 1.0, 20), reached), GOAL, shown, **settings)
    except CheckFailed as failure:
        return failure.fraction, failure.evidence.findings
    return 1.0, ()


def test_findings_come_with_a_failure() -> None:
    assert judged(0.4, findings=lambda lesson: (FINDING,)) == (0.0, (FINDING,))


def test_findings_come_with_part_of_the_points() -> None:
    assert judged(0.75, findings=lambda lesson: (FINDING,)) == (0.5, (FINDING,))


def test_the_doctor_is_not_asked_where_all_points_are_earned() -> None:
    asked: list[Lesson] = []
    judged(1.0, findings=lambda lesson: asked.append(lesson) or ())  # type: ignore[func-returns-value]
    assert asked == []


def test_a_doctor_that_fails_finds_nothing_and_changes_no_points() -> None:
    assert judged(0.75, findings=failing) == (0.5, ())


# What the doctor is told


def net() -> Any:
    return solution("mlp").FullyConnectedNet([8], 64, 10, weight_scale=0.15, rng=np.random.default_rng(0))


def course() -> Course:
    X, y, X_test, y_test = digits(300)
    return Course(
        network=net,
        samples=(X, y),
        guessing=float(np.log(10.0)),
        epochs=4,
        batch_size=32,
        hidden=lambda params, samples: relu_layers(params, samples[0]),
        answer=lambda params, samples: np.argmax(relu_layers(params, samples[0])[0], axis=1),
        unseen=(X_test, y_test),
    )


def trace(lesson: Lesson) -> Trace:
    return trace_of(lesson, course())


def test_the_last_batch_of_an_epoch_is_a_step_too() -> None:
    assert trace(Lesson(np.zeros(3))).steps == 40


def test_what_is_not_known_is_left_out() -> None:
    told = trace(Lesson(np.zeros(3)))
    assert (told.start, told.end, told.known, told.unseen) == (None, None, None, None)


def test_the_loss_is_that_of_our_network_with_their_parameters() -> None:
    theirs, (X, y, *_) = net(), digits(200)
    theirs.params["W1"] = 2.0 * theirs.params["W1"]
    told = trace(Lesson(np.zeros(3), before=theirs.params))
    assert told.start is not None
    assert told.start.loss == theirs.loss(X, y)[0]


def test_samples_held_out_are_counted_by_class() -> None:
    told = trace(Lesson(np.zeros(3), after=net().params))
    assert told.unseen is not None
    assert told.unseen.sum() == len(digits()[3])


def test_an_update_that_never_arrives_is_found() -> None:
    losses, params = np.full(40, 2.3), net().params
    (finding,) = examine(Lesson(losses, before=params, after=params), course())
    assert finding.name == "parameters-never-change"


@pytest.mark.parametrize("value", [np.nan, np.inf, 1e300])
def test_parameters_of_any_size_are_looked_at(value: float) -> None:
    after = {name: np.full_like(array, value) for name, array in net().params.items()}
    assert len(findings(trace(Lesson(np.full(40, 2.3), before=net().params, after=after)))) <= 2


@pytest.mark.parametrize("normalization", [None, "batchnorm", "layernorm"])
def test_hidden_outputs_are_those_of_the_network(normalization: str | None) -> None:
    deep = solution("training").FullyConnectedNet(
        [7, 5], 64, 10, normalization=normalization, rng=np.random.default_rng(0)
    )
    X, y, *_ = digits(50)
    # In the gradient of the last weights each row belongs to one hidden output: it is zero with it.
    deep.params["W3"], last = np.zeros((5, 10)), relu_layers(deep.params, X, normalization)[-1]
    d_scores = (np.full((50, 10), 0.1) - np.eye(10)[y]) / 50
    np.testing.assert_allclose(deep.loss(X, y)[1]["W3"], last.T @ d_scores, atol=1e-12)
