"""``--anonymous``: no byte of what is given away, or printed, names a student; who is who is kept apart."""

from __future__ import annotations

import csv
import io
import json
import re
import shutil
import stat
import zipfile
from pathlib import Path
from typing import NamedTuple

import pytest

from grader.release import release
from tests.course_factory import SOLUTION, changed, stub, write_course
from tests.test_cli import Ended, grader

# Every way a hand-in carries a name: file, folder, archive, what is in them, and what is refused.
NAMES = (
    "Quetzalia", "Wilhelmina", "Xanthippe", "Zoltan", "Ysabeau", "Æthelflæd", "Bartholomew", "Eustachius",
    "Thessalonica", "Ignatius", "Obadiah", "Gwendolyn",
)  # fmt: skip
ENDING = "import os\nos._exit(3)\n" + changed(("    weighted = x @ w + b\n", "    os._exit(4)\n"))
RAISING = changed(("    weighted = x @ w + b\n", "    raise ValueError('no')\n"))
HIDDEN_CHARACTER = "x = '\u202e'\n"


def write_hand_ins(folder: Path) -> None:
    (folder / "Quetzalia.py").write_text(SOLUTION)
    (folder / "Wilhelmina O'Neil_12345.py").write_text(RAISING + HIDDEN_CHARACTER)
    (folder / "Xanthippe.ipynb").write_text(notebook("%matplotlib inline\n", RAISING, "1 / 0\n"))
    (folder / "Zoltan.py").write_text("def broken(:\n    pass\n" + changed(("x @ w + b", "x @ w")))
    inner = folder / "Ysabeau"
    inner.mkdir()
    (inner / "Ysabeau homework.py").write_text(ENDING)
    (inner / "Ignatius helped.py").write_text("y = 1\n")
    (inner / "Ignatius.txt").write_text("Thanks to Ignatius.")
    with zipfile.ZipFile(folder / "Æthelflæd.zip", "w") as archive:
        archive.writestr("Thessalonica group/Thessalonica.py", "import os\nos._exit(3)\n" + stub())
        archive.writestr("Thessalonica group/data.csv", "1,2\n")
    with zipfile.ZipFile(folder / "Bartholomew.zip", "w") as archive:
        archive.writestr("../Obadiah.py", SOLUTION)
    (folder / "Eustachius.ipynb").write_text('{"cells": [')
    (folder / "Gwendolyn.py").write_text(SOLUTION)
    (folder / "Gwendolyn.zip").write_bytes(b"")


def notebook(*cells: str) -> str:
    return json.dumps({"nbformat": 4, "cells": [{"cell_type": "code", "source": cell} for cell in cells]})


class Run(NamedTuple):
    """A class graded anonymously, then reported once more."""

    course: Path
    out: Path
    graded: Ended
    as_json: Ended
    reported: Ended


@pytest.fixture(scope="module")
def run(tmp_path_factory: pytest.TempPathFactory) -> Run:
    course = tmp_path_factory.mktemp("course")
    release(write_course(course), course / "assignments" / "tiny")
    folder = course / "hand-ins"
    folder.mkdir()
    write_hand_ins(folder)
    out = course / "out"
    command = ("grade", "tiny", "hand-ins", "--out", "out", "--anonymous")
    graded = grader(*command, "--jobs", 1, cwd=course)
    as_json = grader(*command, "--json", "--jobs", 1, cwd=course)
    return Run(course, out, graded, as_json, grader("report", "out", "--anonymous", "--jobs", 1, cwd=course))


@pytest.fixture(scope="module")
def named(run: Run) -> Path:
    """Return the folder of the run after its files were also written with names."""
    assert grader("report", run.out, "--jobs", 1, cwd=run.course).code == run.graded.code
    return run.out


def given_away(run: Run) -> dict[str, bytes]:
    """Return everything that may be shared, and everything printed, by name."""
    files = {path.name: path.read_bytes() for path in (run.out / "anonymous").rglob("*") if path.is_file()}
    printed = {
        f"{name} {stream}": text.encode()
        for name, ended in (("graded", run.graded), ("json", run.as_json), ("reported", run.reported))
        for stream, text in (("out", ended.out), ("err", ended.err))
    }
    return files | {name: name.encode() for name in files} | printed | {f"{n} content": c for n, c in files.items()}


def spellings(name: str) -> set[bytes]:
    """Return a name as UTF-8, as JSON and as HTML write it, in lower case."""
    text = name.lower()
    escaped = "".join(c if c.isascii() else f"&#{ord(c)};" for c in text)
    return {text.encode(), json.dumps(text)[1:-1].encode(), escaped.encode()}


@pytest.mark.parametrize("name", NAMES)
def test_no_byte_names_a_student(run: Run, name: str) -> None:
    found = [
        place
        for place, content in given_away(run).items()
        for spelling in spellings(name)
        if spelling in content.decode("utf-8", "replace").lower().encode()
    ]
    assert found == []


@pytest.mark.parametrize("name", NAMES)
def test_without_the_option_the_names_are_there(run: Run, named: Path, name: str) -> None:
    files = [named / "class.html", named / "gradebook.csv", named / "results.json", *named.glob("reports/*")]
    content = "".join(path.read_text() for path in files).lower().encode()
    assert any(spelling in content for spelling in spellings(name))


def test_who_is_who_is_a_table_of_its_own(run: Run) -> None:
    rows = list(csv.DictReader(io.StringIO((run.out / "identities.csv").read_text())))
    assert {row["student"].split()[0] for row in rows} == {
        "Quetzalia", "Wilhelmina", "Xanthippe", "Zoltan", "Ysabeau", "Æthelflæd", "Bartholomew", "Eustachius",
        "Gwendolyn",
    }  # fmt: skip


def test_only_its_owner_may_read_who_is_who(run: Run) -> None:
    assert stat.S_IMODE((run.out / "identities.csv").stat().st_mode) == 0o600


def test_who_is_who_lies_not_beside_what_is_given_away(run: Run) -> None:
    assert not list((run.out / "anonymous").rglob("*identities*"))
    assert not list((run.out / "anonymous").rglob("*.sqlite"))


def test_every_file_of_a_run_has_an_anonymous_twin(run: Run) -> None:
    names = {path.name for path in (run.out / "anonymous").iterdir()}
    assert names == {"class.html", "gradebook.csv", "reports", "results.json"}


def test_a_report_is_called_by_its_pseudonym(run: Run) -> None:
    rows = list(csv.DictReader(io.StringIO((run.out / "identities.csv").read_text())))
    reports = {path.stem for path in (run.out / "anonymous" / "reports").iterdir()}
    assert reports <= {row["pseudonym"] for row in rows}
    assert len(reports) == 6


def test_pseudonyms_are_the_same_in_every_run(run: Run) -> None:
    said = {line.split("│")[0].strip() for line in run.graded.out.splitlines() if "│" in line}
    again = {line.split("│")[0].strip() for line in run.reported.out.splitlines() if "│" in line}
    assert said == again


def test_files_are_numbered_and_their_notes_stay(run: Run) -> None:
    notes = "".join(path.read_text() for path in (run.out / "anonymous" / "reports").iterdir())
    assert re.search(r"file\d\.txt was left out: only \.py and \.ipynb files are read\.", notes)


def test_points_are_those_of_the_students(run: Run, named: Path) -> None:
    def points(path: Path, column: str) -> dict[str, str]:
        return {row[column]: row["total"] for row in csv.DictReader(io.StringIO(path.read_text()))}

    identities = {
        row["key"]: row["pseudonym"] for row in csv.DictReader(io.StringIO((run.out / "identities.csv").read_text()))
    }
    totals = points(named / "gradebook.csv", "key")
    assert {identities[key]: total for key, total in totals.items()} == points(
        run.out / "anonymous" / "gradebook.csv", "key"
    )


def test_the_order_of_the_files_tells_nothing(run: Run) -> None:
    keys = [row["key"] for row in json.loads(run.as_json.out)["students"]]
    assert keys == sorted(keys)


def test_the_place_of_the_identities_is_told(run: Run) -> None:
    assert "Identities:   out/identities.csv (keep it)\n" in run.graded.out


def test_no_notebook_is_given_away(run: Run) -> None:
    assert list((run.out / "anonymous").rglob("*-notebook.html")) == []


def test_a_notebook_is_written_from_stored_results_where_names_may_stand(run: Run, tmp_path: Path) -> None:
    shutil.copy(run.out / "results.sqlite", tmp_path)
    grader("report", str(tmp_path), "--jobs", 1, cwd=run.course)
    (page,) = (tmp_path / "reports").glob("*-notebook.html")
    assert ("Xanthippe.ipynb cell 2" in page.read_text(), page.name.startswith("xanthippe-")) == (True, True)
