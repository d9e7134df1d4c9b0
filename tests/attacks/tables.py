"""The tables of docs/security.md: a row for each attack, a column for each place, a sign for each tier."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Protocol

from grader.sandbox.tiers import TIERS
from tests.attacks.places import CONTROL
from tests.attacks.results import Report

SIGNS = {True: "**x**", False: "·"}


class Attack(Protocol):
    """An attack on the machine, on the wire or on the points."""

    @property
    def name(self) -> str: ...

    @property
    def rows(self) -> str: ...


def table(attacks: Sequence[Attack], reports: Mapping[str, Report]) -> str:
    """Return the counts and the table of some attacks; ``reports`` by the title of their place."""
    columns = [(title, report, tiers_of(report)) for title, report in reports.items()]
    heads = [f"{title}: {' '.join(tiers)}" for title, _, tiers in columns]
    lines = [_counts(attacks, reports), "", f"| attack | rows | {' | '.join(heads)} |", "|---" * (2 + len(heads)) + "|"]
    for attack in attacks:
        cells = [" ".join(_sign(report, attack, tier) for tier in tiers) for _, report, tiers in columns]
        lines.append(f"| {attack.name.replace('_', ' ')} | {attack.rows} | {' | '.join(cells)} |")
    return "\n".join([*lines, "", *_missing(reports)])


def tiers_of(report: Report) -> list[str]:
    """Return the columns of a report: the control, and the tiers that can be had."""
    found = {tier for outcomes in report.succeeded.values() for tier in outcomes}
    return [tier for tier in (CONTROL, *TIERS[1:]) if tier in found]


def _counts(attacks: Sequence[Attack], reports: Mapping[str, Report]) -> str:
    outcomes = [
        (tier, outcome)
        for report in reports.values()
        for attack in attacks
        for tier, outcome in report.succeeded[attack.name].items()
    ]
    tried = [outcome for tier, outcome in outcomes if tier != CONTROL]
    controls = sum(outcome is True for tier, outcome in outcomes if tier == CONTROL)
    return (
        f"{len(attacks)} attacks, {len(tried):,} attempts, {sum(outcome is not False for outcome in tried)} "
        f"successes; {controls} controls worked."
    )


def _missing(reports: Mapping[str, Report]) -> Iterator[str]:
    reasons = {f"{tier} as {title}: {why}" for title, report in reports.items() for tier, why in report.missing.items()}
    yield "Tiers that are not there: " + " ".join(sorted(reasons))


def _sign(report: Report, attack: Attack, tier: str) -> str:
    outcome = report.succeeded[attack.name].get(tier)
    return SIGNS[outcome] if isinstance(outcome, bool) else "–"
