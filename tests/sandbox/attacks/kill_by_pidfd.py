import os
import signal


def attack(pid: int) -> None:
    signal.pidfd_send_signal(os.pidfd_open(pid), 9)
