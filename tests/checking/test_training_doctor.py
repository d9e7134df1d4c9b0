"""The training doctor names each fault that is put into a correct training, and finds nothing in healthy ones."""

from __future__ import annotations

import os
from dataclasses import replace

import numpy as np
import pytest

from grader.checking.doctor import RULES, findings
from grader.checking.trace import Trace
from tests.checking.doctor_table import PAGE, rows
from tests.checking.faults import FAULTS, HEALTHY, scaled
from tests.checking.trainings import Fault, mlp, record

MANY = int(os.environ.get("DOCTOR_SEEDS", "1"))


def names_in(trace: Trace) -> list[str]:
    return [finding.name for finding in findings(trace)]


# Healthy trainings


@pytest.mark.parametrize("seed", range(2 * MANY))
@pytest.mark.parametrize("name", HEALTHY)
def test_nothing_is_found_in_a_healthy_training(name: str, seed: int) -> None:
    assert names_in(record(HEALTHY[name](seed))) == []


def test_there_are_thirty_healthy_trainings() -> None:
    assert 2 * len(HEALTHY) >= 30


# Faults


@pytest.mark.parametrize("fault", FAULTS)
def test_a_fault_put_into_a_correct_training_is_named(fault: str) -> None:
    expected, setup, spoilt = FAULTS[fault]
    for seed in range(MANY):
        assert names_in(record(replace(setup, seed=seed), spoilt)) == [expected]


def test_each_rule_is_proved_by_a_fault() -> None:
    assert {expected for expected, _, _ in FAULTS.values()} == {rule.name for rule in RULES}


# What is said

SENTENCES = {
    "an update of the weights alone": "Training has not changed b1, b2, though the gradient is not zero there.",
    "a return in the loop over epochs": "There are 19 losses, where 152 steps were asked for.",
    "an update in a local variable": "After training all parameters are exactly what they were before.",
    "weights that are all zero": "At the start all units of W1, W2 have the same weights.",
    "a plus for a minus": "The loss rises, and the parameters went where the gradient at the start points.",
}


@pytest.mark.parametrize("fault", SENTENCES)
def test_the_observation_says_what_was_seen(fault: str) -> None:
    _, setup, spoilt = FAULTS[fault]
    (finding,) = findings(record(setup, spoilt))
    assert finding.observation == SENTENCES[fault]


def test_a_finding_has_its_cause_and_its_experiment() -> None:
    (finding,) = findings(Trace(losses=np.array([np.nan]), guessing=2.3))
    assert finding.cause == "The loss itself overflows: an exponential of a large score, or the logarithm of zero."
    assert finding.experiment == "Compute the loss of one batch with fresh parameters, and look at its largest score."


def test_the_same_wrong_start_is_not_blamed_on_what_follows_from_it() -> None:
    # Weights of zero leave all ReLUs dead, the gradient zero and the loss at that of guessing.
    trace = record(mlp(), Fault(network=scaled(0)))
    with np.errstate(all="ignore"):
        held = {rule.name for rule in RULES if rule.look(trace)}
    assert {"identical-units", "dead-from-the-start", "vanishing-gradients"} <= held
    assert names_in(trace) == ["identical-units"]


# What a hand-in may tell

STRANGE = {
    "no losses": np.empty(0),
    "one loss": np.array([2.3]),
    "losses of zero": np.zeros(100),
    "negative losses": np.full(100, -1.0),
    "infinite losses": np.full(100, np.inf),
    "losses that end in infinity": np.append(np.linspace(2.3, 1.0, 99), -np.inf),
    "huge losses": np.full(100, 1e308),
}


@pytest.mark.parametrize("losses", STRANGE)
@pytest.mark.parametrize("known", ["losses alone", "all"])
def test_strange_losses_raise_nothing(losses: str, known: str) -> None:
    trace = Trace(losses=STRANGE[losses], guessing=2.3, steps=100, steps_an_epoch=10)
    if known == "all":
        trace = replace(record(mlp(100, epochs=2)), losses=STRANGE[losses], steps_an_epoch=10)
    assert len(findings(trace)) <= 2


def test_huge_parameters_raise_nothing() -> None:
    trace = record(mlp(100, epochs=2))
    assert trace.end is not None
    huge = replace(trace.end, params={name: np.full_like(value, 1e300) for name, value in trace.end.params.items()})
    assert len(findings(replace(trace, end=huge))) <= 2


def test_nothing_is_found_where_nothing_is_known() -> None:
    assert findings(Trace(losses=np.empty(0), guessing=2.3)) == ()


# The page


def test_the_page_has_a_row_for_each_rule() -> None:
    assert rows() in PAGE.read_text(encoding="utf-8"), "Run python -m tests.checking.doctor_table."
