"""Public checks of the MLP assignment: run them with ``pytest`` or ``grader check mlp.py``."""

import numpy as np
import pytest

from grader.checking import assert_close, assert_gradients, assert_true, fail, unpack

# Numbers in between and on both sides of zero; never zero itself, where ReLU has no slope.
POINTS = np.array([[-2.0, 0.5, 1.0, -0.75], [3.0, -0.25, -1.5, 2.0], [-1.25, 1.75, 0.25, -0.5]])

# Activations


@pytest.mark.check("sigmoid", points=1)
def test_sigmoid_on_known_numbers(student):
    """The sigmoid gives the numbers worked out by hand."""
    out, _ = unpack(student.sigmoid, student.sigmoid(np.array([-2.0, 0.0, 2.0, 800.0, -800.0])))
    assert_close("out", out, [0.11920292202, 0.5, 0.88079707798, 1.0, 0.0])


@pytest.mark.check("sigmoid_backward", points=1)
def test_sigmoid_gradient_agrees_with_differences(student, rng):
    """The gradient of the sigmoid agrees with differences of your own sigmoid."""
    assert_gradients(student.sigmoid, student.sigmoid_backward, {"x": POINTS}, rng=rng)


@pytest.mark.check("derivative_sigmoid", points=1)
def test_slope_of_the_sigmoid_on_known_numbers(student):
    """The slope of the sigmoid is 0.25 at zero and falls to both sides."""
    ds = student.derivative_sigmoid(np.array([-2.0, 0.0, 2.0]))
    assert_close("ds", ds, [0.10499358540, 0.25, 0.10499358540])


@pytest.mark.check("tanh_forward", points=1)
def test_tanh_on_known_numbers(student):
    """The tanh gives the numbers worked out by hand."""
    out, _ = unpack(student.tanh_forward, student.tanh_forward(np.array([-1.0, 0.0, 1.0, 1e4, -1e4])))
    assert_close("out", out, [-0.76159415596, 0.0, 0.76159415596, 1.0, -1.0])


@pytest.mark.check("tanh_backward", points=1)
def test_tanh_gradient_agrees_with_differences(student, rng):
    """The gradient of tanh agrees with differences of your own tanh_forward."""
    assert_gradients(student.tanh_forward, student.tanh_backward, {"x": POINTS}, rng=rng)


@pytest.mark.check("relu_forward", points=1)
def test_relu_on_known_numbers(student):
    """ReLU keeps what is positive and replaces what is negative by zero."""
    out, _ = unpack(student.relu_forward, student.relu_forward(np.array([-3.0, 2.0, 5.0])))
    assert_close("out", out, [0.0, 2.0, 5.0])


@pytest.mark.check("relu_backward", points=1)
def test_relu_gradient_agrees_with_differences(student, rng):
    """The gradient of ReLU agrees with differences of your own relu_forward."""
    assert_gradients(student.relu_forward, student.relu_backward, {"x": POINTS}, rng=rng)


@pytest.mark.check("leaky_relu_forward", points=1)
def test_leaky_relu_on_known_numbers(student):
    """Leaky ReLU multiplies what is negative by the slope."""
    out, _ = unpack(student.leaky_relu_forward, student.leaky_relu_forward(np.array([-3.0, 2.0]), slope=0.1))
    assert_close("out", out, [-0.3, 2.0])


@pytest.mark.check("leaky_relu_backward", points=1)
def test_leaky_relu_gradient_agrees_with_differences(student, rng):
    """The gradient of leaky ReLU agrees with differences of your own leaky_relu_forward."""
    inputs = {"x": POINTS, "slope": 0.2}
    assert_gradients(student.leaky_relu_forward, student.leaky_relu_backward, inputs, rng=rng)


@pytest.mark.check("gelu_forward", points=1)
def test_gelu_on_known_numbers(student):
    """GELU gives the numbers worked out by hand."""
    out, _ = unpack(student.gelu_forward, student.gelu_forward(np.array([-1.0, 0.0, 1.0])))
    assert_close("out", out, [-0.15865525393, 0.0, 0.84134474607])


@pytest.mark.check("gelu_backward", points=1)
def test_gelu_gradient_agrees_with_differences(student, rng):
    """The gradient of GELU agrees with differences of your own gelu_forward."""
    assert_gradients(student.gelu_forward, student.gelu_backward, {"x": POINTS}, rng=rng)


# The affine layer


@pytest.mark.check("affine_forward", points=1)
def test_affine_on_small_numbers(student):
    """The affine layer gives the numbers worked out by hand."""
    x = np.array([[1.0, 2.0], [3.0, 4.0]])
    w = np.array([[1.0, 0.0, -1.0], [2.0, 1.0, 0.0]])
    b = np.array([0.5, 0.0, 1.0])
    out, _ = unpack(student.affine_forward, student.affine_forward(x, w, b))
    assert_close("out", out, [[5.5, 2.0, 0.0], [11.5, 4.0, -2.0]])


AFFINE_INPUTS = {
    "x": np.array([[0.5, -1.0, 2.0], [1.5, 0.25, -0.5]]),
    "w": np.array([[1.0, -2.0, 0.5, 3.0], [0.0, 1.0, -1.0, 2.0], [-0.5, 4.0, 1.5, -1.0]]),
    "b": np.array([0.25, -0.75, 1.0, 0.5]),
}


@pytest.mark.check("affine_backward", points=1)
def test_affine_gradients_agree_with_differences(student, rng):
    """The affine layer's gradients agree with differences of your own affine_forward."""
    assert_gradients(student.affine_forward, student.affine_backward, AFFINE_INPUTS, rng=rng)


@pytest.mark.check("affine_relu_forward", points=1)
def test_affine_relu_on_small_numbers(student):
    """The affine layer followed by ReLU gives the numbers worked out by hand."""
    x, w, b = np.array([[1.0, 2.0]]), np.array([[3.0, -5.0], [4.0, 1.0]]), np.array([10.0, 1.0])
    out, _ = unpack(student.affine_relu_forward, student.affine_relu_forward(x, w, b))
    assert_close("out", out, [[21.0, 0.0]])


@pytest.mark.check("affine_relu_backward", points=1)
def test_affine_relu_gradients_agree_with_differences(student, rng):
    """The gradients of the two layers in one agree with differences of your own affine_relu_forward."""
    assert_gradients(student.affine_relu_forward, student.affine_relu_backward, AFFINE_INPUTS, rng=rng)


# Is the gradient right?


@pytest.mark.check("rel_error", points=1)
def test_relative_error_on_small_numbers(student):
    """The relative error gives the numbers worked out by hand."""
    error = student.rel_error(np.array([1.0, 0.0, 2.0]), np.array([3.0, 0.0, 2.0]))
    assert_close("error", error, 0.5)


@pytest.mark.check("eval_numerical_gradient", points=1)
def test_numerical_gradient_on_small_numbers(student):
    """The numerical gradient gives the numbers worked out by hand."""

    def f(x):
        return float(x[0] ** 3 + x[0] * x[1])

    grad = student.eval_numerical_gradient(f, np.array([2.0, 3.0]), h=0.1)
    assert_close("grad", grad, [15.01, 2.0])


@pytest.mark.check("eval_numerical_gradient_array", points=1)
def test_numerical_gradient_of_an_array_on_small_numbers(student):
    """The numerical gradient for an upstream gradient gives the numbers worked out by hand."""

    def f(x):
        return np.array([x[0] ** 3, x[0] * x[1]])

    grad = student.eval_numerical_gradient_array(f, np.array([2.0, 3.0]), np.array([1.0, 10.0]), h=0.1)
    assert_close("grad", grad, [42.01, 20.0])


# Data


@pytest.mark.check("one_hot", points=1)
def test_one_hot_on_small_numbers(student):
    """One-hot rows have their one in the column of the label."""
    encoded = student.one_hot(np.array([2, 0]), 4)
    assert_close("encoded", encoded, [[0.0, 0.0, 1.0, 0.0], [1.0, 0.0, 0.0, 0.0]])


@pytest.mark.check("accuracy", points=1)
def test_accuracy_on_small_numbers(student):
    """Accuracy is the share of samples whose largest score is that of the label."""
    scores = np.array([[0.1, 0.7, 0.2], [3.0, 1.0, 2.0], [0.0, -1.0, -2.0], [1.0, 2.0, 3.0]])
    assert_close("accuracy", student.accuracy(scores, np.array([1, 0, 2, 2])), 0.75)


@pytest.mark.check("iterate_minibatches", points=1)
def test_minibatches_of_ten_samples(student):
    """Ten samples in batches of four make batches of 4, 4 and 2."""
    X, y = np.arange(20.0).reshape(10, 2), np.arange(10)
    batches = student.iterate_minibatches(X, y, 4, np.random.default_rng(0))
    if not isinstance(batches, list | tuple):
        raise fail("iterate_minibatches gives no batches.", name="wrong-type", hint="Write a generator, with yield.")
    assert_true(len(batches) == 3, f"{len(batches)} batches came, expected 3.", hint="The last, short batch counts.")
    for batch, size in zip(batches, (4, 4, 2), strict=True):
        X_batch, y_batch = unpack(student.iterate_minibatches, batch)
        for name, got, shape in (("X_batch", X_batch, (size, 2)), ("y_batch", y_batch, (size,))):
            came = getattr(got, "shape", None)
            assert_true(came == shape, f"{name} has shape {came}, expected {shape}.")
