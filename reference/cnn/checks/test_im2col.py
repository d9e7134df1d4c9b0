"""Hidden checks of convolution as one matrix product: layout, sums over overlaps, agreement with the loops, speed."""

import numpy as np
import pytest

from grader.checking import assert_gradients, assert_matches
from grader.checking.speed import assert_fast

LAYOUTS = pytest.mark.parametrize(
    ("images", "window", "stride", "pad"),
    [
        pytest.param((1, 1, 4, 4), (2, 2), 1, 0, id="one square image of one channel"),
        pytest.param((3, 1, 4, 4), (2, 2), 1, 0, id="a batch"),
        pytest.param((1, 3, 4, 4), (2, 2), 1, 0, id="several channels"),
        pytest.param((1, 1, 3, 5), (2, 2), 1, 0, id="wide image"),
        pytest.param((1, 1, 5, 5), (2, 3), 1, 0, id="wide windows"),
        pytest.param((1, 1, 5, 5), (3, 2), 1, 0, id="tall windows"),
        pytest.param((1, 1, 7, 7), (3, 3), 2, 0, id="stride 2, overlapping windows"),
        pytest.param((1, 1, 8, 8), (2, 2), 3, 0, id="stride 3, gaps between the windows"),
        pytest.param((1, 1, 3, 3), (2, 2), 1, 1, id="one pixel of padding"),
        pytest.param((2, 5, 5, 6), (5, 4), 2, 2, id="no two sizes equal"),
    ],
)

CONVOLUTIONS = pytest.mark.parametrize(
    ("images", "filters", "stride", "pad"),
    [
        pytest.param((2, 3, 4, 4), (5, 3, 3), 1, 1, id="square images and filters"),
        pytest.param((2, 3, 5, 5), (4, 3, 3), 1, 0, id="no padding"),
        pytest.param((2, 3, 5, 5), (4, 3, 3), 2, 1, id="stride 2"),
        pytest.param((2, 3, 2, 4), (5, 3, 3), 1, 1, id="wide images"),
        pytest.param((2, 3, 4, 4), (5, 3, 2), 1, 1, id="tall filters"),
        pytest.param((2, 3, 4, 5), (6, 1, 1), 1, 0, id="filters of one pixel"),
        pytest.param((1, 3, 4, 5), (6, 3, 2), 1, 1, id="batch of one"),
        pytest.param((2, 3, 4, 5), (1, 3, 2), 1, 1, id="one filter"),
        pytest.param((3, 2, 4, 5), (6, 4, 5), 1, 0, id="filters as large as the images"),
        pytest.param((2, 3, 7, 6), (4, 5, 2), 2, 1, id="no two sizes equal"),
    ],
)


def layer_inputs(rng, images, filters, stride, pad):
    count, height, width = filters
    return {
        "x": rng.normal(size=images),
        "w": rng.normal(size=(count, images[1], height, width)),
        "b": rng.normal(size=count),
        "conv_param": {"stride": stride, "pad": pad},
    }


@pytest.mark.check("im2col", points=2)
@LAYOUTS
def test_rows_are_windows(student, reference, rng, images, window, stride, pad):
    """Lays out each window as a row, in the order of the docstring."""
    assert_matches(student.im2col, reference.im2col, rng.normal(size=images), *window, stride, pad)


@pytest.mark.check("col2im", points=2)
@LAYOUTS
def test_pixels_get_the_sum_over_windows(student, reference, rng, images, window, stride, pad):
    """Adds up what comes back to each pixel, for any numbers in the matrix."""
    shape = reference.im2col(np.zeros(images), *window, stride, pad).shape
    assert_matches(student.col2im, reference.col2im, rng.normal(size=shape), images, *window, stride, pad)


@pytest.mark.check("conv_forward_im2col", points=2)
@CONVOLUTIONS
def test_values(student, reference, rng, images, filters, stride, pad):
    """Gives what the convolution with loops gives."""
    inputs = layer_inputs(rng, images, filters, stride, pad)
    assert_matches(student.conv_forward_im2col, reference.conv_forward_im2col, *inputs.values())


@pytest.mark.check("conv_backward_im2col", points=3)
@CONVOLUTIONS
def test_gradients(student, rng, images, filters, stride, pad):
    """Gives the gradients that the convolution with loops gives."""
    inputs = layer_inputs(rng, images, filters, stride, pad)
    assert_gradients(student.conv_forward_im2col, student.conv_backward_im2col, inputs, rng=rng)


# CPU time of other styles as a multiple of the reference's at this size, forward and backward, measured in one
# process with one thread. Written without loops over samples or positions:
#     np.einsum or np.tensordot for each pixel of the filter     0.5 to 1.5    1.0 to 2.5
#     np.einsum over strided views, not optimised                2.9 to 3.6    3.9 to 4.7
#     np.tensordot over strided views                            1.0           1.4 to 1.6
#     CS231n's im2col by index arrays, and np.add.at             1.6 to 2.6    4.4 to 4.9
# With them:
#     a loop over positions that fills the matrix                9 to 11       17 to 24
#     loops over samples and positions                           42            145 to 200
#     a loop over positions, a product for each (conv_forward)   68            105 to 145
#     loops over samples, filters and positions                  270 to 320    340 to 390
#     a loop over every index                                    480 to 780    960 to 1230
# The last takes one second for the forward and two for the backward. In the sandbox, with a busy machine, the reference
# reached 1.0 and 1.6, strided views 4, a loop over samples and positions 41 and the last 580 and 400.
SPEED = {"images": (2, 2, 100, 104), "filters": (5, 3, 3), "stride": 1, "pad": 1}


@pytest.mark.check("conv_forward_im2col", points=2, replay=False)
def test_forward_is_fast(student, rng):
    """The forward needs no loop over samples or positions: its time is near that of the matrix product."""
    assert_fast(
        student.conv_forward_im2col,
        lambda: tuple(layer_inputs(rng, **SPEED).values()),
        full=10,
        none=30,
        name="im2col-loops-over-pixels",
        hint="Which loop runs most often? Loops over the pixels of a filter are short, those over samples and "
        "positions of the output are not.",
    )


@pytest.mark.check("conv_backward_im2col", points=2, replay=False)
def test_backward_is_fast(student, rng):
    """The backward needs no loop over samples or positions: its time is near that of the matrix products."""
    assert_fast(
        student.conv_backward_im2col,
        lambda: (tuple(layer_inputs(rng, **SPEED).values()), rng.normal(size=(2, 5, 100, 104))),
        full=10,
        none=30,
        forward=student.conv_forward_im2col,
        name="col2im-loops-over-pixels",
        hint="Which loop runs most often? Numbers can return to their pixels one pixel of the filter at a time, for "
        "all samples and positions at once.",
    )
