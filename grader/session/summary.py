"""All results of a student's own checks in few words: the first failure in full, the others a line each."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import groupby
from typing import NamedTuple

from grader.model import CaseResult, Check, Status, Visibility
from grader.session.messages import brief_of, message_of

WRONG = (Status.FAILED, Status.PARTIAL, Status.ERROR)
PRINTED_LINES = 10
NAMES = 8

Result = tuple[Check, CaseResult]


class Summary(NamedTuple):
    """What a student reads in a terminal, in this order.

    Attributes:
        full: messages of some lines each.
        brief: one line for each check that is wrong, or waits for another part, and is not in ``full``.
        unwritten: a sentence on the parts that are not written; "" where all are.
        counts: how many cases ended in which way.
    """

    full: tuple[str, ...]
    brief: tuple[str, ...]
    unwritten: str
    counts: str


def summary_of(results: Sequence[Result], *, everything: bool = False) -> Summary:
    """Return what to tell of results.

    Args:
        results: each case with its check, in the order of the assignment.
        everything: all that is wrong in full, instead of the first.
    """
    wrong = [pair for pair in results if pair[1].status in WRONG]
    shown = wrong if everything else wrong[:1]
    others = [pair for pair in results if pair[1].status in (*WRONG, Status.SKIPPED) and pair not in shown]
    return Summary(
        full=tuple(full_of(check, result) for check, result in shown),
        brief=tuple(brief_lines(others)),
        unwritten=unwritten_of(results),
        counts=counts_of(results),
    )


def full_of(check: Check, result: CaseResult) -> str:
    """Return the message of a case, and the end of what the student's code printed in it."""
    message = message_of(check, result, Visibility.PUBLIC)
    printed = result.output.strip("\n").splitlines()[-PRINTED_LINES:]
    return "\n".join([message, "Your code printed:", *(f"  {line}" for line in printed)] if printed else [message])


def brief_lines(pairs: Sequence[Result]) -> Iterator[str]:
    """Yield one line for the cases of a check that follow one another."""
    for check, group in groupby(pairs, key=lambda pair: pair[0]):
        found = [result for _, result in group]
        more = f" And {len(found) - 1} more of its cases." if len(found) > 1 else ""
        yield brief_of(check, found[0]) + more


def unwritten_of(results: Sequence[Result]) -> str:
    """Name the parts that are still as they were handed out."""
    parts = list(dict.fromkeys(check.part for check, result in results if result.status is Status.NOT_ATTEMPTED))
    if not parts:
        return ""
    more = f" and {len(parts) - NAMES} more" if len(parts) > NAMES else ""
    return f"Not written yet: {', '.join(parts[:NAMES])}{more}."


def counts_of(results: Sequence[Result]) -> str:
    """Count the cases by how they ended."""
    counts = {status: sum(result.status is status for _, result in results) for status in Status}
    return ", ".join(f"{count} {status}" for status, count in counts.items() if count) + "."
