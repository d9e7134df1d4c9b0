"""Wrong solutions of batch normalisation and layer normalisation."""

from grader.misconceptions import Misconception

EPS = "Where is eps read from, and where is it used? Try a large one, such as 0.5, in both modes."
AXIS = "Along which axis does batch normalisation take its statistics, along which does layer normalisation?"
AVERAGE = "Put numbers in: with momentum 0.9, how much of the old average should be left after one call?"
WAYS = "x reaches the loss on three ways: by itself, through the mean and through the variance. Count those you took."
CACHE = "Forward and backward must agree on what is in the cache: the variance, its root, or one over the root?"
ROOT = "Which operation does Python do first? Compare your root with np.sqrt on a few numbers."

# The backward of a forward with such a mistake would be another one: that of the right forward earns nothing with it.
BN_BACKWARDS = ("batchnorm_backward", "batchnorm_backward_alt")

TEST_STATISTICS = "mean = running_mean\n        var = running_var\n"

BATCHNORM_FORWARD = (
    Misconception(
        name="bn-uses-batch-stats-in-test",
        part="batchnorm_forward",
        edits=((TEST_STATISTICS, "mean = np.mean(x, axis=0)\n        var = np.var(x, axis=0)\n"),),
        hint="In test mode there may be a single sample. Where do its mean and variance come from?",
    ),
    Misconception(
        name="bn-eps-missing-in-test",
        part="batchnorm_forward",
        edits=((TEST_STATISTICS, "mean = running_mean\n        var = running_var - eps\n"),),
        hint=EPS,
        seen="[11]",
    ),
    Misconception(
        name="bn-eps-ignored",
        part="batchnorm_forward",
        edits=(('bn_param.get("eps", 1e-5)', "1e-5"),),
        hint=EPS,
        seen="[5]",
    ),
    Misconception(
        name="bn-no-eps",
        part="batchnorm_forward",
        edits=(("np.sqrt(var + eps)", "np.sqrt(var)"),),
        hint="What is the variance of a feature that is the same in every sample, and what is done with it?",
    ),
    Misconception(
        name="bn-eps-outside-root",
        part="batchnorm_forward",
        edits=(("np.sqrt(var + eps)", "(np.sqrt(var) + eps)"),),
        hint="Is eps added to the variance or to its root?",
        affects=BN_BACKWARDS,
    ),
    Misconception(
        name="bn-test-omits-gamma-beta",
        part="batchnorm_forward",
        edits=(
            (
                "    return gamma * x_hat + beta",
                '    if bn_param["mode"] == "test":\n        return x_hat, None\n    return gamma * x_hat + beta',
            ),
        ),
        hint="Is the last line of the formula, with gamma and beta, the same in both modes?",
        seen="[2]",
    ),
    Misconception(
        name="bn-running-std-not-var",
        part="batchnorm_forward",
        edits=(("(1.0 - momentum) * var", "(1.0 - momentum) * np.sqrt(var)"),),
        hint="What does the name of the entry say: the mean of the squares, or its root?",
        seen="[2]",
    ),
    Misconception(
        name="bn-momentum-reversed",
        part="batchnorm_forward",
        edits=(
            ("momentum * running_mean + (1.0 - momentum) * mean", "(1.0 - momentum) * running_mean + momentum * mean"),
            ("momentum * running_var + (1.0 - momentum) * var", "(1.0 - momentum) * running_var + momentum * var"),
        ),
        hint=AVERAGE,
    ),
    Misconception(
        name="bn-momentum-ignored",
        part="batchnorm_forward",
        edits=(('bn_param.get("momentum", 0.9)', "0.9"),),
        hint="Where is the momentum read from? Try another one than 0.9.",
    ),
    Misconception(
        name="bn-running-not-averaged",
        part="batchnorm_forward",
        edits=(
            ("momentum * running_mean + (1.0 - momentum) * mean", "mean"),
            ("momentum * running_var + (1.0 - momentum) * var", "var"),
        ),
        hint=AVERAGE,
    ),
    Misconception(
        name="bn-running-not-saved",
        part="batchnorm_forward",
        edits=(
            ('bn_param["running_mean"] = momentum', "running_mean = momentum"),
            ('bn_param["running_var"] = momentum', "running_var = momentum"),
        ),
        hint="The averages are computed. Where do they have to go to be there at the next call?",
    ),
    Misconception(
        name="bn-normalises-by-running-stats",
        part="batchnorm_forward",
        edits=(
            (
                "    inv_std = 1.0",
                '    mean, var = bn_param["running_mean"], bn_param["running_var"]\n    inv_std = 1.0',
            ),
        ),
        hint="In training mode the averages are only kept for later. Which statistics does the batch itself get?",
        affects=BN_BACKWARDS,
        seen="[1]",
    ),
    Misconception(
        name="bn-updates-running-in-test",
        part="batchnorm_forward",
        edits=(
            (
                TEST_STATISTICS,
                TEST_STATISTICS
                + '        bn_param["running_mean"] = momentum * running_mean + (1.0 - momentum) * np.mean(x, axis=0)\n'
                + '        bn_param["running_var"] = momentum * running_var + (1.0 - momentum) * np.var(x, axis=0)\n',
            ),
        ),
        hint="Which lines should run in training mode only? A network in use does not learn.",
        seen="[1]",
    ),
    Misconception(
        name="bn-mean-without-axis",
        part="batchnorm_forward",
        edits=(("mean = np.mean(x, axis=0)", "mean = np.mean(x) * np.ones(x.shape[1])"),),
        hint="How many means are there: one, or one a feature?",
        affects=BN_BACKWARDS,
    ),
    Misconception(
        name="bn-statistics-over-features",
        part="batchnorm_forward",
        edits=(
            ("mean = np.mean(x, axis=0)", "mean = np.mean(x, axis=1)"),
            ("np.mean((x - mean) ** 2, axis=0)", "np.mean((x - mean) ** 2, axis=1)"),
        ),
        hint=AXIS,
        affects=BN_BACKWARDS,
    ),
    Misconception(
        name="bn-unbiased-variance",
        part="batchnorm_forward",
        edits=(("np.mean((x - mean) ** 2, axis=0)", "np.sum((x - mean) ** 2, axis=0) / max(x.shape[0] - 1, 1)"),),
        hint="By which number is the sum of the squares divided in the formula of the variance?",
        affects=BN_BACKWARDS,
    ),
    Misconception(
        name="bn-divides-by-variance",
        part="batchnorm_forward",
        edits=(("1.0 / np.sqrt(var + eps)", "1.0 / (var + eps)"),),
        hint="The variance is in squared units. What has the unit of x?",
        affects=BN_BACKWARDS,
    ),
    Misconception(
        name="bn-root-by-power-without-brackets",
        part="batchnorm_forward",
        edits=(("1.0 / np.sqrt(var + eps)", "(var + eps) ** -1 / 2"),),
        hint=ROOT,
        affects=BN_BACKWARDS,
    ),
    Misconception(
        name="bn-gamma-beta-missing",
        part="batchnorm_forward",
        edits=(("return gamma * x_hat + beta", "return 1.0 * x_hat"),),
        hint="The last line of the formula gives the network back its choice of scale and shift.",
    ),
)

BATCHNORM_BACKWARD = (
    Misconception(
        name="bn-sum-without-axis",
        part="batchnorm_backward",
        edits=(
            ("np.sum(dout * x_hat, axis=0)", "np.sum(dout * x_hat)"),
            ("np.sum(dout, axis=0)", "np.sum(dout)"),
        ),
        hint="gamma and beta have one entry a feature. How many numbers has your sum?",
        seen="[1]",
    ),
    Misconception(
        name="bn-dx-missing-mean-term",
        part="batchnorm_backward",
        edits=((" + dmean / num_samples", ""),),
        hint=WAYS,
    ),
    Misconception(
        name="bn-dx-missing-var-term",
        part="batchnorm_backward",
        edits=((" + dvar * 2.0 * centred / num_samples", ""),),
        hint=WAYS,
    ),
    Misconception(
        name="bn-dx-elementwise-jacobian",
        part="batchnorm_backward",
        edits=((" + dvar * 2.0 * centred / num_samples + dmean / num_samples", ""),),
        hint=WAYS,
        seen="[1]",
    ),
    Misconception(
        name="bn-dx-ignores-gamma",
        part="batchnorm_backward",
        edits=(("dx_hat = dout * gamma", "dx_hat = 1.0 * dout"),),
        hint="gamma stands between the normalised values and the output. What does the chain rule make of it?",
    ),
    Misconception(
        name="bn-dx-mean-not-divided-by-N",
        part="batchnorm_backward",
        edits=(("dmean / num_samples", "dmean"),),
        hint="The mean of a feature depends on each of its N entries. By how much, if one of them moves by 1?",
    ),
    Misconception(
        name="bn-dx-var-factor-2-missing",
        part="batchnorm_backward",
        edits=(("dvar * 2.0 * centred", "dvar * centred"),),
        hint="What is the derivative of the square in the variance?",
    ),
    Misconception(
        name="bn-dx-divides-by-D",
        part="batchnorm_backward",
        edits=(("num_samples = dout.shape[0]", "num_samples = dout.shape[1]"),),
        hint="Which of the two sizes does a mean over the batch divide by?",
    ),
    Misconception(
        name="bn-dgamma-uses-x",
        part="batchnorm_backward",
        edits=(
            (
                "return gamma * x_hat + beta, (x_hat, inv_std, gamma)",
                "return gamma * x_hat + beta, (x, inv_std, gamma)",
            ),
        ),
        where="batchnorm_forward",
        hint="What does gamma multiply: the input, or what has become of it?",
        affects=("batchnorm_backward_alt",),
    ),
    Misconception(
        name="bn-std-vs-inverse-std-cached",
        part="batchnorm_backward",
        edits=(("beta, (x_hat, inv_std, gamma)", "beta, (x_hat, 1.0 / inv_std, gamma)"),),
        where="batchnorm_forward",
        hint=CACHE,
        affects=("batchnorm_backward_alt",),
        seen="[1]",
    ),
    Misconception(
        name="operator-precedence-power",
        part="batchnorm_backward",
        edits=(("-0.5 * inv_std**3", "-0.5 * (1.0 / inv_std**2) ** -3 / 2"),),
        hint=ROOT,
        seen="[1]",
    ),
    Misconception(
        name="bn-dgamma-dbeta-swapped",
        part="batchnorm_backward",
        edits=(("return dx, dgamma, dbeta", "return dx, dbeta, dgamma"),),
        hint="In which order does the docstring return the gradients?",
    ),
    Misconception(
        name="bn-alt-dx-missing-mean-term",
        part="batchnorm_backward_alt",
        edits=((" - dbeta - x_hat", " - x_hat"),),
        hint=WAYS,
    ),
    Misconception(
        name="bn-alt-dx-missing-var-term",
        part="batchnorm_backward_alt",
        edits=((" - dbeta - x_hat * dgamma)", " - dbeta)"),),
        hint=WAYS,
    ),
    Misconception(
        name="bn-alt-dx-ignores-gamma",
        part="batchnorm_backward_alt",
        edits=(("gamma * inv_std / num_samples", "inv_std / num_samples"),),
        hint="gamma stands between the normalised values and the output. What does the chain rule make of it?",
    ),
    Misconception(
        name="bn-alt-first-term-not-times-N",
        part="batchnorm_backward_alt",
        edits=(("(num_samples * dout - dbeta", "(dout - dbeta"),),
        hint="When 1/N is taken out of the bracket, what happens to the term that had none?",
    ),
)

STATISTICS_OVER_BATCH = (
    ("mean = np.mean(x, axis=1, keepdims=True)", "mean = np.mean(x, axis=0, keepdims=True)"),
    ("np.mean((x - mean) ** 2, axis=1, keepdims=True)", "np.mean((x - mean) ** 2, axis=0, keepdims=True)"),
)

LAYERNORM = (
    Misconception(
        name="ln-normalises-over-batch-axis",
        part="layernorm_forward",
        edits=STATISTICS_OVER_BATCH,
        hint=AXIS,
        seen="[1]",
        affects=("layernorm_backward",),
    ),
    Misconception(
        name="ln-eps-ignored",
        part="layernorm_forward",
        edits=(('ln_param.get("eps", 1e-5)', "1e-5"),),
        hint=EPS,
    ),
    Misconception(
        name="ln-no-eps",
        part="layernorm_forward",
        edits=(("np.sqrt(var + eps)", "np.sqrt(var)"),),
        hint="What is the variance of a sample whose features are all the same, and what is done with it?",
    ),
    Misconception(
        name="ln-gamma-beta-missing",
        part="layernorm_forward",
        edits=(("return gamma * x_hat + beta", "return 1.0 * x_hat"),),
        hint="The last line of the formula gives the network back its choice of scale and shift.",
    ),
    Misconception(
        name="ln-unbiased-variance",
        part="layernorm_forward",
        edits=(
            (
                "np.mean((x - mean) ** 2, axis=1, keepdims=True)",
                "np.sum((x - mean) ** 2, axis=1, keepdims=True) / (x.shape[1] - 1)",
            ),
        ),
        hint="By which number is the sum of the squares divided in the formula of the variance?",
        affects=("layernorm_backward",),
    ),
    Misconception(
        name="ln-keeps-running-stats",
        part="layernorm_forward",
        edits=(
            (
                "    inv_std = 1.0",
                '    mean = 0.1 * mean + 0.9 * ln_param.get("running_mean", mean)\n'
                '    ln_param["running_mean"] = mean\n'
                "    inv_std = 1.0",
            ),
        ),
        hint="Each sample brings its own statistics. Is there anything to remember for the next call?",
    ),
    Misconception(
        name="ln-divides-by-N-not-D",
        part="layernorm_backward",
        edits=(("num_features = dout.shape[1]", "num_features = dout.shape[0]"),),
        hint="How many numbers does the mean of one sample go over?",
        seen="[1]",
    ),
    Misconception(
        name="ln-dgamma-summed-over-wrong-axis",
        part="layernorm_backward",
        edits=(
            ("np.sum(dout * x_hat, axis=0)", "np.sum(dout * x_hat, axis=1)"),
            ("np.sum(dout, axis=0)", "np.sum(dout, axis=1)"),
        ),
        hint="gamma and beta belong to the features, and each is shared by all the samples. Which sum is that?",
        seen="[2]",
    ),
    Misconception(
        name="ln-axis-mixup-in-dx",
        part="layernorm_backward",
        edits=(
            ("np.sum(dx_hat, axis=1, keepdims=True)", "np.sum(dx_hat, axis=0, keepdims=True)"),
            ("np.sum(dx_hat * x_hat, axis=1, keepdims=True)", "np.sum(dx_hat * x_hat, axis=0, keepdims=True)"),
        ),
        hint="The mean and the variance go over the features of a sample. Along which axis do their gradients sum?",
        seen="[1]",
    ),
    Misconception(
        name="ln-std-var-mixup",
        part="layernorm_backward",
        edits=(("beta, (x_hat, inv_std, gamma)", "beta, (x_hat, inv_std**2, gamma)"),),
        where="layernorm_forward",
        hint=CACHE,
        seen="[1]",
    ),
    Misconception(
        name="ln-dx-ignores-gamma",
        part="layernorm_backward",
        edits=(("dx_hat = dout * gamma", "dx_hat = 1.0 * dout"),),
        hint="gamma stands between the normalised values and the output. What does the chain rule make of it?",
    ),
    Misconception(
        name="ln-gamma-after-the-sums",
        part="layernorm_backward",
        edits=(
            ("dx_hat = dout * gamma", "dx_hat = 1.0 * dout"),
            ("dx = inv_std / num_features", "dx = gamma * inv_std / num_features"),
        ),
        hint="In batch normalisation gamma is the same in every term of the sums. Is it here?",
    ),
    Misconception(
        name="ln-dx-missing-mean-term",
        part="layernorm_backward",
        edits=((" - mean_term", ""),),
        hint=WAYS,
    ),
    Misconception(
        name="ln-dx-missing-var-term",
        part="layernorm_backward",
        edits=((" - var_term", ""),),
        hint=WAYS,
    ),
)

MISCONCEPTIONS = (*BATCHNORM_FORWARD, *BATCHNORM_BACKWARD, *LAYERNORM)
