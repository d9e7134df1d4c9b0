"""Have the kernel signal the grader."""

import fcntl
import os


def attack(pid):
    end, other_end = os.pipe()
    fcntl.fcntl(end, fcntl.F_SETOWN, pid)
    fcntl.fcntl(end, fcntl.F_SETFL, fcntl.fcntl(end, fcntl.F_GETFL) | os.O_ASYNC)
    os.write(other_end, b"the kernel now signals the owner")
