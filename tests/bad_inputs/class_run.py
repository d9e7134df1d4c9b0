"""Grade a class of bad inputs by the command line, and read off what came of each."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from multiprocessing.connection import Connection
from pathlib import Path
from typing import NamedTuple

import pytest

from grader.batch import pool
from grader.batch.session_process import serve
from grader.model import CaseResult, Check, Grade, Refusal, Status, StudentError, Visibility
from grader.report.untrusted import OUTPUT_LIMIT, capped, visible
from grader.session import desk, grading
from grader.session.messages import lines_of
from grader.store import open_store
from tests.bad_inputs.table import Expected, Item
from tests.course_factory import SOLUTION, changed
from tests.test_cli import Ended, grader

# Hand-ins that nothing is wrong with but their answers; they must not notice in whose company they are graded.
GOOD = {"good-right": SOLUTION, "good-wrong": changed(("x @ w + b", "x @ w"))}


class ClassRun(NamedTuple):
    """A run of ``grader grade``: how it ended, its folder, and its results by student."""

    ended: Ended
    out: Path
    results: Mapping[str, Grade | Refusal]


def serve_briefly(connection: Connection, folder: Path, secret: bytes) -> None:
    """Grade as always, but stop endless loops after one second and sleepers after ten."""
    grading.BUDGET_FLOOR_S, desk.WALL_FACTOR, desk.WALL_EXTRA_S = 1.0, 8.0, 1.0
    serve(connection, folder, secret)


def write_class(folder: Path, items: Iterable[Item]) -> Path:
    """Write the good hand-ins and the bad ones into a folder."""
    folder.mkdir()
    for name, text in GOOD.items():
        (folder / f"{name}.py").write_text(text)
    for item in items:
        item.hand_in(folder / item.student)
    return folder


def run_class(course: Path, hand_ins: Path, out: Path) -> ClassRun:
    """Grade a class folder into ``out``."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(pool, "serve", serve_briefly)
        ended = grader("grade", "tiny", hand_ins, "--out", out, "--jobs", 2, cwd=course)
    with open_store(out / "results.sqlite") as store:
        results: list[Grade | Refusal] = [*store.grades(), *store.refusals()]
    return ClassRun(ended, out, {result.student: result for result in results})


def came_of(result: Grade | Refusal) -> Expected:
    """Return what came of a hand-in, in the words its student reads."""
    if isinstance(result, Refusal):
        return Expected(refused=result.reason)
    assert not result.held, first_reads(result)
    return Expected(
        lost={part.part: part.possible - part.earned for part in result.parts if part.earned < part.possible},
        reads=first_reads(result),
        notes=tuple(map(visible, result.notes)),
        errors=tuple(visible(error_line(error)) for error in result.load_errors),
        output=first_output(result),
    )


def first_open(grade: Grade) -> tuple[Check, CaseResult] | None:
    cases = ((check.check, case) for part in grade.parts for check in part.checks for case in check.cases)
    return next(((check, case) for check, case in cases if case.status is not Status.PASSED), None)


def first_reads(grade: Grade) -> str:
    """Return what is said of it; where the check is hidden, students read it without the numbers in exceptions."""
    found = first_open(grade)
    return "\n".join(visible(line) for line in list(lines_of(*found, Visibility.HIDDEN))[1:]) if found else ""


def first_output(grade: Grade) -> str:
    """Return what was printed, where the check is public and the report shows it."""
    found = first_open(grade)
    shown = found is not None and found[0].visibility is Visibility.PUBLIC
    return capped(found[1].output, OUTPUT_LIMIT) if found is not None and shown else ""


def error_line(error: StudentError) -> str:
    where = f"{error.frames[-1].label}, line {error.frames[-1].line}: " if error.frames else ""
    return f"{where}{error.type}: {error.message}"
