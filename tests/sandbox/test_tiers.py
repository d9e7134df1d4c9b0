from __future__ import annotations

import sys

import pytest

from grader.errors import IsolationError
from grader.sandbox import lockdown, tiers
from grader.sandbox.host import Limits, Sandbox
from grader.sandbox.probe import DENIED

TIERS = {
    ("namespaces", "rlimits", "landlock", "seccomp"): "T3",
    ("namespaces", "rlimits", "uid", "seccomp"): "T2u",
    ("namespaces", "rlimits", "seccomp"): "T1",
    ("namespaces", "rlimits", "landlock"): "T0",
    ("rlimits", "landlock", "seccomp"): "T2",
    ("rlimits", "uid", "landlock", "seccomp"): "T2",
    ("rlimits", "uid", "seccomp"): "T2u",
    ("rlimits", "seccomp"): "T1",
    ("rlimits", "uid", "landlock"): "T0",
    ("landlock", "seccomp"): "T0",
    (): "T0",
}
NOTHING_EXECUTED = "Nothing was executed, and no hidden check was loaded."


@pytest.mark.parametrize(("layers", "tier"), TIERS.items(), ids=str)
def test_the_tier_follows_from_the_layers(layers: tuple[str, ...], tier: str) -> None:
    assert tiers.tier_of(layers) == tier


@pytest.mark.parametrize("as_root", [True, False])
@pytest.mark.parametrize("tier", ["T1", "T2u", "T2", "T3"])
def test_the_layers_of_a_tier_make_that_tier(tier: str, as_root: bool) -> None:
    if tier == "T2u" and not as_root:
        with pytest.raises(ValueError, match=r"^There is no tier 'T2u' for a user without rights\.$"):
            tiers.layers_for(tier, as_root=as_root)
        return
    layers = tiers.layers_for(tier, as_root=as_root)
    assert tiers.tier_of(layers) == tier
    assert set(layers) <= set(lockdown.LAYERS)
    assert as_root or "uid" not in layers


def refusal(min_tier: str, layers: tuple[str, ...], hindrance: str = "") -> str:
    with pytest.raises(IsolationError) as caught:
        tiers.require_tier(min_tier, layers, hindrance)
    return str(caught.value)


def test_no_landlock_is_told_with_what_to_do() -> None:
    assert refusal("T2", ("rlimits", "seccomp")) == (
        "This machine isolates student code at tier T1, but T2 is required. The kernel offers no Landlock. Use Linux "
        "5.13 or later with Landlock enabled (lsm=landlock,... on the kernel's command line). " + NOTHING_EXECUTED
    )


def test_namespaces_out_of_reach_are_told_with_what_to_do(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(tiers, "namespaces_remedy", lambda: "Ask the operator.")
    said = refusal("T3", ("rlimits", "landlock", "seccomp"), "unshare: Operation not permitted")
    assert said == (
        "This machine isolates student code at tier T2, but T3 is required. Namespaces cannot be entered (unshare: "
        "Operation not permitted). Ask the operator. " + NOTHING_EXECUTED
    )


def test_a_user_id_of_its_own_is_asked_of_root() -> None:
    assert refusal("T2u", ("rlimits", "seccomp")) == (
        "This machine isolates student code at tier T1, but T2u is required. Only root can give each worker a user id "
        "of its own. Use a kernel with Landlock, or run as root. " + NOTHING_EXECUTED
    )


def test_an_unknown_processor_is_told(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("platform.machine", lambda: "riscv64")
    assert tiers.available_layers() == ()
    assert refusal("T1", ()) == (
        "This machine isolates student code at tier T0, but T1 is required. No system-call filter is known for the "
        "processor riscv64. Use a kernel built with CONFIG_SECCOMP_FILTER, on x86_64 or aarch64. " + NOTHING_EXECUTED
    )


def test_a_kernel_without_filters_is_told(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(lockdown, "has_seccomp", lambda: False)
    assert tiers.available_layers() == ()
    assert "The kernel filters no system calls." in refusal("T1", ())


@pytest.mark.parametrize(("system", "name"), [("Darwin", "macOS"), ("Windows", "Windows")])
def test_another_system_is_told_what_it_cannot_promise(monkeypatch: pytest.MonkeyPatch, system: str, name: str) -> None:
    monkeypatch.setattr(sys, "platform", "other")
    monkeypatch.setattr("platform.system", lambda: system)
    with pytest.raises(IsolationError) as caught:
        Sandbox()
    assert str(caught.value) == (
        f"This machine isolates student code at tier T0, but T1 is required. This is {name}, not Linux: nothing here "
        "keeps a student's code from reading the hidden checks and other hand-ins, from using the network, or from "
        "going on when it is stopped. Grade on Linux: a virtual machine, a container or WSL2 will do. Students can run "
        "the public checks here, on their own file: grader check FILE. " + NOTHING_EXECUTED
    )


def test_a_tier_out_of_reach_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(tiers, "landlock_abi", lambda: 0)
    with pytest.raises(IsolationError, match=r"^This machine isolates student code at tier T(1|2u), but T2 is"):
        Sandbox(min_tier="T2")


def test_a_lower_tier_works_without_landlock(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(tiers, "landlock_abi", lambda: 0)
    with Sandbox() as sandbox, sandbox.worker(Limits(), seed=0) as worker:
        assert sandbox.tier in ("T1", "T2u")
        assert set(worker.canaries.values()) <= DENIED


def test_an_unknown_tier_is_refused() -> None:
    with pytest.raises(ValueError, match=r"^min_tier is 'T9', expected one of T1, T2u, T2, T3\.$"):
        Sandbox(min_tier="T9")
