"""A student checks their own file: the public checks, run in this process by pytest, without its output."""

from __future__ import annotations

import difflib
import os
from importlib import resources
from pathlib import Path

import pytest

from grader.course import ASSIGNMENT_FILE, load_assignment
from grader.errors import CourseError, GraderError, SubmissionError
from grader.model import CaseResult, Check
from grader.session.local import RESULTS
from grader.session.runner import LEAN


class Keeper:
    """A pytest plugin that keeps the results when the session ends, and what could not be collected."""

    def __init__(self, parts: tuple[str, ...]) -> None:
        self.parts = parts
        self.results: list[tuple[Check, CaseResult]] = []
        self.failures: list[str] = []

    def pytest_collection_modifyitems(self, items: list[pytest.Item]) -> None:
        if self.parts:
            items[:] = [item for item in items if part_of(item) in self.parts]

    def pytest_collectreport(self, report: pytest.CollectReport) -> None:
        if report.failed:
            self.failures.append(report.longreprtext)

    def pytest_runtest_logreport(self, report: pytest.TestReport) -> None:
        if report.failed and isinstance(report.longrepr, str) and report.when == "setup":
            self.failures.append(report.longrepr)

    def pytest_sessionfinish(self, session: pytest.Session) -> None:
        self.results = session.config.stash.get(RESULTS, [])


def part_of(item: pytest.Item) -> str:
    marker = item.get_closest_marker("check")
    return str(marker.args[0]) if marker is not None and marker.args else ""


def run_public_checks(file: Path, parts: tuple[str, ...] = ()) -> list[tuple[Check, CaseResult]]:
    """Run the public checks of the assignment that a file belongs to.

    Args:
        file: the student's .py or .ipynb file; the assignment is the folder's, or the file name's.
        parts: only the checks of these parts; all where empty.

    Returns:
        each case with its check, in the order of the checks.

    Raises:
        SubmissionError: the file cannot be read.
        CourseError: no assignment is found for it, or a part is unknown.
        GraderError: pytest could not run.
    """
    if not file.is_file():
        close = difflib.get_close_matches(file.name, [p.name for p in file.absolute().parent.glob("*.*")], n=1)
        hint = f" Did you mean {close[0]!r}?" if close else " Give the path of your .py or .ipynb file."
        raise SubmissionError(f"There is no file {file}.{hint}")
    folder = assignment_folder(file)
    assignment = load_assignment(folder)
    for part in parts:
        assignment.part(part)
    keeper = Keeper(parts)
    os.environ["PYTEST_DISABLE_PLUGIN_AUTOLOAD"] = "1"
    files = [str(path) for path in sorted(folder.glob("test_*.py"))]
    fixed = ["-c", os.devnull, "--rootdir", str(folder), "-p", "grader.session.plugin"]
    code = pytest.main([*files, *fixed, "--submission", str(file.absolute()), *LEAN], plugins=[keeper])
    if keeper.failures:
        raise SubmissionError(keeper.failures[0])
    if code not in (pytest.ExitCode.OK, pytest.ExitCode.TESTS_FAILED):
        raise GraderError(f"pytest ended with exit code {int(code)} and ran no check.")
    return keeper.results


def assignment_folder(file: Path) -> Path:
    """Return the folder with the public checks: the file's own, or the one that came with this package.

    Raises:
        CourseError: neither exists.
    """
    own = file.absolute().parent
    if (own / ASSIGNMENT_FILE).is_file():
        return own
    shipped = Path(str(resources.files("grader"))) / "assignments" / file.stem
    if (shipped / ASSIGNMENT_FILE).is_file():
        return shipped
    raise CourseError(
        f"{own} holds no {ASSIGNMENT_FILE}, so it is not known which assignment {file.name} belongs to. "
        "Put the file back into the folder you were given."
    )
