"""Compare, explain, name the cause: what the checks of an assignment import."""

from grader.checking.assertions import (
    assert_at_least,
    assert_close,
    assert_equal,
    assert_matches,
    assert_true,
    fail,
    unpack,
)
from grader.checking.failure import CheckFailed, NeedsPart
from grader.checking.gradients import assert_gradients, assert_loss_gradient, assert_network_gradients
from grader.checking.numeric import central_difference

__all__ = [
    "CheckFailed",
    "NeedsPart",
    "assert_at_least",
    "assert_close",
    "assert_equal",
    "assert_gradients",
    "assert_loss_gradient",
    "assert_matches",
    "assert_network_gradients",
    "assert_true",
    "central_difference",
    "fail",
    "unpack",
]
