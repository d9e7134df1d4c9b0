"""The tiers of isolation: which layers make one, which of them this machine offers, and refusing too little.

Each has the limits too; as root each worker also has a user id of its own.
"""

from __future__ import annotations

import os
import platform
import sys
from collections.abc import Collection

from grader.errors import IsolationError
from grader.sandbox import lockdown
from grader.sandbox.machine import namespaces_remedy
from grader.sandbox.seccomp import ARCHITECTURES

MEANINGS = {
    "T0": "nothing; no student code may run beside hidden checks",
    "T1": "a filter of system calls (seccomp), and limits",
    "T2u": "a filter of system calls, a user id for each worker, and limits",
    "T2": "Landlock, a filter of system calls, and limits",
    "T3": "namespaces, Landlock, a filter of system calls, and limits",
}
TIERS = tuple(MEANINGS)  # weakest first

SYSTEM_NAMES = {"Darwin": "macOS"}
NO_SYSTEM_REMEDY = (
    "Grade on Linux: a virtual machine, a container or WSL2 will do. Students can run the public checks here, "
    "on their own file: grader check FILE."
)
NO_LANDLOCK_REMEDY = "Use Linux 5.13 or later with Landlock enabled (lsm=landlock,... on the kernel's command line)."


def tier_of(layers: Collection[str]) -> str:
    """Return the tier that a worker with these layers reaches."""
    if "seccomp" not in layers or "rlimits" not in layers:
        return "T0"
    if "landlock" in layers:
        return "T3" if "namespaces" in layers else "T2"
    return "T2u" if "uid" in layers else "T1"


def layers_for(tier: str, *, as_root: bool) -> tuple[str, ...]:
    """Return the layers of a tier; T2u is for root alone.

    Raises:
        ValueError: there is no such tier for this user.
    """
    wanted = {
        "T1": ("rlimits", "seccomp"),
        "T2u": ("rlimits", "uid", "seccomp"),
        "T2": ("rlimits", *(("uid",) if as_root else ()), "landlock", "seccomp"),
        "T3": ("namespaces", "rlimits", *(("uid",) if as_root else ()), "landlock", "seccomp"),
    }
    if tier not in wanted or (tier == "T2u" and not as_root):
        raise ValueError(f"There is no tier {tier!r} for {'root' if as_root else 'a user without rights'}.")
    return wanted[tier]


def available_layers() -> tuple[str, ...]:
    """Return the layers to try on this machine, () where it has none; only a zygote can tell about namespaces."""
    if no_system() or no_filter():
        return ()
    uid = ("uid",) if os.geteuid() == 0 else ()
    landlock = ("landlock",) if landlock_abi() > 0 else ()
    return ("namespaces", "rlimits", *uid, *landlock, "seccomp")


def layers_had(wanted: Collection[str], hindrance: str) -> tuple[str, ...]:
    """Return the layers wanted, without namespaces where something hindered a zygote from entering them."""
    return tuple(layer for layer in wanted if layer != "namespaces" or not hindrance)


def require_tier(min_tier: str, layers: Collection[str], hindrance: str = "") -> str:
    """Return the tier of these layers.

    Args:
        min_tier: the weakest to accept.
        layers: that this machine has.
        hindrance: what kept the zygote from entering namespaces.

    Raises:
        IsolationError: it is weaker than ``min_tier``; the sentence says why and what to do.
        ValueError: ``min_tier`` is no tier.
    """
    if min_tier not in TIERS[1:]:
        raise ValueError(f"min_tier is {min_tier!r}, expected one of {', '.join(TIERS[1:])}.")
    tier = tier_of(layers)
    if TIERS.index(tier) < TIERS.index(min_tier):
        why = " ".join(_shortcomings(min_tier, layers, hindrance))
        raise IsolationError(
            f"This machine isolates student code at tier {tier}, but {min_tier} is required. {why} "
            "Nothing was executed, and no hidden check was loaded."
        )
    return tier


def _shortcomings(min_tier: str, layers: Collection[str], hindrance: str) -> list[str]:
    """Return, as sentences, what is missing for ``min_tier`` and what to do."""
    if missing := no_system():
        return [missing, NO_SYSTEM_REMEDY]
    if missing := no_filter():
        return [missing, "Use a kernel built with CONFIG_SECCOMP_FILTER, on x86_64 or aarch64."]
    if min_tier == "T2u":
        return ["Only root can give each worker a user id of its own.", "Use a kernel with Landlock, or run as root."]
    found = []
    if "landlock" not in layers:
        found += ["The kernel offers no Landlock.", NO_LANDLOCK_REMEDY]
    if min_tier == "T3" and hindrance:
        found += [f"Namespaces cannot be entered ({hindrance}).", namespaces_remedy()]
    return found


def no_system() -> str:
    """Return, as a sentence, what another system than Linux cannot promise; "" on Linux."""
    if sys.platform == "linux":
        return ""
    system = platform.system()
    return (
        f"This is {SYSTEM_NAMES.get(system, system)}, not Linux: nothing here keeps a student's code from reading the "
        "hidden checks and other hand-ins, from using the network, or from going on when it is stopped."
    )


def no_filter() -> str:
    """Return, as a sentence, why this kernel cannot filter system calls; "" where it can."""
    if platform.machine() not in ARCHITECTURES:
        return f"No system-call filter is known for the processor {platform.machine()}."
    return "" if lockdown.has_seccomp() else "The kernel filters no system calls."


def landlock_abi() -> int:
    """Return the version of Landlock, 0 where there is none."""
    return lockdown.landlock_abi() if sys.platform == "linux" else 0
