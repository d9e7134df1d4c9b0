"""Code cells of a notebook."""

from __future__ import annotations

import json
import re

import pytest

from grader.errors import SubmissionError
from grader.ingest.notebook import Cells, read_notebook
from grader.model import Cell


def read(notebook: object) -> Cells:
    return read_notebook("mlp.ipynb", json.dumps(notebook).encode(), "mlp")


def cells(*sources: object) -> dict[str, object]:
    return {"nbformat": 4, "cells": [{"cell_type": "code", "source": source} for source in sources]}


def refuses(data: bytes, sentence: str) -> None:
    with pytest.raises(SubmissionError, match=f"^{re.escape(sentence)}$"):
        read_notebook("mlp.ipynb", data, "mlp")


def test_source_may_be_a_list_of_lines() -> None:
    assert read(cells(["x = 1\n", "y = 2"])).units[0].text == "x = 1\ny = 2"


def test_source_may_be_missing() -> None:
    assert read({"nbformat": 4, "cells": [{"cell_type": "code"}]}).units[0].text == ""


def test_only_code_cells_are_counted() -> None:
    notebook = cells("x = 1", "y = 2")
    assert isinstance(notebook["cells"], list)
    notebook["cells"].insert(1, {"cell_type": "markdown", "source": "# Title"})
    assert [unit.label for unit in read(notebook).units] == ["mlp.ipynb cell 1", "mlp.ipynb cell 2"]


def test_a_dropped_cell_is_counted() -> None:
    assert [unit.label for unit in read(cells("%%bash\nls", "y = 2")).units] == ["mlp.ipynb cell 2"]


MIXED = {
    "nbformat": 4,
    "cells": [
        {
            "cell_type": "markdown",
            "source": ["# Title\r\n", "half \ud800"],
            "attachments": {"a.png": {"image/png": "x"}},
        },
        {"cell_type": "raw", "source": "<script>alert(1)</script>"},
        {"cell_type": "code", "source": "%time x = 1", "outputs": [{"text": "2"}]},
        {"cell_type": "code", "source": "%%bash\nls"},
    ],
}


def test_what_is_shown_again_are_text_and_code_as_they_were_written() -> None:
    assert read(MIXED).cells == (
        Cell(kind="markdown", text="# Title\nhalf ?"),
        Cell(kind="code", text="%time x = 1", label="mlp.ipynb cell 1"),
        Cell(kind="code", text="%%bash\nls", label="mlp.ipynb cell 2"),
    )


def test_outputs_are_not_looked_at() -> None:
    notebook = {
        "nbformat": 4,
        "cells": [{"cell_type": "code", "source": "x", "outputs": 3, "metadata": None}],
    }
    assert read(notebook).units[0].text == "x"


def test_a_number_that_json_has_not_is_accepted_in_outputs() -> None:
    # Jupyter itself writes NaN.
    data = b'{"nbformat": 4, "cells": [{"cell_type": "code", "source": "x", "outputs": [NaN]}]}'
    assert read_notebook("mlp.ipynb", data, "mlp").units[0].text == "x"


def test_a_byte_order_mark_is_accepted() -> None:
    data = b"\xef\xbb\xbf" + json.dumps(cells("x")).encode()
    assert read_notebook("mlp.ipynb", data, "mlp").units[0].text == "x"


def test_what_was_left_out_is_told() -> None:
    assert read(cells("%matplotlib inline\nx = 1", "!ls")).notes == (
        "Of mlp.ipynb, only Python is run; left out: %matplotlib inline (cell 1, line 1), !ls (cell 2, line 1).",
    )


def test_a_long_list_is_cut() -> None:
    (note,) = read(cells(*["!ls"] * 8)).notes
    assert note.endswith("!ls (cell 5, line 1) and 3 more.")


def test_a_thousand_cells_are_read() -> None:
    assert len(read(cells(*["x"] * 1000)).units) == 1000


def test_more_cells_are_refused() -> None:
    refuses(
        json.dumps(cells(*["x"] * 1001)).encode(),
        "mlp.ipynb has 1001 code cells, and at most 1000 are read. "
        "Take out what does not belong to the assignment, and hand it in again.",
    )


def test_half_a_character_is_replaced() -> None:
    data = b'{"nbformat": 4, "cells": [{"cell_type": "code", "source": "x = \'\\ud800\'"}]}'
    assert read_notebook("mlp.ipynb", data, "mlp").units[0].text == "x = '?'"


def test_half_a_character_is_told() -> None:
    data = b'{"nbformat": 4, "cells": [{"cell_type": "code", "source": "x = \'\\ud800\'"}]}'
    assert read_notebook("mlp.ipynb", data, "mlp").notes == (
        "mlp.ipynb cell 1 holds half a character; a question mark stands in its place.",
    )


@pytest.mark.parametrize(
    ("data", "sentence"),
    [
        pytest.param(
            b'{"nbformat": 4, "cells": [\n{"cell_ty',
            "mlp.ipynb is damaged or not a notebook: it stops being JSON at line 2, column 2. "
            "Open it in Jupyter, save it, and hand that in.",
            id="truncated",
        ),
        pytest.param(
            b"import numpy as np\n",
            "mlp.ipynb is damaged or not a notebook: it stops being JSON at line 1, column 1. "
            "Open it in Jupyter, save it, and hand that in.",
            id="Python",
        ),
        pytest.param(
            b"",
            "mlp.ipynb is damaged or not a notebook: it stops being JSON at line 1, column 1. "
            "Open it in Jupyter, save it, and hand that in.",
            id="empty",
        ),
        pytest.param(
            b"x\x00",
            "mlp.ipynb is not text: byte 1 is NUL. Save it again as UTF-8 text, and hand that in.",
            id="a picture",
        ),
        pytest.param(
            b"[" * 1_000_000,
            "mlp.ipynb is damaged: its JSON is nested too deeply. Open it in Jupyter, save it, and hand that in.",
            id="deep nesting",
        ),
        pytest.param(
            b'{"nbformat": ' + b"4" * 5000 + b"}",
            "mlp.ipynb is damaged: it holds an integer of too many digits. "
            "Open it in Jupyter, save it, and hand that in.",
            id="huge integer",
        ),
        pytest.param(
            b'{"cells": []}',
            "mlp.ipynb is JSON but not a notebook: the key 'nbformat' is missing. "
            "Open it in Jupyter, save it, and hand that in.",
            id="other JSON",
        ),
        pytest.param(
            b'["nbformat"]',
            "mlp.ipynb is JSON but not a notebook: the key 'nbformat' is missing. "
            "Open it in Jupyter, save it, and hand that in.",
            id="a list",
        ),
        pytest.param(
            b'{"nbformat": 3, "worksheets": []}',
            "mlp.ipynb is a notebook of format 3; format 4, which Jupyter has written since 2015, is read. "
            "Open it in Jupyter, save it, and hand that in.",
            id="format 3",
        ),
        pytest.param(
            b'{"nbformat": 4, "cells": [{"cell_type": "markdown", "source": "x"}]}',
            "mlp.ipynb has no code cell. Hand in the notebook that holds your code.",
            id="no code cell",
        ),
        pytest.param(
            b'{"nbformat": 4, "cells": [{"cell_type": "code", "source": 3}]}',
            "mlp.ipynb is a damaged notebook: expected 'str | array', got 'int' at '$.cells[0].source'. "
            "Open it in Jupyter, save it, and hand that in.",
            id="source is a number",
        ),
        pytest.param(
            b'{"nbformat": 4, "cells": [{"cell_type": "code", "source": "x\\u0000"}]}',
            "mlp.ipynb cell 1 holds a NUL character. Type the cell again, and hand it in.",
            id="NUL in a cell",
        ),
        pytest.param(
            b" " * ((10 << 20) + 1),
            "mlp.ipynb is larger than 10 MiB. Take out data and outputs, and hand it in again.",
            id="too large",
        ),
    ],
)
def test_a_bad_notebook_is_refused_with_the_reason(data: bytes, sentence: str) -> None:
    refuses(data, sentence)
