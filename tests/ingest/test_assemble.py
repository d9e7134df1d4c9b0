"""Which file is the main one, and what becomes of the others."""

from __future__ import annotations

import json
import re

import pytest

from grader.errors import SubmissionError
from grader.ingest.assemble import assemble
from grader.ingest.files import File, Files, LeftOut
from grader.ingest.notebook import Cells

STUB = 'def {0}():\n    raise NotImplementedError("{0} is not written yet.")\n'


def notebook(*cells: str) -> str:
    return json.dumps({"nbformat": 4, "cells": [{"cell_type": "code", "source": cell} for cell in cells]})


def assembled(**files: str) -> Cells:
    """Assemble files given as ``mlp_py="..."``."""
    return assemble(files_of(**files), "mlp")


def files_of(**files: str) -> Files:
    read = (
        File(path=".".join(name.rsplit("_", 1)).replace("__", "/"), data=text.encode()) for name, text in files.items()
    )
    return Files(read=tuple(read))


def refuses(sentence: str, **files: str) -> None:
    with pytest.raises(SubmissionError, match=f"^{re.escape(sentence)}$"):
        assembled(**files)


def test_other_files_are_modules_after_the_main_file() -> None:
    units = assembled(zoo_py="", mlp_py="import layers\n", layers_py="x = 1\n").units
    assert [unit.module for unit in units] == ["mlp", "zoo", "layers"]


def test_the_only_file_is_the_main_file() -> None:
    assert assembled(ada_py="x = 1\n").units[0].module == "mlp"


def test_upper_case_does_not_matter_in_the_name() -> None:
    units = assembled(MLP_py="x = 1\n", layers_py="").units
    assert [(unit.module, unit.label) for unit in units] == [("mlp", "MLP.py"), ("layers", "layers.py")]


def test_the_file_with_the_most_functions_is_the_main_file() -> None:
    cells = assembled(a_py="def f(): ...\n", b_ipynb=notebook("def f(): ...", "def g(): ..."))
    assert cells.units[0].label == "b.ipynb cell 1"


def test_a_main_file_that_was_guessed_is_told() -> None:
    assert assembled(a_py="def f(): ...\n", b_py="x = 1\n").notes == (
        "No file is called mlp.py; a.py, which has the most functions, was graded.",
    )


def test_a_tie_is_refused() -> None:
    refuses(
        "It cannot be told which file is the main one: a.py, b.py. Call it mlp.py or mlp.ipynb.",
        a_py="def f(): ...\n",
        b_py="def g(): ...\n",
    )


def test_a_script_and_a_notebook_are_refused() -> None:
    refuses(
        "It holds both mlp.py and mlp.ipynb. Hand in the one you worked in.",
        mlp_py="x = 1\n",
        mlp_ipynb=notebook("x = 1"),
    )


def test_a_stub_beside_the_work_is_recognized() -> None:
    stub, work = STUB.format("relu") + STUB.format("tanh"), STUB.format("tanh")
    assert assembled(mlp_py=stub, mlp_ipynb=notebook(work)).units[0].label == "mlp.ipynb cell 1"


def test_a_stub_beside_the_work_is_told() -> None:
    assert assembled(mlp_py="x = 1\n", mlp_ipynb=notebook(STUB.format("relu"))).notes[0] == (
        "Of mlp.py and mlp.ipynb, mlp.py was graded: in it, more is written."
    )


def test_a_stub_beside_the_work_is_no_module() -> None:
    cells = assembled(mlp_ipynb=notebook("x = 1"), mlp_py=STUB.format("relu"))
    assert cells.notes[1] == "mlp.py was left out: the main file is importable under its name."


def test_work_in_both_is_refused() -> None:
    refuses(
        "It holds both mlp.py and mlp.ipynb. Hand in the one you worked in.",
        mlp_py=STUB.format("relu"),
        mlp_ipynb=notebook(STUB.format("tanh")),
    )


def test_the_outermost_folder_with_source_counts() -> None:
    cells = assembled(ada__homework__mlp_py="x = 1\n", ada__homework__old__mlp_py="x = 2\n")
    assert [unit.text for unit in cells.units] == ["x = 1\n"]


def test_deeper_source_is_noted() -> None:
    cells = assembled(mlp_py="x = 1\n", old__mlp_py="x = 2\n")
    assert cells.notes == ("old/mlp.py was left out: only files beside the main file are read.",)


def test_several_folders_with_source_are_refused() -> None:
    refuses(
        "It holds several folders with source files: new and old. Hand in one of them.",
        old__mlp_py="x = 1\n",
        new__mlp_py="x = 2\n",
    )


def test_a_second_notebook_is_noted() -> None:
    assert assembled(mlp_py="x = 1\n", scratch_ipynb=notebook("x")).notes == (
        "scratch.ipynb was left out: a notebook cannot be imported.",
    )


@pytest.mark.parametrize("name", ["my-layers.py", "class.py"])
def test_a_name_that_cannot_be_imported_is_noted(name: str) -> None:
    files = Files(read=(File(path="mlp.py", data=b""), File(path=name, data=b"")))
    assert assemble(files, "mlp").notes == (f"{name} was left out: its name cannot be imported.",)


def test_notes_from_reading_are_kept() -> None:
    files = Files(read=(File(path="mlp.py", data=b""),), notes=("mlp.py is odd.",))
    assert assemble(files, "mlp").notes == ("mlp.py is odd.",)


def test_an_unreadable_module_does_not_cost_the_main_file() -> None:
    files = Files(read=(File(path="layers.py", data=b"\0"), File(path="mlp.py", data=b"x = 1\n")))
    assert assemble(files, "mlp").notes == (
        "Left out: layers.py is not text: byte 0 is NUL. Save it again as UTF-8 text, and hand that in.",
    )


def test_an_unreadable_main_file_is_refused() -> None:
    refuses(
        "mlp.py is not text: byte 0 is NUL. Save it again as UTF-8 text, and hand that in.",
        mlp_py="\0",
        layers_py="x = 1\n",
    )


def test_an_unreadable_file_is_not_guessed_to_be_the_main_one() -> None:
    assert assembled(a_py="\0", b_py="def f(): ...\n").units[0].label == "b.py"


def test_a_long_list_of_files_is_cut() -> None:
    left_out = tuple(LeftOut(path=f"{i}.npy", reason="it is large") for i in range(7))
    files = Files(read=(File(path="mlp.py", data=b""),), left_out=left_out)
    assert assemble(files, "mlp").notes == ("0.npy, 1.npy, 2.npy, 3.npy, 4.npy and 2 more were left out: it is large.",)


def test_the_cells_of_a_main_file_that_is_a_notebook_are_kept() -> None:
    cells = assembled(mlp_ipynb=notebook("def f(): ..."), layers_py="x = 1\n").cells
    assert [(cell.kind, cell.text, cell.label) for cell in cells] == [("code", "def f(): ...", "mlp.ipynb cell 1")]


def test_a_main_file_that_is_no_notebook_has_no_cells() -> None:
    assert assembled(mlp_py="x = 1\n", other_ipynb=notebook("def f(): ...")).cells == ()
