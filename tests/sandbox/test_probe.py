from __future__ import annotations

import os
import socket
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import msgspec
import numpy as np
import pytest

import grader
from grader.errors import GraderError, IsolationError
from grader.sandbox import probe
from grader.sandbox.client import Worker
from grader.sandbox.host import Limits, Sandbox
from grader.sandbox.nursery import ENVIRONMENT, OWN_MODULES, Nursery
from tests.sandbox.conftest import unit

# A worker that only has its limits: everything else must show.
UNLOCKED = ("rlimits",)


@pytest.fixture(scope="module")
def nursery() -> Iterator[Nursery]:
    running = Nursery()
    yield running
    running.close()


def test_this_machine_passes_its_probes(sandbox: Sandbox, tmp_path: Path) -> None:
    found = probe.try_workers(sandbox._nursery, sandbox._layers, (tmp_path,))
    assert [entry for entry in found if not entry.ok] == []
    assert f"list {tmp_path}" in [entry.name for entry in found]


@pytest.fixture(scope="module")
def unlocked(nursery: Nursery) -> dict[str, probe.Probe]:
    return {entry.name: entry for entry in probe.try_workers(nursery, UNLOCKED, (Path(__file__).parent,))}


@pytest.mark.parametrize("name", [name for name in probe.ATTEMPTS if name != "change its priority"])
def test_an_attempt_that_nothing_holds_shows(unlocked: dict[str, probe.Probe], name: str) -> None:
    assert not unlocked[name].ok
    assert unlocked[name].remedy == "Do not grade on this machine, and report what you see here."


@pytest.mark.parametrize(
    ("name", "said"),
    [
        ("use UDP", "The attempt succeeded."),
        ("use TCP", "The attempt failed with ECONNREFUSED, which proves nothing."),
        ("canary: fork", "The attempt succeeded."),
        (f"list {Path(__file__).parent}", "The attempt succeeded."),
        ("seccomp", "Seccomp is 0"),
    ],
)
def test_what_does_not_hold_is_told(unlocked: dict[str, probe.Probe], name: str, said: str) -> None:
    assert (unlocked[name].ok, unlocked[name].detail) == (False, said)


def test_limits_hold_without_any_other_layer(unlocked: dict[str, probe.Probe]) -> None:
    for name in ("memory limit", "output limit", "CPU limit", "seeded generators"):
        assert unlocked[name].ok, unlocked[name].detail


def test_missing_limits_show(nursery: Nursery) -> None:
    found = {entry.name: entry for entry in probe.try_workers(nursery, ())}
    assert found["memory limit"].detail == "as much was allocated as is allowed in all"


def test_no_run_starts_where_something_does_not_hold(nursery: Nursery) -> None:
    with pytest.raises(IsolationError) as caught:
        probe.prove(nursery, UNLOCKED, ())
    assert str(caught.value).startswith("The sandbox does not hold on this machine. seccomp: Seccomp is 0; ")
    assert "use UDP: The attempt succeeded.;" in str(caught.value)
    assert str(caught.value).endswith("Nothing was executed. Run `grader doctor` to see everything that was tried.")


def test_a_course_among_what_the_sandbox_imports_is_refused(nursery: Nursery) -> None:
    folder = Path(np.__file__).parent
    root = next(root for root in nursery.report["path"] if folder.is_relative_to(root))
    with pytest.raises(IsolationError) as caught:
        Sandbox(private=(folder,))
    assert str(caught.value) == (
        f"{folder} lies in {root}, where the sandbox imports its modules from. Nothing was executed. "
        "Move the course out of that folder."
    )


@pytest.mark.parametrize(
    ("change", "fault"),
    [
        ({"threads": 2}, "it has 2 threads, expected one"),
        ({"environment": ["HOME", "LANG"]}, "its environment holds HOME"),
        ({"descriptors": [0, 1, 2, 3, 4, 5]}, "it has 6 open descriptors, expected 5"),
        ({"modules": ["grader", "grader.course"]}, "it has loaded grader.course"),
    ],
)
def test_a_zygote_that_is_not_as_it_must_be_is_refused(
    nursery: Nursery, monkeypatch: pytest.MonkeyPatch, change: dict[str, object], fault: str
) -> None:
    said = msgspec.msgpack.encode(nursery.report | change)
    monkeypatch.setattr(socket.socket, "recv", lambda self, size: said)
    with pytest.raises(GraderError) as caught:
        Nursery()
    assert str(caught.value) == f"The sandbox refuses to start: {fault}."


def test_a_failed_canary_stops_everything(nursery: Nursery) -> None:
    with Worker(nursery, UNLOCKED, Limits(), seed=0) as worker, pytest.raises(IsolationError) as caught:
        probe.refuse_breaches(worker)
    assert str(caught.value) == (
        "A worker could do what it must not: open, socket, signal, fork, executable memory. Nothing was "
        "executed. Run `grader doctor` to see which layer is missing."
    )


def test_the_zygote_holds_nothing_of_the_trusted_side(nursery: Nursery) -> None:
    assert set(nursery.report["modules"]) == OWN_MODULES
    assert set(nursery.report["environment"]) <= set(ENVIRONMENT) | {"LC_CTYPE"}
    assert nursery.report["threads"] == 1
    assert nursery.report["missing"] == []


def test_the_neighbours_of_the_package_cannot_be_imported() -> None:
    root = str(Path(grader.__file__).resolve().parent.parent)
    with Sandbox(layers_for_tests=()) as open_sandbox, open_sandbox.worker(Limits(), seed=0) as worker:
        worker.load([unit("import sys\ndef f(): return sys.path")])
        assert root not in worker.call("f", ())  # type: ignore[operator]  # a list


def test_a_zygote_that_is_killed_meanwhile_is_no_fault_of_the_machine() -> None:
    nursery = Nursery()
    os.kill(nursery.pid, 9)
    with pytest.raises(GraderError) as caught:
        probe.prove(nursery, UNLOCKED, ())
    nursery.close()
    assert not isinstance(caught.value, IsolationError)


@pytest.mark.parametrize("victim", range(5))
def test_a_worker_that_is_killed_meanwhile_is_no_fault_of_the_machine(
    sandbox: Sandbox, monkeypatch: pytest.MonkeyPatch, victim: int
) -> None:
    started = []

    class Killed(Worker):
        def __init__(self, *arguments: Any, **options: Any) -> None:
            super().__init__(*arguments, **options)
            started.append(self)
            if len(started) == victim + 1:
                os.kill(self.pid, 9)

    monkeypatch.setattr(probe, "Worker", Killed)
    with pytest.raises(GraderError) as caught:
        probe.prove(sandbox._nursery, sandbox._layers, ())
    assert not isinstance(caught.value, IsolationError)
    assert len(started) == 5
