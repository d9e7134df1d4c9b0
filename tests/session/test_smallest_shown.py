"""Where the smallest failing input is shown, that it can be pasted, and that a fault of its search costs nothing."""

from __future__ import annotations

import contextlib
import io
import sys
import time
import types
from pathlib import Path
from typing import Any

import msgspec
import numpy as np
import pytest

from grader.course import Assignment
from grader.errors import GraderError
from grader.model import CaseResult, Check, Grade, Smallest, Visibility
from grader.release import release
from grader.session import grading, local
from grader.session.messages import message_of
from grader.session.smallest import header, smallest_input
from grader.student_check import run_public_checks, run_public_checks_on
from tests.course_factory import changed, part_of
from tests.session.conftest import GradeAll, process_restored

WRONG_BACKWARD = changed(("np.sum(dout, axis=0)", "3 * np.sum(dout, axis=0)"))
PRINTS = changed(
    ("    x, w, b = cache\n", "    print('noise')\n    np.random.rand()\n    x, w, b = cache\n"), source=WRONG_BACKWARD
)
MARK = "The smallest input found that still fails, to paste and run:"

Results = list[tuple[Check, CaseResult]]


def broken(*_: object, **__: object) -> None:
    raise ZeroDivisionError("a fault of ours")


def decided(grade: Grade) -> list[tuple[str, str, float]]:
    return [(case.check, case.status, case.fraction) for part in grade.parts for c in part.checks for case in c.cases]


def smallest_in(results: Results) -> list[Smallest]:
    return [result.evidence.smallest for _, result in results if result.evidence and result.evidence.smallest]


def graded_smallest(grade: Grade) -> list[Smallest]:
    cases = [case for check in part_of(grade, "affine_backward").checks for case in check.cases]
    return [case.evidence.smallest for case in cases if case.evidence and case.evidence.smallest]


@pytest.fixture
def folder(tiny: Assignment, tmp_path: Path) -> Path:
    release(tiny, tmp_path / "tiny")
    return tmp_path / "tiny"


def checked(folder: Path, source: str, name: str = "tiny.py") -> Results:
    (folder / name).write_text(source)
    with process_restored():
        return run_public_checks(folder / name, ("affine_backward",))


def test_a_fault_of_the_search_changes_no_grade(
    tiny: Assignment, grade_all: GradeAll, monkeypatch: pytest.MonkeyPatch
) -> None:
    sound = grade_all(tiny, {"wrong": WRONG_BACKWARD})["wrong"]
    monkeypatch.setattr(grading, "smallest_input", broken)
    assert decided(grade_all(tiny, {"wrong": WRONG_BACKWARD})["wrong"]) == decided(sound)


def test_a_fault_of_the_search_leaves_the_input_out(
    tiny: Assignment, grade_all: GradeAll, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(grading, "smallest_input", broken)
    grade = grade_all(tiny, {"wrong": WRONG_BACKWARD})["wrong"]
    assert b'"call"' not in msgspec.json.encode(part_of(grade, "affine_backward"))


def test_what_disturbs_the_search_from_outside_is_made_good(
    tiny: Assignment, grade_all: GradeAll, monkeypatch: pytest.MonkeyPatch
) -> None:
    undisturbed = grade_all(tiny, {"wrong": WRONG_BACKWARD})["wrong"]
    calls: list[object] = []

    def disturbed_once(*args: Any, **kwargs: Any) -> Smallest | None:
        calls.append(args)
        if len(calls) == 1:
            raise GraderError("The zygote was killed.")
        return smallest_input(*args, **kwargs)

    monkeypatch.setattr(grading, "smallest_input", disturbed_once)
    again = grade_all(tiny, {"wrong": WRONG_BACKWARD})["wrong"]
    assert len(calls) > 1
    assert graded_smallest(again) == graded_smallest(undisturbed) != []


def test_a_fault_of_the_search_leaves_the_rest_of_the_message(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(local, "smallest_input", broken)
    results = checked(folder, WRONG_BACKWARD)
    assert [result.evidence is not None for _, result in results if result.status == "failed"] == [True]


def test_the_terminal_shows_a_call_that_gives_what_it_says(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    results = checked(folder, WRONG_BACKWARD)
    [(check, result)] = [pair for pair in results if pair[1].status == "failed"]
    lines = message_of(check, result, Visibility.PUBLIC).splitlines()
    begin = lines.index(MARK) + 1
    end = lines.index("It gives")
    module = types.ModuleType("tiny")
    exec(WRONG_BACKWARD, module.__dict__)
    monkeypatch.setitem(sys.modules, "tiny", module)
    namespace: dict[str, object] = {}
    exec("\n".join(line[4:] for line in lines[begin:end]), namespace)
    assert lines[end + 1] == f"    db = {np.asarray(namespace['db']).tolist()}"


def test_the_terminal_shows_what_differences_give_as_expected(folder: Path) -> None:
    [found] = smallest_in(checked(folder, WRONG_BACKWARD))
    assert (found.got, found.expected) == ("db = [3.0]", "db = [1.0]")


def test_a_hidden_check_shows_none_of_it(folder: Path) -> None:
    results = checked(folder, WRONG_BACKWARD)
    [(check, result)] = [pair for pair in results if pair[1].status == "failed"]
    assert MARK not in message_of(check, result, Visibility.HIDDEN)


def test_what_the_code_prints_meanwhile_is_not_shown(folder: Path) -> None:
    printed = io.StringIO()
    with contextlib.redirect_stdout(printed):
        checked(folder, PRINTS)
    assert "noise" not in printed.getvalue()


def test_what_the_code_draws_meanwhile_is_drawn_for_nobody_else() -> None:
    np.random.seed(3)
    expected = np.random.RandomState(3).rand()
    with local.undisturbed():
        np.random.rand()
    assert np.random.rand() == expected


def test_a_file_of_another_name_is_imported_by_its_own(folder: Path) -> None:
    [found] = smallest_in(checked(folder, WRONG_BACKWARD, "tiny_ada.py"))
    assert "from tiny_ada import affine_forward, affine_backward\n" in found.call


def test_a_notebook_needs_to_import_nothing_of_its_own(folder: Path) -> None:
    namespace: dict[str, object] = {}
    exec(WRONG_BACKWARD, namespace)
    with process_restored():
        [found] = smallest_in(run_public_checks_on(namespace, folder, ("affine_backward",)))
    assert "tiny" not in found.call


def test_a_part_of_another_name_is_imported_as_what_the_call_says() -> None:
    assert header("mlp", {"relu_forward": "relu"})[1] == "from mlp import relu as relu_forward"


def test_a_part_of_another_name_in_a_notebook_is_given_its_own() -> None:
    assert header("", {"relu_forward": "relu", "mse": "mse"}) == ["import numpy as np", "relu_forward = relu", ""]


HUGE_WHEN_SHOWN = changed(
    ("import numpy as np\n", "import numpy as np\n\nSEEN = {}\n"),
    (
        "    x, w, b = cache\n",
        "    x, w, b = cache\n"
        "    key = dout.tobytes(), x.tobytes()\n"
        "    SEEN[key] = SEEN.get(key, 0) + 1\n"
        "    if SEEN[key] == 3:  # judged twice, and now to be shown\n"
        "        return dout @ w.T, x.T @ dout, np.ones(15 * 2**20, np.uint8)\n",
    ),
    source=WRONG_BACKWARD,
)


def test_an_answer_that_is_huge_when_it_is_to_be_shown_is_not_written(tiny: Assignment, grade_all: GradeAll) -> None:
    """Written out it took the grading process 40 s and a gigabyte, for each part and outside of every budget."""
    started = time.process_time()
    grade = grade_all(tiny, {"huge": HUGE_WHEN_SHOWN})["huge"]
    assert time.process_time() - started < 10
    assert b'"call"' not in msgspec.json.encode(part_of(grade, "affine_backward"))


def test_a_search_that_takes_long_goes_on_to_no_other_part(
    tiny: Assignment, grade_all: GradeAll, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(grading, "SHRINK_WALL_S", -1.0)
    grade = grade_all(tiny, {"wrong": WRONG_BACKWARD})["wrong"]
    assert b'"call"' not in msgspec.json.encode(part_of(grade, "affine_backward"))
