"""The pytest plugin that every run has: the marker ``check`` and the fixtures of the checks.

It is loaded wherever grader is installed, so it imports nothing heavy until a check asks for ``student``.
"""

from __future__ import annotations

from collections.abc import Callable, Generator
from typing import TYPE_CHECKING, Any

import pytest

if TYPE_CHECKING:
    import numpy as np

    from grader.session.setting import Setting
    from grader.session.student import Student


def pytest_addoption(parser: pytest.Parser) -> None:
    group = parser.getgroup("grader")
    group.addoption(
        "--submission",
        metavar="FILE",
        help="the .py or .ipynb file that checks are run on; the assignment's .py beside the checks if not given",
    )


def pytest_configure(config: pytest.Config) -> None:
    from grader.session import first

    config.addinivalue_line("markers", "check(part, *, points): a check that earns points for one part")
    config.pluginmanager.register(first, "grader-first-failure")
    config.pluginmanager.register(first.Back(), "grader-other-failures")


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    from grader.session.first import sort_checks

    sort_checks(items)


def setting_of(item: pytest.Item) -> Setting:
    """Return where the item's fixtures come from; on a student's machine it is made at first use."""
    from grader.session.setting import SETTING

    setting = item.config.stash.get(SETTING, None)
    if setting is None:
        from grader.session.local import LocalSetting

        setting = item.config.stash[SETTING] = LocalSetting(item.config)
    return setting


@pytest.fixture
def student(request: pytest.FixtureRequest) -> Student:
    """The submission under test, with one attribute a part."""
    return setting_of(request.node).student(request.node)


@pytest.fixture
def reference(request: pytest.FixtureRequest) -> Student:
    """The reference solution; hidden checks only."""
    return setting_of(request.node).reference(request.node)


@pytest.fixture
def rng(request: pytest.FixtureRequest) -> np.random.Generator:
    """A generator seeded for this case and, in hidden checks, this submission."""
    return setting_of(request.node).rng(request.node)


@pytest.fixture
def advise(student: Student) -> Callable[[object, str], None]:
    """Says something that costs no points: ``advise(condition, "Sentence for where it does not hold.")``."""

    def say(condition: object, sentence: str) -> None:
        if not condition:
            student.advice.append(sentence)

    return say


@pytest.fixture
def show(student: Student) -> Callable[..., None]:
    """Puts curves, measures and pictures into the report, whether the check passes or not: ``show(Curve(...))``."""

    def put(*records: Any) -> None:
        student.shown.extend(records)

    return put


@pytest.fixture
def data(request: pytest.FixtureRequest) -> Callable[[str], dict[str, Any]]:
    """Reads a data file of the assignment: ``data("digits.npz")["X_train"]``."""
    return setting_of(request.node).data


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport(item: pytest.Item, call: pytest.CallInfo[None]) -> Generator[None, Any, Any]:
    """Judge a check's outcome: in grading it is recorded, on a student's machine its message is shown."""
    report = yield
    is_check = isinstance(item, pytest.Function) and item.get_closest_marker("check") is not None
    if is_check and (call.when == "call" or call.excinfo is not None):
        setting_of(item).finish(item, report, call.excinfo.value if call.excinfo is not None else None)
    return report
