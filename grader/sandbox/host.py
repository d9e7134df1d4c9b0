"""The trusted side of the sandbox: start workers, load submissions into them, call their functions.

    with Sandbox() as sandbox, sandbox.worker(Limits(), seed=7) as worker:
        report = worker.load(submission.units)
        out, cache = worker.call("affine_forward", (x, w, b), opaque=(1,))

Only ``StudentRaised`` and ``WorkerEnded`` can be caused by student code. A worker that ended stays ended:
every later call of it raises the same ``WorkerEnded``.
"""

from __future__ import annotations

from typing import Self

from grader.sandbox.client import LoadProblem, LoadReport, Worker
from grader.sandbox.endings import LoadEnded
from grader.sandbox.exchange import Handle, Served, ServedClass
from grader.sandbox.limits import Limits, Usage
from grader.sandbox.nursery import Nursery
from grader.sandbox.probe import available_layers, refuse_breaches, require_tier
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

    def __init__(self, *, min_tier: str = "T1", layers_for_tests: tuple[str, ...] | None = None) -> None:
        """Start the sandbox and prove that it holds.

        Args:
            min_tier: the weakest isolation to accept: "T2", "T2u" or "T1".
            layers_for_tests: apply just these layers and prove nothing; for tests of the attacks.

        Raises:
            IsolationError: this machine does not reach ``min_tier``; the sentence names what failed.
        """
        self._proven = layers_for_tests is None
        self._layers = available_layers() if layers_for_tests is None else layers_for_tests
        self.tier = require_tier(min_tier, self._layers) if self._proven else "T0"
        self._nursery = Nursery()
        self._spare: tuple[Limits, Worker] | None = None

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def close(self) -> None:
        """End the zygote and every worker."""
        self._drop_spare()
        self._nursery.close()

    @property
    def pid(self) -> int:
        """The zygote's process id."""
        return self._nursery.pid

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
