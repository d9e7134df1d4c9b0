"""What this machine can promise, found out by doing it."""

from __future__ import annotations

import os

from grader.errors import IsolationError
from grader.sandbox import lockdown
from grader.sandbox.client import Worker

CANARY_ERRORS = frozenset({1, 13})  # EPERM, EACCES
TIERS = ("T0", "T1", "T2u", "T2")  # weakest first


def available_layers() -> tuple[str, ...]:
    """Return the layers to apply on this machine."""
    wanted = {
        "rlimits": True,
        "uid": os.geteuid() == 0,
        "landlock": lockdown.landlock_abi() > 0,
        "seccomp": True,
    }
    return tuple(layer for layer in lockdown.LAYERS if wanted[layer])


def tier_of(layers: tuple[str, ...]) -> str:
    """Return the tier that a worker with these layers reaches."""
    if "seccomp" not in layers or "rlimits" not in layers:
        return "T0"
    if "landlock" in layers:
        return "T2"
    return "T2u" if "uid" in layers else "T1"


def require_tier(min_tier: str, layers: tuple[str, ...]) -> str:
    """Return the tier of these layers."""
    tier = tier_of(layers)
    if TIERS.index(tier) < TIERS.index(min_tier):
        raise IsolationError(
            f"This machine isolates student code at tier {tier}, but {min_tier} is required."
        )
    return tier


def refuse_breaches(worker: Worker) -> None:
    """Make sure that every canary of a worker failed as it must.

    Raises:
        IsolationError: one did not.
    """
    breaches = [name for name, error in worker.canaries.items() if error not in CANARY_ERRORS]
    if breaches or not worker.canaries:
        raise IsolationError(
            f"A worker could reach what it must not: {', '.join(breaches)}. Nothing was executed. "
            "Run `grader doctor` to see which layer is missing."
        )
