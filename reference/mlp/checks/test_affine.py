"""Hidden checks of the affine layer."""

import numpy as np
import pytest

from grader.checking import assert_gradients, assert_matches

# Each shape breaks one symmetry: batch, rank, number of features, number of outputs.
SHAPES = pytest.mark.parametrize(
    "shape, outputs", [((4, 3), 5), ((3, 2, 4), 5), ((2, 3, 2, 3), 4), ((1, 6), 3), ((5, 1), 2), ((3, 4), 1)]
)


def affine_inputs(rng, shape, outputs):
    features = int(np.prod(shape[1:]))
    return {
        "x": rng.normal(size=shape),
        "w": rng.normal(size=(features, outputs)),
        "b": rng.normal(size=outputs),
    }


@pytest.mark.check("affine_forward", points=2)
@SHAPES
def test_values(student, reference, rng, shape, outputs):
    """Computes x w + b for inputs of any rank."""
    inputs = affine_inputs(rng, shape, outputs)
    assert_matches(student.affine_forward, reference.affine_forward, *inputs.values())


@pytest.mark.check("affine_backward", points=3)
@SHAPES
def test_gradients(student, rng, shape, outputs):
    """Returns the gradients with respect to x, w and b."""
    inputs = affine_inputs(rng, shape, outputs)
    assert_gradients(student.affine_forward, student.affine_backward, inputs, rng=rng)
