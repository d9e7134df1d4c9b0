"""Gradient checks at a large point: cheap for every derivation, not for differences entry by entry.

A backward may call the student's own forward, so small points cannot tell a derivation from two calls of forward
for each entry. At a large point differences need some ten thousand calls, a hundred times what nested loops need:
they overrun the budget of CPU time, which correct code in any style meets with room to spare. Checks of this kind
are marked ``large=True``: they come first, and a part that overran its time is not called again.

Values are compared coarsely: what is a little wrong shows at the small points. A wrong forward is met only a few
times, because nested loops are slow here.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np

from grader.checking.assertions import assert_close
from grader.checking.easier import refuse_if_easier, require_as_varied
from grader.checking.failure import CheckFailed
from grader.checking.gradients import differentiable, differentiate_after_wrong, joined, shaped_gradients
from grader.checking.layers import Layer, Part, network_layer, pair_layer, require_shape, usable
from grader.checking.numeric import Array, named_sizes
from grader.model import Evidence

# A mistake of the derivation is of the order of 1; single precision through a hundred steps stays below 1e-4.
COARSE = 1e-3

# Of the one difference a wrong forward's gradients are compared with. All inputs move at once: a step of 1e-4 in
# each is long enough for single precision, and the kinks on its way count for a share of 1e-4.
STEP, SHARE = 1e-4, 0.05


def assert_large_gradients(
    forward: Part, backward: Part, inputs: Mapping[str, Any], *, rng: np.random.Generator
) -> None:
    """Require that ``backward`` returns the gradients of ``forward`` at a large point within the budget.

    Args:
        forward: ``forward(*inputs) -> (out, cache)``.
        backward: ``backward(dout, cache) -> gradients`` in the order of the float64 arrays among ``inputs``.
        inputs: arguments of forward by name, in order.
        rng: draws cotangent and direction.

    Raises:
        CheckFailed: a gradient is wrong.
        NeedsPart: forward is wrong, and gives no ground to judge on.
        WorkerEnded: the budget was overrun.
    """
    sizes = named_sizes(inputs.values())
    ours = pair_layer(forward, backward, sizes)
    theirs = pair_layer(forward.counterpart, backward.counterpart, sizes)
    check_large_layer(ours, theirs, inputs, differentiable(inputs), rng)


def assert_large_network_gradients(
    network: Any,
    reference: Any,
    params: Mapping[str, Array],
    X: Array,
    y: Array,
    *,
    rng: np.random.Generator,
    part: str,
) -> None:
    """Require that ``network.loss(X, y)`` returns the gradients of its loss at a large point within the budget.

    Args:
        network, reference: the student's network and the reference's.
        params: float64 arrays by name, put into both.
        X: (N, ...) float64.
        y: (N,) integer.
        rng: draws the direction.
        part: name of the network's class.

    Raises:
        CheckFailed: a gradient is wrong.
        NeedsPart: the loss is wrong, and gives no ground to judge on.
        WorkerEnded: the budget was overrun.
    """
    names = tuple(params)
    ours, theirs = (network_layer(each, names, X, y, part) for each in (network, reference))
    check_large_layer(ours, theirs, {**params, "X": X, "y": y}, names, rng)


def check_large_layer(
    ours: Layer, theirs: Layer, inputs: Mapping[str, Any], wrt: Sequence[str], rng: np.random.Generator
) -> None:
    (value, token), (expected_value, reference_token) = ours.evaluate(inputs), theirs.evaluate(inputs)
    want = np.asarray(expected_value)
    dout = rng.standard_normal(want.shape) if want.ndim else np.array(1.0)
    expected = theirs.differentiate(dout, reference_token)
    right = differs("out", value, want) is None
    got = ours.differentiate(dout, token) if right else differentiate_after_wrong(ours, dout, token)
    gradients = shaped_gradients(ours, inputs, wrt, got)
    failures = {}
    for name, mine, theirs_ in zip(ours.gradients, gradients, expected, strict=True):
        failure = differs(name, mine, theirs_)
        if failure is not None:
            failures[name] = failure
    if failures and right:
        raise joined(failures, ours.gradients)
    if failures:
        carry_error_forward(ours, theirs, inputs, wrt, usable(ours.name, value), dout, gradients, rng)


def differs(name: str, got: object, expected: Any) -> CheckFailed | None:
    """Return what is wrong with a value at a large point, or None."""
    try:
        assert_close(name, got, expected, rtol=COARSE, atol=COARSE)
    except CheckFailed as failure:
        return failure
    return None


def carry_error_forward(
    ours: Layer,
    theirs: Layer,
    inputs: Mapping[str, Any],
    wrt: Sequence[str],
    out: Array,
    dout: Array,
    gradients: Sequence[Array],
    rng: np.random.Generator,
) -> None:
    """Judge the gradients of a wrong forward by one difference along all its inputs at once.

    Raises:
        NeedsPart: the forward is too simple to judge on.
        CheckFailed: the gradients are not those of the forward either.
    """
    require_shape(ours.name, out, dout.shape)
    require_as_varied(ours, theirs, inputs, dout.shape)
    refuse_if_easier(ours, theirs, inputs, tuple(wrt), rng, dout.shape)
    directions = {name: rng.standard_normal(inputs[name].shape) for name in wrt}
    ends = []
    for step in (STEP, -STEP):
        moved = {name: inputs[name] + step * direction for name, direction in directions.items()}
        end = usable(ours.name, ours.evaluate({**inputs, **moved})[0])
        require_shape(ours.name, end, dout.shape)
        ends.append(end)
    numeric = float(np.sum((ends[0] - ends[1]) * dout)) / (2 * STEP)
    analytic = sum(float(np.sum(mine * directions[name])) for mine, name in zip(gradients, wrt, strict=True))
    size = float(np.sqrt(sum(float(np.sum(np.square(mine))) for mine in gradients)))
    if not abs(numeric - analytic) <= SHARE * max(size, abs(numeric)):
        summary = f"{' and '.join(ours.gradients)} of a large input are not the gradients of {ours.name}."
        raise CheckFailed(Evidence(summary=summary))
