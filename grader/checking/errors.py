"""What an exception of student code tells of its cause, in words."""

from __future__ import annotations

import re
from typing import NamedTuple

from grader.model import Diagnosis, StudentError


class Rule(NamedTuple):
    """An exception that says more than its message does."""

    name: str
    type: str  # regular expression on the type
    message: str  # regular expression on the message
    hint: str


AGE = "This is the age of the code, not the mathematics: "

NOT_ALLOWED = (
    "Files, processes, threads and the network are out of reach while code is graded: "
    "work with what is passed as arguments."
)

RULES = (
    Rule("python-2-code", "NameError", r"name '(xrange|unicode|raw_input|reduce)'",
         AGE + "{0} is Python 2. In Python 3, xrange is range; the others moved or went."),
    Rule("python-2-code", "AttributeError", r"'dict' object has no attribute '(iteritems|itervalues|has_key)'",
         AGE + "dict.{0} is Python 2. Use items(), values() or the operator in."),
    Rule("removed-from-numpy", "AttributeError",
         r"`np\.(\w+)` was (?:a deprecated alias|removed)",
         AGE + "NumPy no longer has np.{0}. Use the built-in type, or the name in today's manual."),
    Rule("removed-from-numpy", "AttributeError",
         r"module 'numpy' has no attribute "
         r"'(product|cumproduct|sometrue|alltrue|in1d|asscalar|trapz|row_stack|msort|bool8|rank|unicode)'",
         AGE + "NumPy no longer has np.{0}. Use the built-in type, or the name in today's manual."),
    Rule("not-in-numpy", "AttributeError", r"module 'numpy' has no attribute '(\w+)'",
         "NumPy has no np.{0}: is it spelt as in the manual?"),
    Rule("removed-from-numpy", "TypeError", r"unexpected keyword argument '(newshape)'",
         AGE + "np.reshape no longer knows {0}. Give the shape as the second argument."),
    Rule("float-as-size", "TypeError", r"'(?:numpy\.)?float(?:64)?' object cannot be interpreted as an integer",
         "A size or an index is a float: in Python 3, / always gives one. Use //."),
    Rule("float-as-size", "TypeError", r"expected a sequence of integers or a single integer, got '[\d.e+]+'",
         "A size or an index is a float: in Python 3, / always gives one. Use //."),
    Rule("not-available", "(ModuleNotFound|Import)Error", r"(.*)", "NumPy and the standard library are all you need."),
    Rule("shapes-do-not-fit", "ValueError", r"operands could not be broadcast together with shapes (.*)",
         "Write down the shape of each factor and each term; is an axis summed without keepdims, or not at all?"),
    Rule("shapes-do-not-fit", "ValueError", r"(shapes .* not aligned|matmul: .*mismatch.*)",
         "Write down the shape of each factor: the inner sizes of a matrix product must be equal."),
    Rule("shapes-do-not-fit", "ValueError", r"cannot reshape array of size (\d+) into shape",
         "The number of entries must stay the same: which axes are to be merged?"),
    Rule("name-not-defined", "(Name|UnboundLocal)Error", r"'(\w+)'",
         "{0} has no value at this line: is it spelt as where it was made, and made on every path?"),
    Rule("none-used", "(Type|Attribute)Error", r"(NoneType)", "Something is None here: which call returns nothing?"),
    Rule("too-many-values", "ValueError", r"((?:not enough|too many) values to unpack)",
         "Count the names left of the = and the values right of it: a shape has one for each axis, "
         "a cache what was packed into it."),
    Rule("not-allowed-here", "PermissionError|gaierror|BlockingIOError", r"(.*)", NOT_ALLOWED),
    Rule("not-allowed-here", "RuntimeError", r"(can't start new thread)", NOT_ALLOWED),
    Rule("recursion-without-end", "RecursionError", r"(.*)", "A function calls itself without coming to an end."),
)  # fmt: skip


def explain_error(part: str, error: StudentError) -> Diagnosis:
    """Name the likely cause of an exception that a part raised."""
    observation = raised_text(part, error)
    for rule in RULES:
        if re.fullmatch(rule.type, error.type) and (found := re.search(rule.message, error.message)):
            hint = rule.hint.format(*found.groups())
            return Diagnosis(name=rule.name, kind="error", observation=observation, hint=hint)
    return Diagnosis(name="raised", kind="error", observation=observation)


def raised_text(part: str, error: StudentError) -> str:
    """Say what a part raised; an exception may have no message."""
    return f"{part} raised {named_text(error)}"


def named_text(error: StudentError) -> str:
    """Return type and message of an exception."""
    return f"{error.type}: {error.message}" if error.message else f"{error.type}, without a message."
