"""Feed mutated inputs to a reader and keep count: how many it took, how many it refused, how long the slowest took.

A target is a pair: ``make`` draws an input from a random source, ``read`` reads it and returns whether it was
accepted. A refusal that is documented returns False; any exception is a finding, and so is an input that takes
longer than ``SLOW_S``. Findings are kept under ``tests/fuzz/corpus/<target>/`` and replayed by the tests.
"""

from __future__ import annotations

import hashlib
import random
import resource
import time
import tracemalloc
from collections.abc import Callable
from pathlib import Path
from typing import NamedTuple

CORPUS = Path(__file__).parent / "corpus"
SLOW_S = 2.0  # of CPU time: a thousand times the median, so that a busy machine finds nothing
WEIGHED_EVERY = 50  # inputs whose allocations are traced, which slows them down five times


class Target(NamedTuple):
    """Something that reads untrusted bytes."""

    name: str
    make: Callable[[random.Random], bytes]
    read: Callable[[bytes], bool]
    most_bytes: int  # that reading one input may allocate at its peak


class Finding(NamedTuple):
    """An input that broke a promise, with the promise."""

    data: bytes
    what: str


class Count(NamedTuple):
    """What came of a campaign."""

    target: str
    tried: int
    accepted: int
    slowest_s: float
    peak_bytes: int  # of the inputs that were weighed
    growth_bytes: int  # of the process, from the first tenth of the campaign to its end
    findings: tuple[Finding, ...]

    def __str__(self) -> str:
        return (
            f"{self.target}: {self.tried:,} tried, {self.accepted:,} accepted, "
            f"{self.tried - self.accepted - len(self.findings):,} refused, {len(self.findings)} findings; "
            f"slowest {1000 * self.slowest_s:.0f} ms, peak {self.peak_bytes / 2**20:.1f} MiB, "
            f"growth {self.growth_bytes / 2**20:.1f} MiB"
        )


def campaign(target: Target, count: int, seed: int) -> Count:
    """Feed ``count`` inputs to ``target``; the same seed gives the same inputs."""
    findings: list[Finding] = []
    accepted, slowest_s, peak_bytes, started_bytes = 0, 0.0, 0, 0
    for number in range(count):
        data = target.make(random.Random(f"{target.name} {seed} {number}"))
        weigh = number % WEIGHED_EVERY == 0
        if number == count // 10:
            started_bytes = _resident_bytes()
        if weigh:
            tracemalloc.start()
        started_s = time.process_time()
        try:
            accepted += target.read(data)
        except Exception as error:
            findings.append(Finding(data, f"{type(error).__name__}: {error}"))
        took_s = time.process_time() - started_s
        if weigh:
            _, peak = tracemalloc.get_traced_memory()
            tracemalloc.stop()
            peak_bytes = max(peak_bytes, peak)
            if peak > target.most_bytes:
                findings.append(Finding(data, f"it took {peak:,} bytes"))
        slowest_s = max(slowest_s, took_s)
        if took_s > SLOW_S:
            findings.append(Finding(data, f"it took {took_s:.1f} s"))
    growth = max(0, _resident_bytes() - started_bytes)
    return Count(target.name, count, accepted, slowest_s, peak_bytes, growth, tuple(findings))


def keep(count: Count) -> list[Path]:
    """Write the inputs that found something into the corpus; return their paths."""
    folder = CORPUS / count.target
    folder.mkdir(parents=True, exist_ok=True)
    paths = []
    for finding in count.findings[:20]:
        path = folder / hashlib.sha256(finding.data).hexdigest()[:16]
        path.write_bytes(finding.data)
        paths.append(path)
    return paths


def _resident_bytes() -> int:
    """Return the largest resident size of this process so far."""
    return 1024 * resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
