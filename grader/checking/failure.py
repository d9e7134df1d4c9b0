"""What a check raises: a wrong answer with its evidence, or the wish not to judge."""

from __future__ import annotations

from typing import TYPE_CHECKING

from grader.model import Diagnosis, Evidence

if TYPE_CHECKING:
    from grader.checking.question import Question


class CheckFailed(AssertionError):  # noqa: N818 - reads as what happened
    """The student's answer is wrong, or only partly right.

    Attributes:
        evidence: the numbers.
        diagnosis: what the wrong answer itself tells (its structure, a simple relation, the place), or None.
        fraction: share of the case's points earned all the same, 0 to 1.
        question: what was asked, where it can be asked again of smaller inputs.
    """

    question: Question | None = None

    def __init__(self, evidence: Evidence, diagnosis: Diagnosis | None = None, fraction: float = 0.0) -> None:
        text = evidence.summary if not evidence.detail else f"{evidence.summary}\n{evidence.detail}"
        super().__init__(text)
        self.evidence = evidence
        self.diagnosis = diagnosis
        self.fraction = fraction


class NeedsPart(Exception):  # noqa: N818 - reads as what happened
    """The case cannot be judged because another part, which it needs, is unusable."""

    def __init__(self, part: str, reason: str) -> None:
        super().__init__(reason)
        self.part = part
