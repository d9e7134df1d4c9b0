"""Measure what the README promises, as ratios within one run. Usage: python bench/run.py [--students N]"""

from __future__ import annotations

import argparse
import os
import statistics
import subprocess
import sys
import time
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from tempfile import TemporaryDirectory
from timeit import timeit
from typing import Any

import numpy as np
from rich.console import Console
from rich.table import Table

from grader.batch import grade_class
from grader.batch.pool import THREADS
from grader.checking import CheckFailed, NeedsPart, assert_gradients
from grader.course import Assignment, assignment_names, find_assignment, load_assignment, load_secret
from grader.errors import StudentRaised
from grader.ingest import read_submission, read_submissions
from grader.misconceptions import load_misconceptions, solution_path, wrong_source
from grader.model import SourceUnit, Submission
from grader.publish import publish
from grader.sandbox.host import Limits, Sandbox
from grader.session.desk import LocalDesk, SandboxDesk
from grader.session.grading import Grader
from grader.session.runner import Runner, local_student, run_session
from grader.store import open_store

ROOT = Path(__file__).parent.parent
REPEATS = 15
GRADINGS = 5


def main() -> None:
    if os.environ.get("OPENBLAS_NUM_THREADS") != "1":
        # NumPy reads it when it is imported, so this process starts again: one thread, as in grading.
        environment = os.environ | dict.fromkeys(THREADS, "1")
        sys.exit(subprocess.run([sys.executable, *sys.argv], env=environment, check=False).returncode)
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--students", type=int, default=28, help="size of the class that is graded")
    students = parser.parse_args().students
    assignment = load_assignment(find_assignment("mlp", ROOT))
    table = Table(show_edge=False, pad_edge=False)
    for heading in ("Measured", "This", "Against", "Ratio", "Wanted"):
        table.add_column(heading)
    for measure in (worker_start, gradient_check):
        table.add_row(*measure(assignment))
    for name in assignment_names(ROOT):
        table.add_row(*one_submission(load_assignment(find_assignment(name, ROOT))))
    one, raw = overhead(assignment, students, wrong_every=0)
    table.add_row(
        f"overhead, {students} right hand-ins", f"{one:.1f} s", f"{raw:.1f} s", f"{one / raw:.2f}", "at most 1.3"
    )
    one, raw = overhead(assignment, students, wrong_every=3)
    table.add_row("overhead, every third one wrong", f"{one:.1f} s", f"{raw:.1f} s", f"{one / raw:.2f}", "")
    with TemporaryDirectory() as folder:
        two = grade_s(assignment, write_class(assignment, Path(folder), students, wrong_every=3), jobs=2)
    table.add_row("two jobs against one", f"{two:.1f} s", f"{one:.1f} s", f"{one / two:.2f}", "at least 1.7")
    Console().print(table)


def worker_start(assignment: Assignment) -> tuple[str, ...]:
    """Interleave worker starts with cold imports, so that both see the same machine."""
    unit = SourceUnit(module="mlp", label="mlp.py", text="import numpy as np\n\ndef f(x):\n    return np.tanh(x)\n")
    ours, cold = [], []
    with Sandbox() as sandbox:
        for _ in range(REPEATS):
            ours.append(timed(lambda: first_answer(sandbox, unit)))
            cold.append(timed(lambda: subprocess.run([sys.executable, "-c", "import numpy"], check=True)))
    mine, theirs = statistics.median(ours), statistics.median(cold)
    return (
        "worker to first answer",
        f"{1e3 * mine:.1f} ms",
        f"{1e3 * theirs:.0f} ms",
        f"{theirs / mine:.1f}",
        "at least 8",
    )


def first_answer(sandbox: Sandbox, unit: SourceUnit) -> None:
    with sandbox.worker(Limits(), seed=1) as worker:
        worker.load([unit])
        worker.call("f", [np.ones(3)])


def gradient_check(assignment: Assignment) -> tuple[str, ...]:
    """Count forward calls of a check without reference, then let it judge every affine misconception."""
    rng = np.random.default_rng(0)
    inputs = {
        "x": rng.standard_normal((32, 8, 16)),
        "w": rng.standard_normal((128, 64)),
        "b": rng.standard_normal(64),
    }
    source = solution_path(assignment).read_text(encoding="utf-8")
    forward_calls = check_affine(assignment, source, inputs)
    entrywise = 2 * sum(array.size for array in inputs.values())
    missed = []
    for misconception in load_misconceptions(assignment):
        if misconception.part == "affine_backward":
            try:
                check_affine(assignment, wrong_source(source, misconception), inputs)
            except (CheckFailed, NeedsPart, StudentRaised):
                continue
            missed.append(misconception.name)
    caught = "every misconception caught" if not missed else f"missed: {', '.join(missed)}"
    ratio = f"{entrywise / forward_calls:.0f}"
    return f"affine gradient check ({caught})", f"{forward_calls} calls", f"{entrywise} calls", ratio, "at least 100"


def check_affine(assignment: Assignment, source: str, inputs: Mapping[str, Any]) -> int:
    student = local_student(assignment, source, "bench", None)
    forward, backward = student.affine_forward, student.affine_backward
    assert_gradients(forward, backward, inputs, rng=np.random.default_rng(1))
    return sum(call.part == "affine_forward" for call in student.calls)


def one_submission(assignment: Assignment) -> tuple[str, ...]:
    """Grade the reference through the sandbox and run its checks directly, in turns, in one warm process."""
    submission = reference_submission(assignment)
    graded: list[float] = []
    raw: list[float] = []

    def job(runner: Runner) -> None:
        with Sandbox() as sandbox:
            grader = Grader(
                runner,
                lambda state, served: SandboxDesk(sandbox, assignment, state, served, runner.solution),
                sandbox.tier,
            )
            run_directly(runner, submission)
            grader.grade(submission)
            for _ in range(GRADINGS):
                raw.append(timed(lambda: run_directly(runner, submission)))
                graded.append(timed(lambda: grader.grade(submission)))

    run_session(assignment, load_secret(assignment.folder), job)
    ours, theirs = statistics.median(graded), statistics.median(raw)
    return (
        f"one right hand-in, {assignment.name}",
        f"{ours:.2f} s",
        f"{theirs:.2f} s",
        f"{ours / theirs:.2f}",
        "at most 1.3",
    )


def reference_submission(assignment: Assignment) -> Submission:
    path = solution_path(assignment)
    read = read_submission(path, assignment.name, student="reference")
    assert isinstance(read, Submission), read
    return read


def overhead(assignment: Assignment, students: int, *, wrong_every: int) -> tuple[float, float]:
    """Return the wall seconds of grading a class with one job, and those of its raw compute, measured around it."""
    with TemporaryDirectory() as folder:
        submissions = write_class(assignment, Path(folder), students, wrong_every=wrong_every)
        before = raw_s(assignment, submissions)
        graded = grade_s(assignment, submissions, jobs=1)
        return graded, (before + raw_s(assignment, submissions)) / 2


def write_class(assignment: Assignment, folder: Path, students: int, *, wrong_every: int) -> list[Submission]:
    """Write a class of which every so many students hold a misconception (none where 0), and read it back."""
    source = solution_path(assignment).read_text(encoding="utf-8")
    misconceptions = load_misconceptions(assignment)
    for number in range(students):
        text = source
        if wrong_every and number % wrong_every == wrong_every - 1:
            text = wrong_source(source, misconceptions[number * len(misconceptions) // students])
        (folder / f"student{number:03d}.py").write_text(f"{text}\n# handed in by student {number}\n", encoding="utf-8")
    return [read for read in read_submissions(folder, assignment.name) if isinstance(read, Submission)]


def grade_s(assignment: Assignment, submissions: Sequence[Submission], *, jobs: int) -> float:
    """Return the wall seconds of all that ``grader grade`` does, from the submissions to the last report."""
    with TemporaryDirectory() as out:
        started = time.perf_counter()
        with open_store(Path(out) / "results.sqlite") as store:
            secret = load_secret(assignment.folder)
            grade_class(assignment, submissions, store, secret=secret, jobs=jobs, on_grade=lambda grade: None)
            publish(store.grades(), store.refusals(), Path(out), title="bench", jobs=jobs)
        return time.perf_counter() - started


def raw_s(assignment: Assignment, submissions: Sequence[Submission]) -> float:
    """Return the wall seconds of the same checks, called directly in one warm process."""
    seconds: list[float] = []

    def job(runner: Runner) -> None:
        run_directly(runner, submissions[0])
        seconds.append(timed(lambda: run_all(runner, submissions)))

    run_session(assignment, load_secret(assignment.folder), job)
    return seconds[0]


def run_all(runner: Runner, submissions: Sequence[Submission]) -> None:
    for submission in submissions:
        run_directly(runner, submission)


def run_directly(runner: Runner, submission: Submission) -> None:
    desk = LocalDesk(runner.assignment, submission.units[0].text, {}, runner.solution)
    for collected in runner.checks:
        for item in collected.items:
            student, _ = desk.student(0)
            runner.run(item, student, submission.digest)


def timed(action: Callable[[], object]) -> float:
    """Return the wall seconds of a call."""
    return timeit(action, "gc.enable()", number=1)


if __name__ == "__main__":
    main()
