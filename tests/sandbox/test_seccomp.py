from __future__ import annotations

import errno
import hashlib
import struct
from typing import Any

import pytest

from grader.sandbox import seccomp
from grader.sandbox.seccomp import AARCH64, X86_64, Architecture

PID = 4321
GOLDEN = {"x86_64": "6a7c6aa97a2e2100", "aarch64": "6abc9540cc0c3d89"}
DENY = seccomp.ERRNO | errno.EPERM

# What must never be allowed, by the numbers of the kernel's tables.
FORBIDDEN = {
    "x86_64": {
        "open": 2, "stat": 4, "access": 21, "shmget": 29, "socket": 41, "sendmsg": 46, "recvmsg": 47, "clone": 56,
        "fork": 57, "vfork": 58, "execve": 59, "flock": 73, "truncate": 76, "chmod": 90, "ptrace": 101,
        "prctl": 157, "setrlimit": 160, "tkill": 200, "io_setup": 206, "openat": 257, "unshare": 272,
        "process_vm_readv": 310, "memfd_create": 319, "bpf": 321, "userfaultfd": 323, "io_uring_setup": 425,
        "pidfd_send_signal": 424, "openat2": 437, "pidfd_getfd": 438, "keyctl": 250, "setpriority": 141,
        "get_robust_list": 274,
    },
    "aarch64": {
        "flock": 32, "openat": 56, "newfstatat": 79, "unshare": 97, "ptrace": 117, "tkill": 130,
        "setpriority": 140, "prctl": 167, "shmget": 194, "socket": 198, "sendmsg": 211, "recvmsg": 212,
        "keyctl": 219, "clone": 220, "execve": 221, "process_vm_readv": 270, "memfd_create": 279, "bpf": 280,
        "userfaultfd": 282, "pidfd_send_signal": 424, "io_uring_setup": 425, "openat2": 437, "pidfd_getfd": 438,
        "get_robust_list": 100,
    },
}  # fmt: skip
BOTH = pytest.mark.parametrize("machine", [X86_64, AARCH64], ids=lambda machine: machine.name)


def verdict(machine: Architecture, number: int, *args: int, audit: int | None = None) -> int:
    """Interpret the filter as the kernel does (linux/bpf_common.h) on one ``struct seccomp_data``."""
    code = seccomp.build_filter(machine, PID)
    program = [struct.unpack_from("<HBBI", code, place) for place in range(0, len(code), 8)]
    padded = [*args, *[0] * (6 - len(args))]
    arch = machine.audit if audit is None else audit
    data = struct.pack("<iIQ6Q", number, arch, 0, *(value % 2**64 for value in padded))
    accumulator, place = 0, 0
    while True:
        operation, jump_true, jump_false, constant = program[place]
        place += 1
        match operation:
            case 0x06:
                return int(constant)
            case 0x20:
                (accumulator,) = struct.unpack_from("<I", data, constant)
            case 0x15:
                place += jump_true if accumulator == constant else jump_false
            case 0x35:
                place += jump_true if accumulator >= constant else jump_false
            case 0x45:
                place += jump_true if accumulator & constant else jump_false
            case _:
                raise AssertionError(f"unknown instruction {operation:#x}")


def number_of(machine: Architecture, name: str) -> int:
    return {**machine.free, **machine.checked}[name]


@BOTH
def test_the_filter_is_the_one_that_was_reviewed(machine: Architecture) -> None:
    digest = hashlib.sha256(seccomp.build_filter(machine, PID)).hexdigest()
    assert digest[:16] == GOLDEN[machine.name]


@BOTH
def test_the_filter_fits_the_kernel_limit(machine: Architecture) -> None:
    assert len(seccomp.build_filter(machine, PID)) // 8 < 4096


@BOTH
def test_every_call_of_the_list_is_allowed(machine: Architecture) -> None:
    assert {verdict(machine, number) for number in machine.free.values()} == {seccomp.ALLOW}


@BOTH
def test_no_forbidden_call_is_allowed(machine: Architecture) -> None:
    allowed = [name for name, number in FORBIDDEN[machine.name].items() if verdict(machine, number) != DENY]
    assert allowed == []


@BOTH
def test_only_the_listed_calls_are_allowed(machine: Architecture) -> None:
    listed = {*machine.free.values(), *machine.checked.values(), machine.clone3}
    assert {verdict(machine, number) for number in range(600) if number not in listed} == {DENY}


@BOTH
def test_clone3_is_said_not_to_exist(machine: Architecture) -> None:
    assert verdict(machine, 435) == seccomp.ERRNO | errno.ENOSYS


@BOTH
def test_a_foreign_architecture_is_killed(machine: Architecture) -> None:
    assert verdict(machine, number_of(machine, "read"), audit=0x40000003) == seccomp.KILL_PROCESS


def test_an_x32_call_is_killed() -> None:
    assert verdict(X86_64, 0x40000000) == seccomp.KILL_PROCESS


ARGUMENTS: list[tuple[str, tuple[int, ...], bool]] = [
    ("mmap", (0, 4096, 3), True),
    ("mmap", (0, 4096, 5), False),
    ("mprotect", (0, 4096, 1), True),
    ("mprotect", (0, 4096, 4), False),
    ("kill", (PID, 9), True),
    ("kill", (1, 0), False),
    ("kill", (-1, 9), False),
    ("kill", (0, 9), False),
    ("tgkill", (PID, PID, 6), True),
    ("tgkill", (1, 1, 9), False),
    ("fcntl", (3, 3), True),
    ("fcntl", (3, 1030), True),
    ("fcntl", (3, 4), False),  # F_SETFL could switch on O_ASYNC
    ("fcntl", (3, 6), False),  # F_SETLK
    ("fcntl", (3, 8), False),  # F_SETOWN
    ("ioctl", (1, 0x5401), True),
    ("ioctl", (1, 0x5412), False),  # TIOCSTI
    ("prlimit64", (0, 7, 0), True),
    ("prlimit64", (0, 7, 0x7F0000000000), False),  # a pointer whose lower half is zero
    ("prlimit64", (0, 7, 8), False),
    ("prlimit64", (PID, 7, 0), True),
    ("prlimit64", (1, 7, 0), False),
    ("getpgid", (0,), True),
    ("getpgid", (PID,), True),
    ("getpgid", (1,), False),
    ("getsid", (1,), False),
    ("sched_getaffinity", (PID,), True),
    ("sched_getaffinity", (1,), False),
    ("clock_gettime", (1,), True),
    ("clock_gettime", (~1 << 3 | 2,), False),  # the CPU clock of process 1
    ("clock_getres", (~1 << 3 | 2,), False),
    ("clock_nanosleep", (~1 << 3 | 2,), False),
]


@BOTH
@pytest.mark.parametrize(("name", "args", "allowed"), ARGUMENTS, ids=str)
def test_arguments_decide(machine: Architecture, name: str, args: Any, allowed: bool) -> None:
    assert verdict(machine, number_of(machine, name), *args) == (seccomp.ALLOW if allowed else DENY)
