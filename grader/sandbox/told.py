"""What a worker says in words, cut down to what an honest one could have said.

These words reach reports, also those of hidden checks, whose inputs a worker has seen: a type called
``x_0_7391`` or a reason made up would carry them out. Names keep at most three digits, and reasons are one of ours.
"""

from __future__ import annotations

import re

MAX_DIGITS = 3  # as float128 has
MAX_NAME = 80
UNNAMED = "object of another type"

_REASON = re.compile(
    r"does not fit into 64 bits"
    r"|is longer than [0-9,]{1,6} bytes"
    r"|has [0-9]{1,2} axes, at most [0-9] can cross"
    r"|is nested more than [0-9]{1,2} levels deep"
    r"|has a key other than a string of at most [0-9]{1,3} characters"
    r"|is not a number, a string, an array, or a list, tuple or dict of these"
)
_DTYPE = re.compile(r"has dtype .{1,60}")
_SIZE = re.compile(
    r"(?:holds|has)(?: more than)? [0-9,]{1,20} (?:bytes or more|items|arrays)"
    r"|has too many small items \([0-9,]{1,20} bytes of description\)"
    r"|does not fit into memory a second time"
)


def type_name(name: str) -> str:
    """Return the name of a student's type as it may be repeated."""
    parts = name[:MAX_NAME].split(".")
    if not all(part.isidentifier() for part in parts):
        return UNNAMED
    return name[:MAX_NAME] if _digits(name) <= MAX_DIGITS else re.sub(r"\d", "#", name[:MAX_NAME])


def reason(text: str) -> str:
    """Return why a value could not leave the worker, as ``wire`` would have said it."""
    if _REASON.fullmatch(text) or (_DTYPE.fullmatch(text) and _digits(text) <= MAX_DIGITS):
        return text
    return "has a dtype of its own" if text.startswith("has dtype ") else "cannot leave the worker"


def size(text: str) -> str:
    """Return why a result is too large, as ``wire`` would have said it."""
    return text if _SIZE.fullmatch(text) else "is too large"


def function(name: str) -> str:
    """Return the name of a function of a traceback as it may be repeated."""
    # "<module>", "<lambda>", "<listcomp>": Python's own.
    return name if re.fullmatch(r"<[a-z]{1,10}>", name) else type_name(name)


def _digits(text: str) -> int:
    return sum(map(str.isdigit, text))
