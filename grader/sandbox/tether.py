"""Processes that end with the one that started them, whatever ends it.

A pipe that closes tells a process so only when it next looks; the kernel tells it at once. Importing this is quick, so
that a process is tethered before it imports what is not.
"""

from __future__ import annotations

import importlib
import multiprocessing
import os
import signal
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from multiprocessing import resource_tracker

from grader.sandbox.lockdown import PR_SET_PDEATHSIG, libc


def tether() -> None:
    """Have this process killed when the thread that started it ends, and leave Ctrl-C to that one."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    signal.pthread_sigmask(signal.SIG_UNBLOCK, {signal.SIGINT})
    parent = multiprocessing.parent_process()
    if sys.platform == "linux":
        libc().prctl(PR_SET_PDEATHSIG, signal.SIGKILL)
    if parent is not None and parent.pid != os.getppid():
        os._exit(1)  # it ended before it could be told


def run_tethered(module: str, function: str, *arguments: object) -> None:
    """Tether this process, and only then import a module and call a function of it."""
    tether()
    getattr(importlib.import_module(module), function)(*arguments)


@contextmanager
def interrupts_held() -> Iterator[None]:
    """Keep Ctrl-C until the end of the block; processes started in it never get one that was meant for us."""
    # Started here it is not started inside, where it would let interrupts through.
    resource_tracker.ensure_running()
    signal.pthread_sigmask(signal.SIG_BLOCK, {signal.SIGINT})
    try:
        yield
    finally:
        signal.pthread_sigmask(signal.SIG_UNBLOCK, {signal.SIGINT})
