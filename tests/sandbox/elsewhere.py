"""macOS and Windows, emulated: an interpreter that lacks what they lack runs commands of ours.

    python -m tests.sandbox.elsewhere windows '[["doctor", "--json"], ["check", "mlp.py"]]'

prints a JSON list of [exit code, standard output, standard error]. A command ["pytest", ...] is plain pytest, and
["import", ...] imports modules. The libraries are imported before anything is taken away: that they work there is
for their makers to say.
"""

from __future__ import annotations

import contextlib
import importlib
import io
import json
import multiprocessing.connection
import os
import platform
import select
import signal
import socket
import subprocess
import sys
import tempfile
import time
from types import ModuleType

import jinja2
import jupytext
import matplotlib.pyplot
import msgspec
import nbconvert
import nbformat
import numpy as np
import pytest
import rich.progress
import rich.table
import typer

# To be there before anything is taken away.
LIBRARIES = (
    jinja2, jupytext, matplotlib.pyplot, msgspec, nbconvert, nbformat, np, pytest, rich, typer,
    multiprocessing.connection, subprocess, tempfile,
)  # fmt: skip

ONLY_LINUX: dict[ModuleType, str] = {
    os: "sched_getaffinity pidfd_open pipe2 memfd_create setresuid setresgid getresuid posix_fallocate sched_getparam",
    signal: "pidfd_send_signal SIGPWR SIGSTKFLT SIGRTMIN SIGRTMAX",
    socket: "MSG_NOSIGNAL SO_PEERCRED",
    select: "epoll",
    time: "pthread_getcpuclockid",
}
ONLY_UNIX: dict[ModuleType, str] = {
    os: "fork forkpty WIFSIGNALED WTERMSIG WEXITSTATUS WIFEXITED wait wait3 wait4 waitid setsid getsid setgroups "
    "setuid getuid geteuid getgid getegid getgroups set_blocking O_NOFOLLOW O_NONBLOCK O_CLOEXEC O_DIRECTORY "
    "setpriority getpriority nice readv writev fchmod fchown chown mkfifo mknod sysconf uname killpg getpgid",
    signal: "SIGKILL SIGXCPU SIGALRM SIGHUP SIGUSR1 SIGUSR2 SIGCHLD SIGIO SIGURG SIGPIPE SIGSTOP SIGCONT alarm "
    "setitimer getitimer pthread_sigmask sigwait",
    socket: "AF_UNIX SOCK_SEQPACKET send_fds recv_fds CMSG_SPACE CMSG_LEN SCM_RIGHTS",
    select: "poll",
    time: "clock_gettime clock_settime tzset",
}
UNIX_MODULES = ("fcntl", "resource", "termios", "tty", "pty", "pwd", "grp", "syslog")
# Of Windows not its own name, win32: libraries would reach for what only it has.
SYSTEMS = {"macos": ("darwin", "Darwin"), "windows": ("windows", "Windows")}


def become(system: str) -> None:
    """Take away from this interpreter what the system lacks."""
    for module, names in ONLY_LINUX.items():
        take(module, names)
    if system == "windows":
        for module, names in ONLY_UNIX.items():
            take(module, names)
        for name in UNIX_MODULES:
            sys.modules[name] = None  # type: ignore[assignment]  # how the import system marks a missing module
    name, shown = SYSTEMS[system]
    sys.platform = name
    platform.system = lambda: shown


def take(module: ModuleType, names: str) -> None:
    for name in names.split():
        if hasattr(module, name):
            delattr(module, name)


def run(arguments: list[str]) -> tuple[object, ...]:
    """Run one command in this process."""
    out, err = (io.TextIOWrapper(io.BytesIO(), encoding="utf-8", write_through=True) for _ in range(2))
    with contextlib.redirect_stdout(out), contextlib.redirect_stderr(err):
        try:
            if arguments[0] == "pytest":
                code: object = int(pytest.main(arguments[1:]))
            elif arguments[0] == "import":
                code = len([importlib.import_module(name) for name in arguments[1:]])
            else:
                from grader import cli  # here, where the system has become another one

                sys.argv = ["grader", *arguments]
                cli.main()
                code = 0
        except SystemExit as ended:
            code = ended.code or 0
    return code, *(stream.buffer.getvalue().decode() for stream in (out, err))


def main() -> None:
    become(sys.argv[1])
    print(json.dumps([run(arguments) for arguments in json.loads(sys.argv[2])]))


if __name__ == "__main__":
    main()
