"""The trusted side of the zygote: start it, have it fork and reap workers, end it."""

from __future__ import annotations

import importlib.util
import os
import signal
import socket
import subprocess
import sys
import threading
from collections.abc import Sequence
from pathlib import Path
from typing import Any, NamedTuple

import msgspec

from grader.errors import GraderError

START_S = 60.0
ANSWER_S = 20.0
DESCRIPTORS = 5  # of a zygote: 0 to 2, the control socket, its list of threads
NAMESPACES = ("mnt", "pid", "net", "ipc", "uts")
# -s and -P keep out the user's packages and the working directory, as -I does,
# but -I would also ignore the hash seed.
INTERPRETER_FLAGS = ("-s", "-P")
# grader is loaded from exactly where the trusted side has it, and its folder's neighbours stay out of reach:
# in a source tree the reference solutions are among them.
# It asks first of all to be killed when the process that starts it ends, and looks whether that still lives.
BOOT = """
import ctypes, importlib.util, os, sys
control_fd, parent, apart, package, *roots = sys.argv[1:]
if parent != "0":
    ctypes.CDLL(None).prctl(1, 9, 0, 0, 0)  # PR_SET_PDEATHSIG, SIGKILL
    if os.getppid() != int(parent):
        sys.exit("its parent ended")
neighbours = {os.path.dirname(package)} - set(roots)  # an editable install puts them on the path
sys.path[:] = [path for path in dict.fromkeys([*sys.path, *roots]) if path not in neighbours]
spec = importlib.util.spec_from_file_location(
    "grader", package + "/__init__.py", submodule_search_locations=[package]
)
sys.modules["grader"] = importlib.util.module_from_spec(spec)
spec.loader.exec_module(sys.modules["grader"])
from grader.sandbox import zygote
zygote.main(int(control_fd), apart=apart == "apart")
"""
ENVIRONMENT = {
    "LANG": "C.UTF-8",
    "TZ": "UTC",
    "PYTHONHASHSEED": "0",
    "PYTHONUTF8": "1",
    # One thread: a locked-down worker cannot start another, and OpenBLAS dies of it.
    "OPENBLAS_NUM_THREADS": "1",
    "OMP_NUM_THREADS": "1",
    "MKL_NUM_THREADS": "1",
}
# All of grader that a zygote may hold: neither the trusted side nor a reference.
OWN_MODULES = frozenset({
    "grader", "grader.sandbox", "grader.sandbox.failures", "grader.sandbox.generators", "grader.sandbox.lockdown",
    "grader.sandbox.namespaces", "grader.sandbox.preload", "grader.sandbox.program", "grader.sandbox.seccomp",
    "grader.sandbox.statements", "grader.sandbox.streams",
    "grader.sandbox.told", "grader.sandbox.wire", "grader.sandbox.worker", "grader.sandbox.zygote",
})  # fmt: skip


class Remains(NamedTuple):
    """What is known of a worker once it is reaped."""

    status: int  # of wait(2)
    cpu_s: float
    max_rss_bytes: int


class Nursery:
    """Owns one zygote. Not for use by two threads at a time.

    Attributes:
        report: what the zygote says of itself.
        hindrance: why it is not in namespaces of its own; "" where it is.
    """

    def __init__(self, *, apart: bool = False) -> None:
        """Start the zygote.

        Args:
            apart: enter namespaces, if this machine allows it.

        Raises:
            GraderError: it did not start, or it is not what it has to be.
        """
        ours, theirs = socket.socketpair(socket.AF_UNIX, socket.SOCK_SEQPACKET)
        self._control = ours
        self._inner_pids: dict[int, int] = {}  # of the workers, as the zygote counts them
        with theirs:
            self._process = subprocess.Popen(
                _command(theirs.fileno(), apart),
                env=ENVIRONMENT,
                cwd="/",
                stdin=subprocess.DEVNULL,
                stdout=subprocess.DEVNULL,
                stderr=subprocess.PIPE,
                pass_fds=(theirs.fileno(),),
                start_new_session=True,
            )
        try:
            self.report = self._checked_report()
            self.hindrance: str = self.report["hindrance"]
        except BaseException:
            self.close()
            raise

    @property
    def pid(self) -> int:
        """The zygote's process id."""
        return int(self.report["pid"])

    @property
    def is_alive(self) -> bool:
        """Whether the zygote still runs."""
        return self._process.poll() is None

    def fork(self, settings: dict[str, Any], rpc_fd: int, output_fd: int) -> tuple[int, int]:
        """Fork a worker that answers on ``rpc_fd``; return its pid and a descriptor that stands for it."""
        request = msgspec.msgpack.encode(["fork", settings])
        self._control.settimeout(ANSWER_S)
        try:
            socket.send_fds(self._control, [request], [rpc_fd, output_fd])
            data, descriptors, _, _ = socket.recv_fds(self._control, 4096, 1)
        except OSError as error:
            raise GraderError(f"The sandbox did not start a worker: {error}.") from error
        if not data or len(descriptors) != 1:
            raise GraderError(f"The sandbox ended before it started a worker. {self._last_words()}")
        pid_fd = descriptors[0]
        pid = _pid_of(pid_fd)
        if pid <= 0:
            os.close(pid_fd)
            raise GraderError("The sandbox ended while it started a worker.")
        self._inner_pids[pid] = msgspec.msgpack.decode(data, type=tuple[int])[0]
        return pid, pid_fd

    def reap(self, pid: int) -> Remains:
        """Wait for the end of a worker that was killed and return what it used."""
        inner_pid = self._inner_pids.pop(pid)
        status, cpu_s, max_rss_bytes = self._ask(["reap", inner_pid], type=tuple[int, float, int])
        return Remains(status, cpu_s, max_rss_bytes)

    def close(self) -> None:
        """End the zygote, and with it every worker."""
        self._control.close()
        try:
            self._process.wait(timeout=2)
        except subprocess.TimeoutExpired:
            self._process.kill()
            self._process.wait()
        if self._process.stderr is not None:
            self._process.stderr.close()

    def _ask(self, request: Sequence[object], *, type: Any) -> Any:
        self._control.settimeout(ANSWER_S)
        try:
            self._control.send(msgspec.msgpack.encode(request))
            data = self._control.recv(4096)
        except OSError as error:
            raise GraderError(f"The sandbox does not answer: {error}.") from error
        if not data:
            raise GraderError(f"The sandbox ended. {self._last_words()}")
        return msgspec.msgpack.decode(data, type=type)

    def _checked_report(self) -> dict[str, Any]:
        self._control.settimeout(START_S)
        try:
            data = self._control.recv(1 << 16)
        except OSError as error:
            raise GraderError(f"The sandbox did not start: {error}.") from error
        if not data:
            raise GraderError(f"The sandbox did not start. {self._last_words()}")
        report: dict[str, Any] = msgspec.msgpack.decode(data)
        try:
            fault = _fault(report) or _half_apart(report)
        except OSError as error:
            raise GraderError(f"The sandbox ended before it could be looked at: {error}.") from error
        if fault:
            raise GraderError(f"The sandbox refuses to start: {fault}.")
        return report

    def _last_words(self) -> str:
        self._process.kill()
        assert self._process.stderr is not None
        lines = self._process.stderr.read().decode("utf-8", "replace").strip().splitlines()
        return lines[-1][:400] if lines else "It left no message."


def exit_sentence(status: int) -> tuple[int | None, int | None]:
    """Return the signal and the exit status of a wait status; one of them is None."""
    if os.WIFSIGNALED(status):
        return os.WTERMSIG(status), None
    return None, os.WEXITSTATUS(status)


def kill(pid_fd: int) -> None:
    """Kill the worker a pidfd stands for, if it still lives."""
    try:
        signal.pidfd_send_signal(pid_fd, signal.SIGKILL)
    except ProcessLookupError:
        return


def _pid_of(pid_fd: int) -> int:
    """Return the process id that a pidfd stands for, as this process counts."""
    lines = Path(f"/proc/self/fdinfo/{pid_fd}").read_text(encoding="ascii").splitlines()
    return next(int(line.removeprefix("Pid:")) for line in lines if line.startswith("Pid:"))


def _command(control_fd: int, apart: bool) -> list[str]:
    # The parent-death signal comes when the starting *thread* ends, so it is for the main thread only.
    parent = os.getpid() if threading.current_thread() is threading.main_thread() else 0
    roots = dict.fromkeys(str(_folder_of(package).parent) for package in ("numpy", "msgspec"))
    package = str(_folder_of("grader"))
    options = (str(control_fd), str(parent), "apart" if apart else "here")
    return [sys.executable, *INTERPRETER_FLAGS, "-c", BOOT, *options, package, *roots]


def _folder_of(package: str) -> Path:
    spec = importlib.util.find_spec(package)
    if spec is None or spec.origin is None:
        raise GraderError(f"The package {package} has no files, so the sandbox cannot load it.")
    return Path(spec.origin).resolve().parent


def _fault(report: dict[str, Any]) -> str:
    if report["threads"] != 1:
        return f"it has {report['threads']} threads, expected one"
    if extra := set(report["environment"]) - set(ENVIRONMENT) - {"LC_CTYPE"}:
        return f"its environment holds {', '.join(sorted(extra))}"
    if len(report["descriptors"]) != DESCRIPTORS:
        return f"it has {len(report['descriptors'])} open descriptors, expected {DESCRIPTORS}"
    if extra := set(report["modules"]) - OWN_MODULES:
        return f"it has loaded {', '.join(sorted(extra))}"
    return ""


def _half_apart(report: dict[str, Any]) -> str:
    """Look from outside: the namespaces of the zygote are not ours, and its root is empty."""
    if report["hindrance"]:
        return ""
    theirs = Path(f"/proc/{report['pid']}")
    same = [name for name in NAMESPACES if (theirs / "ns" / name).readlink() == Path("/proc/self/ns", name).readlink()]
    if same:
        return f"it says that it is in namespaces of its own, and it is not: {', '.join(same)}"
    if extra := {path.name for path in (theirs / "root").iterdir()} - {"dev"}:
        return f"it should see no files, and sees {', '.join(sorted(extra)[:3])}"
    return ""
