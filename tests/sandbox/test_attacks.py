"""Each attack is a file in attacks/, and each is shown to work when nothing defends.

Success is judged by its effect, seen from the trusted side, never by what the attacker reports alone.
"""

from __future__ import annotations

import os
import platform
import select
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from grader.errors import StudentRaised, WorkerEnded
from grader.sandbox.host import Limits, Sandbox, Worker
from tests.sandbox.conftest import unit

ATTACKS = Path(__file__).parent / "attacks"
SECRET = "open sesame, said the grader"

# Runs the attack and returns whether it had its effect.
Attempt = Callable[[Worker, Path, "subprocess.Popen[bytes]"], bool]


def attempt(worker: Worker, *args: object) -> Any:
    """Run the attack; return what it returned, or what stopped it."""
    try:
        return worker.call("attack", args)
    except (StudentRaised, WorkerEnded) as stopped:
        return stopped


def reads_a_file(worker: Worker, folder: Path, _: object) -> bool:
    (folder / "reference.py").write_text(SECRET)
    (folder / "reference.py").chmod(0o644)
    return bool(attempt(worker, str(folder / "reference.py")) == SECRET)


def writes_a_file(worker: Worker, folder: Path, _: object) -> bool:
    attempt(worker, str(folder / "mine"))
    return (folder / "mine").exists()


def writes_shared_memory_file(worker: Worker, _: Path, __: object) -> bool:
    path = Path(f"/dev/shm/grader-test-{os.getpid()}")
    attempt(worker, str(path))
    written = path.exists()
    path.unlink(missing_ok=True)
    return written


def opens_tcp(worker: Worker, _: Path, __: object) -> bool:
    with socket.create_server(("127.0.0.1", 0)) as server:
        attempt(worker, server.getsockname()[1])
        return bool(select.select([server], [], [], 0.2)[0])


def sends_udp(worker: Worker, _: Path, __: object) -> bool:
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as server:
        server.bind(("127.0.0.1", 0))
        attempt(worker, server.getsockname()[1])
        return bool(select.select([server], [], [], 0.2)[0])


def forks(worker: Worker, _: Path, __: object) -> bool:
    attempt(worker)
    return len(session_of(worker.pid)) > 1


def starts_a_thread(worker: Worker, _: Path, __: object) -> bool:
    attempt(worker)
    return len(os.listdir(f"/proc/{worker.pid}/task")) > 1


def ends_the_victim(worker: Worker, _: Path, victim: subprocess.Popen[bytes]) -> bool:
    attempt(worker, victim.pid)
    try:
        return victim.wait(timeout=0.3) != 0
    except subprocess.TimeoutExpired:
        return False


def slows_the_victim(worker: Worker, _: Path, victim: subprocess.Popen[bytes]) -> bool:
    attempt(worker, victim.pid)
    return os.getpriority(os.PRIO_PROCESS, victim.pid) == 19


def reads_the_environment(worker: Worker, _: Path, victim: subprocess.Popen[bytes]) -> bool:
    return SECRET in str(attempt(worker, victim.pid))


def reads_the_memory(worker: Worker, _: Path, victim: subprocess.Popen[bytes]) -> bool:
    return attempt(worker, victim.pid) is True


def runs_machine_code(worker: Worker, _: Path, __: object) -> bool:
    return bool(attempt(worker) == 42)


def changes_limits(worker: Worker, _: Path, __: object) -> bool:
    attempt(worker)
    lines = Path(f"/proc/{worker.pid}/limits").read_text().splitlines()
    return any(line.startswith("Max open files") and line.split()[3] == "33" for line in lines)


def makes_shared_memory(worker: Worker, _: Path, __: object) -> bool:
    # No effect to be seen: the descriptors of a worker can only be listed by root.
    return bool(attempt(worker) == "mine")


EFFECTS: dict[str, tuple[str, Attempt]] = {
    "read a file": ("read_a_file", reads_a_file),
    "write a file": ("write_a_file", writes_a_file),
    "write to /dev/shm": ("write_a_file", writes_shared_memory_file),
    "open TCP": ("open_tcp", opens_tcp),
    "send UDP": ("send_udp", sends_udp),
    "fork a daemon": ("fork_a_daemon", forks),
    "start a thread": ("start_a_thread", starts_a_thread),
    "kill a process": ("kill_a_process", ends_the_victim),
    "kill by pidfd": ("kill_by_pidfd", ends_the_victim),
    "send SIGIO": ("send_sigio", ends_the_victim),
    "slow a process": ("slow_a_process", slows_the_victim),
    "read an environment": ("read_an_environment", reads_the_environment),
    "read another memory": ("read_another_memory", reads_the_memory),
    "execute a program": ("execute_a_program", writes_a_file),
    "run machine code": ("run_machine_code", runs_machine_code),
    "change limits": ("change_limits", changes_limits),
    "make shared memory": ("make_shared_memory", makes_shared_memory),
}
EVERY_ATTACK = pytest.mark.parametrize(("file", "effect"), EFFECTS.values(), ids=EFFECTS.keys())


def session_of(pid: int) -> list[int]:
    """Return the processes of a worker's session."""
    found = []
    for entry in Path("/proc").iterdir():
        if entry.name.isdigit():
            try:
                fields = (entry / "stat").read_text().rpartition(")")[2].split()
            except OSError:
                continue  # it ended meanwhile
            if int(fields[3]) == pid and fields[0] != "Z":
                found.append(int(entry.name))
    return found


@pytest.fixture
def victim() -> Iterator[subprocess.Popen[bytes]]:
    """A process of the same user that holds a secret in its environment and in its memory."""
    source = "import sys, time; print(flush=True); time.sleep(60)"
    with subprocess.Popen(
        [sys.executable, "-S", "-c", source], env={"SECRET": SECRET}, stdout=subprocess.PIPE
    ) as process:
        assert process.stdout is not None
        process.stdout.readline()
        yield process
        process.kill()


def has_effect(sandbox: Sandbox, file: str, effect: Attempt, folder: Path, victim: subprocess.Popen[bytes]) -> bool:
    folder.chmod(0o777)
    with sandbox.worker(Limits(), seed=0) as worker:
        worker.load([unit((ATTACKS / f"{file}.py").read_text())])
        try:
            return effect(worker, folder, victim)
        finally:
            for pid in session_of(worker.pid):
                os.kill(pid, 9)


@EVERY_ATTACK
def test_the_attack_is_held(
    sandbox: Sandbox, file: str, effect: Attempt, tmp_path: Path, victim: subprocess.Popen[bytes]
) -> None:
    assert not has_effect(sandbox, file, effect, tmp_path, victim)


@EVERY_ATTACK
def test_the_attack_works_without_the_lockdown(
    open_sandbox: Sandbox, file: str, effect: Attempt, tmp_path: Path, victim: subprocess.Popen[bytes]
) -> None:
    if file == "run_machine_code" and platform.machine() != "x86_64":
        pytest.skip("the machine code is that of x86_64")
    assert has_effect(open_sandbox, file, effect, tmp_path, victim)


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
    environment = {**os.environ, "PYTHONPATH": os.pathsep.join(sys.path)}
    with subprocess.Popen([sys.executable, "-c", GRADER], stdout=subprocess.PIPE, env=environment) as grader:
        assert grader.stdout is not None
        pids = [int(word) for word in grader.stdout.readline().split()]
        assert len(pids) == 2
        assert all(is_alive(pid) for pid in pids)
        grader.kill()
    deadline_s = time.monotonic() + 1
    while any(map(is_alive, pids)) and time.monotonic() < deadline_s:
        time.sleep(0.01)
    assert [pid for pid in pids if is_alive(pid)] == []


def is_alive(pid: int) -> bool:
    try:
        return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0] != "Z"
    except OSError:
        return False
