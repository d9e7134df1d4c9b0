"""What every command shares: its exit codes, its options, and how it speaks to a terminal.

Text of students is hostile here too: it is printed through ``clean``, which writes control characters out.
"""

from __future__ import annotations

import os
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, NoReturn

import typer
from rich.console import Console
from rich.markup import escape
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TaskID, TextColumn, TimeRemainingColumn

from grader.errors import CourseError

if TYPE_CHECKING:
    from grader.store import Store

OK, LOOK, WRONG_CALL, NO_ISOLATION, OUR_FAULT, INTERRUPTED = 0, 1, 2, 3, 4, 130

CORES = len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1

AssignmentName = Annotated[
    str, typer.Argument(metavar="ASSIGNMENT", help="Name of a folder in reference/, such as mlp.")
]
Jobs = Annotated[int, typer.Option("--jobs", "-j", min=1, help="Grading processes.", show_default="number of cores")]
AsJson = Annotated[bool, typer.Option("--json", help="Print the result as JSON on standard output.")]
Anonymous = Annotated[
    bool, typer.Option("--anonymous", help="Name students by pseudonyms, in files of their own in OUT/anonymous.")
]


def end(code: int, message: str) -> NoReturn:
    Console(stderr=True).print(escape(message), style="bold red" if code != INTERRUPTED else "bold yellow")
    sys.exit(code)


def make_folder(path: Path) -> None:
    try:
        path.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        reason = (error.strerror or "unknown error").lower()
        raise CourseError(f"The folder {path} cannot be made: {reason}. Give another --out.") from error


@contextmanager
def open_results(out: Path) -> Iterator[Store]:
    """Open the results of a run.

    Raises:
        CourseError: there are none in the folder.
    """
    from grader.store import open_store

    if not (out / "results.sqlite").is_file():
        raise CourseError(f"{out} holds no results.sqlite. Give the folder that was given to grade --out.")
    with open_store(out / "results.sqlite") as store:
        yield store


def clean(text: str) -> str:
    """Make untrusted text safe for a terminal: control characters are written out."""
    from grader.report.untrusted import visible

    return visible(text)


def clean_lines(text: str) -> str:
    return "\n".join(clean(line) for line in text.splitlines())


@contextmanager
def progress(title: str, total: int) -> Iterator[Advance]:
    """Show a bar with the time that remains, on standard error, while something long is done."""
    columns = (TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn(), TimeRemainingColumn())
    with Progress(*columns, console=Console(stderr=True), transient=True) as bar:
        yield Advance(bar, bar.add_task(title, total=total))


class Advance:
    """Moves a progress bar on by one at each call."""

    def __init__(self, bar: Progress, task: TaskID) -> None:
        self._bar = bar
        self._task = task

    def __call__(self) -> None:
        self._bar.advance(self._task)

    def set_total(self, total: int) -> None:
        self._bar.update(self._task, total=total)
