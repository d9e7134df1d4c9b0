"""What students see on their own machine: the same words from ``grader check``, plain ``pytest`` and the report."""

from __future__ import annotations

import os
import re
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import jupytext
import pytest

from grader.course import Assignment
from grader.errors import CourseError, SubmissionError
from grader.model import CaseResult, Check, Status, Visibility
from grader.release import release
from grader.session.messages import message_of
from grader.student_check import Keeper, run_in, run_public_checks
from tests.course_factory import SOLUTION, changed, stub, with_part, write_course
from tests.session.conftest import process_restored

WRONG = with_part(
    "affine_backward",
    "def affine_backward(dout, cache):\n    print('debug')\n    raise ValueError('no gradients today')\n",
    changed(("x @ w + b", "x @ w")),
)
SYNTAX = changed(("def affine_backward(dout, cache):", "def affine_backward(dout, cache)"))
SOURCES = {"wrong": WRONG, "stub": stub(), "right": SOLUTION, "syntax error": SYNTAX}

Results = list[tuple[Check, CaseResult]]


@pytest.fixture(scope="module")
def course(tmp_path_factory: pytest.TempPathFactory) -> Assignment:
    return write_course(tmp_path_factory.mktemp("course"))


@pytest.fixture
def released(course: Assignment, tmp_path: Path) -> Path:
    """A student's copy of the released folder, outside of the course."""
    release(course, tmp_path / "tiny")
    return tmp_path / "tiny"


def checked(file: Path, *parts: str) -> Results:
    with process_restored():
        return run_public_checks(file, parts)


def hand_in(released: Path, source: str, ending: str = ".py") -> Path:
    """Write a source into a student's folder, as a file or a notebook."""
    path = released / f"tiny{ending}"
    path.write_text(source if ending == ".py" else jupytext.writes(jupytext.reads(source, fmt="py:percent"), "ipynb"))
    return path


def messages(results: Results) -> list[str]:
    return [message_of(check, result, Visibility.PUBLIC) for check, result in results]


def pytest_output(folder: Path) -> str:
    """Run plain pytest in a student's folder and return all that it printed."""
    environment = {key: value for key, value in os.environ.items() if not key.startswith("PYTEST")}
    command = [sys.executable, "-m", "pytest", "-q", "-rs", "-p", "no:cacheprovider"]
    done = subprocess.run(
        command, cwd=folder, env={**environment, "COLUMNS": "200"}, capture_output=True, text=True, timeout=60
    )
    assert done.stderr == ""
    return done.stdout


@pytest.fixture(scope="module")
def outputs(course: Assignment, tmp_path_factory: pytest.TempPathFactory) -> dict[str, str]:
    """What plain pytest prints for each source."""
    folders = {}
    for name, source in SOURCES.items():
        folders[name] = tmp_path_factory.mktemp("student") / "tiny"
        release(course, folders[name])
        hand_in(folders[name], source)
    with ThreadPoolExecutor() as executor:
        return dict(zip(folders, executor.map(pytest_output, folders.values()), strict=True))


def test_a_right_file_passes(released: Path) -> None:
    assert {result.status for _, result in checked(hand_in(released, SOLUTION))} == {Status.PASSED}


def test_every_public_check_is_run(released: Path) -> None:
    names = [check.id for check, _ in checked(hand_in(released, SOLUTION))]
    assert names == [
        "checks/test_tiny.py::test_small_numbers",
        "checks/test_tiny.py::test_differences",
        "checks/test_tiny.py::test_loss_of_an_untrained_net",
    ]


def test_a_stub_is_not_attempted(released: Path) -> None:
    assert {result.status for _, result in checked(released / "tiny.py")} == {Status.NOT_ATTEMPTED}


def test_the_notebook_handed_out_is_not_attempted(released: Path) -> None:
    assert {result.status for _, result in checked(released / "tiny.ipynb")} == {Status.NOT_ATTEMPTED}


def test_a_wrong_part_is_said_in_full(released: Path) -> None:
    text = messages(checked(hand_in(released, WRONG), "affine_forward"))[0]
    assert re.fullmatch(
        r"affine_forward: Gives the numbers worked out by hand: failed\.\n"
        r"out is wrong in 3 of 6 entries; .*\n"
        r"out\[0, 0\] is 5, expected 5\.5\.\n"
        r"out\[1, 0\] is 11, expected 11\.5\.\n"
        r"out\[2, 0\] is 0, expected 0\.5\.(\n.*)*",
        text,
    )


def test_an_exception_is_said_with_file_and_line(released: Path) -> None:
    line = WRONG[: WRONG.index("    raise ValueError")].count("\n") + 1
    assert messages(checked(hand_in(released, WRONG), "affine_backward")) == [
        "affine_backward: Agrees with differences of your own affine_forward: failed.\n"
        "affine_backward raised ValueError: no gradients today\n"
        f"  tiny.py, line {line}, in affine_backward: raise ValueError('no gradients today')\n"
        "The smallest input found that still fails, to paste and run:\n"
        "    import numpy as np\n"
        "    from tiny import affine_forward, affine_backward\n"
        "\n"
        "    x = np.array([[1.0]])\n"
        "    w = np.array([[1.0]])\n"
        "    b = np.array([0.5])\n"
        "    out, cache = affine_forward(x, w, b)\n"
        "    dout = np.array([[1.0]])\n"
        "    dx, dw, db = affine_backward(dout, cache)\n"
        "It gives\n"
        "    ValueError: no gradients today"
    ]


def test_an_exception_in_a_notebook_is_said_with_its_cell(released: Path) -> None:
    text = messages(checked(hand_in(released, WRONG, ".ipynb"), "affine_backward"))[0]
    assert re.search(r"^  tiny\.ipynb cell 2, line \d+, in affine_backward: raise ValueError", text, re.MULTILINE)


def test_a_syntax_error_is_said_with_file_and_line(released: Path) -> None:
    line = SYNTAX[: SYNTAX.index("def affine_backward")].count("\n") + 1
    assert messages(checked(hand_in(released, SYNTAX), "affine_backward")) == [
        "affine_backward: Agrees with differences of your own affine_forward: failed.\n"
        "affine_backward could not be read: SyntaxError: expected ':'\n"
        f"  tiny.py, line {line}, in <module>: def affine_backward(dout, cache)\n"
        "Hint: Only the code in it is lost; the rest of the file is graded."
    ]


def test_a_syntax_error_costs_no_other_part(released: Path) -> None:
    results = checked(hand_in(released, SYNTAX), "affine_forward")
    assert [result.status for _, result in results] == [Status.PASSED]


@pytest.mark.parametrize("name", ["wrong", "syntax error"])
def test_notebook_and_file_have_the_same_outcomes(released: Path, name: str) -> None:
    outcomes = [
        [(check.id, result.status) for check, result in checked(hand_in(released, SOURCES[name], ending))]
        for ending in (".py", ".ipynb")
    ]
    assert outcomes[0] == outcomes[1]


@pytest.mark.parametrize("name", ["wrong", "syntax error"])
def test_pytest_says_what_grader_check_says(released: Path, outputs: dict[str, str], name: str) -> None:
    failed = [text for text in messages(checked(hand_in(released, SOURCES[name]))) if ": failed." in text]
    assert [text for text in failed if text not in outputs[name]] == []


@pytest.mark.parametrize(
    ("name", "counts"),
    [
        ("wrong", "3 failed"),
        ("syntax error", "2 failed, 1 passed"),
        ("stub", "3 skipped"),
        ("right", "3 passed"),
    ],
)
def test_pytest_counts_what_grader_check_counts(outputs: dict[str, str], name: str, counts: str) -> None:
    assert re.search(f"^{counts} in", outputs[name], re.MULTILINE)


@pytest.mark.parametrize("name", list(SOURCES))
def test_pytest_shows_no_traceback(outputs: dict[str, str], name: str) -> None:
    assert "Traceback" not in outputs[name]


@pytest.mark.parametrize("name", list(SOURCES))
def test_pytest_shows_no_code_of_the_grader(outputs: dict[str, str], name: str) -> None:
    assert "grader/" not in outputs[name]


def test_pytest_says_what_is_not_written(outputs: dict[str, str]) -> None:
    assert "affine_backward is not written yet." in outputs["stub"]


def test_a_part_that_needs_an_unwritten_one_is_skipped(released: Path) -> None:
    source = with_part("affine_forward", stub()[stub().index("def affine_f") : stub().index("def affine_backward")])
    results = checked(hand_in(released, source), "affine_backward")
    assert [(result.status, result.reason) for _, result in results] == [
        (Status.SKIPPED, "affine_forward is not written yet. affine_backward is checked with it.")
    ]


def test_only_the_parts_that_are_named_are_checked(released: Path) -> None:
    results = checked(hand_in(released, SOLUTION), "Net", "affine_forward")
    assert {check.part for check, _ in results} == {"Net", "affine_forward"}


def test_a_mistyped_part_gets_a_suggestion(released: Path) -> None:
    sentence = "There is no part 'affine_foward' in assignment 'tiny'. Did you mean 'affine_forward'?"
    with pytest.raises(CourseError, match=f"^{re.escape(sentence)}$"):
        checked(released / "tiny.py", "affine_foward")


def test_a_mistyped_file_gets_a_suggestion(released: Path) -> None:
    sentence = f"There is no file {released / 'tinny.py'}. Did you mean 'tiny.py'?"
    with pytest.raises(SubmissionError, match=f"^{re.escape(sentence)}$"):
        checked(released / "tinny.py")


def test_a_folder_is_not_a_file(released: Path) -> None:
    sentence = f"There is no file {released}. Give the path of your .py or .ipynb file."
    with pytest.raises(SubmissionError, match=f"^{re.escape(sentence)}$"):
        checked(released)


def test_a_file_outside_of_its_folder_is_said_to_be(tmp_path: Path) -> None:
    file = tmp_path / "mine.py"
    file.write_text(SOLUTION)
    sentence = (
        f"{tmp_path} holds no assignment.toml, so it is not known which assignment mine.py belongs to. "
        "Put the file back into the folder you were given."
    )
    with pytest.raises(CourseError, match=f"^{re.escape(sentence)}$"):
        checked(file)


def test_a_broken_notebook_is_refused_in_a_sentence(released: Path) -> None:
    (released / "tiny.ipynb").write_text('{"cells": [')
    sentence = (
        "tiny.ipynb is damaged or not a notebook: it stops being JSON at line 1, column 12. "
        "Open it in Jupyter, save it, and hand that in."
    )
    with pytest.raises(SubmissionError, match=f"^{re.escape(sentence)}$"):
        checked(released / "tiny.ipynb")


def test_a_missing_data_file_is_named(released: Path) -> None:
    (released / "data" / "points.npz").unlink()
    hand_in(released, SOLUTION)
    text = pytest_output(released)
    assert "The data file" in text
    assert "points.npz is missing; it belongs beside the assignment." in text


def test_advice_of_a_passed_check_is_kept(released: Path) -> None:
    source = changed(('"W": np.zeros((features, classes))', '"W": np.full((features, classes), 0.5)'))
    results = checked(hand_in(released, source), "Net")
    assert [result.advice for _, result in results] == [("Weights that start at zero train just as well here.",)]


def test_an_error_of_a_check_is_no_failure_of_the_students(released: Path) -> None:
    test = released / "test_tiny.py"
    test.write_text(test.read_text().replace("loss, _ = net.loss(X, y)", "loss, _ = net.loss(X, yy)"))
    results = checked(hand_in(released, SOLUTION), "Net")
    assert [(result.status, result.reason) for _, result in results] == [
        (Status.ERROR, "The check itself failed: NameError: name 'yy' is not defined")
    ]


def test_a_missing_data_file_is_no_silent_pass(released: Path) -> None:
    (released / "data" / "points.npz").unlink()
    path = released / "data" / "points.npz"
    sentence = f"The data file {path} is missing; it belongs beside the assignment."
    with pytest.raises(SubmissionError, match=f"^{re.escape(sentence)}$"):
        checked(hand_in(released, SOLUTION))


def test_data_beside_the_students_file_goes_before_the_assignments(released: Path, tmp_path: Path) -> None:
    (tmp_path / "mine" / "data").mkdir(parents=True)
    (released / "data" / "points.npz").rename(tmp_path / "mine" / "data" / "points.npz")
    mine = tmp_path / "mine" / "tiny.py"
    mine.write_text(SOLUTION)
    with process_restored():
        results = run_in(released, Keeper(("Net",)), "--submission", str(mine))
    assert [result.status for _, result in results] == [Status.PASSED]


def test_an_interrupt_is_no_fault_of_the_grader(released: Path) -> None:
    source = with_part("affine_forward", "def affine_forward(x, w, b):\n    raise KeyboardInterrupt\n")
    with pytest.raises(KeyboardInterrupt):
        checked(hand_in(released, source))


def test_what_a_function_prints_is_kept_with_its_case(released: Path, capsys: pytest.CaptureFixture[str]) -> None:
    results = checked(hand_in(released, WRONG), "affine_backward")
    assert ([result.output for _, result in results], capsys.readouterr().out) == (["debug\n"], "")


def test_all_that_a_student_can_run_is_public(released: Path) -> None:
    results = checked(hand_in(released, SOLUTION))
    assert {check.visibility for check, _ in results} == {Visibility.PUBLIC}
