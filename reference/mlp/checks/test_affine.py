"""Hidden checks of the affine layer, alone and followed by ReLU."""

import numpy as np
import pytest

from grader.checking import assert_gradients, assert_matches
from grader.checking.consistency import assert_own_cache
from grader.checking.habits import advise_on_habits

# Each shape breaks one symmetry: batch, rank, number of features, number of outputs. No two sizes are equal but
# in the square one, where a transposed product fits and only its values tell.
SHAPES = pytest.mark.parametrize(
    ("shape", "outputs"),
    [
        pytest.param((4, 3), 5, id="a batch"),
        pytest.param((3, 2, 4), 5, id="rank 3"),
        pytest.param((2, 3, 5, 4), 6, id="rank 4"),
        pytest.param((1, 6), 3, id="batch of one"),
        pytest.param((5, 1), 2, id="one feature"),
        pytest.param((3, 4), 1, id="one output"),
        pytest.param((4, 3), 3, id="square weights"),
    ],
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
def test_values(student, reference, rng, advise, shape, outputs):
    """Computes x w + b for inputs of any rank."""
    inputs = affine_inputs(rng, shape, outputs)
    assert_matches(student.affine_forward, reference.affine_forward, *inputs.values())
    if len(shape) > 2:
        advise_on_habits(student.affine_forward, inputs, advise)


@pytest.mark.check("affine_backward", points=3)
@SHAPES
def test_gradients(student, rng, shape, outputs):
    """Returns the gradients with respect to x, w and b."""
    inputs = affine_inputs(rng, shape, outputs)
    assert_gradients(student.affine_forward, student.affine_backward, inputs, rng=rng)


@pytest.mark.check("affine_backward", points=1)
def test_each_cache_belongs_to_its_call(student, rng):
    """Two affine layers in one network keep apart what they remember."""
    first, second = (tuple(affine_inputs(rng, (4, 3), 5).values()) for _ in range(2))
    dout = rng.normal(size=(4, 5))
    assert_own_cache(student.affine_forward, student.affine_backward, first, second, dout)


@pytest.mark.check("affine_relu_forward", points=1)
@SHAPES
def test_affine_relu_values(student, reference, rng, shape, outputs):
    """Applies the affine layer and then ReLU."""
    inputs = affine_inputs(rng, shape, outputs)
    assert_matches(student.affine_relu_forward, reference.affine_relu_forward, *inputs.values())


@pytest.mark.check("affine_relu_backward", points=2)
@SHAPES
def test_affine_relu_gradients(student, rng, shape, outputs):
    """Returns the gradients of the two layers in one."""
    inputs = affine_inputs(rng, shape, outputs)
    assert_gradients(student.affine_relu_forward, student.affine_relu_backward, inputs, rng=rng)
