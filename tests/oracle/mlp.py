"""Entries of the assignment mlp."""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.random import RandomState

from grader.session.student import Student
from tests.oracle.draws import Arguments, Maker, dense_params, labels, normal, random_shape, sizes
from tests.oracle.entry import function, loss, network, pair


def elementwise(*shape: int) -> Maker:
    return lambda rng: {"x": 2.0 * normal(rng, *shape)}


def with_large_numbers(rng: RandomState) -> Arguments:
    # Not large alone: where all slopes are as good as zero, nothing but rounding is left to compare.
    return {"x": np.array([[2.0], [300.0]]) * normal(rng, 2, 4)}


def random_elementwise(rng: RandomState) -> Arguments:
    return {"x": 2.0 * normal(rng, *sizes(rng, int(rng.randint(1, 5))))}


ELEMENTWISE = {
    "two axes": elementwise(4, 3),
    "batch 1": elementwise(1, 5),
    "images": elementwise(2, 3, 1, 2),
    "large numbers": with_large_numbers,
    "random shape": random_elementwise,
}


def leaky(slope: float, *shape: int) -> Maker:
    return lambda rng: {"x": 2.0 * normal(rng, *shape), "slope": slope}


LEAKY = {
    "two axes": leaky(0.1, 4, 3),
    "batch 1": leaky(0.3, 1, 5),
    "images": leaky(0.01, 2, 3, 1, 2),
    "slope 0": leaky(0.0, 5, 2),
    "slope 1": leaky(1.0, 5, 2),
    "random shape": lambda rng: leaky(0.2, *sizes(rng, int(rng.randint(1, 5))))(rng),
}


def affine(N: int, sample: tuple[int, ...], M: int) -> Maker:
    def make(rng: RandomState) -> Arguments:
        return {"x": normal(rng, N, *sample), "w": normal(rng, int(np.prod(sample)), M), "b": normal(rng, M)}

    return make


def random_affine(rng: RandomState) -> Arguments:
    N, M, *sample = sizes(rng, int(rng.randint(3, 6)))
    return affine(N, tuple(sample), M)(rng)


AFFINE = {
    "images": affine(3, (2, 1, 4), 5),
    "batch 1": affine(1, (3,), 2),
    "one feature, one output": affine(4, (1,), 1),
    "random shape": random_affine,
}


def classes(N: int, C: int, scale: float = 1.0) -> Maker:
    return lambda rng: {"x": scale * normal(rng, N, C), "y": labels(rng, C, N)}


SCORES = {
    "five classes": classes(4, 5),
    "batch 1": classes(1, 3),
    "one class": classes(3, 1),
    "large scores": classes(4, 3, scale=1000.0),
    "random shape": random_shape(classes, 2),
}


def regression(N: int, D: int) -> Maker:
    return lambda rng: {"pred": normal(rng, N, D), "y": normal(rng, N, D)}


REGRESSION = {
    "three features": regression(4, 3),
    "batch 1": regression(1, 3),
    "one feature": regression(5, 1),
    "random shape": random_shape(regression, 2),
}


def probabilities(*shape: int) -> Maker:
    def make(rng: RandomState) -> Arguments:
        return {"p": rng.uniform(0.05, 0.95, size=shape), "y": labels(rng, 2, *shape)}

    return make


def certain(rng: RandomState) -> Arguments:
    """Return probabilities of exactly 0 and 1 that are right and wrong, among others."""
    p = np.concatenate([[0.0, 0.0, 1.0, 1.0], rng.uniform(0.05, 0.95, size=2)])
    return {"p": p, "y": np.array([0, 1, 0, 1, 0, 1])}


BINARY = {
    "flat": probabilities(5),
    "a column": probabilities(4, 1),
    "batch 1": probabilities(1),
    "exactly 0 and 1": certain,
    "random size": random_shape(probabilities, 1),
}


def logits(*shape: int, scale: float = 2.0) -> Maker:
    return lambda rng: {"z": scale * normal(rng, *shape), "y": labels(rng, 2, *shape).astype(np.float64)}


LOGITS = {
    "flat": logits(5),
    "a column": logits(4, 1),
    "batch 1": logits(1),
    "large logits": logits(6, scale=400.0),
    "random size": random_shape(logits, 1),
}


def linear(N: int, D: int, C: int, reg: float) -> Maker:
    return lambda rng: {"W": normal(rng, D, C), "X": normal(rng, N, D), "y": labels(rng, C, N), "reg": reg}


LINEAR = {
    "with a penalty": linear(5, 4, 3, 0.3),
    "without a penalty": linear(4, 2, 5, 0.0),
    "batch 1": linear(1, 3, 4, 0.7),
    "one feature": linear(3, 1, 2, 0.1),
    "random shape": random_shape(linear, 3, reg=0.5),
}


def circles(m: int, n: int, h: int) -> Maker:
    return lambda rng: {"X": normal(rng, m, n), "W_1": normal(rng, n + 1, h), "W_2": normal(rng, h + 1, 1)}


def step_on_circles(m: int, n: int, h: int, learning_rate: float) -> Maker:
    def make(rng: RandomState) -> Arguments:
        given = circles(m, n, h)(rng)
        y = labels(rng, 2, m, 1).astype(np.float64)
        return {"X": given["X"], "y": y, "W_1": given["W_1"], "W_2": given["W_2"], "learning_rate": learning_rate}

    return make


CIRCLES = {
    "2-4-1": circles(5, 2, 4),
    "batch 1": circles(1, 2, 4),
    "one input, one hidden unit": circles(3, 1, 1),
    "random shape": random_shape(circles, 3),
}
STEPS = {
    "2-4-1": step_on_circles(5, 2, 4, 0.5),
    "batch 1": step_on_circles(1, 2, 4, 5.0),
    "one input, one hidden unit": step_on_circles(3, 1, 1, 1.0),
    "random shape": random_shape(step_on_circles, 3, learning_rate=2.0),
}


def dense(N: int, sample: tuple[int, ...], widths: tuple[int, ...], reg: float) -> Maker:
    def make(rng: RandomState) -> Arguments:
        params = dense_params(rng, int(np.prod(sample)), *widths)
        return {"params": params, "X": normal(rng, N, *sample), "y": labels(rng, widths[-1], N), "reg": reg}

    return make


def random_dense(rng: RandomState) -> Arguments:
    N, D, H, C = sizes(rng, 4)
    return dense(N, (D, 2), (H, C + 1), reg=0.5)(rng)


TWO_LAYERS = {
    "with a penalty": dense(5, (4,), (6, 3), 0.3),
    "images, batch 1": dense(1, (2, 1, 3), (4, 3), 0.0),
    "one hidden unit": dense(3, (2,), (1, 2), 0.1),
    "random shape": random_dense,
}
MORE_LAYERS = {
    "one hidden layer": dense(4, (3,), (5, 2), 0.2),
    "three hidden layers": dense(5, (4,), (6, 3, 5, 2), 0.3),
    "images, batch 1": dense(1, (2, 1, 3), (4, 5, 3), 0.0),
    "one unit in the middle": dense(3, (2,), (3, 1, 2, 4), 0.1),
}


def two_layer_net(reference: Student, given: Arguments) -> Any:
    (D, H), C = given["params"]["W1"].shape, given["params"]["b2"].size
    return reference.TwoLayerNet(D, H, C, reg=given["reg"])


def fully_connected_net(reference: Student, given: Arguments) -> Any:
    params = given["params"]
    *hidden_dims, C = [params[f"b{layer}"].size for layer in range(1, len(params) // 2 + 1)]
    return reference.FullyConnectedNet(hidden_dims, params["W1"].shape[0], C, reg=given["reg"])


ENTRIES = (
    pair("sigmoid", [("sigmoid", "sigmoid_backward")], ELEMENTWISE, wrt="x"),
    function("derivative_sigmoid", "derivative_sigmoid", ELEMENTWISE, returns="ds"),
    pair("tanh", [("tanh_forward", "tanh_backward")], ELEMENTWISE, wrt="x"),
    pair("relu", [("relu_forward", "relu_backward")], ELEMENTWISE, wrt="x"),
    pair("leaky_relu", [("leaky_relu_forward", "leaky_relu_backward")], LEAKY, wrt="x"),
    pair("gelu", [("gelu_forward", "gelu_backward")], ELEMENTWISE, wrt="x"),
    pair("affine", [("affine_forward", "affine_backward")], AFFINE, wrt="x w b"),
    pair("affine_relu", [("affine_relu_forward", "affine_relu_backward")], AFFINE, wrt="x w b"),
    loss("softmax_loss", "softmax_loss", SCORES, wrt="x"),
    loss("svm_loss", "svm_loss", SCORES, wrt="x"),
    loss("mse_loss", "mse_loss", REGRESSION, wrt="pred"),
    loss("bce_loss", "bce_loss", BINARY, wrt="p"),
    loss("bce_with_logits", "bce_with_logits", LOGITS, wrt="z"),
    loss("softmax_classifier", "softmax_loss_naive softmax_loss_vectorized", LINEAR, wrt="W"),
    loss("svm_classifier", "svm_loss_naive svm_loss_vectorized", LINEAR, wrt="W"),
    function("predict_proba", "predict_proba", CIRCLES, returns="p"),
    function("train_step", "train_step", STEPS, returns="W_1 W_2 loss"),
    network("two_layer_net", "TwoLayerNet", TWO_LAYERS, two_layer_net, inputs="X y"),
    network("fully_connected_net", "FullyConnectedNet", MORE_LAYERS, fully_connected_net, inputs="X y"),
)
