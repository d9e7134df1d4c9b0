"""Signal by a lock, without opening a file: the output is shared with the grader."""

import fcntl


def attack():
    fcntl.flock(1, fcntl.LOCK_EX)
