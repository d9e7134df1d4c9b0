"""Put the zygote, and with it every worker, into namespaces of its own: no process, file, network but theirs.

    user    only where the zygote is not root: it gives the rights to make the others, which are then given up
    mount   the root becomes an empty, read-only tmpfs of 64 KiB that holds /dev/null
    pid     the zygote becomes process 1: no other process has a number here, and all workers end with it
    net     not even a loopback interface that is up
    ipc     no System V or POSIX queue, semaphore or segment of others
    uts     a host name of its own

They are entered once, before NumPy is loaded, so a worker costs nothing more. The process that was executed stays
outside and waits: entering a pid namespace is for children only. Whether the machine allows all this is found
out beforehand, in a child that does the same: half a set of namespaces would be no tier.
"""

from __future__ import annotations

import ctypes
import os
import signal
from collections.abc import Callable
from typing import Final

from grader.sandbox.lockdown import PR_SET_PDEATHSIG, libc

# linux/sched.h
CLONE_NEWNS: Final = 0x00020000
CLONE_NEWUTS: Final = 0x04000000
CLONE_NEWIPC: Final = 0x08000000
CLONE_NEWUSER: Final = 0x10000000
CLONE_NEWPID: Final = 0x20000000
CLONE_NEWNET: Final = 0x40000000
WITHOUT_USER: Final = CLONE_NEWNS | CLONE_NEWUTS | CLONE_NEWIPC | CLONE_NEWPID | CLONE_NEWNET

# linux/mount.h
MS_RDONLY: Final = 1
MS_NOSUID: Final = 2
MS_NODEV: Final = 4
MS_NOEXEC: Final = 8
MS_REMOUNT: Final = 32
MS_BIND: Final = 4096
MS_REC: Final = 16384
MS_PRIVATE: Final = 1 << 18
MNT_DETACH: Final = 2
CAPABILITY_VERSION_3: Final = 0x20080522

# Covered by the new root for a moment; it exists wherever a zygote can count its threads.
MOUNT_POINT: Final = "/proc"


def rehearse() -> str:
    """Enter everything in a child, which then ends; return what failed and why, "" where nothing did."""
    read_fd, write_fd = os.pipe()
    pid = os.fork()
    if pid == 0:
        os.close(read_fd)
        _say_what_fails(write_fd)
    os.close(write_fd)
    with os.fdopen(read_fd, "rb") as pipe:
        said = pipe.read().decode("utf-8", "replace")
    _, status = os.waitpid(pid, 0)
    return said or ("" if status == 0 else f"the attempt ended with wait status {status}")


def _say_what_fails(write_fd: int) -> None:
    status = 1
    try:
        unshare()
        if os.fork() == 0:
            os._exit(0)  # process 1 of the namespace can be made
        hide_files()
        give_up_rights()
        status = 0
    except OSError as error:
        os.write(write_fd, f"{error.strerror}".encode())
    finally:
        os._exit(status)


def enter(keep: Callable[[], None]) -> None:
    """Go on as process 1 of new namespaces, in a child; the files are still those of the machine.

    Args:
        keep: called by the process that stays outside, before it waits for the child and ends as it does.

    Raises:
        OSError: a namespace cannot be had.
    """
    unshare()
    pid = os.fork()
    if pid:
        keep()
        _, status = os.waitpid(pid, 0)
        os._exit(os.waitstatus_to_exitcode(status) & 0xFF)
    # The kernel ends this process, and with it the namespace, when the one outside is killed.
    libc().prctl(PR_SET_PDEATHSIG, signal.SIGKILL)


def unshare() -> None:
    """Make the namespaces; the pid namespace is for children.

    Raises:
        OSError: they cannot be had; the text says which call failed.
    """
    if os.geteuid() == 0:
        _call("unshare", WITHOUT_USER)
        return
    uid, gid = os.geteuid(), os.getegid()
    _call("unshare", CLONE_NEWUSER | WITHOUT_USER)
    for name, text in (("setgroups", "deny"), ("gid_map", f"{gid} {gid} 1"), ("uid_map", f"{uid} {uid} 1")):
        _write(f"/proc/self/{name}", text)


def hide_files() -> None:
    """Make an empty tmpfs the root; what is open stays open.

    Raises:
        OSError: a mount is refused; the text says which call failed.
    """
    flags = MS_NOSUID | MS_NODEV | MS_NOEXEC
    _call("mount", None, b"/", None, MS_REC | MS_PRIVATE, None)
    options = b"size=64k,nr_inodes=8,mode=755"
    _call("mount", b"grader", MOUNT_POINT.encode(), b"tmpfs", flags, options)
    os.mkdir(f"{MOUNT_POINT}/dev", 0o755)
    os.close(os.open(f"{MOUNT_POINT}/dev/null", os.O_CREAT | os.O_WRONLY, 0o644))
    _call("mount", os.devnull.encode(), f"{MOUNT_POINT}/dev/null".encode(), None, MS_BIND, None)
    os.chdir(MOUNT_POINT)
    # Both paths the same: the old root is then mounted over the new one, and can be taken off.
    _call("pivot_root", b".", b".")
    _call("umount2", b".", MNT_DETACH)
    os.chdir("/")
    _call("mount", None, b"/", None, MS_REMOUNT | MS_BIND | MS_RDONLY | flags, None)


def give_up_rights() -> None:
    """Drop the capabilities that a user namespace gave; root keeps its own, to change the workers' user id.

    Raises:
        OSError: they cannot be dropped.
    """
    if os.geteuid() != 0:
        header = (ctypes.c_uint32 * 2)(CAPABILITY_VERSION_3, 0)
        _call("capset", header, (ctypes.c_uint32 * 6)())


def _call(name: str, *arguments: object) -> None:
    function = getattr(libc(), name)
    function.argtypes = tuple(_kind(argument) for argument in arguments)
    if function(*arguments) < 0:
        number = ctypes.get_errno()
        raise OSError(number, f"{name}: {os.strerror(number)}")


def _kind(argument: object) -> type:
    # Flags are unsigned long in mount and int elsewhere; small and positive, they are the same to both.
    if isinstance(argument, int):
        return ctypes.c_ulong
    return ctypes.c_char_p if argument is None or isinstance(argument, bytes) else ctypes.c_void_p


def _write(path: str, text: str) -> None:
    try:
        with open(path, "w", encoding="ascii") as file:
            file.write(text)
    except OSError as error:
        raise OSError(error.errno, f"{path}: {error.strerror}") from None
