"""A small class, graded by a real ``grader grade`` in processes of its own, and how to look at them and kill them."""

from __future__ import annotations

import contextlib
import ctypes
import os
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any, Literal, NamedTuple

from tests.course_factory import SOLUTION, changed, with_part, write_course

ROOT = Path(__file__).parents[2]
COMMAND = (sys.executable, "-c", "from grader.cli import main; main()")
PR_SET_CHILD_SUBREAPER = 36
GONE_S = 1.0  # after the grader is killed nothing may be left
PATIENCE_S = 120.0

Role = Literal["grader", "session", "zygote", "worker"]
ROLES: tuple[Role, ...] = ("grader", "session", "zygote", "worker")

DRAWS = changed(("rng.permutation", "np.random.default_rng().permutation"))
KILLS_ITSELF = changed(("return dout @ w.T", "import os; os.kill(os.getpid(), 9); return dout @ w.T"))
SLEEPS = with_part("batches", "def batches(X, y, size, rng):\n    import time\n    time.sleep(0.2)\n    yield X, y\n")
CLASS = {
    "bob.py": changed(("x @ w + b", "x @ w")),
    "gus.py": "import torch\n" + changed(("- 0.5", "+ 0.5"), ("return losses", "print('a note')\n    return losses")),
    "ina.py": DRAWS,
    "kim.py": KILLS_ITSELF,
    "lea.py": SLEEPS,
    "noa.py": "import os\nos._exit(3)\n" + SOLUTION,
    "rosa.ipynb": '{"cells": [',
}


class Course(NamedTuple):
    """A course and the hand-ins of a class."""

    folder: Path
    hand_ins: Path


def write_class(folder: Path, *, files: dict[str, str] | None = None) -> Course:
    """Write the tiny course, and a class to grade, into an empty folder."""
    write_course(folder / "course", files=files)
    hand_ins = folder / "hand-ins"
    hand_ins.mkdir()
    for name, text in CLASS.items():
        (hand_ins / name).write_text(text)
    # All courses of these tests have this secret, so that their results can be compared.
    secret = folder / "course" / ".grader-secret"
    secret.write_text("5e" * 32 + "\n")
    secret.chmod(0o600)
    return Course(folder / "course", hand_ins)


class Run:
    """One ``grader grade`` that goes on beside this process; ``more`` are further arguments."""

    def __init__(self, course: Course, out: Path, *more: str, jobs: int = 2, **options: Any) -> None:
        adopt_orphans()
        self._before = {process.pid for process in descendants(os.getpid())}
        self.process = subprocess.Popen(
            [*COMMAND, "grade", "tiny", str(course.hand_ins), "--out", str(out), "--jobs", str(jobs), *more],
            cwd=course.folder,
            env=os.environ | {"PYTHONPATH": str(ROOT), "COLUMNS": "240"},
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
            start_new_session=True,
            **options,
        )

    def kill(self, role: Role, choose: int) -> bool:
        """Kill a process of that role, if there is one; ``choose`` says which."""
        found = self.processes(role)
        if not found:
            return False
        with contextlib.suppress(ProcessLookupError):
            os.kill(found[choose % len(found)], signal.SIGKILL)
            return True
        return False

    def processes(self, role: Role) -> list[int]:
        """Return the ids of the processes of a role, sorted."""
        if role == "grader":
            return [self.process.pid] if self.process.poll() is None else []
        return sorted(process.pid for process in descendants(self.process.pid) if role_of(process) == role)

    def left(self) -> list[str]:
        """Return the command lines of what still runs of it, once it has been given a second to end."""
        deadline_s = time.monotonic() + GONE_S
        while (found := self._remains()) and time.monotonic() < deadline_s:
            time.sleep(0.02)
        return found

    def _remains(self) -> list[str]:
        for process in descendants(os.getpid()):
            if process.pid not in self._before | {self.process.pid} and process.state == "Z":
                with contextlib.suppress(ChildProcessError):
                    os.waitpid(process.pid, os.WNOHANG)
        found = [process for process in descendants(os.getpid()) if process.pid not in self._before]
        return [process.command for process in found if process.state != "Z"]

    def end(self) -> tuple[int, str, str]:
        """Wait for its end; return its exit code and what it printed."""
        try:
            out, err = self.process.communicate(timeout=PATIENCE_S)
        except subprocess.TimeoutExpired:
            self.process.kill()
            raise
        return self.process.returncode, out, err


class Process(NamedTuple):
    """A process as /proc shows it."""

    pid: int
    parent: int
    state: str
    command: str


def role_of(process: Process) -> str:
    """Return what a process under a grader is there for."""
    if "spawn_main" in process.command:
        return "session"
    if "grader.sandbox import zygote" not in process.command:
        return ""
    try:
        above = read_process(process.parent)
    except OSError:
        return ""
    return "zygote" if "spawn_main" in above.command or has_children(process.pid) else "worker"


def has_children(pid: int) -> bool:
    return any(process.parent == pid for process in all_processes())


def descendants(pid: int) -> list[Process]:
    """Return all processes below one."""
    found, everything = [], list(all_processes())
    above = {pid}
    while above:
        below = [process for process in everything if process.parent in above]
        found += below
        above = {process.pid for process in below}
    return found


def all_processes() -> Iterator[Process]:
    for name in os.listdir("/proc"):
        if name.isdigit():
            with contextlib.suppress(OSError):
                yield read_process(int(name))


def read_process(pid: int) -> Process:
    """Read what /proc says of a process.

    Raises:
        OSError: there is no such process.
    """
    folder = Path("/proc", str(pid))
    state, parent = (folder / "stat").read_text().rpartition(")")[2].split()[:2]
    command = (folder / "cmdline").read_bytes().replace(b"\0", b" ").decode(errors="replace")
    return Process(pid, int(parent), state, command)


def adopt_orphans() -> None:
    """Have what a killed grader leaves behind become a child of this process, which can then see it."""
    ctypes.CDLL(None).prctl(PR_SET_CHILD_SUBREAPER, 1, 0, 0, 0)


def results(out: Path) -> dict[str, bytes]:
    """Return all files of a run by name; of the database, which also keeps times, the name alone."""
    files = (path for path in sorted(out.rglob("*")) if path.is_file())
    return {str(path.relative_to(out)): b"" if path.suffix == ".sqlite" else path.read_bytes() for path in files}
