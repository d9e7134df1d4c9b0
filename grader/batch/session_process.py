"""A grading process: one long-lived pytest session with one sandbox, fed through a pipe.

It runs trusted code only; student code runs in the workers of its sandbox.
"""

from __future__ import annotations

import traceback
from contextlib import suppress
from multiprocessing.connection import Connection
from pathlib import Path
from typing import Literal

import msgspec

from grader import __version__
from grader.course import Assignment, load_assignment, private_paths
from grader.errors import CourseError, GraderError, IsolationError
from grader.model import Grade, Record, Submission
from grader.sandbox.host import Sandbox
from grader.session.basis import Graded
from grader.session.desk import SandboxDesk
from grader.session.grading import Grader
from grader.session.ingredients import Ingredients
from grader.session.runner import Runner, run_session

MEMORY_BYTES = 3 << 30

Fault = Literal["course", "isolation", "grader"]


class Ready(Record, frozen=True, kw_only=True, tag=True):
    """The process has collected and rehearsed the checks."""

    tier: str
    ingredients: tuple[Ingredients, ...]  # of each part


class Refused(Record, frozen=True, kw_only=True, tag=True):
    """The process cannot grade; nothing was executed."""

    fault: Fault
    reason: str


class Done(Record, frozen=True, kw_only=True, tag=True):
    """One submission is graded."""

    graded: Graded


class Work(Record, frozen=True, kw_only=True):
    """One submission to grade, with what came of it at an earlier time."""

    submission: Submission
    earlier: Graded | None


Answer = Ready | Refused | Done
ERRORS = {"course": CourseError, "isolation": IsolationError, "grader": GraderError}


def serve(connection: Connection, folder: Path, secret: bytes) -> None:
    """Grade what comes through the pipe until it closes.

    Args:
        connection: brings ``Work`` as MessagePack, takes answers as MessagePack; empty bytes end the process.
        folder: ``reference/<name>``.
        secret: seeds the inputs of hidden checks.
    """
    limit_memory()
    try:
        assignment = load_assignment(folder)
        with Sandbox(min_tier=assignment.min_tier, private=private_paths(folder)) as sandbox:
            run_session(assignment, secret, lambda runner: answer_all(connection, runner, sandbox))
    except IsolationError as error:
        refuse(connection, "isolation", str(error))
    except CourseError as error:
        refuse(connection, "course", str(error))
    except GraderError as error:
        refuse(connection, "grader", str(error))


def limit_memory() -> None:
    """Limit this process: served parts compute on arrays that student code chose.

    A result too large is then a MemoryError, not our end.
    """
    # Not at the top: Windows has no such module, and has to be told in plain words that it cannot grade.
    import resource

    _, hard = resource.getrlimit(resource.RLIMIT_AS)
    resource.setrlimit(resource.RLIMIT_AS, (MEMORY_BYTES, hard))


def answer_all(connection: Connection, runner: Runner, sandbox: Sandbox) -> None:
    grader = Grader(
        runner,
        lambda state, served: SandboxDesk(sandbox, runner.assignment, state, served, runner.solution),
        sandbox.tier,
    )
    send(connection, Ready(tier=sandbox.tier, ingredients=tuple(grader.ingredients.values())))
    while True:
        try:
            received = connection.recv_bytes()
        except (EOFError, ConnectionError):
            return
        if not received:
            return
        work = msgspec.msgpack.decode(received, type=Work)
        graded = grade_or_hold(grader, runner, work)
        if not sandbox.is_alive:
            return  # as if this process had died too: the submission is given to a fresh one
        send(connection, Done(graded=graded))


def grade_or_hold(grader: Grader, runner: Runner, work: Work) -> Graded:
    """Return the grade; a fault of ours holds this one report and leaves the others alone."""
    try:
        return grader.mark(work.submission, work.earlier)
    except Exception:
        fault = traceback.format_exc(limit=-4)
        said = f"The grader failed on this submission: {fault}"
        return Graded(grade=held_grade(runner.assignment, work.submission, said))


def held_grade(assignment: Assignment, submission: Submission, fault: str) -> Grade:
    """Return the grade of a submission on which we failed ourselves: no points are decided."""
    return Grade(
        assignment=assignment.name,
        assignment_title=assignment.title,
        student=submission.student,
        key=submission.key,
        digest=submission.digest,
        origin=submission.origin,
        files=submission.files,
        earned=0.0,
        possible=0.0,
        parts=(),
        notes=(*submission.notes, fault),
        held=True,
        grader_version=__version__,
    )


def refuse(connection: Connection, fault: Fault, reason: str) -> None:
    send(connection, Refused(fault=fault, reason=reason))


def send(connection: Connection, answer: Answer) -> None:
    with suppress(ConnectionError):  # nobody waits for it any more
        connection.send_bytes(msgspec.msgpack.encode(answer))
