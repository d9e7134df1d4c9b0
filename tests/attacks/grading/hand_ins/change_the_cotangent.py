"""Empties the gradient that arrives, so that whoever uses it afterwards expects zeros."""

import numpy as np


def affine_forward(x, w, b):
    return x @ w + b, (x, w, b)


def affine_backward(dout, cache):
    dout[...] = 0.0
    return [np.zeros_like(value) for value in cache]
