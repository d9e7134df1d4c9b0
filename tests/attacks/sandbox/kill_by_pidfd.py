"""Kill the grader by a descriptor."""

import os
import signal


def attack(pid):
    signal.pidfd_send_signal(os.pidfd_open(pid), 9)
