import resource


def attack() -> None:
    resource.setrlimit(resource.RLIMIT_NOFILE, (33, 33))
