"""Public checks of the MLP assignment: run them with ``pytest`` or ``grader check mlp.py``."""

import numpy as np
import pytest

from grader.checking import assert_close, assert_gradients


@pytest.mark.check("affine_forward", points=1)
def test_affine_on_small_numbers(student):
    """The affine layer gives the numbers worked out by hand."""
    x = np.array([[1.0, 2.0], [3.0, 4.0]])
    w = np.array([[1.0, 0.0, -1.0], [2.0, 1.0, 0.0]])
    b = np.array([0.5, 0.0, 1.0])
    out, _ = student.affine_forward(x, w, b)
    assert_close("out", out, [[5.5, 2.0, 0.0], [11.5, 4.0, -2.0]])


@pytest.mark.check("affine_backward", points=1)
def test_affine_gradients_agree_with_differences(student, rng):
    """The affine layer's gradients agree with differences of your own affine_forward."""
    inputs = {"x": rng.normal(size=(4, 3)), "w": rng.normal(size=(3, 5)), "b": rng.normal(size=5)}
    assert_gradients(student.affine_forward, student.affine_backward, inputs, rng=rng)
