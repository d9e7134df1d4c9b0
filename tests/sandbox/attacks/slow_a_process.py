import os


def attack(pid: int) -> None:
    os.setpriority(os.PRIO_PROCESS, pid, 19)
