"""From stored results to files: a report a student, notebooks with feedback, the class report, the gradebook."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from concurrent.futures import ProcessPoolExecutor
from concurrent.futures.process import BrokenProcessPool
from functools import partial
from multiprocessing import get_context
from pathlib import Path

from grader.errors import GraderError
from grader.export import gradebook, results_json
from grader.export.atomic import sweep, write_bytes
from grader.final import final_grades
from grader.model import Final, Grade, Hand, Record, Refusal
from grader.report import render_class, render_student
from grader.report.release import Shown
from grader.sandbox.tether import interrupts_held, tether
from grader.store import unpacked

GRADES_FOR_ONE_PROCESS = 12  # below this, starting more costs more time than it saves


class Published(Record, frozen=True, kw_only=True):
    """Where the files of a run lie, and what counts for each student in them, by key."""

    class_report: Path
    gradebook: Path
    reports: Path
    finals: dict[str, Final]


def publish(
    grades: Sequence[Grade],
    refusals: Sequence[Refusal],
    out: Path,
    *,
    title: str,
    jobs: int = 1,
    notebooks: Mapping[str, bytes] = {},
    hand: Hand | None = None,
    shown: Shown = "all",
    on_report: Callable[[], None] = lambda: None,
) -> Published:
    """Write all the files of a run; files of students who are no longer in it are removed.

    Args:
        grades, refusals: all results of the run.
        out: folder for the files.
        title: of the class report.
        jobs: number of processes that write reports.
        notebooks: packed cells of hand-ins that are notebooks, by key; each is written with its feedback. They say
            what students wrote, word for word: none may be given where students are under pseudonyms.
        hand: what is added to the automatic grades.
        shown: what of the hidden checks students are shown; class report, gradebook and results.json show all.
        on_report: called after each student's report.

    Raises:
        GraderError: a file cannot be written; each is as it was or as it should be.
    """
    try:
        return publish_files(grades, refusals, out, title, jobs, notebooks, hand or Hand(), shown, on_report)
    except OSError as error:
        reason = (error.strerror or "unknown error").lower()
        raise GraderError(
            f"The files in {out} cannot be written: {reason}. All grades are kept; make room, "
            f"then run: grader report {out}"
        ) from error


def publish_files(
    grades: Sequence[Grade],
    refusals: Sequence[Refusal],
    out: Path,
    title: str,
    jobs: int,
    notebooks: Mapping[str, bytes],
    hand: Hand,
    shown: Shown,
    on_report: Callable[[], None],
) -> Published:
    finals = final_grades(grades, hand)
    reports = out / "reports"
    reports.mkdir(parents=True, exist_ok=True)
    for folder in (out, reports):
        sweep(folder)
    names = {f"{grade.key}.html" for grade in grades}
    names |= {notebook_name(grade) for grade in grades if grade.key in notebooks}
    for old in reports.glob("*.html"):
        if old.name not in names:
            old.unlink()
    write = partial(write_report, reports, shown)
    told = [finals[grade.key] for grade in grades]
    cells = [notebooks.get(grade.key, b"") for grade in grades]
    here: Iterator[tuple[Grade, Final, bytes]] = zip(grades, told, cells, strict=True)
    if jobs > 1 and len(grades) >= GRADES_FOR_ONE_PROCESS:
        # Where one of the processes dies, what is left is written here.
        written = write_elsewhere(write, grades, told, cells, jobs)
        try:
            for _ in written:
                next(here)
                on_report()
        except BrokenProcessPool:
            sweep(reports)  # the others were stopped with it, perhaps in the middle of a file
    for grade, final, notebook in here:
        write(grade, final, notebook)
        on_report()
    published = Published(
        class_report=out / "class.html", gradebook=out / "gradebook.csv", reports=reports, finals=finals
    )
    links = {grade.key: f"reports/{grade.key}.html" for grade in grades}
    page = render_class(grades, refusals, title=title, links=links, finals=finals)
    write_bytes(published.class_report, page.encode())
    gradebook.write(published.gradebook, grades, refusals, finals)
    results_json.write(out / "results.json", grades, refusals, finals.values())
    return published


def write_elsewhere(
    write: Callable[[Grade, Final, bytes], None],
    grades: Sequence[Grade],
    finals: Sequence[Final],
    cells: Sequence[bytes],
    jobs: int,
) -> Iterator[None]:
    """Write reports in several processes, in order."""
    with ProcessPoolExecutor(jobs, mp_context=get_context("spawn"), initializer=tether) as executor:
        with interrupts_held():
            written = executor.map(write, grades, finals, cells, chunksize=4)
        yield from written


def write_report(folder: Path, shown: Shown, grade: Grade, final: Final, cells: bytes) -> None:
    """Write one student's report and, where there are packed cells, the notebook with its feedback."""
    report, notebook = f"{grade.key}.html", notebook_name(grade) if cells else ""
    write_bytes(folder / report, render_student(grade, notebook=notebook, final=final, shown=shown).encode())
    if notebook:
        # It imports nbconvert, which takes longer than a report does: not for a class without notebooks.
        from grader.report.notebook import render_notebook

        page = render_notebook(grade, unpacked(cells), report=report, final=final, shown=shown)
        write_bytes(folder / notebook, page.encode())


def notebook_name(grade: Grade) -> str:
    """Return the file name of a student's notebook with feedback."""
    return f"{grade.key}-notebook.html"
