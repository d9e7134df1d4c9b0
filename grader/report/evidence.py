"""Turn the groups of one check into what the page of a student shows of them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field

import msgspec
from markupsafe import Markup

from grader.model import (
    ArrayEvidence,
    CaseResult,
    Curve,
    Diagnosis,
    Evidence,
    Finding,
    Images,
    Measure,
    Smallest,
    Status,
    StudentError,
)
from grader.report import alternatives, filters
from grader.report.code import CodeView
from grader.report.confusion import ConfusionView, confusion_view
from grader.report.groups import Group
from grader.report.pictures import LINE_LIMIT, Plotter
from grader.report.untrusted import OUTPUT_LIMIT, capped
from grader.report.wording import array_sentence

ARRAY_LIMIT = 4
PICTURE_LIMIT = 12
DETAILED_ARRAYS, TRACEBACKS = 40, 60  # of a report; of further ones a sentence is told
LONG_TEXT_LIMIT = 28 * 1024  # HTML escaping can make five bytes of one; keeps a page under 500 KB
CODE_LIMIT = 72 * 1024  # of HTML
SHEET_LIMIT, CONFUSION_LIMIT, FINDING_LIMIT = 2, 3, 8
TEXT_LINES, TEXT_WIDTH = 24, 200


@dataclass(slots=True)
class Allowance:
    """What one report may still hold of its large parts."""

    plotter: Plotter = field(default_factory=Plotter)
    pictures: int = PICTURE_LIMIT
    arrays: int = DETAILED_ARRAYS
    tracebacks: int = TRACEBACKS
    sheets: int = SHEET_LIMIT
    confusions: int = CONFUSION_LIMIT
    findings: int = FINDING_LIMIT
    text: int = LONG_TEXT_LIMIT
    code: int = CODE_LIMIT

    def take_picture(self) -> bool:
        """Tell whether one more picture fits, and count it."""
        self.pictures -= 1
        return self.pictures >= 0

    def take_array(self) -> bool:
        """Tell whether the details of one more array fit, and count it."""
        self.arrays -= 1
        return self.arrays >= 0

    def take_traceback(self, error: StudentError | None) -> StudentError | None:
        """Return an exception where its traceback still fits."""
        self.tracebacks -= error is not None
        return error if self.tracebacks >= 0 else None

    def take_sheet(self) -> bool:
        """Tell whether one more sheet of learned pictures fits, and count it."""
        self.sheets -= 1
        return self.sheets >= 0

    def take_confusion(self) -> bool:
        """Tell whether one more table of confusions fits, and count it."""
        self.confusions -= 1
        return self.confusions >= 0

    def take_findings(self, findings: Sequence[Finding]) -> tuple[Finding, ...]:
        """Return the findings that still fit."""
        shown = tuple(findings[: max(0, self.findings)])
        self.findings -= len(shown)
        return shown

    def take_smallest(self, smallest: Smallest | None) -> Smallest | None:
        """Return a smallest input where it still fits: half a call is no use."""
        length = 0 if smallest is None else len(smallest.call) + len(smallest.got) + len(smallest.expected)
        if length > self.text:
            return None
        self.text -= length
        return smallest

    def take_code(self, code: CodeView | None) -> CodeView | None:
        """Return the code of a part where it still fits."""
        if code is None or code.size > self.code:
            return None
        self.code -= code.size
        return code

    def take_text(self, text: str) -> str:
        """Return what of ``text`` still fits, controls written out."""
        shown = capped(text, min(OUTPUT_LIMIT, self.text)) if text and self.text > 0 else ""
        self.text -= len(shown)
        return shown


@dataclass(frozen=True, slots=True)
class ArrayView:
    """One wrong array: sentence, worst entries, heat map."""

    evidence: ArrayEvidence
    sentence: str
    picture: Markup | None
    alternative: str


@dataclass(frozen=True, slots=True)
class PlotView:
    """Curves that share an axis."""

    names: tuple[str, ...]
    picture: Markup | None
    alternative: str


@dataclass(frozen=True, slots=True)
class ImagesView:
    """Learned weights or filters."""

    name: str
    picture: Markup
    alternative: str


@dataclass(frozen=True, slots=True)
class TextView:
    """Text that the student's model generated."""

    name: str
    lines: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class GroupView:
    """Cases that ended the same way, told by their first."""

    status: Status
    count: str
    names: tuple[str, ...]
    diagnosis: Diagnosis | None
    summary: str
    detail: str
    error: StudentError | None
    arrays: tuple[ArrayView, ...]
    plots: tuple[PlotView, ...]
    measures: tuple[Measure, ...]
    findings: tuple[Finding, ...]
    confusions: tuple[ConfusionView, ...]
    images: tuple[ImagesView, ...]
    texts: tuple[TextView, ...]
    smallest: Smallest | None
    right_once: tuple[str, ...]
    reason: str
    output: str


def group_view(group: Group, of: int, told: Diagnosis | None, allowance: Allowance) -> GroupView:
    """Show a group by its first case.

    Args:
        group: cases that ended the same way, already stripped of what the student may not see.
        of: number of cases of the check.
        told: the diagnosis the part already shows, not to be repeated.
        allowance: what the report may still hold.
    """
    case = group[0]
    evidence = case.evidence or Evidence(summary="")
    arrays = sorted(filter(_has_more_to_tell, evidence.arrays), key=_share_wrong, reverse=True)
    return GroupView(
        status=case.status,
        count=_count(len(group), of),
        names=tuple(member.case for member in group if member.case),
        diagnosis=None if _is_told(case.diagnosis, told) else case.diagnosis,
        summary=evidence.summary,
        detail=allowance.take_text(evidence.detail),
        error=allowance.take_traceback(evidence.error),
        arrays=tuple(_array_view(array, allowance) for array in arrays[:ARRAY_LIMIT]),
        plots=tuple(_plot_view(lines, allowance) for lines in _axes(evidence.curves)),
        measures=evidence.measures,
        findings=allowance.take_findings(evidence.findings),
        confusions=tuple(confusion_view(matrix) for matrix in evidence.matrices if allowance.take_confusion()),
        images=tuple(_images_view(images) for images in evidence.images if images.pictures and allowance.take_sheet()),
        texts=tuple(_text_view(text.name, text.lines, allowance) for text in evidence.texts),
        smallest=allowance.take_smallest(_first_smallest(group)),
        right_once=case.right_once,
        reason=case.reason,
        output=allowance.take_text(_first_output(group)),
    )


def _is_told(diagnosis: Diagnosis | None, told: Diagnosis | None) -> bool:
    """Tell whether the part's diagnosis names this cause already; what was observed here is in the summary."""
    if diagnosis is None or told is None:
        return diagnosis is None
    return (diagnosis.name, diagnosis.hint) == (told.name, told.hint)


def _count(members: int, of: int) -> str:
    if of == 1:
        return ""
    return f"in all {of} cases" if members == of else f"in {members} of {of} cases"


def _has_more_to_tell(array: ArrayEvidence) -> bool:
    """Tell whether there is more than the summary says: of a single number, or of a wrong shape, there is not."""
    return array.wrong > 0 and array.total > 1 and array.got_shape == array.expected_shape


def _share_wrong(array: ArrayEvidence) -> float:
    return array.wrong / array.total if array.total else 1.0


def _first_output(group: Sequence[CaseResult]) -> str:
    return next((case.output for case in group if case.output.strip()), "")


def _first_smallest(group: Sequence[CaseResult]) -> Smallest | None:
    return next((case.evidence.smallest for case in group if case.evidence and case.evidence.smallest), None)


def _array_view(array: ArrayEvidence, allowance: Allowance) -> ArrayView:
    picture, alternative = None, ""
    if not allowance.take_array():
        return ArrayView(msgspec.structs.replace(array, worst=()), array_sentence(array), None, "")
    if array.heat and array.heat[0] and array.wrong:
        alternative = alternatives.heat_map(array)
        if allowance.take_picture():
            picture = allowance.plotter.heat_map(array.heat, array.got_shape, alternative)
    return ArrayView(array, array_sentence(array), picture, alternative)


def _images_view(images: Images) -> ImagesView:
    return ImagesView(images.name, filters.sheet(images), filters.alternative(images))


def _text_view(name: str, lines: Sequence[str], allowance: Allowance) -> TextView:
    shown = (allowance.take_text(capped(line, TEXT_WIDTH)) for line in lines[:TEXT_LINES])
    return TextView(name, tuple(filter(None, shown)))


def _axes(curves: Sequence[Curve]) -> list[tuple[Curve, ...]]:
    """Losses share one picture, shares such as accuracies another, as their units differ."""
    losses = tuple(curve for curve in curves if "loss" in curve.name)
    others = tuple(curve for curve in curves if "loss" not in curve.name)
    return [lines[:LINE_LIMIT] for lines in (losses, others) if lines]


def _plot_view(curves: tuple[Curve, ...], allowance: Allowance) -> PlotView:
    alternative = alternatives.curves(curves)
    picture = allowance.plotter.curves(curves, alternative) if allowance.take_picture() else None
    return PlotView(tuple(curve.name for curve in curves), picture, alternative)
