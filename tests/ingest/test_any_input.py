"""Whatever the bytes are, a hand-in is a Submission or a Refusal that can be stored."""

from __future__ import annotations

import io
import json
import zipfile
from pathlib import Path

import msgspec
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from grader.ingest import read_submission, read_submissions
from grader.model import Refusal, Submission

FEW = settings(max_examples=150, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])

NOTEBOOK = json.dumps(
    {
        "nbformat": 4,
        "nbformat_minor": 5,
        "metadata": {},
        "cells": [
            {"cell_type": "markdown", "source": "# Title", "metadata": {}},
            {"cell_type": "code", "source": ["%time x = 1\n", "!ls\n"], "outputs": [], "metadata": {}},
        ],
    }
).encode()


def archive() -> bytes:
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w") as writer:
        writer.writestr("mlp/mlp.py", "def f(x):\n    return x\n")
        writer.writestr("mlp/data.npy", b"\x93NUMPY")
        writer.writestr(zipfile.ZipInfo("mlp/layers.ipynb"), NOTEBOOK)
    return buffer.getvalue()


SEEDS = {"ada.ipynb": NOTEBOOK, "ada.zip": archive(), "ada.py": b"# coding: utf-8\ndef f(x):\n    return x\n"}


@st.composite
def mutated(draw: st.DrawFn, original: bytes) -> bytes:
    """``original`` with some spans replaced, and perhaps cut."""
    data = bytearray(original)
    for _ in range(draw(st.integers(1, 4))):
        start = draw(st.integers(0, len(data)))
        length = draw(st.integers(0, 8))
        data[start : start + length] = draw(st.binary(max_size=8))
    return bytes(data[: draw(st.integers(0, len(data)))] if draw(st.booleans()) else data)


def stored(result: Submission | Refusal) -> None:
    """Fail unless the result can be written as JSON and read again."""
    assert msgspec.json.decode(msgspec.json.encode(result), type=type(result)) == result


@pytest.mark.parametrize("name", sorted(SEEDS))
def test_the_original_is_a_submission(name: str, tmp_path: Path) -> None:
    (tmp_path / name).write_bytes(SEEDS[name])
    assert isinstance(read_submission(tmp_path / name, "mlp", student="ada"), Submission)


@pytest.mark.parametrize("name", sorted(SEEDS))
@FEW
@given(data=st.data())
def test_any_mutation_gives_a_record(name: str, tmp_path: Path, data: st.DataObject) -> None:
    path = tmp_path / name
    path.write_bytes(data.draw(mutated(SEEDS[name])))
    stored(read_submission(path, "mlp", student="ada"))


JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=5),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=5), inner, max_size=3),
    max_leaves=8,
)


@FEW
@given(cells=st.lists(st.fixed_dictionaries({}, optional={"cell_type": st.just("code") | JSON, "source": JSON})))
def test_any_cells_give_a_record(tmp_path: Path, cells: list[object]) -> None:
    path = tmp_path / "ada.ipynb"
    path.write_text(json.dumps({"nbformat": 4, "cells": cells}))
    stored(read_submission(path, "mlp", student="ada"))


@FEW
@given(source=st.text(alphabet="%!?()'\"#\\\n a=", max_size=60))
def test_stripping_magics_keeps_the_number_of_lines(tmp_path: Path, source: str) -> None:
    path = tmp_path / "ada.ipynb"
    path.write_text(json.dumps({"nbformat": 4, "cells": [{"cell_type": "code", "source": source}]}))
    (result,) = read_submissions(path, "mlp")
    assert isinstance(result, Submission)
    assert all(unit.text.count("\n") == source.count("\n") for unit in result.units)


@FEW
@given(student=st.text(max_size=300))
def test_any_student_has_a_key_safe_as_a_file_name(tmp_path: Path, student: str) -> None:
    key = read_submission(tmp_path / "ada.py", "mlp", student=student).key
    assert set(key) <= set("abcdefghijklmnopqrstuvwxyz0123456789-")
    assert len(key) <= 60
