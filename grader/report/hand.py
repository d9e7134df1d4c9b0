"""What a student reads of the instructor's hand: comments, changed points, lateness, and what is not released yet."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime

from grader.model import Final, FinalPart, Grade
from grader.report.release import Shown
from grader.report.wording import points

SOURCES = {"list": "the course's list", "gradescope": "Gradescope", "nbgrader": "nbgrader", "files": "the file's date"}

WITHHELD = {
    "all": "",
    "scores": "What the hidden checks are is not shown; their points count.",
    "public": "The hidden checks are not released yet: this page shows the public checks and their points alone.",
}


@dataclass(frozen=True, slots=True)
class PartNote:
    """What an instructor wrote on one part."""

    title: str
    anchor: str  # "" where the page does not show the part
    changed: str
    comments: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class HandView:
    """What stands beside the automatic outcome.

    Attributes:
        earned, possible: the score on top, in points.
        sums: how the score came about, a sentence each.
    """

    earned: float
    possible: float
    sums: tuple[str, ...]
    comments: tuple[str, ...]
    parts: tuple[PartNote, ...]
    withheld: str
    public_only: bool  # whether the page tells of the public checks alone

    @property
    def share(self) -> float:
        """Share of the possible points, 0 to 1."""
        return min(1.0, self.earned / self.possible) if self.possible else 0.0

    @property
    def anything(self) -> bool:
        """Tell whether there is something to read."""
        return bool(self.sums or self.comments or self.parts)


def hand_view(grade: Grade, final: Final | None, shown: Shown, anchors: Mapping[str, str]) -> HandView:
    """Return what the page says besides the checks.

    Args:
        grade: as it is released.
        final: what counts; None where nobody decided anything besides the checks.
        shown: "public" shows no points but those of the public checks, as others would tell the hidden ones.
        anchors: of the parts on the page, by name.
    """
    # A held report has no points; a comment may be read all the same.
    telling = shown != "public" and not grade.held
    notes = () if final is None else tuple(_part_note(part, anchors, telling=telling) for part in final.parts)
    return HandView(
        earned=final.total if final is not None and telling else grade.earned,
        possible=grade.possible,
        sums=() if final is None else tuple(_sums(final, telling=telling)),
        comments=() if final is None else tuple(remark.comment for remark in final.remarks if remark.comment),
        parts=tuple(note for note in notes if note.changed or note.comments),
        withheld=WITHHELD[shown],
        public_only=shown == "public",
    )


def _part_note(part: FinalPart, anchors: Mapping[str, str], *, telling: bool) -> PartNote:
    changed = ""
    if telling and part.points != part.automatic:
        changed = f"{_points(part.points)} instead of the {points(part.automatic)} that the checks gave."
    return PartNote(
        title=part.title,
        anchor=anchors.get(part.part, ""),
        changed=changed,
        comments=tuple(remark.comment for remark in part.remarks if remark.comment),
    )


def _sums(final: Final, *, telling: bool) -> Iterator[str]:
    arrival = final.arrival
    if arrival is not None and arrival.attempts > 1:
        yield f"Of your {arrival.attempts} attempts, number {arrival.attempt} counts."
    if telling and (final.adjustment or final.late):
        yield f"The checks gave {_points(final.automatic)}."
    if telling and final.adjustment:
        done = "added" if final.adjustment > 0 else "took off"
        yield f"Your instructor {done} {_points(abs(final.adjustment))}."
    if final.days_late and arrival is not None:
        begun = f"{final.days_late} {'day' if final.days_late == 1 else 'days'}"
        came = f"{datetime.fromisoformat(arrival.submitted):%Y-%m-%d %H:%M} UTC, by {SOURCES[arrival.told_by]}"
        said = f"Handed in late, with {begun} begun after the due date ({came})"
        yield f"{said}: {_points(final.late)} taken off." if telling and final.late else f"{said}."


def _points(value: float) -> str:
    return f"{points(value)} {'point' if value == 1 else 'points'}"
