"""Hidden checks of word embeddings."""

import numpy as np
import pytest

from grader.checking import assert_gradients, assert_matches

# Each batch of words has its own difficulty; V counts the words, D is the length of a row.
BATCHES = pytest.mark.parametrize(
    ("words", "V", "D"),
    [
        pytest.param([[3, 0, 4], [1, 2, 5]], 6, 4, id="each word once"),
        pytest.param([[2, 0, 2, 1], [4, 2, 0, 3]], 5, 3, id="words occur again"),
        pytest.param([[3, 3, 3, 3, 3]], 4, 2, id="one word all the time"),
        pytest.param([[4, 1], [5, 1], [4, 2]], 9, 5, id="words that never occur"),
        pytest.param([[1], [3], [1], [0]], 5, 2, id="one step"),
        pytest.param([[2, 6, 0, 2]], 8, 3, id="batch of one"),
        pytest.param([[0, 2, 1], [1, 0, 0]], 4, 1, id="rows of one number"),
        pytest.param([[3, 1], [0, 3], [1, 1]], 5, 5, id="square table"),
    ],
)


def embedding_inputs(rng, words, V, D):
    return {"x": np.array(words), "W": rng.normal(size=(V, D))}


@pytest.mark.check("word_embedding_forward", points=2)
@BATCHES
def test_values(student, reference, rng, words, V, D):
    """Each word becomes its row of the table."""
    inputs = embedding_inputs(rng, words, V, D)
    assert_matches(student.word_embedding_forward, reference.word_embedding_forward, *inputs.values())


@pytest.mark.check("word_embedding_backward", points=3)
@BATCHES
def test_gradients(student, rng, words, V, D):
    """Each row of the table gets the sum of what its word's places send back, and zero where it has none."""
    inputs = embedding_inputs(rng, words, V, D)
    assert_gradients(student.word_embedding_forward, student.word_embedding_backward, inputs, rng=rng)
