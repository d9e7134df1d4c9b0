"""A class of bad inputs, graded by the command line: every sentence, and nothing else disturbed."""

from __future__ import annotations

import csv
import io
import os
import re
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import msgspec
import pytest

from grader.ingest import read_submission
from grader.model import Grade, Refusal
from tests.bad_inputs.class_run import GOOD, ClassRun, came_of, run_class, write_class
from tests.bad_inputs.page import PAGE, page
from tests.bad_inputs.rows import ITEMS
from tests.bad_inputs.table import Expected, Item, refused
from tests.conftest import require_or_skip
from tests.course_factory import SOLUTION, write_course

# As messages quote inputs that are drawn from it, it must always be the same.
COURSE_SECRET = "5a" * 32
NOBODY = 65534


@pytest.fixture(scope="module")
def course(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("course")
    secret = folder / ".grader-secret"
    secret.write_text(COURSE_SECRET)
    secret.chmod(0o600)
    write_course(folder)
    return folder


@pytest.fixture(scope="module")
def run(course: Path, tmp_path_factory: pytest.TempPathFactory) -> ClassRun:
    folder = tmp_path_factory.mktemp("bad")
    hand_ins = write_class(folder / "class", [item for item in ITEMS if possible(item)])
    return run_class(course, hand_ins, folder / "out")


@pytest.fixture(scope="module")
def good_alone(course: Path, tmp_path_factory: pytest.TempPathFactory) -> ClassRun:
    folder = tmp_path_factory.mktemp("good")
    return run_class(course, write_class(folder / "class", []), folder / "out")


def possible(item: Item) -> bool:
    return os.geteuid() == 0 or not item.needs_root


def encodable(name: str) -> str:
    return name.encode("utf-8", "replace").decode()


def files_of(run: ClassRun) -> Iterator[tuple[str, str]]:
    """Yield name and text of every page and table that a run writes."""
    for path in (run.out / "class.html", run.out / "gradebook.csv", *sorted((run.out / "reports").iterdir())):
        yield path.name, path.read_text(encoding="utf-8")


@pytest.mark.parametrize("item", ITEMS, ids=[item.name for item in ITEMS])
def test_what_came_of_it(run: ClassRun, item: Item) -> None:
    require_or_skip(possible(item), "Only root can make a device.")
    assert came_of(run.results[encodable(item.student)]) == item.expected


def test_every_item_has_its_own_name() -> None:
    assert len({item.student for item in ITEMS} | GOOD.keys()) == len(ITEMS) + len(GOOD)


def test_no_hand_in_is_forgotten(run: ClassRun) -> None:
    expected = {encodable(item.student) for item in ITEMS if possible(item)} | GOOD.keys()
    assert run.results.keys() == expected


def without_circumstances(result: Grade | Refusal) -> object:
    """Return a grade without where it lay and how long it took."""
    return without_times(msgspec.to_builtins(msgspec.structs.replace(result, origin="")))


def without_times(value: object) -> object:
    if isinstance(value, dict):
        return {key: without_times(item) for key, item in value.items() if key not in ("cpu_s", "wall_s")}
    return [without_times(item) for item in value] if isinstance(value, list | tuple) else value


@pytest.mark.parametrize("name", GOOD)
def test_nobody_elses_result_changes(run: ClassRun, good_alone: ClassRun, name: str) -> None:
    assert without_circumstances(run.results[name]) == without_circumstances(good_alone.results[name])


def test_a_class_without_refusals_is_well(good_alone: ClassRun) -> None:
    assert good_alone.ended.code == 0


def test_bad_inputs_are_something_to_look_at(run: ClassRun) -> None:
    assert run.ended.code == 1


def test_no_report_is_held(run: ClassRun) -> None:
    assert [name for name, result in run.results.items() if isinstance(result, Grade) and result.held] == []


def test_the_run_says_nothing_on_standard_error(run: ClassRun) -> None:
    assert run.ended.err.strip() == ""


def test_the_command_counts_what_was_refused(run: ClassRun) -> None:
    refusals = sum(isinstance(result, Refusal) for result in run.results.values())
    assert f"{len(run.results) - refusals} graded, {refusals} refused, 0 held.\n" in run.ended.out


def test_the_terminal_gets_no_control_characters(run: ClassRun) -> None:
    assert re.findall("[\x00-\x09\x0b-\x1f\x7f-\x9f\u202a-\u202e\u2066-\u2069]", run.ended.out) == []


def test_no_file_of_the_run_holds_control_characters(run: ClassRun) -> None:
    odd = re.compile("[\x00-\x08\x0b-\x1f\x7f-\x9f\u202a-\u202e\u2066-\u2069\ufffe\uffff]")
    assert [name for name, text in files_of(run) if odd.search(text)] == []


@pytest.mark.parametrize("markup", ["<script>alert", "<img src=x", "<b onclick", "<b>Boom", "<b>\\x1b"])
def test_no_page_holds_a_students_markup(run: ClassRun, markup: str) -> None:
    assert [name for name, text in files_of(run) if name.endswith(".html") and markup in text] == []


def test_the_name_of_every_report_is_plain(run: ClassRun) -> None:
    assert [p.name for p in (run.out / "reports").iterdir() if not re.fullmatch(r"[a-z0-9-]+\.html", p.name)] == []


def gradebook(run: ClassRun) -> list[dict[str, str]]:
    text = (run.out / "gradebook.csv").read_text(encoding="utf-8")
    return list(csv.DictReader(io.StringIO(text, newline="")))


def test_the_gradebook_has_a_row_for_everybody(run: ClassRun) -> None:
    assert len(gradebook(run)) == len(run.results)


def test_no_cell_of_the_gradebook_starts_a_formula(run: ClassRun) -> None:
    cells = [cell for row in gradebook(run) for cell in row.values()]
    assert [cell for cell in cells if cell.startswith(("=", "+", "-", "@", "\t", "\r", "\n"))] == []


def test_the_gradebook_gives_no_score_to_what_was_refused(run: ClassRun) -> None:
    assert {row["total"] for row in gradebook(run) if row["status"] == "refused"} == {""}


def test_the_gradebook_says_why_something_was_refused(run: ClassRun) -> None:
    reasons = {row["student"]: row["reason"] for row in gradebook(run)}
    assert reasons["rar"] == "rar.rar is an archive that is not read. Hand in a .zip, or the assignment's file alone."


@contextmanager
def as_nobody() -> Iterator[None]:
    """Be somebody who may not read everything."""
    if os.geteuid() != 0:
        yield
        return
    os.seteuid(NOBODY)
    try:
        yield
    finally:
        os.seteuid(0)


def let_others_in(folder: Path) -> None:
    """Let other users pass through pytest's folders, of which a parallel run has one more."""
    while folder.name and not folder.name.startswith("pytest-of-"):
        folder.chmod(0o755)
        folder = folder.parent
    if folder.name:
        folder.chmod(0o755)


def test_what_may_not_be_read_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "ada.py"
    path.write_text(SOLUTION)
    path.chmod(0)
    let_others_in(tmp_path)
    with as_nobody():
        result = read_submission(path, "tiny", student="ada")
    assert isinstance(result, Refusal)
    assert came_of(result) == refused("ada.py cannot be read: it cannot be opened (permission denied).")


def test_what_may_not_be_read_beside_the_main_file_is_noted(tmp_path: Path) -> None:
    (tmp_path / "ada").mkdir()
    (tmp_path / "ada" / "tiny.py").write_text(SOLUTION)
    (tmp_path / "ada" / "helper.py").write_text("x = 1\n")
    (tmp_path / "ada" / "helper.py").chmod(0)
    let_others_in(tmp_path)
    with as_nobody():
        result = read_submission(tmp_path / "ada", "tiny", student="ada")
    assert getattr(result, "notes", ()) == ("helper.py was left out: it cannot be opened (permission denied).",)


def test_the_page_is_in_step_with_the_table() -> None:
    assert PAGE.read_text(encoding="utf-8") == page(), "Run: python -m tests.bad_inputs.page"


def test_a_right_hand_in_earns_everything_without_a_word(run: ClassRun) -> None:
    assert came_of(run.results["good-right"]) == Expected()
