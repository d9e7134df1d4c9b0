"""Find a student's own code of each part, to be shown beside what is said of it.

The source is hostile and this runs on the trusted side, so it is read, never executed, and what is given to
Python's parser is bounded. Source that Python cannot parse is cut where a statement begins at the left margin.
"""

from __future__ import annotations

import ast
import re
import warnings
from collections.abc import Iterable, Mapping

from grader.course import Part
from grader.model import Excerpt, SourceUnit

LINE_LIMIT = 200
BYTE_LIMIT = 12 * 1024

# A syntax tree takes some hundred times the memory of its text; no honest unit comes near.
PARSED_BYTES = 128 * 1024

DEFINITION = re.compile(r"^(?:async[ \t]+def|def|class)[ \t]+(\w+)", re.MULTILINE)
# What goes on with a statement though it stands at the left margin: blank, indented, a comment, a closing bracket.
CONTINUED = re.compile(r"\s|$|#|[)\]}]")

Span = tuple[int, int]  # first and last line, from 1


def excerpts(units: Iterable[SourceUnit], parts: Iterable[Part]) -> dict[str, Excerpt]:
    """Return the code of each part that is defined, as it counts: the last definition in the last unit.

    Args:
        units: of a submission, in the order in which they are executed.
        parts: of its assignment. One that is defined by an alias alone is found by that.

    Returns:
        by the part's name, at most LINE_LIMIT lines and BYTE_LIMIT bytes each; a last line says what was cut.
    """
    found: dict[str, tuple[SourceUnit, Span]] = {}
    for unit in units:
        found |= {name: (unit, span) for name, span in definitions(unit.text).items()}
    return {part.name: excerpt(*found[name]) for part in parts if (name := defined_name(part, found))}


def defined_name(part: Part, found: Mapping[str, object]) -> str:
    """Return the name that a part is defined by; "" where it is not."""
    return next((name for name in (part.name, *part.aliases) if name in found), "")


def definitions(text: str) -> dict[str, Span]:
    """Return the lines of each function and class at the top level, decorators included."""
    if DEFINITION.search(text) is None:
        return {}
    try:
        return parsed(text) if len(text.encode("utf-8", "replace")) <= PARSED_BYTES else cut(text)
    except (SyntaxError, ValueError, MemoryError, RecursionError):  # all that ast.parse raises
        return cut(text)


def parsed(text: str) -> dict[str, Span]:
    with warnings.catch_warnings():
        # Of invalid escapes in strings; they are reported when the source is loaded.
        warnings.simplefilter("ignore")
        tree = ast.parse(text)
    found = {}
    for node in tree.body:
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef):
            first = min([node.lineno, *(decorator.lineno for decorator in node.decorator_list)])
            found[node.name] = (first, node.end_lineno or node.lineno)
    return found


def cut(text: str) -> dict[str, Span]:
    """Find definitions by the left margin alone: wrong only where a text of several lines reaches it."""
    lines = text.split("\n")
    found = {}
    for place, line in enumerate(lines):
        if definition := DEFINITION.match(line):
            end = next((i for i in range(place + 1, len(lines)) if not CONTINUED.match(lines[i])), len(lines))
            while not lines[end - 1].strip() or lines[end - 1].startswith("#"):
                end -= 1  # what stands there belongs to the next statement
            found[definition[1]] = (place + 1, end)
    return found


def excerpt(unit: SourceUnit, span: Span) -> Excerpt:
    first, last = span
    lines = unit.text.split("\n")[first - 1 : last]
    shown = capped(lines)
    if len(shown) < len(lines):
        shown.append(f"# (cut here: {len(shown)} of {len(lines)} lines are shown)")
    # A cell of a notebook may hold lone surrogates, which no file can.
    text = "\n".join(shown).encode("utf-8", "backslashreplace").decode("utf-8")
    return Excerpt(label=unit.label, first_line=first, text=text)


def capped(lines: list[str]) -> list[str]:
    """Return the first lines that fit, whole."""
    left = BYTE_LIMIT
    for number, line in enumerate(lines[:LINE_LIMIT]):
        left -= len(line.encode("utf-8", "replace")) + 1
        if left < 0:
            return lines[:number]
    return lines[:LINE_LIMIT]
