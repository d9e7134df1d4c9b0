"""What each kind of machine gets: the best tier it can have, or a refusal with the reason and the remedy."""

from __future__ import annotations

import errno
import json
import os
import re
from collections.abc import Iterator
from pathlib import Path
from tempfile import TemporaryDirectory

import pytest

from grader.sandbox import machine, tiers
from grader.sandbox.namespaces import rehearse
from tests.conftest import require_or_skip
from tests.course_factory import SOLUTION, write_course
from tests.sandbox.machines import NOBODY, run_on_machine

# As Docker's default filter; as a kernel before 5.13; as one built without filters.
NO_NAMESPACES = {"unshare": errno.EPERM}
NO_MOUNTS = {"mount": errno.EACCES}  # AppArmor on Ubuntu 24.04: a user namespace, but nothing can be done in it
NO_LANDLOCK = {"landlock_create_ruleset": errno.ENOSYS}
NO_FILTERS = {"prctl": errno.EINVAL}
GRADER = ("-c", "from grader.cli import main; main()")
ASK = """
import json, os
from grader.sandbox.host import Limits, Sandbox
from grader.model import SourceUnit
with Sandbox() as sandbox, sandbox.worker(Limits(), seed=0) as worker:
    worker.load([SourceUnit(module="m", label="m.py", text="import os\\ndef f(): return os.getuid(), os.getpid()")])
    uid, pid = worker.call("f", ())
    print(json.dumps([sandbox.tier, sandbox._nursery.hindrance, uid == os.getuid(), pid == worker.pid]))
"""

MACHINES: dict[str, tuple[int | None, dict[str, int], tuple[str, str, bool, bool]]] = {
    "root": (None, {}, ("T3", "", False, False)),
    "root without namespaces": (None, NO_NAMESPACES, ("T2", "unshare: Operation not permitted", False, True)),
    "root without mounts": (None, NO_MOUNTS, ("T2", "mount: Permission denied", False, True)),
    "root without Landlock": (None, NO_LANDLOCK, ("T2u", "", False, False)),
    "user": (NOBODY, {}, ("T3", "", True, False)),
    "user without namespaces": (NOBODY, NO_NAMESPACES, ("T2", "unshare: Operation not permitted", True, True)),
    "user without mounts": (NOBODY, NO_MOUNTS, ("T2", "mount: Permission denied", True, True)),
    "user without Landlock": (NOBODY, NO_LANDLOCK, ("T1", "", True, False)),
}


def require_full_machine() -> None:
    require_or_skip(os.geteuid() == 0, "Only root can emulate both kinds of user.")
    require_or_skip(tiers.landlock_abi() > 0, "The kernel offers no Landlock.")
    require_or_skip(not rehearse(), "Namespaces cannot be entered here.")


@pytest.mark.parametrize(("uid", "refused", "expected"), MACHINES.values(), ids=MACHINES)
def test_a_machine_gets_the_best_tier_it_can_have(
    uid: int | None, refused: dict[str, int], expected: tuple[str, str, bool, bool]
) -> None:
    require_full_machine()
    ended = run_on_machine(("-c", ASK), uid=uid, refused=refused)
    assert ended.returncode == 0, ended.stderr
    assert tuple(json.loads(ended.stdout)) == expected


@pytest.mark.parametrize(
    ("uid", "refused", "tier", "code"),
    [
        (NOBODY, {}, "T3", 0),
        (None, NO_LANDLOCK, "T2u", 0),
        (NOBODY, NO_LANDLOCK | NO_NAMESPACES, "T1", 1),
        (NOBODY, NO_FILTERS, "T0", 3),
    ],
)
def test_the_doctor_tells_the_tier_by_its_exit_code(
    uid: int | None, refused: dict[str, int], tier: str, code: int
) -> None:
    require_full_machine()
    ended = run_on_machine((*GRADER, "doctor", "--json"), uid=uid, refused=refused)
    found = {entry["name"]: entry for entry in json.loads(ended.stdout)}
    assert (found["tier"]["detail"], ended.returncode) == (tier, code)


def test_the_doctor_fits_eighty_columns_with_every_remedy() -> None:
    require_full_machine()
    refused = NO_LANDLOCK | NO_NAMESPACES
    ended = run_on_machine((*GRADER, "doctor"), uid=NOBODY, refused=refused)
    lines = ended.stdout.splitlines()
    assert max(len(line) for line in lines) <= 80
    said = " ".join(ended.stdout.split())
    assert said.startswith("tier yes T1: a filter of system calls (seccomp), and limits")
    assert "Landlock NO The kernel offers none. Use Linux 5.13 or later with Landlock enabled" in said
    assert "namespaces NO unshare: Operation not permitted A container's own filter often forbids them" in said


@pytest.mark.parametrize(
    ("min_tier", "refused", "why"),
    [
        (
            "T2",
            NO_LANDLOCK,
            "at tier T1, but T2 is required. The kernel offers no Landlock. Use Linux 5.13 or later with Landlock "
            "enabled (lsm=landlock,... on the kernel's command line).",
        ),
        (
            "T3",
            NO_NAMESPACES,
            "at tier T2, but T3 is required. Namespaces cannot be entered (unshare: Operation not permitted). A "
            "container's own filter often forbids them: grade outside of it, or accept T2.",
        ),
        (
            "T1",
            NO_FILTERS,
            "at tier T0, but T1 is required. The kernel filters no system calls. Use a kernel built with "
            "CONFIG_SECCOMP_FILTER, on x86_64 or aarch64.",
        ),
    ],
)
def test_grading_below_the_least_tier_executes_nothing_and_exits_with_3(
    min_tier: str, refused: dict[str, int], why: str, open_folder: Path
) -> None:
    require_full_machine()
    arguments = course_to_grade(open_folder, min_tier)
    ended = run_on_machine((*GRADER, "grade", *arguments), uid=NOBODY, refused=refused, cwd=open_folder)
    said = " ".join(ended.stderr.split())
    assert said == (f"This machine isolates student code {why} Nothing was executed, and no hidden check was loaded.")
    assert ended.returncode == 3
    assert not (open_folder / "executed").exists()


def test_the_report_says_at_which_tier_the_code_ran(open_folder: Path) -> None:
    require_full_machine()
    arguments = course_to_grade(open_folder, "T2")
    ended = run_on_machine((*GRADER, "grade", *arguments), uid=NOBODY, refused=NO_NAMESPACES, cwd=open_folder)
    assert ended.returncode == 0, ended.stderr
    (report,) = (open_folder / "out" / "reports").glob("*.html")
    assert "The code ran isolated in a sandbox (tier T2)." in report.read_text(encoding="utf-8")
    assert not (open_folder / "executed").exists()


@pytest.fixture
def open_folder() -> Iterator[Path]:
    """A folder of nobody's: pytest's own are closed to other users."""
    with TemporaryDirectory() as folder:
        yield Path(folder)


def course_to_grade(folder: Path, min_tier: str) -> list[str]:
    write_course(folder)
    path = folder / "reference" / "tiny" / "assignment.toml"
    path.write_text(
        re.sub(r"^title = .*$", rf'\g<0>\nmin_tier = "{min_tier}"', path.read_text(), flags=re.MULTILINE, count=1)
    )
    (folder / "hand-ins").mkdir()
    (folder / "hand-ins" / "ada.py").write_text(f"open({str(folder / 'executed')!r}, 'w')\n" + SOLUTION)
    for each in (folder, *folder.rglob("*")):
        os.chown(each, NOBODY, NOBODY)
    return ["tiny", "hand-ins", "--out", "out", "--jobs", "1"]


def test_a_remedy_is_known_for_each_thing_that_forbids_namespaces(monkeypatch: pytest.MonkeyPatch) -> None:
    files: dict[str, str] = {}
    monkeypatch.setattr(machine, "_read", lambda path: files.get(path, ""))
    monkeypatch.setattr(os, "geteuid", lambda: 1000)
    for path, value, word in (
        ("/proc/sys/user/max_user_namespaces", "0", "sysctl user.max_user_namespaces=10000"),
        ("/proc/sys/kernel/unprivileged_userns_clone", "0", "sysctl kernel.unprivileged_userns_clone=1"),
        ("/proc/sys/kernel/apparmor_restrict_unprivileged_userns", "1", "sysctl kernel.apparmor_restrict_unpriv"),
    ):
        files[path] = f"{value}\n"
        assert word in machine.namespaces_remedy()
    monkeypatch.setattr(os, "geteuid", lambda: 0)
    assert machine.namespaces_remedy() == (
        "This root lacks CAP_SYS_ADMIN, as in a container: grade outside of it, or accept T2."
    )
