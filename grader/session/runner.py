"""The long-lived pytest session: collect once, then run any item for any submission through public hooks."""

from __future__ import annotations

import os
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

import numpy as np
import pytest

from grader.course import Assignment
from grader.errors import CourseError, GraderError
from grader.misconceptions import solution_path
from grader.sandbox.generators import seed_generators
from grader.session.checks import CollectedCheck, case_id, check_id, collect_checks
from grader.session.ingredients import Ingredients, part_ingredients
from grader.session.setting import SETTING, case_seed, load_data
from grader.session.student import LocalBackend, Student

# What grading needs of pytest, and no more: 0.2 ms a check instead of 1.8 (DESIGN.md section 4).
LEAN = (
    "--import-mode=importlib",
    "--noconftest",
    "--assert=plain",
    *(
        option
        for plugin in (
            "terminal", "cacheprovider", "capture", "logging", "warnings", "doctest", "unittest", "junitxml",
            "pastebin", "stepwise", "setuponly", "setupplan", "faulthandler", "unraisableexception",
            "threadexception", "tmpdir", "monkeypatch", "recwarn", "debugging", "legacypath", "subtests",
        )
        for option in ("-p", f"no:{plugin}")
    ),
)  # fmt: skip


class Runner:
    """The pytest plugin of grading, and the setting of its checks.

    Attributes:
        checks: what was collected.
        solution: the reference solution, in this process.
    """

    def __init__(self, assignment: Assignment, secret: bytes, job: Callable[[Runner], None]) -> None:
        self.assignment = assignment
        self.checks: tuple[CollectedCheck, ...] = ()
        self.solution = reference_student(assignment)
        self.error: BaseException | None = None
        self._secret = secret
        self._job = job
        self._student = self.solution
        self._digest = ""
        self._raised: BaseException | None = None
        self._failures: list[str] = []
        self._data: dict[str, dict[str, Any]] = {}

    # The setting of the checks.

    def student(self, item: pytest.Item) -> Student:
        return self._student

    def reference(self, item: pytest.Item) -> Student:
        return self.solution

    def seed(self, item: pytest.Item, digest: str) -> int:
        """Return the seed of a case for a submission.

        Of public checks too: whoever learnt by heart what they draw on a student's machine earns nothing by it.
        """
        assert isinstance(item, pytest.Function)
        return case_seed(self._secret, self.assignment.name, check_id(item), case_id(item), digest)

    def part_ingredients(self) -> dict[str, Ingredients]:
        """Return for each part what decides it besides the submission."""
        return part_ingredients(self.assignment, self._secret, (collected.check for collected in self.checks))

    def rng(self, item: pytest.Item) -> np.random.Generator:
        return np.random.default_rng(self.seed(item, self._digest))

    def data(self, name: str) -> dict[str, Any]:
        if name not in self._data:
            self._data[name] = load_data(self.assignment, name)
        return self._data[name]

    def finish(self, item: pytest.Item, report: pytest.TestReport, raised: BaseException | None) -> None:
        """Keep what a case raised; the first thing counts, a teardown comes after."""
        if self._raised is None:
            self._raised = raised

    # The hooks of pytest.

    def pytest_configure(self, config: pytest.Config) -> None:
        config.stash[SETTING] = self
        # Nobody reads pytest's rendering of a failure here, and it costs 40 ms a failed case.
        config.option.tbstyle = "value"

    def pytest_collectreport(self, report: pytest.CollectReport) -> None:
        if report.failed:
            self._failures.append(f"{report.nodeid}: {report.longreprtext}")

    def pytest_collection_finish(self, session: pytest.Session) -> None:
        # Kept and raised by run_session: inside a hook pytest would turn it into an internal error.
        try:
            if self._failures:
                raise CourseError("The checks cannot be read. " + "\n".join(self._failures))
            self.checks = collect_checks(session.items, self.assignment)
        except CourseError as error:
            self.error = error

    def pytest_runtestloop(self, session: pytest.Session) -> bool:
        if self.error is None and self.checks:
            try:
                self._job(self)
            except BaseException as error:
                self.error = error
        return True

    # What the job calls.

    def run(self, item: pytest.Function, student: Student, digest: str) -> BaseException | None:
        """Run one case; return what it raised, or None where it passed.

        ``student.calls`` then holds what was called.
        """
        student.begin()
        self._student, self._digest, self._raised = student, digest, None
        seed_generators(self.seed(item, digest) % 2**63)  # as in the worker
        between = Between.from_parent(item.session, name="between")
        with np.errstate(all="ignore"):
            item.config.hook.pytest_runtest_protocol(item=item, nextitem=between)
        return self._raised


class Between(pytest.Item):
    """Stands for the next item, whichever it will be: shares nothing but the session, whose fixtures stay."""

    def runtest(self) -> None:
        raise AssertionError("It is never run.")


def run_session(assignment: Assignment, secret: bytes, job: Callable[[Runner], None]) -> None:
    """Collect the assignment's checks and do the job within the session.

    Raises:
        CourseError: the checks are wrong.
        GraderError: pytest could not run.
    """
    runner = Runner(assignment, secret, job)
    folder = assignment.folder / "checks"
    # Checks are trusted, but nothing else that happens to be installed has a place in this process.
    os.environ["PYTEST_DISABLE_PLUGIN_AUTOLOAD"] = "1"
    sys.dont_write_bytecode = True
    arguments = [
        str(folder),
        "-c",
        os.devnull,
        "--rootdir",
        str(folder),
        "-p",
        "grader.session.plugin",
        *LEAN,
    ]
    with checks_forgotten():
        code = pytest.main(arguments, plugins=[runner])
    if runner.error is not None:
        raise runner.error
    if not runner.checks:
        raise CourseError(f"No check was found in {folder}. Checks are functions test_* in files test_*.py.")
    if code != pytest.ExitCode.OK and code != pytest.ExitCode.TESTS_FAILED:
        raise GraderError(f"The session of the checks ended with pytest's exit code {int(code)}.")


@contextmanager
def checks_forgotten() -> Iterator[None]:
    """Forget afterwards the check files that were imported: those of two assignments may share a name."""
    before = set(sys.modules)
    try:
        yield
    finally:
        for name in sys.modules.keys() - before:
            if name.startswith("test_"):
                del sys.modules[name]


def local_student(assignment: Assignment, source: str, label: str, counterpart: Student | None) -> Student:
    """Return trusted source (the reference or a misconception) as a student in this process."""
    namespace: dict[str, Any] = {"__name__": assignment.name}
    exec(compile(source, label, "exec"), namespace)
    names = {part.name: part.name for part in assignment.parts if part.name in namespace}
    return Student(assignment, LocalBackend(namespace, names), counterpart)


def reference_student(assignment: Assignment) -> Student:
    """Return the reference solution; its counterpart is itself.

    Raises:
        CourseError: it does not define every part.
    """
    path = solution_path(assignment)
    source = path.read_text(encoding="utf-8")
    counterpart = local_student(assignment, source, "reference", None)
    missing = [part.name for part in assignment.parts if not counterpart.backend.has(part.name)]
    if missing:
        raise CourseError(f"{path} does not define {', '.join(missing)}.")
    return Student(assignment, counterpart.backend, counterpart)
