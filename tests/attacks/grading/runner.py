"""Grades the attacks on the points as one user in one environment and one tier, and prints what came of each.

    python -m tests.attacks.grading.runner --tier T2 [--docker] [--only NAME,...]

Each line is JSON, [name, outcome], as soon as a course is graded: whether the attack succeeded, or a text that says
why it could not be judged. A solution that does not earn what the attacks are after is such a text too. Where the
tier cannot be had, the only line is ["", reason].
"""

from __future__ import annotations

import argparse
import json
import os
from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import ProcessPoolExecutor
from multiprocessing import get_context
from unittest.mock import patch

from grader.batch.pool import THREADS
from grader.errors import GraderError
from grader.model import Grade
from tests.attacks.grading.case import Case
from tests.attacks.grading.cases import CASES
from tests.attacks.grading.court import grade_course, honest_in, names_by_course, sandbox_of
from tests.attacks.places import Place, add_docker, enter_docker

MODULE = "tests.attacks.grading.runner"
# What has missed its points for the noise of a busy machine, in a race, has not missed them three times.
HONEST_TRIES = 3


def run_at(place: Place, tier: str, only: Iterable[str]) -> Iterator[tuple[str, bool | str]]:
    """Grade some attacks at a place; yield the outcomes as they come."""
    for line in place.lines(MODULE, f"--tier={tier}", "--only=" + ",".join(only)):
        name, outcome = json.loads(line)
        yield name, outcome


def outcomes(cases: Iterable[Case], tier: str) -> Iterator[tuple[str, bool | str]]:
    """Yield the outcome of each attack and of each course's solution, a course at a time."""
    by_name = {case.name: case for case in cases}
    for course, names in names_by_course(by_name.values()).items():
        grades = graded(course, names, tier)
        honest = honest_in(course)
        yield honest, judged(missed, grades[honest])
        for name in names:
            yield name, judged(by_name[name].succeeds, grades[name])


def graded(course: str, names: list[str], tier: str) -> dict[str, Grade]:
    """Return the grades of one course, in a process of its own."""
    for _ in range(HONEST_TRIES):
        with ProcessPoolExecutor(1, mp_context=get_context("spawn")) as executor:
            grades = executor.submit(grade_course, course, names, tier).result()
        if not missed(grades[honest_in(course)]):
            break
    return grades


def missed(grade: Grade) -> bool | str:
    """Return False for a solution that earned everything, or else what it did not earn."""
    parts = [part for part in grade.parts if part.earned < part.possible]
    return ", ".join(f"{part.part}: {part.earned} of {part.possible} points" for part in parts) or False


def judged(judge: Callable[[Grade], bool | str], grade: Grade) -> bool | str:
    try:
        return judge(grade)
    except Exception as error:  # a judge that fails has not said "held"
        return f"{type(error).__name__}: {error}"


def main() -> None:
    """Grade what the arguments ask for and print it."""
    parser = argparse.ArgumentParser(description=__doc__)
    add_docker(parser)
    parser.add_argument("--tier", required=True)
    parser.add_argument("--only", default="", help="names of attacks; without it all")
    arguments = parser.parse_args()
    if arguments.docker:
        enter_docker(MODULE)
    only = set(filter(None, arguments.only.split(",")))
    try:
        sandbox_of(arguments.tier).close()
    except (GraderError, ValueError) as error:
        print(json.dumps(["", str(error)]), flush=True)
        return
    with patch.dict(os.environ, dict.fromkeys(THREADS, "1")):
        for outcome in outcomes([case for case in CASES if not only or case.name in only], arguments.tier):
            print(json.dumps(outcome), flush=True)


if __name__ == "__main__":
    main()
