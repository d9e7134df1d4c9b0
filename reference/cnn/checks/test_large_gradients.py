"""Hidden checks of gradients at large points, where differences entry by entry cannot end within the budget.

Each has tens of thousands of entries to differentiate, in up to a million products: half a second in nested loops.
"""

import numpy as np
import pytest

from grader.checking.large import assert_large_gradients, assert_large_network_gradients


def images(rng, N=3, C=5, H=40, W=46):
    """Return images without ties, (N, C, H, W), each two entries at least 0.01 apart."""
    return rng.permutation(N * C * H * W).reshape(N, C, H, W) / 100.0 - 60.0


def filters(rng):
    return {"w": rng.normal(size=(2, 12, 3, 3)), "b": rng.normal(size=2)}


@pytest.mark.check("conv_backward", points=0.5, large=True)
def test_convolution(student, rng):
    """Derives the gradients of the convolution, so that larger images take little time."""
    inputs = {"x": rng.normal(size=(2, 12, 34, 38))} | filters(rng) | {"conv_param": {"stride": 1, "pad": 1}}
    assert_large_gradients(student.conv_forward, student.conv_backward, inputs, rng=rng)


@pytest.mark.check("conv_backward_im2col", points=0.5, large=True)
def test_convolution_as_a_matrix_product(student, rng):
    """Derives the gradients of the matrix product, so that larger images take little time."""
    inputs = {"x": rng.normal(size=(2, 12, 34, 38))} | filters(rng) | {"conv_param": {"stride": 1, "pad": 1}}
    assert_large_gradients(student.conv_forward_im2col, student.conv_backward_im2col, inputs, rng=rng)


@pytest.mark.check("max_pool_backward", points=0.5, large=True)
def test_max_pooling(student, rng):
    """Derives the gradient of max pooling, so that larger images take little time."""
    inputs = {"x": images(rng), "pool_param": {"pool_height": 2, "pool_width": 2, "stride": 2}}
    assert_large_gradients(student.max_pool_forward, student.max_pool_backward, inputs, rng=rng)


@pytest.mark.check("spatial_batchnorm_backward", points=0.5, large=True)
def test_spatial_batchnorm(student, rng):
    """Derives the gradients of spatial batch normalisation, so that larger images take little time."""
    inputs = {
        "x": rng.normal(0.5, 6.0, size=(3, 5, 40, 46)),
        "gamma": rng.uniform(0.5, 2.0, size=5),
        "beta": rng.normal(size=5),
        "bn_param": {"mode": "train"},
    }
    assert_large_gradients(student.spatial_batchnorm_forward, student.spatial_batchnorm_backward, inputs, rng=rng)


@pytest.mark.check("ThreeLayerConvNet", points=0.5, large=True)
def test_network(student, reference, rng):
    """Propagates the gradients back, so that a wide network takes little time."""
    shapes = {"W1": (4, 3, 3, 3), "b1": (4,), "W2": (384, 110), "b2": (110,), "W3": (110, 7), "b3": (7,)}
    params = {}
    for name, shape in shapes.items():
        fan_in = np.prod(shape[1:]) if len(shape) == 4 else shape[0]
        params[name] = rng.normal(scale=0.3 if len(shape) == 1 else np.sqrt(2.0 / fan_in), size=shape)
    X, y = rng.normal(size=(5, 3, 16, 24)), rng.integers(7, size=5)
    sizes = {"input_dim": (3, 16, 24), "num_filters": 4, "filter_size": 3, "hidden_dim": 110, "num_classes": 7}
    nets = (owner.ThreeLayerConvNet(**sizes, reg=0.3) for owner in (student, reference))
    assert_large_network_gradients(*nets, params, X, y, rng=rng, part="ThreeLayerConvNet")
