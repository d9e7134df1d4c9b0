"""One run over a class: grade what is not graded yet, and keep every result at once."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from grader.batch.pool import Pool
from grader.course import Assignment
from grader.model import Grade, Refusal, Submission
from grader.session.basis import fingerprint
from grader.store import Store


def grade_class(
    assignment: Assignment,
    hand_ins: Sequence[Submission | Refusal],
    store: Store,
    *,
    secret: bytes,
    jobs: int,
    on_grade: Callable[[Grade], None],
) -> int:
    """Grade a class into a store; what it already holds from the same checks is not graded again.

    Where checks changed since, only the parts are run that this concerns.

    Args:
        assignment: read from ``reference/<name>``.
        hand_ins: what ingest made of the class's files.
        store: takes every result the moment it is known.
        secret: of the course.
        jobs: number of grading processes.
        on_grade: called after each new grade.

    Returns:
        how many submissions were graded before, and kept.
    """
    store.assign(assignment.name)
    store.keep_only(frozenset(hand_in.key for hand_in in hand_ins))
    for refusal in hand_ins:
        if isinstance(refusal, Refusal):
            store.refuse(refusal)
    decides = fingerprint(assignment, secret)
    submissions = [hand_in for hand_in in hand_ins if isinstance(hand_in, Submission)]
    store.keep_notebooks(submissions)
    missing = [s for s in submissions if not store.has(s.key, s.digest, decides)]
    with Pool(assignment, secret, jobs=jobs) as pool:
        for graded in pool.mark(missing, earlier=lambda s: store.earlier(s.key, s.digest)):
            # First: no grade may rest on what nobody can look up.
            store.learn(pool.ingredients)
            store.put(graded, decides)
            on_grade(graded.grade)
    return len(submissions) - len(missing)
