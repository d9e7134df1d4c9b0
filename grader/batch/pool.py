"""Several grading processes and the submissions they share.

A process that dies is ours to answer for: its submission is graded once more by a fresh process, and if that one
dies too its report is held. No other submission is affected.
"""

from __future__ import annotations

import multiprocessing
import os
from collections import deque
from collections.abc import Callable, Iterable, Iterator
from contextlib import suppress
from multiprocessing.connection import Connection, wait
from multiprocessing.process import BaseProcess
from types import TracebackType
from typing import Self

import msgspec

from grader.batch.session_process import ERRORS, Answer, Done, Ready, Refused, Work, held_grade, serve
from grader.course import Assignment
from grader.errors import GraderError
from grader.model import Grade, Submission
from grader.sandbox.tether import interrupts_held, run_tethered
from grader.session.basis import Graded
from grader.session.ingredients import Ingredients, digest_of

# A process that dies this often on one submission is not given it again.
TRIES = 2

# One thread a process: NumPy's own threads would fight over the cores, and the sandbox denies them anyway.
THREADS = ("OPENBLAS_NUM_THREADS", "OMP_NUM_THREADS", "MKL_NUM_THREADS")

Earlier = Callable[[Submission], Graded | None]


class Member:
    """One grading process of a pool."""

    def __init__(self, assignment: Assignment, secret: bytes) -> None:
        context = multiprocessing.get_context("spawn")
        self.connection: Connection
        self.connection, theirs = context.Pipe()
        # Checks may go over a set: its order must not be another one in each process.
        os.environ |= dict.fromkeys(THREADS, "1") | {"PYTHONHASHSEED": "0"}
        arguments = (serve.__module__, serve.__name__, theirs, assignment.folder, secret)
        self.process: BaseProcess = context.Process(target=run_tethered, args=arguments, daemon=True)
        with interrupts_held():
            self.process.start()
        theirs.close()
        self.ready = False
        self.submission: Submission | None = None

    def give(self, submission: Submission, earlier: Graded | None) -> None:
        self.submission = submission
        # What is to be shown of a notebook is no business of grading.
        work = Work(submission=msgspec.structs.replace(submission, cells=()), earlier=earlier)
        with suppress(ConnectionError):  # it has died: the next look at its pipe tells
            self.connection.send_bytes(msgspec.msgpack.encode(work))

    def receive(self) -> Answer | None:
        """Return the answer that waits, or None where the process has died."""
        try:
            answer: Answer = msgspec.msgpack.decode(self.connection.recv_bytes(), type=Answer)
        except (EOFError, OSError):  # the latter where it died in the middle of an answer
            return None
        return answer

    def kill(self) -> None:
        """End the process at once: it holds nothing that is not graded again."""
        self.process.kill()
        self.end()

    def end(self) -> None:
        self.connection.close()
        self.process.join(2)
        if self.process.is_alive():
            self.process.kill()
            self.process.join()


class Pool:
    """Grading processes for one assignment; a context manager.

    Args:
        assignment: read from ``reference/<name>``.
        secret: seeds the inputs of hidden checks.
        jobs: how many processes.

    Attributes:
        ingredients: what the digests of bases are made of, once a process has collected the checks.
    """

    def __init__(self, assignment: Assignment, secret: bytes, *, jobs: int) -> None:
        self._assignment = assignment
        self._secret = secret
        self._jobs = jobs
        self.ingredients: dict[str, Ingredients] = {}
        self._members: list[Member] = []
        self._failed_starts = 0
        self._earlier: Earlier = lambda submission: None

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        for member in self._members:
            member.kill()

    def grade(self, submissions: Iterable[Submission]) -> Iterator[Grade]:
        """Yield a grade for each submission, in the order in which they are done; raises as ``mark``."""
        return (graded.grade for graded in self.mark(submissions))

    def mark(self, submissions: Iterable[Submission], earlier: Earlier = lambda submission: None) -> Iterator[Graded]:
        """Yield a grade for each submission with what it rests on, in the order in which they are done.

        Args:
            submissions: to grade.
            earlier: tells what came of one at an earlier time; what that still holds for is not run again.

        Raises:
            CourseError, IsolationError, GraderError: no process can grade; nothing was executed.
        """
        self._earlier = earlier
        waiting = deque(submissions)
        tries: dict[str, int] = {}
        self._members = [self._start() for _ in range(min(self._jobs, len(waiting)))]
        while waiting or any(member.submission for member in self._members):
            by_connection = {member.connection: member for member in self._members}
            for connection in wait(list(by_connection)):
                assert isinstance(connection, Connection)
                member = by_connection[connection]
                graded = self._handle(member, member.receive(), waiting, tries)
                if graded is not None:
                    yield graded

    def _start(self) -> Member:
        return Member(self._assignment, self._secret)

    def _handle(
        self, member: Member, answer: Answer | None, waiting: deque[Submission], tries: dict[str, int]
    ) -> Graded | None:
        match answer:
            case Refused(fault="grader", reason=reason):
                return self._replace(member, waiting, tries, reason)
            case Refused(fault=fault, reason=reason):
                raise ERRORS[fault](reason)
            case Ready(ingredients=ingredients):
                member.ready = True
                self.ingredients |= {digest_of(found): found for found in ingredients}
                self._next(member, waiting)
                return None
            case Done(graded=graded):
                member.submission = None
                self._next(member, waiting)
                return graded
            case _:
                return self._replace(member, waiting, tries)

    def _next(self, member: Member, waiting: deque[Submission]) -> None:
        if waiting:
            submission = waiting.popleft()
            member.give(submission, self._earlier(submission))
        else:
            self._members.remove(member)
            member.end()

    def _replace(
        self, member: Member, waiting: deque[Submission], tries: dict[str, int], reason: str = ""
    ) -> Graded | None:
        """Put a fresh process in the place of one that died."""
        self._members.remove(member)
        member.end()
        if not member.ready:
            self._failed_starts += 1
            if self._failed_starts >= TRIES:
                code = member.process.exitcode
                raise GraderError(reason or f"A grading process ended with code {code} before it could grade anything.")
        submission = member.submission
        graded = None
        if submission is not None:
            tries[submission.key] = tries.get(submission.key, 0) + 1
            if tries[submission.key] < TRIES:
                waiting.appendleft(submission)
            else:
                said = f"The grading process died {TRIES} times on it."
                graded = Graded(grade=held_grade(self._assignment, submission, said))
        if waiting:
            self._members.append(self._start())
        return graded
