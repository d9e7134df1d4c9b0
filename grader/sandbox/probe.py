"""What this machine can promise, found out by doing it in a real worker.

    T2    Landlock and seccomp        T2u   seccomp and a user id of its own (root without Landlock)
    T1    seccomp alone               T0    nothing: no student code may run beside hidden checks

An attempt counts as held only when it fails with "not permitted" or "access denied": a file that is missing, or
a call that is unknown, proves nothing.
"""

from __future__ import annotations

import errno
import os
import platform
import sys
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any, NamedTuple

from grader.errors import GraderError, IsolationError, StudentRaised, WorkerEnded
from grader.model import SourceUnit
from grader.sandbox.client import Worker
from grader.sandbox.limits import Limits
from grader.sandbox.nursery import Nursery
from grader.sandbox.seccomp import ARCHITECTURES

TIERS = ("T0", "T1", "T2u", "T2")  # weakest first
DENIED = frozenset({errno.EPERM, errno.EACCES})

# What a student's code must not get done, as Python statements.
ATTEMPTS = {
    "read a file": "open(FILE, 'rb').read()",
    "list a directory": "os.listdir('/')",
    "write a file": "os.open('/dev/null', os.O_WRONLY)",
    "read the grader's memory": "open(f'/proc/{GRADER}/mem', 'rb')",
    "use TCP": "socket.create_connection(('127.0.0.1', 9))",
    "use UDP": "socket.socket(socket.AF_INET, socket.SOCK_DGRAM)",
    "use a Unix socket": "socket.socket(socket.AF_UNIX)",
    "fork": "os.fork() or os._exit(0)",
    "execute a program": "os.execv('/bin/true', ['true'])",
    "signal the grader": "os.kill(GRADER, 0)",
    "change its priority": "os.setpriority(os.PRIO_PROCESS, GRADER, os.getpriority(os.PRIO_PROCESS, GRADER))",
    "change its limits": "resource.prlimit(0, resource.RLIMIT_NOFILE, (32, 32))",
    "lock a shared file": "fcntl.flock(1, fcntl.LOCK_EX)",
    "make shared memory": "os.memfd_create('probe')",
    "map executable memory": "mmap.mmap(-1, 4096, prot=mmap.PROT_READ | mmap.PROT_EXEC)",
}
SOURCE = """
import fcntl, mmap, os, random, resource, socket, threading
import numpy as np

def attempt(statement, grader, file):
    try:
        exec(statement, {**globals(), "GRADER": grader, "FILE": file})
    except OSError as error:
        return error.errno or -1
    return 0

def start_thread():
    try:
        threading.Thread(target=int).start()
    except RuntimeError:
        return True
    return False

def allocate(size):
    return np.ones(size, dtype=np.uint8)[:1]

def spin():
    while True:
        pass

def draw():
    return random.random(), np.random.random()

def multiply():
    return np.linalg.svd(np.ones((64, 64)) @ np.ones((64, 64)))[1]
"""


class Probe(NamedTuple):
    """One thing that was tried."""

    name: str
    ok: bool
    detail: str
    remedy: str = ""  # what the operator can do; "" where ok


def probe() -> tuple[Probe, ...]:
    """Return what this machine can promise, most important first; takes about half a second.

    The first entry is called "tier"; its detail is the tier.
    """
    found = list(_platform())
    if all(entry.ok for entry in found):
        try:
            found += _zygote()
        except (GraderError, StudentRaised, WorkerEnded) as error:
            found.append(_judged("probe a worker", False, str(error)))
    tier = _tier(found)
    return (Probe("tier", tier != "T0", tier, "" if tier == "T2" else _remedy(found)), *found)


def available_layers() -> tuple[str, ...]:
    """Return the layers of the lockdown to apply on this machine, () where it has none."""
    if not all(entry.ok for entry in _platform()):
        return ()
    uid = ("uid",) if os.geteuid() == 0 else ()
    landlock = ("landlock",) if _landlock_abi() > 0 else ()
    return ("rlimits", *uid, *landlock, "seccomp")


def tier_of(layers: tuple[str, ...]) -> str:
    """Return the tier that a worker with these layers reaches."""
    if "seccomp" not in layers or "rlimits" not in layers:
        return "T0"
    if "landlock" in layers:
        return "T2"
    return "T2u" if "uid" in layers else "T1"


def require_tier(min_tier: str, layers: tuple[str, ...]) -> str:
    """Return the tier of these layers.

    Raises:
        IsolationError: it is weaker than ``min_tier``; the sentence says why and what to do.
        ValueError: ``min_tier`` is no tier.
    """
    if min_tier not in TIERS[1:]:
        raise ValueError(f"min_tier is {min_tier!r}, expected one of {', '.join(TIERS[1:])}.")
    tier = tier_of(layers)
    if TIERS.index(tier) < TIERS.index(min_tier):
        failed = [entry for entry in (*_platform(), _landlock()) if not entry.ok]
        why = " ".join(f"{entry.detail} {entry.remedy}" for entry in failed)
        raise IsolationError(
            f"This machine isolates student code at tier {tier}, but {min_tier} is required. {why} "
            "Nothing was executed."
        )
    return tier


def refuse_breaches(worker: Worker) -> None:
    """Make sure that every canary of a worker failed as it must.

    Raises:
        IsolationError: one did not.
    """
    breaches = [name for name, error in worker.canaries.items() if error not in DENIED]
    if breaches or not worker.canaries:
        raise IsolationError(
            f"A worker could do what it must not: {', '.join(breaches) or 'no canary ran'}. Nothing was "
            "executed. Run `grader doctor` to see which layer is missing."
        )


# --- the single probes ------------------------------------------------------------------------------------


def _platform() -> Iterator[Probe]:
    is_linux = sys.platform == "linux"
    yield Probe(
        "Linux",
        is_linux,
        f"{platform.system()} {platform.release()}" if is_linux else f"This is {platform.system()}, not Linux.",
        "" if is_linux else "Grade on Linux: a virtual machine, a container or WSL2 will do.",
    )
    machine = platform.machine()
    known = machine in ARCHITECTURES
    yield Probe(
        "processor",
        known,
        machine if known else f"No system-call filter is known for {machine}.",
        "" if known else "Grade on x86_64 or aarch64.",
    )


def _landlock_abi() -> int:
    # Not at the top: the module needs what only Unix has, and this one must be importable anywhere.
    from grader.sandbox.lockdown import landlock_abi

    return landlock_abi()


def _landlock() -> Probe:
    abi = _landlock_abi() if sys.platform == "linux" else 0
    if abi:
        return Probe("Landlock", True, f"ABI {abi}")
    return Probe(
        "Landlock",
        False,
        "The kernel offers no Landlock.",
        "Use Linux 5.13 or later with Landlock enabled; student code is confined by seccomp meanwhile.",
    )


def _zygote() -> Iterator[Probe]:
    yield _landlock()
    nursery = Nursery()
    try:
        report = nursery.report
        yield Probe("threads of the zygote", report["threads"] == 1, f"{report['threads']}")
        yield Probe("environment of the zygote", True, ", ".join(report["environment"]))
        layers = available_layers()
        yield from _locks(nursery, layers)
        yield from _attempts(nursery, layers)
        yield _cpu_limit(nursery, layers)
        yield _memory_limit(nursery, layers)
        yield _seeds(nursery, layers)
        yield _speed(nursery, layers)
    finally:
        nursery.close()


def _locks(nursery: Nursery, layers: tuple[str, ...]) -> Iterator[Probe]:
    with Worker(nursery, layers, Limits(), seed=0) as worker:
        canaries = worker.canaries  # it is locked down once it has tried them
        lines = Path(f"/proc/{worker.pid}/status").read_text().splitlines()
        status = dict(line.split(":\t", 1) for line in lines if ":\t" in line)
        for field, expected in (("Seccomp", "2"), ("NoNewPrivs", "1"), ("Threads", "1")):
            yield _judged(f"{field} of a worker", status.get(field) == expected, f"{status.get(field)}")
        if "uid" in layers:
            uid = status.get("Uid", "0").split()[0]
            yield _judged("user id of a worker", uid != "0", uid)
        for name, error in canaries.items():
            yield _held(f"canary: {name}", error)


def _attempts(nursery: Nursery, layers: tuple[str, ...]) -> Iterator[Probe]:
    for name, statement in ATTEMPTS.items():
        with _loaded(nursery, layers, Limits()) as worker:  # one each: an attempt may end its worker
            try:
                yield _held(name, worker.call("attempt", (statement, os.getpid(), sys.executable)))
            except (StudentRaised, WorkerEnded) as error:
                yield _judged(name, False, str(error))
    with _loaded(nursery, layers, Limits()) as worker:
        yield _judged("start a thread", worker.call("start_thread", ()) is True, "refused")
        yield _judged("linear algebra", _shape(worker.call("multiply", ())) == (64,), "works in the sandbox")


def _cpu_limit(nursery: Nursery, layers: tuple[str, ...]) -> Probe:
    with _loaded(nursery, layers, Limits(cpu_s=0.1)) as worker:
        try:
            worker.call("spin", ())
        except WorkerEnded as ended:
            return _judged("CPU limit", ended.ending == "cpu", f"{worker.usage().cpu_s:.2f} s used of 0.1 s")
    return _judged("CPU limit", False, "an endless loop came back")


def _memory_limit(nursery: Nursery, layers: tuple[str, ...]) -> Probe:
    with _loaded(nursery, layers, Limits()) as worker:
        try:
            worker.call("allocate", (2 << 30,))
        except StudentRaised as raised:
            return _judged("memory limit", raised.error.type == "MemoryError", raised.error.message)
    return _judged("memory limit", False, "2 GiB were allocated where 1 GiB is allowed")


def _seeds(nursery: Nursery, layers: tuple[str, ...]) -> Probe:
    draws = []
    for seed in (1, 1, 2):
        with _loaded(nursery, layers, Limits(), seed=seed) as worker:
            draws.append(worker.call("draw", ()))
    return _judged("seeded generators", draws[0] == draws[1] != draws[2], "the same seed draws the same")


def _speed(nursery: Nursery, layers: tuple[str, ...]) -> Probe:
    times_ms = []
    for _ in range(5):
        started_s = time.perf_counter()
        with Worker(nursery, layers, Limits(), seed=0) as worker:
            assert worker.canaries
        times_ms.append(1000 * (time.perf_counter() - started_s))
    return Probe("time to start and end a worker", True, f"{sorted(times_ms)[2]:.1f} ms")


def _loaded(nursery: Nursery, layers: tuple[str, ...], limits: Limits, seed: int = 0) -> Worker:
    worker = Worker(nursery, layers, limits, seed=seed)
    worker.load([SourceUnit(module="probe", label="probe.py", text=SOURCE)])
    return worker


def _held(name: str, error: Any) -> Probe:
    if error in DENIED:
        return Probe(name, True, f"refused ({errno.errorcode[error]})")
    said = "succeeded" if error == 0 else f"failed with {errno.errorcode.get(error, error)}, which proves nothing"
    return _judged(name, False, f"The attempt {said}.")


def _judged(name: str, ok: bool, detail: str) -> Probe:
    return Probe(name, ok, detail, "" if ok else "Do not grade on this machine, and report what you see here.")


def _shape(value: object) -> object:
    return getattr(value, "shape", None)


def _tier(found: list[Probe]) -> str:
    if any(not entry.ok for entry in found if entry.name != "Landlock"):
        return "T0"
    return tier_of(available_layers())


def _remedy(found: list[Probe]) -> str:
    return " ".join(entry.remedy for entry in found if not entry.ok)
