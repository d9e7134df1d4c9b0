"""Wrong solutions of normalisation of images: the reference with one edit each, a name and a hint."""

from grader.misconceptions import Misconception

FORWARD = ("spatial_batchnorm_forward",)
BACKWARD = ("spatial_batchnorm_backward",)
GROUP_BACKWARD = ("spatial_groupnorm_backward",)

ROWS = "rows = x.transpose(0, 2, 3, 1).reshape(-1, C)"
NORMALISED = "normalised, cache = batchnorm_forward(rows, gamma, beta, bn_param)"
OUT = "out = normalised.reshape(N, H, W, C).transpose(0, 3, 1, 2)"
DROWS_IN = "rows = dout.transpose(0, 2, 3, 1).reshape(-1, C)"
DX = "dx = drows.reshape(N, H, W, C).transpose(0, 3, 1, 2)"

BATCH_NORM = (
    Misconception(
        name="spatial-reshape-without-transpose",
        part="spatial_batchnorm_forward",
        edits=((ROWS, "rows = x.reshape(-1, C)"), (OUT, "out = normalised.reshape(N, C, H, W)")),
        hint="reshape moves no number. In memory, which number follows x[0, 0, 0, 0]: one of another channel or of the "
        "next position?",
        affects=BACKWARD,
        seen="[5]",
    ),
    Misconception(
        name="spatial-result-not-transposed-back",
        part="spatial_batchnorm_forward",
        edits=((OUT, "out = normalised.reshape(N, C, H, W)"),),
        hint="The table has the channels last. Which axes have to change places on the way back?",
        affects=BACKWARD,
    ),
    Misconception(
        name="spatial-result-channels-last",
        part="spatial_batchnorm_forward",
        edits=((OUT, "out = normalised.reshape(N, H, W, C)"),),
        hint="The result has the axes of the images that came in: where do the channels stand?",
        affects=BACKWARD,
    ),
    Misconception(
        name="spatial-stats-per-pixel",
        part="spatial_batchnorm_forward",
        edits=(
            (ROWS, "rows = x.reshape(N, -1)"),
            (NORMALISED, NORMALISED.replace("gamma, beta", "np.repeat(gamma, H * W), np.repeat(beta, H * W)")),
            (OUT, "out = normalised.reshape(N, C, H, W)"),
        ),
        hint="How many means are there? Each channel has one, over the batch and all of its positions.",
        affects=BACKWARD,
        seen="[3]",
    ),
    Misconception(
        name="spatial-stats-per-sample",
        part="spatial_batchnorm_forward",
        edits=(
            (ROWS, "rows = x.reshape(N * C, -1).T"),
            (NORMALISED, NORMALISED.replace("gamma, beta", "np.tile(gamma, N), np.tile(beta, N)")),
            (OUT, "out = normalised.T.reshape(N, C, H, W)"),
        ),
        hint="Over how many images does the mean of a channel run in yours, and over how many should it?",
        affects=BACKWARD,
    ),
    Misconception(
        name="spatial-test-mode-not-broadcast",
        part="spatial_batchnorm_forward",
        edits=(
            (
                ROWS,
                'if bn_param["mode"] == "test":\n'
                '        mean, var = bn_param["running_mean"], bn_param["running_var"]\n'
                '        std = np.sqrt(var + bn_param.get("eps", 1e-5))\n'
                "        return gamma[:, None, None] * ((x - mean) / std) + beta[:, None, None], None\n    " + ROWS,
            ),
        ),
        hint="Against which axis of (N, C, H, W) does NumPy lay an array of shape (C,)?",
        seen="[3]",
    ),
    Misconception(
        name="spatial-running-statistics-lost",
        part="spatial_batchnorm_forward",
        edits=((NORMALISED, NORMALISED.replace("bn_param", "dict(bn_param)")),),
        hint="Which dict holds the new running statistics, and does the caller have it?",
    ),
    Misconception(
        name="spatial-batch-statistics-in-test",
        part="spatial_batchnorm_forward",
        edits=(
            (
                NORMALISED,
                'trained = bn_param if bn_param["mode"] == "train" else bn_param | {"mode": "train"}\n    '
                + NORMALISED.replace("bn_param", "trained"),
            ),
        ),
        hint="Who looks at the mode, and is it still the one that was asked for?",
    ),
    Misconception(
        name="spatial-settings-not-handed-on",
        part="spatial_batchnorm_forward",
        edits=(
            (
                NORMALISED,
                'settings = {key: bn_param[key] for key in bn_param if key not in ("eps", "momentum")}\n    '
                + NORMALISED.replace("bn_param", "settings")
                + "\n    bn_param.update(settings)",
            ),
        ),
        hint="Do eps and momentum of bn_param arrive where the normalising is done?",
    ),
    Misconception(
        name="spatial-dout-reshaped-without-transpose",
        part="spatial_batchnorm_backward",
        edits=((DROWS_IN, "rows = dout.reshape(-1, C)"), (DX, "dx = drows.reshape(N, C, H, W)")),
        hint="The gradient has to be laid out as the images were: which axes changed places then?",
    ),
    Misconception(
        name="spatial-dx-not-transposed-back",
        part="spatial_batchnorm_backward",
        edits=((DX, "dx = drows.reshape(N, C, H, W)"),),
        hint="dgamma and dbeta are right. How does the table become images again?",
    ),
    Misconception(
        name="spatial-dx-channels-last",
        part="spatial_batchnorm_backward",
        edits=((DX, "dx = drows.reshape(N, H, W, C)"),),
        hint="The gradient has the shape of the images: where do the channels stand?",
    ),
    Misconception(
        name="spatial-dgamma-dbeta-exchanged",
        part="spatial_batchnorm_backward",
        edits=(("return dx, dgamma, dbeta", "return dx, dbeta, dgamma"),),
        hint="In which order did gamma and beta come in?",
    ),
    Misconception(
        name="spatial-gradients-averaged",
        part="spatial_batchnorm_backward",
        edits=(("return dx, dgamma, dbeta", "return dx, dgamma / (N * H * W), dbeta / (N * H * W)"),),
        hint="One gamma acts at every position of every image. Are the parts of its gradient summed or averaged?",
    ),
)

MEAN = "mean = np.mean(groups, axis=(2, 3, 4), keepdims=True)"
VAR = "var = np.var(groups, axis=(2, 3, 4), keepdims=True)"
GROUPS = "groups = x.reshape(N, G, C // G, H, W)"
JOINED = "normalised = ((groups - mean) * inverse_std).reshape(N, C, H, W)"
MEAN_GRADIENT = "mean_gradient = np.mean(dnormalised, axis=(2, 3, 4), keepdims=True)"
MEAN_PRODUCT = "mean_product = np.mean(dnormalised * groups, axis=(2, 3, 4), keepdims=True)"
DGROUPS = "dgroups = inverse_std * (dnormalised - mean_gradient - groups * mean_product)"


def statistics_over(axes: str) -> tuple[tuple[str, str], ...]:
    """Return the edits after which mean and variance run over other axes."""
    return tuple((line, line.replace("(2, 3, 4)", axes)) for line in (MEAN, VAR))


GROUP_NORM = (
    Misconception(
        name="groupnorm-stats-per-pixel",
        part="spatial_groupnorm_forward",
        edits=statistics_over("2"),
        hint="How many numbers does the mean of a group run over? The positions belong to it too.",
        affects=GROUP_BACKWARD,
        seen="[3]",
    ),
    Misconception(
        name="groupnorm-stats-per-channel",
        part="spatial_groupnorm_forward",
        edits=statistics_over("(3, 4)"),
        hint="All the channels of a group share one mean and one variance.",
        affects=GROUP_BACKWARD,
        seen="[1]",
    ),
    Misconception(
        name="groupnorm-stats-over-batch",
        part="spatial_groupnorm_forward",
        edits=statistics_over("(0, 2, 3, 4)"),
        hint="Does an image need the others of its batch to be normalised?",
        affects=GROUP_BACKWARD,
    ),
    Misconception(
        name="reshape-result-discarded",
        part="spatial_groupnorm_forward",
        edits=((GROUPS, "x.reshape(N, G, C // G, H, W)\n    groups = x[:, np.newaxis]"),),
        also=("groupnorm-number-of-groups-ignored",),
        hint="reshape leaves x as it is and returns a new array. What are your statistics taken of: do they know G?",
        affects=GROUP_BACKWARD,
        seen="[1]",
    ),
    Misconception(
        name="groupnorm-channels-interleaved",
        part="spatial_groupnorm_forward",
        edits=(
            (GROUPS, "groups = x.reshape(N, C // G, G, H, W).swapaxes(1, 2)"),
            (JOINED, JOINED.replace(".reshape(", ".swapaxes(1, 2).reshape(")),
        ),
        hint="Neighbouring channels share a group: are channels 0 and 1 together in yours?",
        affects=GROUP_BACKWARD,
    ),
    Misconception(
        name="groupnorm-groups-of-size-G",
        part="spatial_groupnorm_forward",
        edits=((GROUPS, "groups = x.reshape(N, C // G, G, H, W)"),),
        hint="G is the number of groups. How many channels are in each?",
        affects=GROUP_BACKWARD,
    ),
    Misconception(
        name="groupnorm-gamma-per-group",
        part="spatial_groupnorm_forward",
        edits=(
            (
                "out = gamma * normalised + beta",
                "first = np.arange(C) // (C // G)\n    out = gamma[:, first] * normalised + beta[:, first]",
            ),
        ),
        hint="Statistics belong to groups. To what do scale and shift belong, and how many of them are there?",
        affects=GROUP_BACKWARD,
    ),
    Misconception(
        name="groupnorm-scale-and-shift-omitted",
        part="spatial_groupnorm_forward",
        edits=(("out = gamma * normalised + beta", "out = normalised"),),
        hint="What becomes of the numbers after they have mean 0 and variance 1?",
        affects=GROUP_BACKWARD,
    ),
    Misconception(
        name="groupnorm-eps-ignored",
        part="spatial_groupnorm_forward",
        edits=(('gn_param.get("eps", 1e-5)', "1e-5"),),
        hint="Who reads gn_param?",
    ),
    Misconception(
        name="groupnorm-eps-outside-square-root",
        part="spatial_groupnorm_forward",
        edits=(("1.0 / np.sqrt(var + eps)", "1.0 / (np.sqrt(var) + eps)"),),
        hint="Look at the formula again: to what is epsilon added?",
        affects=GROUP_BACKWARD,
    ),
    Misconception(
        name="groupnorm-divides-by-variance",
        part="spatial_groupnorm_forward",
        edits=(("1.0 / np.sqrt(var + eps)", "1.0 / (var + eps)"),),
        hint="What is the variance of x divided by its variance? It is to be 1.",
        affects=GROUP_BACKWARD,
    ),
    Misconception(
        name="groupnorm-dx-ignores-gamma",
        part="spatial_groupnorm_backward",
        edits=(("(gamma * dout).reshape", "dout.reshape"),),
        hint="Between the normalised numbers and the output stands a factor. Is it in the gradient?",
    ),
    Misconception(
        name="groupnorm-dx-missing-mean-term",
        part="spatial_groupnorm_backward",
        edits=((DGROUPS, DGROUPS.replace(" - mean_gradient", "")),),
        hint="Each number moves the mean of its group, and with it all the others. Which term says so?",
    ),
    Misconception(
        name="groupnorm-dx-missing-variance-term",
        part="spatial_groupnorm_backward",
        edits=((DGROUPS, DGROUPS.replace(" - groups * mean_product", "")),),
        hint="Each number moves the variance of its group, and with it all the others. Which term says so?",
    ),
    Misconception(
        name="groupnorm-dx-not-divided-by-std",
        part="spatial_groupnorm_backward",
        edits=((DGROUPS, DGROUPS.replace("inverse_std * ", "")),),
        hint="Which factor of the formula stands in front of the bracket?",
    ),
    Misconception(
        name="groupnorm-dx-sums-not-means",
        part="spatial_groupnorm_backward",
        edits=(
            (MEAN_GRADIENT, MEAN_GRADIENT.replace("np.mean", "np.sum")),
            (MEAN_PRODUCT, MEAN_PRODUCT.replace("np.mean", "np.sum")),
        ),
        hint="By what are the two sums in the bracket divided?",
    ),
    Misconception(
        name="groupnorm-dx-means-per-channel",
        part="spatial_groupnorm_backward",
        edits=(
            (MEAN_GRADIENT, MEAN_GRADIENT.replace("(2, 3, 4)", "(3, 4)")),
            (MEAN_PRODUCT, MEAN_PRODUCT.replace("(2, 3, 4)", "(3, 4)")),
        ),
        hint="The sums in the bracket run over all the numbers that share a mean. Which are these?",
    ),
    Misconception(
        name="groupnorm-dx-whole-image-as-one-group",
        part="spatial_groupnorm_backward",
        edits=(
            (MEAN_GRADIENT, MEAN_GRADIENT.replace("(2, 3, 4)", "(1, 2, 3, 4)")),
            (MEAN_PRODUCT, MEAN_PRODUCT.replace("(2, 3, 4)", "(1, 2, 3, 4)")),
        ),
        hint="The sums in the bracket run over the numbers of one group. Does the backward know the groups?",
    ),
    Misconception(
        name="groupnorm-dgamma-per-group",
        part="spatial_groupnorm_backward",
        edits=(
            (
                "dgamma = np.sum(dout * normalised, axis=(0, 2, 3), keepdims=True)",
                "dgamma = np.sum((dout * normalised).reshape(N, G, C // G, H, W), axis=(0, 2, 3, 4))\n"
                "    dgamma = np.repeat(dgamma, C // G).reshape(1, C, 1, 1)",
            ),
        ),
        hint="gamma has one number for each channel. What does each of them act on?",
    ),
    Misconception(
        name="groupnorm-dgamma-not-summed-over-batch",
        part="spatial_groupnorm_backward",
        edits=(
            ("np.sum(dout, axis=(0, 2, 3), keepdims=True)", "np.sum(dout, axis=(2, 3), keepdims=True)"),
            (
                "np.sum(dout * normalised, axis=(0, 2, 3), keepdims=True)",
                "np.sum(dout * normalised, axis=(2, 3), keepdims=True)",
            ),
        ),
        hint="One gamma acts on every image of the batch. What shape has its gradient?",
    ),
    Misconception(
        name="groupnorm-dgamma-has-gamma-in-it",
        part="spatial_groupnorm_backward",
        edits=(("np.sum(dout * normalised,", "np.sum(dout * gamma * normalised,"),),
        hint="By what is gamma multiplied on the way forward?",
    ),
)

MISCONCEPTIONS = (*BATCH_NORM, *GROUP_NORM)
