"""Runs the attacks as one user in one environment, in every tier it can have there, and prints what came of it.

    python -m tests.attacks.runner [--docker] [--tiers none,T1,T2] [--only NAME,...]

The last line is JSON: a ``Report``. ``run_at`` runs it as another user or as in a container.
"""

from __future__ import annotations

import argparse
import json
import os
import pwd
from collections.abc import Sequence

from grader.errors import GraderError
from grader.sandbox.tiers import TIERS
from tests.attacks.cases import CASES, Case
from tests.attacks.ground import Ground
from tests.attacks.places import CONTROL, Place, add_docker, enter_docker, layers_here
from tests.attacks.results import Report

CONTROL_TRIES = 3


def run_at(place: Place, tiers: Sequence[str]) -> Report:
    """Run all attacks at a place."""
    *_, last = place.lines("tests.attacks.runner", "--tiers=" + ",".join(tiers))
    return Report(*json.loads(last))


def run(tiers: Sequence[str], only: Sequence[str]) -> Report:
    """Run the attacks here."""
    cases = [case for case in CASES if not only or case.name in only]
    succeeded: dict[str, dict[str, bool | str]] = {case.name: {} for case in cases}
    missing: dict[str, str] = {}
    for tier in tiers:
        try:
            ground = Ground(layers_here(tier))
        except (GraderError, ValueError) as error:
            missing[tier] = str(error)
            continue
        with ground:
            for case in cases:
                succeeded[case.name][tier] = _outcome(case, ground, tier)
    return Report(pwd.getpwuid(os.geteuid()).pw_name, succeeded, missing)


def _outcome(case: Case, ground: Ground, tier: str) -> bool | str:
    if tier == CONTROL and case.needs_root and os.geteuid() != 0:
        return "for root"
    try:
        if tier == CONTROL:
            # What an attack does may take a moment to be seen on a busy machine: it works if it works once.
            return any(case.works(ground) for _ in range(CONTROL_TRIES))
        return case.succeeds(ground)
    except Exception as error:  # a judge that fails has not said "held"
        return f"{type(error).__name__}: {error}"


def main() -> None:
    """Run what the arguments ask for and print the report."""
    parser = argparse.ArgumentParser(description=__doc__)
    add_docker(parser)
    parser.add_argument("--tiers", default=",".join((CONTROL, *TIERS[1:])), help="none is the control")
    parser.add_argument("--only", default="")
    arguments = parser.parse_args()
    if arguments.docker:
        enter_docker("tests.attacks.runner")
    tiers = [tier for tier in arguments.tiers.split(",") if tier]
    only = [name for name in arguments.only.split(",") if name]
    print(json.dumps(run(tiers, only)))


if __name__ == "__main__":
    main()
