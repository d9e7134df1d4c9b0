"""Exceptions, by whose fault it is: the submission's, the course's, ours; a wrong answer is none of these."""

from __future__ import annotations

from grader.model import StudentError


class SubmissionError(Exception):
    """A hand-in that cannot be read. The message is a full sentence for the student and the instructor."""


class CourseError(Exception):
    """A course or assignment file that is wrong. The message names the file and the key."""


class GraderError(Exception):
    """A fault of ours or of this machine: it decides no points and holds the report."""


class IsolationError(GraderError):
    """A layer of the sandbox that was promised is not there; nothing was executed."""


class StudentRaised(Exception):  # noqa: N818 - reads as what happened
    """Student code raised an exception; ``error`` holds it as data, ``question`` what a check had asked, if it can."""

    question: object = None  # a grader.checking.question.Question

    def __init__(self, error: StudentError) -> None:
        super().__init__(f"{error.type}: {error.message}")
        self.error = error


class WorkerEnded(Exception):  # noqa: N818 - reads as what happened
    """The worker ended, or was ended, before it answered.

    ``ending`` is one of "cpu", "wall", "memory", "signal", "exit", "reply too large", "protocol".
    The message is a full sentence for the student.
    """

    def __init__(self, ending: str, message: str) -> None:
        super().__init__(message)
        self.ending = ending
