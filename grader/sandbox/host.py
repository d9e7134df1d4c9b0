"""The trusted side of the sandbox: start workers, load submissions into them, call their functions.

    with Sandbox() as sandbox, sandbox.worker(Limits(), seed=7) as worker:
        report = worker.load(submission.units)
        out, cache = worker.call("affine_forward", (x, w, b), opaque=(1,))

Only ``StudentRaised`` and ``WorkerEnded`` can be caused by student code. A worker that ended stays ended:
every later call of it raises the same ``WorkerEnded``.
"""

from __future__ import annotations

from collections.abc import Collection
from pathlib import Path
from typing import Self

from grader.errors import IsolationError
from grader.sandbox.client import LoadProblem, LoadReport, Worker
from grader.sandbox.endings import LoadEnded
from grader.sandbox.exchange import Handle, Served, ServedClass
from grader.sandbox.limits import Limits, Usage
from grader.sandbox.nursery import Nursery
from grader.sandbox.probe import prove, refuse_breaches
from grader.sandbox.tiers import available_layers, layers_had, require_tier
from grader.sandbox.wire import Unusable

__all__ = [
    "Handle",
    "Limits",
    "LoadEnded",
    "LoadProblem",
    "LoadReport",
    "Sandbox",
    "Served",
    "ServedClass",
    "Unusable",
    "Usage",
    "Worker",
]


class Sandbox:
    """Owns one zygote; a context manager. Not for use by two threads at a time."""

    def __init__(
        self,
        *,
        min_tier: str = "T1",
        private: Collection[Path] = (),
        layers_for_tests: tuple[str, ...] | None = None,
    ) -> None:
        """Start the sandbox and prove that it holds, with all the layers this machine has.

        Args:
            min_tier: the weakest isolation to accept: "T3", "T2", "T2u" or "T1".
            private: files and folders that student code must not reach; it is tried.
            layers_for_tests: apply just these layers and prove nothing; for tests of the attacks.

        Raises:
            IsolationError: this machine does not reach ``min_tier``, or does not hold what it promises; the
                sentence names what failed.
        """
        self._proven = layers_for_tests is None
        wanted = available_layers() if layers_for_tests is None else layers_for_tests
        if self._proven:
            require_tier(min_tier, wanted)
        self._spare: tuple[Limits, Worker] | None = None
        self._nursery = Nursery(apart="namespaces" in wanted)
        try:
            self._layers = layers_had(wanted, self._nursery.hindrance)
            if self._proven:
                self.tier = require_tier(min_tier, self._layers, self._nursery.hindrance)
                prove(self._nursery, self._layers, private)
            elif self._layers != wanted:
                raise IsolationError(f"Namespaces cannot be entered ({self._nursery.hindrance}).")
            else:
                self.tier = "T0"
        except BaseException:
            self._nursery.close()
            raise

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def close(self) -> None:
        """End the zygote and every worker."""
        try:
            self._drop_spare()
        finally:  # where the zygote is dead, its worker cannot be reaped
            self._nursery.close()

    @property
    def pid(self) -> int:
        """The zygote's process id."""
        return self._nursery.pid

    @property
    def is_alive(self) -> bool:
        """Whether the zygote still runs."""
        return self._nursery.is_alive

    def worker(self, limits: Limits, *, seed: int) -> Worker:
        """Start a worker that is locked down, has passed its canaries, and whose generators are seeded.

        Raises:
            IsolationError: a canary did not fail as it must.
            GraderError: no worker could be started.
        """
        worker = self._take_spare(limits) or Worker(self._nursery, self._layers, limits, seed=seed)
        worker.seed = seed
        if self._proven:
            try:
                refuse_breaches(worker)
            except BaseException:
                worker.close()
                raise
        # The next one locks itself down while this one is used.
        self._drop_spare()
        self._spare = (limits, Worker(self._nursery, self._layers, limits, seed=0))
        return worker

    def _take_spare(self, limits: Limits) -> Worker | None:
        if self._spare is None or self._spare[0] != limits:
            return None
        _, worker = self._spare
        self._spare = None
        return worker

    def _drop_spare(self) -> None:
        if self._spare is not None:
            self._spare[1].close()
            self._spare = None
