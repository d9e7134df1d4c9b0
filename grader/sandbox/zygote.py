"""The mother of all workers: a fresh interpreter with NumPy loaded that forks on request.

It is executed, not forked, by the trusted side, so no page of its memory ever held a reference solution; it
never runs student code either. It has one thread, a scrubbed environment, and two duties: fork a worker, and
reap one (a child can only be reaped by its parent). It ends when the trusted side hangs up, and its workers
end with it. Where the machine allows it, it does all this in namespaces of its own.

    request    msgpack ["fork", settings] with two descriptors, or ["reap", pid]
    answer     msgpack [pid] with the worker's pidfd, or [wait status, cpu_s, max_rss_bytes]

Process ids are those of the zygote's own namespace.
"""

from __future__ import annotations

import array
import contextlib
import gc
import os
import signal
import socket
import sys
from typing import Any

import msgspec

from grader.sandbox import namespaces, worker
from grader.sandbox.lockdown import Settings, uid_of
from grader.sandbox.preload import preload

MAX_MESSAGE = 4096


def main(control_fd: int, *, apart: bool) -> None:
    """Load everything, announce it, and serve until the trusted side hangs up.

    Args:
        control_fd: a SOCK_SEQPACKET socket.
        apart: enter namespaces if this machine allows it; the report says whether it did.
    """
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # ctrl-C is for the trusted side, which then hangs up
    outer_pid = os.getpid()
    hindrance = namespaces.rehearse() if apart else "they were not asked for"
    if not hindrance:
        namespaces.enter(keep=lambda: os.close(control_fd))
        outer_pid = int(os.readlink("/proc/self"))
    missing = preload()
    gc.collect()
    gc.freeze()
    gc.disable()
    control = socket.socket(fileno=control_fd)
    tasks_fd = os.open("/proc/self/task", os.O_RDONLY | os.O_DIRECTORY)
    report = _self_report(missing, tasks_fd) | {"pid": outer_pid, "hindrance": hindrance}
    if not hindrance:
        namespaces.hide_files()
        namespaces.give_up_rights()
    control.send(msgspec.msgpack.encode(report))
    while request := _receive(control):
        kind, argument, descriptors = request
        if kind == "fork":
            if thread_count(tasks_fd) != 1:
                raise RuntimeError("the zygote has more than one thread")
            _fork(control, argument, descriptors, outer_pid)
        else:
            control.send(msgspec.msgpack.encode(_reap(argument)))
    os._exit(0)  # nothing to tidy up, and unloading it all takes its time


def thread_count(tasks_fd: int) -> int:
    """Return how many threads this process has, by its folder in /proc, which is out of sight later."""
    return len(os.listdir(tasks_fd))


def _self_report(missing: list[str], tasks_fd: int) -> dict[str, Any]:
    return {
        "missing": missing,
        "threads": thread_count(tasks_fd),
        "environment": sorted(os.environ),
        "descriptors": sorted(int(name) for name in os.listdir("/proc/self/fd"))[:-1],
        "path": sys.path,
        "modules": sorted(name for name in sys.modules if name.partition(".")[0] in ("grader", "reference")),
    }


def _receive(control: socket.socket) -> tuple[str, Any, list[int]] | None:
    data, ancillary, _, _ = control.recvmsg(MAX_MESSAGE, socket.CMSG_SPACE(8))
    if not data:
        return None
    descriptors = array.array("i")
    for _, _, payload in ancillary:
        descriptors.frombytes(payload[: len(payload) // 4 * 4])
    kind, argument = msgspec.msgpack.decode(data)
    return kind, argument, descriptors.tolist()


def _fork(control: socket.socket, argument: dict[str, Any], descriptors: list[int], outer_pid: int) -> None:
    rpc_fd, output_fd = descriptors
    pid = os.fork()
    if pid == 0:
        # Nothing may return into the zygote's loop: run() ends in os._exit, whatever happens.
        _become_worker(argument, rpc_fd, output_fd, outer_pid)
    os.close(rpc_fd)
    os.close(output_fd)
    pid_fd = os.pidfd_open(pid)
    socket.send_fds(control, [msgspec.msgpack.encode([pid])], [pid_fd])
    os.close(pid_fd)


def _become_worker(argument: dict[str, Any], rpc_fd: int, output_fd: int, zygote_pid: int) -> None:
    os.setsid()
    signal.signal(signal.SIGINT, signal.default_int_handler)
    os.chdir("/")
    gc.enable()
    settings = Settings(
        layers=tuple(argument["layers"]),
        cpu_s=argument["cpu_s"],
        memory_bytes=argument["memory_bytes"],
        uid=uid_of(zygote_pid, os.getpid()),
    )
    worker.run(settings, rpc_fd, output_fd, argument["reply_bytes"])


def _reap(pid: int) -> list[float]:
    with contextlib.suppress(ChildProcessError):
        _, status, used = os.wait4(pid, 0)
        return [status, used.ru_utime + used.ru_stime, used.ru_maxrss * 1024]
    return [0, 0.0, 0]
