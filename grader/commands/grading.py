"""Grade hand-ins into a store, with a bar that shows how far it is."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from grader.terminal import progress

if TYPE_CHECKING:
    from grader.course import Assignment
    from grader.model import Refusal, Submission
    from grader.store import Store


def grade_hand_ins(
    assignment: Assignment, hand_ins: Sequence[Submission | Refusal], store: Store, *, secret: bytes, jobs: int
) -> int:
    """Grade what is new or concerned by a change; return how many submissions were kept as they are."""
    from grader.batch import grade_class

    with progress(f"Grading {assignment.name}", len(hand_ins)) as advance:
        return grade_class(
            assignment,
            hand_ins,
            store,
            secret=secret,
            jobs=jobs,
            on_grade=lambda grade: advance(),
        )
