"""Plain ``pytest`` in a student's folder: checks in the order of the assignment, the first failure in full.

A wrong layer makes much of what follows wrong too, and whoever reads thirty messages reads none. So the other
failures keep one line each, in pytest's short summary. ``pytest -v`` shows all in full.
"""

from __future__ import annotations

from collections.abc import Generator
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from _pytest.terminal import TerminalReporter

ALL_FAILED: pytest.StashKey[list[pytest.TestReport]] = pytest.StashKey()


def sort_checks(items: list[pytest.Item]) -> None:
    """Put the checks of students' folders into the order of the parts; other tests keep their places."""
    places = [place for place, item in enumerate(items) if item.get_closest_marker("check") is not None]
    order = {folder: order_of(folder) for folder in dict.fromkeys(items[place].path.parent for place in places)}
    folders = {folder: number for number, folder in enumerate(order)}

    def key(item: pytest.Item) -> tuple[int, int]:
        folder = item.path.parent
        return folders[folder], order[folder].get(part_of(item), 0)

    for place, item in zip(places, sorted((items[place] for place in places), key=key), strict=True):
        items[place] = item


def order_of(folder: Path) -> dict[str, int]:
    """Return the place of each part; empty where the folder holds no assignment that can be read."""
    from grader.course import ASSIGNMENT_FILE, load_assignment
    from grader.errors import CourseError

    if not (folder / ASSIGNMENT_FILE).is_file():
        return {}
    try:
        return {part.name: place for place, part in enumerate(load_assignment(folder).parts)}
    except CourseError:
        return {}  # The first check says what is wrong with the file, as a sentence.


def part_of(item: pytest.Item) -> str:
    """Return the name of the part that a check's marker gives; "" for another test."""
    marker = item.get_closest_marker("check")
    return str(marker.args[0]) if marker is not None and marker.args else ""


def is_told(report: pytest.TestReport) -> bool:
    """Tell whether a report holds the words of a check, not the traceback of some other test."""
    return hasattr(report.longrepr, "text") and hasattr(report.longrepr, "reprcrash")


@pytest.hookimpl(wrapper=True, tryfirst=True)
def pytest_terminal_summary(terminalreporter: TerminalReporter) -> Generator[None, None, None]:
    """Take all failures of checks but the first out of what pytest is about to show in full."""
    later = later_failures(terminalreporter)
    if later:
        failed = terminalreporter.stats["failed"]
        terminalreporter.config.stash[ALL_FAILED] = failed
        terminalreporter.stats["failed"] = [report for report in failed if report not in later]
    return (yield)


def later_failures(reporter: TerminalReporter) -> list[pytest.TestReport]:
    """Return the failures of checks after the first, where the short summary will have a line for each."""
    if reporter.verbosity > 0 or "f" not in reporter.reportchars or reporter.no_summary:
        return []
    return [report for report in reporter.stats.get("failed", []) if is_told(report)][1:]


class Back:
    """Puts the failures back once the first has been shown: pytest counts them, and has a line for each."""

    @pytest.hookimpl
    def pytest_terminal_summary(self, terminalreporter: TerminalReporter) -> None:
        """pytest calls this between the failures in full and its short summary."""
        failed = terminalreporter.config.stash.get(ALL_FAILED, None)
        if failed is not None:
            terminalreporter.stats["failed"] = failed
            terminalreporter.write_line("")
            terminalreporter.write_line("Only the first failure is told in full; pytest -v tells all.")
