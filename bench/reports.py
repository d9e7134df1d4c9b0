"""Measure reports against grading. Usage: python bench/reports.py [ASSIGNMENT] [--students N]

The demo class of an assignment (right hand-ins, a stub, some misconceptions) is graded once with one job; its grades,
given other names, make the class whose reports are written, with one job too.
"""

from __future__ import annotations

import argparse
import statistics
from collections.abc import Callable, Sequence
from functools import partial
from itertools import cycle, islice
from pathlib import Path
from tempfile import TemporaryDirectory
from timeit import timeit

import msgspec
from rich.console import Console
from rich.table import Table

from grader.batch import grade_class
from grader.course import Assignment, find_assignment, load_assignment, load_secret
from grader.demo import write_class
from grader.ingest import read_submissions
from grader.model import Grade
from grader.publish import publish
from grader.report import render_class, render_student
from grader.store import open_store

ROOT = Path(__file__).parent.parent
REPEATS = 5
SIZE_WANTED_KB = 500


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("assignment", nargs="?", default="mlp", help="name of a folder in reference/")
    parser.add_argument("--students", type=int, default=200, help="size of the class that gets reports")
    arguments = parser.parse_args()
    assignment = load_assignment(find_assignment(arguments.assignment, ROOT))
    grades = graded_demo(assignment)
    table = Table(show_edge=False, pad_edge=False, title=f"{assignment.name}, {arguments.students} students")
    for heading in ("Measured", "This", "Against", "Ratio", "Wanted"):
        table.add_column(heading)
    for row in (report_size(grades), report_time(grades), class_report(grades, arguments.students)):
        table.add_row(*row)
    table.add_row(*whole_class(grades, arguments.students))
    Console().print(table)


def graded_demo(assignment: Assignment) -> Sequence[Grade]:
    """Grade the demo class with one job."""
    with TemporaryDirectory() as folder:
        write_class(assignment, Path(folder))
        hand_ins = list(read_submissions(Path(folder), assignment.name))
        with open_store(Path(":memory:")) as store:
            secret = load_secret(assignment.folder)
            grade_class(assignment, hand_ins, store, secret=secret, jobs=1, on_grade=lambda grade: None)
            return store.grades()


def renamed(grades: Sequence[Grade], count: int) -> list[Grade]:
    """Return so many grades, each of the class in turn under names of its own."""
    return [
        msgspec.structs.replace(grade, key=f"student-{number:03d}", student=f"Student {number}")
        for number, grade in enumerate(islice(cycle(grades), count))
    ]


def report_size(grades: Sequence[Grade]) -> tuple[str, ...]:
    sizes_kb = [len(render_student(grade).encode()) / 1e3 for grade in grades]
    return (
        "size of a report, median (largest)",
        f"{statistics.median(sizes_kb):.0f} kB ({max(sizes_kb):.0f} kB)",
        "",
        "",
        f"under {SIZE_WANTED_KB} kB",
    )


def report_time(grades: Sequence[Grade]) -> tuple[str, ...]:
    """Compare the median report with the median grading of the same hand-ins."""
    took = [statistics.median(timed(partial(render_student, one)) for _ in range(REPEATS)) for one in grades]
    ours, theirs = statistics.median(took), statistics.median(grade.wall_s for grade in grades)
    return "time of a report, median", f"{1e3 * ours:.0f} ms", f"{theirs:.2f} s to grade", f"{ours / theirs:.3f}", ""


def class_report(grades: Sequence[Grade], students: int) -> tuple[str, ...]:
    """Compare the class report with the grading of its students."""
    whole = renamed(grades, students)
    pages: list[str] = []
    ours = timed(lambda: pages.append(render_class(whole, [], title="bench", links={})))
    theirs = grading_s(grades, students)
    size = f"{len(pages[0].encode()) / 1e3:.0f} kB"
    return (
        f"class report of {students} ({size})",
        f"{ours:.1f} s",
        f"{theirs:.0f} s to grade",
        f"{ours / theirs:.3f}",
        "",
    )


def whole_class(grades: Sequence[Grade], students: int) -> tuple[str, ...]:
    """Compare everything that ``grader report`` writes with the grading it follows."""
    whole = renamed(grades, students)
    with TemporaryDirectory() as out:
        ours = timed(lambda: publish(whole, [], Path(out), title="bench"))
    theirs = grading_s(grades, students)
    return (
        f"all files of {students}",
        f"{ours:.1f} s",
        f"{theirs:.0f} s to grade",
        f"{ours / theirs:.3f}",
        "below 1",
    )


def grading_s(grades: Sequence[Grade], students: int) -> float:
    """Return the seconds that grading such a class takes one job, without the start of its process."""
    return students * statistics.mean(grade.wall_s for grade in grades)


def timed(action: Callable[[], object]) -> float:
    """Return the wall seconds of a call."""
    return timeit(action, "gc.enable()", number=1)


if __name__ == "__main__":
    main()
