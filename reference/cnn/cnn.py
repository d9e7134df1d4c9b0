# ---
# jupyter:
#   jupytext:
#     text_representation:
#       extension: .py
#       format_name: percent
#   kernelspec:
#     display_name: Python 3
#     language: python
#     name: python3
# ---

# %% [markdown]
# # A convolutional network from scratch
#
# *"What I cannot create, I do not understand."* (Richard Feynman)
#
# In this assignment you build a convolutional network out of nothing but NumPy: convolution and pooling, first
# with loops, then as one matrix product; normalisation of images; the network; and two ways to look at what it has
# learnt. At the end your own code reads handwritten digits.
#
# **How to work.** Each part below is a function or class whose body says `raise NotImplementedError`. Replace
# that line. Keep the names, the arguments and what is returned: the docstring is the contract. Parts are
# graded one by one, so an empty part costs only its own points, and a mistake is charged once, where it is.
# What you wrote in earlier assignments is *given* here: leave those cells as they are. You may use NumPy and the
# standard library, nothing else.
#
# **Conventions**, the same everywhere:
#
# - A layer is a pair of functions. Its *forward* returns `(out, cache)`; the cache is yours, put into it
#   whatever the backward needs. Its *backward* takes `dout`, the gradient of the loss with respect to `out`,
#   and the cache, and returns the gradients with respect to the inputs, in the order of the inputs.
# - The gradient with respect to an array has the shape of that array. Always.
# - Numbers are float64; labels are integers from $0$ to $C - 1$.
# - Losses are means over the batch, so that the learning rate need not change with the batch size.
# - Functions leave their arguments unchanged unless the docstring says otherwise.

# %%
import math
from pathlib import Path

import numpy as np

# %% [markdown]
# ## 0. Given
#
# What you built before, ready to use. Leave these cells as they are.

# %%


def try_it(computation):
    """Print the result of ``computation()``, or that it needs a part that is still to be written."""
    try:
        print(computation())
    except NotImplementedError:
        print("Still to be written.")


def affine_forward(x, w, b):
    """Return the weighted sums of an affine layer.

    Args:
        x: (N, d_1, ..., d_k) float64, k >= 1; a sample is laid out as a row of D = d_1 * ... * d_k numbers.
        w: (D, M) float64, weights.
        b: (M,) float64, biases.

    Returns:
        The pair (out, cache). out: (N, M) float64. cache: for affine_backward.
    """
    rows = x.reshape(x.shape[0], -1)
    weighted = rows @ w + b
    return weighted, (x, w, b)


def affine_backward(dout, cache):
    """Return the gradients of an affine layer.

    Args:
        dout: (N, M) float64, gradient with respect to the output.
        cache: what affine_forward returned.

    Returns:
        The triple (dx, dw, db).
        dx: (N, d_1, ..., d_k) float64, the shape in which x came.
        dw: (D, M) float64.
        db: (M,) float64.
    """
    x, w, _ = cache
    rows = x.reshape(x.shape[0], -1)
    dx = (dout @ w.T).reshape(x.shape)
    dw = rows.T @ dout
    db = np.sum(dout, axis=0)
    return dx, dw, db


def relu_forward(x):
    """Replace each negative entry by zero.

    Args:
        x: float64 array of any shape.

    Returns:
        The pair (out, cache). out: float64, shape of x. cache: for relu_backward.
    """
    rectified = np.maximum(0.0, x)
    return rectified, x


def relu_backward(dout, cache):
    """Return the gradient with respect to the input of ReLU.

    Args:
        dout: float64, gradient with respect to the output, same shape.
        cache: what relu_forward returned.

    Returns:
        dx: float64, shape of dout.
    """
    x = cache
    return dout * (x > 0)


def softmax_loss(x, y):
    """Return the mean softmax cross-entropy of a batch and its gradient.

    Args:
        x: (N, C) float64, scores (logits) of each class; finite, of any size.
        y: (N,) integers from 0 to C - 1, the correct classes.

    Returns:
        The pair (loss, dx). loss: float, natural logarithm, mean over the batch. dx: (N, C) float64.
    """
    num_samples = x.shape[0]
    samples = np.arange(num_samples)
    shifted = x - np.max(x, axis=1, keepdims=True)
    log_normaliser = np.log(np.sum(np.exp(shifted), axis=1, keepdims=True))
    log_probs = shifted - log_normaliser
    loss = -np.sum(log_probs[samples, y]) / num_samples
    dx = np.exp(log_probs)
    dx[samples, y] -= 1.0
    dx /= num_samples
    return float(loss), dx


def iterate_minibatches(X, y, batch_size, rng):
    """Yield the samples in random order, each exactly once, in batches.

    Args:
        X: (N, ...) array of samples.
        y: (N,) array of labels.
        batch_size: number of samples of a batch; the last batch is shorter when N does not divide by it.
        rng: numpy.random.Generator, the only source of randomness.

    Yields:
        Pairs (X_batch, y_batch) of arrays with up to batch_size rows; row i of one belongs to row i of the
        other. X and y are left unchanged.
    """
    order = rng.permutation(X.shape[0])
    for start in range(0, X.shape[0], batch_size):
        chosen = order[start : start + batch_size]
        yield X[chosen], y[chosen]


def batchnorm_forward(x, gamma, beta, bn_param):
    """Normalise each column of a batch, then scale and shift it.

    Args:
        x: (N, D) float64.
        gamma: (D,) float64, scale of each column.
        beta: (D,) float64, shift of each column.
        bn_param: dict with "mode", "train" or "test", and optionally "eps" (1e-5), "momentum" (0.9),
            "running_mean" and "running_var", (D,) float64 each (zeros). In mode "train" the statistics are
            those of the batch, and the running ones are moved towards them *in this dict*:
            running = momentum * running + (1 - momentum) * batch. In mode "test" the running statistics
            are used, and left as they are. Variances are biased: divided by N.

    Returns:
        The pair (out, cache). out: (N, D) float64. cache: for batchnorm_backward; None in mode "test".
    """
    eps, momentum = bn_param.get("eps", 1e-5), bn_param.get("momentum", 0.9)
    running_mean = bn_param.get("running_mean", np.zeros(x.shape[1]))
    running_var = bn_param.get("running_var", np.zeros(x.shape[1]))
    if bn_param["mode"] == "test":
        return gamma * (x - running_mean) / np.sqrt(running_var + eps) + beta, None
    mean, var = np.mean(x, axis=0), np.var(x, axis=0)
    bn_param["running_mean"] = momentum * running_mean + (1.0 - momentum) * mean
    bn_param["running_var"] = momentum * running_var + (1.0 - momentum) * var
    inverse_std = 1.0 / np.sqrt(var + eps)
    normalised = (x - mean) * inverse_std
    return gamma * normalised + beta, (normalised, inverse_std, gamma)


def batchnorm_backward(dout, cache):
    """Return the gradients of batchnorm_forward in mode "train".

    Args:
        dout: (N, D) float64, gradient with respect to the output.
        cache: what batchnorm_forward returned.

    Returns:
        The triple (dx, dgamma, dbeta). dx: (N, D) float64. dgamma: (D,) float64. dbeta: (D,) float64.
    """
    normalised, inverse_std, gamma = cache
    dbeta = np.sum(dout, axis=0)
    dgamma = np.sum(dout * normalised, axis=0)
    dx = gamma * inverse_std * (dout - dbeta / dout.shape[0] - normalised * dgamma / dout.shape[0])
    return dx, dgamma, dbeta


def adam(w, dw, config=None):
    """Take one step of Adam.

    Args:
        w: float64 array of any shape, a parameter.
        dw: float64, shape of w, its gradient.
        config: None before the first step of this parameter, or a dict with any of "learning_rate" (1e-3),
            "beta1" (0.9), "beta2" (0.999), "epsilon" (1e-8); after a step, what that step returned.

    Returns:
        The pair (next_w, config). next_w: float64, shape of w. config: dict to hand to the next step of the
        *same* parameter: it holds its running averages "m" and "v" and the number of steps "t".
    """
    settings = {"learning_rate": 1e-3, "beta1": 0.9, "beta2": 0.999, "epsilon": 1e-8}
    config = settings | {"m": np.zeros_like(w), "v": np.zeros_like(w), "t": 0} | (config or {})
    beta1, beta2 = config["beta1"], config["beta2"]
    config["t"] += 1
    config["m"] = beta1 * config["m"] + (1.0 - beta1) * dw
    config["v"] = beta2 * config["v"] + (1.0 - beta2) * dw * dw
    mean = config["m"] / (1.0 - beta1 ** config["t"])
    square = config["v"] / (1.0 - beta2 ** config["t"])
    return w - config["learning_rate"] * mean / (np.sqrt(square) + config["epsilon"]), config


def accuracy(scores, y):
    """Return the share of samples whose largest score is that of the correct class.

    Args:
        scores: (N, C) float64.
        y: (N,) integers from 0 to C - 1.

    Returns:
        accuracy: float from 0 to 1.
    """
    return float(np.mean(np.argmax(scores, axis=1) == y))


def load_images(path):
    """Read the digits as images of one channel.

    Args:
        path: of digits.npz.

    Returns:
        X_train (N, 1, 8, 8) float64 from 0 to 1, y_train (N,) int64, X_val, y_val.
    """
    with np.load(path) as arrays:
        pixel_max = float(arrays["pixel_max"])
        X_train, X_val = (arrays[name].reshape(-1, 1, 8, 8) / pixel_max for name in ("X_train", "X_val"))
        return X_train, arrays["y_train"], X_val, arrays["y_val"]


# %% [markdown]
# ## 1. Sizes and costs
#


# %% [markdown]
# ## 2. Convolution
#


# %% [markdown]
# ## 3. Pooling
#


# %% [markdown]
# ## 4. Convolution as one matrix product
#


# %% [markdown]
# ## 5. Normalisation of images
#
# Batch normalisation gives every *feature* of a batch mean 0 and variance 1. In an image the feature is the
# channel: one filter looked for the same thing at every position of every image, so all of its answers belong
# together.
#
# ### 5.1 Spatial batch normalisation
#
# Each channel $c$ has its mean and variance over the batch *and* all positions, $N \cdot H \cdot W$ numbers:
#
# $$\mu_c = \frac{1}{NHW} \sum_{n, i, j} x_{ncij}, \qquad
#   \sigma_c^2 = \frac{1}{NHW} \sum_{n, i, j} (x_{ncij} - \mu_c)^2, \qquad
#   y_{ncij} = \gamma_c\,\frac{x_{ncij} - \mu_c}{\sqrt{\sigma_c^2 + \epsilon}} + \beta_c.$$
#
# Nothing in there is new. Lay the images out as a table with a row for each position of each image and a column
# for each channel, and it is the batch normalisation that you have (`batchnorm_forward`, given above).
#
# Worked numbers: two images of one channel and $1 \times 2$ pixels, $(1, 3)$ and $(5, 7)$. The mean is $4$, the
# variance $(9 + 1 + 1 + 9)/4 = 5$; with $\epsilon = 0$, $\gamma = 1$, $\beta = 0$ the first image becomes
# $(-3, -1)/\sqrt 5 \approx (-1.3416, -0.4472)$.
#
# *What usually goes wrong.* In memory the numbers of an image lie channel after channel. Which axes must change
# places before a row of the table holds the channels of *one* position, and how do you get back? How many
# numbers does each channel's mean have in it? What shape do the running statistics have, and does the mode
# "test" accept them?


# %%
def spatial_batchnorm_forward(x, gamma, beta, bn_param):
    """Normalise each channel over the batch and all positions, then scale and shift it.

    Args:
        x: (N, C, H, W) float64.
        gamma: (C,) float64, scale of each channel.
        beta: (C,) float64, shift of each channel.
        bn_param: dict as for batchnorm_forward: "mode", "eps", "momentum", and "running_mean" and
            "running_var", (C,) float64. In mode "train" the running statistics are updated in this dict, as
            batchnorm_forward does it; in mode "test" they are used and left as they are.

    Returns:
        The pair (out, cache). out: (N, C, H, W) float64. cache: for spatial_batchnorm_backward.
    """
    # BEGIN SOLUTION
    N, C, H, W = x.shape
    rows = x.transpose(0, 2, 3, 1).reshape(-1, C)
    normalised, cache = batchnorm_forward(rows, gamma, beta, bn_param)
    out = normalised.reshape(N, H, W, C).transpose(0, 3, 1, 2)
    return out, cache
    # END SOLUTION


def spatial_batchnorm_backward(dout, cache):
    """Return the gradients of spatial_batchnorm_forward in mode "train".

    Args:
        dout: (N, C, H, W) float64, gradient with respect to the output.
        cache: what spatial_batchnorm_forward returned.

    Returns:
        The triple (dx, dgamma, dbeta). dx: (N, C, H, W) float64. dgamma: (C,) float64. dbeta: (C,) float64.
    """
    # BEGIN SOLUTION
    N, C, H, W = dout.shape
    rows = dout.transpose(0, 2, 3, 1).reshape(-1, C)
    drows, dgamma, dbeta = batchnorm_backward(rows, cache)
    dx = drows.reshape(N, H, W, C).transpose(0, 3, 1, 2)
    return dx, dgamma, dbeta
    # END SOLUTION


# %% [markdown]
# ### 5.2 Group normalisation
#
# With two images in a batch, statistics over the batch are noise. Group normalisation (Wu and He, 2018) takes
# them within *one* image, over groups of neighbouring channels: the $C$ channels are cut into $G$ groups of
# $C/G$ each, channels $0$ to $C/G - 1$ are the first group, and every group of every image has its own mean and
# variance, over $\frac{C}{G} \cdot H \cdot W$ numbers. Scale and shift belong to the channels, as before. No
# batch, so no running statistics, and training and test are the same.
#
# $G = 1$ is layer normalisation of the whole image; $G = C$ normalises every channel of every image alone.
#
# Worked numbers: one image of 4 channels with one pixel each, $(1, 3, 10, 30)$, and $G = 2$. The groups are
# $(1, 3)$, mean $2$ and variance $1$, and $(10, 30)$, mean $20$ and variance $100$; with $\epsilon = 0$ both
# become $(-1, 1)$.
#
# For the backward: within a group it is the formula that you know, with the gradient of the *normalised* numbers
# arriving from above. With $m$ numbers in the group, $\hat x$ the normalised ones and $g = \partial L / \partial
# \hat x$,
#
# $$\frac{\partial L}{\partial x_i} = \frac{1}{\sqrt{\sigma^2 + \epsilon}}
#   \Big(g_i - \frac1m \sum_j g_j - \hat x_i\, \frac1m \sum_j g_j \hat x_j\Big).$$
#
# *What usually goes wrong.* `reshape` returns a new array: who keeps it? Do neighbouring channels end up in the
# same group? Over which axes does the scale of a *channel* collect its gradient, and over which axes are the
# statistics of a *group* taken? Is $\gamma$ in $g$?


# %%
def spatial_groupnorm_forward(x, gamma, beta, G, gn_param):
    """Normalise groups of neighbouring channels within each image, then scale and shift each channel.

    Args:
        x: (N, C, H, W) float64.
        gamma: (1, C, 1, 1) float64, scale of each channel.
        beta: (1, C, 1, 1) float64, shift of each channel.
        G: number of groups; divides C.
        gn_param: dict, optionally with "eps" (1e-5).

    Returns:
        The pair (out, cache). out: (N, C, H, W) float64. cache: for spatial_groupnorm_backward.
    """
    # BEGIN SOLUTION
    N, C, H, W = x.shape
    eps = gn_param.get("eps", 1e-5)
    groups = x.reshape(N, G, C // G, H, W)
    mean = np.mean(groups, axis=(2, 3, 4), keepdims=True)
    var = np.var(groups, axis=(2, 3, 4), keepdims=True)
    inverse_std = 1.0 / np.sqrt(var + eps)
    normalised = ((groups - mean) * inverse_std).reshape(N, C, H, W)
    out = gamma * normalised + beta
    return out, (normalised, inverse_std, gamma, G)
    # END SOLUTION


def spatial_groupnorm_backward(dout, cache):
    """Return the gradients of spatial_groupnorm_forward.

    Args:
        dout: (N, C, H, W) float64, gradient with respect to the output.
        cache: what spatial_groupnorm_forward returned.

    Returns:
        The triple (dx, dgamma, dbeta). dx: (N, C, H, W) float64. dgamma: (1, C, 1, 1) float64.
        dbeta: (1, C, 1, 1) float64.
    """
    # BEGIN SOLUTION
    normalised, inverse_std, gamma, G = cache
    N, C, H, W = dout.shape
    dbeta = np.sum(dout, axis=(0, 2, 3), keepdims=True)
    dgamma = np.sum(dout * normalised, axis=(0, 2, 3), keepdims=True)
    dnormalised = (gamma * dout).reshape(N, G, C // G, H, W)
    groups = normalised.reshape(N, G, C // G, H, W)
    mean_gradient = np.mean(dnormalised, axis=(2, 3, 4), keepdims=True)
    mean_product = np.mean(dnormalised * groups, axis=(2, 3, 4), keepdims=True)
    dgroups = inverse_std * (dnormalised - mean_gradient - groups * mean_product)
    dx = dgroups.reshape(N, C, H, W)
    return dx, dgamma, dbeta
    # END SOLUTION


# %%
if __name__ == "__main__":
    pixels = np.array([1.0, 3.0, 5.0, 7.0]).reshape(2, 1, 1, 2)
    try_it(lambda: spatial_batchnorm_forward(pixels, np.ones(1), np.zeros(1), {"mode": "train", "eps": 0.0})[0])
    channels, ones = np.array([1.0, 3.0, 10.0, 30.0]).reshape(1, 4, 1, 1), np.ones((1, 4, 1, 1))
    try_it(lambda: spatial_groupnorm_forward(channels, ones, 0.0 * ones, 2, {"eps": 0.0})[0].ravel())


# %% [markdown]
# ## 6. The network
#
# *convolution, ReLU, 2 × 2 max pooling, affine, ReLU, affine, softmax.* The filters find small patterns wherever
# they are, pooling forgets exactly where, and the two affine layers decide from what was found.
#
# With an odd filter size $f$, stride 1 and padding $(f - 1)/2$, the convolution keeps height and width; pooling
# then halves both. Worked numbers: images of $1 \times 8 \times 8$ pixels and 6 filters of $3 \times 3$ become
# $6 \times 8 \times 8$, after pooling $6 \times 4 \times 4 = 96$ numbers. That is how many rows $W_2$ has.
#
# The loss is the mean softmax loss of the batch plus $\frac{\lambda}{2}$ (`reg`) times the sum of the squares of
# *all* weights, those of the filters too, biases excepted.
#
# Take it in four steps: `forward` from images to scores, `backward` from the gradient of the scores to that of
# the images and of every parameter; `loss` puts the softmax on top of both and adds the penalty. The gradient
# with respect to the *images* is of no use for training. You will need it in section 8.
#
# **Before you train**, two checks that cost nothing: with small weights the loss of $C$ classes starts at
# $\ln C$ ($2.3026$ for ten), and a positive `reg` makes it larger.
#
# *What usually goes wrong.* On images that are not square, is the number of rows of $W_2$ still right? How many
# weight matrices are there, and how many have a term in the penalty, and how many in the gradient? Are the two
# terms the value and the derivative of the same function? In which order do the layers come on the way back?


# %%
class ThreeLayerConvNet:
    """A convolutional network: convolution, ReLU, 2 x 2 max pooling, affine, ReLU, affine, softmax.

    Attributes:
        params: dict of float64 arrays, with C channels, F filters of size f, M hidden units, K classes:
            "W1" (F, C, f, f), "b1" (F,): the convolution;
            "W2" (F * H/2 * W/2, M), "b2" (M,): the hidden affine layer;
            "W3" (M, K), "b3" (K,): the affine layer of the scores.
        input_dim: (C, H, W), the shape of an image.
        conv_param, pool_param: settings of the convolution (stride 1, the size is kept) and of the pooling.
        reg: float, strength of the L2 regularisation.
    """

    def __init__(
        self,
        input_dim=(1, 8, 8),
        num_filters=8,
        filter_size=3,
        hidden_dim=32,
        num_classes=10,
        weight_scale=1e-2,
        reg=0.0,
        rng=None,
    ):
        """Draw the weights and set the biases to zero.

        Args:
            input_dim: (C, H, W), the shape of an image; H and W are even.
            num_filters: number of filters, F.
            filter_size: height and width of a filter, f; odd.
            hidden_dim: number of hidden units, M.
            num_classes: number of classes, K.
            weight_scale: standard deviation of the weights, which are normal with mean 0.
            reg: strength of the regularisation: 0.5 * reg times the sum of the squares of all weights.
            rng: numpy.random.Generator, the only source of randomness; None takes a fresh one.
        """
        self.params = {}
        self.input_dim = input_dim
        self.conv_param = {"stride": 1, "pad": (filter_size - 1) // 2}
        self.pool_param = {"pool_height": 2, "pool_width": 2, "stride": 2}
        self.reg = reg
        rng = np.random.default_rng() if rng is None else rng
        # BEGIN SOLUTION
        C, H, W = input_dim
        pooled_size = num_filters * (H // 2) * (W // 2)
        self.params["W1"] = weight_scale * rng.standard_normal((num_filters, C, filter_size, filter_size))
        self.params["b1"] = np.zeros(num_filters)
        self.params["W2"] = weight_scale * rng.standard_normal((pooled_size, hidden_dim))
        self.params["b2"] = np.zeros(hidden_dim)
        self.params["W3"] = weight_scale * rng.standard_normal((hidden_dim, num_classes))
        self.params["b3"] = np.zeros(num_classes)
        # END SOLUTION

    def forward(self, X):
        """Return the scores of images.

        Args:
            X: (N, C, H, W) float64.

        Returns:
            The pair (scores, cache). scores: (N, K) float64. cache: for backward.
        """
        # BEGIN SOLUTION
        W1, b1 = self.params["W1"], self.params["b1"]
        W2, b2 = self.params["W2"], self.params["b2"]
        W3, b3 = self.params["W3"], self.params["b3"]
        filtered, conv_cache = conv_forward_im2col(X, W1, b1, self.conv_param)
        found, found_cache = relu_forward(filtered)
        pooled, pool_cache = max_pool_forward(found, self.pool_param)
        mixed, mixed_cache = affine_forward(pooled, W2, b2)
        hidden, hidden_cache = relu_forward(mixed)
        scores, scores_cache = affine_forward(hidden, W3, b3)
        return scores, (conv_cache, found_cache, pool_cache, mixed_cache, hidden_cache, scores_cache)
        # END SOLUTION

    def backward(self, dscores, cache):
        """Return the gradients with respect to the images and to every parameter.

        Args:
            dscores: (N, K) float64, gradient with respect to the scores.
            cache: what forward returned.

        Returns:
            The pair (dX, grads). dX: (N, C, H, W) float64. grads: dict with the keys of params and arrays of the
            same shapes; the regularisation is not in them.
        """
        # BEGIN SOLUTION
        conv_cache, found_cache, pool_cache, mixed_cache, hidden_cache, scores_cache = cache
        dhidden, dW3, db3 = affine_backward(dscores, scores_cache)
        dmixed = relu_backward(dhidden, hidden_cache)
        dpooled, dW2, db2 = affine_backward(dmixed, mixed_cache)
        dfound = max_pool_backward(dpooled, pool_cache)
        dfiltered = relu_backward(dfound, found_cache)
        dX, dW1, db1 = conv_backward_im2col(dfiltered, conv_cache)
        return dX, {"W1": dW1, "b1": db1, "W2": dW2, "b2": db2, "W3": dW3, "b3": db3}
        # END SOLUTION

    def loss(self, X, y=None):
        """Return the scores of a batch, or its loss and the gradients.

        Args:
            X: (N, C, H, W) float64.
            y: (N,) integers from 0 to K - 1, or None.

        Returns:
            Without y: scores, (N, K) float64.
            With y: the pair (loss, grads). loss: float, mean softmax loss plus regularisation.
            grads: dict with the keys of params and arrays of the same shapes.
        """
        # BEGIN SOLUTION
        scores, cache = self.forward(X)
        if y is None:
            return scores

        loss, dscores = softmax_loss(scores, y)
        _, grads = self.backward(dscores, cache)
        for name in ("W1", "W2", "W3"):
            W = self.params[name]
            loss = loss + 0.5 * self.reg * np.sum(W * W)
            grads[name] = grads[name] + self.reg * W
        return loss, grads
        # END SOLUTION

    def input_gradient(self, X, dscores):
        """Return the gradient of np.sum(scores * dscores) with respect to the images.

        Args:
            X: (N, C, H, W) float64.
            dscores: (N, K) float64.

        Returns:
            dX: (N, C, H, W) float64.
        """
        # BEGIN SOLUTION
        _, cache = self.forward(X)
        dX, _ = self.backward(dscores, cache)
        return dX
        # END SOLUTION


# %%
if __name__ == "__main__":
    try_it(lambda: ThreeLayerConvNet().loss(np.ones((2, 1, 8, 8)), np.array([3, 7]))[0])


# %% [markdown]
# ## 7. Training
#
# The loop of the first assignment, with Adam in place of plain gradient descent: for each batch, ask the model
# for its loss and its gradients, and let `adam` (given above) move every parameter. Adam remembers, for each
# parameter, averages of the gradients and of their squares, and hands them back in `config`: the next step of
# *that* parameter wants them.
#
# Images are shown in batches, each image once an epoch, in an order that is new in every epoch
# (`iterate_minibatches`, given above).
#
# *What usually goes wrong.* Where does the `config` of a step go? Do $W_1$ and $b_1$ have one each? Who tells
# Adam the learning rate? Do the new values arrive in `model.params`?


# %%
def train_convnet(model, X, y, num_epochs, batch_size, learning_rate, rng):
    """Train a model on minibatches with Adam.

    The parameters in model.params are changed; nothing else is. Betas and epsilon are Adam's defaults.

    Args:
        model: has params, a dict of float64 arrays, and loss(X, y), which returns the pair (loss, grads).
        X: (N, C, H, W) float64, images.
        y: (N,) integers, labels.
        num_epochs: how many times every image is used.
        batch_size: number of images of a step; the last step of an epoch may have fewer.
        learning_rate: float.
        rng: numpy.random.Generator, the only source of randomness; orders the images.

    Returns:
        losses: list of float, the loss of each batch before its step; num_epochs times the number of batches.
    """
    # BEGIN SOLUTION
    losses = []
    configs = {name: {"learning_rate": learning_rate} for name in model.params}
    for _ in range(num_epochs):
        for X_batch, y_batch in iterate_minibatches(X, y, batch_size, rng):
            batch_loss, grads = model.loss(X_batch, y_batch)
            losses.append(float(batch_loss))
            for name, gradient in grads.items():
                model.params[name], configs[name] = adam(model.params[name], gradient, configs[name])
    return losses
    # END SOLUTION


# %% [markdown]
# The file `data/digits.npz` holds 1,257 training and 180 validation images of $8 \times 8$ pixels. The network
# below should get about 95 % of the validation images right after a few seconds. If your `conv_forward_im2col` is
# still to be written, it can call your `conv_forward`: the result is the same, and you learn why nobody trains
# with loops.

# %%
# Given: train a small network on the digits.


def learn_digits(path):
    """Train a network on the digits and return it with its accuracy on the validation images."""
    X_train, y_train, X_val, y_val = load_images(path)
    rng = np.random.default_rng(0)
    net = ThreeLayerConvNet((1, 8, 8), num_filters=8, hidden_dim=32, weight_scale=0.1, rng=rng)
    train_convnet(net, X_train, y_train, num_epochs=8, batch_size=32, learning_rate=5e-3, rng=rng)
    return net, accuracy(net.loss(X_val), y_val)


if __name__ == "__main__" and Path("data/digits.npz").exists():
    try_it(lambda: learn_digits("data/digits.npz")[1])


# %% [markdown]
# ## 8. What has it learnt?
#
# A network that is right is not yet one that you understand. Three ways to look inside.
#
# ### 8.1 Feature maps
#
# The answer of each filter to an image, after ReLU, is an image itself: bright where the filter found its
# pattern, $0$ where it did not. A map that is zero for every image belongs to a dead filter; two maps that are
# always the same belong to one filter too many.
#
# *What usually goes wrong.* Can a feature map have negative numbers? Is the bias part of what a filter answers?


# %%
def feature_maps(model, x):
    """Return the feature maps of images: the output of the first convolution, after ReLU and before pooling.

    Args:
        model: a ThreeLayerConvNet; it is left unchanged.
        x: (N, C, H, W) float64, images.

    Returns:
        maps: (N, F, H, W) float64, one map for each filter.
    """
    # BEGIN SOLUTION
    W1, b1 = model.params["W1"], model.params["b1"]
    filtered, _ = conv_forward_im2col(x, W1, b1, model.conv_param)
    maps, _ = relu_forward(filtered)
    return maps
    # END SOLUTION


# %% [markdown]
# ### 8.2 Saliency
#
# Which pixels does the answer hang on? Ask by how much the *score* of the correct class would change if a pixel
# did: that is the gradient of the score with respect to the image (Simonyan, Vedaldi and Zisserman, 2013),
#
# $$M_{ij} = \max_c \left|\frac{\partial s_y}{\partial x_{cij}}\right|,$$
#
# the largest absolute value over the channels $c$. A batch needs one backward: no score depends on another
# image. `model.input_gradient(X, dscores)` gives the gradient of $\sum_{nk} s_{nk} g_{nk}$, where $g$ is
# `dscores`; choose $g$ so that of each image only the correct score is left.
#
# Worked numbers: if the gradient at one pixel is $(0.2, -0.5, 0.1)$ over three channels, its saliency is $0.5$.
#
# *What usually goes wrong.* The loss also knows the correct class, but what else does its gradient depend on?
# Which comes first, the absolute value or the maximum? Over which axis is the maximum taken?


# %%
def saliency_map(model, X, y):
    """Return how strongly the score of the correct class depends on each pixel.

    Args:
        model: a ThreeLayerConvNet; it is left unchanged.
        X: (N, C, H, W) float64, images.
        y: (N,) integers from 0 to K - 1, the correct classes.

    Returns:
        saliency: (N, H, W) float64, the largest absolute gradient over the channels of the score (not of the
        loss) of the correct class.
    """
    # BEGIN SOLUTION
    dscores = np.zeros_like(model.loss(X))
    dscores[np.arange(X.shape[0]), y] = 1.0
    dX = model.input_gradient(X, dscores)
    return np.max(np.abs(dX), axis=1)
    # END SOLUTION


# %% [markdown]
# ### 8.3 The image a class likes best
#
# The other way round: leave the weights and move the *image*, uphill, until the score of a class is large. Steps
# of a fixed length are easiest to handle:
#
# $$x \leftarrow x + \alpha\,\frac{g}{\lVert g \rVert}, \qquad g = \frac{\partial s_k}{\partial x},$$
#
# with $\lVert g \rVert$ the square root of the sum of the squares of all its entries. The first image is noise.
#
# *What usually goes wrong.* Training goes downhill. Which way is this? Does the gradient belong to the image as
# it is now, or as it was at the beginning?


# %%
def maximise_activation(model, label, num_steps, learning_rate, rng):
    """Return an image that a class likes: noise, moved uphill along the gradient of the score of the class.

    Args:
        model: a ThreeLayerConvNet; it is left unchanged.
        label: integer from 0 to K - 1, the class.
        num_steps: number of steps.
        learning_rate: float, the length of each step: the gradient is divided by its Euclidean norm first.
        rng: numpy.random.Generator; draws the image to start from.

    Returns:
        image: (C, H, W) float64.
    """
    image = 0.1 * rng.standard_normal((1, *model.input_dim))
    # BEGIN SOLUTION
    dscores = np.zeros_like(model.loss(image))
    dscores[0, label] = 1.0
    for _ in range(num_steps):
        gradient = model.input_gradient(image, dscores)
        image = image + learning_rate * gradient / np.sqrt(np.sum(gradient**2))
    return image[0]
    # END SOLUTION


# %%
# Given: look at what the network of section 7 has learnt, as text: the darker the sign, the larger the number.


def as_text(picture):
    """Return a picture, (H, W) float64 from 0 on, as lines of signs from blank to #."""
    shades = " .:-=+*%#"
    levels = (picture / max(picture.max(), 1e-12) * (len(shades) - 1)).astype(int)
    return "\n".join("".join(2 * shades[level] for level in row) for row in levels)


def look_inside(path):
    """Train on the digits; return an image, its saliency and its first feature map as text."""
    net, _ = learn_digits(path)
    _, _, X_val, y_val = load_images(path)
    pictures = (X_val[0, 0], saliency_map(net, X_val[:1], y_val[:1])[0], feature_maps(net, X_val[:1])[0, 0])
    return "\n\n".join(as_text(picture) for picture in pictures)


if __name__ == "__main__" and Path("data/digits.npz").exists():
    try_it(lambda: look_inside("data/digits.npz"))
