import threading
import time


def attack() -> None:
    threading.Thread(target=time.sleep, args=(60,), daemon=True).start()
