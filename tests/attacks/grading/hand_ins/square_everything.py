"""Computes squares in the place of every activation, with the right gradients of squares."""


def sigmoid(x):
    return x * x, x


def tanh_forward(x):
    return x * x, x


def relu_forward(x):
    return x * x, x


def sigmoid_backward(dout, cache):
    return 2.0 * cache * dout


tanh_backward = relu_backward = sigmoid_backward
