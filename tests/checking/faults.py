"""Healthy trainings, and faults of which each is put into a correct training."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import replace
from typing import Any

import numpy as np

from grader.checking.numeric import Array
from tests.checking.trainings import Batch, Fault, Setup, cnn, deep, mlp, rnn

# Healthy trainings: four assignments, batch sizes, optimisers

HEALTHY: dict[str, Callable[[int], Setup]] = {
    "mlp, batches of 16": lambda seed: mlp(batch_size=16, learning_rate=0.05, seed=seed),
    "mlp, batches of 32": lambda seed: mlp(seed=seed),
    "mlp, batches of 64": lambda seed: mlp(batch_size=64, learning_rate=0.3, seed=seed),
    "mlp, momentum": lambda seed: mlp(rule="sgd_momentum", learning_rate=0.02, seed=seed),
    "mlp, Adam": lambda seed: mlp(rule="adam", learning_rate=3e-3, seed=seed),
    "mlp, as long as in the check": lambda seed: mlp(1257, epochs=40, seed=seed),
    "training, batch normalisation and momentum": lambda seed: deep(epochs=12, seed=seed),
    "training, batch normalisation and plain descent": lambda seed: deep(
        rule="sgd", learning_rate=0.2, epochs=12, seed=seed
    ),
    "training, RMSProp": lambda seed: deep(rule="rmsprop", learning_rate=2e-3, epochs=12, seed=seed),
    "training, AdamW": lambda seed: deep(rule="adamw", learning_rate=5e-3, epochs=12, seed=seed),
    "training, Adam, nothing normalised": lambda seed: deep(
        normalization=None, rule="adam", learning_rate=3e-3, epochs=12, seed=seed
    ),
    "cnn, Adam": lambda seed: cnn(seed=seed),
    "cnn, batches of 16": lambda seed: cnn(batch_size=16, learning_rate=2e-3, seed=seed),
    "rnn, digits": lambda seed: rnn(seed=seed),
    "rnn, vowels": lambda seed: rnn(data="vowels", epochs=15, seed=seed),
}

# Faults


def scaled(factor: float, *names: str) -> Callable[[Any], None]:
    def change(net: Any) -> None:
        for name in names or [name for name in net.params if name.startswith("W")]:
            net.params[name] = factor * net.params[name]

    return change


def filled(name: str, value: float) -> Callable[[Any], None]:
    def change(net: Any) -> None:
        net.params[name] = np.full_like(net.params[name], value)

    return change


def times_batch(loss: float, grads: Mapping[str, Array]) -> tuple[float, Mapping[str, Array]]:
    return 32 * loss, grads


def against(loss: float, grads: Mapping[str, Array]) -> tuple[float, Mapping[str, Array]]:
    return loss, {name: -value for name, value in grads.items()}


def overflowing(loss: float, grads: Mapping[str, Array]) -> tuple[float, Mapping[str, Array]]:
    return float("nan"), {name: np.full_like(value, np.nan) for name, value in grads.items()}


def shuffled_labels(batch: Batch, rng: np.random.Generator) -> Batch:
    return (*batch[:-1], rng.permutation(batch[-1]))


def without_class_3(batch: Batch, rng: np.random.Generator) -> Batch:
    kept = batch[-1] != 3
    return tuple(part[kept] for part in batch)


def penalised(setup: Setup) -> Setup:
    def build(rng: np.random.Generator) -> Any:
        net = setup.build(rng)
        net.reg = 3.0
        return net

    return replace(setup, build=build)


def sorted_samples(setup: Setup) -> Setup:
    order = np.argsort(setup.known[-1], kind="stable")
    return replace(setup, known=tuple(part[order] for part in setup.known))


def shifted_labels(samples: Batch) -> Batch:
    return (*samples[:-1], np.roll(samples[-1], 1))


# Name of the finding, what is trained, the fault put in.
FAULTS: dict[str, tuple[str, Setup, Fault]] = {
    "a loss that overflows": ("loss-not-finite-at-start", mlp(), Fault(loss=overflowing)),
    "a loss summed over the batch": ("loss-not-averaged", mlp(), Fault(loss=times_batch)),
    "a loss summed over the batch of sequences": ("loss-not-averaged", rnn(), Fault(loss=times_batch)),
    "a return in the loop over epochs": ("fewer-steps-than-asked", mlp(), Fault(told=lambda losses: losses[:19])),
    "weights ten times as large": ("initial-scale-too-large", mlp(), Fault(network=scaled(10))),
    "filters and weights ten times as large": ("initial-scale-too-large", cnn(), Fault(network=scaled(10))),
    "weights that are all zero": ("identical-units", mlp(), Fault(network=scaled(0))),
    "filters that are all the same": ("identical-units", cnn(), Fault(network=filled("W1", 0.1))),
    "inputs that are not scaled": ("saturated-units", rnn(), Fault(network=scaled(16, "Wx"))),
    "deep layers that amplify": ("exploding-gradients", deep(), Fault(network=scaled(1e-3, "W1"))),
    "twelve layers of small weights": ("vanishing-gradients", deep(normalization=None), Fault(network=scaled(0.1))),
    "an update in a local variable": ("parameters-never-change", mlp(), Fault(frozen=("all",))),
    "an update of a copy, with Adam": ("parameters-never-change", cnn(), Fault(frozen=("all",))),
    "an update of the weights alone": ("parameters-left-out", mlp(), Fault(frozen=("b1", "b2"))),
    "an update of the new layer alone": ("parameters-left-out", rnn(), Fault(frozen=("Wx", "Wh", "b"))),
    "a plus for a minus": ("moves-uphill", mlp(learning_rate=0.01), Fault(loss=against)),
    "the order of the file": ("order-repeats", mlp(), Fault(shuffled=False)),
    "the order of the file, sorted by label": ("order-repeats", cnn(), Fault(shuffled=False, change=sorted_samples)),
    "a penalty of 3": ("weights-decay-away", mlp(), Fault(change=penalised)),
    "a rate a hundred times as large, deep": (
        "training-diverges",
        deep(normalization=None, learning_rate=2.0),
        Fault(),
    ),
    "a rate a hundred times as large, recurrent": ("training-diverges", rnn(learning_rate=0.5), Fault()),
    "a rate twenty times as large": ("learning-rate-too-high", rnn(learning_rate=0.1), Fault()),
    "biases far below zero": ("dead-from-the-start", mlp(), Fault(network=filled("b1", -20.0))),
    "a rate that kills units": ("dead-relus", mlp(learning_rate=3.0), Fault()),
    "a rate that kills filters": ("dead-relus", cnn(learning_rate=0.1), Fault()),
    "a rate a thousandth as large": ("learning-rate-too-low", mlp(learning_rate=1e-4), Fault()),
    "a rate a thousandth as large, recurrent": ("learning-rate-too-low", rnn(learning_rate=5e-6), Fault()),
    "labels shuffled alone in each batch": ("labels-misaligned", mlp(), Fault(batch=shuffled_labels)),
    "labels of the sample before, learnt by heart": (
        "labels-misaligned",
        mlp(200, epochs=150, rule="adam", learning_rate=3e-3),
        Fault(taught=shifted_labels),
    ),
    "twenty samples": ("overfitting", mlp(20, batch_size=10, epochs=100), Fault()),
    "a class that is left out": ("class-never-answered", mlp(epochs=20), Fault(batch=without_class_3)),
}
