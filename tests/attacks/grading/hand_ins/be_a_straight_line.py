"""Computes a straight line, whose gradient is a number."""


def sigmoid(x):
    return 0.25 * x + 0.5, None


def sigmoid_backward(dout, cache):
    return 0.25 * dout


def tanh_forward(x):
    return 0.9 * x, None


def tanh_backward(dout, cache):
    return 0.9 * dout
