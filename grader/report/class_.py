"""The report on a class: scores, checks, common causes, and everything the instructor has to look at."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from markupsafe import Markup

from grader.model import Grade, Refusal
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


def render_class(grades: Sequence[Grade], refusals: Sequence[Refusal], *, title: str, links: Mapping[str, str]) -> str:
    """Return the report on a class as one self-contained HTML page.

    Args:
        grades: of all students that were graded, held ones among them.
        refusals: hand-ins that could not be read.
        title: shown at the top.
        links: key of a student to the address of their report; students without one are not linked.

    The time grows with the number of students, and that of comparing their code with its square
    (``grader.report.similarity``).
    """
    ordered = sorted(grades, key=lambda grade: (grade.student.casefold(), grade.key))
    scores = statistics.scores(ordered)
    script = (template_folder() / "table.js").read_text(encoding="utf-8")
    return template("class.html").render(
        title=title,
        rows=[Row(grade, statistics.share(grade), links.get(grade.key)) for grade in ordered],
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


def _histogram(scores: statistics.Scores | None) -> Markup | None:
    if scores is None:
        return None
    return Plotter().histogram(scores.shares, alternatives.histogram(scores.shares))
