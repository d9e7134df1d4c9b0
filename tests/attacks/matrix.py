"""Runs every attack in every tier, as root and as nobody, natively and as in a container, and says what held.

    python -m tests.attacks.matrix            run everything, write the tables of docs/security.md; as root
    python -m tests.attacks.matrix --print    the same, but print them

    --results FILE    write every outcome there as it comes, and leave out what is there already
    --only points     or "machine": print that table alone

Exits with 1 where an attack succeeded in a tier, or did not work where nothing defends: then it shows nothing.
"""

from __future__ import annotations

import argparse
import os
import sys
from collections.abc import Mapping, Sequence
from pathlib import Path

from grader.sandbox.tiers import TIERS
from tests.attacks import cases as machine
from tests.attacks.grading import cases as points
from tests.attacks.grading import controls, runner
from tests.attacks.grading.court import honest_in, names_by_course
from tests.attacks.places import CONTROL, Place, places
from tests.attacks.results import Report, Results
from tests.attacks.runner import run_at
from tests.attacks.tables import table

DOCUMENT = Path(__file__).parents[2] / "docs" / "security.md"
BEGIN = "<!-- what follows is written by `python -m tests.attacks.matrix` -->"
END = "<!-- end of what it writes -->"
MACHINE, POINTS = "Attacks on the machine and on the wire", "Attacks on the points"
HONEST = (
    "In every column the solution of each course earned all the points that the attacks are after. None is the "
    "control, a naive grader; it has no tier and no user."
)


ATTACKS = ("tests/attacks/places.py", "tests/attacks/docker.py")
SOURCES = {
    MACHINE: (
        *ATTACKS, "grader/sandbox", "tests/attacks/sandbox", "tests/attacks/wire",
        *(f"tests/attacks/{name}.py" for name in ("cases", "frames", "ground", "judges", "peers", "runner")),
    ),
    POINTS: (*ATTACKS, "grader", "reference", "tests/attacks/grading", "tests/course_factory.py"),
}  # fmt: skip


def attack_machine(place: Place, results: Results) -> Report:
    """Return what came of the attacks on the machine and on the wire at a place, a tier at a time."""
    succeeded: dict[str, dict[str, bool | str]] = {case.name: {} for case in machine.CASES}
    missing: dict[str, str] = {}
    # In a container the machine itself refuses some attacks, so nothing is shown by running them undefended.
    for tier in TIERS[1:] if place.in_docker else (CONTROL, *TIERS[1:]):
        key = (MACHINE, place.title, tier)
        if key not in results:
            results.note(key, run_at(place, [tier]))
        report = Report(*results[key])  # type: ignore[misc]
        missing |= report.missing
        for name, outcomes in report.succeeded.items():
            succeeded[name] |= outcomes
    return Report(place.title, succeeded, missing)


def attack_points(place: Place, results: Results, tiers: Sequence[str] = TIERS[1:]) -> Report:
    """Return what came of the attacks on the points at a place."""
    honest = [honest_in(course) for course in names_by_course(points.CASES)]
    succeeded: dict[str, dict[str, bool | str]] = {name: {} for name in (*points.BY_NAME, *honest)}
    missing: dict[str, str] = {}
    for tier in tiers:
        if (POINTS, place.title, tier, "") not in results:
            grade_the_rest(place, tier, results)
        if (POINTS, place.title, tier, "") in results:
            missing[tier] = str(results[POINTS, place.title, tier, ""])
            continue
        for name, outcomes in succeeded.items():
            outcomes[tier] = results[POINTS, place.title, tier, name]  # type: ignore[assignment]
    return Report(place.title, succeeded, missing)


def grade_the_rest(place: Place, tier: str, results: Results) -> None:
    """Grade the attacks on the points that no outcome is known of."""
    left = [name for name in points.BY_NAME if (POINTS, place.title, tier, name) not in results]
    if left:
        for name, outcome in runner.run_at(place, tier, left):
            results.note((POINTS, place.title, tier, name), outcome)


def with_controls(reports: Mapping[str, Report], results: Results) -> None:
    """Put the outcomes of the controls of the attacks on the points into the first column."""
    first = next(iter(reports.values()))
    if (POINTS, CONTROL) not in results:
        results.note((POINTS, CONTROL), controls.fooled())
    fooled: dict[str, bool | str] = results[POINTS, CONTROL]  # type: ignore[assignment]
    for name, outcome in fooled.items():
        first.succeeded[name][CONTROL] = outcome


def run(only: str, path: Path | None) -> tuple[dict[str, str], list[str]]:
    """Run the attacks; return the tables by their title, and what must not be."""
    tables, faults = {}, []
    if only in ("", "machine"):
        results = Results(path, SOURCES[MACHINE])
        reports = {place.title: attack_machine(place, results) for place in places()}
        tables[MACHINE] = table(machine.CASES, reports)
        faults += [fault for report in reports.values() for fault in report.faults()]
    if only in ("", "points"):
        results = Results(path, SOURCES[POINTS])
        reports = {place.title: attack_points(place, results) for place in places()}
        with_controls(reports, results)
        tables[POINTS] = f"{table(points.CASES, reports)}\n\n{HONEST}"
        faults += [fault for report in reports.values() for fault in report.faults()]
    return tables, faults


def main() -> None:
    """Run everything and write or print the tables."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--print", action="store_true", help="print the tables instead of writing them")
    parser.add_argument("--results", type=Path, help="continue what is in this file")
    parser.add_argument("--only", choices=("", "machine", "points"), default="")
    arguments = parser.parse_args()
    if os.geteuid() != 0:
        sys.exit("Run this as root: it runs the attacks as root and as nobody.")
    tables, faults = run(arguments.only, arguments.results)
    text = "\n\n".join(f"### {title}\n\n{body}" for title, body in tables.items())
    if arguments.print or arguments.only:
        print(text)
    else:
        before, _, rest = DOCUMENT.read_text(encoding="utf-8").partition(BEGIN)
        _, _, after = rest.partition(END)
        DOCUMENT.write_text(f"{before}{BEGIN}\n\n{text}\n\n{END}{after}", encoding="utf-8")
    print("\n".join(faults), file=sys.stderr)
    sys.exit(1 if faults else 0)


if __name__ == "__main__":
    main()
