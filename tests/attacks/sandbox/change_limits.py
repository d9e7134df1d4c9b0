"""Change one's own limits."""

import resource


def attack():
    resource.setrlimit(resource.RLIMIT_NOFILE, (33, 33))
