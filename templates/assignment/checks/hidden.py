"""Hidden checks of softplus: students see title, score, diagnosis and hint, never inputs or expected values."""

import numpy as np
import pytest

from grader.checking import assert_gradients, assert_matches


@pytest.mark.check("softplus_forward", points=2)
@pytest.mark.parametrize("shape", [(5,), (4, 3), (2, 3, 4)])
def test_values(student, reference, rng, shape):
    """Softplus is right on arrays of any shape."""
    assert_matches(student.softplus_forward, reference.softplus_forward, 2.0 * rng.normal(size=shape))


@pytest.mark.check("softplus_forward", points=1)
def test_large_numbers(student, reference, rng):
    """Softplus neither overflows nor loses what is small."""
    x = np.array([-799.0, -30.0, 30.0, 799.0]) + rng.uniform(size=4)
    assert_matches(student.softplus_forward, reference.softplus_forward, x)


@pytest.mark.check("softplus_backward", points=2)
@pytest.mark.parametrize("shape", [(5,), (4, 3)])
def test_gradients(student, rng, shape):
    """The gradient of softplus is right."""
    assert_gradients(student.softplus_forward, student.softplus_backward, {"x": rng.normal(size=shape)}, rng=rng)
