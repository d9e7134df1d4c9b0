"""Machines that offer less than this one, emulated: run a program as another user, with system calls taken away.

    python -m tests.sandbox.machines '{"uid": 65534, "refused": {"unshare": 1}}' PROGRAM ARGUMENT...

``refused`` maps calls to the error number they fail with, by a filter installed before the program is executed: as
the default filter of Docker refuses unshare with EPERM, and a kernel without Landlock knows no such call (ENOSYS).
"""

from __future__ import annotations

import ctypes
import functools
import json
import os
import platform
import shutil
import struct
import subprocess
import sys
from collections.abc import Mapping, Sequence
from pathlib import Path

from grader.sandbox import lockdown, seccomp

ROOT = Path(__file__).parents[2]
NOBODY = 65_534
CALLS = {
    "x86_64": {"unshare": 272, "mount": 165, "landlock_create_ruleset": 444, "prctl": 157},
    "aarch64": {"unshare": 97, "mount": 40, "landlock_create_ruleset": 444, "prctl": 167},
}


def run_on_machine(
    program: Sequence[str], *, uid: int | None = None, refused: Mapping[str, int] = {}, cwd: Path = ROOT
) -> subprocess.CompletedProcess[str]:
    """Run Python with arguments on an emulated machine; skip the test where it cannot be emulated.

    Args:
        program: arguments of the interpreter, such as ("-m", "grader.cli", "doctor").
        uid: to become; only root can. None stays.
        refused: calls that fail, with their error number.
        cwd: working directory.
    """
    python = sys.executable if uid is None else python_for(uid)
    settings = json.dumps({"uid": uid, "refused": dict(refused)})
    command = [sys.executable, "-m", "tests.sandbox.machines", settings, python, *program]
    paths = [str(ROOT), *(path for path in sys.path if path.endswith("site-packages"))]
    environment = {**os.environ, "PYTHONPATH": os.pathsep.join(paths), "PYTHONDONTWRITEBYTECODE": "1", "COLUMNS": "80"}
    return subprocess.run(command, cwd=cwd, env=environment, capture_output=True, text=True, timeout=60, check=False)


@functools.cache
def python_for(uid: int) -> str:
    """Return an interpreter of this version that another user may execute; skip the test without one."""
    from tests.conftest import require_or_skip  # imports much that the emulated machine has no use for

    require_or_skip(os.geteuid() == 0, "Only root can run a program as another user.")
    for python in (sys.executable, shutil.which("python3", path="/usr/local/bin:/usr/bin"), "/usr/bin/python3"):
        if python is not None and works_for(uid, python):
            return python
    require_or_skip(False, "No interpreter of this version can be executed by an unprivileged user.")
    raise AssertionError


def works_for(uid: int, python: str) -> bool:
    asked = f"import sys, encodings, ctypes; sys.exit(sys.version_info[:2] != {sys.version_info[:2]!r})"
    try:
        return subprocess.run([python, "-c", asked], user=uid, group=uid, extra_groups=[], check=False).returncode == 0
    except OSError:
        return False


def main() -> None:
    settings = json.loads(sys.argv[1])
    if settings["refused"]:
        refuse(settings["refused"])
    if settings["uid"] is not None:
        os.setgroups([])
        os.setresgid(settings["uid"], settings["uid"], settings["uid"])
        os.setresuid(settings["uid"], settings["uid"], settings["uid"])
        os.environ["HOME"] = "/"
    os.execv(sys.argv[2], sys.argv[2:])


def refuse(refused: Mapping[str, int]) -> None:
    """Let system calls fail for this process and all that come of it, and leave the others alone."""
    machine = platform.machine()
    program = [seccomp.Instruction(seccomp.LD_W_ABS, 0, 0, seccomp.NUMBER_AT)]
    for name, number in refused.items():
        program += rule(CALLS[machine][name], number, only_first=name == "prctl")
    program.append(seccomp.Instruction(seccomp.RET, 0, 0, seccomp.ALLOW))
    code = b"".join(struct.pack("<HBBI", *instruction) for instruction in program)
    library = lockdown.libc()
    zero = ctypes.c_ulong(0)
    assert library.prctl(lockdown.PR_SET_NO_NEW_PRIVS, ctypes.c_ulong(1), zero, zero, zero) == 0
    pointer = ctypes.byref(lockdown._Program(len(code) // 8, code))
    assert library.prctl(lockdown.PR_SET_SECCOMP, ctypes.c_ulong(2), pointer, zero, zero) == 0


def rule(call: int, number: int, *, only_first: bool) -> list[seccomp.Instruction]:
    """Refuse a call; of prctl, only the option that installs filters."""
    refusal = seccomp.Instruction(seccomp.RET, 0, 0, seccomp.ERRNO | number)
    if not only_first:
        return [seccomp.Instruction(seccomp.JEQ, 0, 1, call), refusal]
    return [
        seccomp.Instruction(seccomp.JEQ, 0, 4, call),
        seccomp.Instruction(seccomp.LD_W_ABS, 0, 0, 16),
        seccomp.Instruction(seccomp.JEQ, 0, 1, lockdown.PR_SET_SECCOMP),
        refusal,
        seccomp.Instruction(seccomp.RET, 0, 0, seccomp.ALLOW),
    ]


if __name__ == "__main__":
    main()
