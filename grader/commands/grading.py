"""Read hand-ins, and grade them into a store, with a bar that shows how far it is."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from grader.terminal import progress

if TYPE_CHECKING:
    from grader.course import Assignment
    from grader.model import Policy, Refusal, Submission
    from grader.store import Store

FILES = "files"  # of --submitted: their dates are to be trusted


def read_hand_ins(path: Path, assignment: str, policy: Policy, submitted: str) -> list[Submission | Refusal]:
    """Read a class; ``submitted`` is "", "files" or the path of a list of times."""
    from grader.ingest import read_submissions
    from grader.ingest.arrivals import read_times, with_times

    times = read_times(Path(submitted)) if submitted not in ("", FILES) else {}
    found = list(read_submissions(path, assignment, attempts=policy.attempts, file_times=submitted == FILES))
    return list(with_times(found, times))


def grade_hand_ins(
    assignment: Assignment,
    hand_ins: Sequence[Submission | Refusal],
    policy: Policy,
    store: Store,
    *,
    secret: bytes,
    jobs: int,
) -> int:
    """Grade what is new or concerned by a change; return how many submissions were kept as they are."""
    from grader.batch import grade_class

    store.assign(assignment.name)
    store.arrange(policy, [hand_in.arrival for hand_in in hand_ins if hand_in.arrival is not None])
    with progress(f"Grading {assignment.name}", len(hand_ins)) as advance:
        return grade_class(
            assignment,
            hand_ins,
            store,
            secret=secret,
            jobs=jobs,
            on_grade=lambda grade: advance(),
        )
