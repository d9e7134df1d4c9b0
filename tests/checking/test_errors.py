"""What an exception is said to mean: the hints fit the exceptions that Python and NumPy really raise."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
import pytest

from grader.checking.errors import RULES, explain_error
from grader.model import Diagnosis, StudentError


def explained(action: Callable[[], object]) -> Diagnosis:
    """Return the diagnosis of the exception an action raises."""
    try:
        action()
    except Exception as error:
        return explain_error("affine_forward", StudentError(type=type(error).__name__, message=str(error)))
    raise AssertionError("nothing was raised")


def run(source: str) -> Callable[[], object]:
    def action() -> None:
        exec(source, {"np": np, "x": np.ones((4, 3)), "w": np.ones((5, 2))})

    return action


def forever() -> Any:
    return forever()


AGE = "This is the age of the code, not the mathematics: "
SHAPES = "Write down the shape of each factor and each term; is an axis summed without keepdims, or not at all?"
PRODUCT = "Write down the shape of each factor: the inner sizes of a matrix product must be equal."
COUNT = (
    "Count the names left of the = and the values right of it: a shape has one for each axis, "
    "a cache what was packed into it."
)
NONE = "Something is None here: which call returns nothing?"
TODAY = "Use the built-in type, or the name in today's manual."


@pytest.mark.parametrize(
    ("source", "name", "hint"),
    [
        (
            "xrange(3)",
            "python-2-code",
            AGE + "xrange is Python 2. In Python 3, xrange is range; the others moved or went.",
        ),
        (
            "{}.iteritems()",
            "python-2-code",
            AGE + "dict.iteritems is Python 2. Use items(), values() or the operator in.",
        ),
        ("np.float(3)", "removed-from-numpy", f"{AGE}NumPy no longer has np.float. {TODAY}"),
        ("np.Inf", "removed-from-numpy", f"{AGE}NumPy no longer has np.Inf. {TODAY}"),
        ("np.product(x)", "removed-from-numpy", f"{AGE}NumPy no longer has np.product. {TODAY}"),
        ("np.doot(x, w)", "not-in-numpy", "NumPy has no np.doot: is it spelt as in the manual?"),
        (
            "np.zeros(4 / 2)",
            "float-as-size",
            "A size or an index is a float: in Python 3, / always gives one. Use //.",
        ),
        (
            "range(2.0)",
            "float-as-size",
            "A size or an index is a float: in Python 3, / always gives one. Use //.",
        ),
        ("import torch_of_a_kind", "not-available", "NumPy and the standard library are all you need."),
        ("x + w", "shapes-do-not-fit", SHAPES),
        ("x @ w", "shapes-do-not-fit", PRODUCT),
        ("x.dot(w)", "shapes-do-not-fit", PRODUCT),
        (
            "x.reshape(5, 2)",
            "shapes-do-not-fit",
            "The number of entries must stay the same: which axes are to be merged?",
        ),
        (
            "y + 1",
            "name-not-defined",
            "y has no value at this line: is it spelt as where it was made, and made on every path?",
        ),
        (
            "def f():\n    if x is None:\n        y = 1\n    return y\nf()",
            "name-not-defined",
            "y has no value at this line: is it spelt as where it was made, and made on every path?",
        ),
        ("y = None\ny[0]", "none-used", NONE),
        ("None.shape", "none-used", NONE),
        ("None + x.sum()", "none-used", NONE),
        ("N, D, H = x.shape", "too-many-values", COUNT),
        ("(N,) = x.shape", "too-many-values", COUNT),
        ("x[7]", "raised", ""),
        ("raise ValueError('too shy')", "raised", ""),
    ],
)
def test_an_exception_is_explained(source: str, name: str, hint: str) -> None:
    diagnosis = explained(run(source))
    assert (diagnosis.name, diagnosis.hint) == (name, hint)


def test_a_recursion_without_end_is_named() -> None:
    assert explained(forever).name == "recursion-without-end"


def test_a_removed_argument_is_named() -> None:
    error = StudentError(type="TypeError", message="reshape() got an unexpected keyword argument 'newshape'")
    diagnosis = explain_error("affine_forward", error)
    assert diagnosis.hint == AGE + "np.reshape no longer knows newshape. Give the shape as the second argument."


def test_the_observation_tells_who_raised_what() -> None:
    assert explained(run("x[7]")).observation == (
        "affine_forward raised IndexError: index 7 is out of bounds for axis 0 with size 4"
    )


@pytest.mark.parametrize(
    "error",
    [
        StudentError(type="KeyError", message="name 'xrange' is not defined"),
        StudentError(type="MyNameError", message="name 'xrange' is not defined"),
        StudentError(type="AttributeError", message="module 'numpy.linalg' has no attribute 'foo'"),
        StudentError(type="ValueError", message="None of these"),
        StudentError(type="ZeroDivisionError", message=""),
    ],
)
def test_an_exception_that_only_looks_alike_is_not_explained(error: StudentError) -> None:
    assert explain_error("affine_forward", error).name == "raised"


def test_braces_in_a_message_do_no_harm() -> None:
    error = StudentError(type="ValueError", message="operands could not be broadcast together with shapes {0} {x!r}")
    assert explain_error("affine_forward", error).hint == SHAPES


@pytest.mark.parametrize("rule", RULES, ids=lambda rule: f"{rule.name}-{rule.type}")
def test_every_hint_is_a_sentence(rule: Any) -> None:
    assert rule.hint.endswith((".", "?"))
