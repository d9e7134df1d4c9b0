"""Put the cases of a check that ended the same way together, so that one mistake is told once."""

from __future__ import annotations

from collections.abc import Sequence

from grader.model import CaseResult, Diagnosis, Evidence, Status

Group = tuple[CaseResult, ...]


def group_cases(cases: Sequence[CaseResult]) -> tuple[Group, ...]:
    """Return the cases worth telling about, grouped by how they ended; the largest loss comes first."""
    groups: dict[object, list[CaseResult]] = {}
    for case in cases:
        if not _is_quiet(case):
            groups.setdefault(_key(case), []).append(case)
    return tuple(sorted((tuple(group) for group in groups.values()), key=_points_lost, reverse=True))


def _is_quiet(case: CaseResult) -> bool:
    """Tell whether there is nothing to say about a case but that it passed, or that nobody tried."""
    if case.status is Status.NOT_ATTEMPTED:
        return True
    return case.status is Status.PASSED and not case.right_once and not _is_measured(case.evidence)


def _is_measured(evidence: Evidence | None) -> bool:
    """Tell whether a case shows something of a training, which is worth a look when all is right, too."""
    if evidence is None:
        return False
    shown = (evidence.measures, evidence.curves, evidence.matrices, evidence.images, evidence.texts, evidence.findings)
    return any(shown)


def _key(case: CaseResult) -> object:
    evidence = case.evidence
    return (
        case.status,
        _cause(case.diagnosis),
        "" if evidence is None or case.diagnosis is not None else evidence.summary,
        None if evidence is None else evidence.error,
        () if evidence is None else (evidence.measures, evidence.curves),
        case.right_once,
        case.reason,
    )


def _cause(diagnosis: Diagnosis | None) -> str:
    # A structure or relation diagnosis names its numbers, so two cases with one name may need two sentences.
    if diagnosis is None:
        return ""
    return diagnosis.name if diagnosis.kind == "misconception" else f"{diagnosis.name} {diagnosis.observation}"


def _points_lost(group: Group) -> float:
    return sum(1.0 - case.fraction for case in group)
