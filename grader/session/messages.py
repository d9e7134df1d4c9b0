"""The words of an outcome, the same in a terminal, a notebook and a report."""

from __future__ import annotations

from collections.abc import Iterator

from grader.model import CaseResult, Check, Finding, Smallest, Visibility


def message_of(check: Check, result: CaseResult, visibility: Visibility) -> str:
    """Return what a student reads about a case that did not pass, a few lines.

    Args:
        check: the check of the case.
        result: its outcome.
        visibility: whether inputs and expected values may be shown.
    """
    return "\n".join(lines_of(check, result, visibility))


def lines_of(check: Check, result: CaseResult, visibility: Visibility) -> Iterator[str]:
    yield f"{check.part}: {check.title}: {result.status}."
    if result.reason:
        yield result.reason
    evidence, diagnosis = result.evidence, result.diagnosis
    if evidence is not None:
        if evidence.summary:
            yield evidence.summary
        if evidence.detail and visibility is Visibility.PUBLIC:
            yield evidence.detail
        if evidence.error is not None:
            for frame in evidence.error.frames:
                yield f"  {frame.label}, line {frame.line}, in {frame.function}: {frame.text}"
    if evidence is not None and evidence.smallest is not None and visibility is Visibility.PUBLIC:
        yield from smallest_lines(evidence.smallest)
    if evidence is not None:
        for finding in evidence.findings:
            yield from finding_lines(finding)
    if diagnosis is not None:
        if evidence is None or diagnosis.observation not in evidence.summary:
            yield diagnosis.observation
        if diagnosis.hint:
            yield f"Hint: {diagnosis.hint}"
    if result.fraction > 0:
        yield f"It earns {result.fraction:.0%} of the points."
    for sentence in result.advice:
        yield f"Advice (costs nothing): {sentence}"


def smallest_lines(smallest: Smallest) -> Iterator[str]:
    yield "The smallest input found that still fails, to paste and run:"
    yield indented(smallest.call)
    yield "It gives"
    yield indented(smallest.got)
    if smallest.expected:
        yield "and should give"
        yield indented(smallest.expected)


def finding_lines(finding: Finding) -> Iterator[str]:
    """Yield what the training doctor has found: the observation, the likely cause, the experiment that would tell."""
    yield f"Seen in the training ({finding.name}): {finding.observation}"
    yield f"  Likely cause: {finding.cause}"
    yield f"  To find out: {finding.experiment}"


def indented(text: str) -> str:
    return "\n".join(f"    {line}".rstrip() for line in text.splitlines())


def brief_of(check: Check, result: CaseResult) -> str:
    """Return the same in one line, what matters most first, as terminals cut it off."""
    seen = seen_in(result)
    return (
        f"{check.part}: {result.status}. {seen} ({check.title}.)"
        if seen
        else f"{check.part}: {result.status}. {check.title}."
    )


def seen_in(result: CaseResult) -> str:
    """Return what was observed, in one line."""
    told = (
        result.diagnosis.observation if result.diagnosis is not None else "",
        result.evidence.summary if result.evidence is not None else "",
        result.reason,
    )
    return next((" ".join(text.split()) for text in told if text), "")
