"""Signal to a friend by a lock on a file that all can read."""

import fcntl

kept = []


def attack(path):
    kept.append(open(path))  # noqa: SIM115 - closing it would end the lock
    fcntl.flock(kept[0], fcntl.LOCK_EX)
