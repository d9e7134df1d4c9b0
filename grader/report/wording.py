"""Numbers and statuses in words, the same in every report."""

from __future__ import annotations

import math

from grader.model import ArrayEvidence

_SPACE = "\N{NO-BREAK SPACE}"
_SUPERSCRIPT = str.maketrans("-0123456789", "⁻⁰¹²³⁴⁵⁶⁷⁸⁹")


def points(value: float) -> str:
    """Write points with at most two decimals: ``3``, ``2.5``, ``0.67``."""
    return f"{value:.2f}".rstrip("0").rstrip(".")


def percent(share: float) -> str:
    """Write a share of 1 in whole percent; only everything is 100 % and only nothing is 0 %."""
    if 0 < share < 0.01:
        return f"under 1{_SPACE}%"
    if 0.99 < share < 1:
        return f"99{_SPACE}%"
    return f"{100 * share:.0f}{_SPACE}%"


def signed(value: float) -> str:
    """Write a correlation with two decimals and a minus sign of its own: ``−0.12``."""
    return f"{value:.2f}".replace("-", "−").replace("−0.00", "0.00")


def power_of_ten(value: float) -> str:
    """Write the order of magnitude of a positive number: ``10⁻²``; 0.1 to 10 as such."""
    exponent = round(math.log10(value))
    plain = {-1: "0.1", 0: "1", 1: "10"}
    return plain.get(exponent, f"10{str(exponent).translate(_SUPERSCRIPT)}")


def array_sentence(array: ArrayEvidence) -> str:
    """Say in a sentence how many entries of an array are wrong and by how much."""
    noun = "entry" if array.total == 1 else "entries"
    share = f"{array.wrong} of {array.total} {noun} {'is' if array.wrong == 1 else 'are'} wrong"
    if array.total and 0 < array.wrong < array.total:
        share += f" ({percent(array.wrong / array.total)})"
    return f"{share}{_size(array.max_relative_error)}."


def isolation(tier: str) -> str:
    """Say what kept the student's code apart."""
    if tier in {"none", "T0", ""}:
        return "Nothing isolated the code that was graded."
    return f"The code ran isolated in a sandbox (tier {tier})."


def _size(error: float) -> str:
    if error == 0:
        return ""
    if not math.isfinite(error):
        return "; some are not finite numbers"
    return f"; the largest relative error is about {power_of_ten(error)}"
