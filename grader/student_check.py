"""A student checks their own work: the public checks, run in this process by pytest, without its output."""

from __future__ import annotations

import difflib
import io
import os
from collections.abc import Generator, Mapping
from contextlib import redirect_stderr, redirect_stdout
from functools import partial
from importlib import resources
from pathlib import Path
from typing import Any

import pytest

from grader.course import ASSIGNMENT_FILE, load_assignment
from grader.errors import CourseError, GraderError, SubmissionError
from grader.model import CaseResult, Check
from grader.session.first import part_of
from grader.session.local import PRINTED, RESULTS, LocalSetting, open_namespace
from grader.session.runner import LEAN, checks_forgotten
from grader.session.setting import SETTING

OUTPUT_LIMIT = 20_000
NO_AUTOLOAD = "PYTEST_DISABLE_PLUGIN_AUTOLOAD"

Results = list[tuple[Check, CaseResult]]


class Keeper:
    """A pytest plugin that keeps the results when the session ends, and what could not be run.

    Args:
        parts: only their checks are run; all where empty.
        namespace: of a notebook, whose functions are checked; a file's where None.
    """

    def __init__(self, parts: tuple[str, ...], namespace: Mapping[str, Any] | None = None) -> None:
        self.parts = parts
        self.namespace = namespace
        self.results: Results = []
        self.failures: list[str] = []

    def pytest_configure(self, config: pytest.Config) -> None:
        if self.namespace is not None:
            opened = partial(open_namespace, namespace=self.namespace)
            config.stash[SETTING] = LocalSetting(config, opened, beside=Path.cwd())

    def pytest_collection_modifyitems(self, items: list[pytest.Item]) -> None:
        if self.parts:
            items[:] = [item for item in items if part_of(item) in self.parts]

    def pytest_collectreport(self, report: pytest.CollectReport) -> None:
        if report.failed:
            self.failures.append(report.longreprtext)

    @pytest.hookimpl(wrapper=True)
    def pytest_runtest_call(self, item: pytest.Item) -> Generator[None, None, None]:
        """Keep what the student's code prints with its case, as pytest does, and the terminal for the messages."""
        printed = io.StringIO()
        try:
            with redirect_stdout(printed), redirect_stderr(printed):
                return (yield)
        finally:
            item.stash[PRINTED] = printed.getvalue()[:OUTPUT_LIMIT]

    def pytest_runtest_logreport(self, report: pytest.TestReport) -> None:
        # A check's own words are no string: this is what a file of the assignment is wrong by, or lacks.
        if report.failed and isinstance(report.longrepr, str):
            self.failures.append(report.longrepr)

    def pytest_sessionfinish(self, session: pytest.Session) -> None:
        self.results = session.config.stash.get(RESULTS, [])


def run_public_checks(file: Path, parts: tuple[str, ...] = ()) -> Results:
    """Run the public checks of the assignment that a file belongs to.

    Args:
        file: the student's .py or .ipynb file; the assignment is the folder's, or the file name's.
        parts: only the checks of these parts; all where empty.

    Returns:
        each case with its check, in the order of the assignment's parts.

    Raises:
        SubmissionError: the file cannot be read.
        CourseError: no assignment is found for it, or a part is unknown.
        GraderError: pytest could not run.
        KeyboardInterrupt: the student interrupted it.
    """
    if not file.is_file():
        close = difflib.get_close_matches(file.name, [p.name for p in file.absolute().parent.glob("*.*")], n=1)
        hint = f" Did you mean {close[0]!r}?" if close else " Give the path of your .py or .ipynb file."
        raise SubmissionError(f"There is no file {file}.{hint}")
    return run_in(assignment_folder(file), Keeper(parts), "--submission", str(file.absolute()))


def run_public_checks_on(namespace: Mapping[str, Any], folder: Path, parts: tuple[str, ...] = ()) -> Results:
    """Run the public checks in a folder on the functions that a notebook has defined.

    Args:
        namespace: name and value of all that the notebook's cells have defined.
        folder: holds ``assignment.toml`` and the public checks.
        parts: only the checks of these parts; all where empty.

    Returns:
        each case with its check, in the order of the assignment's parts.

    Raises:
        SubmissionError: a check needs what is missing, such as a data file.
        CourseError: the folder holds no assignment, or a part is unknown.
        GraderError: pytest could not run.
        KeyboardInterrupt: the student interrupted it.
    """
    return run_in(folder, Keeper(parts, namespace))


def run_in(folder: Path, keeper: Keeper, *options: str) -> Results:
    """Run the checks of a folder by pytest, and leave this process as it was."""
    assignment = load_assignment(folder)
    for part in keeper.parts:
        assignment.part(part)
    files = [str(path) for path in sorted(folder.glob("test_*.py"))]
    fixed = ["-c", os.devnull, "--rootdir", str(folder), "-p", "grader.session.plugin"]
    autoload = os.environ.get(NO_AUTOLOAD)
    os.environ[NO_AUTOLOAD] = "1"
    try:
        # A notebook's process lives for days: the checks are read anew each time.
        with checks_forgotten():
            code = pytest.main([*files, *fixed, *options, *LEAN], plugins=[keeper])
    finally:
        restore_environment(NO_AUTOLOAD, autoload)
    if code == pytest.ExitCode.INTERRUPTED and not keeper.failures:
        raise KeyboardInterrupt
    if keeper.failures:
        raise SubmissionError(keeper.failures[0])
    if code not in (pytest.ExitCode.OK, pytest.ExitCode.TESTS_FAILED):
        raise GraderError(f"pytest ended with exit code {int(code)} and ran no check.")
    return keeper.results


def restore_environment(name: str, value: str | None) -> None:
    if value is None:
        os.environ.pop(name, None)
    else:
        os.environ[name] = value


def assignment_folder(file: Path) -> Path:
    """Return the folder with the public checks: the file's own, or the one that came with this package.

    Raises:
        CourseError: neither exists.
    """
    own = file.absolute().parent
    if (own / ASSIGNMENT_FILE).is_file():
        return own
    shipped = shipped_folders().get(file.stem)
    if shipped is not None:
        return shipped
    raise CourseError(
        f"{own} holds no {ASSIGNMENT_FILE}, so it is not known which assignment {file.name} belongs to. "
        "Put the file back into the folder you were given."
    )


def shipped_folders() -> dict[str, Path]:
    """Return the folders of the assignments that came with this package, by name.

    They are inside the installed package, else beside it in the repository.
    """
    package = Path(str(resources.files("grader")))
    home = package if (package / "assignments").is_dir() else package.parent
    return {path.parent.name: path.parent for path in sorted(home.glob(f"assignments/*/{ASSIGNMENT_FILE}"))}
