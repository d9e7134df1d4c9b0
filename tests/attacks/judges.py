"""Whether an attack on the machine had its effect, seen from the trusted side.

Each takes the ground and the attacker, runs the attack, and returns whether it succeeded. Where nothing can be
seen from outside, the attack has to bring something back that it could not have otherwise.
"""

from __future__ import annotations

import ctypes
import fcntl
import os
import select
import socket
import stat
import subprocess
import time
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path
from typing import Any

import numpy.random.mtrand

from grader.errors import GraderError, StudentRaised, WorkerEnded
from tests.attacks.ground import SECRET, Attacker, Ground, session_of

Judge = Callable[[Ground, Attacker], bool]
SOON_S = 0.05  # for the kernel to deliver a signal
KEY = 0x6D696E65


def brings_back(*what: str) -> Judge:
    """Judge an attack that reads a secret; ``what`` are the arguments it needs."""

    def judge(ground: Ground, attack: Attacker) -> bool:
        file = ground.file()
        known: dict[str, object] = {
            "file": file,
            "folder": file.parent,
            "link": file.parent / "link",
            "pid": ground.victim.pid if {"pid", "address", "descriptor"} & set(what) else 0,
        }
        if {"address", "descriptor"} & set(what):
            known |= {"address": ground.victim.address, "descriptor": ground.victim.descriptor, "size": len(SECRET)}
        return SECRET in str(attack(*(known[name] for name in what)))

    return judge


def lists_names(ground: Ground, attack: Attacker) -> bool:
    return bool(attack(ground.file().parent) == ["secret.txt"])


def imports(ground: Ground, attack: Attacker) -> bool:
    return bool(attack(ground.file("reference.py", f"ANSWER = {SECRET!r}").parent) == SECRET)


def finds_in_memory(ground: Ground, attack: Attacker) -> bool:
    return attack(ground.victim.pid) is True


# --- files ------------------------------------------------------------------------------------------------


def writes(ground: Ground, attack: Attacker) -> bool:
    path = ground.folder() / "mine"
    attack(path)
    return path.exists()


def writes_shared(_: Ground, attack: Attacker) -> bool:
    path = Path(f"/dev/shm/grader-test-{os.getpid()}")
    attack(path)
    written = path.exists()
    path.unlink(missing_ok=True)
    return written


def writes_later(ground: Ground, attack: Attacker) -> bool:
    path = ground.folder() / "mine"
    attack(path)
    attack.worker.close()
    return _within(0.5, path.exists)


def fills(ground: Ground, attack: Attacker) -> bool:
    folder = ground.folder()
    attack(folder)
    return len(list(folder.iterdir())) > 10


def rewrites_the_result(ground: Ground, attack: Attacker) -> bool:
    path = ground.file("result-b71f.json", '{"score": 0}')
    attack(path.parent)
    return path.read_text() != '{"score": 0}'


def plants_a_module(ground: Ground, attack: Attacker) -> bool:
    folder = ground.folder()
    attack(folder)
    return (folder / "numpy.py").exists()


def renames(ground: Ground, attack: Attacker) -> bool:
    theirs = ground.file("theirs.py")
    mine = theirs.with_name("mine.py")
    mine.write_text("mine")
    attack(theirs.parent)
    return theirs.read_text() == "mine"


def changes(look: Callable[[Path], object]) -> Judge:
    """Judge an attack that changes something about a file."""

    def judge(ground: Ground, attack: Attacker) -> bool:
        path = ground.file()
        before = look(path)
        attack(path)
        return not path.exists() or look(path) != before

    return judge


def makes_a_link(ground: Ground, attack: Attacker) -> bool:
    path = ground.file()
    attack(path, path.parent / "link")
    return os.path.lexists(path.parent / "link")


def makes_a_fifo(ground: Ground, attack: Attacker) -> bool:
    return _makes(ground, attack, stat.S_ISFIFO)


def makes_a_device(ground: Ground, attack: Attacker) -> bool:
    return _makes(ground, attack, stat.S_ISCHR)


def _makes(ground: Ground, attack: Attacker, is_one: Callable[[int], bool]) -> bool:
    path = ground.folder() / "mine"
    attack(path)
    return path.exists() and is_one(path.stat().st_mode)


def locks(ground: Ground, attack: Attacker) -> bool:
    path = ground.file()
    attack(path)
    with path.open() as file:
        return _is_locked(file.fileno())


def locks_the_output(_: Ground, attack: Attacker) -> bool:
    attack()
    return _is_locked(attack.worker._channel._output_fd)


def _is_locked(descriptor: int) -> bool:
    try:
        fcntl.flock(descriptor, fcntl.LOCK_SH | fcntl.LOCK_NB)
    except BlockingIOError:
        return True
    return False


# --- network ----------------------------------------------------------------------------------------------


def connects_by_tcp(_: Ground, attack: Attacker) -> bool:
    with socket.create_server(("127.0.0.1", 0)) as server:
        attack(server.getsockname()[1])
        return _is_ready(server)


def sends_udp(_: Ground, attack: Attacker) -> bool:
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as server:
        server.bind(("127.0.0.1", 0))
        attack(server.getsockname()[1])
        return _is_ready(server)


def serves_tcp(_: Ground, attack: Attacker) -> bool:
    with socket.create_server(("127.0.0.1", 0)) as server:
        port = server.getsockname()[1]
    attack(port)
    with socket.socket() as client:
        return client.connect_ex(("127.0.0.1", port)) == 0


def connects_to_a_path(ground: Ground, attack: Attacker) -> bool:
    path = ground.folder() / "socket"
    with socket.socket(socket.AF_UNIX) as server:
        server.bind(str(path))
        path.chmod(0o777)
        server.listen()
        attack(path)
        return _is_ready(server)


def connects_to_a_name(_: Ground, attack: Attacker) -> bool:
    name = f"grader-test-{os.getpid()}"
    with socket.socket(socket.AF_UNIX) as server:
        server.bind("\0" + name)
        server.listen()
        attack(name)
        return _is_ready(server)


def _is_ready(server: socket.socket) -> bool:
    return bool(select.select([server], [], [], 0)[0])


# --- processes --------------------------------------------------------------------------------------------


def forks(_: Ground, attack: Attacker) -> bool:
    attack()
    return len(session_of(attack.worker.pid)) > 1


def forks_a_bomb(_: Ground, attack: Attacker) -> bool:
    attack()
    return len(session_of(attack.worker.pid)) > 10


def starts_a_thread(_: Ground, attack: Attacker) -> bool:
    attack()
    return len(os.listdir(f"/proc/{attack.worker.pid}/task")) > 1


def changes_status(field: str) -> Judge:
    """Judge an attack that changes a field of the worker's status."""

    def judge(_: Ground, attack: Attacker) -> bool:
        assert attack.worker.canaries
        before = attack.status(field)
        attack()
        return attack.status(field) != before

    return judge


def changes_open_files(_: Ground, attack: Attacker) -> bool:
    before = open_files(attack.worker.pid)
    attack()
    return open_files(attack.worker.pid) != before


def becomes(ground: Ground, attack: Attacker) -> bool:
    attack(64_999)
    return attack.status("Uid") == "64999"


def ends_the_zygote(ground: Ground, attack: Attacker) -> bool:
    with suppress(GraderError):  # where it ends, nobody can say what became of the attacker
        attack()
    return _within(SOON_S, lambda: not is_alive(ground.sandbox.pid))


def outlives_the_zygote(ground: Ground, attack: Attacker) -> bool:
    attack()
    os.kill(ground.sandbox.pid, 9)
    return not _within(0.5, lambda: not is_alive(attack.worker.pid))


def is_alive(pid: int) -> bool:
    """Return whether a process lives; a zombie does not."""
    try:
        return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0] != "Z"
    except OSError:
        return False


def can_be_traced(_: Ground, attack: Attacker) -> bool:
    # As root nothing of it can be seen from outside: the attack has to ask the kernel.
    return bool(attack() == 1)


def leaves_the_user_namespace(_: Ground, attack: Attacker) -> bool:
    # Whether it worked cannot be seen without the right to trace the worker.
    return bool(attack() == 0)


def mounts(ground: Ground, attack: Attacker) -> bool:
    folder = ground.folder()
    attack(folder)
    covered = os.path.ismount(folder)
    if covered:
        ctypes.CDLL(None).umount(str(folder).encode())
    return covered


def changes_the_root(ground: Ground, attack: Attacker) -> bool:
    # To look at the root of a process needs a right that a container lacks.
    return bool(attack(ground.file().parent) == ["secret.txt"])


def types_into_the_terminal(_: Ground, attack: Attacker) -> bool:
    return _reaches_the_terminal(attack, typed=True)


def writes_to_the_terminal(_: Ground, attack: Attacker) -> bool:
    return _reaches_the_terminal(attack, typed=False)


def _reaches_the_terminal(attack: Attacker, *, typed: bool) -> bool:
    screen, keyboard = os.openpty()
    os.chmod(os.ttyname(keyboard), 0o666)
    try:
        attack(os.ttyname(keyboard))
        end = keyboard if typed else screen
        return bool(select.select([end], [], [], 0)[0]) and b"mine" in os.read(end, 100)
    finally:
        os.close(screen)
        os.close(keyboard)


# --- the victim -------------------------------------------------------------------------------------------


def ends_the_victim(ground: Ground, attack: Attacker) -> bool:
    attack(ground.victim.pid)
    try:
        ended = ground.victim.process.wait(timeout=SOON_S) != 0
    except subprocess.TimeoutExpired:
        return False
    ground.drop_victim()
    return ended


def alters(look: Callable[[int], object]) -> Judge:
    """Judge an attack that alters something about the victim."""

    def judge(ground: Ground, attack: Attacker) -> bool:
        pid = ground.victim.pid
        before = look(pid)
        attack(pid)
        altered = look(pid) != before
        if altered:
            attack.worker.close()  # a victim that is traced cannot be reaped
            ground.drop_victim()
        return altered

    return judge


def reads_a_clock(ground: Ground, attack: Attacker) -> bool:
    pid = ground.victim.pid
    read = attack(pid)
    return isinstance(read, float) and 0 < read <= time.clock_gettime(~pid << 3 | 2)


def finds_out(ground: Ground, attack: Attacker) -> bool:
    """Judge an attack that says by which ways it found the victim."""
    found = attack(ground.victim.pid)
    return isinstance(found, list) and bool(found)


def finds_an_address(ground: Ground, attack: Attacker) -> bool:
    pid = ground.victim.pid
    address = attack(pid)
    ranges = [line.split()[0].split("-") for line in Path(f"/proc/{pid}/maps").read_text().splitlines()]
    return isinstance(address, int) and any(int(start, 16) <= address < int(end, 16) for start, end in ranges)


def priority(pid: int) -> tuple[int, int]:
    # The policy too: these tests may run at the least priority themselves.
    return os.getpriority(os.PRIO_PROCESS, pid), os.sched_getscheduler(pid)


def affinity(pid: int) -> set[int]:
    return os.sched_getaffinity(pid)


def open_files(pid: int) -> list[str]:
    lines = Path(f"/proc/{pid}/limits").read_text().splitlines()
    return next(line.split() for line in lines if line.startswith("Max open files"))


def tracer(pid: int) -> str:
    lines = Path(f"/proc/{pid}/status").read_text().splitlines()
    return next(line for line in lines if line.startswith("TracerPid"))


def overwrites_memory(ground: Ground, attack: Attacker) -> bool:
    victim = ground.victim
    attack(victim.pid, victim.address)
    with open(f"/proc/{victim.pid}/mem", "rb", buffering=0) as memory:
        memory.seek(victim.address)
        overwritten = memory.read(4) == b"mine"
    ground.drop_victim()
    return overwritten


# --- objects of the kernel --------------------------------------------------------------------------------


def opens_something(_: Ground, attack: Attacker) -> bool:
    # The descriptors of another process can be listed by root alone: the attack has to show the number.
    number = attack()
    return isinstance(number, int) and number > 2


def shares_memory(_: Ground, attack: Attacker) -> bool:
    attack()
    return int(attack.status("RssShmem")) >= 8 << 10


def makes_a_segment(_: Ground, attack: Attacker) -> bool:
    attack(KEY)
    return _is_left("shmget", "shmctl", ctypes.c_size_t(0))


def makes_a_queue(_: Ground, attack: Attacker) -> bool:
    attack(KEY)
    return _is_left("msgget", "msgctl")


def makes_a_semaphore(_: Ground, attack: Attacker) -> bool:
    attack(KEY)
    return _is_left("semget", "semctl", 0)


def _is_left(get: str, control: str, *size: Any) -> bool:
    library = ctypes.CDLL(None)
    number = getattr(library, get)(KEY, *size, 0)
    if number < 0:
        return False
    # IPC_RMID; semctl alone takes the number of a semaphore in between
    between = (0,) if get == "semget" else ()
    getattr(library, control)(number, *between, 0, None)
    return True


def makes_a_message_queue(_: Ground, attack: Attacker) -> bool:
    library, name = ctypes.CDLL(None), f"/grader-test-{os.getpid()}"
    attack(name)
    return bool(library.mq_unlink(name.encode()) == 0)


def keeps_a_key(_: Ground, attack: Attacker) -> bool:
    name = f"grader-test-{os.getpid()}"
    serial = attack(name)
    found = any(name in line for line in Path("/proc/keys").read_text().splitlines())
    if isinstance(serial, int) and serial > 0:
        number = {"x86_64": 250, "aarch64": 219}[os.uname().machine]
        ctypes.CDLL(None).syscall(number, 9, serial, ctypes.c_long(-4))  # KEYCTL_UNLINK from the user's keyring
    return found


def runs_code(_: Ground, attack: Attacker) -> bool:
    return bool(attack() == 42)


def loads_a_library(ground: Ground, attack: Attacker) -> bool:
    path = ground.folder() / "mine.so"
    path.write_bytes(Path(numpy.random.mtrand.__file__).read_bytes())
    path.chmod(0o755)
    return bool(attack(path) == str(path))


# --- what a worker uses -----------------------------------------------------------------------------------


def allocates(_: Ground, attack: Attacker) -> bool:
    assert attack.worker.canaries
    attack()
    return int(attack.status("VmPeak")) > 2 << 20  # KiB


def takes_descriptors(_: Ground, attack: Attacker) -> bool:
    attack()
    return int(attack.status("FDSize")) > 256


def overruns(cpu_s: float, wall_s: float) -> Judge:
    """Judge an attack that goes on for longer than it may."""

    def judge(_: Ground, attack: Attacker) -> bool:
        attack()
        attack.worker.close()
        usage = attack.worker.usage()
        return usage.cpu_s > cpu_s or usage.wall_s > wall_s

    return judge


def floods(_: Ground, attack: Attacker) -> bool:
    return not isinstance(attack(), WorkerEnded) or len(attack.worker.usage().output) > 8192


def calls_back(most: int) -> Judge:
    """Judge an attack that has something computed more than ``most`` times."""

    def judge(_: Ground, attack: Attacker) -> bool:
        calls = 0

        def compute(x: int) -> int:
            nonlocal calls
            calls += 1
            return x

        attack(compute)
        return calls > most

    return judge


def writes_after_the_verdict(_: Ground, attack: Attacker) -> bool:
    attack()
    wire = attack.worker._channel._wire
    return bool(select.select([wire], [], [], 0.2)[0])


def leaves_a_hook(ground: Ground, attack: Attacker) -> bool:
    path = ground.folder() / "mine"
    attack(path)
    attack.worker.close()
    return path.exists()


def describes_at_length(_: Ground, attack: Attacker) -> bool:
    stopped = attack()
    return not isinstance(stopped, StudentRaised) or len(str(stopped.error)) > 10_000


def _within(seconds: float, condition: Callable[[], bool]) -> bool:
    deadline_s = time.monotonic() + seconds
    while not condition() and time.monotonic() < deadline_s:
        time.sleep(0.01)
    return condition()
