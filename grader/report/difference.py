"""The page that shows what a regrade changes, for the instructor who decides whether to publish it."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from markupsafe import Markup

from grader.model import ChangeKind, Difference, PartChange, StudentChange
from grader.report.pages import script_digest, template, template_folder
from grader.report.wording import percent, points

POINTS: tuple[ChangeKind, ...] = ("gains", "loses", "rescaled")
FATES: dict[ChangeKind, str] = {
    "held": "is held now",
    "refused": "is refused now",
    "decided": "has points now",
    "new": "is new",
    "gone": "is gone",
}


@dataclass(frozen=True, slots=True)
class Cause:
    """One reason, with how many students it makes gain, lose, or read other words."""

    sentence: str
    gains: int
    loses: int
    others: int


@dataclass(frozen=True, slots=True)
class Together:
    """Parts of a student that changed for the same reasons."""

    parts: tuple[PartChange, ...]
    why: tuple[str, ...]


def render_difference(difference: Difference, *, folder: str, published: bool, links: Mapping[str, str]) -> str:
    """Return what a regrade changes as one self-contained HTML page.

    Args:
        difference: between the published results and the pending ones.
        folder: of the run, as the commands that publish or discard take it.
        published: whether it was published since.
        links: key of a student to the address of the published report; students without one are not linked.
    """
    script = (template_folder() / "table.js").read_text(encoding="utf-8")
    changes = difference.changes
    return template("difference.html").render(
        difference=difference,
        folder=folder,
        published=published,
        links=links,
        counts={kind: sum(change.kind == kind for change in changes) for kind in (*POINTS, "reworded", *FATES)},
        causes=causes(difference),
        moved=[change for change in changes if change.kind in POINTS],
        reworded=[change for change in changes if change.kind == "reworded"],
        others=[change for change in changes if change.kind in FATES],
        fates=FATES,
        signed=signed,
        percents=percents,
        by_reason=by_reason,
        script=Markup(script),
        script_digest=script_digest(script),
    )


def signed(before: float | None, after: float | None) -> str:
    """Write a change of points with its sign: ``+2.5``, ``−1``, ``0``."""
    change = points(abs((after or 0.0) - (before or 0.0)))
    if change == "0":
        return change
    return f"{'+' if (after or 0.0) > (before or 0.0) else '−'}{change}"


def percents(change: StudentChange) -> str:
    """Write what share of the points a student has, before and after: ``94 % → 89 %``."""
    before, after = share(change.before, change.possible_before), share(change.after, change.possible_after)
    return f"{percent(before)} → {percent(after)}"


def causes(difference: Difference) -> list[Cause]:
    """Return all reasons, those first that move the points of most students; last what moved nobody."""
    found = [cause(sentence, difference.changes) for sentence in sentences(difference)]
    return sorted(found, key=lambda one: (one.gains + one.loses, one.others), reverse=True)


def sentences(difference: Difference) -> Iterable[str]:
    """Return everything that changed, and whatever else is named as a reason for points or words, each once."""
    named = (reason for change in difference.changes if change.kind not in FATES for reason in change.why)
    return dict.fromkeys((*difference.course, *named))


def cause(sentence: str, changes: Sequence[StudentChange]) -> Cause:
    """Count the students who gain, lose or read other words for one reason; a student may be counted as both."""
    parts = [[part for part in change.parts if sentence in part.why] for change in changes]
    return Cause(
        sentence,
        gains=sum(any(moved(part) > 0 for part in mine) for mine in parts),
        loses=sum(any(moved(part) < 0 for part in mine) for mine in parts),
        others=sum(
            sentence in change.why and all(moved(part) == 0 for part in mine)
            for change, mine in zip(changes, parts, strict=True)
        ),
    )


def moved(part: PartChange) -> float:
    """Return by how much a part's share of its own points changes, which may be others than before."""
    return share(part.after, part.possible_after) - share(part.before, part.possible_before)


def share(earned: float | None, possible: float) -> float:
    return earned / possible if earned and possible else 0.0


def by_reason(change: StudentChange) -> list[Together]:
    """Return a student's parts, those together that changed for the same reasons."""
    found: dict[tuple[str, ...], list[PartChange]] = {}
    for part in change.parts:
        found.setdefault(part.why, []).append(part)
    return [Together(tuple(parts), why) for why, parts in found.items()] or [Together((), change.why)]
