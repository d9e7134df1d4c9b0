"""Choose the main file of a hand-in and turn its files into units."""

from __future__ import annotations

import keyword
import re
from collections.abc import Sequence
from pathlib import PurePosixPath

from grader.course import UNWRITTEN
from grader.errors import SubmissionError
from grader.ingest.files import File, Files, LeftOut, describe_left_out, show, suffix
from grader.ingest.notebook import Cells, read_notebook
from grader.ingest.source import decode_source
from grader.model import Record, SourceUnit

_DEFINITION = re.compile(r"^(?:async[ ]+)?def[ ]+\w+", re.MULTILINE)
_UNWRITTEN = re.compile(rf"\bNotImplementedError\(\s*[\"']([\w.]+) {re.escape(UNWRITTEN)}")


class Choice(Record, frozen=True, kw_only=True):
    """The main file, decoded, with a sentence when it was not the obvious one."""

    file: File
    cells: Cells
    note: str = ""


def assemble(files: Files, assignment: str) -> Cells:
    """Return the units of a hand-in: the main file, whose names come first, then modules in order of name.

    The main file is importable as ``assignment`` whatever it is called; other .py files beside it keep
    their name.

    Raises:
        SubmissionError: there is no source file, the main file cannot be read, or it cannot be told which
            of several is meant.
    """
    beside, left_out = _beside_main(files)
    if not beside:
        said = " ".join(["There is no .py or .ipynb file in it.", *describe_left_out(left_out)])
        raise SubmissionError(f"{said} Hand in {assignment}.py or {assignment}.ipynb.")
    choice = _choose(beside, assignment)
    units: list[SourceUnit] = []
    notes: list[str] = [choice.note] if choice.note else []
    for file in beside:
        if file is choice.file:
            continue
        if reason := _not_a_module(file, assignment):
            left_out.append(LeftOut(path=file.path, reason=reason))
            continue
        try:
            module = _decode(file, PurePosixPath(file.path).stem)
        except SubmissionError as error:
            notes.append(f"Left out: {error}")
            continue
        units += module.units
        notes += module.notes
    return Cells(
        units=(*choice.cells.units, *units),
        notes=(*files.notes, *notes, *choice.cells.notes, *describe_left_out(left_out)),
        cells=choice.cells.cells,
    )


def _beside_main(files: Files) -> tuple[list[File], list[LeftOut]]:
    """Return the files of the outermost folder that has any, and the list of what is left out so far."""
    depth = min((_depth(file) for file in files.read), default=0)
    folders = {PurePosixPath(file.path).parent for file in files.read if _depth(file) == depth}
    if len(folders) > 1:
        named = " and ".join(sorted(show(str(folder)) for folder in folders)[:3])
        raise SubmissionError(f"It holds several folders with source files: {named}. Hand in one of them.")
    reason = "only files beside the main file are read"
    deeper = [LeftOut(path=file.path, reason=reason) for file in files.read if _depth(file) > depth]
    return [file for file in files.read if _depth(file) == depth], [*files.left_out, *deeper]


def _depth(file: File) -> int:
    return len(PurePosixPath(file.path).parts)


def _choose(files: Sequence[File], assignment: str) -> Choice:
    named = [file for file in files if PurePosixPath(file.path).stem.lower() == assignment.lower()]
    if len(named) == 1 or len(files) == 1:
        file = named[0] if named else files[0]
        return Choice(file=file, cells=_decode(file, assignment))
    if named:
        return _further_along(named, assignment)
    return _most_functions(files, assignment)


def _further_along(files: Sequence[File], assignment: str) -> Choice:
    """Choose the one of ``mlp.py`` and ``mlp.ipynb`` that has all the other has written, and more."""
    choices = [Choice(file=file, cells=_decode(file, assignment)) for file in files]
    unwritten = [_unwritten(choice.cells) for choice in choices]
    fewest = min(range(len(choices)), key=lambda i: len(unwritten[i]))
    others = [names for i, names in enumerate(unwritten) if i != fewest]
    called = [show(PurePosixPath(file.path).name) for file in files]
    if not all(unwritten[fewest] < names for names in others):
        raise SubmissionError(f"It holds both {' and '.join(called)}. Hand in the one you worked in.")
    note = f"Of {' and '.join(called)}, {called[fewest]} was graded: in it, more is written."
    return Choice(file=choices[fewest].file, cells=choices[fewest].cells, note=note)


def _most_functions(files: Sequence[File], assignment: str) -> Choice:
    choices = [Choice(file=file, cells=cells) for file in files if (cells := _try_decode(file, assignment))]
    ranked = sorted(choices, key=lambda choice: -_functions(choice.cells))
    if not ranked or (len(ranked) > 1 and _functions(ranked[0].cells) == _functions(ranked[1].cells)):
        named = ", ".join(show(PurePosixPath(file.path).name) for file in files[:5])
        raise SubmissionError(
            f"It cannot be told which file is the main one: {named}. Call it {assignment}.py or {assignment}.ipynb."
        )
    name = show(PurePosixPath(ranked[0].file.path).name)
    note = f"No file is called {assignment}.py; {name}, which has the most functions, was graded."
    return Choice(file=ranked[0].file, cells=ranked[0].cells, note=note)


def _decode(file: File, module: str) -> Cells:
    name = PurePosixPath(file.path).name
    if suffix(name) == ".ipynb":
        return read_notebook(name, file.data, module)
    source = decode_source(name, file.data)
    return Cells(units=(SourceUnit(module=module, label=show(name), text=source.text),), notes=source.notes)


def _try_decode(file: File, module: str) -> Cells | None:
    try:
        return _decode(file, module)
    except SubmissionError:
        return None


def _not_a_module(file: File, assignment: str) -> str:
    stem = PurePosixPath(file.path).stem
    if suffix(file.path) == ".ipynb":
        return "a notebook cannot be imported"
    if not stem.isidentifier() or keyword.iskeyword(stem):
        return "its name cannot be imported"
    if stem == assignment:
        return "the main file is importable under its name"
    return ""


def _functions(cells: Cells) -> int:
    return sum(len(_DEFINITION.findall(unit.text)) for unit in cells.units)


def _unwritten(cells: Cells) -> frozenset[str]:
    return frozenset(name for unit in cells.units for name in _UNWRITTEN.findall(unit.text))
