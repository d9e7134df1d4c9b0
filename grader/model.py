"""The records that travel from room to room: frozen, made of plain data, safe to store as JSON.

Words are those of the design: a *part* is one function or class a student implements, a *check* is one
pytest test that earns points, a *case* is one parameter set of a check.
"""

from __future__ import annotations

from enum import StrEnum
from typing import Annotated, Literal

import msgspec


class Status(StrEnum):
    """How a case, a check or a part ended; a closed set."""

    PASSED = "passed"
    PARTIAL = "partial"
    FAILED = "failed"
    NOT_ATTEMPTED = "not attempted"
    SKIPPED = "skipped"
    ERROR = "error"


class Visibility(StrEnum):
    """Whether students see a check's inputs and expected values."""

    PUBLIC = "public"
    HIDDEN = "hidden"


class Record(msgspec.Struct, frozen=True, kw_only=True):
    """Base of all records."""


class SourceUnit(Record, frozen=True, kw_only=True):
    """One piece of student source that is executed in order: a whole .py file, or one notebook cell."""

    module: str  # name under which it is importable; cells of one notebook share it
    label: str  # shown in messages: "mlp.py" or "mlp.ipynb cell 7"
    text: str


class Cell(Record, frozen=True, kw_only=True):
    """One cell of a handed-in notebook as its student wrote it; hostile until escaped."""

    kind: Literal["markdown", "code"]
    text: str
    label: str = ""  # of a code cell: that of the unit made of it, "mlp.ipynb cell 7"


class Submission(Record, frozen=True, kw_only=True):
    """One student's hand-in, read once."""

    student: str  # display name as handed in; hostile until escaped
    key: str  # unique in a run, [a-z0-9-] only, safe as a file name
    digest: str  # sha256 (hex) over the units
    origin: str  # path as shown to the instructor
    units: tuple[SourceUnit, ...]
    notes: tuple[str, ...] = ()  # sentences about what ingest left out or changed
    files: tuple[str, ...] = ()  # names of its files, as notes and messages may show them
    cells: tuple[Cell, ...] = ()  # where the main file is a notebook: all there is to show of it again
    arrival: Arrival | None = None


class Refusal(Record, frozen=True, kw_only=True):
    """A hand-in that could not be read; the sentence says what was wrong, what was expected, what to do."""

    student: str
    key: str
    origin: str
    reason: str
    files: tuple[str, ...] = ()
    arrival: Arrival | None = None


class Frame(Record, frozen=True, kw_only=True):
    """One line of a student's traceback; only frames in student source are kept."""

    label: str
    line: int
    function: str
    text: str = ""  # the source line, stripped


class StudentError(Record, frozen=True, kw_only=True):
    """An exception raised by student code, as plain data (type at most 80, message at most 400 characters)."""

    type: str
    message: str
    frames: tuple[Frame, ...] = ()


class WorstEntry(Record, frozen=True, kw_only=True):
    """One wrong entry of an array. ``got`` and ``expected`` are shown for public checks only."""

    index: tuple[int, ...]
    got: str
    expected: str


class ArrayEvidence(Record, frozen=True, kw_only=True):
    """How one returned array differs from the expected one."""

    name: str
    got_shape: tuple[int, ...]
    expected_shape: tuple[int, ...]
    wrong: int  # number of wrong entries
    total: int
    max_relative_error: float  # inf where got is not finite
    worst: tuple[WorstEntry, ...] = ()
    # log10 of the error relative to the largest expected magnitude, clipped to [-16, 2]; at most 32 x 32;
    # None for arrays of rank 0 and 1 or where shapes differ
    heat: tuple[tuple[float, ...], ...] | None = None


class Curve(Record, frozen=True, kw_only=True):
    """One line of a training plot."""

    name: str  # "loss", "reference loss", "training accuracy", ...
    x: tuple[float, ...]
    y: tuple[float, ...]


class Measure(Record, frozen=True, kw_only=True):
    """A number with a threshold, such as an accuracy."""

    name: str
    value: float
    full: float  # value from which all points are earned
    none: float  # value up to which no points are earned


class Matrix(Record, frozen=True, kw_only=True):
    """A confusion matrix: how often each class (row) was answered as each class (column)."""

    name: str
    labels: tuple[str, ...]
    counts: tuple[tuple[int, ...], ...]


class Images(Record, frozen=True, kw_only=True):
    """Small grey pictures of learned weights or filters, each row by row from 0 (black) to 1 (white)."""

    name: str
    pictures: tuple[tuple[tuple[float, ...], ...], ...]


class Text(Record, frozen=True, kw_only=True):
    """Text that the student's model generated; hostile until escaped."""

    name: str
    lines: tuple[str, ...]


class Finding(Record, frozen=True, kw_only=True):
    """What the training doctor says of a training; one sentence each."""

    name: str  # "learning-rate-too-high", ...
    observation: str
    cause: str  # the likely one
    experiment: str  # that would tell


class Smallest(Record, frozen=True, kw_only=True):
    """The smallest input found on which a public check still fails."""

    call: str  # Python that reproduces it, ready to paste
    got: str  # what came, or the exception
    expected: str


class Evidence(Record, frozen=True, kw_only=True):
    """The numbers behind an outcome.

    ``summary`` is one or two sentences and never holds an input or an expected value, so that it can be
    shown for hidden checks; ``detail`` may hold them and is shown for public checks only.
    """

    summary: str
    detail: str = ""
    arrays: tuple[ArrayEvidence, ...] = ()
    error: StudentError | None = None
    curves: tuple[Curve, ...] = ()
    measures: tuple[Measure, ...] = ()
    matrices: tuple[Matrix, ...] = ()
    images: tuple[Images, ...] = ()
    texts: tuple[Text, ...] = ()
    findings: tuple[Finding, ...] = ()
    smallest: Smallest | None = None  # of public checks only


DiagnosisKind = Literal["structure", "relation", "misconception", "place", "error"]


class Diagnosis(Record, frozen=True, kw_only=True):
    """The named likely cause of a failed case."""

    name: str  # "affine-db-wrong-axis", "times-a-constant", "wrong-shape", ...
    kind: DiagnosisKind
    observation: str  # what was seen, one sentence: "db is 4 times the expected value."
    hint: str = ""  # what to look at next; never the solution


class CaseResult(Record, frozen=True, kw_only=True):
    """The outcome of one case."""

    check: str
    case: str  # parameter id; "" for a check without parameters
    status: Status
    fraction: float  # share of the case's points that was earned, 0 to 1
    evidence: Evidence | None = None
    diagnosis: Diagnosis | None = None
    advice: tuple[str, ...] = ()  # never costs points
    right_once: tuple[str, ...] = ()  # parts of the student that had to be served for this case to pass
    reason: str = ""  # why it was skipped or is an error of ours
    cpu_s: float = 0.0
    wall_s: float = 0.0
    output: str = ""  # what the student's code printed, capped


class Check(Record, frozen=True, kw_only=True):
    """What a check is, apart from how anybody did on it."""

    id: str  # "checks/test_affine.py::test_gradients"
    part: str
    title: str  # first line of the docstring
    points: float
    visibility: Visibility
    cases: tuple[str, ...] = ("",)


class CheckGrade(Record, frozen=True, kw_only=True):
    """One check of one submission."""

    check: Check
    status: Status
    earned: float
    cases: tuple[CaseResult, ...]


class Excerpt(Record, frozen=True, kw_only=True):
    """A student's own code of one part; hostile until escaped."""

    label: str  # of the unit it stands in: "mlp.py" or "mlp.ipynb cell 7"
    first_line: int  # its number in that unit, from 1
    text: str  # capped


class PartGrade(Record, frozen=True, kw_only=True):
    """One part of one submission."""

    part: str
    title: str
    status: Status
    earned: float
    possible: float
    diagnosis: Diagnosis | None = None  # the cause that explains the part's failed cases, if one does
    checks: tuple[CheckGrade, ...] = ()
    source: Excerpt | None = None  # None where the hand-in does not define the part
    section: str = ""  # heading in the assignment's README that it stands under: "3.1 Softmax cross-entropy"
    section_url: str = ""  # of that heading, where the course says where its README is published


class Grade(Record, frozen=True, kw_only=True):
    """Everything known about one graded submission."""

    assignment: str
    assignment_title: str
    student: str
    key: str
    digest: str
    origin: str
    earned: float
    possible: float
    parts: tuple[PartGrade, ...]
    notes: tuple[str, ...] = ()  # from ingest and from loading: syntax errors, refused imports, ...
    load_errors: tuple[StudentError, ...] = ()
    files: tuple[str, ...] = ()  # of the submission
    held: bool = False  # an error of ours: no score may be published
    tier: str = "none"  # what isolated the student's code
    grader_version: str = ""
    cpu_s: float = 0.0
    wall_s: float = 0.0


class Remark(Record, frozen=True, kw_only=True):
    """One entry of the instructor's hand on a student's work; entries are only ever added."""

    number: int  # from 1, in the order of writing
    key: str  # of the student
    part: str = ""  # "" for the hand-in as a whole
    author: str
    time: str  # ISO 8601, UTC
    reason: str = ""  # for instructors
    points: float | None = None  # None: it changes no points
    sets: bool = False  # whether the part gets these points, or these are added to the automatic ones
    comment: str = ""  # for the student
    undoes: int | None = None  # number of the entry that no longer holds


# Who told when a hand-in came; "" where nobody did.
TimeSource = Literal["", "list", "gradescope", "nbgrader", "files"]


class Arrival(Record, frozen=True, kw_only=True):
    """When a hand-in came, and as which of its student's attempts."""

    key: str  # of the hand-in
    student_key: str  # of its student: the same for all attempts
    attempt: int = 1
    attempts: int = 1  # how many hand-ins of the student were found
    submitted: str = ""  # ISO 8601, UTC; "" where it is not known
    told_by: TimeSource = ""  # of the time


class Late(Record, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """What being late costs."""

    per_day: Annotated[float, msgspec.Meta(ge=0, le=1)]  # share of the points that each day begun takes off
    grace_minutes: Annotated[float, msgspec.Meta(ge=0)] = 0  # after the due date, in which nothing is taken off
    floor: Annotated[float, msgspec.Meta(ge=0, le=1)] = 0  # share of the points that no delay takes off


Attempts = Literal["last", "best"]
Release = Literal["all", "scores", "public", "after-due"]


class Policy(Record, frozen=True, kw_only=True):
    """What a course decides about an assignment besides its checks."""

    due: str = ""  # ISO 8601 with a time zone; "" for none
    late: Late | None = None
    attempts: Attempts = "last"
    release: Release = "all"  # of hidden checks: all, their scores without their names, nothing, nothing until due


class Hand(Record, frozen=True, kw_only=True):
    """All that is added to the automatic grades of a class."""

    policy: Policy = Policy()
    arrivals: tuple[Arrival, ...] = ()
    remarks: tuple[Remark, ...] = ()  # by number


class FinalPart(Record, frozen=True, kw_only=True):
    """A part that an instructor wrote on; ``remarks`` are those that hold."""

    part: str
    title: str
    automatic: float
    points: float  # what counts
    remarks: tuple[Remark, ...]


class Final(Record, frozen=True, kw_only=True):
    """What counts for a student: ``total = automatic + adjustment - late``, all in points."""

    key: str
    automatic: float  # what the checks gave
    adjustment: float
    late: float  # taken off
    total: float
    possible: float
    days_late: int = 0  # days begun after the due date; 0 within the grace
    parts: tuple[FinalPart, ...] = ()  # that somebody wrote on
    remarks: tuple[Remark, ...] = ()  # on the hand-in as a whole
    gone: tuple[Remark, ...] = ()  # on parts that the assignment no longer has; they count for nothing
    arrival: Arrival | None = None


class CheckChange(Record, frozen=True, kw_only=True):
    """A check that came out otherwise at a regrade; ``None`` where there was, or is, no such check."""

    title: str
    before: Status | None
    after: Status | None
    earned_before: float
    earned_after: float


class PartChange(Record, frozen=True, kw_only=True):
    """A part whose points or words a regrade changes; ``None`` where there was, or is, no such part."""

    part: str
    title: str
    before: float | None  # points
    after: float | None
    possible_before: float
    possible_after: float
    why: tuple[str, ...]  # sentences for the instructor
    checks: tuple[CheckChange, ...] = ()
    said_before: str = ""  # the diagnosis, where it is another one than after
    said_after: str = ""


# What happens to a student at a regrade: a larger or smaller share of the points; the same share of another total;
# other words alone; no points are decided any more, or the hand-in cannot be read any more; the contrary; and hand-ins
# that came or went.
ChangeKind = Literal["gains", "loses", "rescaled", "reworded", "held", "refused", "decided", "new", "gone"]


class StudentChange(Record, frozen=True, kw_only=True):
    """A student whom a regrade concerns; points are ``None`` where none are decided."""

    student: str  # hostile until escaped
    key: str
    kind: ChangeKind
    before: float | None
    after: float | None
    possible_before: float = 0.0
    possible_after: float = 0.0
    parts: tuple[PartChange, ...] = ()
    why: tuple[str, ...] = ()


class Difference(Record, frozen=True, kw_only=True):
    """What a regrade would change, before it is published."""

    title: str
    changes: tuple[StudentChange, ...]  # by kind, then by how much, then by key
    unchanged: int  # students of whom nothing changes that they read
    course: tuple[str, ...] = ()  # all that changed in the course and decides a result, in sentences
