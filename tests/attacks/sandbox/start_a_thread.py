"""Go on while the grader believes that the call is over."""

import threading
import time


def attack():
    threading.Thread(target=time.sleep, args=(60,), daemon=True).start()
