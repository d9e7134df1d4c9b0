"""Hidden checks of the sizes and costs of a convolutional layer."""

import numpy as np
import pytest

from grader.checking import assert_equal, fail, unpack

HINT = "Work one example through by hand: write down where each window begins and ends."


def assert_whole(name, got, expected):
    """Require the expected number, as an int: arrays cannot be made with a float for a size."""
    if isinstance(got, float | np.floating):
        summary = f"{name} is a float, expected an int."
        raise fail(summary, name="wrong-type", hint="Which division of Python gives a whole number?")
    assert_equal(name, got, expected, hint=HINT)


@pytest.mark.check("conv_out_size", points=2)
@pytest.mark.parametrize(
    ("n", "f", "s", "p"),
    [
        pytest.param(7, 3, 1, 0, id="no padding"),
        pytest.param(6, 3, 1, 2, id="padding"),
        pytest.param(9, 3, 2, 0, id="stride 2"),
        pytest.param(8, 4, 3, 1, id="stride 3"),
        pytest.param(8, 3, 2, 0, id="the last pixel is left over"),
        pytest.param(11, 3, 3, 1, id="stride 3, one pixel left over"),
        pytest.param(6, 1, 1, 0, id="a filter of one pixel"),
        pytest.param(5, 5, 2, 0, id="a filter as large as the input"),
        pytest.param(2, 5, 1, 2, id="a filter larger than the input"),
    ],
)
def test_output_size(student, reference, n, f, s, p):
    """Counts how many times a filter fits along one axis."""
    assert_whole("out_size", student.conv_out_size(n, f, s, p), reference.conv_out_size(n, f, s, p))


@pytest.mark.check("same_padding", points=2)
@pytest.mark.parametrize(
    ("n", "f", "s"),
    [
        pytest.param(5, 3, 1, id="odd filter"),
        pytest.param(6, 4, 1, id="even filter"),
        pytest.param(4, 7, 1, id="a filter larger than the input"),
        pytest.param(6, 3, 2, id="stride 2"),
        pytest.param(7, 4, 2, id="stride 2 with a rest"),
        pytest.param(10, 5, 3, id="stride 3 with a rest"),
        pytest.param(9, 4, 3, id="stride 3"),
        pytest.param(6, 1, 1, id="a filter of one pixel"),
        pytest.param(6, 1, 3, id="gaps between windows"),
        pytest.param(6, 2, 4, id="a window that ends inside"),
    ],
)
def test_same_padding(student, reference, n, f, s):
    """Gives the zeros before and after that keep the size."""
    expected = reference.same_padding(n, f, s)
    got = unpack(student.same_padding, student.same_padding(n, f, s))
    for name, mine, want in zip(student.same_padding.returns, got, expected, strict=True):
        assert_equal(name, mine, want, hint=HINT)


@pytest.mark.check("conv_param_count", points=1)
@pytest.mark.parametrize(
    ("C", "F", "HH", "WW"),
    [
        pytest.param(4, 6, 3, 3, id="square filters"),
        pytest.param(3, 4, 5, 2, id="tall filters"),
        pytest.param(1, 7, 2, 3, id="one channel"),
        pytest.param(5, 1, 3, 4, id="one filter"),
    ],
)
def test_parameter_count(student, reference, C, F, HH, WW):
    """Counts the weights and biases of a convolutional layer."""
    hint = "Draw one filter with all the channels it looks at, and count its numbers."
    assert_equal("count", student.conv_param_count(C, F, HH, WW), reference.conv_param_count(C, F, HH, WW), hint=hint)


@pytest.mark.check("conv_memory", points=2)
@pytest.mark.parametrize(
    ("x_shape", "w_shape", "stride", "pad", "bytes_per_number"),
    [
        pytest.param((2, 3, 5, 5), (4, 3, 3, 3), 1, 1, 8, id="the size is kept"),
        pytest.param((5, 4, 9, 9), (7, 4, 3, 3), 2, 0, 8, id="the size is halved"),
        pytest.param((3, 2, 4, 7), (5, 2, 3, 3), 1, 0, 8, id="wide images"),
        pytest.param((3, 2, 8, 8), (5, 2, 3, 2), 1, 2, 8, id="tall filters"),
        pytest.param((1, 3, 6, 5), (4, 3, 2, 3), 1, 0, 8, id="batch of one"),
        pytest.param((2, 5, 6, 7), (3, 5, 4, 3), 2, 1, 4, id="four bytes a number"),
    ],
)
def test_memory(student, reference, x_shape, w_shape, stride, pad, bytes_per_number):
    """Gives the bytes that output and parameters take."""
    args = (x_shape, w_shape, {"stride": stride, "pad": pad}, bytes_per_number)
    got = unpack(student.conv_memory, student.conv_memory(*args))
    hint = "How many numbers are there: one for each sample, or one for all of them?"
    for name, mine, want in zip(student.conv_memory.returns, got, reference.conv_memory(*args), strict=True):
        assert_equal(name, mine, want, hint=hint)
