"""How fast an answer is, as a ratio to the reference on the same machine in the same minute; never in seconds.

CPU time is compared, of the student's worker and of the process that holds the reference, in turns: what else the
machine does counts for neither. The best of several rounds is taken, as noise only ever adds time.
"""

from __future__ import annotations

import math
from collections.abc import Callable
from typing import Any, NamedTuple, Protocol

from grader.checking.assertions import compare_results, unpack
from grader.checking.failure import CheckFailed
from grader.model import Diagnosis, Evidence, Measure

ENOUGH_S = 1.0  # of the student's CPU time; a slower answer needs no further round to be sure


class TimedPart(Protocol):
    """A part whose CPU time can be told."""

    name: str
    returns: tuple[str, ...]
    counterpart: Any

    def __call__(self, *args: object, **kwargs: object) -> Any: ...

    def timed(self, *args: object, **kwargs: object) -> tuple[Any, float]: ...


class Round(NamedTuple):
    """One call of the same arguments on both sides, in CPU seconds."""

    mine_s: float
    theirs_s: float


def assert_fast(
    part: TimedPart,
    draw: Callable[[], tuple[Any, ...]],
    *,
    full: float,
    none: float,
    forward: TimedPart | None = None,
    rounds: int = 5,
    name: str = "slow",
    hint: str = "",
) -> None:
    """Require right answers in little time: all points up to ``full`` times the reference's, none from ``none`` on.

    Between the two the points fall linearly with the logarithm of the ratio.

    Args:
        part: of the student's; its counterpart is the reference's.
        draw: gives new arguments for each round, so that an answer kept from the last one is no help. With
            ``forward``: the pair (arguments of forward, dout).
        forward: where ``part`` is the backward of it: called first in each round, and its time is not counted.
        rounds: of which the fastest counts; fewer where the student's answer takes more than a second.
        name, hint: of the diagnosis where points are missing.

    Raises:
        CheckFailed: an answer is wrong, or points are missing for time.
    """
    if not 1.0 <= full < none:
        raise ValueError(f"full is {full} and none is {none}, expected 1 <= full < none.")
    taken = [play(part, forward, draw())]  # the first calls warm up what can be warm
    while len(taken) <= rounds and sum(each.mine_s for each in taken) < ENOUGH_S:
        taken.append(play(part, forward, draw()))
    ratio = min(each.mine_s for each in taken) / max(min(each.theirs_s for each in taken), 1e-9)
    if ratio > full:
        raise too_slow(part.name, ratio, full, none, name, hint)


def play(part: TimedPart, forward: TimedPart | None, drawn: tuple[Any, ...]) -> Round:
    """Call both sides with the same arguments, see that the answers agree, and return the times."""
    theirs = part.counterpart
    if forward is None:
        mine_args, their_args = drawn, drawn
    else:
        forward_args, dout = drawn
        mine_args = (dout, unpack(forward, forward(*forward_args))[-1])
        their_args = (dout, unpack(forward, forward.counterpart(*forward_args))[-1])
    result, mine_s = part.timed(*mine_args)
    expected, theirs_s = theirs.timed(*their_args)
    compare_results(part.returns, unpack(part, result), unpack(part, expected), part.returns)
    return Round(mine_s, theirs_s)


def too_slow(part: str, ratio: float, full: float, none: float, name: str, hint: str) -> CheckFailed:
    """Return the failure of an answer that is right and slow, with the share of points that it earns."""
    share = min(1.0, max(0.0, math.log(none / ratio) / math.log(none / full)))
    summary = (
        f"{part} takes {ratio:.3g} times as long as the reference; all points need {full:g} times or less, "
        f"and {none:g} times earns none."
    )
    measure = Measure(name="speed as a share of the reference's", value=1 / ratio, full=1 / full, none=1 / none)
    diagnosis = Diagnosis(name=name, kind="structure", observation=summary, hint=hint)
    return CheckFailed(Evidence(summary=summary, measures=(measure,)), diagnosis, share)
