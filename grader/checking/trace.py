"""What is recorded of one training, for the training doctor to read."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

import numpy as np

from grader.checking.numeric import Array


@dataclass(frozen=True, slots=True, kw_only=True)
class Look:
    """A network with given parameters, looked at on training samples of ours.

    Attributes:
        params: arrays by name.
        loss: of the samples, as training computes it.
        grads: the gradient of each parameter, by name; may lack some.
        hidden: outputs of each hidden layer, (N, H) each; for a recurrent layer the states, N of all steps.
        bend: what bends them, "relu" or "tanh".
    """

    params: Mapping[str, Array]
    loss: float
    grads: Mapping[str, Array] = field(default_factory=dict)
    hidden: tuple[Array, ...] = ()
    bend: str = "relu"


@dataclass(frozen=True, slots=True, kw_only=True)
class Trace:
    """One training, as far as it is known.

    Attributes:
        losses: (S,) float64, of the batch of each step, before it.
        guessing: the loss of guessing: the logarithm of the number of classes.
        steps: how many steps were asked for.
        steps_an_epoch: how many of them make an epoch.
        batch_size: number of samples of a step.
        start, end: the network before and after.
        known: (C, C) counts of classes (rows) answered as classes (columns), of the samples trained on.
        unseen: the same of samples that were held out.
        val_losses: (E,) float64, of held-out samples after each epoch.
        grad_norms: (S,) float64, the joint norm of all gradients in each step.
        update_ratios: (S,) float64, norm of the update of all weights divided by their norm, in each step.
    """

    losses: Array
    guessing: float
    steps: int | None = None
    steps_an_epoch: int | None = None
    batch_size: int | None = None
    start: Look | None = None
    end: Look | None = None
    known: Array | None = None
    unseen: Array | None = None
    val_losses: Array | None = None
    grad_norms: Array | None = None
    update_ratios: Array | None = None


def tenth(losses: Array) -> int:
    return max(1, losses.size // 10)


def first_loss(trace: Trace) -> float:
    """Return the loss of the first step; NaN where there is none."""
    return float(trace.losses[0]) if trace.losses.size else float("nan")


def begins_at(trace: Trace) -> float:
    """Return the mean loss of the first tenth of the steps; NaN where there is none."""
    return float(trace.losses[: tenth(trace.losses)].mean()) if trace.losses.size else float("nan")


def ends_at(trace: Trace) -> float:
    """Return the median loss of the last tenth of the steps, which one bad batch does not change; NaN where none."""
    return float(np.median(trace.losses[-tenth(trace.losses) :])) if trace.losses.size else float("nan")


def weights_of(look: Look) -> dict[str, Array]:
    """Return the parameters that are no biases, in order: those of rank 2 and more."""
    return {name: value for name, value in look.params.items() if value.ndim >= 2}


def norm(arrays: Mapping[str, Array]) -> float:
    """Return the joint norm of all arrays."""
    return float(np.sqrt(sum(float(np.sum(value * value)) for value in arrays.values())))


def moved(trace: Trace) -> float:
    """Return how far the weights went, in units of their norm at the start; NaN where it is not known."""
    if trace.start is None or trace.end is None:
        return float("nan")
    before, after = weights_of(trace.start), weights_of(trace.end)
    distance = norm({name: after[name] - before[name] for name in before if name in after})
    return distance / norm(before) if norm(before) > 0 else float("inf")


def accuracy(counts: Array | None) -> float:
    """Return the share of samples on the diagonal of a confusion matrix; NaN where there is none."""
    return float(np.trace(counts) / counts.sum()) if counts is not None and counts.sum() else float("nan")


def dead_share(look: Look | None) -> float:
    """Return the largest share, over the layers, of ReLUs that are zero for every sample; 0 where not known."""
    if look is None or look.bend != "relu":
        return 0.0
    return max((float(np.mean((layer == 0).all(axis=0))) for layer in look.hidden), default=0.0)


def saturated_share(look: Look | None, limit: float) -> float:
    """Return the largest share, over the layers, of outputs of tanh beyond ``limit``; 0 where not known."""
    if look is None or look.bend != "tanh":
        return 0.0
    return max((float(np.mean(np.abs(layer) > limit)) for layer in look.hidden), default=0.0)


def epochs_alike(trace: Trace) -> float:
    """Return how much the losses of an epoch are like those of the epoch before, step by step, from -1 to 1.

    It is the mean correlation of neighbouring epochs, each without its straight line, from the second epoch on. With
    a new order every epoch it is near 0, with a spread of one over the square root of the number of steps; 0 where
    fewer than 60 steps could be compared.
    """
    width = trace.steps_an_epoch
    if width is None or width < 6 or trace.losses.size % width:
        return 0.0
    epochs = trace.losses.reshape(-1, width)[1:]
    if epochs.size - width < 60 or not np.isfinite(epochs).all():
        return 0.0
    place = np.arange(width) - (width - 1) / 2
    centred = epochs - epochs.mean(axis=1, keepdims=True)
    rest = centred - np.outer(centred @ place / (place @ place), place)
    lengths = np.sqrt((rest * rest).sum(axis=1))
    # Losses that stand still are alike for another reason.
    if (lengths <= 1e-9 * np.abs(epochs).max(axis=1)).any():
        return 0.0
    unit = rest / lengths[:, None]
    return float(np.mean((unit[1:] * unit[:-1]).sum(axis=1)))
