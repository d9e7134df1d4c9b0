"""Hidden checks of batch normalisation and layer normalisation."""

import numpy as np
import pytest

from grader.checking import CheckFailed, assert_close, assert_gradients, assert_matches, assert_true, unpack
from grader.checking.consistency import assert_own_cache
from grader.checking.properties import assert_array, assert_arrays
from grader.errors import StudentRaised

# No two sizes are equal. There are three samples at least (or three features of a layer normalisation): two become 1
# and -1, whatever they are, and what is left of the gradient is rounding.
BATCHES = pytest.mark.parametrize(
    ("N", "D", "eps"),
    [
        pytest.param(5, 3, 1e-5, id="more samples than features"),
        pytest.param(4, 7, 1e-5, id="more features than samples"),
        pytest.param(6, 1, 1e-5, id="one feature"),
        pytest.param(5, 4, 0.5, id="large eps"),
    ],
)
LAYERS = pytest.mark.parametrize(
    ("N", "D", "eps"),
    [
        pytest.param(5, 4, 1e-5, id="more samples than features"),
        pytest.param(3, 7, 1e-5, id="more features than samples"),
        pytest.param(1, 6, 1e-5, id="batch of one"),
        pytest.param(4, 5, 0.5, id="large eps"),
    ],
)

# The spread of what is normalised is 6 and more, so that whoever forgets an eps of 1e-5 is wrong by less than the
# tolerance: such a mistake is charged where eps counts, and nowhere else. It counts where it is large, and where the
# spread is tiny: there an eps of zero and one of 1e-5 differ as well.
TINY = 2e-3


def normal_inputs(rng, N, D, axis):
    """Return x, with a mean and a spread of its own for each slice along the axis, gamma of either sign and beta."""
    x = rng.normal(size=(N, D))
    x = (x - x.mean(axis=axis, keepdims=True)) / x.std(axis=axis, keepdims=True)
    size = (1, D) if axis == 0 else (N, 1)
    gamma = rng.choice([-1.0, 1.0], size=D) * rng.uniform(0.5, 2.0, size=D)
    return {
        "x": x * rng.uniform(6.0, 10.0, size=size) + rng.normal(0.5, 1.5, size=size),
        "gamma": gamma,
        "beta": rng.normal(size=D),
    }


def batch_inputs(rng, N, D, eps=0.0):
    """Return inputs of batch normalisation; where eps is large, a feature has next to no spread."""
    inputs = normal_inputs(rng, N, D, axis=0)
    if eps > 0.1:
        inputs["x"][:, 1] *= TINY
    return inputs


def layer_inputs(rng, N, D, eps=0.0):
    """Return inputs of layer normalisation; where eps is large, a sample has next to no spread."""
    inputs = normal_inputs(rng, N, D, axis=1)
    if eps > 0.1:
        inputs["x"][1] *= TINY
    return inputs


def running(rng, D):
    return {"running_mean": rng.normal(size=D), "running_var": rng.uniform(36.0, 100.0, size=D)}


def in_training(**settings):
    return {"mode": "train", **settings}


def in_use(**settings):
    return {"mode": "test", **settings}


def nearer(got, candidates):
    """Return the candidate that is nearest to an array."""
    return min(candidates, key=lambda candidate: np.max(np.abs(candidate - got)))


def running_after(part, arguments, bn_param):
    """Return the running statistics that a call of batchnorm_forward in training mode leaves in bn_param."""
    _, after = part.with_arguments(*arguments, bn_param)
    D = arguments[0].shape[1]
    return assert_arrays("bn_param", after[-1], {"running_mean": (D,), "running_var": (D,)})


def assert_running(student, reference, arguments, bn_param, momentum=0.9):
    """Require the running statistics of the reference after a call; those with the unbiased variance are right too."""
    got = running_after(student.batchnorm_forward, arguments, bn_param)
    want = running_after(reference.batchnorm_forward, arguments, bn_param)
    assert_close("bn_param['running_mean']", got["running_mean"], want["running_mean"])
    unbiased = want["running_var"] + (1.0 - momentum) * (
        np.var(arguments[0], axis=0, ddof=1) - np.var(arguments[0], axis=0)
    )
    accepted = nearer(got["running_var"], (want["running_var"], unbiased))
    assert_close("bn_param['running_var']", got["running_var"], accepted)


def plain_entries(settings):
    """Return what can be handed on of a dict that came back; nothing of what is no dict."""
    if not isinstance(settings, dict):
        return {}
    return {key: value for key, value in settings.items() if is_plain(value)}


def is_plain(value):
    if isinstance(value, np.ndarray):
        return value.dtype.kind in "biuf"
    return isinstance(value, bool | int | float | str)


# Batch normalisation, forward


@pytest.mark.check("batchnorm_forward", points=2)
@BATCHES
def test_batchnorm_training_values(student, reference, rng, N, D, eps):
    """In training mode each feature is normalised over the batch, then scaled and shifted."""
    inputs = batch_inputs(rng, N, D, eps)
    bn_param = in_training(eps=eps, momentum=0.9, **running(rng, D))
    assert_matches(student.batchnorm_forward, reference.batchnorm_forward, *inputs.values(), bn_param)


@pytest.mark.check("batchnorm_forward", points=0.5)
def test_batchnorm_constant_feature(student, advise, rng):
    """A feature that is the same number in every sample becomes beta."""
    inputs = batch_inputs(rng, 4, 3)
    inputs["x"][:, 1] = 2.0
    bn_param = in_training(eps=1e-5, momentum=0.9, **running(rng, 3))
    out, _ = unpack(student.batchnorm_forward, student.batchnorm_forward(*inputs.values(), bn_param))
    assert_close("the column of out", assert_array("out", out, (4, 3))[:, 1], np.full(4, inputs["beta"][1]))
    advise(
        gives_beta_for_one_sample(student.batchnorm_forward, inputs, bn_param),
        "A batch of one sample is outside of the contract in training mode, but as its variance is zero one would "
        "expect beta.",
    )


def gives_beta_for_one_sample(part, inputs, bn_param):
    try:
        out, _ = unpack(part, part(inputs["x"][:1], inputs["gamma"], inputs["beta"], bn_param))
        assert_close("out", out, inputs["beta"][None])
    except (CheckFailed, StudentRaised):
        return False
    return True


@pytest.mark.check("batchnorm_forward", points=2)
@pytest.mark.parametrize("momentum", [0.9, 0.7, 0.0])
def test_batchnorm_running_statistics(student, reference, rng, momentum):
    """In training mode the running mean and variance move towards those of the batch, by the momentum."""
    N, D = 5, 3
    arguments = tuple(batch_inputs(rng, N, D).values())
    bn_param = in_training(eps=0.5, momentum=momentum, **running(rng, D))
    assert_running(student, reference, arguments, bn_param, momentum)


@pytest.mark.check("batchnorm_forward", points=0.5)
def test_batchnorm_defaults(student, reference, rng):
    """Without eps, momentum and running statistics in bn_param the defaults of the docstring hold."""
    inputs = batch_inputs(rng, 5, 3)
    inputs["x"][:, 1] *= TINY
    assert_matches(student.batchnorm_forward, reference.batchnorm_forward, *inputs.values(), in_training())
    assert_running(student, reference, tuple(inputs.values()), in_training())


@pytest.mark.check("batchnorm_forward", points=2)
@pytest.mark.parametrize(
    ("N", "D", "eps"), [(5, 3, 1e-5), (1, 4, 1e-5), (4, 6, 0.5)], ids=["a batch", "one sample", "large eps"]
)
def test_batchnorm_test_mode(student, reference, rng, N, D, eps):
    """In test mode the running statistics take the place of those of the batch."""
    inputs, bn_param = batch_inputs(rng, N + 3, D), running(rng, D) | {"eps": eps, "momentum": 0.7}
    inputs["x"] = inputs["x"][:N]
    # Not judged here, but it tells what is wrong in test mode only from what is wrong in both.
    student.batchnorm_forward(*batch_inputs(rng, 4, D, eps).values(), in_training(**bn_param))
    bn_param["mode"] = "test"
    assert_matches(student.batchnorm_forward, reference.batchnorm_forward, *inputs.values(), bn_param)


@pytest.mark.check("batchnorm_forward", points=1)
def test_batchnorm_test_mode_learns_nothing(student, rng):
    """In test mode the running statistics stay as they are."""
    bn_param = in_use(eps=0.5, momentum=0.7, **running(rng, 3))
    inputs = tuple(batch_inputs(rng, 5, 3).values())
    # Who does nothing at all learns nothing either.
    out, _ = unpack(student.batchnorm_forward, student.batchnorm_forward(*inputs, bn_param))
    assert_array("out", out, (5, 3))
    got = running_after(student.batchnorm_forward, inputs, bn_param)
    for name, value in got.items():
        assert_close(f"bn_param[{name!r}] after a call in test mode", value, bn_param[name])


# Batch normalisation, backward


@pytest.mark.check("batchnorm_backward", points=4)
@BATCHES
def test_batchnorm_gradients(student, rng, N, D, eps):
    """Batch normalisation returns the gradients with respect to x, gamma and beta."""
    inputs = batch_inputs(rng, N, D) | {"bn_param": in_training(eps=eps, momentum=0.9, **running(rng, D))}
    assert_gradients(student.batchnorm_forward, student.batchnorm_backward, inputs, rng=rng)


@pytest.mark.check("batchnorm_backward", points=1)
def test_batchnorm_each_cache_belongs_to_its_call(student, rng):
    """Two layers of batch normalisation in one network keep apart what they remember."""
    check_caches(student.batchnorm_forward, student.batchnorm_backward, in_training(eps=0.1, **running(rng, 4)), rng)


@pytest.mark.check("batchnorm_backward_alt", points=2)
@BATCHES
def test_batchnorm_alt_gradients(student, rng, N, D, eps):
    """The closed form returns the gradients with respect to x, gamma and beta."""
    inputs = batch_inputs(rng, N, D) | {"bn_param": in_training(eps=eps, momentum=0.9, **running(rng, D))}
    assert_gradients(student.batchnorm_forward, student.batchnorm_backward_alt, inputs, rng=rng)


def check_caches(forward, backward, settings, rng):
    first, second = (tuple(batch_inputs(rng, 5, 4).values()) for _ in range(2))
    dout = rng.normal(size=(5, 4))
    assert_own_cache(forward, backward, (*first, settings), (*second, settings), dout)


# Layer normalisation


@pytest.mark.check("layernorm_forward", points=2)
@LAYERS
def test_layernorm_values(student, reference, rng, N, D, eps):
    """Each sample is normalised over its features; then each feature is scaled and shifted."""
    inputs = layer_inputs(rng, N, D, eps)
    assert_matches(student.layernorm_forward, reference.layernorm_forward, *inputs.values(), {"eps": eps})


@pytest.mark.check("layernorm_forward", points=0.5)
def test_layernorm_defaults(student, reference, rng):
    """Without eps in ln_param the default of the docstring holds, also for a sample of equal numbers."""
    inputs = layer_inputs(rng, 4, 3)
    inputs["x"][1] *= TINY
    inputs["x"][2] = 2.0
    assert_matches(student.layernorm_forward, reference.layernorm_forward, *inputs.values(), {})


@pytest.mark.check("layernorm_forward", points=1)
def test_layernorm_permuted_batch(student, rng):
    """The answer for a sample does not depend on the other samples of the batch."""
    inputs = layer_inputs(rng, 5, 4)
    order = np.array([3, 0, 4, 1])  # one sample is left out
    results = [
        unpack(student.layernorm_forward, student.layernorm_forward(x, inputs["gamma"], inputs["beta"], {"eps": 1e-5}))
        for x in (inputs["x"], inputs["x"][order])
    ]
    whole, part = assert_array("out", results[0][0], (5, 4)), assert_array("out", results[1][0], (4, 4))
    hint = "Over which axis are the mean and the variance of one sample taken?"
    normalised = (whole - inputs["beta"]) / inputs["gamma"]
    centred = np.abs(normalised.mean(axis=1)).max() < 1e-3 and np.ptp(normalised) > 1.0
    assert_true(centred, "Without gamma and beta, the features of a sample do not have the mean zero.", hint=hint)
    same = np.allclose(part, whole[order], rtol=1e-5, atol=1e-5)
    assert_true(same, "out changes for a sample when others leave the batch or change places.", hint=hint)


@pytest.mark.check("layernorm_forward", points=0.5)
def test_layernorm_has_no_memory(student, reference, rng):
    """Layer normalisation has no memory: a second call with the same ln_param is like a first one."""
    first, second = (tuple(layer_inputs(rng, 5, 4, 0.3).values()) for _ in range(2))
    _, after = student.layernorm_forward.with_arguments(*first, {"eps": 0.3})
    # What the first call left in the dict, if anything; an eps of its own making would be another fault.
    ln_param = plain_entries(after[-1]) | {"eps": 0.3}
    out, _ = unpack(student.layernorm_forward, student.layernorm_forward(*second, ln_param))
    expected, _ = reference.layernorm_forward(*second, {"eps": 0.3})
    assert_close("out", out, expected)


@pytest.mark.check("layernorm_backward", points=4)
@LAYERS
def test_layernorm_gradients(student, rng, N, D, eps):
    """Layer normalisation returns the gradients with respect to x, gamma and beta."""
    inputs = layer_inputs(rng, N, D) | {"ln_param": {"eps": eps}}
    assert_gradients(student.layernorm_forward, student.layernorm_backward, inputs, rng=rng)


@pytest.mark.check("layernorm_backward", points=1)
def test_layernorm_each_cache_belongs_to_its_call(student, rng):
    """Two layers of layer normalisation in one network keep apart what they remember."""
    check_caches(student.layernorm_forward, student.layernorm_backward, {"eps": 0.1}, rng)
