"""Take all memory."""

import numpy as np


def attack():
    return np.empty(3 << 30, dtype=np.uint8).nbytes
