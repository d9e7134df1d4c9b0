"""Cells of a CSV file that a spreadsheet may open.

Spreadsheets run a cell that starts with ``=``, ``+``, ``-``, ``@``, a tab or a line break as a formula; such
text gets a leading apostrophe (OWASP, "CSV Injection"). Where the decimal sign is a comma, they take a semicolon
for the end of a cell, so that text after one gets an apostrophe too.
"""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Iterable, Sequence

from grader.report.untrusted import visible

_FORMULA_STARTS = ("=", "+", "-", "@", "＝", "＋", "－", "＠", "\t", "\r", "\n")
_AFTER_SEMICOLON = re.compile(r"(;[\s\"]*)(?=[=+\-@＝＋－＠])")


def neutralised(text: str) -> str:
    """Return ``text`` as a cell that no spreadsheet takes for a formula, controls written out."""
    cell = _AFTER_SEMICOLON.sub(r"\1'", visible(text).replace("\n", " ").replace("\t", " "))
    return f"'{cell}" if text.startswith(_FORMULA_STARTS) or cell.startswith(_FORMULA_STARTS) else cell


def table(header: Sequence[str], rows: Iterable[Sequence[str]]) -> str:
    """Return a header and rows as CSV, its lines ended by a line feed."""
    buffer = io.StringIO(newline="")
    writer = csv.writer(buffer, lineterminator="\n")
    writer.writerow(header)
    writer.writerows(rows)
    return buffer.getvalue()


def number(value: float) -> str:
    """Write points with at most four decimals."""
    # Four decimals hold every share of a point anybody gives, and hide the noise of adding thirds.
    return f"{value:.4f}".rstrip("0").rstrip(".")
