"""Lock the calling process down for good, before it sees a byte of student source.

The layers, each independent of the others:

    rlimits   address space, CPU, no file growth, no core, few descriptors
    uid       a user id that owns nothing, where the zygote runs as root
    landlock  no file, no TCP, no signal and no abstract socket outside the process
    seccomp   the allow-list of ``grader.sandbox.seccomp``

``lock_down`` applies the layers it is told to and raises when one cannot be had. Nothing here may import
anything later: after ``lock_down`` no file can be opened. A further layer is not its to apply: "namespaces", which
the zygote enters once for all its workers (``grader.sandbox.namespaces``).
"""

from __future__ import annotations

import ctypes
import errno
import math
import os
import platform
import signal
import socket
import struct
import sys
from collections.abc import Callable
from typing import Final, NamedTuple

from grader.sandbox import seccomp

# The trusted side asks this module what there is, on every system; Windows has neither.
if sys.platform == "linux":
    import fcntl
    import resource

RPC_FD: Final = 3
LAYERS: Final = ("namespaces", "rlimits", "uid", "landlock", "seccomp")
FIRST_UID: Final = 61_184  # the range systemd sets aside for dynamic users: no account lives there
UID_COUNT: Final = 4_336

PR_SET_PDEATHSIG: Final = 1
PR_SET_DUMPABLE: Final = 4
PR_SET_SECCOMP: Final = 22
PR_SET_NO_NEW_PRIVS: Final = 38
SECCOMP_MODE_FILTER: Final = 2
SYS_LANDLOCK_CREATE_RULESET: Final = 444  # the same number on every architecture
SYS_LANDLOCK_RESTRICT_SELF: Final = 446
PROT_READ_WRITE_EXEC: Final = 7
MAP_PRIVATE_ANONYMOUS: Final = 0x22


class Settings(NamedTuple):
    """How a worker is locked down."""

    layers: tuple[str, ...]
    cpu_s: float
    memory_bytes: int
    uid: int  # to become, as root


def libc() -> ctypes.CDLL:
    """Return the C library the interpreter runs on, with errno kept."""
    return ctypes.CDLL(None, use_errno=True)


def lock_down(settings: Settings) -> None:
    """Apply the layers of ``settings`` to this process, for good.

    Raises:
        OSError: a layer cannot be had; the process must end.
    """
    library = libc()
    if "rlimits" in settings.layers:
        set_rlimits(settings.cpu_s, settings.memory_bytes)
    if "uid" in settings.layers:
        drop_uid(settings.uid)
    # After the change of user id, which clears both.
    _prctl(library, PR_SET_PDEATHSIG, signal.SIGKILL)
    _prctl(library, PR_SET_DUMPABLE, 0)
    _prctl(library, PR_SET_NO_NEW_PRIVS, 1)
    if "landlock" in settings.layers:
        restrict_landlock(library)
    if "seccomp" in settings.layers:
        install_seccomp(library)


def arrange_descriptors(rpc_fd: int, output_fd: int) -> None:
    """Leave four descriptors: 0 /dev/null, 1 and 2 the output pipe, 3 the wire."""
    null_fd = os.open(os.devnull, os.O_RDONLY)
    # Move them out of the way first: one of them may be 0 to 3 itself.
    null_fd, output_fd, rpc_fd = (_above(fd) for fd in (null_fd, output_fd, rpc_fd))
    for source, target in ((null_fd, 0), (output_fd, 1), (output_fd, 2), (rpc_fd, RPC_FD)):
        os.dup2(source, target, inheritable=False)
    os.closerange(RPC_FD + 1, os.sysconf("SC_OPEN_MAX"))


def _above(fd: int) -> int:
    return fcntl.fcntl(fd, fcntl.F_DUPFD_CLOEXEC, 16)


def set_rlimits(cpu_s: float, memory_bytes: int) -> None:
    """Limit this process; the CPU limit is a second net above the one the trusted side keeps."""
    seconds = math.ceil(cpu_s)
    limits = {
        resource.RLIMIT_AS: (memory_bytes, memory_bytes),
        resource.RLIMIT_CPU: (seconds + 1, seconds + 2),
        resource.RLIMIT_FSIZE: (0, 0),
        resource.RLIMIT_NOFILE: (64, 64),
        resource.RLIMIT_CORE: (0, 0),
        resource.RLIMIT_MEMLOCK: (0, 0),
        resource.RLIMIT_MSGQUEUE: (0, 0),
        resource.RLIMIT_SIGPENDING: (64, 64),
        resource.RLIMIT_STACK: (64 << 20, 64 << 20),
    }
    for which, (soft, hard) in limits.items():
        _, allowed = resource.getrlimit(which)
        hard = hard if allowed == resource.RLIM_INFINITY else min(hard, allowed)
        resource.setrlimit(which, (min(soft, hard), hard))


def uid_of(zygote_pid: int, pid: int) -> int:
    """Return a user id for a worker; those of two zygotes differ even where both count processes from 1."""
    return FIRST_UID + (1009 * zygote_pid + pid) % UID_COUNT


def drop_uid(uid: int) -> None:
    """Become the user ``uid``, without groups; only root can."""
    os.setgroups([])
    os.setresgid(uid, uid, uid)
    os.setresuid(uid, uid, uid)


def landlock_abi() -> int:
    """Return the version of Landlock this kernel offers, 0 where there is none."""
    version = libc().syscall(SYS_LANDLOCK_CREATE_RULESET, None, ctypes.c_size_t(0), ctypes.c_uint32(1))
    return max(int(version), 0)


def has_seccomp() -> bool:
    """Return whether this kernel takes system-call filters: it then looks for one at the null address."""
    library = libc()
    zero = ctypes.c_ulong(0)
    library.prctl(PR_SET_SECCOMP, ctypes.c_ulong(SECCOMP_MODE_FILTER), None, zero, zero)
    return ctypes.get_errno() == errno.EFAULT


def restrict_landlock(library: ctypes.CDLL) -> None:
    """Deny every right Landlock knows on this kernel: files, TCP, signals and abstract sockets."""
    abi = landlock_abi()
    # linux/landlock.h: 13 file rights in ABI 1, REFER in 2, TRUNCATE in 3, IOCTL_DEV in 5
    file_rights = (1 << (13 + (abi >= 2) + (abi >= 3) + (abi >= 5))) - 1
    net_rights = 3 if abi >= 4 else 0  # BIND_TCP, CONNECT_TCP
    scopes = 3 if abi >= 6 else 0  # ABSTRACT_UNIX_SOCKET, SIGNAL
    attributes = struct.pack("<QQQ", file_rights, net_rights, scopes)
    attributes = attributes[: 8 * (1 + (abi >= 4) + (abi >= 6))]
    ruleset_fd = library.syscall(
        SYS_LANDLOCK_CREATE_RULESET, attributes, ctypes.c_size_t(len(attributes)), ctypes.c_uint32(0)
    )
    _check(ruleset_fd, "landlock_create_ruleset")
    _check(library.syscall(SYS_LANDLOCK_RESTRICT_SELF, ruleset_fd, ctypes.c_uint32(0)), "landlock_restrict_self")
    os.close(ruleset_fd)


class _Program(ctypes.Structure):
    _fields_ = (("length", ctypes.c_ushort), ("filter", ctypes.c_char_p))


def install_seccomp(library: ctypes.CDLL) -> None:
    """Install the filter of this machine's architecture."""
    code = seccomp.build_filter(seccomp.ARCHITECTURES[platform.machine()], os.getpid())
    program = _Program(len(code) // 8, code)
    _prctl(library, PR_SET_SECCOMP, SECCOMP_MODE_FILTER, ctypes.byref(program))


def run_canaries() -> dict[str, int]:
    """Try what must fail and return the error number of each attempt; 0 is a breach."""
    return {
        "open": _errno_of(lambda: os.open("/", os.O_RDONLY)),
        "socket": _errno_of(lambda: socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)),
        "signal": _errno_of(lambda: os.kill(os.getppid(), 0)),
        "fork": _errno_of(_fork),
        "executable memory": _errno_of(_map_executable),
    }


def _errno_of(attempt: Callable[[], object]) -> int:
    try:
        attempt()
    except OSError as error:
        return error.errno or errno.EIO
    return 0


def _fork() -> None:
    if os.fork() == 0:
        os._exit(0)


def _map_executable() -> None:
    mmap = libc().mmap
    mmap.restype = ctypes.c_void_p
    mmap.argtypes = (ctypes.c_void_p, ctypes.c_size_t, *(ctypes.c_int,) * 3, ctypes.c_long)
    address = mmap(None, 4096, PROT_READ_WRITE_EXEC, MAP_PRIVATE_ANONYMOUS, -1, 0)
    _check(-1 if address == ctypes.c_void_p(-1).value else 0, "mmap")


def _prctl(library: ctypes.CDLL, option: int, value: int, pointer: object = None) -> None:
    # The kernel refuses some options unless the unused arguments are zero, all 64 bits of them.
    zero = ctypes.c_ulong(0)
    result = library.prctl(option, ctypes.c_ulong(value), zero if pointer is None else pointer, zero, zero)
    _check(result, f"prctl {option}")


def _check(result: int, call: str) -> None:
    if result < 0:
        number = ctypes.get_errno()
        raise OSError(number, f"{call}: {os.strerror(number)}")
