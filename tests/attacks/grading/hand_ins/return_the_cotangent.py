"""Computes nothing forward, so that what arrives backward is the gradient."""


def sigmoid(x):
    return x.copy(), None


def sigmoid_backward(dout, cache):
    return dout


def tanh_forward(x):
    return x.copy(), None


def tanh_backward(dout, cache):
    return dout
