"""Namespaces alone, with no other lock: what code finds in them, and that they end with the zygote."""

from __future__ import annotations

import os
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from grader.errors import GraderError
from grader.sandbox import nursery as nursery_module
from grader.sandbox.client import Worker
from grader.sandbox.limits import Limits
from grader.sandbox.namespaces import rehearse
from grader.sandbox.nursery import Nursery
from tests.conftest import require_or_skip
from tests.sandbox.conftest import unit

SOURCE = """
import os, socket

def processes():
    os.waitpid(-1, 0)  # the canary that could fork
    found = []
    for pid in range(1, 40000):
        try:
            os.kill(pid, 0)
            found.append(pid)
        except ProcessLookupError:
            pass
    return found

def files():
    return sorted(os.listdir("/")), sorted(os.listdir("/dev"))

def write(path):
    try:
        open(path, "w")
    except OSError as error:
        return error.strerror
    return "written"

def networks():
    return [name for _, name in socket.if_nameindex()]

def connect(port):
    try:
        socket.create_connection(("127.0.0.1", port), timeout=1)
    except OSError as error:
        return error.strerror
    return "connected"

def escape():
    return os.open("..", os.O_RDONLY) and sorted(os.listdir("../../.."))
"""


@pytest.fixture(scope="module")
def apart() -> Iterator[Nursery]:
    require_or_skip(not rehearse(), "Namespaces cannot be entered here.")
    running = Nursery(apart=True)
    yield running
    running.close()


@pytest.fixture
def worker(apart: Nursery) -> Iterator[Worker]:
    with Worker(apart, (), Limits(), seed=0) as running:
        running.load([unit(SOURCE)])
        yield running


def test_only_the_zygote_and_the_worker_exist(worker: Worker) -> None:
    assert worker.call("processes", ()) == [1, worker._nursery._inner_pids[worker.pid]]


def test_there_is_no_file_but_the_null_device(worker: Worker) -> None:
    assert worker.call("files", ()) == (["dev"], ["null"])


@pytest.mark.parametrize("path", ["/mine", "/dev/mine"])
def test_no_file_can_be_made(worker: Worker, path: str) -> None:
    assert worker.call("write", (path,)) == "Read-only file system"


def test_the_old_root_is_not_above_the_new_one(worker: Worker) -> None:
    assert worker.call("escape", ()) == ["dev"]


def test_the_network_is_one_dead_interface(worker: Worker) -> None:
    assert worker.call("networks", ()) == ["lo"]
    assert worker.call("connect", (9,)) == "Network is unreachable"


def test_a_worker_is_known_by_its_number_on_the_machine(worker: Worker) -> None:
    status = Path(f"/proc/{worker.pid}/status").read_text()
    assert f"NSpid:\t{worker.pid}\t" in status
    assert worker.usage().cpu_s > 0


def test_workers_of_two_zygotes_have_user_ids_of_their_own(apart: Nursery) -> None:
    require_or_skip(os.geteuid() == 0, "Only root can give a worker a user id.")
    other = Nursery(apart=True)
    try:
        uids = set()
        for mother in (apart, other):
            with Worker(mother, ("uid",), Limits(), seed=0) as worker:
                assert worker.canaries
                uids.add(Path(f"/proc/{worker.pid}").stat().st_uid)
    finally:
        other.close()
    assert len(uids) == 2
    assert 0 not in uids


def test_killing_the_zygote_ends_its_workers() -> None:
    require_or_skip(not rehearse(), "Namespaces cannot be entered here.")
    mother = Nursery(apart=True)
    worker = Worker(mother, (), Limits(), seed=0)
    assert worker.canaries
    os.kill(mother.pid, 9)
    deadline_s = time.monotonic() + 2
    while Path(f"/proc/{worker.pid}").exists() and time.monotonic() < deadline_s:
        time.sleep(0.01)
    assert not Path(f"/proc/{worker.pid}").exists()
    worker._channel.close()  # close() would ask the zygote
    os.close(worker._pid_fd)
    mother.close()


def test_namespaces_that_are_only_claimed_are_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    fault = nursery_module._half_apart({"hindrance": "", "pid": os.getpid()})
    assert fault == "it says that it is in namespaces of its own, and it is not: mnt, pid, net, ipc, uts"
    monkeypatch.setattr(nursery_module, "_half_apart", lambda report: fault)
    with pytest.raises(GraderError, match=r"^The sandbox refuses to start: it says that it is in namespaces"):
        Nursery()


def test_files_that_are_still_in_sight_are_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(nursery_module, "NAMESPACES", ())
    fault = nursery_module._half_apart({"hindrance": "", "pid": os.getpid()})
    assert fault.startswith("it should see no files, and sees ")
