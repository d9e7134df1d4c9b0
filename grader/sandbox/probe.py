"""What a worker on this machine can do, found out by doing it: at the start of every run, and by the doctor.

An attempt counts as held only when it fails with "not permitted" or "access denied": a file that is missing, or
a call that is unknown, proves nothing.
"""

from __future__ import annotations

import contextlib
import errno
import os
import sys
from collections.abc import Collection, Iterator, Sequence
from pathlib import Path
from typing import NamedTuple

from grader.errors import GraderError, IsolationError, StudentRaised, WorkerEnded
from grader.model import SourceUnit
from grader.sandbox.client import Worker
from grader.sandbox.limits import Limits
from grader.sandbox.lockdown import FIRST_UID, UID_COUNT
from grader.sandbox.nursery import NAMESPACES, Nursery

DENIED = frozenset({errno.EPERM, errno.EACCES})
CPU_S = 0.05  # enough to load the source
MEMORY_BYTES = 512 << 20
FLOOD_BYTES = 1 << 20
KEPT_BYTES = 8192
UNDONE = "Do not grade on this machine, and report what you see here."

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
    "signal the grader": "os.kill(GRADER, 0)",
    "change its priority": "os.setpriority(os.PRIO_PROCESS, GRADER, os.getpriority(os.PRIO_PROCESS, GRADER))",
    "change its limits": "resource.prlimit(0, resource.RLIMIT_NOFILE, (32, 32))",
    "lock a shared file": "fcntl.flock(1, fcntl.LOCK_EX)",
    "make shared memory": "os.memfd_create('probe')",
    "map executable memory": "mmap.mmap(-1, 4096, prot=mmap.PROT_READ | mmap.PROT_EXEC)",
    "execute a program": "os.execv('/bin/true', ['true'])",
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

def attempt_all(statements, grader, file):
    return [attempt(statement, grader, file) for statement in statements]

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

def flood(size):
    block = bytes(1 << 16)
    while size > 0:
        size -= os.write(1, block)

def draw():
    return random.random(), float(np.random.random())

def multiply():
    return np.linalg.svd(np.ones((64, 64)) @ np.ones((64, 64)))[1]
"""
# What /proc/<pid>/status says of a worker that is locked down: name, field, value and what it means.
LOCKED = (
    ("seccomp", "Seccomp", "2", "a filter is in place, seen from outside"),
    ("new privileges", "NoNewPrivs", "1", "given up for good"),
    ("capabilities", "CapEff", "0" * 16, "none"),
    ("threads", "Threads", "1", "1"),
)
UNIT = SourceUnit(module="probe", label="probe.py", text=SOURCE)


class Probe(NamedTuple):
    """One thing that was tried or looked up."""

    name: str
    ok: bool
    detail: str
    remedy: str = ""  # what the operator can do; "" where ok
    group: str = ""
    decides: bool = True  # whether no student code may run where it is not ok


def prove(nursery: Nursery, layers: Sequence[str], private: Collection[Path]) -> None:
    """Try everything in workers of a zygote, before the first submission.

    Args:
        nursery: its workers are tried.
        layers: of their lockdown.
        private: files and folders of the course that no worker may reach.

    Raises:
        IsolationError: something did not fail as it must; the sentence names it.
        GraderError: it could not be tried, as when somebody kills a worker; another attempt may succeed.
    """
    refuse_reachable(nursery, private)
    try:
        failed = [entry for entry in _try_workers(nursery, layers, private) if not entry.ok]
    except (StudentRaised, WorkerEnded) as error:
        raise GraderError(f"The sandbox could not be tried. {error}") from error
    if failed:
        said = "; ".join(f"{entry.name}: {entry.detail}" for entry in failed)
        raise IsolationError(
            f"The sandbox does not hold on this machine. {said} Nothing was executed. Run `grader doctor` to see "
            "everything that was tried."
        )


def refuse_reachable(nursery: Nursery, private: Collection[Path]) -> None:
    """Make sure that the sandbox imports from no folder that holds a private path.

    Raises:
        IsolationError: it does.
    """
    for path in private:
        for root in nursery.report["path"]:
            if path.resolve().is_relative_to(Path(root).resolve()):
                raise IsolationError(
                    f"{path} lies in {root}, where the sandbox imports its modules from. Nothing was executed. "
                    "Move the course out of that folder."
                )


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


def try_workers(nursery: Nursery, layers: Sequence[str], private: Collection[Path] = ()) -> tuple[Probe, ...]:
    """Try everything in five workers, in about 0.2 s; what cannot be tried does not hold."""
    found: list[Probe] = []
    try:
        found.extend(_try_workers(nursery, layers, private))
    except (GraderError, StudentRaised, WorkerEnded) as error:
        found.append(_judged("try a worker", False, str(error)))
    return tuple(found)


def _try_workers(nursery: Nursery, layers: Sequence[str], private: Collection[Path]) -> Iterator[Probe]:
    # Asked for at once, so that they lock themselves down beside each other.
    with (
        Worker(nursery, layers, Limits(), seed=1) as first,
        Worker(nursery, layers, Limits(memory_bytes=MEMORY_BYTES), seed=1) as second,
        Worker(nursery, layers, Limits(), seed=2) as third,
        Worker(nursery, layers, Limits(cpu_s=CPU_S), seed=0) as fourth,
        Worker(nursery, layers, Limits(), seed=1) as fifth,  # the first may be ended by an attempt
    ):
        yield from _locks(first, layers)
        for worker in (first, second, third, fifth):
            worker.load([UNIT])
        yield from _attempts(first, private, nursery, layers)
        yield from (_memory_limit(second), _output_limit(third), _cpu_limit(fourth))
        yield from (_seeds(fifth, second, third), *_threads(fifth))


def look_at_zygote(nursery: Nursery) -> Iterator[Probe]:
    """Tell what a zygote says of itself; one that is not as it must be has been refused already."""
    report = nursery.report
    yield Probe("threads", report["threads"] == 1, f"{report['threads']}", group="zygote")
    yield Probe("environment", True, ", ".join(report["environment"]), group="zygote")
    yield Probe("open descriptors", True, f"{len(report['descriptors'])}", group="zygote")
    if missing := report["missing"]:
        yield Probe("missing modules", True, ", ".join(missing), group="zygote")


# --- the single probes ------------------------------------------------------------------------------------


def _locks(worker: Worker, layers: Collection[str]) -> Iterator[Probe]:
    """Look at a worker from outside, once it has tried its canaries, which it does locked down."""
    canaries = worker.canaries
    status = status_of(worker.pid)
    for name, field, expected, meaning in LOCKED:
        found = status.get(field, "missing")
        yield _judged(name, found == expected, meaning if found == expected else f"{field} is {found}", "layers")
    if "uid" in layers:
        uid = int(status.get("Uid", "0").split()[0])
        own = FIRST_UID <= uid < FIRST_UID + UID_COUNT
        yield _judged("user id", own, f"{uid}, of {FIRST_UID} to {FIRST_UID + UID_COUNT - 1}", "layers")
    if "namespaces" in layers:
        inner = status.get("NSpid", "").split()
        yield _judged("namespaces", len(inner) > 1, f"{', '.join(NAMESPACES)}; process {inner[-1]}", "layers")
    for name, error in canaries.items():
        yield _held(f"canary: {name}", error)


def status_of(pid: int) -> dict[str, str]:
    """Return the fields of ``/proc/<pid>/status``.

    Raises:
        GraderError: the process has ended.
    """
    try:
        lines = Path(f"/proc/{pid}/status").read_text(encoding="utf-8", errors="replace").splitlines()
    except OSError:
        lines = []
    status = {name: value.strip() for name, _, value in (line.partition(":") for line in lines)}
    if not status or status["State"].startswith("Z"):
        raise GraderError("A worker ended while it was looked at.")
    return status


def _attempts(worker: Worker, private: Collection[Path], nursery: Nursery, layers: Sequence[str]) -> Iterator[Probe]:
    attempts = dict(ATTEMPTS)
    for path in private:
        verb, call = ("list", "os.listdir") if path.is_dir() else ("read", "open")
        attempts[f"{verb} {path}"] = f"{call}({str(path)!r})"
    for name, error in zip(attempts, _errors(worker, list(attempts.values()), nursery, layers), strict=True):
        yield _held(name, error)


def _errors(worker: Worker, statements: list[str], nursery: Nursery, layers: Sequence[str]) -> list[object]:
    """Return what each attempt came to: an error number, or how it ended its worker."""
    last = (os.getpid(), sys.executable)
    with contextlib.suppress(StudentRaised, WorkerEnded):
        errors = worker.call("attempt_all", (statements, *last))
        if isinstance(errors, list) and len(errors) == len(statements):
            return errors
    return [_error_alone(statement, last, nursery, layers) for statement in statements]


def _error_alone(statement: str, last: tuple[int, str], nursery: Nursery, layers: Sequence[str]) -> object:
    with Worker(nursery, layers, Limits(), seed=0) as worker:
        worker.load([UNIT])
        try:
            return worker.call("attempt", (statement, *last))
        except (StudentRaised, WorkerEnded) as error:
            return str(error)


def _cpu_limit(worker: Worker) -> Probe:
    try:
        worker.load([UNIT])
        worker.call("spin", ())
    except WorkerEnded as ended:
        if ended.ending != "cpu":
            raise
        said = f"stopped after {worker.usage().cpu_s:.2f} s of CPU time, allowed were {CPU_S} s"
        return _judged("CPU limit", True, said, "limits")
    return _judged("CPU limit", False, "an endless loop came back", "limits")


def _memory_limit(worker: Worker) -> Probe:
    try:
        worker.call("allocate", (MEMORY_BYTES,))
    except StudentRaised as raised:
        return _judged(
            "memory limit", raised.error.type == "MemoryError", f"{MEMORY_BYTES >> 20} MiB refused", "limits"
        )
    return _judged("memory limit", False, "as much was allocated as is allowed in all", "limits")


def _output_limit(worker: Worker) -> Probe:
    worker.call("flood", (FLOOD_BYTES,))
    kept = len(worker.usage().output)
    return _judged("output limit", kept == KEPT_BYTES, f"{kept} bytes kept of {FLOOD_BYTES >> 20} MiB", "limits")


def _seeds(first: Worker, same: Worker, other: Worker) -> Probe:
    draws = [worker.call("draw", ()) for worker in (first, same, other)]
    return _judged("seeded generators", draws[0] == draws[1] != draws[2], "the same seed draws the same", "worker")


def _threads(worker: Worker) -> Iterator[Probe]:
    shape = getattr(worker.call("multiply", ()), "shape", None)
    threads = status_of(worker.pid).get("Threads")
    yield _judged("linear algebra", (shape, threads) == ((64,), "1"), f"works, with {threads} thread", "worker")
    yield _judged("start a thread", worker.call("start_thread", ()) is True, "refused", "tried")


def _held(name: str, error: object) -> Probe:
    if isinstance(error, int) and error in DENIED:
        return Probe(name, True, f"refused ({errno.errorcode[error]})", group="tried")
    if not isinstance(error, int):
        return _judged(name, False, f"The attempt ended its worker: {error}")
    said = "succeeded" if error == 0 else f"failed with {errno.errorcode.get(error, error)}, which proves nothing"
    return _judged(name, False, f"The attempt {said}.")


def _judged(name: str, ok: bool, detail: str, group: str = "tried") -> Probe:
    return Probe(name, ok, detail, "" if ok else UNDONE, group)
