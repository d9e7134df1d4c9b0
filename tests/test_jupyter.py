"""The magic ``%check``: the public checks on the functions of a notebook, told as the card of the report."""

from __future__ import annotations

import os
import re
from collections.abc import Iterator
from pathlib import Path

import nbclient
import pytest
from IPython.core.error import UsageError
from IPython.core.interactiveshell import InteractiveShell
from IPython.utils.capture import CapturedIO, capture_output
from nbformat.v4 import new_code_cell, new_notebook
from traitlets.config import Config

from grader.errors import CourseError
from grader.jupyter import folder_of
from grader.release import release
from grader.student_check import shipped_folders
from tests.course_factory import SOLUTION, changed, stub, write_course
from tests.session.conftest import process_restored

WRONG = changed(("x @ w + b", "x @ w"))
ROOT = Path(__file__).parents[1]


@pytest.fixture(scope="module")
def tiny(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The folder that students get."""
    folder = tmp_path_factory.mktemp("student") / "tiny"
    release(write_course(tmp_path_factory.mktemp("course")), folder)
    return folder


@pytest.fixture
def shell(tiny: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[InteractiveShell]:
    """A session of IPython in the student's folder, with the extension loaded."""
    monkeypatch.chdir(tiny)
    monkeypatch.delenv("JPY_SESSION_NAME", raising=False)
    session = InteractiveShell.instance(config=Config(HistoryManager={"enabled": False}))
    session.run_line_magic("load_ext", "grader")
    with process_restored():
        yield session
    InteractiveShell.clear_instance()


def told(shell: InteractiveShell, line: str, source: str = "") -> CapturedIO:
    """Run a cell, then a line; return what was displayed and printed."""
    if source:
        assert shell.run_cell(source, store_history=True).success
    with capture_output() as captured:
        shell.run_cell(line)
    return captured


def text_told(shell: InteractiveShell, line: str, source: str = "") -> str:
    (shown,) = told(shell, line, source).outputs
    return str(shown.data["text/plain"])


def html_told(shell: InteractiveShell, line: str, source: str = "") -> str:
    (shown,) = told(shell, line, source).outputs
    return str(shown.data["text/html"])


def usage_error(shell: InteractiveShell, line: str) -> str:
    """Return the sentence with which the magic refuses a line."""
    with pytest.raises(UsageError) as raised:
        shell.run_line_magic("check", line)
    return str(raised.value)


def test_a_wrong_part_is_told_in_the_words_of_grader_check(shell: InteractiveShell) -> None:
    text = text_told(shell, "%check affine_forward", WRONG)
    assert text.startswith(
        "affine_forward: Gives the numbers worked out by hand: failed.\nout is wrong in 3 of 6 entries"
    )


def test_a_wrong_part_is_shown_as_its_card(shell: InteractiveShell) -> None:
    html = html_told(shell, "%check affine_forward", WRONG)
    cards = re.findall(r'<section class="card.*?</section>', html, re.DOTALL)
    assert [re.findall(r"out is wrong in 3 of 6 entries", card) != [] for card in cards] == [True]


def test_a_right_part_is_told_to_pass(shell: InteractiveShell) -> None:
    assert text_told(shell, "%check affine_forward", SOLUTION) == "1 passed."


def test_a_part_that_was_put_right_passes_at_once(shell: InteractiveShell) -> None:
    told(shell, "%check affine_forward", WRONG)
    assert text_told(shell, "%check affine_forward", SOLUTION) == "1 passed."


def test_all_parts_are_checked_where_none_is_named(shell: InteractiveShell) -> None:
    assert text_told(shell, "%check", SOLUTION) == "3 passed."


def test_of_all_parts_the_first_that_is_wrong_has_a_card(shell: InteractiveShell) -> None:
    source = changed(("x @ w + b", "x @ w"), ("-np.mean(log", "-np.sum(log"))
    html = html_told(shell, "%check", source)
    assert (html.count('<section class="card'), html.count("<li>Net: failed.")) == (1, 1)


def test_all_parts_have_a_card_where_asked(shell: InteractiveShell) -> None:
    assert html_told(shell, "%check --all", WRONG).count('<section class="card') == 3


def test_stubs_are_not_attempted(shell: InteractiveShell) -> None:
    assert text_told(shell, "%check", stub()) == (
        "Not written yet: affine_forward, affine_backward, Net.\n\n3 not attempted."
    )


def test_a_cell_is_run_before_it_is_checked(shell: InteractiveShell) -> None:
    told(shell, "import numpy as np")
    text = text_told(shell, "%%check affine_forward\ndef affine_forward(x, w, b):\n    return x @ w + b, (x, w, b)\n")
    assert text == "1 passed."


def test_a_cell_that_raises_is_not_checked(shell: InteractiveShell) -> None:
    with pytest.raises(UsageError, match=r"^The cell raised an exception, so nothing was checked\. "):
        shell.run_cell_magic("check", "affine_forward", "1 / 0\n")


def test_an_exception_is_told_with_its_cell_and_line(shell: InteractiveShell) -> None:
    source = changed(("    weighted = x @ w + b\n", "    raise ValueError('not today')\n"))
    line = source[: source.index("    raise ValueError")].count("\n") + 1
    shell.execution_count = 7
    text = text_told(shell, "%check affine_forward", source)
    assert f"  cell In[7], line {line}, in affine_forward: raise ValueError('not today')" in text


def test_what_a_function_prints_is_told_with_its_check(shell: InteractiveShell) -> None:
    source = changed(("    weighted = x @ w + b\n", "    print('here')\n    weighted = x @ w\n"))
    found = told(shell, "%check affine_forward", source)
    assert found.stdout == ""
    assert "Your code printed:\n  here" in str(found.outputs[0].data["text/plain"])


def test_markup_that_a_function_raises_is_shown_as_text(shell: InteractiveShell) -> None:
    source = changed(("    weighted = x @ w + b\n", "    raise ValueError('</style><script>alert(1)</script>')\n"))
    html = html_told(shell, "%check affine_forward", source)
    assert ("<script" in html, "&lt;script&gt;alert(1)&lt;/script&gt;" in html) == (False, True)


def test_one_card_twice_has_no_id_twice(shell: InteractiveShell) -> None:
    ids = [
        name
        for _ in range(2)
        for name in re.findall(r'\bid="([^"]+)"', html_told(shell, "%check affine_forward", WRONG))
    ]
    assert len(ids) == len(set(ids)) > 0


def test_the_style_of_a_card_holds_inside_it_alone(shell: InteractiveShell) -> None:
    style = html_told(shell, "%check affine_forward", WRONG).partition("<style>")[2].partition("</style>")[0].strip()
    assert style.startswith(".grader-card.grader-card.grader-card {")
    depths = [
        style[: place.start()].count("{") - style[: place.start()].count("}") for place in re.finditer("{", style)
    ]
    assert (depths.count(0), style.count("{") - style.count("}")) == (1, 0)


def test_a_mistyped_part_gets_a_suggestion(shell: InteractiveShell) -> None:
    sentence = "There is no part 'affine_foward' in assignment 'tiny'. Did you mean 'affine_forward'?"
    assert usage_error(shell, "affine_foward") == sentence


def test_a_mistyped_option_is_refused_in_a_sentence(shell: InteractiveShell) -> None:
    assert usage_error(shell, "--al-l") == "unrecognized arguments: --al-l"


def test_the_environment_of_a_notebook_is_left_as_it_was(shell: InteractiveShell) -> None:
    own = "PYTEST_CURRENT_TEST"  # of this very test
    before = {name: value for name, value in os.environ.items() if name != own}
    told(shell, "%check affine_forward", SOLUTION)
    assert {name: value for name, value in os.environ.items() if name != own} == before


def test_the_magic_is_gone_once_the_extension_is_unloaded(shell: InteractiveShell) -> None:
    shell.run_line_magic("unload_ext", "grader")
    assert shell.find_line_magic("check") is None


# Which assignment


def part_named(name: str) -> dict[str, object]:
    return {name: print}


def test_the_folder_decides_first(tiny: Path) -> None:
    assert folder_of([], "", tiny, "mlp", {}) == tiny


def test_a_folder_in_the_working_directory_goes_before_what_was_shipped(tiny: Path) -> None:
    assert folder_of([], "tiny", tiny.parent, "", {}) == tiny


def test_the_name_of_the_notebook_decides(tmp_path: Path) -> None:
    assert folder_of([], "", tmp_path, "cnn", {}) == ROOT / "assignments" / "cnn"


def test_the_name_given_goes_before_the_name_of_the_notebook(tmp_path: Path) -> None:
    assert folder_of([], "rnn", tmp_path, "cnn", {}) == ROOT / "assignments" / "rnn"


def test_the_only_assignment_that_knows_the_part_is_meant(tmp_path: Path) -> None:
    assert folder_of(["conv_forward"], "", tmp_path, "Untitled", {}) == ROOT / "assignments" / "cnn"


def test_the_only_assignment_that_knows_what_was_defined_is_meant(tmp_path: Path) -> None:
    assert folder_of([], "", tmp_path, "", part_named("lstm_step_forward")) == ROOT / "assignments" / "rnn"


def test_several_that_know_the_part_are_named(tiny: Path) -> None:
    with pytest.raises(CourseError) as raised:
        folder_of(["affine_forward"], "", tiny.parent, "", {})
    assert str(raised.value) == (
        "Several assignments have affine_forward: mlp, tiny. Say which is yours, once: %check --assignment mlp"
    )


def test_a_part_that_none_knows_is_said_to_be_unknown(tmp_path: Path) -> None:
    with pytest.raises(CourseError) as raised:
        folder_of(["attention"], "", tmp_path, "", {})
    assert str(raised.value) == (
        "No assignment has attention. Run the cells that define your functions, and work in the folder that you "
        "were given or say which assignment it is, such as: %check --assignment mlp"
    )


def test_an_unknown_assignment_gets_a_suggestion(tmp_path: Path) -> None:
    with pytest.raises(CourseError) as raised:
        folder_of([], "cmn", tmp_path, "", {})
    assert str(raised.value) == "There is no assignment 'cmn'. Did you mean 'cnn'?"


def test_the_assignment_is_remembered_once_it_was_named(
    shell: InteractiveShell, tiny: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tiny.parent)
    first = text_told(shell, "%check affine_forward --assignment tiny", SOLUTION)
    assert [first, text_told(shell, "%check affine_forward")] == ["1 passed."] * 2


def test_all_four_assignments_are_shipped() -> None:
    assert {"mlp", "training", "cnn", "rnn"} <= shipped_folders().keys()


# A real notebook


def test_a_notebook_shows_the_card_under_the_cell(tiny: Path) -> None:
    definition = "def affine_forward(x, w, b):\n    return x @ w, (x, w, b)\n"
    sources = ("import numpy as np\n%load_ext grader", f"%%check affine_forward\n{definition}", "%check affine_forward")
    notebook = new_notebook(cells=[new_code_cell(source) for source in sources])  # type: ignore[no-untyped-call]
    client = nbclient.NotebookClient(notebook, timeout=60, resources={"metadata": {"path": str(tiny)}})
    client.execute()
    shown = [output.data for cell in notebook.cells[1:] for output in cell.outputs]
    assert ["out is wrong in 3 of 6 entries" in data["text/html"] for data in shown] == [True, True]
    assert ["out is wrong in 3 of 6 entries" in data["text/plain"] for data in shown] == [True, True]
