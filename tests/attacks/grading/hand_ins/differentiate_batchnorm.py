"""Differentiates batch normalisation entry by entry in the place of a derivation."""

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


def batchnorm_forward(x, gamma, beta, bn_param):
    eps, momentum = bn_param.get("eps", 1e-5), bn_param.get("momentum", 0.9)
    mean = bn_param.setdefault("running_mean", np.zeros(x.shape[1]))
    var = bn_param.setdefault("running_var", np.zeros(x.shape[1]))
    if bn_param["mode"] == "train":
        mean, var = x.mean(axis=0), x.var(axis=0)
        bn_param["running_mean"] = momentum * bn_param["running_mean"] + (1 - momentum) * mean
        bn_param["running_var"] = momentum * bn_param["running_var"] + (1 - momentum) * var
    return gamma * (x - mean) / np.sqrt(var + eps) + beta, [x, gamma, beta, bn_param]


def batchnorm_backward(dout, cache):
    return by_differences(batchnorm_forward, cache, dout, (0, 1, 2), 1e-4)
