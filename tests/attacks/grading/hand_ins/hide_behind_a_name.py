"""Is wrong; its author's name is a script, a formula and a colour."""

import numpy as np


def affine_forward(x, w, b):
    return np.zeros((len(x), w.shape[1])), None
