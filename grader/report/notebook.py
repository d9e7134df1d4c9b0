"""A student's own notebook with the feedback under the cell that holds each part.

Only what the student wrote is shown, text and code: outputs can be made up, and were never looked at. The cards are
those of the report, in its style.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

import msgspec
from markupsafe import Markup

from grader.model import Cell, Final, Grade, PartGrade
from grader.report.cells import CODE_LIMIT, TEXT_LIMIT, cell_html
from grader.report.disclosure import grade_for_student
from grader.report.evidence import Allowance
from grader.report.hand import hand_view
from grader.report.pages import template
from grader.report.release import Shown, as_released
from grader.report.student import PartView, part_view
from grader.report.wording import isolation

# Beside cards of half a megabyte the page stays below two; an honest notebook takes a tenth of it.
HTML_LIMIT = 1_400_000  # characters of all cells, as HTML
SOURCE_LIMIT = 200_000  # characters of all cells, as they were written; decides how long hostile text can keep us
CELL_LIMIT = 1_000


@dataclass(frozen=True, slots=True)
class CellView:
    """One cell as the page shows it."""

    kind: str
    label: str
    html: Markup | None  # None where the page would be too large
    parts: tuple[PartView, ...]


def render_notebook(
    grade: Grade, cells: Sequence[Cell], *, report: str, final: Final | None = None, shown: Shown = "all"
) -> str:
    """Return a notebook with its feedback as one self-contained HTML page of less than 2 MB.

    It needs neither network nor JavaScript, and shows of hidden checks what the report shows.

    Args:
        grade: of the notebook. A part stands under the cell that its ``source`` names.
        cells: of the notebook as it was handed in.
        report: address of the student's report.
        final, shown: as of ``render_student``.
    """
    grade = grade_for_student(as_released(grade, shown))
    written = [cell for cell in cells if cell.text.strip()]
    pieces = tuple(_shown(written))
    placed = _placed(grade.parts, {cell.label: html is not None for cell, html in zip(written, pieces, strict=True)})
    parts = [view for found in placed.values() for view in found]
    views = [
        CellView(cell.kind, cell.label, html, tuple(placed[cell.label] if cell.label else ()))
        for cell, html in zip(written, pieces, strict=True)
    ]
    return template("notebook.html").render(
        grade=grade,
        hand=hand_view(grade, final, shown, {view.grade.part: view.anchor for view in parts}),
        report=report,
        parts=parts,
        cells=[view for view in views if view.html is not None or view.parts],
        left_out=sum(html is None for html in pieces),
        elsewhere=placed[""],
        isolation=isolation(grade.tier),
    )


def _placed(parts: Sequence[PartGrade], cells: Mapping[str, bool]) -> dict[str, list[PartView]]:
    """Return the parts of each cell; under "" those that stand in none.

    Args:
        parts: in the order of the assignment.
        cells: labels of code cells, in the order of the notebook, and whether each is shown.
    """
    placed: dict[str, list[PartView]] = {label: [] for label in (*filter(None, cells), "")}
    allowance = Allowance()
    for number, part in enumerate(parts, start=1):
        label = part.source.label if part.source is not None and part.source.label in placed else ""
        # Where its code stands above a card, the card need not show it again.
        told = msgspec.structs.replace(part, source=None) if label and cells[label] else part
        placed[label].append(part_view(f"part-{number}", told, allowance))
    return placed


def _shown(cells: Sequence[Cell]) -> Iterator[Markup | None]:
    """Yield each cell as HTML; from where the page would be too large on, None."""
    source, html = SOURCE_LIMIT, HTML_LIMIT
    for number, cell in enumerate(cells):
        source -= min(len(cell.text), CODE_LIMIT if cell.kind == "code" else TEXT_LIMIT)
        if source < 0 or html < 0 or number >= CELL_LIMIT:
            yield None
            continue
        found = cell_html(cell.kind, cell.text)
        html -= len(found)
        yield found if html >= 0 else None
