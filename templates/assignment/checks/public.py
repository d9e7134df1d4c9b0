"""Public checks: students run them with ``pytest`` or ``grader check {{ name }}.py``."""

import numpy as np
import pytest

from grader.checking import assert_close, assert_gradients, unpack


@pytest.mark.check("softplus_forward", points=1)
def test_softplus_on_known_numbers(student):
    """Softplus gives the numbers worked out by hand."""
    out, _ = unpack(student.softplus_forward, student.softplus_forward(np.array([-2.0, 0.0, 2.0])))
    assert_close("out", out, [0.12692801104, 0.69314718056, 2.12692801104])


@pytest.mark.check("softplus_backward", points=1)
def test_softplus_gradient_agrees_with_differences(student, rng):
    """The gradient of softplus agrees with differences of your own softplus_forward."""
    x = np.array([[-2.0, 0.5, 1.0], [3.0, -0.25, 0.75]])
    assert_gradients(student.softplus_forward, student.softplus_backward, {"x": x}, rng=rng)
