"""The demo class: hand-ins made from an assignment's misconceptions, and every kind of trouble a class brings."""

from __future__ import annotations

import re
import zipfile
from collections.abc import Sequence
from pathlib import Path

import jupytext
from nbformat.v4 import new_code_cell

from grader.course import Assignment
from grader.misconceptions import Misconception, load_misconceptions, solution_path, span, wrong_source
from grader.release.regions import BEGIN, END, find_regions, hide_solutions

# Given names in alphabetical order, so that the class is listed in the order it is written here.
WRONG = ("bela", "chen", "dara", "emil", "fatou", "goran", "hana", "ivo")
IN_A_NOTEBOOK = "chen"


def write_class(assignment: Assignment, folder: Path) -> tuple[str, ...]:
    """Write the hand-ins of a demo class into an empty folder.

    Args:
        assignment: read from ``reference/<name>``.
        folder: takes one entry a student.

    Returns:
        the names of the students.
    """
    source = solution_path(assignment).read_text(encoding="utf-8")
    stub = hide_solutions(source, find_regions(source, solution_path(assignment)))
    first, second = [part.name for part in assignment.parts if part.kind == "function" and not part.extra][:2]
    texts = {
        "ada": source,
        **wrong_students(source, load_misconceptions(assignment)),
        "jana": half_done(source, stub),
        "kofi": with_syntax_error(source, second),
        "lena": with_endless_loop(source, first),
        "milo": with_noise(source),
        "olga": "import torch\nimport torch.nn as nn\n\n" + source,
        "paul": stub,
    }
    texts = {student: without_markers(text) for student, text in texts.items()}
    source = without_markers(source)
    for student, text in texts.items():
        (folder / f"{student}.py").write_text(text, encoding="utf-8")
    # One that is wrong is a notebook, so that there is one with feedback to look at.
    (folder / f"{IN_A_NOTEBOOK}.py").unlink()
    (folder / f"{IN_A_NOTEBOOK}.ipynb").write_text(as_notebook(texts[IN_A_NOTEBOOK]), encoding="utf-8")
    (folder / "nils.ipynb").write_text(notebook_with_broken_cell(source), encoding="utf-8")
    with zipfile.ZipFile(folder / "quinn.zip", "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr(f"quinn/{assignment.name}.py", source)
        archive.writestr("quinn/notes.txt", "See you on Monday!")
    (folder / "rosa.ipynb").write_text('{"cells": [{"cell_type": "code", "source": "def ', encoding="utf-8")
    return (*texts, "nils", "quinn", "rosa")


def without_markers(text: str) -> str:
    """Return a solution as a student would hand it in, without the marks around what students write."""
    return "".join(line for line in text.splitlines(keepends=True) if line.strip() not in (BEGIN, END))


def wrong_students(source: str, misconceptions: Sequence[Misconception]) -> dict[str, str]:
    """Return students with one to three misconceptions each, spread over the assignment."""
    step = max(1, len(misconceptions) // (2 * len(WRONG)))
    spread = list(misconceptions[::step])
    students = {}
    for place, student in enumerate(WRONG):
        text, parts = source, set[str]()
        for misconception in spread[place :: len(WRONG)][: 1 + place % 3]:
            where = misconception.where or misconception.part
            if where not in parts:
                parts.add(where)
                text = wrong_source(text, misconception)
        students[student] = text
    return students


def half_done(source: str, stub: str) -> str:
    """Return the solution's first half and the stub's second."""
    headings = re.findall(r"^# ## .*$", source, flags=re.MULTILINE)
    middle = headings[len(headings) // 2]
    return source[: source.index(middle)] + stub[stub.index(middle) :]


def with_syntax_error(source: str, part: str) -> str:
    """Return the solution with the colon missing behind the head of one function."""
    start, end = span(source, part, "syntax error")
    return source[:start] + source[start:end].replace("):\n", ")\n", 1) + source[end:]


def with_endless_loop(source: str, part: str) -> str:
    """Return the solution with one function that never comes to an end."""
    start, end = span(source, part, "endless loop")
    head = source[start : source.index(":\n", start) + 2]
    return source[:start] + head + "    while True:\n        pass\n" + source[end:]


def with_noise(source: str) -> str:
    """Return the solution with megabytes of debug output, warnings and text on stderr."""
    return (
        "import sys\nimport warnings\n"
        + source
        + '\nfor step in range(40_000):\n    print("debug", step, "x" * 100)\n'
        + 'print("<script>alert(1)</script>", file=sys.stderr)\n'
        + 'warnings.warn("a warning costs nothing")\n'
    )


def as_notebook(source: str) -> str:
    """Return a solution as a notebook."""
    return str(jupytext.writes(jupytext.reads(source, fmt="py:percent"), fmt="ipynb"))


def notebook_with_broken_cell(source: str) -> str:
    """Return the solution as a notebook with a magic, a cell of broken Python and a cell that raises."""
    notebook = jupytext.reads(source, fmt="py:percent")
    texts = ("%matplotlib inline\n!ls", "this is not python at all (", "1 / 0")
    magic, broken, raising = map(new_code_cell, texts)
    cells = notebook.cells
    notebook.cells = [magic, *cells[: len(cells) // 2], broken, *cells[len(cells) // 2 :], raising]
    return str(jupytext.writes(notebook, fmt="ipynb"))
