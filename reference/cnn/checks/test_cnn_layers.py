"""Checks of sizes, convolution and pooling that you can run yourself: worked examples and numerical gradients."""

import numpy as np
import pytest

from grader.checking import assert_close, assert_equal, assert_gradients, unpack

# Sizes and costs


@pytest.mark.check("conv_out_size", points=1)
@pytest.mark.parametrize(("n", "f", "s", "p", "expected"), [(32, 5, 1, 2, 32), (7, 3, 2, 0, 3), (8, 3, 2, 0, 3)])
def test_output_size_on_known_numbers(student, n, f, s, p, expected):
    """The size of the output is the one worked out by hand."""
    assert_equal("out_size", student.conv_out_size(n, f, s, p), expected)


@pytest.mark.check("same_padding", points=1)
@pytest.mark.parametrize(("n", "f", "s", "expected"), [(5, 3, 1, (1, 1)), (5, 4, 1, (1, 2)), (6, 3, 2, (0, 1))])
def test_same_padding_on_known_numbers(student, n, f, s, expected):
    """The padding that keeps the size is the one worked out by hand."""
    got = unpack(student.same_padding, student.same_padding(n, f, s))
    for name, mine, want in zip(student.same_padding.returns, got, expected, strict=True):
        assert_equal(name, mine, want)


@pytest.mark.check("conv_param_count", points=1)
def test_parameter_count_on_known_numbers(student):
    """96 filters of 11 x 11 on an RGB image have 34,944 parameters."""
    assert_equal("count", student.conv_param_count(3, 96, 11, 11), 34944)


@pytest.mark.check("conv_memory", points=1)
def test_memory_on_known_numbers(student):
    """Output and parameters take the bytes worked out by hand."""
    conv_param = {"stride": 1, "pad": 2}
    result = student.conv_memory((64, 3, 32, 32), (32, 3, 5, 5), conv_param)
    out_bytes, param_bytes = unpack(student.conv_memory, result)
    assert_equal("out_bytes", out_bytes, 16777216)
    assert_equal("param_bytes", param_bytes, 19456)


# Convolution

IMAGE = np.arange(1.0, 10.0).reshape(1, 1, 3, 3)
KERNEL = np.array([[[[1.0, 2.0], [0.0, -1.0]]]])
BIAS = np.array([10.0])
PLAIN = {"stride": 1, "pad": 0}


@pytest.mark.check("conv_forward", points=1)
def test_convolution_of_a_small_image(student):
    """The convolution gives the numbers worked out by hand."""
    out, _ = unpack(student.conv_forward, student.conv_forward(IMAGE, KERNEL, BIAS, PLAIN))
    assert_close("out", out, [[[[10.0, 12.0], [16.0, 18.0]]]])


@pytest.mark.check("conv_forward", points=1)
@pytest.mark.parametrize(
    ("height", "width", "stride", "expected"),
    [
        pytest.param(1, 4, 1, [[0.5, 51.5, 62.5, 73.5, 84.5, 0.5], [0.5, 1.5, 2.5, 3.5, 4.5, 0.5]], id="stride 1"),
        pytest.param(2, 5, 2, [[0.5, 122.5, 144.5, 0.5], [0.5, 7.5, 9.5, 0.5]], id="stride 2"),
    ],
)
def test_convolution_with_padding_and_stride(student, height, width, stride, expected):
    """The convolution adds its border of zeros on all four sides, and strides over it."""
    x = np.arange(1.0, 1.0 + 2 * height * width).reshape(1, 2, height, width)
    w = np.array([[[[1.0], [1.0]], [[0.0], [10.0]]]])
    out, _ = unpack(student.conv_forward, student.conv_forward(x, w, np.array([0.5]), {"stride": stride, "pad": 1}))
    assert_close("out", out, [[expected]])


def small_layer(stride, pad):
    """Return a layer with fixed numbers in which height, width and all other sizes differ."""
    numbers = np.random.default_rng(3)
    return {
        "x": numbers.normal(size=(2, 3, 4, 7)),
        "w": numbers.normal(size=(5, 3, 2, 3)),
        "b": numbers.normal(size=5),
        "conv_param": {"stride": stride, "pad": pad},
    }


PADDING_AND_STRIDE = pytest.mark.parametrize(
    ("stride", "pad"), [pytest.param(1, 1, id="one pixel of padding"), pytest.param(2, 0, id="no padding, stride 2")]
)


@pytest.mark.check("conv_backward", points=1)
@PADDING_AND_STRIDE
def test_convolution_gradients_agree_with_differences(student, rng, stride, pad):
    """The gradients of the convolution agree with differences of your own conv_forward."""
    assert_gradients(student.conv_forward, student.conv_backward, small_layer(stride, pad), rng=rng)


# Pooling

SMALL = np.array([[[[1.0, 5.0, 2.0], [3.0, 4.0, 0.0]]]])
WINDOWS = {"pool_height": 2, "pool_width": 2, "stride": 1}
# No two numbers are equal: where the largest is not unique, the gradient is not defined.
MANY = np.random.default_rng(4).permutation(120).reshape(2, 3, 4, 5) / 10.0 - 6.03
OVERLAPPING = {"pool_height": 2, "pool_width": 3, "stride": 2}


@pytest.mark.check("max_pool_forward", points=1)
def test_max_pooling_of_a_small_image(student):
    """Max pooling gives the numbers worked out by hand, for negative numbers too."""
    out, _ = unpack(student.max_pool_forward, student.max_pool_forward(SMALL, WINDOWS))
    assert_close("out", out, [[[[5.0, 5.0]]]])
    out, _ = unpack(student.max_pool_forward, student.max_pool_forward(SMALL - 6.0, WINDOWS))
    assert_close("out", out, [[[[-1.0, -1.0]]]])


@pytest.mark.check("max_pool_backward", points=1)
@pytest.mark.parametrize(
    "pool_param",
    [
        pytest.param(OVERLAPPING, id="wide windows"),
        pytest.param({"pool_height": 2, "pool_width": 2, "stride": 1}, id="overlapping windows"),
    ],
)
def test_max_pooling_gradient_agrees_with_differences(student, rng, pool_param):
    """The gradient of max pooling agrees with differences of your own max_pool_forward."""
    inputs = {"x": MANY, "pool_param": pool_param}
    assert_gradients(student.max_pool_forward, student.max_pool_backward, inputs, rng=rng)


@pytest.mark.check("avg_pool_forward", points=0.5)
def test_average_pooling_of_a_small_image(student):
    """Average pooling gives the numbers worked out by hand."""
    out, _ = unpack(student.avg_pool_forward, student.avg_pool_forward(SMALL, WINDOWS))
    assert_close("out", out, [[[[3.25, 2.75]]]])


@pytest.mark.check("avg_pool_backward", points=0.5)
def test_average_pooling_gradient_agrees_with_differences(student, rng):
    """The gradient of average pooling agrees with differences of your own avg_pool_forward."""
    inputs = {"x": MANY, "pool_param": OVERLAPPING}
    assert_gradients(student.avg_pool_forward, student.avg_pool_backward, inputs, rng=rng)


@pytest.mark.check("global_avg_pool_forward", points=0.5)
def test_global_average_pooling_of_a_small_image(student):
    """Global average pooling gives the mean of each channel."""
    x = np.concatenate([SMALL, SMALL + 10.0], axis=1)
    out, _ = unpack(student.global_avg_pool_forward, student.global_avg_pool_forward(x))
    assert_close("out", out, [[2.5, 12.5]])


@pytest.mark.check("global_avg_pool_backward", points=0.5)
def test_global_average_pooling_gradient_agrees_with_differences(student, rng):
    """The gradient of global average pooling agrees with differences of your own global_avg_pool_forward."""
    assert_gradients(student.global_avg_pool_forward, student.global_avg_pool_backward, {"x": MANY}, rng=rng)


@pytest.mark.check("flatten_forward", points=0.5)
def test_rows_of_small_images(student):
    """Flattening lays out each image as a row, channel by channel."""
    x = np.arange(12.0).reshape(2, 3, 1, 2)
    out, _ = unpack(student.flatten_forward, student.flatten_forward(x))
    assert_close("out", out, [[0.0, 1.0, 2.0, 3.0, 4.0, 5.0], [6.0, 7.0, 8.0, 9.0, 10.0, 11.0]])


@pytest.mark.check("flatten_backward", points=0.5)
def test_flattening_gradient_agrees_with_differences(student, rng):
    """The gradient of flattening agrees with differences of your own flatten_forward."""
    assert_gradients(student.flatten_forward, student.flatten_backward, {"x": MANY}, rng=rng)


# Convolution as one matrix product


@pytest.mark.check("im2col", points=1)
def test_windows_of_a_small_image(student):
    """The rows of the matrix are the windows, as worked out by hand."""
    cols = student.im2col(np.arange(1.0, 7.0).reshape(1, 1, 2, 3), 2, 2, 1, 0)
    assert_close("cols", cols, [[1.0, 2.0, 4.0, 5.0], [2.0, 3.0, 5.0, 6.0]])


@pytest.mark.check("im2col", points=1)
def test_windows_of_two_channels(student):
    """A row of the matrix holds one channel after the other, and windows start in the padding."""
    cols = student.im2col(np.array([[[[1.0, 2.0]], [[3.0, 4.0]]]]), 3, 2, 2, 1)
    first = [0.0, 0.0, 0.0, 1.0, 0.0, 0.0, 0.0, 0.0, 0.0, 3.0, 0.0, 0.0]
    second = [0.0, 0.0, 2.0, 0.0, 0.0, 0.0, 0.0, 0.0, 4.0, 0.0, 0.0, 0.0]
    assert_close("cols", cols, [first, second])


@pytest.mark.check("col2im", points=1)
def test_small_image_of_windows(student):
    """Pixels that were copied twice come back twice as large, as worked out by hand."""
    x = student.col2im(np.array([[1.0, 2.0, 4.0, 5.0], [2.0, 3.0, 5.0, 6.0]]), (1, 1, 2, 3), 2, 2, 1, 0)
    assert_close("x", x, [[[[1.0, 4.0, 3.0], [4.0, 10.0, 6.0]]]])


@pytest.mark.check("conv_forward_im2col", points=1)
def test_matrix_product_on_a_small_image(student):
    """The convolution as one matrix product gives the numbers worked out by hand."""
    result = student.conv_forward_im2col(IMAGE, KERNEL, BIAS, PLAIN)
    out, _ = unpack(student.conv_forward_im2col, result)
    assert_close("out", out, [[[[10.0, 12.0], [16.0, 18.0]]]])


@pytest.mark.check("conv_backward_im2col", points=1)
@PADDING_AND_STRIDE
def test_gradients_of_the_matrix_product_agree_with_differences(student, rng, stride, pad):
    """The gradients of the matrix product agree with differences of your own conv_forward_im2col."""
    assert_gradients(student.conv_forward_im2col, student.conv_backward_im2col, small_layer(stride, pad), rng=rng)
