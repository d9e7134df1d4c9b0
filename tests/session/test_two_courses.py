"""Two assignments graded in one process, as a bench does it."""

from __future__ import annotations

from pathlib import Path

from grader.session.runner import Runner, run_session
from tests.course_factory import SECRET, write_course
from tests.session.conftest import process_restored


def sources(folder: Path) -> set[Path]:
    """Return the folders that the code of a course's checks comes from."""
    found: set[Path] = set()

    def job(runner: Runner) -> None:
        functions = (item.function for collected in runner.checks for item in collected.items)
        found.update(Path(function.__code__.co_filename).parent for function in functions)

    with process_restored():
        run_session(write_course(folder), SECRET, job)
    return found


def test_check_files_of_one_name_are_each_their_own(tmp_path: Path) -> None:
    one, other = sources(tmp_path / "one"), sources(tmp_path / "other")
    assert one
    assert other
    assert not one & other
