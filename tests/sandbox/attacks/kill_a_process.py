import os


def attack(pid: int) -> None:
    os.kill(pid, 9)
