"""What kind of machine this is, read from the kernel's files: facts and guesses that explain a tier.

Nothing here decides a tier: that is done by trying (``grader.sandbox.probe``).
"""

from __future__ import annotations

import os
import platform
import shutil
import tempfile
from pathlib import Path

# What each version of Landlock added, by the kernel's documentation (userspace-api/landlock).
LANDLOCK_RIGHTS = {
    2: "renaming across folders",
    3: "truncation",
    4: "TCP",
    5: "device ioctls",
    6: "signals and abstract sockets",
}
CAPABILITY_SYS_ADMIN = 21


def kernel() -> str:
    """Return the kernel, the processor and the Python that runs: "Linux 6.8.0 on x86_64, Python 3.11.2"."""
    return f"{platform.system()} {platform.release()} on {platform.machine()}, Python {platform.python_version()}"


def surroundings() -> str:
    """Guess what this system runs in: a container, WSL, gVisor, or nothing of the kind."""
    version = _read("/proc/version").lower()
    guesses = {
        "WSL": "microsoft" in version,
        "gVisor": "gvisor" in version or _read("/proc/sys/kernel/ostype").strip().lower() == "gvisor",
        "a Docker container": Path("/.dockerenv").exists(),
        "a Podman container": Path("/run/.containerenv").exists(),
        "a Kubernetes pod": "KUBERNETES_SERVICE_HOST" in os.environ,
        "a GitHub Actions job": os.environ.get("GITHUB_ACTIONS") == "true",
    }
    return ", ".join(name for name, found in guesses.items() if found) or "no container that shows"


def landlock_missing(abi: int) -> str:
    """Return which rights this version of Landlock does not know; the system-call filter covers them."""
    return ", ".join(right for version, right in LANDLOCK_RIGHTS.items() if abi < version)


def namespaces_remedy() -> str:
    """Return, as a sentence, what an operator can do for namespaces on this machine."""
    if os.geteuid() == 0 and not has_capability(CAPABILITY_SYS_ADMIN):
        return "This root lacks CAP_SYS_ADMIN, as in a container: grade outside of it, or accept T2."
    if _read("/proc/sys/kernel/apparmor_restrict_unprivileged_userns").strip() == "1":
        return "AppArmor forbids them: sudo sysctl kernel.apparmor_restrict_unprivileged_userns=0, or accept T2."
    if _read("/proc/sys/kernel/unprivileged_userns_clone").strip() == "0":
        return "The kernel forbids them: sudo sysctl kernel.unprivileged_userns_clone=1, or accept T2."
    if _read("/proc/sys/user/max_user_namespaces").strip() == "0":
        return "The kernel forbids them: sudo sysctl user.max_user_namespaces=10000, or accept T2."
    return "A container's own filter often forbids them: grade outside of it, or accept T2."


def has_capability(number: int) -> bool:
    """Return whether this process has a capability, by its number in linux/capability.h."""
    lines = _read("/proc/self/status").splitlines()
    effective = next((line.split()[1] for line in lines if line.startswith("CapEff:")), "0")
    return bool(int(effective, 16) >> number & 1)


def yama() -> str:
    """Return how far Yama restricts ptrace between processes of one user."""
    scope = _read("/proc/sys/kernel/yama/ptrace_scope").strip()
    return f"ptrace_scope {scope}" if scope else "absent; workers make themselves undumpable instead"


def cgroups() -> str:
    """Return whether control groups are there; nothing relies on them."""
    if Path("/sys/fs/cgroup/cgroup.controllers").exists():
        group = _read("/proc/self/cgroup").strip().rpartition(":")[2]
        writable = os.access(f"/sys/fs/cgroup{group}/cgroup.procs", os.W_OK)
        return f"version 2, {'delegated to this user' if writable else 'not delegated'}; not needed"
    return "version 1 or none; not needed"


def temporary_space() -> tuple[str, int]:
    """Return the folder for temporary files and the bytes free in it."""
    folder = tempfile.gettempdir()
    return folder, shutil.disk_usage(folder).free


def _read(path: str) -> str:
    try:
        return Path(path).read_text(encoding="utf-8", errors="replace")
    except OSError:
        return ""
