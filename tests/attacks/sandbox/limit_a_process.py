"""Let the grader open no more files."""

import resource


def attack(pid):
    resource.prlimit(pid, resource.RLIMIT_NOFILE, (33, 33))
