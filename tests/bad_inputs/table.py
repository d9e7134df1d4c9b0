"""What a fixture of bad input is: a hand-in, and what must come of it, word for word."""

from __future__ import annotations

import io
import json
import os
import re
import zipfile
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any, NamedTuple

from tests.course_factory import SOLUTION, changed, with_part

# Writes one entry of a class folder; it is given the path that the entry has without its ending.
HandIn = Callable[[Path], None]

# All the points there are, by part.
EVERYTHING = {
    "affine_forward": 3.0,
    "affine_backward": 4.0,
    "affine_relu_forward": 1.0,
    "affine_relu_backward": 2.0,
    "Net": 3.0,
    "batches": 1.0,
    "train": 2.0,
}

POSSIBLE = sum(EVERYTHING.values())


class Expected(NamedTuple):
    """What comes of a hand-in.

    Attributes:
        refused: the sentence, where nothing of it could be graded; else "".
        lost: points that are not earned, by part.
        reads: what the student reads of the first case that did not pass, without its title.
        notes: what the report says of the hand-in as a whole.
        errors: exceptions met while it was loaded, as "file, line: type: message".
        output: what the first case that failed had printed, where the report shows it.
    """

    refused: str = ""
    lost: Mapping[str, float] = {}
    reads: str = ""
    notes: tuple[str, ...] = ()
    errors: tuple[str, ...] = ()
    output: str = ""


class Item(NamedTuple):
    """One bad input of a row of the specification."""

    name: str
    hand_in: HandIn
    expected: Expected
    needs_root: bool = False
    called: str = ""

    @property
    def student(self) -> str:
        """The name of its entry in the class folder."""
        return self.called or re.sub(r"[^a-z0-9]+", "-", self.name.lower()).strip("-")


class Row(NamedTuple):
    """One row of section 8 of the specification."""

    title: str
    items: tuple[Item, ...]


def refused(sentence: str) -> Expected:
    """Return what comes of a hand-in that cannot be read."""
    return Expected(refused=sentence)


def graded(
    reads: str = "",
    *,
    lost: Mapping[str, float] | None = None,
    notes: tuple[str, ...] = (),
    errors: tuple[str, ...] = (),
    output: str = "",
) -> Expected:
    """Return what comes of a hand-in that is graded; without arguments, every point and not a word."""
    return Expected(lost=lost or {}, reads=reads, notes=notes, errors=errors, output=output)


# --- ways to write an entry ---------------------------------------------------------------------------------


def file(ending: str, content: str | bytes) -> HandIn:
    """Return what writes one file."""

    def write(base: Path) -> None:
        data = content.encode() if isinstance(content, str) else content
        base.with_name(base.name + ending).write_bytes(data)

    return write


def python(content: str | bytes) -> HandIn:
    """Return what writes a .py file."""
    return file(".py", content)


def edited(*edits: tuple[str, str]) -> HandIn:
    """Return what writes the solution with edits (old, new)."""
    return python(changed(*edits))


def with_backward(answer: str) -> HandIn:
    """Return what writes a solution whose ``affine_relu_backward`` does this with its right answer dx, dw, db."""
    old = "    return affine_backward(np.where(weighted > 0, dout, 0.0), affine_cache)\n"
    lines = [old.replace("return", "dx, dw, db =").rstrip("\n").strip(), *answer.splitlines()]
    return edited((old, "".join(f"    {line}\n" for line in lines)))


def with_batches(text: str) -> HandIn:
    """Return what writes a solution with another definition of ``batches``."""
    return python(with_part("batches", text))


def notebook(*cells: object, **others: Any) -> HandIn:
    """Return what writes a notebook with these sources of code cells."""
    return file(".ipynb", notebook_text(*cells, **others))


def notebook_text(*cells: object, **others: Any) -> str:
    """Return a notebook as text."""
    coded = [{"cell_type": "code", "source": source, "metadata": {}, "outputs": []} for source in cells]
    return json.dumps({"nbformat": 4, "nbformat_minor": 5, "metadata": {}, "cells": coded, **others})


def zipped(*entries: tuple[str | zipfile.ZipInfo, str | bytes], compression: int = zipfile.ZIP_DEFLATED) -> HandIn:
    """Return what writes a zip archive."""
    return lambda base: file(".zip", zip_bytes(*entries, compression=compression))(base)


def zip_bytes(*entries: tuple[str | zipfile.ZipInfo, str | bytes], compression: int = zipfile.ZIP_DEFLATED) -> bytes:
    """Return a zip archive."""
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", compression) as archive:
        for name, data in entries:
            archive.writestr(name, data)
    return buffer.getvalue()


def folder(**files: str | bytes) -> HandIn:
    """Return what writes a folder; "tiny_py" stands for ``tiny.py``."""
    return folder_of({re.sub(r"_(?=[a-z]+$)", ".", name): content for name, content in files.items()})


def folder_of(files: Mapping[str, str | bytes], extra: Callable[[Path], None] = lambda path: None) -> HandIn:
    """Return what writes a folder with files, and then lets ``extra`` add to it."""

    def write(base: Path) -> None:
        base.mkdir()
        for name, content in files.items():
            (base / name).parent.mkdir(parents=True, exist_ok=True)
            (base / name).write_bytes(content.encode() if isinstance(content, str) else content)
        extra(base)

    return write


def with_solution(extra: Callable[[Path], None]) -> HandIn:
    """Return what writes a folder with the solution, and lets ``extra`` add to it."""
    return folder_of({"tiny.py": SOLUTION}, extra)


def beside(name: str, content: str | bytes) -> HandIn:
    """Return what writes a folder with the solution and one more file."""
    return folder_of({"tiny.py": SOLUTION, name: content})


def long_name(ending: str) -> str:
    """Return a name of 255 bytes, the most that file systems take."""
    return "n" * (255 - len(os.fsencode(ending))) + ending
