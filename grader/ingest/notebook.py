"""Read the code cells of a Jupyter notebook of format 4, and what is needed to show it again.

The JSON is read by the standard library and its shape checked by msgspec, not by nbformat: nbformat's reader
also validates outputs and metadata, which are never looked at here, and an untidy notebook is not a mistake.
"""

from __future__ import annotations

import json
import re

import msgspec

from grader.errors import SubmissionError
from grader.ingest.files import show
from grader.ingest.magics import Magic, strip_magics
from grader.ingest.source import decode_text, odd_notes
from grader.model import Cell, Record, SourceUnit

_FORMAT = 4
MOST_CELLS = 1000
_SURROGATE = re.compile("[\ud800-\udfff]")
_AGAIN = "Open it in Jupyter, save it, and hand that in."


class _Cell(Record, frozen=True, kw_only=True):
    cell_type: str
    source: str | list[str] = ""


class _Notebook(Record, frozen=True, kw_only=True):
    cells: list[_Cell]


class Cells(Record, frozen=True, kw_only=True):
    """The code cells of a notebook in order, sentences about what was changed, and the cells as they were."""

    units: tuple[SourceUnit, ...]
    notes: tuple[str, ...] = ()
    cells: tuple[Cell, ...] = ()  # text and code, with magics; neither raw cells nor outputs


def read_notebook(name: str, data: bytes, module: str) -> Cells:
    """Return one unit for each code cell of the notebook ``name``, importable as ``module``.

    Cells are labelled "mlp.ipynb cell 7", counting code cells from 1. Magics are taken out with a note.

    Raises:
        SubmissionError: it is too large, damaged, not a notebook of format 4, or has no code cell.
    """
    units: list[SourceUnit] = []
    magics: list[tuple[int, Magic]] = []
    notes: list[str] = []
    cells: list[Cell] = []
    number = 0
    for cell in _cells_of(name, decode_text(name, data)):
        if cell.cell_type == "markdown":
            cells.append(Cell(kind="markdown", text=_plain(_joined(cell.source))))
        if cell.cell_type != "code":
            continue
        number += 1
        label = f"{show(name)} cell {number}"
        source = _clean(label, _joined(cell.source), notes)
        cells.append(Cell(kind="code", text=source, label=label))
        stripped = strip_magics(source)
        magics += [(number, magic) for magic in stripped.magics]
        if stripped.text is not None:
            units.append(SourceUnit(module=module, label=label, text=stripped.text))
    return Cells(units=tuple(units), notes=(*notes, *_magic_notes(name, magics)), cells=tuple(cells))


def _cells_of(name: str, text: str) -> list[_Cell]:
    raw = _parse(name, text)
    if not isinstance(raw, dict) or not isinstance(raw.get("nbformat"), int):
        raise SubmissionError(f"{show(name)} is JSON but not a notebook: the key 'nbformat' is missing. {_AGAIN}")
    if raw["nbformat"] != _FORMAT:
        raise SubmissionError(
            f"{show(name)} is a notebook of format {show(str(raw['nbformat']), most=10)}; "
            f"format {_FORMAT}, which Jupyter has written since 2015, is read. {_AGAIN}"
        )
    try:
        cells = msgspec.convert(raw, _Notebook).cells
    except msgspec.ValidationError as error:
        raise SubmissionError(f"{show(name)} is a damaged notebook: {_invalid(error)}. {_AGAIN}") from None
    except UnicodeEncodeError:
        # A lone surrogate, which JSON can write, where msgspec expects no text at all.
        raise SubmissionError(
            f"{show(name)} is a damaged notebook: it holds half a character where there should be cells. {_AGAIN}"
        ) from None
    codes = sum(cell.cell_type == "code" for cell in cells)
    if not codes:
        raise SubmissionError(f"{show(name)} has no code cell. Hand in the notebook that holds your code.")
    if codes > MOST_CELLS:
        raise SubmissionError(
            f"{show(name)} has {codes} code cells, and at most {MOST_CELLS} are read. "
            "Take out what does not belong to the assignment, and hand it in again."
        )
    return cells


def _invalid(error: msgspec.ValidationError) -> str:
    """Return msgspec's message as the second half of a sentence: what is wrong, then where."""
    what, _, where = show(str(error).replace("`", "'"), most=200).partition(" - at ")
    said = what[:1].lower() + what[1:]
    return f"{said} at {where}" if where else said


def _parse(name: str, text: str) -> object:
    try:
        return json.loads(text)
    except json.JSONDecodeError as error:
        where = f"line {error.lineno}, column {error.colno}"
        raise SubmissionError(
            f"{show(name)} is damaged or not a notebook: it stops being JSON at {where}. {_AGAIN}"
        ) from None
    except RecursionError:
        raise SubmissionError(f"{show(name)} is damaged: its JSON is nested too deeply. {_AGAIN}") from None
    except ValueError:
        # Only an integer beyond Python's limit of digits is left.
        raise SubmissionError(f"{show(name)} is damaged: it holds an integer of too many digits. {_AGAIN}") from None


def _joined(source: str | list[str]) -> str:
    return source if isinstance(source, str) else "".join(source)


def _clean(label: str, source: str, notes: list[str]) -> str:
    """Return the text of a cell in a form every later room can encode."""
    if "\0" in source:
        raise SubmissionError(f"{label} holds a NUL character. Type the cell again, and hand it in.")
    if _SURROGATE.search(source):
        notes.append(f"{label} holds half a character; a question mark stands in its place.")
    notes += odd_notes(label, source)
    return _plain(source)


def _plain(text: str) -> str:
    return _SURROGATE.sub("?", text).replace("\r\n", "\n").replace("\r", "\n")


def _magic_notes(name: str, magics: list[tuple[int, Magic]], *, most: int = 5) -> tuple[str, ...]:
    if not magics:
        return ()
    named = ", ".join(f"{show(magic.text, most=40)} (cell {cell}, line {magic.line})" for cell, magic in magics[:most])
    if len(magics) > most:
        named += f" and {len(magics) - most} more"
    return (f"Of {show(name)}, only Python is run; left out: {named}.",)
