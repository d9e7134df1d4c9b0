"""Hidden checks of relative error and numerical gradients.

The function a student differentiates is ours: it sees every point it is called at, which shows whether an entry
was put back before the next one was moved.
"""

import numpy as np
import pytest

from grader.checking import assert_close, assert_matches, assert_true, fail

WIDE_STEP = 0.1  # so wide that each wrong formula shows in the first digits
SAME_POINT = 1e-9  # x moved there and back differs from x by rounding only

POINTS = pytest.mark.parametrize(
    "shape", [pytest.param((5,), id="rank 1"), pytest.param((2, 3), id="rank 2"), pytest.param((2, 1, 4), id="rank 3")]
)


# Relative error


@pytest.mark.check("rel_error", points=1)
@pytest.mark.parametrize("shape", [pytest.param((6,), id="rank 1"), pytest.param((3, 2, 4), id="rank 3")])
def test_worst_entry_decides(student, reference, rng, shape):
    """The relative error is that of the worst entry."""
    x = rng.normal(size=shape)
    y = x * (1.0 + rng.uniform(-0.3, 0.3, size=shape))
    assert_matches(student.rel_error, reference.rel_error, x, y)


@pytest.mark.check("rel_error", points=1)
@pytest.mark.parametrize("sign", [pytest.param(1.0, id="above"), pytest.param(-1.0, id="below")])
def test_signs_do_not_matter(student, reference, rng, sign):
    """The relative error does not depend on which of the two is larger, nor on their signs."""
    x = rng.uniform(1.0, 2.0, size=5) * rng.permutation([1.0, -1.0, 1.0, -1.0, 1.0])
    y = x + sign * rng.uniform(0.1, 0.5, size=5)
    assert_matches(student.rel_error, reference.rel_error, x, y)
    # Of numbers with opposite signs it is 1 whatever they are, so this alone would reward a constant.
    assert_matches(student.rel_error, reference.rel_error, x, np.append(y[:4], -0.4 * x[4]))


@pytest.mark.check("rel_error", points=1)
@pytest.mark.parametrize("scale", [pytest.param(0.0, id="zero"), pytest.param(1e-9, id="tiny")])
def test_small_entries_are_guarded(student, reference, rng, scale):
    """Entries that are zero or nearly zero in both arrays do no harm."""
    x = scale * rng.uniform(0.5, 1.0, size=4)
    y = scale * rng.uniform(1.0, 2.0, size=4)
    assert_matches(student.rel_error, reference.rel_error, x, y)


# Numerical gradient of a scalar function


def watched(function, shape):
    """Return the function and the list of points it will have been called at."""
    points = []

    def f(x):
        # What a student passes may be anything; over the wire this becomes a ValueError of theirs.
        if not isinstance(x, np.ndarray) or x.shape != shape or x.dtype.kind not in "fiu":
            raise ValueError(f"f takes an array of shape {shape}.")
        point = x.astype(np.float64)
        points.append(point)
        return function(point)

    return f, points


def mixed_cubic(rng, shape):
    """Return a function in which every entry acts on the derivative by every other, and its gradient."""
    factors = rng.uniform(0.5, 2.0, size=shape)

    def f(x):
        return float(np.sum(factors * x**3) + np.sum(x) ** 2)

    def gradient(x):
        return 3.0 * factors * x**2 + 2.0 * np.sum(x)

    return f, gradient


def require_put_back(points, x, advise):
    """Require that f was never called at a point that differs from x in two entries."""
    if not points:
        raise fail("f is never called.", name="f-not-called", hint="The gradient comes from values of f.")
    moved = max(int(np.sum(~(np.abs(point - x) <= SAME_POINT))) for point in points)
    if moved > 1:
        raise fail(
            f"f is called at a point that differs from x in {moved} entries at once.",
            name="x-not-put-back",
            hint="What does the second entry see if the first was not put back?",
        )
    advise(len(points) <= 2 * x.size + 1, "f is called more than twice an entry: each call may be expensive.")


@pytest.mark.check("eval_numerical_gradient", points=2)
@POINTS
def test_central_difference(student, reference, rng, shape):
    """The numerical gradient is the central difference with the step it is given."""
    f, _ = mixed_cubic(rng, shape)
    x = rng.uniform(0.5, 1.5, size=shape)
    assert_matches(student.eval_numerical_gradient, reference.eval_numerical_gradient, f, x, h=WIDE_STEP)


@pytest.mark.check("eval_numerical_gradient", points=1)
@POINTS
def test_default_step(student, rng, shape):
    """The numerical gradient is close to the true one with the default step."""
    f, gradient = mixed_cubic(rng, shape)
    x = rng.uniform(0.5, 1.5, size=shape)
    assert_close("grad", student.eval_numerical_gradient(f, x), gradient(x))


@pytest.mark.check("eval_numerical_gradient", points=1)
@POINTS
def test_entries_are_put_back(student, rng, advise, shape):
    """Each entry of x is put back before the next one is moved."""
    x = rng.uniform(0.5, 1.5, size=shape)
    f, points = watched(mixed_cubic(rng, shape)[0], shape)
    student.eval_numerical_gradient(f, x, h=WIDE_STEP)
    require_put_back(points, x, advise)


@pytest.mark.check("eval_numerical_gradient", points=1)
def test_error_falls_with_the_square_of_the_step(student, rng):
    """With half the step the error of the numerical gradient is a quarter."""
    f, gradient = mixed_cubic(rng, (4,))
    x = rng.uniform(0.5, 1.5, size=4)
    errors = []
    for step in (0.2, 0.1):
        grad = student.eval_numerical_gradient(f, x, h=step)
        # So wide a tolerance only makes sure that there are four finite numbers of the right size.
        assert_close("grad", grad, gradient(x), rtol=1.0, atol=1.0)
        errors.append(float(np.max(np.abs(np.asarray(grad, dtype=np.float64) - gradient(x)))))
    assert_true(
        errors[1] <= 0.3 * errors[0] + 1e-6,
        "The error of the numerical gradient does not fall with the square of the step.",
        hint="Are the two points equally far from x, one on each side?",
    )


# Numerical gradient of a function that returns an array


def mixed_array(rng, shape, shape_out):
    """Return a function from one shape to another that mixes all entries, and the gradient for a cotangent."""
    outputs = int(np.prod(shape_out))
    matrix = rng.normal(size=(outputs, int(np.prod(shape))))

    def f(x):
        return (matrix @ x.ravel() ** 3 + np.sum(x) ** 2).reshape(shape_out)

    def gradient(x, df):
        return 3.0 * x**2 * (df.ravel() @ matrix).reshape(x.shape) + 2.0 * np.sum(x) * np.sum(df)

    return f, gradient


SHAPES_IN_AND_OUT = pytest.mark.parametrize(
    ("shape", "shape_out"),
    [
        pytest.param((4,), (3, 2), id="rank 1 to 2"),
        pytest.param((2, 3), (4,), id="rank 2 to 1"),
        pytest.param((2, 3), (2, 3), id="same shape"),
    ],
)


@pytest.mark.check("eval_numerical_gradient_array", points=2)
@SHAPES_IN_AND_OUT
def test_central_difference_of_arrays(student, reference, rng, shape, shape_out):
    """The numerical gradient for an upstream gradient is the central difference with the step it is given."""
    f, _ = mixed_array(rng, shape, shape_out)
    x, df = rng.uniform(0.5, 1.5, size=shape), rng.normal(size=shape_out)
    ours = reference.eval_numerical_gradient_array
    assert_matches(student.eval_numerical_gradient_array, ours, f, x, df, h=WIDE_STEP)


@pytest.mark.check("eval_numerical_gradient_array", points=1)
@SHAPES_IN_AND_OUT
def test_default_step_for_arrays(student, rng, shape, shape_out):
    """The numerical gradient for an upstream gradient is close to the true one with the default step."""
    f, gradient = mixed_array(rng, shape, shape_out)
    x, df = rng.uniform(0.5, 1.5, size=shape), rng.normal(size=shape_out)
    assert_close("grad", student.eval_numerical_gradient_array(f, x, df), gradient(x, df))


@pytest.mark.check("eval_numerical_gradient_array", points=1)
@SHAPES_IN_AND_OUT
def test_entries_are_put_back_for_arrays(student, rng, advise, shape, shape_out):
    """Each entry of x is put back before the next one is moved, for functions that return an array."""
    x, df = rng.uniform(0.5, 1.5, size=shape), rng.normal(size=shape_out)
    f, points = watched(mixed_array(rng, shape, shape_out)[0], shape)
    student.eval_numerical_gradient_array(f, x, df, h=WIDE_STEP)
    require_put_back(points, x, advise)
