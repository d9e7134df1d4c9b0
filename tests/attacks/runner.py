"""Runs the attacks as one user in one environment, in every tier it can have there, and prints what came of it.

    python -m tests.attacks.runner [--user nobody] [--docker] [--controls] [--tiers T1,T2] [--only NAME,...]

The last line is JSON: a ``Report``. Becoming a user and entering Docker's filter are for good, so they happen
before the interpreter is executed anew.
"""

from __future__ import annotations

import argparse
import json
import os
import pwd
import shutil
import subprocess
import sys
import time
from collections.abc import Sequence
from pathlib import Path
from typing import NamedTuple

import grader
from grader.errors import GraderError, IsolationError
from grader.sandbox.tiers import TIERS, landlock_abi, layers_for
from tests.attacks import docker
from tests.attacks.cases import CASES, Case
from tests.attacks.ground import Ground

ROOT = Path(grader.__file__).parent.parent
CONTROL = "none"
CONTROL_TRIES = 3
STARTS_ITSELF = "import numpy, msgspec, subprocess, sys; subprocess.run([sys.executable, '-c', ''], check=True)"


class Report(NamedTuple):
    """What came of the attacks in one environment.

    ``succeeded`` has, by attack and tier, whether it did; "none" stands for its control. A text says why it could
    not be judged. ``missing`` are the tiers that cannot be had there, with the reason.
    """

    user: str
    in_docker: bool
    succeeded: dict[str, dict[str, bool | str]]
    missing: dict[str, str]
    seconds: float


def run_elsewhere(user: str, *arguments: str, timeout_s: float = 600) -> Report:
    """Run the attacks in another process as ``user``, or as the present one where it is ""."""
    command = [interpreter_for(user), "-m", "tests.attacks.runner", *arguments]
    done = subprocess.run(
        [*_becoming(user), *command],
        cwd=ROOT,
        env=_environment(),
        capture_output=True,
        text=True,
        timeout=timeout_s,
        check=False,
    )
    if done.returncode != 0:
        raise RuntimeError(f"{' '.join(command)} ended with {done.returncode}: {done.stderr[-2000:]}")
    return Report(*json.loads(done.stdout.splitlines()[-1]))


def interpreter_for(user: str) -> str:
    """Return a Python that ``user`` can start; "" where there is none.

    The one that runs the tests may be in a folder of its owner, such as /root.
    """
    version = f"python3.{sys.version_info.minor}"
    for candidate in (sys.executable, shutil.which(version, path="/usr/local/bin:/usr/bin")):
        if candidate is None:
            continue
        command = [*_becoming(user), candidate, "-c", STARTS_ITSELF]
        done = subprocess.run(command, env=_environment(), capture_output=True, check=False, cwd="/")
        if done.returncode == 0:
            return candidate
    return ""


def run(tiers: Sequence[str], *, controls: bool, only: Sequence[str], in_docker: bool) -> Report:
    """Run the attacks here."""
    started_s = time.monotonic()
    cases = [case for case in CASES if not only or case.name in only]
    succeeded: dict[str, dict[str, bool | str]] = {case.name: {} for case in cases}
    missing: dict[str, str] = {}
    for tier in (CONTROL, *tiers) if controls else tiers:
        try:
            ground = Ground(_layers(tier))
        except (GraderError, IsolationError, ValueError) as error:
            missing[tier] = str(error)
            continue
        with ground:
            for case in cases:
                succeeded[case.name][tier] = _outcome(case, ground, tier)
    user = pwd.getpwuid(os.geteuid()).pw_name
    return Report(user, in_docker, succeeded, missing, time.monotonic() - started_s)


def _layers(tier: str) -> tuple[str, ...]:
    if tier == CONTROL:
        return ()
    layers = layers_for(tier, as_root=os.geteuid() == 0)
    if "landlock" in layers and not landlock_abi():
        raise IsolationError("The kernel offers no Landlock.")
    return layers


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


def _becoming(user: str) -> list[str]:
    return ["setpriv", f"--reuid={user}", f"--regid={pwd.getpwnam(user).pw_gid}", "--clear-groups"] if user else []


def _environment() -> dict[str, str]:
    path = [str(ROOT), *(entry for entry in sys.path if entry.endswith("site-packages"))]
    return {
        "PATH": os.environ["PATH"],
        "PYTHONPATH": os.pathsep.join(path),
        "PYTHONDONTWRITEBYTECODE": "1",
        "PYTHONUTF8": "1",
    }


def _enter_docker() -> None:
    docker.confine()
    arguments = [argument for argument in sys.argv[1:] if argument != "--docker"]
    command = [sys.executable, "-m", "tests.attacks.runner", "--in-docker", *arguments]
    os.execv(sys.executable, command)


def main() -> None:
    """Run what the arguments ask for and print the report."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--user", default="", help="become this user first")
    parser.add_argument("--docker", action="store_true", help="under the filter and capabilities of a container")
    parser.add_argument("--in-docker", action="store_true", help=argparse.SUPPRESS)
    parser.add_argument("--controls", action="store_true", help="also show that each attack works undefended")
    parser.add_argument("--tiers", default=",".join(TIERS[1:]))
    parser.add_argument("--only", default="")
    arguments = parser.parse_args()
    if arguments.user:
        rest = [argument for argument in sys.argv[1:] if argument != f"--user={arguments.user}"]
        print(json.dumps(run_elsewhere(arguments.user, *rest)))
        return
    if arguments.docker:
        _enter_docker()
    tiers = [tier for tier in arguments.tiers.split(",") if tier]
    only = [name for name in arguments.only.split(",") if name]
    report = run(tiers, controls=arguments.controls, only=only, in_docker=arguments.in_docker)
    print(json.dumps(report))


if __name__ == "__main__":
    main()
