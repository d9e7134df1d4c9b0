"""Runs every attack in every tier, as root and as nobody, natively and as in a container, and says what held.

    python -m tests.attacks.matrix            run everything, write the tables of docs/security.md; as root
    python -m tests.attacks.matrix --print    the same, but print them

Exits with 1 where an attack succeeded in a tier, or did not work where nothing defends: then it shows nothing.
"""

from __future__ import annotations

import argparse
import importlib
import importlib.util
import os
import sys
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import NamedTuple

from grader.sandbox.tiers import TIERS
from tests.attacks import docker
from tests.attacks.cases import CASES, Case
from tests.attacks.runner import CONTROL, Report, run_elsewhere

DOCUMENT = Path(__file__).parents[2] / "docs" / "security.md"
BEGIN = "<!-- what follows is written by `python -m tests.attacks.matrix` -->"
END = "<!-- end of what it writes -->"
SIGNS = {True: "**x**", False: "·"}


class Environment(NamedTuple):
    """Where attacks are run."""

    title: str
    user: str  # to become; "" to stay the one who runs this
    in_docker: bool

    def run(self, *, controls: bool = True, tiers: Sequence[str] = TIERS[1:]) -> Report:
        """Run all attacks there."""
        arguments = ["--tiers=" + ",".join(tiers)]
        arguments += ["--docker"] if self.in_docker else []
        # In a container the machine itself refuses some attacks, so nothing is shown by running them undefended.
        arguments += ["--controls"] if controls and not self.in_docker else []
        return run_elsewhere(self.user, *arguments)


def environments() -> list[Environment]:
    """Return where attacks can be run from here: as another user only by root, Docker's filter for one processor."""
    users = [("root", ""), ("nobody", "nobody")] if os.geteuid() == 0 else [("user", "")]
    native = [Environment(title, user, in_docker=False) for title, user in users]
    in_docker = [Environment(f"{title}, Docker", user, in_docker=True) for title, user in users]
    return [*native, *(in_docker if docker.is_known() else [])]


def faults(report: Report) -> list[str]:
    """Return what a report shows that must not be, a sentence each."""
    found = []
    for name, outcomes in report.succeeded.items():
        for tier, outcome in outcomes.items():
            if tier == CONTROL and outcome not in (True, "for root"):
                found.append(f"{name} did not work as {report.user} where nothing defends: {outcome}.")
            elif tier != CONTROL and outcome is not False:
                found.append(f"{name} was not held as {report.user} in {tier}: {outcome}.")
    return found


def grading_outcomes() -> list[tuple[str, str, bool]]:
    """Return the attacks on the points, as (attack, row, whether it was held)."""
    if importlib.util.find_spec("tests.attacks.grading") is None:
        return []
    if importlib.util.find_spec("tests.attacks.grading.cases") is None:
        return []
    cases = importlib.import_module("tests.attacks.grading.cases")
    return [(str(attack), str(row), bool(held)) for attack, row, held in cases.outcomes()]


def tables(places: Sequence[Environment], reports: Sequence[Report], grading: Sequence[tuple[str, str, bool]]) -> str:
    """Return the tables as Markdown."""
    lines = [*_counts(reports, grading), "", *_matrix(places, reports)]
    if grading:
        lines += ["", "### Attacks on the points", "", "| attack | rows | |", "|---|---|---|"]
        lines += [f"| {attack.replace('_', ' ')} | {row} | {SIGNS[not held]} |" for attack, row, held in grading]
    return "\n".join(lines)


def _counts(reports: Sequence[Report], grading: Sequence[tuple[str, str, bool]]) -> Iterator[str]:
    tried = sum(tier != CONTROL for report in reports for outcomes in report.succeeded.values() for tier in outcomes)
    controls = sum(outcomes.get(CONTROL) is True for report in reports for outcomes in report.succeeded.values())
    succeeded = sum(
        outcome is not False
        for report in reports
        for outcomes in report.succeeded.values()
        for tier, outcome in outcomes.items()
        if tier != CONTROL
    )
    yield (
        f"{len(CASES)} attacks on the machine and on the wire: {tried:,} attempts, {succeeded} successes; "
        f"{controls} controls worked."
    )
    if grading:
        held = sum(held for _, _, held in grading)
        yield f"{len(grading)} attacks on the points: {held} held."


def _matrix(places: Sequence[Environment], reports: Sequence[Report]) -> Iterator[str]:
    columns = [(place, report, tiers_of(report)) for place, report in zip(places, reports, strict=True)]
    yield "### Attacks on the machine and on the wire"
    yield ""
    yield "| attack | rows | " + " | ".join(f"{place.title}: {' '.join(tiers)}" for place, _, tiers in columns) + " |"
    yield "|---" * (2 + len(columns)) + "|"
    for case in CASES:
        cells = [" ".join(_sign(report, case, tier) for tier in tiers) for _, report, tiers in columns]
        yield f"| {case.name.replace('_', ' ')} | {case.rows} | " + " | ".join(cells) + " |"
    reasons = {
        f"{tier} as {place.title}: {why}" for place, report, _ in columns for tier, why in report.missing.items()
    }
    yield ""
    yield "Tiers that are not there: " + " ".join(sorted(reasons))


def tiers_of(report: Report) -> list[str]:
    """Return the columns of a report: the control, and the tiers that can be had."""
    first = next(iter(report.succeeded.values()))
    return [tier for tier in (CONTROL, *TIERS[1:]) if tier in first]


def _sign(report: Report, case: Case, tier: str) -> str:
    outcome = report.succeeded[case.name][tier]
    return SIGNS[outcome] if isinstance(outcome, bool) else "–"


def main() -> None:
    """Run everything and write or print the tables."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--print", action="store_true", help="print the tables instead of writing them")
    arguments = parser.parse_args()
    if os.geteuid() != 0:
        sys.exit("Run this as root: it runs the attacks as root and as nobody.")
    places = environments()
    reports = []
    for place in places:
        reports.append(place.run())
        print(f"{place.title}: {reports[-1].seconds:.0f} s", file=sys.stderr, flush=True)
    grading = grading_outcomes()
    found = [fault for report in reports for fault in faults(report)]
    found += [f"{attack} was not held." for attack, _, held in grading if not held]
    text = tables(places, reports, grading)
    if arguments.print:
        print(text)
    else:
        before, _, rest = DOCUMENT.read_text(encoding="utf-8").partition(BEGIN)
        _, _, after = rest.partition(END)
        DOCUMENT.write_text(f"{before}{BEGIN}\n\n{text}\n\n{END}{after}", encoding="utf-8")
    print("\n".join(found), file=sys.stderr)
    sys.exit(1 if found else 0)


if __name__ == "__main__":
    main()
