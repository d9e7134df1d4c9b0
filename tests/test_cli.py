"""The command line: exit codes, whole sentences, JSON and nothing else, and no control characters."""

from __future__ import annotations

import contextlib
import csv
import io
import json
import sys
from collections.abc import Callable
from multiprocessing.connection import Connection
from pathlib import Path
from typing import Any, NamedTuple

import msgspec
import pytest

from grader import __version__, cli, demo
from grader.batch import pool
from grader.batch.session_process import Refused
from grader.course import Assignment
from grader.release import release
from tests.course_factory import PUBLIC, SOLUTION, changed, stub, write_course
from tests.session.conftest import process_restored


class Ended(NamedTuple):
    """How a command ended, and what it printed."""

    code: object
    out: str
    err: str


def grader(*arguments: object, cwd: Path) -> Ended:
    """Run a command in a folder, in this process."""
    out, err = (io.TextIOWrapper(io.BytesIO(), encoding="utf-8", write_through=True) for _ in range(2))
    with pytest.MonkeyPatch.context() as patch, process_restored():
        patch.chdir(cwd)
        patch.setenv("COLUMNS", "240")
        patch.setattr(sys, "argv", ["grader", *map(str, arguments)])
        with contextlib.redirect_stdout(out), contextlib.redirect_stderr(err), pytest.raises(SystemExit) as ended:
            cli.main()
    return Ended(ended.value.code or 0, *(stream.buffer.getvalue().decode() for stream in (out, err)))


def sentence(ended: Ended) -> str:
    """Return the message of a command that printed nothing else, with its lines joined."""
    assert ended.out == ""
    return " ".join(ended.err.split())


@pytest.fixture(scope="module")
def course(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("course")
    assignment = write_course(folder)
    release(assignment, folder / "assignments" / "tiny")
    return folder


EVIL = "evil\x1b[31m\u202egnp"


@pytest.fixture(scope="module")
def hand_ins(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("hand-ins")
    (folder / "ada.py").write_text(SOLUTION)
    (folder / "bob.py").write_text(changed(("x @ w + b", "x @ w")))
    (folder / f"{EVIL}.py").write_text(stub())
    (folder / "rosa.ipynb").write_text('{"cells": [')
    return folder


class Runs(NamedTuple):
    """Three runs into one folder."""

    out: Path
    first: Ended
    again: Ended
    as_json: Ended


@pytest.fixture(scope="module")
def runs(course: Path, hand_ins: Path, tmp_path_factory: pytest.TempPathFactory) -> Runs:
    out = tmp_path_factory.mktemp("out") / "run"
    command = ("grade", "tiny", hand_ins, "--out", out, "--jobs", 1)
    first = grader(*command, cwd=course)
    return Runs(out, first, grader(*command, cwd=course), grader(*command, "--json", cwd=course))


def test_a_refused_hand_in_is_something_to_look_at(runs: Runs) -> None:
    assert runs.first.code == 1


def test_a_run_counts_its_hand_ins(runs: Runs) -> None:
    assert "3 graded, 1 refused, 0 held.\n" in runs.first.out


def test_a_second_run_counts_what_it_kept(runs: Runs) -> None:
    assert "3 graded, 1 refused, 0 held; 3 unchanged since the last run.\n" in runs.again.out


def row(ended: Ended, name: str) -> list[str]:
    line = next(line for line in ended.out.splitlines() if line.startswith(name))
    return [cell.strip() for cell in line.split("│")]


def test_a_row_names_student_and_points(runs: Runs) -> None:
    assert row(runs.first, "ada") == ["ada", "16 / 16", ""]


def test_a_row_names_the_misconception(runs: Runs) -> None:
    assert row(runs.first, "bob") == ["bob", "13 / 16", "affine_forward (bias-omitted)"]


def test_a_row_counts_what_was_not_attempted(runs: Runs) -> None:
    assert row(runs.first, "evil") == ["evil\\x1b[31m\\u202egnp", "0 / 16", "7 not attempted"]


def test_a_row_says_why_a_hand_in_was_refused(runs: Runs) -> None:
    assert " ".join(row(runs.first, "rosa")) == (
        "rosa refused rosa.ipynb is damaged or not a notebook: it stops being JSON at line 1, column 12. "
        "Open it in Jupyter, save it, and hand that in."
    )


def test_no_control_character_of_a_name_is_printed(runs: Runs) -> None:
    assert not {"\x1b", "\u202e"} & {*runs.first.out, *runs.first.err}


def test_no_escape_character_of_a_name_is_printed_as_json(runs: Runs) -> None:
    assert "\x1b" not in runs.as_json.out


@pytest.mark.parametrize("name", ["class.html", "gradebook.csv", "results.json", "results.sqlite"])
def test_a_run_writes_its_files(runs: Runs, name: str) -> None:
    assert (runs.out / name).stat().st_size > 0


def test_a_run_writes_a_report_for_each_student(runs: Runs) -> None:
    assert len(list((runs.out / "reports").glob("*.html"))) == 3


def test_a_run_tells_where_its_files_lie(runs: Runs) -> None:
    assert runs.first.out.endswith(
        f"Class report: {runs.out / 'class.html'}\n"
        f"Gradebook:    {runs.out / 'gradebook.csv'}\n"
        f"Reports:      {runs.out / 'reports'}\n"
    )


def test_the_gradebook_has_a_line_for_each_hand_in(runs: Runs) -> None:
    with (runs.out / "gradebook.csv").open(encoding="utf-8-sig", newline="") as file:
        assert len(list(csv.DictReader(file))) == 4


def test_json_is_all_that_is_printed(runs: Runs) -> None:
    found = json.loads(runs.as_json.out)
    assert [(s["student"], s["earned"]) for s in found["students"]] == [("ada", 16.0), ("bob", 13.0), (EVIL, 0.0)]


def test_json_counts_what_was_kept(runs: Runs) -> None:
    assert json.loads(runs.as_json.out)["unchanged"] == 3


def test_json_changes_no_exit_code(runs: Runs) -> None:
    assert runs.as_json.code == 1


def test_a_report_is_written_again_without_grading(runs: Runs, course: Path) -> None:
    (runs.out / "class.html").unlink()
    ended = grader("report", runs.out, cwd=course)
    assert (ended.code, (runs.out / "class.html").is_file()) == (1, True)


def test_a_report_can_be_told_as_json(runs: Runs, course: Path) -> None:
    assert len(json.loads(grader("report", runs.out, "--json", cwd=course).out)["students"]) == 3


def test_a_class_without_trouble_is_well(course: Path, tmp_path: Path) -> None:
    (tmp_path / "ada.py").write_text(SOLUTION)
    assert grader("grade", "tiny", tmp_path / "ada.py", "--out", tmp_path / "out", cwd=course).code == 0


BROKEN = '''
import pytest

@pytest.mark.check("batches", points=2)
def test_broken(student):
    """Stumbles over one student."""
    [1, 2][int(student.Net(2, 3).params["b"].sum())]
'''


@pytest.fixture(scope="module")
def held(tmp_path_factory: pytest.TempPathFactory) -> Ended:
    folder = tmp_path_factory.mktemp("broken")
    write_course(folder, files={"checks/test_broken.py": BROKEN})
    (folder / "class").mkdir()
    (folder / "class" / "ada.py").write_text(SOLUTION)
    (folder / "class" / "bob.py").write_text(changed(("np.zeros(classes)", "np.ones(classes)")))
    return grader("grade", "tiny", "class", "--out", "out", "--jobs", 1, cwd=folder)


def test_a_held_report_is_our_fault(held: Ended) -> None:
    assert held.code == 4


def test_a_held_report_shows_no_points(held: Ended) -> None:
    assert row(held, "bob")[:2] == ["bob", "held"]


def test_a_held_report_says_why(held: Ended) -> None:
    assert (
        "bob: held, a fault of the grader. "
        "checks/test_broken.py::test_broken: The check itself failed: IndexError: list index out of range"
    ) in held.out


def test_a_held_report_leaves_the_others_graded(held: Ended) -> None:
    assert row(held, "ada") == ["ada", "18 / 18", ""]


def refuse_isolation(connection: Connection, folder: Path, secret: bytes) -> None:
    """Stands for a grading process on a machine that cannot isolate."""
    refused = Refused(fault="isolation", reason="The kernel has no Landlock. Use Linux 5.13 or newer.")
    connection.send_bytes(msgspec.msgpack.encode(refused))


@pytest.fixture
def no_isolation(monkeypatch: pytest.MonkeyPatch, course: Path, hand_ins: Path, tmp_path: Path) -> Ended:
    monkeypatch.setattr(pool, "serve", refuse_isolation)
    return grader("grade", "tiny", hand_ins, "--out", tmp_path / "out", "--jobs", 1, cwd=course)


def test_a_machine_that_cannot_isolate_has_its_own_exit_code(no_isolation: Ended) -> None:
    assert no_isolation.code == 3


def test_a_machine_that_cannot_isolate_is_told_why(no_isolation: Ended) -> None:
    assert sentence(no_isolation) == "The kernel has no Landlock. Use Linux 5.13 or newer."


def test_a_check_that_the_reference_fails_is_a_wrong_course(tmp_path: Path) -> None:
    write_course(tmp_path, files={"checks/test_tiny.py": changed(("[0.5, 0.5]])", "[0.5, 9.0]])"), source=PUBLIC)})
    (tmp_path / "ada.py").write_text(SOLUTION)
    ended = grader("grade", "tiny", "ada.py", "--out", "out", cwd=tmp_path)
    start = "The reference solution fails checks/test_tiny.py::test_small_numbers, so nothing was graded: "
    assert (ended.code, sentence(ended)[: len(start)]) == (2, start)


Call = Callable[[Path, Path], tuple[object, ...]]

WRONG_CALLS: dict[str, tuple[Call, str]] = {
    "mistyped assignment": (
        lambda course, tmp: ("grade", "tinny", tmp, "--out", tmp / "out"),
        "There is no assignment 'tinny'. Did you mean 'tiny'?",
    ),
    "unknown assignment": (
        lambda course, tmp: ("release", "transformers"),
        "There is no assignment 'transformers'. The course has: tiny.",
    ),
    "unknown assignment to validate": (
        lambda course, tmp: ("validate", "transformers"),
        "There is no assignment 'transformers'. The course has: tiny.",
    ),
    "unknown assignment for a demo": (
        lambda course, tmp: ("demo", "transformers", "--out", tmp / "out"),
        "There is no assignment 'transformers'. The course has: tiny.",
    ),
    "no hand-ins": (
        lambda course, tmp: ("grade", "tiny", tmp / "nowhere", "--out", tmp / "out"),
        "There is no file or folder {tmp}/nowhere. Give the folder with the hand-ins.",
    ),
    "empty folder": (
        lambda course, tmp: ("grade", "tiny", tmp, "--out", tmp / "out"),
        "The folder {tmp} holds no hand-in. It should have one file or folder a student.",
    ),
    "no earlier run": (
        lambda course, tmp: ("report", tmp),
        "{tmp} holds no results.sqlite. Give the folder that was given to grade --out.",
    ),
    "missing file": (
        lambda course, tmp: ("check", tmp / "tiny.py"),
        "There is no file {tmp}/tiny.py. Give the path of your .py or .ipynb file.",
    ),
    "unknown part": (
        lambda course, tmp: ("check", course / "assignments" / "tiny" / "tiny.py", "attention"),
        "There is no part 'attention' in assignment 'tiny'.",
    ),
    "mistyped part": (
        lambda course, tmp: ("check", course / "assignments" / "tiny" / "tiny.py", "affine_foward"),
        "There is no part 'affine_foward' in assignment 'tiny'. Did you mean 'affine_forward'?",
    ),
}


@pytest.mark.parametrize("name", list(WRONG_CALLS))
def test_a_wrong_call_is_answered_by_one_sentence(course: Path, tmp_path: Path, name: str) -> None:
    call, expected = WRONG_CALLS[name]
    assert sentence(grader(*call(course, tmp_path), cwd=course)) == expected.format(tmp=tmp_path)


@pytest.mark.parametrize("name", list(WRONG_CALLS))
def test_a_wrong_call_has_the_exit_code_of_one(course: Path, tmp_path: Path, name: str) -> None:
    assert grader(*WRONG_CALLS[name][0](course, tmp_path), cwd=course).code == 2


def test_outside_of_a_course_the_message_says_where_to_go(tmp_path: Path) -> None:
    ended = grader("grade", "tiny", tmp_path, "--out", tmp_path / "out", cwd=tmp_path)
    assert (ended.code, sentence(ended)) == (
        2,
        f"There is no folder 'reference' in {tmp_path} or above it. "
        "Run this inside the course's folder, the one that holds reference/ and assignments/.",
    )


def test_an_output_folder_of_another_assignment_is_refused(course: Path, hand_ins: Path, tmp_path: Path) -> None:
    from grader.store import open_store

    with open_store(tmp_path / "results.sqlite") as store:
        store.assign("cnn")
    ended = grader("grade", "tiny", hand_ins, "--out", tmp_path, cwd=course)
    assert (ended.code, sentence(ended)) == (
        2,
        "The output folder holds results of assignment 'cnn', not 'tiny'. Give another --out.",
    )


def test_an_output_folder_that_is_a_file_is_refused(course: Path, hand_ins: Path, tmp_path: Path) -> None:
    (tmp_path / "out").write_text("")
    ended = grader("grade", "tiny", hand_ins, "--out", tmp_path / "out", cwd=course)
    assert (ended.code, sentence(ended)) == (
        2,
        f"The folder {tmp_path}/out cannot be made: file exists. Give another --out.",
    )


@pytest.mark.parametrize(
    "arguments",
    [("grad", "tiny"), ("grade",), ("grade", "tiny", "."), ("grade", "tiny", ".", "--out", "o", "--jobs", "0")],
)
def test_a_mistyped_command_is_a_wrong_call(course: Path, arguments: tuple[str, ...]) -> None:
    ended = grader(*arguments, cwd=course)
    assert (ended.code, ended.out) == (2, "")


def test_a_mistyped_command_is_named(course: Path) -> None:
    assert "No such command 'grad'. Did you mean 'grade'?" in sentence(grader("grad", cwd=course))


def test_a_missing_option_is_named(course: Path) -> None:
    assert "Missing option '--out'." in sentence(grader("grade", "tiny", ".", cwd=course))


def test_a_wrong_number_of_jobs_is_named(course: Path) -> None:
    ended = grader("grade", "tiny", ".", "--out", "o", "--jobs", 0, cwd=course)
    assert "Invalid value for '--jobs' / '-j': Input should be greater than or equal to 1" in sentence(ended)


def test_the_version_is_told(tmp_path: Path) -> None:
    assert grader("--version", cwd=tmp_path) == Ended(0, f"grader {__version__}\n", "")


@pytest.mark.parametrize("command", ["grade", "report", "demo", "new", "release", "validate", "check", "doctor"])
def test_help_lists_every_command(tmp_path: Path, command: str) -> None:
    assert f"  {command} " in grader("--help", cwd=tmp_path).out


def test_an_interrupted_run_says_how_to_go_on(
    course: Path, hand_ins: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def interrupt(*arguments: object, **options: object) -> int:
        raise KeyboardInterrupt

    monkeypatch.setattr("grader.batch.grade_class", interrupt)
    ended = grader("grade", "tiny", hand_ins, "--out", tmp_path, cwd=course)
    assert (ended.code, sentence(ended)) == (
        130,
        "Interrupted. What was graded is kept; the same command goes on from there.",
    )


# Check


def checked(course: Path, source: str, *arguments: str) -> Ended:
    file = course / "assignments" / "tiny" / "mine.py"
    file.write_text(source)
    try:
        return grader("check", file, *arguments, cwd=course)
    finally:
        file.unlink()


@pytest.mark.parametrize(
    ("source", "code"),
    [(SOLUTION, 0), (stub(), 0), (changed(("x @ w + b", "x @ w")), 1)],
    ids=["right", "stub", "wrong"],
)
def test_a_check_fails_where_something_is_wrong(course: Path, source: str, code: int) -> None:
    assert checked(course, source).code == code


def test_a_check_counts_its_results(course: Path) -> None:
    ended = checked(course, changed(("-np.mean(log", "-np.sum(log")), "affine_forward", "Net")
    assert ended.out.endswith("\n1 passed, 1 failed.\n")


def test_a_check_shows_what_is_wrong(course: Path) -> None:
    ended = checked(course, changed(("x @ w + b", "x @ w")), "affine_forward")
    assert "affine_forward: Gives the numbers worked out by hand: failed.\nout is wrong in 3 of 6 entries" in ended.out


TWICE_WRONG = changed(("x @ w + b", "x @ w"), ("-np.mean(log", "-np.sum(log"))


def test_a_check_tells_the_first_failure_in_full_and_the_next_in_a_line(course: Path) -> None:
    lines = checked(course, TWICE_WRONG, "affine_forward", "Net").out.splitlines()
    assert lines[0] == "affine_forward: Gives the numbers worked out by hand: failed."
    rest = lines[lines.index("Also not right yet:") :]
    assert [rest[1][:14], *rest[2:]] == [
        "  Net: failed.",
        "--all tells all of them in full.",
        "",
        "2 failed.",
    ]


def test_a_check_tells_all_failures_in_full_where_asked(course: Path) -> None:
    out = checked(course, TWICE_WRONG, "--all", "affine_forward", "Net").out
    assert ("\nNet: An untrained net has the loss log C: failed.\n" in out, "Also not right yet" in out) == (
        True,
        False,
    )


def test_a_check_shows_no_control_characters(course: Path) -> None:
    source = changed(("    weighted = x @ w + b\n", "    raise ValueError('\\x1b[31mred\\x1b]0;title\\x07')\n"))
    ended = checked(course, source)
    assert "affine_forward raised ValueError: \\x1b[31mred\\x1b]0;title\\x07" in ended.out
    assert "\x1b" not in ended.out


def test_a_check_can_be_told_as_json(course: Path) -> None:
    found = json.loads(checked(course, SOLUTION + "\nprint('debug')\n", "--json").out)
    assert [item["result"]["status"] for item in found] == ["passed", "passed", "passed"]


# Release


@pytest.fixture
def released(tmp_path: Path) -> Path:
    write_course(tmp_path)
    grader("release", "tiny", cwd=tmp_path)
    return tmp_path


def test_a_release_names_its_files(tmp_path: Path) -> None:
    write_course(tmp_path)
    names = {Path(line).name for line in grader("release", "tiny", cwd=tmp_path).out.splitlines()}
    assert names == {"tiny.py", "tiny.ipynb", "README.md", "assignment.toml", "test_tiny.py"}


def test_a_fresh_release_is_in_step(released: Path) -> None:
    assert grader("release", "tiny", "--check", cwd=released) == Ended(
        0, f"{released}/assignments/tiny is in step with its source.\n", ""
    )


def test_a_stale_release_is_something_to_look_at(released: Path) -> None:
    (released / "assignments" / "tiny" / "tiny.py").write_text("")
    assert grader("release", "tiny", "--check", cwd=released) == Ended(
        1, f"{released}/assignments/tiny/tiny.py is out of step.\n", "Run: grader release tiny\n"
    )


def test_a_bundle_is_written(released: Path) -> None:
    ended = grader("release", "tiny", "--bundle", "tiny.zip", cwd=released)
    assert (ended.code, ended.out.splitlines()[-1], (released / "tiny.zip").is_file()) == (0, "tiny.zip", True)


# Validate, demo, doctor


def test_validation_can_be_told_as_json(course: Path) -> None:
    ended = grader("validate", "tiny", "--json", cwd=course)
    assert [(found["assignment"], found["breaches"]) for found in json.loads(ended.out)] == [("tiny", [])]


def test_a_breach_is_something_to_look_at(tmp_path: Path) -> None:
    write_course(tmp_path, files={"misconceptions/tiny.py": ""})
    ended = grader("validate", "tiny", cwd=tmp_path)
    assert (ended.code, ended.out.splitlines()[-1]) == (1, "7 breaches.")


def test_a_demo_with_a_refused_hand_in_is_well(course: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def write_two(assignment: Assignment, folder: Path) -> None:
        (folder / "ada.py").write_text(SOLUTION)
        (folder / "rosa.ipynb").write_text("{")

    monkeypatch.setattr(demo, "write_class", write_two)
    ended = grader("demo", "tiny", "--out", tmp_path / "demo", cwd=course)
    assert (ended.code, "1 graded, 1 refused, 0 held." in ended.out) == (0, True)


def test_a_demo_tells_of_the_others_and_keeps_them_apart(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(demo, "write_class", lambda assignment, folder: (folder / "ada.py").write_text(SOLUTION))
    write_course(tmp_path)
    grader("new", "bends", cwd=tmp_path)
    ended = grader("demo", "tiny", cwd=tmp_path)
    assert ended.out.splitlines()[-1] == "Other demos: grader demo bends"
    assert (tmp_path / "demo-run" / "tiny" / "class.html").is_file()


def test_the_doctor_can_be_told_as_json(tmp_path: Path) -> None:
    found: list[dict[str, Any]] = json.loads(grader("doctor", "--json", cwd=tmp_path).out)
    assert {"name", "ok", "detail", "remedy"} <= found[0].keys()
