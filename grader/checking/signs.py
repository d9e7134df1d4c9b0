"""What the training doctor sees in a trace: each function tells one thing in a sentence, or "" where it is not so."""

from __future__ import annotations

import numpy as np

from grader.checking.numeric import Array
from grader.checking.trace import (
    Look,
    Trace,
    accuracy,
    begins_at,
    dead_share,
    ends_at,
    epochs_alike,
    first_loss,
    moved,
    norm,
    saturated_share,
    weights_of,
)

NAMES_SHOWN = 4
FEW = 20  # samples of a class, which a network that has not yet learnt enough may answer as others
WANDERED = 0.065  # of their norm that weights went, by which a training has certainly tried

# What is told of it


def not_finite_at_start(trace: Trace) -> str:
    if trace.losses.size == 0 or np.isfinite(trace.losses[0]):
        return ""
    return "The loss is NaN or infinite in the very first step, before any parameter has moved."


def not_averaged(trace: Trace) -> str:
    if trace.start is None or not trace.start.loss > 0:
        return ""
    ratio = first_loss(trace) / trace.start.loss
    if not 3.0 < ratio < np.inf:
        return ""
    return f"The first loss is {ratio:.2g} times the loss of the same parameters on our samples."


def fewer_steps(trace: Trace) -> str:
    if trace.steps is None or trace.losses.size == 0 or trace.losses.size >= 0.95 * trace.steps:
        return ""
    return f"There are {trace.losses.size} losses, where {trace.steps} steps were asked for."


# The start


def starts_too_large(trace: Trace) -> str:
    ratio = first_loss(trace) / trace.guessing
    return f"The first loss is {ratio:.2g} times that of guessing." if 2.0 < ratio < np.inf else ""


def units_alike(weights: Array) -> bool:
    """Tell whether a layer's units have all the same weights; a filter is the first axis, else a unit the last."""
    units = weights.reshape(len(weights), -1) if weights.ndim > 2 else weights.T
    return len(units) > 1 and bool((units == units[0]).all())


def identical_units(trace: Trace) -> str:
    if trace.start is None:
        return ""
    alike = [name for name, weights in weights_of(trace.start).items() if units_alike(weights)]
    return f"At the start all units of {named(alike)} have the same weights." if alike else ""


def saturated(trace: Trace) -> str:
    share = saturated_share(trace.start, 0.97)
    return f"At the start {share:.0%} of the outputs of tanh are beyond 0.97 or -0.97." if share > 0.5 else ""


def exploding(trace: Trace) -> str:
    size = norm(trace.start.grads) if trace.start is not None else 0.0
    return f"At the start the gradients have the joint norm {size:.2g}." if 100.0 < size < np.inf else ""


def weight_gradients(look: Look) -> dict[str, float]:
    """Return the norm of the gradient of each array of weights, by name."""
    return {name: norm({name: look.grads[name]}) for name in weights_of(look) if name in look.grads}


def vanishing(trace: Trace) -> str:
    norms = weight_gradients(trace.start) if trace.start is not None else {}
    if not norms or not min(norms.values()) < 1e-4:
        return ""
    name = min(norms, key=lambda key: norms[key])
    return f"At the start the gradient of {name} has a norm of {norms[name]:.1g}: next to nothing gets there."


# The steps


def still(trace: Trace) -> list[str]:
    """Return the names of the parameters that are after training exactly what they were."""
    if trace.start is None or trace.end is None or trace.losses.size == 0:
        return []
    after = trace.end.params
    return [
        name for name, before in trace.start.params.items() if name in after and np.array_equal(before, after[name])
    ]


def never_change(trace: Trace) -> str:
    if trace.start is None or len(still(trace)) < len(trace.start.params):
        return ""
    return "After training all parameters are exactly what they were before."


def left_out(trace: Trace) -> str:
    if trace.start is None:
        return ""
    grads = trace.start.grads
    names = [name for name in still(trace) if name in grads and norm({name: grads[name]}) > 1e-6]
    return f"Training has not changed {named(names)}, though the gradient is not zero there." if names else ""


def along_gradient(trace: Trace) -> float:
    """Return the cosine of the angle between the way all parameters went and the gradient at the start."""
    if trace.start is None or trace.end is None:
        return 0.0
    grads, before, after = trace.start.grads, trace.start.params, trace.end.params
    ways = {name: after[name] - before[name] for name in grads if name in before and name in after}
    dot = sum(float(np.sum(way * grads[name])) for name, way in ways.items())
    lengths = norm(ways) * norm(grads)
    return dot / lengths if lengths > 0 else 0.0


def uphill(trace: Trace) -> str:
    if not (ends_at(trace) > 1.1 * begins_at(trace) and along_gradient(trace) > 0.1):
        return ""
    return "The loss rises, and the parameters went where the gradient at the start points."


def order_repeats(trace: Trace) -> str:
    alike = epochs_alike(trace)
    if not alike > 0.5:
        return ""
    return f"The losses of each epoch go up and down as those of the epoch before: their correlation is {alike:.2f}."


def decays(trace: Trace) -> str:
    if trace.start is None or trace.end is None or norm(weights_of(trace.start)) == 0:
        return ""
    ratio = norm(weights_of(trace.end)) / norm(weights_of(trace.start))
    if not (ratio < 0.3 and ends_at(trace) > 0.5 * trace.guessing):
        return ""
    return f"The weights shrink to {ratio:.0%} of what they were, and the loss stays high."


def diverges(trace: Trace) -> str:
    losses = trace.losses
    if losses.size < 2 or not np.isfinite(losses[0]):
        return ""
    if not np.isfinite(losses).all():
        first = int(np.argmin(np.isfinite(losses))) + 1
        return f"The loss is NaN or infinite from step {first} on."
    ratio = ends_at(trace) / max(first_loss(trace), trace.guessing)
    return f"The loss ends {ratio:.2g} times as high as it began." if ratio > 3.0 else ""


def rate_too_high(trace: Trace) -> str:
    if trace.losses.size < 20:
        return ""
    if trace.update_ratios is not None and np.median(trace.update_ratios) > 0.1:
        return f"In half of the steps the weights change by more than {np.median(trace.update_ratios):.0%}."
    later = trace.losses[trace.losses.size // 10 :]
    jumps = float(np.mean(later > 1.5 * max(first_loss(trace), trace.guessing)))
    return f"In {jumps:.0%} of the later steps the loss is far above where it began." if jumps > 0.05 else ""


def dead_at_start(trace: Trace) -> str:
    share = dead_share(trace.start)
    return f"At the start {share:.0%} of the ReLUs of a layer are zero for all samples." if share > 0.6 else ""


def dead_at_end(trace: Trace) -> str:
    share = dead_share(trace.end)
    return f"After training {share:.0%} of the ReLUs of a layer are zero for all samples." if share > 0.6 else ""


def rate_too_low(trace: Trace) -> str:
    way, steps, start, end = moved(trace), trace.losses.size, begins_at(trace), ends_at(trace)
    if steps < 20 or not (0 < way < 3e-4 * steps and end > 0.5 * start):
        return ""
    # A walk back and forth, where there is nothing to learn, gets no further either; but its loss does not fall.
    if way > WANDERED and end > 0.95 * start:
        return ""
    return f"In {steps} steps the weights moved by {100 * way:.2g} % of their size, and the loss is still high."


# What was learnt


def misaligned(trace: Trace) -> str:
    if trace.losses.size < 20:
        return ""
    if trace.end is not None and ends_at(trace) < 0.97 * trace.guessing and trace.end.loss > 1.03 * trace.guessing:
        return "The losses fall, but with their own labels the samples cost more than guessing."
    if 0.99 < ends_at(trace) / trace.guessing < 1.05 and moved(trace) > WANDERED:
        return "The parameters move, but the loss ends where guessing leaves it."
    return ""


def overfits(trace: Trace) -> str:
    known, unseen = accuracy(trace.known), accuracy(trace.unseen)
    if known > 0.9 and known - unseen > 0.2:
        return f"{known:.0%} of the samples trained on are right, but {unseen:.0%} of those held out."
    losses = trace.val_losses
    if losses is None or losses.size < 3 or not (losses[-1] > 2 * losses.min() and ends_at(trace) < begins_at(trace)):
        return ""
    return (
        f"The training loss falls, and the validation loss rises to {losses[-1] / losses.min():.2g} times its smallest."
    )


def class_missing(trace: Trace) -> str:
    counts = trace.known
    if counts is None or not counts.sum():
        return ""
    samples = counts.sum(axis=1)
    missing = (counts.sum(axis=0) == 0) & (samples >= max(FEW, 0.03 * counts.sum()))
    if not missing.any() or not accuracy(counts[~missing]) >= 0:
        return ""
    others = np.diag(counts)[~missing].sum() / max(1, counts[~missing].sum())
    if others < 0.85:
        return ""
    return f"{missing.sum()} of the {len(counts)} classes are never answered; of the others {others:.0%} are right."


def named(names: list[str]) -> str:
    shown = ", ".join(names[:NAMES_SHOWN])
    return shown if len(names) <= NAMES_SHOWN else f"{shown} and {len(names) - NAMES_SHOWN} more"
