from __future__ import annotations

import sys
from pathlib import Path

import pytest

import grader
from grader.errors import IsolationError
from grader.sandbox import probe
from grader.sandbox.client import Worker
from grader.sandbox.host import Limits, Sandbox
from grader.sandbox.nursery import ENVIRONMENT, OWN_MODULES, Nursery
from tests.sandbox.conftest import unit

TIERS = {
    ("rlimits", "landlock", "seccomp"): "T2",
    ("rlimits", "uid", "landlock", "seccomp"): "T2",
    ("rlimits", "uid", "seccomp"): "T2u",
    ("rlimits", "seccomp"): "T1",
    ("rlimits", "uid", "landlock"): "T0",
    (): "T0",
}


@pytest.mark.parametrize(("layers", "tier"), TIERS.items(), ids=str)
def test_the_tier_follows_from_the_layers(layers: tuple[str, ...], tier: str) -> None:
    assert probe.tier_of(layers) == tier


def test_this_machine_passes_its_probes() -> None:
    found = probe.probe()
    assert [entry.name for entry in found if not entry.ok] == []
    assert found[0].detail == probe.tier_of(probe.available_layers())


def test_a_worker_without_locks_fails_the_probes(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(probe, "available_layers", lambda: ("rlimits",))
    failed = {entry.name for entry in probe.probe() if not entry.ok}
    assert {"tier", "read a file", "use TCP", "fork", "signal the grader", "map executable memory"} <= failed


def test_another_system_gets_no_tier_and_is_told_why(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sys, "platform", "darwin")
    monkeypatch.setattr("platform.system", lambda: "Darwin")
    tier, system, *_ = probe.probe()
    assert (tier.detail, tier.ok) == ("T0", False)
    assert system.detail == "This is Darwin, not Linux."
    with pytest.raises(IsolationError) as caught:
        Sandbox()
    assert str(caught.value) == (
        "This machine isolates student code at tier T0, but T1 is required. This is Darwin, not Linux. "
        "Grade on Linux: a virtual machine, a container or WSL2 will do. The kernel offers no Landlock. "
        "Use Linux 5.13 or later with Landlock enabled; student code is confined by seccomp meanwhile. "
        "Nothing was executed."
    )


def test_a_tier_out_of_reach_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(probe, "_landlock_abi", lambda: 0)
    with pytest.raises(IsolationError, match=r"^This machine isolates student code at tier T(1|2u), but T2 is"):
        Sandbox(min_tier="T2")


def test_a_lower_tier_works_without_landlock(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(probe, "_landlock_abi", lambda: 0)
    with Sandbox() as sandbox, sandbox.worker(Limits(), seed=0) as worker:
        assert sandbox.tier in ("T1", "T2u")
        assert set(worker.canaries.values()) <= probe.DENIED


def test_an_unknown_tier_is_refused() -> None:
    with pytest.raises(ValueError, match=r"^min_tier is 'T9', expected one of T1, T2u, T2\.$"):
        Sandbox(min_tier="T9")


def test_a_failed_canary_stops_everything(sandbox: Sandbox) -> None:
    nursery = Nursery()
    with Worker(nursery, ("rlimits",), Limits(), seed=0) as worker, pytest.raises(IsolationError) as caught:
        probe.refuse_breaches(worker)
    nursery.close()
    assert str(caught.value) == (
        "A worker could do what it must not: open, socket, signal, fork, executable memory. Nothing was "
        "executed. Run `grader doctor` to see which layer is missing."
    )


def test_the_zygote_holds_nothing_of_the_trusted_side() -> None:
    nursery = Nursery()
    nursery.close()
    assert set(nursery.report["modules"]) == OWN_MODULES
    assert set(nursery.report["environment"]) <= set(ENVIRONMENT) | {"LC_CTYPE"}
    assert nursery.report["threads"] == 1
    assert nursery.report["missing"] == []


def test_the_neighbours_of_the_package_cannot_be_imported() -> None:
    root = str(Path(grader.__file__).resolve().parent.parent)
    with Sandbox(layers_for_tests=()) as open_sandbox, open_sandbox.worker(Limits(), seed=0) as worker:
        worker.load([unit("import sys\ndef f(): return sys.path")])
        assert root not in worker.call("f", ())  # type: ignore[operator]  # a list
