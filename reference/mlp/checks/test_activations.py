"""Hidden checks of the activations."""

import numpy as np
import pytest

from grader.checking import assert_gradients, assert_matches

# Each shape breaks one symmetry: rank, batch size, number of features.
SHAPES = pytest.mark.parametrize(
    "shape",
    [
        pytest.param((4, 3), id="a batch"),
        pytest.param((7,), id="rank 1"),
        pytest.param((2, 3, 5, 4), id="rank 4"),
        pytest.param((1, 6), id="batch of one"),
        pytest.param((5, 1), id="one feature"),
    ],
)
SLOPES = pytest.mark.parametrize("slope", [pytest.param(0.3, id="steep"), pytest.param(0.05, id="flat")])


def smooth_points(rng, shape):
    return rng.normal(scale=1.5, size=shape)


def points_beside_the_kink(rng, shape):
    """Return as many negative as positive numbers, all away from 0, where conventions differ."""
    signs = np.where(np.arange(np.prod(shape)) % 2, 1.0, -1.0)
    return (rng.permutation(signs) * rng.uniform(0.2, 3.0, size=signs.shape)).reshape(shape)


# Sigmoid


@pytest.mark.check("sigmoid", points=1)
@SHAPES
def test_sigmoid(student, reference, rng, shape):
    """The sigmoid has the right values for inputs of any shape."""
    assert_matches(student.sigmoid, reference.sigmoid, smooth_points(rng, shape))


@pytest.mark.check("sigmoid", points=1)
@pytest.mark.parametrize("sign", [pytest.param(1.0, id="positive"), pytest.param(-1.0, id="negative")])
def test_sigmoid_of_large_numbers(student, reference, rng, sign):
    """The sigmoid of numbers far from zero is finite and right."""
    x = sign * rng.permutation(np.concatenate([[800.0], rng.uniform(720.0, 800.0, 3), rng.uniform(1.0, 40.0, 3)]))
    assert_matches(student.sigmoid, reference.sigmoid, x)


@pytest.mark.check("sigmoid_backward", points=2)
@SHAPES
def test_sigmoid_gradient(student, rng, shape):
    """The gradient of the sigmoid is right for inputs of any shape."""
    assert_gradients(student.sigmoid, student.sigmoid_backward, {"x": smooth_points(rng, shape)}, rng=rng)


@pytest.mark.check("derivative_sigmoid", points=1)
@SHAPES
def test_slope_of_the_sigmoid(student, reference, rng, shape):
    """The slope of the sigmoid is right at every point."""
    assert_matches(student.derivative_sigmoid, reference.derivative_sigmoid, smooth_points(rng, shape))


# Tanh


@pytest.mark.check("tanh_forward", points=1)
@SHAPES
def test_tanh(student, reference, rng, shape):
    """The tanh has the right values for inputs of any shape."""
    assert_matches(student.tanh_forward, reference.tanh_forward, smooth_points(rng, shape))


@pytest.mark.check("tanh_forward", points=1)
@pytest.mark.parametrize("sign", [pytest.param(1.0, id="positive"), pytest.param(-1.0, id="negative")])
def test_tanh_of_large_numbers(student, reference, rng, sign):
    """The tanh of numbers far from zero is finite and right."""
    x = sign * rng.permutation(np.concatenate([[1e4], rng.uniform(800.0, 1e4, 3), rng.uniform(0.5, 20.0, 3)]))
    assert_matches(student.tanh_forward, reference.tanh_forward, x)


@pytest.mark.check("tanh_backward", points=2)
@SHAPES
def test_tanh_gradient(student, rng, shape):
    """The gradient of tanh is right for inputs of any shape."""
    assert_gradients(student.tanh_forward, student.tanh_backward, {"x": smooth_points(rng, shape)}, rng=rng)


# ReLU


@pytest.mark.check("relu_forward", points=1)
@SHAPES
def test_relu(student, reference, rng, shape):
    """ReLU has the right values for inputs of any shape."""
    assert_matches(student.relu_forward, reference.relu_forward, points_beside_the_kink(rng, shape))


@pytest.mark.check("relu_backward", points=2)
@SHAPES
def test_relu_gradient(student, rng, shape):
    """The gradient of ReLU is right for inputs of any shape."""
    inputs = {"x": points_beside_the_kink(rng, shape)}
    assert_gradients(student.relu_forward, student.relu_backward, inputs, rng=rng)


@pytest.mark.check("relu_backward", points=1)
@pytest.mark.parametrize("sign", [pytest.param(1.0, id="positive"), pytest.param(-1.0, id="negative")])
def test_relu_gradient_by_upstream_sign(student, rng, sign):
    """ReLU passes upstream gradients of either sign."""
    inputs, dout = {"x": points_beside_the_kink(rng, (3, 4))}, sign * rng.uniform(0.5, 2.0, size=(3, 4))
    assert_gradients(student.relu_forward, student.relu_backward, inputs, rng=rng, cotangent=dout)


# Leaky ReLU


@pytest.mark.check("leaky_relu_forward", points=1)
@SHAPES
def test_leaky_relu_with_the_default_slope(student, reference, rng, shape):
    """Leaky ReLU has the right values with the default slope."""
    x = points_beside_the_kink(rng, shape)
    assert_matches(student.leaky_relu_forward, reference.leaky_relu_forward, x)


@pytest.mark.check("leaky_relu_forward", points=1)
@SLOPES
def test_leaky_relu_with_a_slope(student, reference, rng, slope):
    """Leaky ReLU has the right values with the slope it is given."""
    x = points_beside_the_kink(rng, (4, 3))
    assert_matches(student.leaky_relu_forward, reference.leaky_relu_forward, x, slope=slope)


@pytest.mark.check("leaky_relu_backward", points=1)
@SHAPES
def test_leaky_relu_gradient_with_the_default_slope(student, rng, shape):
    """The gradient of leaky ReLU is right with the default slope."""
    inputs = {"x": points_beside_the_kink(rng, shape)}
    assert_gradients(student.leaky_relu_forward, student.leaky_relu_backward, inputs, rng=rng)


@pytest.mark.check("leaky_relu_backward", points=1)
@SLOPES
def test_leaky_relu_gradient_with_a_slope(student, rng, slope):
    """The gradient of leaky ReLU is right with the slope the forward was given."""
    inputs = {"x": points_beside_the_kink(rng, (3, 5)), "slope": slope}
    assert_gradients(student.leaky_relu_forward, student.leaky_relu_backward, inputs, rng=rng)


# GELU


@pytest.mark.check("gelu_forward", points=1)
@SHAPES
def test_gelu(student, reference, rng, shape):
    """GELU has the right values for inputs of any shape."""
    assert_matches(student.gelu_forward, reference.gelu_forward, smooth_points(rng, shape))


@pytest.mark.check("gelu_backward", points=1)
@SHAPES
def test_gelu_gradient(student, rng, shape):
    """The gradient of GELU is right for inputs of any shape."""
    assert_gradients(student.gelu_forward, student.gelu_backward, {"x": smooth_points(rng, shape)}, rng=rng)
