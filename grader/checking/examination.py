"""What a check of a training tells the training doctor: the network before and after, looked at on this side."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any, NamedTuple

import numpy as np

from grader.checking.doctor import findings
from grader.checking.numeric import Array
from grader.checking.trace import Look, Trace
from grader.checking.training import Lesson, Params, counts_of
from grader.model import Finding

LOOKED_AT = 200  # training samples of which loss, gradients and hidden outputs are computed

Samples = tuple[Array, ...]


class Course(NamedTuple):
    """How a network was to learn, and how ours is asked about its parameters.

    Attributes:
        network: makes a network of the reference's, with ``params`` and ``loss``.
        samples: (N, ...) each, those trained on, as ``loss`` takes them, the labels last.
        guessing: the loss of guessing: the logarithm of the number of classes.
        epochs: how often each sample is seen.
        batch_size: number of samples of a step.
        hidden: maps parameters and samples to the outputs of each hidden layer, (M, H) each.
        bend: what bends these, "relu" or "tanh".
        answer: maps parameters and samples to the class of each sample, (N,); None where there are no classes.
        unseen: held-out samples, as ``samples``; None where there are none.
        classes: number of classes.
    """

    network: Callable[[], Any]
    samples: Samples
    guessing: float
    epochs: int
    batch_size: int
    hidden: Callable[[Params, Samples], tuple[Array, ...]]
    bend: str = "relu"
    answer: Callable[[Params, Samples], Array] | None = None
    unseen: Samples | None = None
    classes: int = 10


def examine(lesson: Lesson, course: Course) -> tuple[Finding, ...]:
    """Return what the doctor finds in a lesson."""
    return findings(trace_of(lesson, course))


def trace_of(lesson: Lesson, course: Course) -> Trace:
    """Return a lesson as the doctor reads it; what is not known of it is left out."""
    width = -(-len(course.samples[-1]) // course.batch_size)
    with np.errstate(all="ignore"):
        return Trace(
            losses=lesson.losses,
            guessing=course.guessing,
            steps=course.epochs * width,
            steps_an_epoch=width,
            batch_size=course.batch_size,
            start=None if lesson.before is None else look(lesson.before, course),
            end=None if lesson.after is None else look(lesson.after, course),
            known=answered(lesson.after, course, course.samples),
            unseen=answered(lesson.after, course, course.unseen),
        )


def look(params: Params, course: Course) -> Look:
    """Look at our network with these parameters, on the first of the training samples."""
    batch = tuple(part[:LOOKED_AT] for part in course.samples)
    net = course.network()
    # A network may change its dictionary, and the entries of it.
    net.params = {name: value.copy() for name, value in params.items()}
    loss, grads = net.loss(*batch)
    return Look(params=params, loss=float(loss), grads=grads, hidden=course.hidden(params, batch), bend=course.bend)


def answered(params: Params | None, course: Course, samples: Samples | None) -> Array | None:
    """Return how often each class was answered as each other one, (C, C) integers, where there are answers."""
    if params is None or course.answer is None or samples is None:
        return None
    return counts_of(course.answer(params, samples), samples[-1], course.classes)


def relu_layers(params: Mapping[str, Array], X: Array, normalization: str | None = None) -> tuple[Array, ...]:
    """Return the outputs of the hidden layers of a fully connected network, (N, H) each, as they are in training.

    Args:
        params: "W1", "b1" and so on, with "gamma1" and "beta1" where the layers are normalised.
        X: (N, D) float64.
        normalization: None, "batchnorm" or "layernorm".
    """
    signal, outputs = X, []
    for layer in range(1, sum(name.startswith("W") for name in params)):
        signal = signal @ params[f"W{layer}"] + params[f"b{layer}"]
        if normalization is not None:
            axis = 0 if normalization == "batchnorm" else 1
            centred = signal - signal.mean(axis=axis, keepdims=True)
            signal = centred / np.sqrt(signal.var(axis=axis, keepdims=True) + 1e-5)
            signal = params[f"gamma{layer}"] * signal + params[f"beta{layer}"]
        signal = np.maximum(0.0, signal)
        outputs.append(signal)
    return tuple(outputs)
