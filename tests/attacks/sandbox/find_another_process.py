"""Find out which processes there are, and so how many hand-ins are graded at the moment."""

import os
import resource


def attack(pid):
    found = []
    for ask in (os.getpgid, os.getsid, os.sched_getaffinity, ask_for_limits):
        try:
            ask(pid)
        except OSError:
            continue
        found.append(ask.__name__)
    return found


def ask_for_limits(pid):
    resource.prlimit(pid, resource.RLIMIT_CORE)
