"""What results rest on: when it is the same as before, so are they, and nothing is run again.

``fingerprint`` is over everything and can be had without running anything; where it differs, the digests of the
parts' ingredients tell which parts it concerns. Only results can tell the rest: a part that failed is judged with the
wrong parts that it uses replaced, so that it also rests on which of these are wrong.
"""

from __future__ import annotations

import msgspec

from grader.course import Assignment
from grader.model import Grade, Record
from grader.session.ingredients import contents, inputs_in, joined, own_code


class Basis(Record, frozen=True, kw_only=True):
    """What the result of one part of one submission rests on, besides the submission."""

    digest: str  # of the part's ingredients
    stopped: tuple[str, ...] = ()  # parts that it uses and that had overrun their time before
    wrong: tuple[str, ...] | None = None  # parts that it uses and that were wrong; None where that did not matter
    overran: dict[str, str] = msgspec.field(
        default_factory=dict
    )  # parts that overran their time in its checks, with what is said of them


class Graded(Record, frozen=True, kw_only=True):
    """A grade with what each of its parts rests on; of a part that is not among them nothing may be kept."""

    grade: Grade
    bases: dict[str, Basis] = msgspec.field(default_factory=dict)
    ran: tuple[str, ...] = ()  # the parts that were run for it; the others were kept


def fingerprint(assignment: Assignment, secret: bytes) -> str:
    """Return a digest of all that decides a grade besides the submission: checks, reference, data, secret, version."""
    files = {file for folder in (assignment.folder, assignment.data_folder) for file in inputs_in(folder)}
    return joined(own_code().encode(), secret, *contents(sorted(files)))
