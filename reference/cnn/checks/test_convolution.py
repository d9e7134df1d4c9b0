"""Hidden checks of convolution."""

import pytest

from grader.checking import CheckFailed, assert_gradients, assert_matches
from grader.checking.consistency import assert_own_cache
from grader.checking.habits import advise_on_habits
from grader.errors import StudentRaised

# Images and filters are square, so that only padding and stride can be at fault.
SETTINGS = pytest.mark.parametrize(
    ("images", "filters", "stride", "pad"),
    [
        pytest.param((2, 3, 4, 4), (5, 3, 3), 1, 1, id="one pixel of padding"),
        pytest.param((2, 3, 5, 5), (4, 3, 3), 1, 0, id="no padding"),
        pytest.param((2, 3, 3, 3), (4, 5, 5), 1, 2, id="two pixels of padding"),
        pytest.param((2, 3, 5, 5), (4, 3, 3), 2, 1, id="stride 2 and padding"),
        pytest.param((2, 3, 5, 5), (4, 3, 3), 2, 0, id="stride 2"),
        pytest.param((2, 3, 8, 8), (4, 2, 2), 3, 0, id="stride 3, gaps between the windows"),
    ],
)

# Each breaks one symmetry of the first. Shapes are small: six nested loops need milliseconds.
SHAPES = pytest.mark.parametrize(
    ("images", "filters", "stride", "pad"),
    [
        pytest.param((2, 3, 2, 4), (5, 3, 3), 1, 1, id="wide images"),
        pytest.param((2, 3, 4, 2), (5, 3, 3), 1, 1, id="tall images"),
        pytest.param((2, 3, 4, 4), (5, 2, 3), 1, 1, id="wide filters"),
        pytest.param((2, 3, 4, 4), (5, 3, 2), 1, 1, id="tall filters"),
        pytest.param((2, 3, 4, 5), (6, 1, 1), 1, 0, id="filters of one pixel"),
        pytest.param((3, 2, 4, 5), (6, 4, 5), 1, 0, id="filters as large as the images"),
        pytest.param((1, 3, 4, 5), (6, 3, 2), 1, 1, id="batch of one"),
        pytest.param((2, 1, 4, 5), (3, 3, 2), 1, 1, id="one channel"),
        pytest.param((2, 3, 4, 5), (1, 3, 2), 1, 1, id="one filter"),
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


@pytest.mark.check("conv_forward", points=2)
@SETTINGS
def test_values_for_any_padding_and_stride(student, reference, rng, images, filters, stride, pad):
    """Convolves with any padding and stride."""
    inputs = layer_inputs(rng, images, filters, stride, pad)
    assert_matches(student.conv_forward, reference.conv_forward, *inputs.values())


@pytest.mark.check("conv_forward", points=2)
@SHAPES
def test_values_for_any_shape(student, reference, rng, images, filters, stride, pad):
    """Convolves images and filters of any shape."""
    inputs = layer_inputs(rng, images, filters, stride, pad)
    assert_matches(student.conv_forward, reference.conv_forward, *inputs.values())


@pytest.mark.check("conv_forward", points=1)
def test_values_of_one_batch_after_another(student, reference, rng, advise):
    """Convolves each batch anew."""
    for images in ((2, 3, 4, 5), (4, 3, 4, 5)):
        inputs = layer_inputs(rng, images, (5, 3, 2), 1, 1)
        assert_matches(student.conv_forward, reference.conv_forward, *inputs.values())
    advise(
        ignores_what_is_left_over(student, reference, rng),
        "Where the last window would not fit, frameworks leave the rest of the image out; your conv_forward does "
        "something else.",
    )
    advise_on_habits(student.conv_forward, inputs, advise)


def ignores_what_is_left_over(student, reference, rng):
    """Tell whether windows that do not tile the image, which the docstring rules out, give the usual result."""
    inputs = layer_inputs(rng, (2, 3, 6, 8), (4, 3, 3), 2, 0)
    try:
        assert_matches(student.conv_forward, reference.conv_forward, *inputs.values())
    except (CheckFailed, StudentRaised):
        return False
    return True


@pytest.mark.check("conv_backward", points=3)
@SETTINGS
def test_gradients_for_any_padding_and_stride(student, rng, images, filters, stride, pad):
    """Returns the gradients with respect to x, w and b for any padding and stride."""
    inputs = layer_inputs(rng, images, filters, stride, pad)
    assert_gradients(student.conv_forward, student.conv_backward, inputs, rng=rng)


@pytest.mark.check("conv_backward", points=3)
@SHAPES
def test_gradients_for_any_shape(student, rng, images, filters, stride, pad):
    """Returns the gradients for images and filters of any shape."""
    inputs = layer_inputs(rng, images, filters, stride, pad)
    assert_gradients(student.conv_forward, student.conv_backward, inputs, rng=rng)


@pytest.mark.check("conv_backward", points=1)
def test_each_cache_belongs_to_its_call(student, rng):
    """Two convolutional layers in one network keep apart what they remember."""
    first, second = (tuple(layer_inputs(rng, (2, 3, 4, 5), (4, 3, 2), 1, 1).values()) for _ in range(2))
    dout = rng.normal(size=(2, 4, 4, 6))
    assert_own_cache(student.conv_forward, student.conv_backward, first, second, dout)
