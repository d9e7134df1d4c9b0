"""Code that does not load, does not end, or ends Python: what it costs, and what it does not."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

from grader.course import Assignment
from grader.ingest import read_submission
from grader.model import CaseResult, Grade, Status, StudentError, Submission
from tests.course_factory import POSSIBLE, SOLUTION, case_of, changed, lost, part_of, submission, with_part
from tests.session.conftest import BUDGET_S, GradeAll

BATCHES = "def batches(X, y, size, rng):\n"


def batches_that(does: str) -> str:
    return with_part("batches", f"{BATCHES}    {does}\n    yield X, y\n")


ALIASED = SOLUTION.replace("affine_forward", "forward_affine")
NOISE = """

import sys, warnings
for step in range(40_000):
    print("debug", step, "x" * 100)
    sys.stderr.write("error " + "y" * 100)
warnings.warn("a warning")
"""
NOISY_FORWARD = changed(
    (
        "    weighted = x @ w + b\n",
        "    import sys, warnings\n"
        "    print('x' * 3_000_000)\n"
        "    print('debug', file=sys.stderr)\n"
        "    warnings.warn('careful')\n"
        "    np.log(np.zeros(1))\n"
        "    weighted = x @ w + b\n",
    )
)

SOURCES = {
    "loop": with_part("affine_forward", "def affine_forward(x, w, b):\n    while True:\n        pass\n"),
    "loop in another place": batches_that("while True: pass"),
    "loop at import": "while True:\n    pass\n\n" + SOLUTION,
    "missing": with_part("batches", ""),
    "misspelt": changed(("def affine_backward(", "def affine_backwards(")),
    "syntax error": changed((BATCHES, BATCHES.replace(":", ""))),
    "exception at import": changed((BATCHES, f"@numpy.vectorise\n{BATCHES}")),
    "exception elsewhere": "1 / 0\n\n" + SOLUTION,
    "alias": ALIASED,
    "alias, wrong": changed(("x @ w + b", "x @ w + 2 * b"), source=ALIASED),
    "torch": "import torch\nimport torch.nn as nn\nfrom torch import optim\n\n" + SOLUTION,
    "noise at import": SOLUTION + NOISE,
    "noise in a part": NOISY_FORWARD,
    "sys.exit": batches_that("import sys; sys.exit(0)"),
    "os._exit": batches_that("import os; os._exit(0)"),
    "segfault": batches_that("import ctypes; ctypes.string_at(0)"),
    "MemoryError": batches_that("raise MemoryError"),
    "much memory": batches_that("memory = bytearray(1 << 33)"),
    "recursion": batches_that("list(batches(X, y, size, rng))"),
    "sys.exit at import": "import sys\nsys.exit(0)\n\n" + SOLUTION,
    "os._exit at import": "import os\nos._exit(0)\n\n" + SOLUTION,
    "raises": batches_that("raise ValueError('no batches today')"),
    "says why": batches_that("print('a value:', 7); return"),
    "component raises": changed(("    weighted = x @ w + b\n", "    raise ValueError('no layer today')\n")),
    "returns None": changed(("    return weighted, (x, w, b)\n", "    weighted, (x, w, b)\n")),
    "empty": "",
}
ENDINGS = ["sys.exit", "os._exit", "segfault", "MemoryError", "much memory", "recursion", "raises"]
COSTS_NOTHING = ["exception elsewhere", "torch", "noise at import", "noise in a part", "alias"]
COSTS_NOTHING += ["sys.exit at import", "os._exit at import", "loop at import"]


@pytest.fixture(scope="module")
def grades(grade_all: GradeAll, tiny: Assignment) -> dict[str, Grade]:
    return grade_all(tiny, SOURCES)


@pytest.mark.parametrize("name", COSTS_NOTHING)
def test_it_costs_nothing(grades: dict[str, Grade], name: str) -> None:
    assert lost(grades[name]) == {}


@pytest.mark.parametrize("name", ENDINGS)
def test_it_costs_its_own_part_alone(grades: dict[str, Grade], name: str) -> None:
    assert lost(grades[name]) == {"batches": 1.0}


@pytest.mark.parametrize("name", ENDINGS)
def test_it_is_a_failure_of_the_part(grades: dict[str, Grade], name: str) -> None:
    assert case_of(grades[name], "test_each_sample_once").status is Status.FAILED


@pytest.mark.parametrize("name", list(SOURCES))
def test_no_report_is_held(grades: dict[str, Grade], name: str) -> None:
    assert not grades[name].held


def summary_of(case: CaseResult) -> str:
    assert case.evidence is not None
    return case.evidence.summary


def test_an_endless_loop_costs_its_part(grades: dict[str, Grade]) -> None:
    assert part_of(grades["loop"], "affine_forward").earned == 0.0


@pytest.mark.parametrize("part", ["affine_relu_forward", "affine_relu_backward", "Net", "batches", "train"])
def test_an_endless_loop_does_not_cost_the_parts_that_use_it(grades: dict[str, Grade], part: str) -> None:
    assert part in {p.part for p in grades["loop"].parts} - lost(grades["loop"]).keys()


def test_a_part_checked_while_another_loops_says_what_was_served(grades: dict[str, Grade]) -> None:
    assert case_of(grades["loop"], "test_composed_values").right_once == ("affine_forward",)


@pytest.mark.parametrize("name", ["loop", "loop in another place"])
def test_an_endless_loop_costs_one_budget(grades: dict[str, Grade], name: str) -> None:
    assert BUDGET_S <= grades[name].cpu_s < 2 * BUDGET_S


def test_a_part_that_is_missing_is_not_attempted(grades: dict[str, Grade]) -> None:
    assert part_of(grades["missing"], "batches").status is Status.NOT_ATTEMPTED


def test_a_part_that_is_missing_costs_itself_alone(grades: dict[str, Grade]) -> None:
    assert lost(grades["missing"]) == {"batches": 1.0}


def test_a_part_that_is_missing_is_said_to_be(grades: dict[str, Grade]) -> None:
    reason = case_of(grades["missing"], "test_each_sample_once").reason
    assert reason == "batches is not defined in the submission. Give it exactly this name."


def test_a_misspelt_part_costs_itself_alone(grades: dict[str, Grade]) -> None:
    assert lost(grades["misspelt"]) == {"affine_backward": 4.0}


@pytest.mark.parametrize("name", ["syntax error", "exception at import"])
def test_a_part_that_does_not_load_costs_itself_alone(grades: dict[str, Grade], name: str) -> None:
    assert lost(grades[name]) == {"batches": 1.0}


def test_a_syntax_error_is_said_with_its_line(grades: dict[str, Grade]) -> None:
    evidence = case_of(grades["syntax error"], "test_each_sample_once").evidence
    assert evidence is not None
    assert evidence.error is not None
    line = SOLUTION[: SOLUTION.index(BATCHES)].count("\n") + 1
    assert [(frame.label, frame.line) for frame in evidence.error.frames] == [("tiny.py", line)]


def test_a_syntax_error_is_said(grades: dict[str, Grade]) -> None:
    summary = summary_of(case_of(grades["syntax error"], "test_each_sample_once"))
    assert summary == "batches could not be read: SyntaxError: expected ':'"


def test_an_exception_at_import_is_said(grades: dict[str, Grade]) -> None:
    summary = summary_of(case_of(grades["exception at import"], "test_each_sample_once"))
    assert summary == "batches could not be read: NameError: name 'numpy' is not defined"


def test_an_exception_at_import_that_costs_nothing_is_kept(grades: dict[str, Grade]) -> None:
    errors = grades["exception elsewhere"].load_errors
    assert [(error.type, error.message) for error in errors] == [("ZeroDivisionError", "division by zero")]


def test_a_wrong_component_under_an_alias_costs_itself_alone(grades: dict[str, Grade]) -> None:
    assert lost(grades["alias, wrong"]) == {"affine_forward": 3.0}


def test_a_refused_import_is_said_once(grades: dict[str, Grade]) -> None:
    messages = {error.message for error in grades["torch"].load_errors}
    assert messages == {"torch is not available: this course uses NumPy and the standard library only."}


def test_what_a_failed_part_printed_is_kept(grades: dict[str, Grade]) -> None:
    assert case_of(grades["says why"], "test_each_sample_once").output == "a value: 7\n"


def test_what_a_passed_part_printed_is_not_kept(grades: dict[str, Grade]) -> None:
    assert case_of(grades["noise in a part"], "test_values").output == ""


def test_an_exception_is_said_with_its_message(grades: dict[str, Grade]) -> None:
    summary = summary_of(case_of(grades["raises"], "test_each_sample_once"))
    assert summary == "batches raised ValueError: no batches today"


def test_an_exception_is_located_in_the_students_file(grades: dict[str, Grade]) -> None:
    evidence = case_of(grades["raises"], "test_each_sample_once").evidence
    assert evidence is not None
    assert isinstance(evidence.error, StudentError)
    frame = evidence.error.frames[-1]
    assert (frame.label, frame.function, frame.text) == ("tiny.py", "batches", "raise ValueError('no batches today')")


def test_an_exception_of_a_component_costs_itself_alone(grades: dict[str, Grade]) -> None:
    assert lost(grades["component raises"]).keys() == {"affine_forward", "affine_backward"}


def test_a_backward_without_a_forward_is_skipped(grades: dict[str, Grade]) -> None:
    assert case_of(grades["component raises"], "test_gradients").status is Status.SKIPPED


def test_a_statement_that_ends_python_is_left_out(grades: dict[str, Grade]) -> None:
    assert grades["os._exit at import"].notes == (
        "tiny.py, line 2, ended the Python interpreter with exit status 0. "
        "Remove os._exit() and whatever else ends the program. The statement was left out.",
    )


def test_a_loop_at_import_is_left_out(grades: dict[str, Grade]) -> None:
    assert len(grades["loop at import"].notes) == 1


def test_an_empty_file_is_attempted_nowhere(grades: dict[str, Grade]) -> None:
    assert {part.status for part in grades["empty"].parts} == {Status.NOT_ATTEMPTED}


def test_cells_share_their_names(grade_all: GradeAll, tiny: Assignment) -> None:
    cells = SOLUTION.split("# %%\n")
    assert grade_all(tiny, {"cells": submission("", cells=cells)})["cells"].earned == POSSIBLE


def test_a_cell_with_a_syntax_error_voids_itself_alone(grade_all: GradeAll, tiny: Assignment) -> None:
    cells = [*SOLUTION.split("# %%\n"), "this is not python ("]
    assert lost(grade_all(tiny, {"cells": submission("", cells=cells)})["cells"]) == {}


@pytest.fixture
def hostile(tmp_path: Path) -> Submission:
    """A hand-in with files that would run, or stand for NumPy, where they are imported from its folder."""
    folder = tmp_path / "mallory"
    folder.mkdir()
    trace = f"open({str(tmp_path / 'ran')!r}, 'a').write(__name__)\n"
    (folder / "tiny.py").write_text(SOLUTION)
    for name in ("conftest.py", "numpy.py", "test_tiny.py", "sitecustomize.py", "pytest.py"):
        (folder / name).write_text(trace)
    read = read_submission(folder, "tiny", student="mallory")
    assert isinstance(read, Submission)
    return read


def test_a_file_called_like_a_module_is_not_imported(
    grade_all: GradeAll, tiny: Assignment, hostile: Submission, tmp_path: Path
) -> None:
    assert grade_all(tiny, {"mallory": hostile})["mallory"].earned == POSSIBLE
    assert not (tmp_path / "ran").exists()


def test_the_files_called_like_modules_would_run(tmp_path: Path, hostile: Submission) -> None:
    """Control: imported by a Python that stands in the folder, they leave their trace."""
    subprocess.run([sys.executable, "-c", "import conftest, numpy"], cwd=tmp_path / "mallory", check=True)
    assert (tmp_path / "ran").read_text() == "conftestnumpy"
