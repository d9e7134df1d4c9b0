"""Grade the checks: the reference earns everything, the stub nothing, each misconception is caught and named.

Everything goes the way of a real hand-in: through ingest, the sandbox and scoring.
"""

from __future__ import annotations

import io
import zipfile
from collections.abc import Callable, Iterator, Mapping, Sequence
from pathlib import Path
from tempfile import TemporaryDirectory

import jupytext

from grader.batch import Pool
from grader.course import Assignment
from grader.errors import CourseError
from grader.ingest import read_submission
from grader.misconceptions import Misconception, load_misconceptions, solution_path, wrong_source
from grader.model import Grade, PartGrade, Record, Refusal, Status, Submission
from grader.release.regions import find_regions, hide_solutions

REFERENCES = ("reference.py", "reference.ipynb", "reference.zip")


class PartRow(Record, frozen=True, kw_only=True):
    """What validation found about one part."""

    part: str
    checks: int
    cases: int
    points: float
    misconceptions: int
    caught: int
    diagnosed: int


class Validation(Record, frozen=True, kw_only=True):
    """The result: no breach means that the checks are good."""

    assignment: str
    rows: tuple[PartRow, ...]
    breaches: tuple[str, ...]


def hand_ins(assignment: Assignment) -> dict[str, Submission]:
    """Return all that validation grades, by name: the references, the stub, every misconception."""
    source = solution_path(assignment).read_text(encoding="utf-8")
    stub = hide_solutions(source, find_regions(source, solution_path(assignment)))
    texts = {f"misconception {m.name}": wrong_source(source, m) for m in load_misconceptions(assignment)}
    files = {
        "reference.py": source.encode(),
        "reference.ipynb": jupytext.writes(jupytext.reads(source, fmt="py:percent"), fmt="ipynb").encode(),
        "reference.zip": zipped(f"{assignment.name}.py", source.encode()),
        "stub.py": stub.encode(),
    }
    with TemporaryDirectory() as folder:
        found = {name: ingested(Path(folder), name, content, assignment) for name, content in files.items()}
        for name, text in texts.items():
            found[name] = ingested(Path(folder), f"{name}.py", text.encode(), assignment)
    return found


def zipped(name: str, content: bytes) -> bytes:
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr(name, content)
    return buffer.getvalue()


def ingested(folder: Path, name: str, content: bytes, assignment: Assignment) -> Submission:
    path = folder / name
    path.write_bytes(content)
    read = read_submission(path, assignment.name, student=name)
    if isinstance(read, Refusal):
        raise CourseError(f"The solution cannot be read back as {name}: {read.reason}")
    return read


def validate(
    assignment: Assignment, *, secret: bytes, jobs: int, on_start: Callable[[int], None], on_grade: Callable[[], None]
) -> Validation:
    """Grade the checks of an assignment.

    Args:
        assignment: read from ``reference/<name>``.
        secret: of the course.
        jobs: number of grading processes.
        on_start: called with the number of hand-ins to grade.
        on_grade: called after each.

    Raises:
        CourseError: the reference fails a check of its own.
    """
    submissions = hand_ins(assignment)
    on_start(len(submissions))
    names = {submission.key: name for name, submission in submissions.items()}
    grades: dict[str, Grade] = {}
    with Pool(assignment, secret, jobs=jobs) as pool:
        for grade in pool.grade(submissions.values()):
            grades[names[grade.key]] = grade
            on_grade()
    misconceptions = load_misconceptions(assignment)
    return Validation(
        assignment=assignment.name,
        rows=tuple(part_rows(assignment, grades, misconceptions)),
        breaches=(
            *reference_breaches(grades),
            *stub_breaches(grades["stub.py"]),
            *part_breaches(assignment, grades["reference.py"], misconceptions),
            *(text for m in misconceptions for text in misconception_breaches(m, grade_of(m, grades))),
        ),
    )


def grade_of(misconception: Misconception, grades: Mapping[str, Grade]) -> Grade:
    return grades[f"misconception {misconception.name}"]


def reference_breaches(grades: Mapping[str, Grade]) -> Iterator[str]:
    for name in REFERENCES:
        grade = grades[name]
        if grade.held:
            yield f"The reference as {name} ran into an error of the checks: {first_reason(grade)}"
        elif grade.earned != grade.possible:
            lost = ", ".join(part.part for part in grade.parts if part.earned < part.possible)
            yield f"The reference as {name} earns {grade.earned:g} of {grade.possible:g} points; it loses in {lost}."


def stub_breaches(grade: Grade) -> Iterator[str]:
    for part in grade.parts:
        if part.status is not Status.NOT_ATTEMPTED or part.earned:
            found = f"{part.status} and earns {part.earned:g} points"
            yield f"The stub of {part.part} is {found}, expected not attempted and 0."


def part_breaches(assignment: Assignment, reference: Grade, misconceptions: Sequence[Misconception]) -> Iterator[str]:
    checked = {part.part for part in reference.parts}
    wrong = {m.part for m in misconceptions}
    for part in assignment.parts:
        if part.name not in checked:
            yield f"No check earns points for {part.name}."
        elif part.name not in wrong:
            yield f"No misconception puts the checks of {part.name} to the test."


def misconception_breaches(misconception: Misconception, grade: Grade) -> Iterator[str]:
    name = misconception.name
    own = part_of(grade, misconception.part)
    if grade.held:
        yield f"{name} ran into an error of the checks: {first_reason(grade)}"
    if own is None or own.earned >= own.possible:
        yield f"{name} is not caught: {misconception.part} earns all its points."
    elif own.diagnosis is None or own.diagnosis.name != name:
        said = "nothing" if own.diagnosis is None else repr(own.diagnosis.name)
        yield f"{name} is diagnosed as {said}, expected as itself."
    for part in grade.parts:
        declared = part.part == misconception.part or part.part in misconception.affects
        if part.earned < part.possible and not declared:
            yield f"{name} costs points in {part.part}, which is not declared in 'affects'."


def part_of(grade: Grade, name: str) -> PartGrade | None:
    return next((part for part in grade.parts if part.part == name), None)


def first_reason(grade: Grade) -> str:
    cases = (case for part in grade.parts for check in part.checks for case in check.cases)
    reasons = (f"{case.check}: {case.reason}" for case in cases if case.status is Status.ERROR)
    return next(reasons, grade.notes[-1] if grade.notes else "no reason was given.")


def part_rows(
    assignment: Assignment, grades: Mapping[str, Grade], misconceptions: Sequence[Misconception]
) -> Iterator[PartRow]:
    for part in grades["reference.py"].parts:
        mine = [m for m in misconceptions if m.part == part.part]
        graded = [(m, part_of(grade_of(m, grades), part.part)) for m in mine]
        caught = [(m, own) for m, own in graded if own is not None and own.earned < own.possible]
        yield PartRow(
            part=part.part,
            checks=len(part.checks),
            cases=sum(len(check.cases) for check in part.checks),
            points=part.possible,
            misconceptions=len(mine),
            caught=len(caught),
            diagnosed=sum(own.diagnosis is not None and own.diagnosis.name == m.name for m, own in caught),
        )
