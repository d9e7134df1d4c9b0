"""Trainings of the reference's networks on the shipped data, recorded as the doctor reads them, and ways to spoil them.

The recorder trains by a loop of its own, so that each fault is one line of it.
"""

from __future__ import annotations

import importlib.util
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from functools import cache
from pathlib import Path
from types import ModuleType
from typing import Any

import numpy as np

from grader.checking.examination import relu_layers
from grader.checking.numeric import Array
from grader.checking.trace import Look, Trace, norm
from grader.checking.training import counts_of

ROOT = Path(__file__).parents[2]
Batch = tuple[Array, ...]
Rule = Callable[[Array, Array, Any], tuple[Array, Any]]


@cache
def solution(name: str) -> ModuleType:
    """Return a reference solution as a module."""
    spec = importlib.util.spec_from_file_location(f"solution_{name}", ROOT / "reference" / name / f"{name}.py")
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


@cache
def arrays(file: str) -> dict[str, Array]:
    """Return the arrays of a data file, shipped or held out."""
    found = next(path for path in ROOT.glob(f"*/*/data/{file}") if path.parts[-4] in ("assignments", "reference"))
    with np.load(found) as opened:
        return {name: opened[name] for name in opened.files}


@dataclass(frozen=True)
class Setup:
    """A training: the samples as tuples of arrays, labels last, the network, and how it learns."""

    assignment: str
    known: Batch
    unseen: Batch
    build: Callable[[np.random.Generator], Any]
    hidden: Callable[[Any, Batch], tuple[Array, ...]]
    scores: Callable[[Any, Batch], Array]
    rule: str = "sgd"
    learning_rate: float = 0.1
    epochs: int = 8
    batch_size: int = 32
    max_norm: float | None = None
    bend: str = "relu"
    guessing: float = float(np.log(10.0))
    seed: int = 0


@dataclass(frozen=True)
class Fault:
    """What is wrong with a training; each entry is right by itself.

    Attributes:
        change: of the setup.
        taught: of the samples that the loop goes through, where looks and counts see the right ones.
        network: of the network before training.
        batch: of the samples of each step.
        loss: of the loss and the gradients of a step.
        shuffled: whether an epoch has an order of its own.
        frozen: parameters that are not updated; "all" for all of them.
        told: of the losses, as the hand-in tells them.
    """

    change: Callable[[Setup], Setup] = lambda setup: setup
    taught: Callable[[Batch], Batch] = lambda samples: samples
    network: Callable[[Any], None] = lambda net: None
    batch: Callable[[Batch, np.random.Generator], Batch] = lambda batch, rng: batch
    loss: Callable[[float, Mapping[str, Array]], tuple[float, Mapping[str, Array]]] = lambda loss, grads: (loss, grads)
    shuffled: bool = True
    frozen: tuple[str, ...] = ()
    told: Callable[[list[float]], list[float]] = lambda losses: losses


def digits(N: int = 600) -> tuple[Array, Array, Array, Array]:
    known, unseen = arrays("digits.npz"), arrays("digits_test.npz")
    return known["X_train"][:N] / 16.0, known["y_train"][:N], unseen["X_test"] / 16.0, unseen["y_test"]


def mlp(N: int = 600, **changes: Any) -> Setup:
    """One hidden layer on the digits, as in the first assignment."""
    X, y, X_test, y_test = digits(N)
    own = solution("mlp")
    setup = Setup(
        assignment="mlp",
        known=(X, y),
        unseen=(X_test, y_test),
        build=lambda rng: own.FullyConnectedNet([64], 64, 10, weight_scale=0.15, rng=rng),
        hidden=lambda net, batch: relu_layers(net.params, batch[0]),
        scores=lambda net, batch: net.loss(batch[0]),
    )
    return replace(setup, **changes)


def deep(N: int = 600, layers: int = 12, normalization: str | None = "batchnorm", **changes: Any) -> Setup:
    """Twelve narrow layers, as in the second assignment."""
    X, y, X_test, y_test = digits(N)
    own = solution("training")
    setup = Setup(
        assignment="training",
        known=(X, y),
        unseen=(X_test, y_test),
        build=lambda rng: own.FullyConnectedNet([20] * layers, 64, 10, normalization=normalization, rng=rng),
        hidden=lambda net, batch: relu_layers(net.params, batch[0], normalization),
        scores=lambda net, batch: net.loss(batch[0]),
        rule="sgd_momentum",
        learning_rate=0.02,
        batch_size=64,
    )
    return replace(setup, **changes)


def cnn(N: int = 400, **changes: Any) -> Setup:
    """One layer of convolution, as in the third assignment."""
    X, y, X_test, y_test = digits(N)
    own = solution("cnn")

    def hidden(net: Any, batch: Batch) -> tuple[Array, ...]:
        p = net.params
        x = np.pad(batch[0], ((0, 0), (0, 0), (1, 1), (1, 1)))
        windows = np.lib.stride_tricks.sliding_window_view(x, (3, 3), axis=(2, 3))
        maps = np.maximum(0.0, np.einsum("nchwij,fcij->nhwf", windows, p["W1"]) + p["b1"])
        N, H, W, F = maps.shape
        pooled = maps.reshape(N, H // 2, 2, W // 2, 2, F).max(axis=(2, 4)).transpose(0, 3, 1, 2).reshape(N, -1)
        return maps.reshape(-1, F), np.maximum(0.0, pooled @ p["W2"] + p["b2"])

    setup = Setup(
        assignment="cnn",
        known=(X.reshape(-1, 1, 8, 8), y),
        unseen=(X_test.reshape(-1, 1, 8, 8), y_test),
        build=lambda rng: own.ThreeLayerConvNet(
            input_dim=(1, 8, 8), num_filters=8, filter_size=3, hidden_dim=64, weight_scale=0.1, rng=rng
        ),
        hidden=hidden,
        scores=lambda net, batch: net.loss(batch[0]),
        rule="adam",
        learning_rate=4e-3,
    )
    return replace(setup, **changes)


def rnn(N: int = 400, data: str = "digits", **changes: Any) -> Setup:
    """A recurrent classifier of the rows of digits or of vowels, as in the fourth assignment."""
    own = solution("rnn")
    if data == "digits":
        X, y, X_test, y_test = digits(N)
        known = X.reshape(-1, 8, 8), np.full(len(y), 8), y
        unseen = X_test.reshape(-1, 8, 8), np.full(len(y_test), 8), y_test
        D, C = 8, 10
    else:
        first, second = arrays("vowels.npz"), arrays("vowels_test.npz")
        known = first["X_train"].astype(np.float64), first["lengths_train"], first["y_train"]
        unseen = second["X_test"].astype(np.float64), second["lengths_test"], second["y_test"]
        D, C = 12, 9

    def hidden(net: Any, batch: Batch) -> tuple[Array, ...]:
        p, h, states = net.params, np.zeros((len(batch[0]), 64)), []
        for t in range(batch[0].shape[1]):
            h = np.tanh(batch[0][:, t] @ p["Wx"] + h @ p["Wh"] + p["b"])
            states.append(h[t < batch[1]])
        return (np.concatenate(states),)

    setup = Setup(
        assignment="rnn",
        known=known,
        unseen=unseen,
        build=lambda rng: own.SequenceClassifier(D, 64, C, rng=rng),
        hidden=hidden,
        scores=lambda net, batch: net.loss(*batch[:-1]),
        rule="adam",
        learning_rate=5e-3,
        max_norm=5.0,
        bend="tanh",
        guessing=float(np.log(C)),
    )
    return replace(setup, **changes)


def look_at(setup: Setup, net: Any) -> Look:
    """Look at a network on the first 200 samples."""
    batch = tuple(part[:200] for part in setup.known)
    loss, grads = net.loss(*batch)
    params = {name: value.copy() for name, value in net.params.items()}
    return Look(params=params, loss=float(loss), grads=grads, hidden=setup.hidden(net, batch), bend=setup.bend)


def record(setup: Setup, fault: Fault | None = None) -> Trace:
    """Train and return the trace."""
    fault = fault or Fault()
    setup = fault.change(setup)
    rng = np.random.default_rng(setup.seed)
    rule: Rule = getattr(solution("training"), setup.rule)
    net = setup.build(rng)
    fault.network(net)
    start, y = look_at(setup, net), setup.known[-1]
    taught = fault.taught(setup.known)
    classes = round(float(np.exp(setup.guessing)))
    configs: dict[str, Any] = {name: {"learning_rate": setup.learning_rate} for name in net.params}
    losses, norms, ratios, val_losses = [], [], [], []
    width = -(-len(y) // setup.batch_size)
    with np.errstate(all="ignore"):
        for _ in range(setup.epochs):
            order = rng.permutation(len(y)) if fault.shuffled else np.arange(len(y))
            for step in range(width):
                rows = order[step * setup.batch_size : (step + 1) * setup.batch_size]
                batch = fault.batch(tuple(part[rows] for part in taught), rng)
                loss, grads = fault.loss(*net.loss(*batch))
                size = norm(grads)
                scale = 1.0 if setup.max_norm is None else min(1.0, setup.max_norm / (size + 1e-12))
                before = dict(net.params)
                for name in before:
                    if name not in fault.frozen and "all" not in fault.frozen:
                        net.params[name], configs[name] = rule(before[name], scale * grads[name], configs[name])
                losses.append(float(loss))
                norms.append(size)
                weights = {name: value for name, value in before.items() if value.ndim > 1}
                step_taken = {name: net.params[name] - value for name, value in weights.items()}
                ratios.append(norm(step_taken) / max(1e-12, norm(weights)))
            scores = setup.scores(net, setup.unseen)
            shifted = scores - scores.max(axis=1, keepdims=True)
            right = np.take_along_axis(shifted, setup.unseen[-1][:, None], axis=1)[:, 0]
            val_losses.append(float(np.mean(np.log(np.exp(shifted).sum(axis=1)) - right)))
        finite = all(np.isfinite(value).all() for value in net.params.values())
        return Trace(
            losses=np.array(fault.told(losses)),
            guessing=setup.guessing,
            steps=setup.epochs * width,
            steps_an_epoch=width,
            batch_size=setup.batch_size,
            start=start,
            end=look_at(setup, net) if finite else None,
            known=counts(setup, net, setup.known, classes) if finite else None,
            unseen=counts(setup, net, setup.unseen, classes) if finite else None,
            val_losses=np.array(val_losses),
            grad_norms=np.array(norms),
            update_ratios=np.array(ratios),
        )


def counts(setup: Setup, net: Any, samples: Batch, classes: int) -> Array:
    return counts_of(np.argmax(setup.scores(net, samples), axis=1), samples[-1], classes)
