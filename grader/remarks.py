"""What an instructor's entry must be: a student and a part that are there, points that can be read, a reason."""

from __future__ import annotations

import difflib
import math
import re
from collections.abc import Collection, Sequence

import msgspec

from grader.errors import CourseError
from grader.model import Grade, Record, Refusal, Remark

_POINTS = re.compile(r"(?P<sign>[=+-])(?P<number>\d+(?:\.\d*)?|\.\d+)")


class Points(Record, frozen=True, kw_only=True):
    """Points as an instructor gives them."""

    value: float
    sets: bool  # whether the part gets these points, or these are added


def read_points(text: str) -> Points:
    """Return what ``+1.5``, ``-2`` or ``=3`` mean.

    Raises:
        CourseError: it is none of these.
    """
    found = _POINTS.fullmatch(text.strip())
    if found is None or not math.isfinite(float(found["number"])):
        raise CourseError(
            f"--points should be +1.5 (add), -2 (take off) or =3 (whatever the checks give), and is {text!r}."
        )
    value = float(found["number"])
    return Points(value=-value if found["sign"] == "-" else value, sets=found["sign"] == "=")


def find_student(name: str, records: Sequence[Grade | Refusal]) -> Grade | Refusal:
    """Return the one result whose student has this name or key, in upper or lower case.

    Raises:
        CourseError: there is none, or there are several of this name.
    """
    for record in records:
        if record.key == name:
            return record
    found = [record for record in records if record.student.casefold() == name.casefold()]
    if len(found) == 1:
        return found[0]
    if found:
        keys = ", ".join(record.key for record in found)
        raise CourseError(f"There are {len(found)} students called {name!r}. Give the key instead: {keys}.")
    names = [text for record in records for text in (record.student, record.key)]
    raise CourseError(f"There is no student {name!r} among the results.{suggested(name, names)}")


def write_remark(remark: Remark, record: Grade | Refusal) -> Remark:
    """Return a new remark on a student's result, checked; its key is the student's.

    Raises:
        CourseError: the part is not one of the hand-in's, the entry says nothing, or points have no reason.
    """
    if remark.part and isinstance(record, Refusal):
        raise CourseError(
            f"The hand-in of {record.student!r} was refused, so that it has no part {remark.part!r}. "
            "Leave the part out to write on the hand-in as a whole."
        )
    if remark.part and isinstance(record, Grade):
        known = [part.part for part in record.parts]
        if remark.part not in known:
            hint = suggested(remark.part, known) or f" There are: {', '.join(known)}."
            raise CourseError(f"There is no part {remark.part!r} in the results.{hint}")
    if remark.points is None and not remark.comment:
        raise CourseError("There is nothing to write down. Give --points, --comment or both.")
    if remark.points is not None and isinstance(record, Refusal):
        raise CourseError(
            f"The hand-in of {record.student!r} was refused: it has no points to adjust. "
            "Have it handed in again, or write a comment."
        )
    if remark.points is not None and not remark.reason.strip():
        raise CourseError("Points are adjusted for a reason. Give it with --reason; students do not read it.")
    if remark.sets and not remark.part:
        raise CourseError("Only the points of a part can be set. Add to those of the whole hand-in: --points +1 or -1.")
    return msgspec.structs.replace(remark, key=record.key)


def undoing(number: int, remarks: Sequence[Remark], *, author: str, time: str, reason: str) -> Remark:
    """Return the entry that makes another one no longer hold.

    Raises:
        CourseError: there is no entry of this number, or it was undone before.
    """
    found = next((remark for remark in remarks if remark.number == number), None)
    if found is None:
        raise CourseError(f"There is no entry number {number}. `grader remarks` lists them.")
    if number not in standing(remarks):
        raise CourseError(f"Entry {number} was undone before. To have it back, undo the entry that undid it.")
    return Remark(number=0, key=found.key, part=found.part, author=author, time=time, reason=reason, undoes=number)


def standing(remarks: Sequence[Remark]) -> frozenset[int]:
    """Return the numbers of the entries that were not undone, those that undo among them."""
    undone: set[int] = set()
    for remark in reversed(remarks):
        if remark.undoes is not None and remark.number not in undone:
            undone.add(remark.undoes)
    return frozenset(remark.number for remark in remarks) - undone


def suggested(name: str, known: Collection[str]) -> str:
    close = difflib.get_close_matches(name, known, n=1)
    return f" Did you mean {close[0]!r}?" if close else ""
