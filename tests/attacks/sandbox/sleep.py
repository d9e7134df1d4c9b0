"""Wait for ever."""

import time


def attack():
    while True:
        try:
            time.sleep(60)
        except BaseException:
            continue
