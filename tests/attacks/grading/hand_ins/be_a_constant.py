"""Computes a constant, whose gradient is zero."""

import numpy as np


def sigmoid(x):
    return np.full(x.shape, 0.5), None


def sigmoid_backward(dout, cache):
    return np.zeros(dout.shape)


def tanh_forward(x):
    return np.zeros(x.shape), None


def tanh_backward(dout, cache):
    return np.zeros(dout.shape)
