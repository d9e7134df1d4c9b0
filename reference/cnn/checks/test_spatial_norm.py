"""Hidden checks of normalisation of images: over the batch, and within groups of channels."""

import numpy as np
import pytest

from grader.checking import assert_close, assert_gradients, assert_matches, assert_true, unpack
from grader.checking.channels import ChannelBackward, ChannelForward
from grader.checking.consistency import assert_own_cache
from grader.checking.properties import assert_array, assert_arrays

# Batch, channels, height, width: no two equal, so that axes that change places show. One case for each of a batch of
# one, a single channel, a single row, a single column; channels last is wider than all else in one and least in one.
IMAGES = pytest.mark.parametrize(
    "shape",
    [(3, 2, 4, 5), (2, 6, 5, 3), (1, 3, 4, 2), (4, 1, 2, 3), (5, 3, 1, 4), (3, 4, 5, 1)],
    ids=["few channels", "many channels", "batch of one", "one channel", "one row", "one column"],
)

# Shape and number of groups: all channels in one group, each for itself, and between; N = 1; one pixel.
GROUPS = pytest.mark.parametrize(
    ("shape", "G"),
    [
        pytest.param((3, 4, 2, 5), 1, id="one group"),
        pytest.param((2, 3, 4, 5), 3, id="each channel for itself"),
        pytest.param((3, 6, 5, 4), 2, id="groups of three"),
        pytest.param((2, 8, 3, 5), 4, id="groups of two"),
        pytest.param((1, 6, 4, 3), 2, id="batch of one"),
        pytest.param((2, 9, 1, 4), 3, id="one row"),
    ],
)
RUNNING = ("running_mean", "running_var")
SETTINGS = pytest.mark.parametrize("settings", [{}, {"eps": 0.6, "momentum": 0.7}], ids=["defaults", "large eps"])


def batch_inputs(rng, shape):
    """Return x with channels of different means and spreads, gamma and beta."""
    C = shape[1]
    spread, centre = rng.uniform(0.5, 2.0, size=(1, C, 1, 1)), rng.normal(size=(1, C, 1, 1))
    return {
        "x": spread * rng.normal(size=shape) + centre,
        "gamma": rng.uniform(0.5, 1.5, size=C),
        "beta": rng.normal(size=C),
    }


def group_inputs(rng, shape):
    inputs = batch_inputs(rng, shape)
    return inputs | {name: inputs[name].reshape(1, -1, 1, 1) for name in ("gamma", "beta")}


def running(rng, C):
    return {"running_mean": rng.normal(size=C), "running_var": rng.uniform(0.5, 2.0, size=C)}


# Over the batch


@pytest.mark.check("spatial_batchnorm_forward", points=2)
@SETTINGS
@IMAGES
def test_spatial_batchnorm_values(student, reference, rng, shape, settings):
    """In training each channel is normalised over the batch and all positions."""
    bn_param = {"mode": "train", **settings}
    inputs = batch_inputs(rng, shape).values()
    assert_matches(student.spatial_batchnorm_forward, reference.spatial_batchnorm_forward, *inputs, bn_param)


@pytest.mark.check("spatial_batchnorm_forward", points=1)
@SETTINGS
@IMAGES
def test_spatial_batchnorm_test_mode(student, reference, rng, shape, settings):
    """In testing each channel is normalised by its running statistics."""
    bn_param = {"mode": "test", **settings, **running(rng, shape[1])}
    inputs = batch_inputs(rng, shape).values()
    assert_matches(student.spatial_batchnorm_forward, reference.spatial_batchnorm_forward, *inputs, bn_param)


@pytest.mark.check("spatial_batchnorm_forward", points=1)
@pytest.mark.parametrize("known", [False, True], ids=["first batch", "later batch"])
@IMAGES
def test_spatial_batchnorm_running_statistics(student, reference, rng, shape, known):
    """Training moves the running statistics, one number a channel, towards those of the batch."""
    bn_param = {"mode": "train", "momentum": 0.7, **(running(rng, shape[1]) if known else {})}
    inputs = batch_inputs(rng, shape).values()
    _, after = student.spatial_batchnorm_forward.with_arguments(*inputs, bn_param)
    _, expected = reference.spatial_batchnorm_forward.with_arguments(*inputs, bn_param)
    got = assert_arrays("bn_param", after[3], dict.fromkeys(RUNNING, (shape[1],)))
    for name in RUNNING:
        hint = "The dict bn_param itself is to hold the new running statistics after the call."
        assert_true(not known or not np.array_equal(got[name], bn_param[name]), f"{name} has not moved.", hint=hint)
        if not (name == "running_var" and is_unbiased(got[name], expected[3][name], bn_param, shape)):
            assert_close(f"bn_param[{name!r}]", got[name], expected[3][name])


def is_unbiased(got, expected, bn_param, shape):
    """Tell whether the running variance is right but for the batch's, divided by one less: that is right too."""
    kept = 0.7 * bn_param.get("running_var", 0.0)
    count = shape[0] * shape[2] * shape[3]
    return np.allclose(got, kept + (expected - kept) * count / (count - 1), rtol=1e-4)


@pytest.mark.check("spatial_batchnorm_forward", points=0.5)
def test_spatial_batchnorm_keeps_statistics_in_test_mode(student, rng):
    """Testing leaves the running statistics as they are."""
    before = running(rng, 3)
    inputs = batch_inputs(rng, (4, 3, 2, 5)).values()
    result, after = student.spatial_batchnorm_forward.with_arguments(*inputs, {"mode": "test", **before})
    # Who does nothing at all leaves them too.
    out, _ = unpack(student.spatial_batchnorm_forward, result)
    assert_array("out", out, (4, 3, 2, 5))
    got = assert_arrays("bn_param", after[3], dict.fromkeys(RUNNING, (3,)))
    for name in RUNNING:
        assert_close(f"bn_param[{name!r}]", got[name], before[name])


@pytest.mark.check("spatial_batchnorm_backward", points=3)
@SETTINGS
@IMAGES
def test_spatial_batchnorm_gradients(student, rng, shape, settings):
    """Returns the gradients with respect to the images, gamma and beta."""
    inputs = {**batch_inputs(rng, shape), "bn_param": {"mode": "train", **settings}}
    assert_gradients(student.spatial_batchnorm_forward, student.spatial_batchnorm_backward, inputs, rng=rng)


@pytest.mark.check("spatial_batchnorm_backward", points=0.5)
def test_each_cache_belongs_to_its_call(student, rng):
    """Two normalisations in one network keep apart what they remember."""
    forward, backward = student.spatial_batchnorm_forward, student.spatial_batchnorm_backward
    first, second = ((*batch_inputs(rng, (3, 2, 4, 5)).values(), {"mode": "train"}) for _ in range(2))
    dout = rng.normal(size=(3, 2, 4, 5))
    assert_own_cache(forward, backward, first, second, dout)


# Within groups


@pytest.mark.check("spatial_groupnorm_forward", points=3)
@pytest.mark.parametrize("gn_param", [{}, {"eps": 0.6}], ids=["default eps", "large eps"])
@GROUPS
def test_groupnorm_values(student, reference, rng, shape, G, gn_param):
    """Each group of neighbouring channels of each image is normalised for itself; channels scale and shift."""
    inputs = group_inputs(rng, shape).values()
    forward = ChannelForward(student.spatial_groupnorm_forward)
    assert_matches(forward, reference.spatial_groupnorm_forward, *inputs, G, gn_param)


@pytest.mark.check("spatial_groupnorm_forward", points=1)
def test_groupnorm_knows_no_batch(student, rng):
    """What becomes of an image does not depend on the others in the batch."""
    x, gamma, beta = group_inputs(rng, (3, 4, 2, 5)).values()
    forward = ChannelForward(student.spatial_groupnorm_forward)
    together, _ = unpack(forward, forward(x, gamma, beta, 2, {}))
    alone, _ = unpack(forward, forward(x[1:2], gamma, beta, 2, {}))
    together, alone = assert_array("out", together, x.shape), assert_array("out", alone, (1, *x.shape[1:]))
    hint = "Which axes do mean and variance run over? The batch is none of them."
    same = np.allclose(together[1:2], alone, rtol=1e-4, atol=1e-4)
    assert_true(same, "An image alone gives another result than the same image in a batch.", hint=hint)


@pytest.mark.check("spatial_groupnorm_backward", points=3)
@pytest.mark.parametrize("gn_param", [{}, {"eps": 0.6}], ids=["default eps", "large eps"])
@GROUPS
def test_groupnorm_gradients(student, rng, shape, G, gn_param):
    """Returns the gradients with respect to the images, gamma and beta."""
    inputs = {**group_inputs(rng, shape), "G": G, "gn_param": gn_param}
    forward = ChannelForward(student.spatial_groupnorm_forward)
    assert_gradients(forward, ChannelBackward(student.spatial_groupnorm_backward), inputs, rng=rng)
