"""The whole examination of a machine: what it is, which layers it has, what a worker gets done, what it costs."""

from __future__ import annotations

import statistics
import subprocess
import sys
import time
from collections.abc import Collection, Iterator, Sequence
from pathlib import Path

from grader.errors import GraderError
from grader.sandbox import machine, tiers
from grader.sandbox.client import Worker
from grader.sandbox.limits import Limits
from grader.sandbox.nursery import Nursery
from grader.sandbox.probe import UNDONE, Probe, look_at_zygote, refuse_reachable, try_workers

STARTS = 5
COLD_STARTS = 3
SPARE_BYTES = 1 << 30


def examine(private: Collection[Path] = ()) -> tuple[Probe, ...]:
    """Return all that was found, the tier first: its detail is the tier's name.

    Args:
        private: files and folders of the course that no worker may reach; files must be the owner's alone.
    """
    found = [*_machine(), *_private_modes(private)]
    layers: tuple[str, ...] = ()
    if wanted := tiers.available_layers():
        try:
            layers, more = _sandbox(wanted, private)
        except GraderError as error:
            more = [Probe("start the sandbox", False, str(error), UNDONE, "zygote")]
        found += more
    else:
        missing = tiers.no_system() or tiers.no_filter()
        found.append(Probe("system", False, missing, tiers.NO_SYSTEM_REMEDY, "layers"))
    tier = "T0" if any(not entry.ok and entry.decides for entry in found) else tiers.tier_of(layers)
    return (Probe("tier", tier != "T0", tier, "" if tier != "T0" else _remedies(found), "tier"), *found)


def _sandbox(wanted: Sequence[str], private: Collection[Path]) -> tuple[tuple[str, ...], list[Probe]]:
    """Return the layers that were had and what was found with a zygote."""
    nursery = Nursery(apart="namespaces" in wanted)
    try:
        refuse_reachable(nursery, private)
        layers = tiers.layers_had(wanted, nursery.hindrance)
        found = [*_layers(layers, nursery.hindrance), *look_at_zygote(nursery), *try_workers(nursery, layers, private)]
        if all(entry.ok for entry in found if entry.decides):
            found += _speed(nursery, layers)
    finally:
        nursery.close()
    return layers, found


def _machine() -> Iterator[Probe]:
    group = "machine"
    yield Probe("system", True, machine.kernel(), group=group)
    yield Probe("inside", True, machine.surroundings(), group=group)
    if sys.platform == "linux":
        yield Probe("Yama", True, machine.yama(), group=group)
        yield Probe("control groups", True, machine.cgroups(), group=group)
    folder, free = machine.temporary_space()
    enough = free >= SPARE_BYTES
    remedy = "" if enough else "Free some space, or set TMPDIR to a folder with more."
    yield Probe("temporary files", enough, f"{free / (1 << 30):.1f} GiB free in {folder}", remedy, group, False)


def _private_modes(private: Collection[Path]) -> Iterator[Probe]:
    for path in private:
        if path.is_file():
            mode = path.stat().st_mode & 0o777
            closed = not mode & 0o077
            remedy = "" if closed else f"Run: chmod 600 {path.name}"
            yield Probe(path.name, closed, f"mode {mode:03o}", remedy, "machine", False)


def _layers(layers: Collection[str], hindrance: str) -> Iterator[Probe]:
    abi = tiers.landlock_abi()
    if abi:
        missing = machine.landlock_missing(abi)
        detail = f"ABI {abi}" + (f"; without {missing}, which seccomp denies" if missing else "")
        yield Probe("Landlock", True, detail, group="layers", decides=False)
    else:
        yield Probe("Landlock", False, "The kernel offers none.", tiers.NO_LANDLOCK_REMEDY, "layers", False)
    if hindrance:
        yield Probe("namespaces", False, hindrance, machine.namespaces_remedy(), "layers", False)
    if "uid" not in layers:
        yield Probe("user ids", True, "not root, so workers share this user's", group="layers", decides=False)


def _speed(nursery: Nursery, layers: Sequence[str]) -> Iterator[Probe]:
    warm_s = [_seconds_of_worker(nursery, layers) for _ in range(STARTS)]
    cold_s = [_seconds_of_import() for _ in range(COLD_STARTS)]
    warm_ms, cold_ms = 1e3 * statistics.median(warm_s), 1e3 * statistics.median(cold_s)
    yield Probe("start and end a worker", True, f"{warm_ms:.1f} ms", group="speed")
    resolution_ns = 1e9 * time.clock_getres(time.CLOCK_PROCESS_CPUTIME_ID)
    yield Probe("clock of CPU time", True, f"resolves {resolution_ns:.0f} ns", group="speed")
    yield Probe("import numpy, cold", True, f"{cold_ms:.0f} ms, {cold_ms / warm_ms:.0f} times as long", group="speed")


def _seconds_of_worker(nursery: Nursery, layers: Sequence[str]) -> float:
    started_s = time.perf_counter()
    with Worker(nursery, layers, Limits(), seed=0) as worker:
        assert worker.canaries
    return time.perf_counter() - started_s


def _seconds_of_import() -> float:
    started_s = time.perf_counter()
    subprocess.run([sys.executable, "-c", "import numpy"], check=True)
    return time.perf_counter() - started_s


def _remedies(found: Sequence[Probe]) -> str:
    return " ".join(dict.fromkeys(entry.remedy for entry in found if not entry.ok and entry.decides))
