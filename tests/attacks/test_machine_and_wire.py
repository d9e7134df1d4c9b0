"""Every attack works where nothing defends, and is held in every tier, whoever grades, and in a container too.

The environments run side by side in processes of their own; the tests read what came of it. The second user and
the container have one tier each here; GRADER_ATTACKS=all runs them all, as `python -m tests.attacks.matrix` does.
"""

from __future__ import annotations

import os
import subprocess
import sys
import time
from collections.abc import Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from pathlib import Path

import pytest

from grader.sandbox.host import Limits
from grader.sandbox.tiers import TIERS
from tests.attacks import docker, peers
from tests.attacks.cases import CASES, Case
from tests.attacks.ground import HERE, Ground
from tests.attacks.judges import is_alive
from tests.attacks.places import CONTROL, interpreter_for, places
from tests.attacks.results import Report
from tests.attacks.runner import run_at
from tests.attacks.tables import tiers_of
from tests.conftest import require_or_skip

TITLES = ("root", "nobody", "root, Docker", "nobody, Docker")
SHORT = {"nobody": ("T2",), "root, Docker": ("T2",), "nobody, Docker": ("T1",)}
EVERY_CASE = pytest.mark.parametrize("case", CASES, ids=[case.name for case in CASES])


class Runs:
    """The environments' reports; those of them that cannot be had here are not run."""

    def __init__(self, pool: ThreadPoolExecutor) -> None:
        self._futures: dict[str, Future[Report]] = {}
        if os.geteuid() != 0 or not interpreter_for("nobody"):
            return
        for place in places():
            tiers = TIERS[1:] if place.in_docker else (CONTROL, *TIERS[1:])
            if os.environ.get("GRADER_ATTACKS") != "all":
                tiers = SHORT.get(place.title, tiers)
            self._futures[place.title] = pool.submit(run_at, place, tiers)

    def __getitem__(self, title: str) -> Report:
        require_or_skip(os.geteuid() == 0, "Only root can run the attacks as root and as another user.")
        require_or_skip(title in self._futures, f"No interpreter or no filter for {title} on this machine.")
        return self._futures[title].result()


@pytest.fixture(scope="module")
def runs() -> Iterator[Runs]:
    with ThreadPoolExecutor(2) as pool:
        yield Runs(pool)


@EVERY_CASE
@pytest.mark.parametrize("title", TITLES)
def test_the_attack_is_held_in_every_tier(runs: Runs, title: str, case: Case) -> None:
    outcomes = {tier: outcome for tier, outcome in runs[title].succeeded[case.name].items() if tier != CONTROL}
    assert outcomes
    assert outcomes == dict.fromkeys(outcomes, False)


@EVERY_CASE
def test_the_attack_works_where_nothing_defends(runs: Runs, case: Case) -> None:
    assert runs["root"].succeeded[case.name][CONTROL] is True


def test_the_tier_with_all_layers_is_among_those_that_ran(runs: Runs) -> None:
    ran = set(tiers_of(runs["root"]))
    assert ran | set(runs["root"].missing) >= {"T1", "T2u", "T2", "T3"}
    assert {"T1", "T2u"} <= ran


def test_every_attack_has_a_file_and_every_file_an_attack() -> None:
    files = {path.stem for folder in ("sandbox", "wire") for path in (HERE / folder).glob("*.py")}
    assert files == {case.name for case in CASES}
    assert len(files) == len(CASES)


def test_the_naive_grader_takes_an_honest_answer_as_ours_does(tmp_path: Path) -> None:
    source = tmp_path / "honest.py"
    source.write_text("def attack():\n    return [1.5, 2]\n\n\ndef honest():\n    return 'honest'\n")
    with Ground(()) as ground:
        for judge in (peers.harms_ours, peers.harms_the_naive_one):
            with ground.attacker(source, Limits()) as attack:
                assert not judge(ground, attack)


DOCKER = """
import ctypes, socket
from tests.attacks import docker
docker.confine()
library = ctypes.CDLL(None, use_errno=True)
def refused(result): return result < 0 and ctypes.get_errno() == 1
assert refused(library.unshare(0x10000000))
assert refused(library.syscall(250, 0, -4, 0))
assert library.syscall(435, None, 0) < 0 and ctypes.get_errno() == 38
for family in (socket.AF_VSOCK, 38):
    try: socket.socket(family, socket.SOCK_STREAM)
    except PermissionError: pass
    else: raise AssertionError(family)
socket.socket(socket.AF_NETLINK, socket.SOCK_RAW).close()
socket.socket(socket.AF_INET6, socket.SOCK_STREAM).close()
import subprocess
assert subprocess.run(["true"]).returncode == 0
"""


def test_the_emulated_container_refuses_what_docker_refuses_and_no_more() -> None:
    require_or_skip(docker.is_known(), "Docker's filter is written down for x86_64 only.")
    done = subprocess.run(
        [sys.executable, "-c", DOCKER], capture_output=True, text=True, check=False, env=_environment()
    )
    assert done.stderr == ""


GRADER = '''
import sys, time
from grader.model import SourceUnit
from grader.sandbox.host import Limits, Sandbox
source = """
import signal
for number in range(1, 30):
    try: signal.signal(number, signal.SIG_IGN)
    except OSError: pass
def f(say):
    say()
    while True: pass
"""
with Sandbox() as sandbox, sandbox.worker(Limits(), seed=0) as worker:
    worker.load([SourceUnit(module="m", label="m.py", text=source)])
    worker.call("f", (lambda: print(sandbox.pid, worker.pid, flush=True),))
'''


def test_killing_the_grader_leaves_no_process_behind() -> None:
    with subprocess.Popen([sys.executable, "-c", GRADER], stdout=subprocess.PIPE, env=_environment()) as grader:
        assert grader.stdout is not None
        pids = [int(word) for word in grader.stdout.readline().split()]
        assert len(pids) == 2
        assert all(is_alive(pid) for pid in pids)
        grader.kill()
    deadline_s = time.monotonic() + 1
    while any(map(is_alive, pids)) and time.monotonic() < deadline_s:
        time.sleep(0.01)
    assert [pid for pid in pids if is_alive(pid)] == []


def _environment() -> dict[str, str]:
    return {**os.environ, "PYTHONPATH": os.pathsep.join(sys.path)}
