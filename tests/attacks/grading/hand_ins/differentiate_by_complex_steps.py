"""Differentiates its own forward by steps into the complex plane, exact to the last digit."""

import numpy as np


def affine_forward(x, w, b):
    return x.reshape(len(x), -1) @ w + b, (x, w, b)


def affine_backward(dout, cache):
    gradients = []
    for place in range(3):
        inputs = [value.astype(complex) for value in cache]
        gradient = np.zeros(cache[place].shape)
        for index in np.ndindex(gradient.shape):
            inputs[place][index] += 1e-30j
            gradient[index] = np.sum(affine_forward(*inputs)[0].imag * dout) / 1e-30
            inputs[place][index] = cache[place][index]
        gradients.append(gradient)
    return gradients
