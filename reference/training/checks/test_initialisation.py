"""Hidden checks of initialisation: what is drawn has the right distribution.

How often a right solution fails, with n = 100,000 independent draws of mean 0 and variance s**2:

- Mean square, off by more than 3 %. Normal draws: n times the mean of (w/s)**2 is chi-squared with n degrees of
  freedom, which by Laurent and Massart (2000, lemma 1) is off by more than 2 sqrt(n x) + 2 x, either way, with a
  probability of at most 2 exp(-x). At x = 21.5 that is 2,976 of 100,000: 1e-9. Uniform draws from -a to a:
  (w/a)**2 lies between 0 and 1 and has the mean 1/3; by Hoeffding its mean is off by more than 0.01 with a
  probability of at most 2 exp(-2 n 0.01**2) = 4e-9.
- Mean, off by more than 0.035 s. Normal: 0.035 sqrt(n) = 11 standard errors, 2e-28. Uniform: s = a / sqrt(3), and by
  Hoeffding at most 2 exp(-n (0.035 / sqrt(3))**2 / 2) = 3e-9.
- No normal draw beyond 3 s: (1 - 0.0027)**n = 1e-117. No uniform draw beyond 0.99 a: 0.99**n = 1e-436.

Six cases are judged so, and two by what ten layers do to a signal (6e-9, see there): less than 1e-7 altogether.
"""

import math

import numpy as np
import pytest

from grader.checking import assert_matches, assert_true
from grader.checking.properties import assert_array

# 100,000 draws each; unequal fans, so that it shows which of them is used.
FANS = pytest.mark.parametrize(("fan_in", "fan_out"), [(400, 250), (200, 500)], ids=["narrowing", "widening"])
VARIANCE_HINT = "Compare the variance of what you draw, w.var(), with the formula for these two sizes."


def assert_spread(w, variance):
    """Require that draws have mean 0 and the given variance; the bounds are those of the module's docstring."""
    assert_true(abs(w.mean()) < 0.035 * math.sqrt(variance), "The mean of the weights is not 0.")
    ratio = np.mean(w**2) / variance
    assert_true(ratio > 0.97, "The variance of the weights is too small.", hint=VARIANCE_HINT)
    assert_true(ratio < 1.03, "The variance of the weights is too large.", hint=VARIANCE_HINT)


def assert_normal_tails(w, variance):
    """Require that some of many draws lie far out, as no uniform draws of that variance do."""
    hint = "The docstring names the distribution: which values can it give, and which does yours?"
    assert_true(np.abs(w).max() > 3.0 * math.sqrt(variance), "The weights are not normally distributed.", hint=hint)


def assert_random(part, rng):
    """Require that the draws come from the generator, all of them."""
    seed = int(rng.integers(2**31))
    first, again, other = (
        assert_array("w", part(4, 3, np.random.default_rng(s)), (4, 3)) for s in (seed, seed, seed + 1)
    )
    hint = "Draw from rng, and from nothing else."
    assert_true(np.array_equal(first, again), "The same generator gave different weights.", hint=hint)
    assert_true(not np.array_equal(first, other), "Different generators gave the same weights.", hint=hint)
    # Two different rows agree in single precision with a probability of about 2**-72.
    hint = "How many numbers are drawn for a matrix of this shape?"
    assert_true(not np.array_equal(first[0], first[1]), "Two rows of weights are the same.", hint=hint)
    assert_true(not np.array_equal(first[:, 0], first[:, 1]), "Two columns of weights are the same.", hint=hint)


def mean_square_after(part, rng, layers, width, activation):
    """Return the mean square of a signal after some layers, relative to that at the start."""
    h = start = rng.normal(size=width)
    for _ in range(layers):
        h = activation(h @ assert_array("w", part(width, width, rng.spawn(1)[0]), (width, width)))
    return np.mean(h**2) / np.mean(start**2)


def assert_signal_kept(part, rng, activation):
    """Require that a signal neither dies out nor explodes on its way through ten layers of 200 units.

    Each layer multiplies the mean square by a mean over 200 units, independent of the layers before, whose mean is 1
    and whose variance v is 2/200 for the identity and 5/200 for ReLU. With a gamma variable of that mean and variance
    in its place, Chernoff's bound for the product of ten to leave 1/30 to 30 is 6e-9 for ReLU and less for the
    identity; in 1e5 simulations no product left 1/12 to 12. A variance off by a factor of 2 makes it 2**10.
    """
    ratio = mean_square_after(part, rng, 10, 200, activation)
    hint = "What does one layer do to the mean square of its input, on average?"
    assert_true(ratio > 1 / 30, "The signal dies out on its way through ten layers.", hint=hint)
    assert_true(ratio < 30, "The signal explodes on its way through ten layers.", hint=hint)


@pytest.mark.check("xavier_init", points=2)
@FANS
def test_xavier(student, rng, fan_in, fan_out):
    """Xavier weights are normal, with the right variance."""
    w, variance = (
        assert_array("w", student.xavier_init(fan_in, fan_out, rng), (fan_in, fan_out)),
        2 / (fan_in + fan_out),
    )
    assert_spread(w, variance)
    assert_normal_tails(w, variance)


@pytest.mark.check("xavier_init", points=1)
def test_randomness_of_xavier(student, rng):
    """All the randomness of Xavier weights comes from the generator that is given."""
    assert_random(student.xavier_init, rng)


@pytest.mark.check("xavier_init", points=1)
def test_xavier_keeps_the_signal(student, rng):
    """A signal keeps its size through ten linear layers with Xavier weights."""
    assert_signal_kept(student.xavier_init, rng, lambda z: z)


@pytest.mark.check("he_init", points=2)
@FANS
def test_he(student, rng, fan_in, fan_out):
    """He weights are normal, with the right variance."""
    w, variance = assert_array("w", student.he_init(fan_in, fan_out, rng), (fan_in, fan_out)), 2 / fan_in
    assert_spread(w, variance)
    assert_normal_tails(w, variance)


@pytest.mark.check("he_init", points=1)
def test_randomness_of_he(student, rng):
    """All the randomness of He weights comes from the generator that is given."""
    assert_random(student.he_init, rng)


@pytest.mark.check("he_init", points=1)
def test_he_keeps_the_signal(student, rng):
    """A signal keeps its size through ten layers of ReLU with He weights."""
    assert_signal_kept(student.he_init, rng, lambda z: np.maximum(z, 0.0))


@pytest.mark.check("xavier_uniform_init", points=1)
@FANS
def test_xavier_uniform(student, rng, fan_in, fan_out):
    """Uniform Xavier weights fill the right range evenly."""
    w = assert_array("w", student.xavier_uniform_init(fan_in, fan_out, rng), (fan_in, fan_out))
    variance = 2 / (fan_in + fan_out)
    assert_spread(w, variance)
    bound, hint = math.sqrt(3.0 * variance), "A uniform distribution is flat up to its bound, and zero beyond."
    assert_true(np.abs(w).max() < 1.0001 * bound, "The weights are not uniformly distributed.", hint=hint)
    assert_true(np.abs(w).max() > 0.99 * bound, "The weights are not uniformly distributed.", hint=hint)


@pytest.mark.check("xavier_uniform_init", points=0.5)
def test_randomness_of_xavier_uniform(student, rng):
    """All the randomness of uniform Xavier weights comes from the generator that is given."""
    assert_random(student.xavier_uniform_init, rng)


@pytest.mark.check("conv_fans", points=2)
@pytest.mark.parametrize(
    "filter_shape",
    [(8, 3, 5, 7), (2, 6, 4, 3), (9, 4, 1, 1), (1, 5, 3, 2), (7, 1, 2, 3)],
    ids=["more filters", "more channels", "kernel of one", "one filter", "one channel"],
)
def test_conv_fans(student, reference, filter_shape):
    """The fans of a convolution count what enters one sum, and the sums that one input enters."""
    assert_matches(student.conv_fans, reference.conv_fans, filter_shape)
