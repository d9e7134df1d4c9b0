"""What a worker may use, and what it used."""

from __future__ import annotations

from grader.model import Record


class Limits(Record, frozen=True, kw_only=True):
    """What one worker may use."""

    cpu_s: float = 10.0  # of the worker, start to end; decides
    wall_s: float = 35.0  # spent waiting for the worker, start to end; a safety net
    memory_bytes: int = 1 << 30  # of address space, NumPy's own included; at least 256 MiB
    reply_bytes: int = 16 << 20  # of arrays in one reply or callback
    calls: int = 4096
    callbacks: int = 1 << 20


class Usage(Record, frozen=True, kw_only=True):
    """What one worker used so far; exact once it is closed."""

    cpu_s: float
    wall_s: float
    output: str  # what it printed, at most 8 KiB
    max_rss_bytes: int = 0  # known once it is closed
