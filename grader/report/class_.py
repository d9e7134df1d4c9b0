"""The report on a class: scores, checks, common causes, and everything the instructor has to look at."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from markupsafe import Markup

from grader.model import Final, Grade, Refusal, Remark
from grader.report import alternatives, items, similarity, statistics
from grader.report.fingerprints import PIECE_LENGTH
from grader.report.pages import script_digest, template, template_folder
from grader.report.pair import similarities
from grader.report.pictures import Plotter


@dataclass(frozen=True, slots=True)
class Row:
    """One student in the table."""

    grade: Grade
    share: float
    href: str | None
    final: Final | None  # None where only the automatic grade is known

    @property
    def total(self) -> float:
        """What counts."""
        return self.grade.earned if self.final is None else self.final.total

    @property
    def standing(self) -> str:
        """What happened to the hand-in besides the checks."""
        if self.final is None:
            return "graded"
        days = self.final.days_late
        said = [f"{days} {'day' if days == 1 else 'days'} late"] if days else []
        if any(remark.points is not None for remark in self.remarks):
            said.append(f"{self.final.adjustment:+.4g} by hand")
        if any(remark.comment for remark in self.remarks):
            said.append("comment")
        return ", ".join(["graded", *said])

    @property
    def remarks(self) -> list[Remark]:
        """Return what instructors wrote, on parts and on the whole."""
        if self.final is None:
            return []
        return [*self.final.remarks, *(remark for part in self.final.parts for remark in part.remarks)]


def render_class(
    grades: Sequence[Grade],
    refusals: Sequence[Refusal],
    *,
    title: str,
    links: Mapping[str, str],
    finals: Mapping[str, Final] = {},
) -> str:
    """Return the report on a class as one self-contained HTML page.

    Args:
        grades: of all students that were graded, held ones among them.
        refusals: hand-ins that could not be read.
        title: shown at the top.
        links: key of a student to the address of their report; students without one are not linked.
        finals: what counts for a student, by key; the automatic grade where there is none. Everything but the table
            of students is of the checks alone.

    The time grows with the number of students, and that of comparing their code with its square
    (``grader.report.similarity``).
    """
    ordered = sorted(grades, key=lambda grade: (grade.student.casefold(), grade.key))
    scores = statistics.scores(ordered)
    script = (template_folder() / "table.js").read_text(encoding="utf-8")
    return template("class.html").render(
        title=title,
        rows=[row_of(grade, links, finals) for grade in ordered],
        links=links,
        scores=scores,
        histogram=_histogram(scores),
        items=items.items(ordered),
        limits=items,
        causes=statistics.causes(ordered),
        unexplained=statistics.unexplained(ordered),
        time_outs=statistics.time_outs(ordered),
        faults=statistics.faults(ordered),
        held=[statistics.Holder(grade) for grade in ordered if grade.held],
        similar=similarities(ordered),
        measure=similarity,
        piece_length=PIECE_LENGTH,
        refusals=sorted(refusals, key=lambda refusal: (refusal.student.casefold(), refusal.key)),
        script=Markup(script),
        script_digest=script_digest(script),
    )


def row_of(grade: Grade, links: Mapping[str, str], finals: Mapping[str, Final]) -> Row:
    """Return the row of a student."""
    final = finals.get(grade.key)
    share = statistics.share(grade) if final is None or not final.possible else final.total / final.possible
    return Row(grade, share, links.get(grade.key), final)


def _histogram(scores: statistics.Scores | None) -> Markup | None:
    if scores is None:
        return None
    return Plotter().histogram(scores.shares, alternatives.histogram(scores.shares))
