"""All the rows, in the order of the specification."""

from __future__ import annotations

from tests.bad_inputs import (
    answers,
    archives,
    code,
    dtypes,
    endings,
    folders,
    hostile_text,
    notebooks,
    students,
    text,
    values,
)

ROWS = (
    *notebooks.ROWS,
    *archives.ROWS,
    *folders.ROWS,
    *text.ROWS,
    *code.ROWS,
    *endings.ROWS,
    *answers.ROWS,
    *dtypes.ROWS,
    *values.ROWS,
    *hostile_text.ROWS,
    *students.ROWS,
)
ITEMS = tuple(item for row in ROWS for item in row.items)
