"""The system-call filter of a worker: an allow-list, built as a classic BPF program for x86_64 and aarch64.

Everything is imported before the filter is in place and the student's source comes over the pipe, so no call
that takes a path is on the list: files, sockets, processes and threads cannot be reached at all. A call that
is not listed fails with EPERM, so Python raises an ordinary ``PermissionError``. clone3 fails with ENOSYS,
which makes the C library fall back to clone. A foreign architecture (32-bit calls, x32) kills the process.

Each rule is ``JEQ number, 0, n`` followed by n instructions that end in a return: jumps stay short and the
program can be read, and interpreted by the tests, from top to bottom.
"""

from __future__ import annotations

import errno
import struct
from typing import Final, NamedTuple

# linux/bpf_common.h
LD_W_ABS: Final = 0x20
JEQ: Final = 0x15
JGE: Final = 0x35
JSET: Final = 0x45
RET: Final = 0x06

# linux/seccomp.h
ALLOW: Final = 0x7FFF0000
KILL_PROCESS: Final = 0x80000000
ERRNO: Final = 0x00050000
DENY: Final = ERRNO | errno.EPERM

# struct seccomp_data: int nr; u32 arch; u64 instruction_pointer; u64 args[6], little endian
NUMBER_AT: Final = 0
ARCH_AT: Final = 4
X32_BIT: Final = 0x40000000

PROT_EXEC: Final = 4
NEGATIVE: Final = 1 << 31  # the sign of an int
# F_DUPFD, F_GETFD, F_SETFD, F_GETFL, F_DUPFD_CLOEXEC: no locks, no F_SETOWN, no O_ASYNC
FCNTL_COMMANDS: Final = (0, 1, 2, 3, 1030)
# TCGETS, FIONREAD, FIOCLEX, FIONCLEX: nothing that types into a terminal
IOCTL_REQUESTS: Final = (0x5401, 0x541B, 0x5451, 0x5450)


class Instruction(NamedTuple):
    """One ``struct sock_filter``."""

    code: int
    jump_true: int
    jump_false: int
    k: int


class Architecture(NamedTuple):
    """What differs between machines. Numbers are those of the kernel's syscall tables."""

    name: str
    audit: int
    has_x32: bool
    free: dict[str, int]  # allowed with any arguments
    checked: dict[str, int]  # allowed with some arguments
    clone3: int


X86_64: Final = Architecture(
    name="x86_64",
    audit=0xC000003E,
    has_x32=True,
    free={
        "read": 0, "write": 1, "close": 3, "fstat": 5, "poll": 7, "lseek": 8, "munmap": 11, "brk": 12,
        "rt_sigaction": 13, "rt_sigprocmask": 14, "rt_sigreturn": 15, "readv": 19, "writev": 20, "select": 23,
        "sched_yield": 24, "mremap": 25, "madvise": 28, "dup": 32, "dup2": 33, "pause": 34, "nanosleep": 35,
        "getitimer": 36, "alarm": 37, "setitimer": 38, "getpid": 39, "exit": 60, "uname": 63, "getcwd": 79,
        "gettimeofday": 96, "getrlimit": 97, "getrusage": 98, "sysinfo": 99, "times": 100, "getuid": 102,
        "getgid": 104, "geteuid": 107, "getegid": 108, "getppid": 110, "getpgrp": 111,
        "rt_sigpending": 127, "rt_sigtimedwait": 128, "rt_sigsuspend": 130, "sigaltstack": 131,
        "gettid": 186, "time": 201, "futex": 202, "restart_syscall": 219,
        "exit_group": 231, "pselect6": 270,
        "ppoll": 271, "set_robust_list": 273, "dup3": 292, "getcpu": 309,
        "getrandom": 318, "rseq": 334,
    },
    checked={
        "mmap": 9, "mprotect": 10, "ioctl": 16, "kill": 62, "fcntl": 72, "getpgid": 121, "getsid": 124,
        "sched_getaffinity": 204, "clock_gettime": 228, "clock_getres": 229, "clock_nanosleep": 230,
        "tgkill": 234, "prlimit64": 302,
    },
    clone3=435,
)  # fmt: skip

AARCH64: Final = Architecture(
    name="aarch64",
    audit=0xC00000B7,
    has_x32=False,
    free={
        "getcwd": 17, "dup": 23, "dup3": 24, "close": 57, "lseek": 62, "read": 63, "write": 64, "readv": 65,
        "writev": 66, "pselect6": 72, "ppoll": 73, "fstat": 80, "exit": 93, "exit_group": 94, "futex": 98,
        "set_robust_list": 99, "nanosleep": 101, "getitimer": 102, "setitimer": 103,
        "sched_yield": 124, "restart_syscall": 128, "sigaltstack": 132, "rt_sigsuspend": 133,
        "rt_sigaction": 134, "rt_sigprocmask": 135, "rt_sigpending": 136, "rt_sigtimedwait": 137,
        "rt_sigreturn": 139, "times": 153, "uname": 160, "getrlimit": 163,
        "getrusage": 165, "getcpu": 168, "gettimeofday": 169, "getpid": 172, "getppid": 173, "getuid": 174,
        "geteuid": 175, "getgid": 176, "getegid": 177, "gettid": 178, "sysinfo": 179, "brk": 214,
        "munmap": 215, "mremap": 216, "madvise": 233, "getrandom": 278, "rseq": 293,
    },
    checked={
        "fcntl": 25, "ioctl": 29, "clock_gettime": 113, "clock_getres": 114, "clock_nanosleep": 115,
        "sched_getaffinity": 123, "kill": 129, "tgkill": 131, "getpgid": 155, "getsid": 156, "mmap": 222,
        "mprotect": 226, "prlimit64": 261,
    },
    clone3=435,
)  # fmt: skip

ARCHITECTURES: Final = {"x86_64": X86_64, "aarch64": AARCH64, "arm64": AARCH64}


def build_filter(architecture: Architecture, pid: int) -> bytes:
    """Return the filter of the worker ``pid`` as an array of ``struct sock_filter`` (8 bytes each).

    Args:
        architecture: whose call numbers to use.
        pid: the only process that may be signalled.
    """
    program = [
        Instruction(LD_W_ABS, 0, 0, ARCH_AT),
        Instruction(JEQ, 1, 0, architecture.audit),
        _return(KILL_PROCESS),
        Instruction(LD_W_ABS, 0, 0, NUMBER_AT),
    ]
    if architecture.has_x32:
        program += [Instruction(JGE, 0, 1, X32_BIT), _return(KILL_PROCESS)]
    for number in architecture.free.values():
        program += _rule(number, [_return(ALLOW)])
    for name, number in architecture.checked.items():
        program += _rule(number, _argument_check(name, pid))
    program += _rule(architecture.clone3, [_return(ERRNO | errno.ENOSYS)])
    program.append(_return(DENY))
    return b"".join(struct.pack("<HBBI", *instruction) for instruction in program)


def _argument_check(name: str, pid: int) -> list[Instruction]:
    match name:
        case "mmap" | "mprotect":
            return [_load(2), Instruction(JSET, 1, 0, PROT_EXEC), _return(ALLOW), _return(DENY)]
        case "kill" | "tgkill":
            # pid_t is an int: the kernel ignores the upper half of the register.
            return _one_of(0, (pid,))
        case "getpgid" | "getsid" | "sched_getaffinity":
            # Of others the answer would tell that they are there.
            return _one_of(0, (0, pid))
        case "clock_gettime" | "clock_getres" | "clock_nanosleep":
            # A negative clock is that of another process, or of a device.
            return [_load(0), Instruction(JSET, 1, 0, NEGATIVE), _return(ALLOW), _return(DENY)]
        case "fcntl":
            return _one_of(1, FCNTL_COMMANDS)
        case "ioctl":
            return _one_of(1, IOCTL_REQUESTS)
        case "prlimit64":
            # Of itself, and a null pointer for the new limits: reading only.
            reading = [_load(2), Instruction(JEQ, 0, 2, 0), _load(2, high=True), *_one_of_loaded((0,))]
            return [
                _load(0), Instruction(JEQ, 2, 0, 0), Instruction(JEQ, 1, 0, pid), _return(DENY), *reading
            ]  # fmt: skip
    raise ValueError(f"no argument check is known for {name}")


def _one_of(argument: int, values: tuple[int, ...]) -> list[Instruction]:
    return [_load(argument), *_one_of_loaded(values)]


def _one_of_loaded(values: tuple[int, ...]) -> list[Instruction]:
    tests = [Instruction(JEQ, len(values) - place, 0, value) for place, value in enumerate(values)]
    return [*tests, _return(DENY), _return(ALLOW)]


def _rule(number: int, body: list[Instruction]) -> list[Instruction]:
    return [Instruction(JEQ, 0, len(body), number), *body]


def _load(argument: int, *, high: bool = False) -> Instruction:
    return Instruction(LD_W_ABS, 0, 0, 16 + 8 * argument + 4 * high)


def _return(action: int) -> Instruction:
    return Instruction(RET, 0, 0, action)
