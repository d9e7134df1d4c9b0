"""Notebooks: damaged, of another format, too large, with what only Jupyter understands."""

from __future__ import annotations

import json

from tests.bad_inputs.table import Item, Row, file, graded, notebook, notebook_text, python, refused
from tests.course_factory import SOLUTION, changed

LOOP = "while True:\n    pass\n"
ODD = {"cell_type": "code", "metadata": {}, "outputs": []}


def cells(*odd: object) -> str:
    """Return a notebook with these cells as they are."""
    return json.dumps({"nbformat": 4, "nbformat_minor": 5, "metadata": {}, "cells": list(odd)})


DAMAGED = Row(
    "Notebooks that are damaged or of another format",
    (
        Item(
            "notebook that is not JSON",
            file(".ipynb", SOLUTION),
            refused(
                "notebook-that-is-not-json.ipynb is damaged or not a notebook: it stops being JSON at "
                "line 1, column 1. Open it in Jupyter, save it, and hand that in."
            ),
        ),
        Item(
            "notebook cut off",
            file(".ipynb", notebook_text(SOLUTION)[:-40]),
            refused(
                "notebook-cut-off.ipynb is damaged or not a notebook: it stops being JSON at line 1, "
                "column 96. Open it in Jupyter, save it, and hand that in."
            ),
        ),
        Item(
            "notebook with garbage",
            file(".ipynb", bytes(range(256)) * 4),
            refused(
                "notebook-with-garbage.ipynb is not UTF-8 text: byte 128 cannot be decoded. Save it "
                "again as UTF-8, and hand that in."
            ),
        ),
        Item(
            "notebook that is empty",
            file(".ipynb", ""),
            refused(
                "notebook-that-is-empty.ipynb is damaged or not a notebook: it stops being JSON at line "
                "1, column 1. Open it in Jupyter, save it, and hand that in."
            ),
        ),
        Item(
            "notebook that is a list",
            file(".ipynb", "[1, 2, 3]"),
            refused(
                "notebook-that-is-a-list.ipynb is JSON but not a notebook: the key 'nbformat' is "
                "missing. Open it in Jupyter, save it, and hand that in."
            ),
        ),
        Item(
            "notebook nested deeply",
            file(".ipynb", "[" * 100_000 + "]" * 100_000),
            refused(
                "notebook-nested-deeply.ipynb is damaged: its JSON is nested too deeply. Open it in "
                "Jupyter, save it, and hand that in."
            ),
        ),
        Item(
            "notebook with a number of 5000 digits",
            file(".ipynb", '{"nbformat": ' + "4" * 5000 + "}"),
            refused(
                "notebook-with-a-number-of-5000-digits.ipynb is damaged: it holds an integer of too many "
                "digits. Open it in Jupyter, save it, and hand that in."
            ),
        ),
        Item(
            "notebook of format 3",
            notebook(SOLUTION, nbformat=3),
            refused(
                "notebook-of-format-3.ipynb is a notebook of format 3; format 4, which Jupyter has "
                "written since 2015, is read. Open it in Jupyter, save it, and hand that in."
            ),
        ),
        Item(
            "notebook of format 5",
            notebook(SOLUTION, nbformat=5),
            refused(
                "notebook-of-format-5.ipynb is a notebook of format 5; format 4, which Jupyter has "
                "written since 2015, is read. Open it in Jupyter, save it, and hand that in."
            ),
        ),
        Item(
            "notebook without cells",
            file(".ipynb", '{"nbformat": 4}'),
            refused(
                "notebook-without-cells.ipynb is a damaged notebook: object missing required field "
                "'cells'. Open it in Jupyter, save it, and hand that in."
            ),
        ),
        Item(
            "notebook without code cells",
            file(".ipynb", cells({"cell_type": "markdown", "source": "Hello"})),
            refused("notebook-without-code-cells.ipynb has no code cell. Hand in the notebook that holds your code."),
        ),
        Item(
            "notebook whose source is a number",
            notebook(SOLUTION, 7),
            refused(
                "notebook-whose-source-is-a-number.ipynb is a damaged notebook: expected 'str | array', "
                "got 'int' at '$.cells[1].source'. Open it in Jupyter, save it, and hand that in."
            ),
        ),
        Item(
            "notebook whose source lists a number",
            notebook(SOLUTION, ["x = 1\n", 7]),
            refused(
                "notebook-whose-source-lists-a-number.ipynb is a damaged notebook: expected 'str', got "
                "'int' at '$.cells[1].source[1]'. Open it in Jupyter, save it, and hand that in."
            ),
        ),
        Item(
            "notebook with a cell that is a string",
            file(".ipynb", cells("x = 1")),
            refused(
                "notebook-with-a-cell-that-is-a-string.ipynb is a damaged notebook: expected 'object', "
                "got 'str' at '$.cells[0]'. Open it in Jupyter, save it, and hand that in."
            ),
        ),
        Item(
            "notebook with 1001 code cells",
            notebook(*["x = 1"] * 1001),
            refused(
                "notebook-with-1001-code-cells.ipynb has 1001 code cells, and at most 1000 are read. "
                "Take out what does not belong to the assignment, and hand it in again."
            ),
        ),
        Item(
            "notebook with NUL in a cell",
            notebook(SOLUTION, "x = 1\0"),
            refused(
                "notebook-with-nul-in-a-cell.ipynb cell 2 holds a NUL character. Type the cell again, and hand it in."
            ),
        ),
    ),
)

TOO_LARGE = Row(
    "Files that are too large",
    (
        Item(
            "notebook over 10 MiB",
            notebook(SOLUTION, "# " + "x" * (10 << 20)),
            refused(
                "notebook-over-10-mib.ipynb is larger than 10 MiB. Take out data and outputs, and hand it in again."
            ),
        ),
        Item(
            "python file over 1 MiB",
            python(SOLUTION + "# " + "x" * (1 << 20)),
            refused("python-file-over-1-mib.py is larger than 1 MiB. Take out data and outputs, and hand it in again."),
        ),
        Item(
            "notebook with large outputs",
            file(".ipynb", cells({**ODD, "source": SOLUTION, "outputs": [{"text": "PASSED " * 1_000_000}]})),
            graded(),
        ),
    ),
)

JUPYTER = Row(
    "Cells with what only Jupyter understands",
    (
        Item(
            "line magic",
            notebook("%matplotlib inline\nimport numpy as np", SOLUTION),
            graded(
                notes=(("Of line-magic.ipynb, only Python is run; left out: %matplotlib inline (cell 1, line 1)."),)
            ),
        ),
        Item(
            "shell command",
            notebook("!pip install torch\nfiles = !ls", SOLUTION),
            graded(
                notes=(
                    (
                        "Of shell-command.ipynb, only Python is run; left out: !pip install torch (cell 1, line "
                        "1), files = !ls (cell 1, line 2)."
                    ),
                )
            ),
        ),
        Item(
            "cell magic of another language",
            notebook("%%bash\nrm -rf ~", SOLUTION),
            graded(
                notes=(
                    ("Of cell-magic-of-another-language.ipynb, only Python is run; left out: %%bash (cell 1, line 1)."),
                )
            ),
        ),
        Item(
            "question mark",
            notebook(SOLUTION, "np.dot?"),
            graded(notes=("Of question-mark.ipynb, only Python is run; left out: np.dot? (cell 2, line 1).",)),
        ),
        Item(
            "input in a cell",
            notebook(SOLUTION, "name = input('Your name? ')"),
            graded(
                errors=(
                    (
                        "input-in-a-cell.ipynb cell 2, line 1: EOFError: input() has no answer here: nobody "
                        "types while code is graded. Use arguments instead."
                    ),
                )
            ),
        ),
        Item(
            "await at top level",
            notebook(SOLUTION, "import asyncio\nawait asyncio.sleep(1)"),
            graded(errors=("await-at-top-level.ipynb cell 2, line 2: SyntaxError: 'await' outside function",)),
        ),
        Item(
            "endless loop in a cell",
            notebook(SOLUTION, LOOP),
            graded(
                notes=(
                    (
                        "endless-loop-in-a-cell.ipynb cell 2, line 1, was stopped after 1.1 s of CPU time; a "
                        "correct solution needs far less. Look for a loop that does not end. The statement was "
                        "left out."
                    ),
                ),
                errors=(
                    (
                        "Stopped: endless-loop-in-a-cell.ipynb cell 2, line 1, was stopped after 1.1 s of CPU "
                        "time; a correct solution needs far less. Look for a loop that does not end."
                    ),
                ),
            ),
        ),
        Item(
            "endless loop before the parts",
            notebook(LOOP, SOLUTION),
            graded(
                notes=(
                    (
                        "endless-loop-before-the-parts.ipynb cell 1, line 1, was stopped after 1.1 s of CPU "
                        "time; a correct solution needs far less. Look for a loop that does not end. The "
                        "statement was left out."
                    ),
                ),
                errors=(
                    (
                        "Stopped: endless-loop-before-the-parts.ipynb cell 1, line 1, was stopped after 1.1 s of "
                        "CPU time; a correct solution needs far less. Look for a loop that does not end."
                    ),
                ),
            ),
        ),
        Item(
            "half a character in a cell",
            notebook(SOLUTION, "name = '\ud800'"),
            graded(
                notes=(
                    (
                        "half-a-character-in-a-cell.ipynb cell 2 holds half a character; a question mark stands "
                        "in its place."
                    ),
                )
            ),
        ),
        Item(
            "cell that does not parse",
            notebook(SOLUTION, "Here I tried something else"),
            graded(errors=("cell-that-does-not-parse.ipynb cell 2, line 1: SyntaxError: invalid syntax",)),
        ),
        Item(
            "part defined twice",
            notebook(SOLUTION, changed(("x @ w + b", "x @ w"))),
            graded(
                (
                    "out is wrong in 3 of 6 entries; the largest error is about 4 % of the largest entry.\n"
                    "Hint: The output does not depend on one of the three inputs."
                ),
                lost={"affine_forward": 3.0},
            ),
        ),
    ),
)

ROWS = (DAMAGED, TOO_LARGE, JUPYTER)
