"""Hidden checks of pooling and flattening."""

import numpy as np
import pytest

from grader.checking import assert_gradients, assert_matches

WINDOWS = pytest.mark.parametrize(
    ("shape", "window", "stride"),
    [
        pytest.param((2, 3, 4, 4), (2, 2), 2, id="tiles"),
        pytest.param((2, 3, 4, 4), (2, 2), 1, id="windows one pixel apart"),
        pytest.param((2, 3, 7, 7), (3, 3), 2, id="overlapping windows"),
        pytest.param((2, 3, 5, 5), (2, 2), 3, id="gaps between the windows"),
        pytest.param((2, 4, 5, 6), (2, 3), 3, id="wide windows"),
        pytest.param((2, 4, 6, 5), (3, 2), 3, id="tall windows"),
        pytest.param((2, 3, 4, 8), (2, 2), 2, id="wide images"),
        pytest.param((2, 3, 8, 4), (2, 2), 2, id="tall images"),
        pytest.param((2, 3, 4, 5), (4, 5), 1, id="one window"),
        pytest.param((1, 3, 4, 6), (2, 2), 2, id="batch of one"),
        pytest.param((2, 1, 4, 6), (2, 2), 2, id="one channel"),
        pytest.param((2, 5, 7, 8), (3, 2), 2, id="no two sizes equal"),
    ],
)
# Every one of its shapes breaks one symmetry more than the last.
FEWER_WINDOWS = pytest.mark.parametrize(
    ("shape", "window", "stride"),
    [
        pytest.param((2, 3, 4, 4), (2, 2), 2, id="tiles"),
        pytest.param((2, 3, 7, 7), (3, 3), 2, id="overlapping windows"),
        pytest.param((2, 3, 5, 5), (2, 2), 3, id="gaps between the windows"),
        pytest.param((1, 5, 7, 8), (3, 2), 2, id="no two sizes equal"),
    ],
)
IMAGES = pytest.mark.parametrize(
    "shape",
    [
        pytest.param((2, 4, 3, 5), id="a batch"),
        pytest.param((1, 3, 4, 2), id="batch of one"),
        pytest.param((3, 1, 2, 4), id="one channel"),
        pytest.param((3, 4, 1, 1), id="one pixel"),
    ],
)


def without_ties(rng, shape):
    """Return numbers in random order, a tenth apart: no two are equal, and none is nearly the largest."""
    count = int(np.prod(shape))
    return 0.1 * (rng.permutation(count).reshape(shape) - count / 2 + rng.uniform(0.1, 0.9))


def pooling(window, stride):
    return {"pool_height": window[0], "pool_width": window[1], "stride": stride}


@pytest.mark.check("max_pool_forward", points=2)
@WINDOWS
def test_largest_of_each_window(student, reference, rng, shape, window, stride):
    """Takes the largest number of each window."""
    x = without_ties(rng, shape)
    assert_matches(student.max_pool_forward, reference.max_pool_forward, x, pooling(window, stride))


@pytest.mark.check("max_pool_forward", points=1)
def test_largest_of_negative_numbers(student, reference, rng):
    """Takes the largest number of windows in which all are negative."""
    x = -1.0 - np.abs(without_ties(rng, (2, 3, 4, 6)))
    assert_matches(student.max_pool_forward, reference.max_pool_forward, x, pooling((2, 2), 2))


@pytest.mark.check("max_pool_backward", points=3)
@WINDOWS
def test_gradient_goes_to_the_largest(student, rng, shape, window, stride):
    """Sends each gradient to the pixel that was the largest, and adds where several meet."""
    inputs = {"x": without_ties(rng, shape), "pool_param": pooling(window, stride)}
    assert_gradients(student.max_pool_forward, student.max_pool_backward, inputs, rng=rng)


@pytest.mark.check("avg_pool_forward", points=1)
@FEWER_WINDOWS
def test_mean_of_each_window(student, reference, rng, shape, window, stride):
    """Takes the mean of each window."""
    x = rng.normal(size=shape)
    assert_matches(student.avg_pool_forward, reference.avg_pool_forward, x, pooling(window, stride))


@pytest.mark.check("avg_pool_backward", points=1)
@FEWER_WINDOWS
def test_gradient_is_shared_by_the_window(student, rng, shape, window, stride):
    """Shares each gradient among the pixels of its window."""
    inputs = {"x": rng.normal(size=shape), "pool_param": pooling(window, stride)}
    assert_gradients(student.avg_pool_forward, student.avg_pool_backward, inputs, rng=rng)


@pytest.mark.check("global_avg_pool_forward", points=0.5)
@IMAGES
def test_mean_of_each_channel(student, reference, rng, shape):
    """Takes the mean of each channel of each image."""
    assert_matches(student.global_avg_pool_forward, reference.global_avg_pool_forward, rng.normal(size=shape))


@pytest.mark.check("global_avg_pool_backward", points=0.5)
@IMAGES
def test_gradient_is_shared_by_the_image(student, rng, shape):
    """Shares each gradient among the pixels of its channel."""
    inputs = {"x": rng.normal(size=shape)}
    assert_gradients(student.global_avg_pool_forward, student.global_avg_pool_backward, inputs, rng=rng)


SAMPLES = pytest.mark.parametrize(
    "shape",
    [
        pytest.param((2, 4, 3, 5), id="images"),
        pytest.param((1, 3, 4, 2), id="batch of one"),
        pytest.param((3, 2, 4), id="rank 3"),
    ],
)


@pytest.mark.check("flatten_forward", points=0.5)
@SAMPLES
def test_rows(student, reference, rng, shape):
    """Lays out each sample as a row."""
    assert_matches(student.flatten_forward, reference.flatten_forward, rng.normal(size=shape))


@pytest.mark.check("flatten_backward", points=0.5)
@SAMPLES
def test_rows_become_images_again(student, rng, shape):
    """Gives each gradient back its place in the image."""
    assert_gradients(student.flatten_forward, student.flatten_backward, {"x": rng.normal(size=shape)}, rng=rng)
