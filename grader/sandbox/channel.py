"""The trusted end of one worker's wire: every read and write has a deadline, nothing unasked is accepted.

CPU time decides, read from the worker's own CPU clock; wall time, counted only while waiting for the worker,
is a safety net. What the worker prints is drained meanwhile: the first 8 KiB are kept.
"""

from __future__ import annotations

import contextlib
import os
import select
import socket
import time
from collections.abc import Sequence

from grader.sandbox.limits import Limits
from grader.sandbox.wire import Reader

KEPT_OUTPUT_BYTES = 8192
MAX_OUTPUT_BYTES = 64 << 20
START_WALL_S = 30.0  # for a busy machine to start a worker, which is not the student's time
STARVED_FACTOR = 10  # times its wall time that a worker gets which is ready to run whenever its time is up
POLL_STEP_S = 0.002  # added to a wait for CPU time, whose clock lags behind


class Ended(Exception):  # noqa: N818 - reads as what happened
    """The worker hung up, or has to be stopped; ``ending`` is "" when only its status can tell why."""

    def __init__(self, ending: str, detail: str = "") -> None:
        super().__init__(ending)
        self.ending = ending
        self.detail = detail


class Channel:
    """A worker's wire and output pipe."""

    def __init__(self, wire: socket.socket, output_fd: int, pid: int, limits: Limits) -> None:
        wire.setblocking(False)
        os.set_blocking(output_fd, False)
        self._wire = wire
        self._output_fd = output_fd
        self._limits = limits
        self._pid = pid
        self._cpu_clock = (~pid << 3) | 2  # the kernel's name for the CPU clock of a process
        self._cpu_s = 0.0
        self._output_bytes = 0
        self._output_closed = False
        self.output = bytearray()
        self._wall_s = max(limits.wall_s, START_WALL_S)
        self.wall_s = 0.0
        self._reader = Reader(self._receive)
        self._poll = select.poll()
        self._poll.register(output_fd, select.POLLIN)
        self._events = 0

    def cpu_s(self) -> float:
        """Return the CPU time of the worker so far."""
        with contextlib.suppress(OSError):  # once it is reaped, what was read last stands
            self._cpu_s = time.clock_gettime(self._cpu_clock)
        return self._cpu_s

    def _wants_to_run(self) -> bool:
        """Return whether the worker runs or would, were there a CPU for it; one that sleeps or waits does not."""
        try:
            with open(f"/proc/{self._pid}/stat", "rb") as file:
                return file.read().rpartition(b")")[2].split()[0] == b"R"
        except (OSError, IndexError):
            return False

    def start_the_clock(self) -> None:
        """Count wall time from here on: the worker is ready."""
        self._wall_s = self._limits.wall_s
        self.wall_s = 0.0

    def send(self, buffers: Sequence[memoryview]) -> None:
        """Send a request; the wire must be silent before."""
        self._refuse_unasked()
        pending = list(buffers)
        while pending:
            try:
                sent = self._wire.sendmsg(pending[:64], (), socket.MSG_NOSIGNAL)
            except BlockingIOError:
                self._wait(select.POLLOUT)
                continue
            except OSError:
                raise Ended("") from None
            while pending and sent >= len(pending[0]):
                sent -= len(pending.pop(0))
            if sent:
                pending[0] = pending[0][sent:]

    def read_into(self, view: memoryview) -> None:
        """Fill ``view`` from the wire."""
        self._reader.read_into(view)

    def _receive(self, view: memoryview) -> int:
        """Wait for the worker to send something, and return how many bytes of it are in ``view``."""
        while True:
            try:
                count = self._wire.recv_into(view)
            except BlockingIOError:
                self._wait(select.POLLIN)
                continue
            except OSError:
                raise Ended("") from None
            if count == 0:
                raise Ended("")
            return count

    def drain(self) -> None:
        """Take what was printed so far."""
        while not self._output_closed:
            try:
                data = os.read(self._output_fd, 1 << 16)
            except BlockingIOError:
                return
            if not data:
                self._output_closed = True
                self._poll.unregister(self._output_fd)
                return
            self._output_bytes += len(data)
            self.output += data[: KEPT_OUTPUT_BYTES - len(self.output)]
            if self._output_bytes > MAX_OUTPUT_BYTES:
                raise Ended("protocol", "output")

    def close(self) -> None:
        """Hang up."""
        self._wire.close()
        os.close(self._output_fd)

    def _refuse_unasked(self) -> None:
        if self._reader.holds_more:
            raise Ended("protocol")
        try:
            early = self._wire.recv(1, socket.MSG_PEEK)
        except BlockingIOError:
            return
        except OSError:
            raise Ended("") from None
        raise Ended("protocol" if early else "")

    def _wait(self, events: int) -> None:
        if events != self._events:
            self._poll.register(self._wire, events)
            self._events = events
        started_s = time.monotonic()
        try:
            self._wait_from(started_s)
        finally:
            self.wall_s += time.monotonic() - started_s

    def _wait_from(self, started_s: float) -> None:
        while True:
            cpu_left_s = self._limits.cpu_s - self.cpu_s()
            wall_left_s = self._wall_s - self.wall_s - (time.monotonic() - started_s)
            if cpu_left_s <= 0:
                raise Ended("cpu")
            if wall_left_s <= 0:
                if not self._wants_to_run() or self._wall_s >= STARVED_FACTOR * self._limits.wall_s:
                    raise Ended("wall")
                # It does not wait, the machine keeps it waiting: that must not fail a student.
                self._wall_s += self._limits.wall_s
                continue
            ready = self._poll.poll(1000 * (min(cpu_left_s, wall_left_s) + POLL_STEP_S))
            if any(fd == self._output_fd for fd, _ in ready):
                self.drain()
            if any(fd == self._wire.fileno() for fd, _ in ready):
                return
