"""Compute for ever, and refuse to be stopped."""

import signal


def attack():
    for number in range(1, 30):
        try:
            signal.signal(number, signal.SIG_IGN)
        except OSError:
            continue
    while True:
        pass
