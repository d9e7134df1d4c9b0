"""What a container of Docker's default settings takes away, without Docker: system calls and capabilities.

Source: github.com/moby/profiles, seccomp/default.json, commit 02e898b1 (2026), and the default capabilities of
the engine (moby, daemon/pkg/oci/caps). The profile is a list of what is allowed; here it is turned around, into
what of the kernel's table it leaves out. Capabilities that the profile asks for and a container does not have
count as missing.
"""

from __future__ import annotations

import ctypes
import errno
import os
import platform
import struct
from pathlib import Path
from typing import Final

from grader.sandbox.lockdown import PR_SET_NO_NEW_PRIVS, PR_SET_SECCOMP, SECCOMP_MODE_FILTER
from grader.sandbox.seccomp import (
    ALLOW,
    ARCH_AT,
    DENY,
    ERRNO,
    JEQ,
    JGE,
    JSET,
    LD_W_ABS,
    NUMBER_AT,
    RET,
    X86_64,
    Instruction,
)

PR_CAPBSET_DROP: Final = 24
# CHOWN DAC_OVERRIDE FOWNER FSETID KILL SETGID SETUID SETPCAP NET_BIND_SERVICE NET_RAW SYS_CHROOT MKNOD
# AUDIT_WRITE SETFCAP
CAPABILITIES: Final = frozenset((0, 1, 3, 4, 5, 6, 7, 8, 10, 13, 18, 27, 29, 31))
CLONE_NAMESPACES: Final = 0x7E020000
# Of x86_64: administration of the machine, tracing, keyrings, namespaces and mounts, io_uring, userfaultfd.
LEFT_OUT: Final = {
    "uselib": 134, "ustat": 136, "sysfs": 139, "pivot_root": 155, "_sysctl": 156, "acct": 163,
    "settimeofday": 164, "mount": 165, "umount2": 166, "swapon": 167, "swapoff": 168, "reboot": 169,
    "sethostname": 170, "setdomainname": 171, "iopl": 172, "ioperm": 173, "create_module": 174,
    "init_module": 175, "delete_module": 176, "get_kernel_syms": 177, "query_module": 178, "quotactl": 179,
    "nfsservctl": 180, "lookup_dcookie": 212, "clock_settime": 227, "vhangup": 153, "syslog": 103,
    "mbind": 237, "set_mempolicy": 238, "get_mempolicy": 239, "kexec_load": 246, "add_key": 248,
    "request_key": 249, "keyctl": 250, "migrate_pages": 256, "unshare": 272, "move_pages": 279,
    "perf_event_open": 298, "fanotify_init": 300, "open_by_handle_at": 304, "setns": 308, "kcmp": 312,
    "finit_module": 313, "kexec_file_load": 320, "bpf": 321, "userfaultfd": 323, "io_uring_setup": 425,
    "io_uring_enter": 426, "io_uring_register": 427, "open_tree": 428, "move_mount": 429, "fsopen": 430,
    "fsconfig": 431, "fsmount": 432, "fspick": 433, "pidfd_getfd": 438, "process_madvise": 440,
    "mount_setattr": 442, "quotactl_fd": 443, "set_mempolicy_home_node": 450, "lsm_get_self_attr": 459,
    "lsm_set_self_attr": 460, "lsm_list_modules": 461,
}  # fmt: skip
SOCKET, CLONE, CLONE3 = 41, 56, 435
# Families that are not on its list: DECnet, security, WANPIPE, InfiniBand, MPLS, the crypto API, vsock and newer ones.
FAMILIES: Final = (12, 19, 20, 23, 25, 34, 37, 38, 40)


def is_known() -> bool:
    """Return whether the profile of this processor is written down here."""
    return platform.machine() == "x86_64"


def confine() -> None:
    """Take away from this process what Docker would, for good; as root, once it executes another program.

    Raises:
        OSError: the filter or a capability is refused.
    """
    library = ctypes.CDLL(None, use_errno=True)
    zero = ctypes.c_ulong(0)
    if os.geteuid() != 0:
        _check(library.prctl(PR_SET_NO_NEW_PRIVS, ctypes.c_ulong(1), zero, zero, zero))
    code = _filter()

    class Program(ctypes.Structure):
        _fields_ = (("length", ctypes.c_ushort), ("filter", ctypes.c_char_p))

    program = Program(len(code) // 8, code)
    mode = ctypes.c_ulong(SECCOMP_MODE_FILTER)
    _check(library.prctl(PR_SET_SECCOMP, mode, ctypes.byref(program), zero, zero))
    if os.geteuid() == 0:
        last = int(Path("/proc/sys/kernel/cap_last_cap").read_text())
        for capability in set(range(last + 1)) - CAPABILITIES:
            _check(library.prctl(PR_CAPBSET_DROP, ctypes.c_ulong(capability), zero, zero, zero))


def _filter() -> bytes:
    program = [
        Instruction(LD_W_ABS, 0, 0, ARCH_AT),
        Instruction(JEQ, 1, 0, X86_64.audit),
        Instruction(RET, 0, 0, DENY),
        Instruction(LD_W_ABS, 0, 0, NUMBER_AT),
    ]
    for number in LEFT_OUT.values():
        program += [Instruction(JEQ, 0, 1, number), Instruction(RET, 0, 0, DENY)]
    program += [Instruction(JEQ, 0, 1, CLONE3), Instruction(RET, 0, 0, ERRNO | errno.ENOSYS)]
    flags = [Instruction(LD_W_ABS, 0, 0, 16), Instruction(JSET, 0, 1, CLONE_NAMESPACES), Instruction(RET, 0, 0, DENY)]
    program += [Instruction(JEQ, 0, len(flags) + 1, CLONE), *flags, Instruction(RET, 0, 0, ALLOW)]
    families = [Instruction(LD_W_ABS, 0, 0, 16), Instruction(JGE, len(FAMILIES) + 1, 0, 46)]
    families += [Instruction(JEQ, len(FAMILIES) - place, 0, family) for place, family in enumerate(FAMILIES)]
    program += [Instruction(JEQ, 0, len(families) + 2, SOCKET), *families]
    program += [Instruction(RET, 0, 0, ALLOW), Instruction(RET, 0, 0, DENY), Instruction(RET, 0, 0, ALLOW)]
    return b"".join(struct.pack("<HBBI", *instruction) for instruction in program)


def _check(result: int) -> None:
    if result < 0:
        number = ctypes.get_errno()
        raise OSError(number, os.strerror(number))
