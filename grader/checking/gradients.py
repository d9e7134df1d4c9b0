"""Gradient checks: decide fast, then explain.

1. Where the student's forward agrees with the reference, the student's gradients are compared with the
   reference's analytic ones, entry by entry: one forward and one backward call.
2. Else, and on a student's own machine where there is no reference, they are compared with derivatives of the
   student's *own* forward (error carried forward): a random cotangent, a few random directions, central
   differences. Only when that fails, entry by entry on small arrays, to explain.

3. In grading, a backward whose forward is wrong is right if it gives the right function's gradients, or its
   own forward's.

In that last case a forward that is easier to differentiate than the real one must earn nothing: it has to
have the right shape, depend on every argument, and bend wherever the reference bends.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any, Literal

import numpy as np

from grader.checking.assertions import (
    array_evidence,
    as_array,
    assert_close,
    assert_finite,
    fail,
    shape_failure,
    value_failure,
)
from grader.checking.easier import require_no_easier
from grader.checking.failure import CheckFailed, NeedsPart
from grader.checking.layers import Layer, Part, loss_layer, network_layer, pair_layer, require_shape, usable
from grader.checking.numeric import (
    DOUBLE,
    SINGLE,
    Array,
    Precision,
    as_floats,
    central_difference,
    computes_in_single,
    magnitude,
    named_sizes,
    random_directions,
    smooth_derivative,
    wrong_entries,
)
from grader.checking.question import asking, loss_question, pair_question
from grader.errors import StudentRaised
from grader.model import Evidence

Verdict = Literal["agrees", "disagrees", "kink", "constant"]

DIRECTIONS = 2
EXPLAIN_AT_MOST = 400  # entries of an argument that are differentiated one by one to explain a failure


def assert_gradients(
    forward: Part,
    backward: Part,
    inputs: Mapping[str, Any],
    *,
    rng: np.random.Generator,
    wrt: Sequence[str] | None = None,
    cotangent: Array | None = None,
) -> None:
    """Require that ``backward`` returns the gradients of ``forward`` at ``inputs`` for a random cotangent.

    Args:
        forward: ``forward(*inputs) -> (out, cache)``; or several outputs of one shape before the cache.
        backward: ``backward(dout, cache) -> gradients`` in the order of ``wrt``; with several outputs, one ``dout``
            for each.
        inputs: arguments of forward by name, in order; those differentiated are float64.
        rng: draws cotangent and directions.
        wrt: names of the inputs differentiated; all arrays of float64 where None.
        cotangent: the gradient arriving from above, in place of a random one; with several outputs, those of all
            stacked on a new first axis.

    Raises:
        CheckFailed: a gradient is wrong.
        NeedsPart: forward gives nothing that could be differentiated.
    """
    wrt = wrt or differentiable(inputs)
    sizes = named_sizes(inputs.values())
    ours = pair_layer(forward, backward, sizes)
    theirs = None
    if forward.counterpart is not None:
        theirs = pair_layer(forward.counterpart, backward.counterpart, sizes)

    def judge(inputs: Mapping[str, Any], dout: Array) -> None:
        check_layer(ours, theirs, inputs, wrt, np.random.default_rng(0), dout)

    with asking(pair_question(forward, backward, (ours, theirs), inputs, wrt, judge)):
        check_layer(ours, theirs, inputs, wrt, rng, cotangent)


def assert_loss_gradient(
    loss: Part, inputs: Mapping[str, Any], *, rng: np.random.Generator, wrt: str, position: int = 1
) -> None:
    """Require that ``loss(*inputs) -> (value, gradient)`` returns the gradient of the value it returns.

    Args:
        loss: the part.
        inputs: its arguments by name, in order.
        rng: draws directions.
        wrt: name of the input the gradient belongs to.
        position: index of the gradient among the results.
    """
    sizes = named_sizes(inputs.values())
    ours = loss_layer(loss, position, sizes)
    theirs = loss_layer(loss.counterpart, position, sizes) if loss.counterpart is not None else None

    def judge(inputs: Mapping[str, Any], dout: Array) -> None:
        check_layer(ours, theirs, inputs, (wrt,), np.random.default_rng(0), dout)

    with asking(loss_question(loss, (ours, theirs), inputs, (wrt,), judge)):
        check_layer(ours, theirs, inputs, (wrt,), rng, np.array(1.0))


def assert_network_gradients(
    network: Any,
    reference: Any,
    params: Mapping[str, Array],
    X: Array,
    y: Array,
    *,
    rng: np.random.Generator,
    part: str = "loss",
) -> None:
    """Require that ``network.loss(X, y)`` returns the gradients of the loss it returns, for every parameter.

    Args:
        network, reference: the student's network and the reference's (None on a student's machine), which
            have ``params`` and ``loss(X, y) -> (loss, grads)``.
        params: float64 arrays by name, put into both.
        X: (N, D) float64.
        y: (N,) integer.
        rng: draws directions.
        part: name of the network's class, so that what cannot be judged counts against it.
    """
    names = tuple(params)
    ours = network_layer(network, names, X, y, part)
    theirs = network_layer(reference, names, X, y, part) if reference is not None else None
    check_layer(ours, theirs, {**params, "X": X, "y": y}, names, rng, np.array(1.0))


def differentiable(inputs: Mapping[str, Any]) -> tuple[str, ...]:
    return tuple(name for name, value in inputs.items() if isinstance(value, np.ndarray) and value.dtype == np.float64)


def check_layer(
    ours: Layer,
    theirs: Layer | None,
    inputs: Mapping[str, Any],
    wrt: Sequence[str],
    rng: np.random.Generator,
    cotangent: Array | None,
) -> None:
    value, token = ours.evaluate(inputs)
    if theirs is None:
        out = usable(ours.name, value)
        dout = rng.standard_normal(out.shape) if cotangent is None else cotangent
        require_shape(ours.name, out, dout.shape)
        # Another point in between: what a forward keeps outside of its cache is then the wrong one.
        ours.evaluate({**inputs, wrt[0]: inputs[wrt[0]] + 1.0})
        compare_directions(ours, inputs, wrt, dout, checked_gradients(ours, inputs, wrt, dout, token), rng)
        return
    want, reference_token = theirs.evaluate(inputs)
    want = np.asarray(want)
    dout = rng.standard_normal(want.shape) if cotangent is None else cotangent
    expected = theirs.differentiate(dout, reference_token)
    if agrees(value, want):
        compare_analytic(ours, inputs, wrt, ours.differentiate(dout, token), expected)
    else:
        carry_error_forward(ours, theirs, inputs, wrt, dout, (value, token), expected, rng)


def agrees(value: object, want: Array) -> bool:
    """Tell whether the student's forward gave the right values."""
    try:
        assert_close("out", value, want)
    except CheckFailed:
        return False
    return True


def carry_error_forward(
    ours: Layer,
    theirs: Layer,
    inputs: Mapping[str, Any],
    wrt: Sequence[str],
    dout: Array,
    evaluated: tuple[Any, Any],
    expected: Sequence[Any],
    rng: np.random.Generator,
) -> None:
    """Judge a backward whose forward is wrong: right gradients count, and so do those of the wrong forward.

    Raises:
        NeedsPart: neither holds, and the forward gives no ground to judge on.
        CheckFailed: neither holds, and the forward does give ground.
    """
    value, token = evaluated
    got = differentiate_after_wrong(ours, dout, token)
    try:
        compare_analytic(ours, inputs, wrt, got, expected)
    except CheckFailed:
        out = usable(ours.name, value)
        require_shape(ours.name, out, dout.shape)
        require_no_easier(ours, theirs, inputs, wrt, rng, dout.shape)
        gradients = shaped_gradients(ours, inputs, wrt, got)
        compare_directions(ours, inputs, wrt, dout, gradients, rng)


def differentiate_after_wrong(ours: Layer, dout: Array, token: Any) -> Sequence[Any]:
    """Return the gradients of a backward whose forward is wrong.

    Raises:
        NeedsPart: it raises on that forward's cache, which is none of its doing.
    """
    try:
        return ours.differentiate(dout, token)
    except StudentRaised as raised:
        reason = f"{ours.name} is wrong, and with its cache the backward raised {raised.error.type}."
        raise NeedsPart(ours.name, reason) from raised


def compare_analytic(
    ours: Layer, inputs: Mapping[str, Any], wrt: Sequence[str], got: Sequence[Any], expected: Sequence[Any]
) -> None:
    require_count(got, wrt)
    failures = {}
    for name, mine, want in zip(ours.gradients, got, expected, strict=True):
        try:
            assert_close(name, mine, want, sizes=ours.sizes)
        except CheckFailed as failure:
            failures[name] = failure
    if failures:
        raise joined(failures, ours.gradients)


def joined(failed: Mapping[str, CheckFailed], names: Sequence[str]) -> CheckFailed:
    """Make one failure of several: all the evidence, the first cause that is known, and what was right."""
    failures = failed.values()
    summary = " ".join(failure.evidence.summary for failure in failures)
    right = [name for name in names if name not in failed]
    if right:
        summary += f" {' and '.join(right)} {'is' if len(right) == 1 else 'are'} right."
    evidence = Evidence(
        summary=summary,
        detail="\n".join(failure.evidence.detail for failure in failures if failure.evidence.detail),
        arrays=tuple(array for failure in failures for array in failure.evidence.arrays),
    )
    causes = (failure.diagnosis for failure in failures if failure.diagnosis is not None)
    return CheckFailed(evidence, next(causes, None))


def require_count(got: Sequence[Any], wrt: Sequence[str]) -> None:
    if len(got) != len(wrt):
        raise fail(f"{len(got)} gradients came back, expected {len(wrt)}.", name="wrong-arity")


def checked_gradients(
    ours: Layer, inputs: Mapping[str, Any], wrt: Sequence[str], dout: Array, token: Any
) -> list[Array]:
    """Return the student's gradients, each with the shape of its input and finite."""
    return shaped_gradients(ours, inputs, wrt, ours.differentiate(dout, token))


def shaped_gradients(ours: Layer, inputs: Mapping[str, Any], wrt: Sequence[str], got: Sequence[Any]) -> list[Array]:
    require_count(got, wrt)
    gradients = []
    for gradient_name, value, name in zip(ours.gradients, got, wrt, strict=True):
        array = as_floats(as_array(gradient_name, value, inputs[name]))
        if array.shape != inputs[name].shape:
            raise shape_failure(gradient_name, array, inputs[name])
        assert_finite(gradient_name, array)
        gradients.append(array)
    return gradients


def along(ours: Layer, inputs: Mapping[str, Any], name: str, shape: tuple[int, ...]) -> Callable[[Array], Array]:
    """Return the student's forward as a function of one input, with results of one shape."""

    def f(moved: Array) -> Array:
        value, _ = ours.evaluate({**inputs, name: moved})
        out = usable(ours.name, value)
        require_shape(ours.name, out, shape)
        return out

    return f


def compare_directions(
    ours: Layer,
    inputs: Mapping[str, Any],
    wrt: Sequence[str],
    dout: Array,
    gradients: Sequence[Array],
    rng: np.random.Generator,
) -> None:
    failures = {}
    for gradient_name, name, gradient in zip(ours.gradients, wrt, gradients, strict=True):
        f = along(ours, inputs, name, dout.shape)
        x, precision = inputs[name], DOUBLE
        verdict = judge_along_directions(ours, f, x, dout, gradient, rng, precision)
        # Whoever computes in single precision is right too, but differences must be coarser to show it: along
        # short steps such a forward may even look constant.
        if verdict != "agrees" and computes_in_single(f, x, rng.standard_normal(x.shape)):
            precision = SINGLE
            verdict = judge_along_directions(ours, f, x, dout, gradient, rng, precision)
        if verdict == "kink":
            raise NeedsPart(ours.name, f"{ours.name} has a kink or a jump at this point in every direction tried.")
        if verdict == "constant":
            reason = f"The result of {ours.name} does not depend on {name}: no gradient to compare."
            raise NeedsPart(ours.name, reason)
        if verdict == "disagrees":
            failures[gradient_name] = explain_entrywise(ours, gradient_name, f, x, dout, gradient, precision)
    if failures:
        raise joined(failures, ours.gradients)


def judge_along_directions(
    ours: Layer,
    f: Callable[[Array], Array],
    x: Array,
    dout: Array,
    gradient: Array,
    rng: np.random.Generator,
    precision: Precision,
) -> Verdict:
    """Compare the gradient with differences along random directions.

    Returns:
        "kink" where each direction tried meets one, "constant" where forward changes along none.

    Raises:
        NeedsPart: forward's values are too large for a difference.
    """
    depends, agrees = False, True
    here = f(x)
    noise = precision.noise(here, dout)
    scale = max(magnitude(gradient), 1e-6 * (float(np.abs(dout).sum()) + 1.0))
    for _ in range(DIRECTIONS):
        found = derivative_somewhere(f, x, here, dout, rng, scale, precision)
        if found is None:
            return "kink"
        numeric, direction = found
        if not np.isfinite(numeric):
            raise NeedsPart(ours.name, f"{ours.name} gives values too large to take differences of.")
        depends = depends or abs(numeric) > 1e-9
        with np.errstate(over="ignore", invalid="ignore"):
            analytic = float(np.sum(gradient * direction))
        # The sum is left out: where it overflows, any error would be small beside it.
        size = max(abs(numeric), magnitude(gradient), 1e-6)
        agrees = agrees and bool(abs(numeric - analytic) <= precision.rtol * size + noise)
    # Where rounding drowns the differences, zeros say nothing of a gradient that is not zero.
    if not depends and (agrees or noise <= 1e-9):
        return "constant"
    return "agrees" if agrees else "disagrees"


def derivative_somewhere(
    f: Callable[[Array], Array],
    x: Array,
    here: Array,
    dout: Array,
    rng: np.random.Generator,
    scale: float,
    precision: Precision,
) -> tuple[float, Array] | None:
    """Return the derivative along a random direction, by a step without a kink, and the direction."""
    for direction in random_directions(rng, x.shape, precision.attempts):
        numeric = smooth_derivative(f, x, here, direction, dout, scale, precision)
        if numeric is not None:
            return numeric, direction
        precision = precision.nearer()
    return None


def explain_entrywise(
    ours: Layer,
    gradient_name: str,
    f: Callable[[Array], Array],
    x: Array,
    dout: Array,
    gradient: Array,
    precision: Precision,
) -> CheckFailed:
    """Return the failure of one gradient, with its wrong entries where the input is small."""
    if x.size > EXPLAIN_AT_MOST:
        summary = f"{gradient_name} is wrong: it disagrees with differences along random directions."
        return CheckFailed(Evidence(summary=summary))
    numeric = central_difference(f, x, dout, precision.step)
    if not wrong_entries(gradient, numeric, precision.rtol, precision.rtol).any():
        evidence = array_evidence(gradient_name, gradient, numeric)
        return CheckFailed(Evidence(summary=f"{gradient_name} is slightly wrong.", arrays=(evidence,)))
    rounded = np.where(np.abs(numeric) < 1e-9 * max(magnitude(numeric), 1.0), 0.0, numeric)
    return value_failure(gradient_name, gradient, rounded, precision.rtol, precision.rtol, ours.sizes)
