"""Entries of the assignment cnn."""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.random import RandomState

from grader.session.student import Student
from tests.oracle.comparison import Results
from tests.oracle.draws import Arguments, Maker, labels, normal, positive, random_shape, sizes
from tests.oracle.entry import Cotangents, Entry, Gradient, Output, function, network, pair, spread, values_only
from tests.oracle.training import RUNNING

PART = "ThreeLayerConvNet"


# Sizes.


def fixed(**given: object) -> Maker:
    return lambda rng: dict(given)


OUT_SIZES = {
    "kept": fixed(n=32, f=5, s=1, p=2),
    "a rest": fixed(n=8, f=3, s=2, p=0),
    "stride longer than the filter": fixed(n=9, f=2, s=5, p=0),
    "padding larger than the filter": fixed(n=4, f=2, s=1, p=3),
    "a single pixel": fixed(n=1, f=1, s=1, p=0),
}
SAME_PADDINGS = {
    "odd filter": fixed(n=5, f=3, s=1),
    "even filter": fixed(n=5, f=4, s=1),
    "stride 2": fixed(n=6, f=3, s=2),
    "stride longer than the filter": fixed(n=10, f=2, s=5),
    "filter larger than the image": fixed(n=2, f=7, s=3),
}


# Convolution and its windows.


def windows(length: int, size: int, stride: int, pad: int) -> int:
    """Return the nearest length from ``length`` on that windows tile when it is padded."""
    return length + (size - length - 2 * pad) % stride


def convolution(x_shape: tuple[int, ...], F: int, size: tuple[int, int], stride: int, pad: int) -> Maker:
    """Return a maker of images and filters; the images are enlarged until the windows tile."""

    def make(rng: RandomState) -> Arguments:
        N, C, *lengths = x_shape
        fitting = [windows(length, each, stride, pad) for length, each in zip(lengths, size, strict=True)]
        return {
            "x": normal(rng, N, C, *fitting),
            "w": normal(rng, F, C, *size),
            "b": normal(rng, F),
            "conv_param": {"stride": stride, "pad": pad},
        }

    return make


def random_convolution(rng: RandomState) -> Arguments:
    HH, WW, stride, F, N, C = sizes(rng, 6, 1, 3)
    pad = int(rng.randint(0, 4))
    return convolution((N, C, *sizes(rng, 2, 3, 6)), F, (HH, WW), stride, pad)(rng)


CONVOLUTIONS = {
    "stride 1, same size": convolution((2, 3, 4, 5), 4, (3, 3), 1, 1),
    "stride larger than the filter": convolution((2, 2, 7, 8), 3, (2, 1), 3, 0),
    "padding larger than the filter": convolution((2, 1, 3, 2), 2, (1, 2), 1, 3),
    "batch 1, one channel, one filter": convolution((1, 1, 4, 6), 1, (2, 3), 2, 1),
    "filter as large as the image": convolution((3, 2, 3, 4), 2, (3, 4), 1, 0),
    "random shape": random_convolution,
    "another random shape": random_convolution,
}


def patches(maker: Maker) -> Maker:
    """Return a maker of the images of a convolution, and the windows of its filters."""

    def make(rng: RandomState) -> Arguments:
        given = maker(rng)
        HH, WW = given["w"].shape[2:]
        return {"x": given["x"], "HH": HH, "WW": WW, **given["conv_param"]}

    return make


PATCHES = {name: patches(maker) for name, maker in CONVOLUTIONS.items()}


def run_im2col(reference: Student, given: Arguments, cotangent: Cotangents) -> Results:
    """Return the windows of the images, and random windows added up: col2im is the backward of im2col."""
    x, *geometry = given.values()
    cols = reference.im2col(x, *geometry)
    summed = reference.col2im(cotangent(0, cols.shape), x.shape, *geometry)
    return spread([("im2col", "cols"), ("col2im", "x")], [cols, summed])


IM2COL = Entry(
    formula="im2col",
    cases=PATCHES,
    outputs=(Output((("im2col", "cols"),), "random"),),
    gradients=(Gradient((("col2im", "x"),), "x"),),
    run=run_im2col,
)


# Pooling.


def pooling(x_shape: tuple[int, ...], height: int, width: int, stride: int) -> Maker:
    """Return a maker of images, enlarged until the windows tile."""

    def make(rng: RandomState) -> Arguments:
        N, C, H, W = x_shape
        x = normal(rng, N, C, windows(H, height, stride, 0), windows(W, width, stride, 0))
        return {"x": x, "pool_param": {"pool_height": height, "pool_width": width, "stride": stride}}

    return make


def random_pooling(rng: RandomState) -> Arguments:
    N, C, height, width, stride = sizes(rng, 5, 1, 3)
    return pooling((N, C, *sizes(rng, 2, 3, 6)), height, width, stride)(rng)


POOLINGS = {
    "2 x 2": pooling((2, 3, 4, 6), 2, 2, 2),
    "overlapping windows": pooling((2, 2, 4, 5), 3, 2, 1),
    "stride larger than the window": pooling((2, 1, 7, 8), 2, 1, 3),
    "batch 1, one channel, one window": pooling((1, 1, 3, 4), 3, 4, 1),
    "random shape": random_pooling,
}


def images(*shape: int) -> Maker:
    return lambda rng: {"x": normal(rng, *shape)}


IMAGES = {
    "three channels": images(2, 3, 4, 5),
    "batch 1": images(1, 2, 3, 2),
    "one pixel": images(3, 2, 1, 1),
    "random shape": random_shape(images, 4),
}


# Normalisation.


def batch(N: int, C: int, H: int, W: int, running: bool = False, **settings: object) -> Maker:
    def make(rng: RandomState) -> Arguments:
        bn_param: dict[str, Any] = {"mode": "train", **settings}
        if running:
            bn_param |= {"running_mean": normal(rng, C), "running_var": positive(rng, C)}
        return {
            "x": 2.0 * normal(rng, N, C, H, W) + 1.0,
            "gamma": normal(rng, C),
            "beta": normal(rng, C),
            "bn_param": bn_param,
        }

    return make


BATCHES = {
    "the first batch": batch(3, 2, 4, 5),
    "a later batch": batch(2, 4, 3, 2, running=True, momentum=0.7, eps=0.1),
    "batch 1": batch(1, 3, 2, 4, running=True),
    "one pixel, one channel": batch(4, 1, 1, 1),
    "random shape": random_shape(batch, 4, 2, 4, running=True),
}
TEST_BATCHES = {
    "a batch": batch(2, 3, 2, 4, running=True, mode="test"),
    "batch 1": batch(1, 4, 3, 1, running=True, mode="test", eps=0.2),
}


def grouped(N: int, C: int, H: int, W: int, G: int, **gn_param: float) -> Maker:
    return lambda rng: {
        "x": 2.0 * normal(rng, N, C, H, W) + 1.0,
        "gamma": normal(rng, 1, C, 1, 1),
        "beta": normal(rng, 1, C, 1, 1),
        "G": G,
        "gn_param": dict(gn_param),
    }


def random_groups(rng: RandomState) -> Arguments:
    G, each, N, H, W = sizes(rng, 5, 1, 3)
    return grouped(N, G * each, H, W + 1, G)(rng)


GROUPED = {
    "two groups of three": grouped(2, 6, 3, 4, 2),
    "one group": grouped(3, 4, 2, 3, 1, eps=0.1),
    "a group a channel": grouped(2, 3, 4, 2, 3),
    "batch 1, one pixel": grouped(1, 6, 1, 1, 2),
    "random shape": random_groups,
}


# The network.


def convnet_params(rng: RandomState, image: tuple[int, int, int], F: int, f: int, M: int, K: int) -> Arguments:
    C, H, W = image
    return {
        "W1": normal(rng, F, C, f, f),
        "b1": normal(rng, F),
        "W2": normal(rng, F * (H // 2) * (W // 2), M),
        "b2": normal(rng, M),
        "W3": normal(rng, M, K),
        "b3": normal(rng, K),
    }


def convnet(
    N: int, image: tuple[int, int, int], *, F: int = 2, f: int = 3, M: int = 4, K: int = 3, reg: float = 0.0
) -> Maker:
    def make(rng: RandomState) -> Arguments:
        params = convnet_params(rng, image, F, f, M, K)
        return {"params": params, "X": normal(rng, N, *image), "y": labels(rng, K, N), "reg": reg}

    return make


CONVNETS = {
    "penalty, not square": convnet(3, (2, 4, 6), reg=0.3),
    "batch 1": convnet(1, (1, 4, 4)),
    "one filter of one pixel": convnet(2, (3, 2, 4), F=1, f=1, reg=0.1),
    "filter larger than the image": convnet(2, (1, 2, 4), f=5, M=3, K=2),
}
LOOKS = {
    "not square": convnet(3, (2, 4, 6)),
    "batch 1": convnet(1, (3, 2, 4), F=3, K=2),
}


def build(reference: Student, given: Arguments) -> Any:
    params, image = given["params"], given["X"].shape[1:]
    F, _, f, _ = params["W1"].shape
    M, K = params["W3"].shape
    return reference.ThreeLayerConvNet(image, F, f, M, K, reg=given.get("reg", 0.0))


def built(reference: Student, given: Arguments) -> Any:
    net = build(reference, given)
    net.params = given["params"]
    return net


def run_scores(reference: Student, given: Arguments, cotangent: Cotangents) -> Results:
    """Return the scores, and what the methods of the network say of their gradients."""
    net = built(reference, given)
    scores, cache = net.forward(given["X"])
    dscores = cotangent(0, scores.shape)
    dX, grads = net.backward(dscores, cache)
    names = [(PART, name) for name in ("forward", "backward.dX", "backward.grads", "input_gradient")]
    return spread(names, [scores, dX, grads, net.input_gradient(given["X"], dscores)])


SCORES = Entry(
    formula="convnet_scores",
    cases=LOOKS,
    outputs=(Output(((PART, "forward"),), "random"),),
    gradients=(
        Gradient(((PART, "backward.dX"), (PART, "input_gradient")), "X"),
        Gradient(((PART, "backward.grads"),), "params"),
    ),
    run=run_scores,
)


def run_feature_maps(reference: Student, given: Arguments, cotangent: Cotangents) -> Results:
    maps = reference.feature_maps(built(reference, given), given["X"])
    return spread([("feature_maps", "maps")], [maps])


def run_saliency_map(reference: Student, given: Arguments, cotangent: Cotangents) -> Results:
    saliency = reference.saliency_map(built(reference, given), given["X"], given["y"])
    return spread([("saliency_map", "saliency")], [saliency])


def climbing(num_steps: int, **sizes_of_net: int) -> Maker:
    """Return a maker of a network and the way uphill from noise; ``X`` only tells the shape of an image."""

    def make(rng: RandomState) -> Arguments:
        given = convnet(1, (2, 4, 6), **sizes_of_net)(rng)
        # Where no unit is alive there is no way uphill.
        for bias in ("b1", "b2"):
            given["params"][bias] += 3.0
        return given | {"label": 1, "num_steps": num_steps, "learning_rate": 0.3}

    return make


CLIMBS = {"one step": climbing(1, M=9), "five steps": climbing(5, F=3, M=12, K=2)}


def climbed(reference: Student, given: Arguments, num_steps: int) -> Any:
    rng = np.random.default_rng(0)
    net = built(reference, given)
    return reference.maximise_activation(net, given["label"], num_steps, given["learning_rate"], rng)


def run_maximise_activation(reference: Student, given: Arguments, cotangent: Cotangents) -> Results:
    image = climbed(reference, given, given["num_steps"])
    return spread([("maximise_activation", "image")], [image])


def with_start(reference: Student, given: Arguments) -> Arguments:
    """Add the noise from which the reference starts: what it returns after no step."""
    return given | {"start": climbed(reference, given, 0)}


MAXIMISE_ACTIVATION = Entry(
    formula="maximise_activation",
    cases=CLIMBS,
    outputs=(Output((("maximise_activation", "image"),)),),
    gradients=(),
    run=run_maximise_activation,
    prepare=with_start,
)

ENTRIES = (
    function("conv_out_size", "conv_out_size", OUT_SIZES, returns="out_size"),
    function("same_padding", "same_padding", SAME_PADDINGS, returns="before after"),
    pair(
        "conv",
        [("conv_forward", "conv_backward"), ("conv_forward_im2col", "conv_backward_im2col")],
        CONVOLUTIONS,
        wrt="x w b",
    ),
    IM2COL,
    pair("max_pool", [("max_pool_forward", "max_pool_backward")], POOLINGS, wrt="x"),
    pair("avg_pool", [("avg_pool_forward", "avg_pool_backward")], POOLINGS, wrt="x"),
    pair("global_avg_pool", [("global_avg_pool_forward", "global_avg_pool_backward")], IMAGES, wrt="x"),
    pair("flatten", [("flatten_forward", "flatten_backward")], IMAGES, wrt="x"),
    pair(
        "spatial_batchnorm",
        [("spatial_batchnorm_forward", "spatial_batchnorm_backward")],
        BATCHES,
        wrt="x gamma beta",
        state=RUNNING,
    ),
    function("spatial_batchnorm_in_use", "spatial_batchnorm_forward", TEST_BATCHES, returns="out", state=RUNNING),
    pair(
        "spatial_groupnorm",
        [("spatial_groupnorm_forward", "spatial_groupnorm_backward")],
        GROUPED,
        wrt="x gamma beta",
    ),
    network("convnet", PART, CONVNETS, build, inputs="X y"),
    SCORES,
    values_only("feature_maps", LOOKS, [("feature_maps", "maps")], run_feature_maps),
    values_only("saliency_map", LOOKS, [("saliency_map", "saliency")], run_saliency_map),
    MAXIMISE_ACTIVATION,
)
