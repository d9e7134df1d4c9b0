"""Where an attack takes place: a sandbox, a folder anyone may write to, and a process with a secret to go for."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Any, NamedTuple, Self

from grader.errors import GraderError, StudentRaised, WorkerEnded
from grader.model import SourceUnit
from grader.sandbox.host import Limits, Sandbox, Worker

HERE = Path(__file__).parent
SECRET = "open sesame, said the grader"
# Anyone of the same user may trace it, also where the Yama module would let only its parent.
VICTIM = """
import ctypes, os, sys, time
ctypes.CDLL(None).prctl(0x59616D61, ctypes.c_ulong(-1))
buffer = ctypes.create_string_buffer(os.environ["SECRET"].encode())
print(os.open(sys.argv[1], os.O_RDONLY), ctypes.addressof(buffer), flush=True)
time.sleep(600)
"""


class Victim(NamedTuple):
    """A process of the user who grades; it has a secret in its memory, environment, arguments and files."""

    process: subprocess.Popen[bytes]
    descriptor: int
    address: int

    @property
    def pid(self) -> int:
        return self.process.pid


class Ground:
    """Where attacks take place. ``layers`` as of the lockdown; none at all is where controls run."""

    def __init__(self, layers: tuple[str, ...]) -> None:
        self._folder = Path(tempfile.mkdtemp(prefix="attack-"))
        self._victim: Victim | None = None
        self._count = 0
        self._layers = layers
        self.sandbox = Sandbox(layers_for_tests=layers)

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.sandbox.close()
        self.drop_victim()
        shutil.rmtree(self._folder)

    def folder(self) -> Path:
        """Return a new folder that anyone may write to."""
        self._folder.chmod(0o777)
        self._count += 1
        folder = self._folder / str(self._count)
        folder.mkdir()
        folder.chmod(0o777)
        return folder

    def file(self, name: str = "secret.txt", text: str = SECRET) -> Path:
        """Return a new file that anyone may read and write, in a folder of its own."""
        path = self.folder() / name
        path.write_text(text)
        path.chmod(0o666)
        return path

    @property
    def victim(self) -> Victim:
        """The victim; a new one where the last one was harmed."""
        if self._victim is None:
            self._victim = _start_victim(self.file())
        return self._victim

    def drop_victim(self) -> None:
        """End the victim."""
        if self._victim is not None:
            process = self._victim.process
            process.kill()
            process.wait()
            assert process.stdout is not None
            process.stdout.close()
            self._victim = None

    @contextmanager
    def disposable(self) -> Iterator[Ground]:
        """Return a ground like this one, whose zygote may end."""
        other = Ground(self._layers)
        try:
            yield other
        finally:
            with suppress(GraderError):  # its workers cannot be reaped any more
                other.sandbox.close()
            other.sandbox._nursery.close()
            other.drop_victim()
            shutil.rmtree(other._folder)

    @contextmanager
    def attacker(self, source: Path, limits: Limits) -> Iterator[Attacker]:
        """Load an attack into a new worker; afterwards end it, and whatever it started."""
        units = [SourceUnit(module="mlp", label="mlp.py", text=source.read_text())]
        if source.parent.name == "wire":
            units.append(SourceUnit(module="frames", label="frames.py", text=(HERE / "frames.py").read_text()))
        with self.sandbox.worker(limits, seed=0) as worker:
            report = worker.load(units)
            assert not report.problems, report.problems
            try:
                yield Attacker(worker)
            finally:
                for pid in session_of(worker.pid):
                    os.kill(pid, 9)


class Attacker:
    """A worker that holds an attack."""

    def __init__(self, worker: Worker) -> None:
        self.worker = worker

    def __call__(self, *args: object) -> Any:
        """Run the attack; return what it returned, or what stopped it."""
        try:
            return self.worker.call("attack", [str(arg) if isinstance(arg, Path) else arg for arg in args])
        except (StudentRaised, WorkerEnded) as stopped:
            return stopped

    def status(self, field: str) -> str:
        """Return a field of the worker's status as the kernel tells it."""
        for line in Path(f"/proc/{self.worker.pid}/status").read_text().splitlines():
            if line.startswith(f"{field}:"):
                return line.partition(":")[2].split()[0]
        raise KeyError(field)


def session_of(pid: int) -> list[int]:
    """Return the living processes of a worker's session."""
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


def _start_victim(file: Path) -> Victim:
    process = subprocess.Popen(
        [sys.executable, "-S", "-c", VICTIM, str(file), f"--token={SECRET}"],
        env={"SECRET": SECRET},
        stdout=subprocess.PIPE,
        start_new_session=True,
    )
    assert process.stdout is not None
    descriptor, address = map(int, process.stdout.readline().split())
    return Victim(process, descriptor, address)
