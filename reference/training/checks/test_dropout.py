"""Hidden checks of dropout and of the L2 penalty.

Which entries are dropped is the student's own affair: any generator, any order of the draws. So no mask is compared
with the reference's; what is kept is read from the student's own output, whose input has no zeros.
"""

from itertools import pairwise

import numpy as np
import pytest

from grader.checking import NeedsPart, assert_close, assert_gradients, assert_true, fail, unpack
from grader.checking.properties import assert_array, assert_arrays

# The share of n independent entries that is kept is off by more than t with a probability of at most
# 2 exp(-2 n t^2) (Hoeffding, 1963). For n = 30,000 and t = 0.02 that is 8e-11: no correct dropout fails.
MANY, SHARE_MARGIN = (150, 200), 0.02

KEEP = pytest.mark.parametrize("p", [0.3, 0.8])
SEEDED = pytest.mark.parametrize("seeded", [True, False], ids=["seed", "no seed"])
SHAPES = pytest.mark.parametrize("shape", [(60,), (9, 8), (3, 4, 5, 2)], ids=["rank 1", "rank 2", "rank 4"])

P_HINT = "The docstring says what p is the probability of. Does a large p leave most of the entries, or few?"
SCALE_HINT = "The expected value of every entry should stay what it is without dropout, in training as in test mode."


def without_zeros(rng, shape):
    """Return numbers of either sign, none of them near zero."""
    return rng.choice([-1.0, 1.0], size=shape) * rng.uniform(0.5, 2.0, size=shape)


def in_training(rng, p, *, seeded=True):
    seed = {"seed": int(rng.integers(2**31))} if seeded else {}
    return {"mode": "train", "p": p, **seed}


def dropped_out(student, x, dropout_param):
    """Return the student's output for x."""
    out, _ = unpack(student.dropout_forward, student.dropout_forward(x, dropout_param))
    return assert_array("out", out, x.shape)


def is_near_share(share, expected):
    return abs(share - expected) <= SHARE_MARGIN


@pytest.mark.check("dropout_forward", points=2)
@SEEDED
@KEEP
def test_kept_share(student, rng, p, seeded):
    """In training mode each entry is kept with probability p."""
    x = without_zeros(rng, MANY)
    share = np.mean(dropped_out(student, x, in_training(rng, p, seeded=seeded)) != 0.0)
    if is_near_share(share, 1.0 - p):
        summary = "Entries are dropped with probability p, expected: kept with probability p."
        raise fail(summary, name="dropout-p-convention-swapped", hint=P_HINT)
    assert_true(share < 1.0, "No entry is dropped.", hint="Which entries does your mask set to zero?")
    assert_true(share > 0.0, "Every entry is dropped.", hint="Which entries does your mask keep?")
    assert_true(is_near_share(share, p), "The share of the entries that are kept is not p.", hint=P_HINT)


@pytest.mark.check("dropout_forward", points=2)
@KEEP
def test_scale_of_what_is_kept(student, rng, p):
    """In training mode the entries that are kept are divided by p."""
    x = without_zeros(rng, (20, 30))
    out = dropped_out(student, x, in_training(rng, p))
    kept = out != 0.0
    assert_true(kept.any(), "Every entry is dropped.", hint="Which entries does your mask keep?")
    ratio = out[kept] / x[kept]
    assert_true(np.ptp(ratio) <= 1e-4 * np.abs(ratio).max(), "The entries that are kept have no common factor.")
    require_factor(float(np.median(ratio)), p)


def require_factor(factor, p):
    """Require that the entries that are kept are divided by p, or say what is done instead."""
    if np.isclose(factor, 1.0 / p, rtol=1e-4):
        return
    if np.isclose(factor, 1.0, rtol=1e-4):
        summary = "In training mode the entries that are kept have the values they came with."
        raise fail(summary, name="dropout-not-inverted", hint=SCALE_HINT)
    if np.isclose(factor, 1.0 / (1.0 - p), rtol=1e-4):
        summary = "The entries that are kept are divided by 1 - p."
        raise fail(summary, name="dropout-p-convention-swapped", hint=P_HINT)
    summary = "The entries that are kept are multiplied by a wrong factor."
    raise fail(summary, name="dropout-wrong-scale", hint=SCALE_HINT)


@pytest.mark.check("dropout_forward", points=0.5)
def test_keep_everything(student, rng):
    """With p = 1 nothing is dropped and nothing is scaled."""
    x = without_zeros(rng, (7, 9))
    assert_close("out", dropped_out(student, x, in_training(rng, 1.0)), x)


@pytest.mark.check("dropout_forward", points=2)
@pytest.mark.parametrize("shape", [(6, 7), (2, 3, 5)], ids=["rank 2", "rank 3"])
def test_test_mode(student, rng, shape):
    """In test mode dropout returns what it is given."""
    x, p = without_zeros(rng, shape), 0.6
    out = dropped_out(student, x, in_training(rng, p) | {"mode": "test"})
    if np.allclose(out, p * x, rtol=1e-4):
        summary = "In test mode the entries are multiplied by p."
        raise fail(summary, name="dropout-scales-at-test", hint=SCALE_HINT)
    if np.any(out == 0.0):
        hint = "A network in use answers the same question the same way twice. What does test mode do here?"
        raise fail("In test mode entries are dropped.", name="dropout-active-at-test", hint=hint)
    assert_close("out", out, x)


@pytest.mark.check("dropout_forward", points=1)
def test_seed(student, rng):
    """The same seed drops the same entries, another seed other ones."""
    x, dropout_param = without_zeros(rng, (20, 30)), in_training(rng, 0.5)
    other = dropout_param | {"seed": dropout_param["seed"] + 1}
    # 600 independent draws are the same with probability 2^-600.
    first, again, different = (dropped_out(student, x, param) for param in (dropout_param, dropout_param, other))
    if not np.array_equal(first != 0.0, again != 0.0):
        summary = "Two calls with the same seed drop different entries."
        raise fail(summary, name="dropout-seed-ignored", hint="What do you do with the seed?")
    varies = not np.array_equal(first != 0.0, different != 0.0)
    assert_true(varies, "Two seeds drop the same entries.", hint="Is the seed that is given the one that is used?")


@pytest.mark.check("dropout_forward", points=1)
def test_calls_without_seed(student, rng):
    """Without a seed every call drops other entries."""
    x, dropout_param = without_zeros(rng, (20, 30)), in_training(rng, 0.5, seeded=False)
    # Not judged here, but it tells who needs a seed from who never takes one.
    dropped_out(student, x, in_training(rng, 0.5))
    first, second = (dropped_out(student, x, dropout_param) for _ in range(2))
    varies = not np.array_equal(first != 0.0, second != 0.0)
    hint = "Is there a generator that starts anew from a number of your own at every call?"
    assert_true(varies, "Two calls without a seed drop the same entries.", hint=hint)


@pytest.mark.check("dropout_forward", points=1)
def test_each_entry_has_its_own_draw(student, rng):
    """Each entry is drawn on its own: no two samples and no two units share their mask."""
    # Two of 60 rows of 50 draws are the same with probability 1,770 * 2^-50 = 2e-12, two of 50 columns more rarely.
    kept = dropped_out(student, without_zeros(rng, (60, 50)), in_training(rng, 0.5)) != 0.0
    hint = "How many numbers are drawn: one for each entry?"
    assert_true(len(np.unique(kept, axis=0)) == 60, "Some samples have the same entries dropped.", hint=hint)
    assert_true(len(np.unique(kept, axis=1).T) == 50, "Some units are dropped for the same samples.", hint=hint)


@pytest.mark.check("dropout_backward", points=3)
@SHAPES
def test_dropout_gradients(student, rng, shape):
    """In training mode the gradient passes the entries that were kept, by the factor they were given."""
    check_gradient(student, in_training(rng, 0.55), shape, rng)


@pytest.mark.check("dropout_backward", points=0.5)
def test_dropout_gradient_without_seed(student, rng):
    """Without a seed the gradient knows which entries its own forward dropped, whatever was called since."""
    check_gradient(student, in_training(rng, 0.55, seeded=False), (9, 8), rng)


def check_gradient(student, dropout_param, shape, rng):
    x, dout = without_zeros(rng, shape), without_zeros(rng, shape)
    out, cache = unpack(student.dropout_forward, student.dropout_forward(x, dropout_param))
    # Dropout multiplies each entry by a factor, which is the derivative too: 1/p or 0, or what it is by mistake.
    factor = assert_array("out", out, shape) / x
    if factor.all() or not factor.any():
        raise NeedsPart("dropout_forward", "dropout_forward drops nothing or everything: no gradient to compare.")
    student.dropout_forward(without_zeros(rng, (4, 5)), in_training(rng, 0.5))
    assert_close("dx", student.dropout_backward(dout, cache), dout * factor)


@pytest.mark.check("dropout_backward", points=1)
def test_dropout_gradient_in_test_mode(student, rng):
    """In test mode the gradient passes unchanged."""
    inputs = {"x": without_zeros(rng, (6, 7)), "dropout_param": in_training(rng, 0.6) | {"mode": "test"}}
    assert_gradients(student.dropout_forward, student.dropout_backward, inputs, rng=rng)


# The L2 penalty

HIDDEN = pytest.mark.parametrize(
    "sizes", [(4, 3), (5, 3, 2), (6, 4, 5, 3)], ids=["one layer", "two layers", "three layers"]
)


def network_params(rng, sizes):
    """Return parameters of a network with normalisation, their names in random order."""
    params = {}
    for layer, (inputs, outputs) in enumerate(pairwise(sizes), start=1):
        params[f"W{layer}"], params[f"b{layer}"] = rng.normal(size=(inputs, outputs)), rng.normal(size=outputs)
        if layer < len(sizes) - 1:
            params[f"gamma{layer}"], params[f"beta{layer}"] = (
                rng.normal(1.0, 0.3, size=outputs),
                rng.normal(size=outputs),
            )
    names = rng.permutation(list(params))
    return {str(name): params[name] for name in names}


@pytest.mark.check("l2_penalty", points=1)
@HIDDEN
def test_penalty(student, reference, rng, sizes):
    """The penalty is half of reg times the sum of the squares of all weights, and of nothing else."""
    params = network_params(rng, sizes)
    penalty, _ = unpack(student.l2_penalty, student.l2_penalty(params, 0.7))
    assert_close("penalty", penalty, reference.l2_penalty(params, 0.7)[0])


@pytest.mark.check("l2_penalty", points=1.5)
@HIDDEN
def test_gradient_of_the_penalty(student, rng, sizes):
    """The gradient of the penalty is reg times the weight, for every weight, and for nothing else."""
    params = network_params(rng, sizes)
    _, grads = unpack(student.l2_penalty, student.l2_penalty(params, 0.7))
    weights = {name: value for name, value in params.items() if name.startswith("W")}
    got = assert_arrays("grads", grads, {name: value.shape for name, value in weights.items()})
    for name, value in weights.items():
        assert_close(f"grads[{name!r}]", got[name], 0.7 * value)
    others = {name: value.shape for name, value in params.items() if name not in weights and name in grads}
    for name, value in assert_arrays("grads", grads, others).items():
        hint = "Which names does the docstring call weights?"
        assert_true(not value.any(), f"grads[{name!r}] is not zero, though it is no weight.", hint=hint)


@pytest.mark.check("l2_penalty", points=0.5)
def test_no_penalty(student, rng):
    """Without regularisation the penalty is zero."""
    penalty, _ = unpack(student.l2_penalty, student.l2_penalty(network_params(rng, (5, 3, 2)), 0.0))
    assert_close("penalty", penalty, 0.0)
