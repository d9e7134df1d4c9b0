"""What a student can read of a report, and which numbers in it tell more than a size."""

from __future__ import annotations

import html
import re
from collections.abc import Collection, Iterator
from typing import Any
from unittest.mock import patch

import numpy as np

from grader.model import Grade
from grader.report import render_student
from grader.report.evidence import Allowance
from grader.session.student import LocalBackend

DIGITS = 4  # significant ones from which on a number tells a value, not its size
_SILENT = re.compile(r"<(style|script|svg)\b.*?</\1>", re.DOTALL)
_TAG = re.compile(r"<[^>]*>")
_NUMBER = re.compile(r"(?<![\w.])-?\d(?:[\d,]*\d)?(?:\.\d+)?(?:[eE][-+]?\d+)?")
_WORD = re.compile(r"\w+")


def page_text(grade: Grade) -> str:
    """Return all that can be read on a student's page, titles and attributes included, without its pictures."""
    with patch.object(Allowance, "take_picture", lambda self: False):
        page = render_student(grade)
    attributes = re.findall(r'(?:title|alt|aria-label|id|href)="([^"]*)"', page)
    text = html.unescape(_TAG.sub(" ", _SILENT.sub(" ", page)) + " " + " ".join(attributes))
    # The footer names the submission by the first digits of its digest.
    return text.replace(grade.digest[:12], "")


def long_numbers(text: str) -> set[str]:
    """Return the numbers of four significant digits or more, and the words that hide so many digits."""
    found = {number for number in _NUMBER.findall(text) if significant(number) >= DIGITS}
    return found | {
        word for word in _WORD.findall(text) if not word.isdigit() and sum(map(str.isdigit, word)) >= DIGITS
    }


def significant(number: str) -> int:
    mantissa = re.split("[eE]", number)[0]
    digits = re.sub(r"[^0-9]", "", mantissa)
    return len(digits.strip("0"))


def told(numbers: Collection[str], values: np.ndarray[Any, Any]) -> set[str]:
    """Return those of some numbers that agree with one of ``values`` to all the digits they show.

    Whole numbers are left out: they are lengths and shapes, and near one value or another by chance.
    """
    found = set()
    for number in numbers:
        if not re.fullmatch(r"-?[\d,]+(\.\d+([eE][-+]?\d+)?|[eE][-+]?\d+)", number):
            continue
        shown = float(number.replace(",", ""))
        if np.any(np.abs(values - shown) <= 0.5 * 10.0 ** (np.floor(np.log10(abs(shown))) + 1 - significant(number))):
            found.add(number)
    return found


class Recorder:
    """Keeps the numbers that the reference was given and gave, while it is entered."""

    def __init__(self) -> None:
        self.values: list[np.ndarray[Any, Any]] = []

    def __enter__(self) -> Recorder:
        call = LocalBackend.call

        def recorded(backend: LocalBackend, name: str, args: Any, kwargs: Any, **options: Any) -> Any:
            self.values += numbers_in((args, kwargs))
            result = call(backend, name, args, kwargs, **options)
            self.values += numbers_in(result)
            return result

        self._patch = patch.object(LocalBackend, "call", recorded)
        self._patch.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._patch.stop()

    def fractions(self) -> np.ndarray[Any, Any]:
        """Return the numbers that are no whole numbers, each once."""
        if not self.values:
            return np.empty(0)
        values = np.unique(np.concatenate(self.values))
        kept: np.ndarray[Any, Any] = values[np.isfinite(values) & (values != np.rint(values))]
        return kept


def numbers_in(value: Any) -> Iterator[np.ndarray[Any, Any]]:
    """Yield copies of all the real numbers in plain data, as flat float64 arrays."""
    if isinstance(value, np.ndarray | np.number | float):
        array = np.asarray(value)
        if array.dtype.kind == "f":
            yield array.astype(np.float64).ravel()
    elif isinstance(value, dict):
        for item in value.values():
            yield from numbers_in(item)
    elif isinstance(value, list | tuple):
        for item in value:
            yield from numbers_in(item)
