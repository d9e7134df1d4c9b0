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
# # Training deep networks: the black art
#
# *"What I cannot create, I do not understand."* (Richard Feynman)
#
# In this assignment you learn what makes a network train: how parameters are updated, how they start, what is
# normalised and dropped on the way, how the learning rate is found and changed, and how to tell, before an hour
# is lost, that something is wrong. At the end your recipe trains a deep and narrow network that plain gradient
# descent from a naive start cannot.
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


# %% [markdown]
# ## 1. Optimisers
#
# Backpropagation says which way is uphill for each parameter. An *optimiser* turns that into the next value of
# the parameter. All of them have one signature,
#
# `next_w, config = optimiser(w, dw, config)`,
#
# and are called once a step for each parameter array. `config` is a dictionary with the hyper-parameters and with
# whatever the optimiser must remember until the next step: the caller keeps the dictionary that came back and
# hands it in again with the next gradient. Three rules hold for each of them:
#
# - At the first step `config` may be `None`, or lack entries. What lacks has the default value that the docstring
#   gives; what is remembered starts at zero, in the shape of `w`. Entries you do not know stay in the dictionary.
# - The dictionary that is returned has all entries of the docstring, under these names.
# - A hyper-parameter may change between two steps: a schedule writes a new `learning_rate` into the dictionary.
#
# In Python `{"learning_rate": 1e-2, **(config or {})}` is a new dictionary in which entries of `config` win over
# the default; `config.setdefault(name, value)` does the same in place.
#
# ### 1.1 Gradient descent
#
# $$w \leftarrow w - \eta\, \mathrm{d}w$$
#
# with the learning rate $\eta$. Worked numbers: $w = 1$, $\mathrm{d}w = 3$, $\eta = 0.1$ gives $0.7$.
#
# *What usually goes wrong.* The gradient points uphill: which way is the loss to go?


# %%
def sgd(w, dw, config=None):
    """Take one step of gradient descent.

    Args:
        w: float64 array of any shape, the parameter.
        dw: float64, shape of w, gradient of the loss with respect to w.
        config: dict or None; entries that lack have the default given here.
            learning_rate: float, 1e-2.

    Returns:
        The pair (next_w, config). next_w: float64, shape of w. config: dict with all entries above.
    """
    # BEGIN SOLUTION
    config = {"learning_rate": 1e-2, **(config or {})}
    return w - config["learning_rate"] * dw, config
    # END SOLUTION


# %% [markdown]
# ### 1.2 Momentum
#
# In a narrow valley gradient descent bounces from wall to wall. A *velocity* that remembers earlier steps cancels
# what points to and fro, and adds up what always points the same way:
#
# $$v \leftarrow \mu v - \eta\, \mathrm{d}w, \qquad w \leftarrow w + v.$$
#
# With $\mu = 0.9$ a constant gradient ends up moving $w$ ten times as far as without. Worked numbers: $w = 1$,
# $v = 2$, $\mathrm{d}w = 3$, $\eta = 0.1$, $\mu = 0.9$ give $v = 1.5$ and $w = 2.5$.
#
# *What usually goes wrong.* There are other conventions: in some the velocity is a mean of gradients, and the
# learning rate comes in later. They agree with this one only as long as nothing changes: where does the learning
# rate stand here, and with which sign? And what does the second step know of the first?


# %%
def sgd_momentum(w, dw, config=None):
    """Take one step of gradient descent with momentum.

    Args:
        w: float64 array of any shape, the parameter.
        dw: float64, shape of w, gradient of the loss with respect to w.
        config: dict or None; entries that lack have the default given here.
            learning_rate: float, 1e-2.
            momentum: float from 0 to 1, 0.9; 0 is plain gradient descent.
            velocity: float64, shape of w, zeros. The step to take: velocity = momentum * velocity -
                learning_rate * dw.

    Returns:
        The pair (next_w, config). next_w: float64, shape of w, equal to w + velocity. config: dict with all entries
        above, velocity after the step.
    """
    # BEGIN SOLUTION
    config = {"learning_rate": 1e-2, "momentum": 0.9, "velocity": np.zeros_like(w), **(config or {})}
    velocity = config["momentum"] * config["velocity"] - config["learning_rate"] * dw
    config["velocity"] = velocity
    return w + velocity, config
    # END SOLUTION


# %% [markdown]
# ### 1.3 RMSProp
#
# Some parameters have large gradients, others small ones; one learning rate cannot suit them all. RMSProp (Hinton,
# 2012) keeps a running mean of the *squared* gradient and divides by its root, so that a usual step has the size
# $\eta$ whatever the size of the gradient:
#
# $$c \leftarrow \rho\, c + (1 - \rho)\, \mathrm{d}w^2, \qquad
#   w \leftarrow w - \eta\, \frac{\mathrm{d}w}{\sqrt{c} + \varepsilon}.$$
#
# Worked numbers: $c = 4$, $\mathrm{d}w = 2$, $\rho = 0.9$ leave $c = 4$; with $\eta = 0.1$ and $\varepsilon = 0$,
# $w$ falls by $0.1$.
#
# *What usually goes wrong.* Squares and roots: is the mean taken of squares, or is a mean squared? Does
# $\varepsilon$ stand under the root or beside it, and what would that change at $\varepsilon = 10^{-8}$ where
# $c$ is $0$?


# %%
def rmsprop(w, dw, config=None):
    """Take one step of RMSProp.

    Args:
        w: float64 array of any shape, the parameter.
        dw: float64, shape of w, gradient of the loss with respect to w.
        config: dict or None; entries that lack have the default given here.
            learning_rate: float, 1e-2.
            decay_rate: float from 0 to 1, 0.99; the share of the old cache that is kept.
            epsilon: float, 1e-8; added to the root, not under it.
            cache: float64, shape of w, zeros. Running mean of the squared gradient.

    Returns:
        The pair (next_w, config). next_w: float64, shape of w. config: dict with all entries above, cache after
        the step. The step uses the new cache.
    """
    # BEGIN SOLUTION
    config = {"learning_rate": 1e-2, "decay_rate": 0.99, "epsilon": 1e-8, "cache": np.zeros_like(w), **(config or {})}
    decay_rate = config["decay_rate"]
    cache = decay_rate * config["cache"] + (1.0 - decay_rate) * dw**2
    config["cache"] = cache
    return w - config["learning_rate"] * dw / (np.sqrt(cache) + config["epsilon"]), config
    # END SOLUTION


# %% [markdown]
# ### 1.4 Adam
#
# Adam (Kingma and Ba, 2015, algorithm 1) joins the two: $m$, a running mean of the gradient, and $v$, a running
# mean of its square. Both start at zero and are too small for the first steps. Dividing by $1 - \beta^t$, where
# $t$ counts the steps from 1, makes up for it exactly:
#
# $$t \leftarrow t + 1, \qquad m \leftarrow \beta_1 m + (1 - \beta_1)\, \mathrm{d}w, \qquad
#   v \leftarrow \beta_2 v + (1 - \beta_2)\, \mathrm{d}w^2,$$
#
# $$\hat m = \frac{m}{1 - \beta_1^t}, \qquad \hat v = \frac{v}{1 - \beta_2^t}, \qquad
#   w \leftarrow w - \eta\, \frac{\hat m}{\sqrt{\hat v} + \varepsilon}.$$
#
# Worked numbers: at the very first step $\hat m = \mathrm{d}w$ and $\hat v = \mathrm{d}w^2$, so that each entry
# moves by $\eta$, whatever its gradient. If your first step is three times as long, look at the correction.
#
# *What usually goes wrong.* What is `t` in the formula at the first step, and what at the third? Who counts it
# up, and does the caller get the new count back? Which of $m, v$ and $\hat m, \hat v$ is remembered?


# %%
def adam(w, dw, config=None):
    """Take one step of Adam, with bias correction.

    Args:
        w: float64 array of any shape, the parameter.
        dw: float64, shape of w, gradient of the loss with respect to w.
        config: dict or None; entries that lack have the default given here.
            learning_rate: float, 1e-3.
            beta1: float from 0 to 1, 0.9; the share of the old m that is kept.
            beta2: float from 0 to 1, 0.999; the share of the old v that is kept.
            epsilon: float, 1e-8; added to the root of the corrected v, not under it.
            m: float64, shape of w, zeros. Running mean of the gradient, without correction.
            v: float64, shape of w, zeros. Running mean of the squared gradient, without correction.
            t: int, 0. The number of steps taken; advanced before it is used.

    Returns:
        The pair (next_w, config). next_w: float64, shape of w. config: dict with all entries above; m, v and t
        after the step.
    """
    # BEGIN SOLUTION
    defaults = {"learning_rate": 1e-3, "beta1": 0.9, "beta2": 0.999, "epsilon": 1e-8}
    config = {**defaults, "m": np.zeros_like(w), "v": np.zeros_like(w), "t": 0, **(config or {})}
    beta1, beta2 = config["beta1"], config["beta2"]
    t = config["t"] + 1
    m = beta1 * config["m"] + (1.0 - beta1) * dw
    v = beta2 * config["v"] + (1.0 - beta2) * dw**2
    config.update(m=m, v=v, t=t)
    m_hat = m / (1.0 - beta1**t)
    v_hat = v / (1.0 - beta2**t)
    return w - config["learning_rate"] * m_hat / (np.sqrt(v_hat) + config["epsilon"]), config
    # END SOLUTION


# %%
if __name__ == "__main__":
    try_it(lambda: sgd(np.array([1.0]), np.array([3.0]), {"learning_rate": 0.1}))
    try_it(lambda: sgd_momentum(np.array([1.0]), np.array([3.0]), {"learning_rate": 0.1, "velocity": np.array([2.0])}))
    try_it(lambda: rmsprop(np.array([1.0, 1.0]), np.array([0.01, 100.0])))
    try_it(lambda: adam(np.array([1.0, 1.0]), np.array([0.01, 100.0])))

# %% [markdown]
# ### 1.5 Nesterov momentum (extra)
#
# Momentum takes the gradient where it is and then coasts on. Nesterov's idea: look where the velocity is about to
# carry you, and take the gradient there. Written in terms of the point that looks ahead, which is the `w` the
# network sees (Bengio, Boulanger-Lewandowski and Pascanu, 2013), it becomes
#
# $$v' = \mu v - \eta\, \mathrm{d}w, \qquad w \leftarrow w - \mu v + (1 + \mu)\, v', \qquad v \leftarrow v'.$$
#
# Worked numbers: $w = 1$, $v = 2$, $\mathrm{d}w = 3$, $\eta = 0.1$, $\mu = 0.9$ give $v' = 1.5$ and
# $w = 1 - 1.8 + 2.85 = 2.05$.
#
# *What usually goes wrong.* Two velocities stand in one formula. Is the old one still there when it is needed?


# %%
def nesterov(w, dw, config=None):
    """Take one step of gradient descent with Nesterov momentum.

    Args:
        w: float64 array of any shape, the parameter (the point that looks ahead).
        dw: float64, shape of w, gradient of the loss with respect to w.
        config: dict or None; entries that lack have the default given here.
            learning_rate: float, 1e-2.
            momentum: float from 0 to 1, 0.9.
            velocity: float64, shape of w, zeros. It follows velocity = momentum * velocity - learning_rate * dw.

    Returns:
        The pair (next_w, config). next_w: float64, shape of w, equal to
        w - momentum * (old velocity) + (1 + momentum) * (new velocity). config: dict with all entries above,
        velocity after the step.
    """
    # BEGIN SOLUTION
    config = {"learning_rate": 1e-2, "momentum": 0.9, "velocity": np.zeros_like(w), **(config or {})}
    momentum, old = config["momentum"], config["velocity"]
    new = momentum * old - config["learning_rate"] * dw
    config["velocity"] = new
    return w - momentum * old + (1.0 + momentum) * new, config
    # END SOLUTION


# %% [markdown]
# ### 1.6 AdaGrad (extra)
#
# The ancestor of RMSProp (Duchi, Hazan and Singer, 2011) forgets nothing: it *sums* the squared gradients, so that
# steps grow shorter and shorter:
#
# $$c \leftarrow c + \mathrm{d}w^2, \qquad w \leftarrow w - \eta\, \frac{\mathrm{d}w}{\sqrt{c} + \varepsilon}.$$
#
# Worked numbers: with a gradient of $1$ at every step the first four steps are $\eta$ times $1$, $0.71$, $0.58$
# and $0.5$.
#
# *What usually goes wrong.* What is the only difference from RMSProp?


# %%
def adagrad(w, dw, config=None):
    """Take one step of AdaGrad.

    Args:
        w: float64 array of any shape, the parameter.
        dw: float64, shape of w, gradient of the loss with respect to w.
        config: dict or None; entries that lack have the default given here.
            learning_rate: float, 1e-2.
            epsilon: float, 1e-8; added to the root, not under it.
            cache: float64, shape of w, zeros. Sum of the squared gradients.

    Returns:
        The pair (next_w, config). next_w: float64, shape of w. config: dict with all entries above, cache after
        the step. The step uses the new cache.
    """
    # BEGIN SOLUTION
    config = {"learning_rate": 1e-2, "epsilon": 1e-8, "cache": np.zeros_like(w), **(config or {})}
    cache = config["cache"] + dw**2
    config["cache"] = cache
    return w - config["learning_rate"] * dw / (np.sqrt(cache) + config["epsilon"]), config
    # END SOLUTION


# %% [markdown]
# ### 1.7 AdamW (extra)
#
# Weight decay pulls every weight towards zero by a small share a step. For plain gradient descent that is the same
# as an L2 penalty in the loss. For Adam it is not: there the gradient of the penalty would be divided by
# $\sqrt{\hat v}$ with the rest. AdamW (Loshchilov and Hutter, 2019) keeps the two apart. With the step of Adam,
#
# $$w \leftarrow w - \eta \left( \frac{\hat m}{\sqrt{\hat v} + \varepsilon} + \lambda\, w \right),$$
#
# where $w$ on the right is the weight before the step, and $m$ and $v$ know nothing of $\lambda$. Worked numbers:
# without any gradient, $w = 10$, $\eta = 0.1$, $\lambda = 0.5$ give $9.5$.
#
# *What usually goes wrong.* Which factors stand before $w$? Through which of the running means does the decay go?


# %%
def adamw(w, dw, config=None):
    """Take one step of Adam with decoupled weight decay.

    Args:
        w: float64 array of any shape, the parameter.
        dw: float64, shape of w, gradient of the loss with respect to w; the loss has no L2 penalty.
        config: dict or None; entries that lack have the default given here.
            weight_decay: float, 1e-2. The step is longer by learning_rate * weight_decay * w.
            learning_rate, beta1, beta2, epsilon, m, v, t: as for adam, with the same defaults.

    Returns:
        The pair (next_w, config). next_w: float64, shape of w. config: dict with all entries above; m, v and t
        after the step.
    """
    # BEGIN SOLUTION
    config = {"weight_decay": 1e-2, **(config or {})}
    next_w, config = adam(w, dw, config)
    return next_w - config["learning_rate"] * config["weight_decay"] * w, config
    # END SOLUTION


# %%
if __name__ == "__main__":
    try_it(lambda: nesterov(np.array([1.0]), np.array([3.0]), {"learning_rate": 0.1, "velocity": np.array([2.0])}))
    try_it(lambda: adagrad(np.array([1.0, 1.0]), np.array([0.01, 100.0])))
    try_it(lambda: adamw(np.array([10.0]), np.array([0.0]), {"learning_rate": 0.1, "weight_decay": 0.5}))


# %% [markdown]
# ## 2. Learning rate schedules and clipping
#
# A learning rate that is right at the start is too large at the end, and the other way round. A *schedule* is a
# function of the step that says which one to use. Steps count from $0$.
#
# ### 2.1 Step decay
#
# The oldest: cut the rate by a factor every so many steps,
#
# $$\eta(s) = \eta_0\, f^{\lfloor s / k \rfloor}.$$
#
# Worked numbers: $\eta_0 = 0.8$, $k = 10$, $f = 0.5$ give $0.8$ at steps $0$ to $9$, $0.4$ at steps $10$ to $19$.
#
# *What usually goes wrong.* At which step exactly does the first cut come? Is the rate constant between cuts?


# %%
def step_decay(step, base_lr, drop_every, factor=0.1):
    """Return the learning rate of a schedule that multiplies it by a factor every drop_every steps.

    Args:
        step: int, counted from 0.
        base_lr: float, the rate at step 0.
        drop_every: int, the rate is constant for so many steps; the first new one is at step drop_every.
        factor: float from 0 to 1.

    Returns:
        lr: float.
    """
    # BEGIN SOLUTION
    drops = step // drop_every
    return base_lr * factor**drops
    # END SOLUTION


# %% [markdown]
# ### 2.2 Exponential decay
#
# Without jumps:
#
# $$\eta(s) = \eta_0\, e^{-k s}.$$
#
# Worked numbers: $\eta_0 = 0.5$, $k = 0.01$ give $0.5 / e \approx 0.184$ at step $100$.
#
# *What usually goes wrong.* What is the rate at step $0$? What stands in the exponent?


# %%
def exp_decay(step, base_lr, decay_rate):
    """Return the learning rate of a schedule that decays exponentially: base_lr * exp(-decay_rate * step).

    Args:
        step: int, counted from 0.
        base_lr: float, the rate at step 0.
        decay_rate: float, at least 0, in units of 1 / step.

    Returns:
        lr: float.
    """
    # BEGIN SOLUTION
    return base_lr * math.exp(-decay_rate * step)
    # END SOLUTION


# %% [markdown]
# ### 2.3 Cosine with warm-up
#
# Adam's running means know nothing in the first steps, and a network far from any sensible state has wild
# gradients: start slowly. Then follow half a cosine down (Loshchilov and Hutter, 2017):
#
# $$\eta(s) = \begin{cases}
#   \eta_{\max}\, \dfrac{s}{s_w} & s < s_w \\[2ex]
#   \eta_{\min} + \dfrac{\eta_{\max} - \eta_{\min}}{2} \left( 1 + \cos \pi p \right),
#   \quad p = \dfrac{s - s_w}{S - s_w} & s_w \le s \le S
# \end{cases}$$
#
# with $s_w$ steps of warm-up and $S$ steps in total. Worked numbers: with $\eta_{\max} = 1$, $\eta_{\min} = 0$,
# $s_w = 10$, $S = 110$ the rates at steps $0, 5, 10, 60, 110$ are $0, 0.5, 1, 0.5, 0$.
#
# *What usually goes wrong.* Is the function continuous where the pieces meet? Does $p$ run from $0$ to $1$? Which
# unit has the argument of the cosine? What happens without warm-up, $s_w = 0$?


# %%
def cosine_with_warmup(step, total, max_lr, warmup, min_lr=0.0):
    """Return the learning rate of a schedule that rises linearly from 0 and then falls along half a cosine.

    Args:
        step: int from 0 to total.
        total: int, the step at which min_lr is reached; larger than warmup.
        max_lr: float, the rate at step warmup.
        warmup: int, at least 0, the steps of the rise from 0; with 0 the schedule starts at max_lr.
        min_lr: float, the rate at step total. The rise starts at 0 all the same.

    Returns:
        lr: float.
    """
    # BEGIN SOLUTION
    if step < warmup:
        return max_lr * step / warmup
    progress = (step - warmup) / (total - warmup)
    return min_lr + 0.5 * (max_lr - min_lr) * (1.0 + math.cos(math.pi * progress))
    # END SOLUTION


# %% [markdown]
# ### 2.4 One cycle
#
# Smith (2018, *A disciplined approach to neural network hyper-parameters*) goes up to a rate so large that it could
# not be kept for long, and down again to almost nothing. While the rate is high, momentum is low, and the other way
# round: their effects on the length of a step multiply. Here both are linear between three points:
#
# | step | learning rate | momentum |
# |---|---|---|
# | $0$ | $\eta_{\max} / d$ | $\mu_{\text{high}}$ |
# | $r S$ | $\eta_{\max}$ | $\mu_{\text{low}}$ |
# | $S$ | $\eta_{\max} / D$ | $\mu_{\text{high}}$ |
#
# with $S$ steps in total and the share $r$ of rising steps. Worked numbers: $\eta_{\max} = 1$, $d = 25$, $r = 0.3$,
# $S = 100$: at step $15$, half way up, the rate is $0.52$ and momentum $0.9$.
#
# *What usually goes wrong.* The two slopes have different lengths. Which of the two low rates belongs to which end?
# Which way does momentum go while the rate rises?


# %%
def one_cycle(step, total, max_lr, rise=0.3, div=25.0, final_div=1e4, high_momentum=0.95, low_momentum=0.85):
    """Return learning rate and momentum of the one-cycle schedule, both linear before and after the peak.

    Args:
        step: int from 0 to total.
        total: int, the step at which the schedule ends.
        max_lr: float, the rate at the peak, which is at step rise * total (not always a whole number).
        rise: float between 0 and 1, the share of the steps before the peak.
        div: float, the rate at step 0 is max_lr / div.
        final_div: float, the rate at step total is max_lr / final_div.
        high_momentum: float, momentum at step 0 and at step total.
        low_momentum: float, momentum at the peak.

    Returns:
        The pair (lr, momentum) of floats.
    """
    # BEGIN SOLUTION
    peak = rise * total
    if step <= peak:
        height, low_lr = step / peak, max_lr / div
    else:
        height, low_lr = (total - step) / (total - peak), max_lr / final_div
    lr = low_lr + height * (max_lr - low_lr)
    momentum = high_momentum - height * (high_momentum - low_momentum)
    return lr, momentum
    # END SOLUTION


# %%
if __name__ == "__main__":
    try_it(lambda: [step_decay(step, 0.8, 10, 0.5) for step in (0, 9, 10, 19, 20)])
    try_it(lambda: [exp_decay(step, 0.5, 0.01) for step in (0, 100)])
    try_it(lambda: [cosine_with_warmup(step, 110, 1.0, 10) for step in (0, 5, 10, 60, 110)])
    try_it(lambda: [one_cycle(step, 100, 1.0) for step in (0, 15, 30, 65, 100)])

# %% [markdown]
# ### 2.5 Clipping
#
# One batch with an enormous gradient can throw away an hour of training. Two remedies. The first cuts every entry
# by itself and so changes the direction of the step. The second looks at *all* gradients of the network as one long
# vector, and shortens that vector where it is longer than allowed (Pascanu, Mikolov and Bengio, 2013):
#
# $$\|g\| = \sqrt{\textstyle\sum_{\text{arrays}} \sum_{\text{entries}} g^2}, \qquad
#   g \leftarrow g\, \frac{c}{\|g\|} \quad \text{if } \|g\| > c.$$
#
# Worked numbers: arrays $(3)$ and $(0, 4)$ have the norm $5$ together. With $c = 1$ they become $(0.6)$ and
# $(0, 0.8)$, with $c = 10$ they stay as they are. Clipped by value at $3.5$ they become $(3)$ and $(0, 3.5)$.
#
# *What usually goes wrong.* How many norms are there in a network with twelve parameters? What happens to
# gradients that were short already, or zero? Are large negative entries cut too?


# %%
def clip_grad_norm(grads, max_norm):
    """Shorten all gradients by one factor where their joint norm exceeds a limit.

    Args:
        grads: dict of float64 arrays of any shapes, gradient by the name of the parameter. They may all be zero.
        max_norm: float above 0.

    Returns:
        The pair (clipped, norm).
        clipped: dict with the same names, each array in its shape; the gradients as they are where their norm is
            at most max_norm, else all multiplied by max_norm / norm.
        norm: float, the norm over all arrays before clipping.
    """
    # BEGIN SOLUTION
    norm = math.sqrt(sum(float(np.sum(gradient**2)) for gradient in grads.values()))
    scale = max_norm / norm if norm > max_norm else 1.0
    return {name: scale * gradient for name, gradient in grads.items()}, norm
    # END SOLUTION


def clip_grad_value(grads, limit):
    """Cut every entry of the gradients to the range from -limit to limit.

    Args:
        grads: dict of float64 arrays of any shapes, gradient by the name of the parameter.
        limit: float above 0.

    Returns:
        clipped: dict with the same names, each array in its shape.
    """
    # BEGIN SOLUTION
    return {name: np.clip(gradient, -limit, limit) for name, gradient in grads.items()}
    # END SOLUTION


# %%
if __name__ == "__main__":
    try_it(lambda: clip_grad_norm({"W1": np.array([3.0]), "W2": np.array([0.0, 4.0])}, 1.0))
    try_it(lambda: clip_grad_value({"W1": np.array([3.0]), "W2": np.array([0.0, -4.0])}, 3.5))


# %% [markdown]
# ## 3. Initialisation
#
# If all weights start at the same value, all units of a layer compute the same thing, get the same gradient, and
# stay the same for ever: the start must be random. But how large? A weighted sum of $n$ inputs with independent
# weights of mean $0$ has a variance of
#
# $$\operatorname{Var}(z) = n\, \operatorname{Var}(w)\, \mathrm{E}[x^2].$$
#
# Ten layers whose sums double the mean square each make it a thousand times larger; ten that halve it leave almost
# nothing. So choose $\operatorname{Var}(w)$ such that a layer keeps what it gets. $n$ is the *fan-in*, the number of
# inputs that enter one sum; on the way back the sums run over the *fan-out*.
#
# ### 3.1 Xavier
#
# For a layer whose activation is close to the identity around zero, forward wants $1/\text{fan-in}$, backward wants
# $1/\text{fan-out}$, and Glorot and Bengio (2010, equation 12) settle in between:
#
# $$\operatorname{Var}(w) = \frac{2}{\text{fan-in} + \text{fan-out}}.$$
#
# Worked numbers: for 300 inputs and 100 outputs the variance is $0.005$ and the standard deviation $0.0707$.
#
# *What usually goes wrong.* Does your random function ask for a variance or for a standard deviation?
#
# ### 3.2 He
#
# ReLU sets half of its inputs to zero and with it halves the mean square. He et al. (2015, equation 10) make up for
# it and look at the forward alone:
#
# $$\operatorname{Var}(w) = \frac{2}{\text{fan-in}}.$$
#
# Worked numbers: for 200 inputs the standard deviation is $0.1$, for any number of outputs.
#
# *What usually goes wrong.* Which axis of `w` counts the inputs?


# %%
def xavier_init(fan_in, fan_out, rng):
    """Draw the weights of a layer from the normal distribution of mean 0 and variance 2 / (fan_in + fan_out).

    Args:
        fan_in: int, number of inputs.
        fan_out: int, number of outputs.
        rng: numpy.random.Generator, the only source of randomness.

    Returns:
        w: (fan_in, fan_out) float64.
    """
    # BEGIN SOLUTION
    variance = 2.0 / (fan_in + fan_out)
    return rng.normal(0.0, math.sqrt(variance), size=(fan_in, fan_out))
    # END SOLUTION


def he_init(fan_in, fan_out, rng):
    """Draw the weights of a layer before ReLU from the normal distribution of mean 0 and variance 2 / fan_in.

    Args:
        fan_in: int, number of inputs.
        fan_out: int, number of outputs.
        rng: numpy.random.Generator, the only source of randomness.

    Returns:
        w: (fan_in, fan_out) float64.
    """
    # BEGIN SOLUTION
    variance = 2.0 / fan_in
    return rng.normal(0.0, math.sqrt(variance), size=(fan_in, fan_out))
    # END SOLUTION


# %%
if __name__ == "__main__":
    try_it(lambda: xavier_init(300, 100, np.random.default_rng(0)).std())
    try_it(lambda: he_init(200, 50, np.random.default_rng(0)).std())

# %% [markdown]
# ### 3.3 Xavier, uniform (extra)
#
# Many libraries draw uniformly from $-a$ to $a$ instead. What matters is the variance, the same as in 3.1.
#
# *What usually goes wrong.* What is the variance of a uniform distribution from $-a$ to $a$, and which $a$ follows?


# %%
def xavier_uniform_init(fan_in, fan_out, rng):
    """Draw the weights of a layer uniformly, around 0 and with variance 2 / (fan_in + fan_out).

    Args:
        fan_in: int, number of inputs.
        fan_out: int, number of outputs.
        rng: numpy.random.Generator, the only source of randomness.

    Returns:
        w: (fan_in, fan_out) float64.
    """
    # BEGIN SOLUTION
    bound = math.sqrt(6.0 / (fan_in + fan_out))
    return rng.uniform(-bound, bound, size=(fan_in, fan_out))
    # END SOLUTION


# %% [markdown]
# ### 3.4 The fans of a convolution
#
# A convolutional layer slides $F$ filters of shape $(C, HH, WW)$ over an image with $C$ channels. One output is a
# sum over the whole filter; one input, away from the border and at stride 1, enters a sum at every place of every
# filter. Worked numbers: 8 filters of shape $(3, 5, 5)$ have a fan-in of $75$ and a fan-out of $200$.
#
# *What usually goes wrong.* How many numbers are added up for a single output?


# %%
def conv_fans(filter_shape):
    """Return the numbers of inputs of one output, and of outputs of one input, of a convolutional layer.

    Args:
        filter_shape: (F, C, HH, WW), a tuple of ints: filters, channels, height and width of a filter.

    Returns:
        The pair (fan_in, fan_out) of ints: fan_in = C * HH * WW, fan_out = F * HH * WW.
    """
    # BEGIN SOLUTION
    F, C, HH, WW = filter_shape
    return C * HH * WW, F * HH * WW
    # END SOLUTION


# %%
if __name__ == "__main__":
    try_it(lambda: xavier_uniform_init(300, 100, np.random.default_rng(0)).std())
    try_it(lambda: conv_fans((8, 3, 5, 5)))


# %% [markdown]
# ## 4. Normalisation
#
# The deeper the network, the more its signals depend on every layer below: change one and all the others see
# numbers of another size. A normalisation layer takes that worry away: it shifts and scales its inputs to mean 0
# and variance 1, then lets the network choose the mean (`beta`) and the scale (`gamma`) it likes best.
#
# ### 4.1 Batch normalisation, forward
#
# Batch normalisation (Ioffe and Szegedy, 2015) does so for each *feature*, over the samples of the batch:
#
# $$\mu_d = \frac1N \sum_n x_{nd}, \qquad v_d = \frac1N \sum_n (x_{nd} - \mu_d)^2, \qquad
#   \hat x_{nd} = \frac{x_{nd} - \mu_d}{\sqrt{v_d + \epsilon}}, \qquad
#   y_{nd} = \gamma_d\,\hat x_{nd} + \beta_d.$$
#
# A network in use may see one sample at a time: there is no batch to take a mean of, and the answer for one
# sample must not depend on its neighbours. So while training, the layer keeps running averages,
#
# $$r \leftarrow m\,r + (1 - m)\,\mu, \qquad s \leftarrow m\,s + (1 - m)\,v,$$
#
# with the momentum $m$, and in test mode it uses $r$ and $s$ in place of $\mu$ and $v$. They live in `bn_param`,
# a dict that the function *changes*: this is how a layer remembers from call to call.
#
# Worked numbers: the column $x = (1, 3, 8)$ has $\mu = 4$ and $v = 26/3$. With $\epsilon = 0$, $\gamma = 1$ and
# $\beta = 0$ it becomes $(-1.0190, -0.3397, 1.3587)$. A running mean of $0$ becomes $0.4$ with momentum $0.9$.
#
# *What usually goes wrong.* Which of the two summands of the running average does the momentum belong to? What
# is kept: a variance, or its root? Is test mode different in anything but the two statistics? And who reads
# `eps` and `momentum` when they are not what they usually are?


# %%
def batchnorm_forward(x, gamma, beta, bn_param):
    """Normalise each feature over the batch, then scale and shift it.

    Args:
        x: (N, D) float64. N >= 2 in training mode.
        gamma: (D,) float64, scales.
        beta: (D,) float64, shifts.
        bn_param: dict, the settings and the memory of the layer.
            "mode": "train" (use the statistics of the batch) or "test" (use the running ones).
            "eps": float, added to the variance before the root is taken; 1e-5 where it is missing.
            "momentum": float from 0 to 1, the share of the running statistics that stays; 0.9 where it is missing.
            "running_mean", "running_var": (D,) float64; zeros where they are missing. In training mode both
            entries are set to momentum * old + (1 - momentum) * that of the batch, where the variance of the
            batch is the mean of the squares (not divided by N - 1). In test mode they are left as they are.

    Returns:
        The pair (out, cache). out: (N, D) float64. cache: for batchnorm_backward; of no use in test mode.
    """
    # BEGIN SOLUTION
    eps = bn_param.get("eps", 1e-5)
    momentum = bn_param.get("momentum", 0.9)
    running_mean = bn_param.get("running_mean", np.zeros(x.shape[1]))
    running_var = bn_param.get("running_var", np.zeros(x.shape[1]))
    if bn_param["mode"] == "train":
        mean = np.mean(x, axis=0)
        var = np.mean((x - mean) ** 2, axis=0)
        bn_param["running_mean"] = momentum * running_mean + (1.0 - momentum) * mean
        bn_param["running_var"] = momentum * running_var + (1.0 - momentum) * var
    else:
        mean = running_mean
        var = running_var
    inv_std = 1.0 / np.sqrt(var + eps)
    x_hat = (x - mean) * inv_std
    return gamma * x_hat + beta, (x_hat, inv_std, gamma)
    # END SOLUTION


# %% [markdown]
# ### 4.2 Batch normalisation, backward
#
# Each $x_{nd}$ reaches the loss on three ways: through its own $\hat x_{nd}$, through the mean and through the
# variance of its column. Draw the graph, go back one node at a time, and add up what arrives. With
# $g = \texttt{dout}$, $h = \gamma\,g$ (the gradient with respect to $\hat x$) and $\sigma_d = \sqrt{v_d + \epsilon}$:
#
# $$\frac{\partial L}{\partial \gamma_d} = \sum_n g_{nd}\,\hat x_{nd}, \qquad
#   \frac{\partial L}{\partial \beta_d} = \sum_n g_{nd},$$
#
# $$\frac{\partial L}{\partial v_d} = -\frac{1}{2 \sigma_d^3} \sum_n h_{nd}\,(x_{nd} - \mu_d), \qquad
#   \frac{\partial L}{\partial \mu_d} = -\frac{1}{\sigma_d} \sum_n h_{nd}, \qquad
#   \frac{\partial L}{\partial x_{nd}} = \frac{h_{nd}}{\sigma_d}
#     + \frac{\partial L}{\partial v_d}\,\frac{2\,(x_{nd} - \mu_d)}{N} + \frac{\partial L}{\partial \mu_d}\,\frac1N.$$
#
# A check for free: adding the same number to a whole column changes nothing, so every column of
# $\partial L/\partial x$ sums to zero. Worked numbers: $x = (1, 3, 8)$ as above, $\gamma = 2$, $g = (1, 0, 0)$:
# $\partial L/\partial x = (0.2178, -0.3049, 0.0871)$.
#
# *What usually goes wrong.* How many of the three ways does your gradient take? What did you keep in the cache:
# $\sigma$, $\sigma^2$ or $1/\sigma$? Does `gamma` scale the gradient before or after the sums, and does it
# matter? (A constant `dout` gives zero whatever you forget: never test with ones.)


# %%
def batchnorm_backward(dout, cache):
    """Return the gradients of batch normalisation in training mode.

    Args:
        dout: (N, D) float64, gradient with respect to the output.
        cache: what batchnorm_forward returned in training mode.

    Returns:
        The triple (dx, dgamma, dbeta). dx: (N, D) float64. dgamma, dbeta: (D,) float64.
    """
    # BEGIN SOLUTION
    x_hat, inv_std, gamma = cache
    num_samples = dout.shape[0]
    dgamma = np.sum(dout * x_hat, axis=0)
    dbeta = np.sum(dout, axis=0)
    dx_hat = dout * gamma
    centred = x_hat / inv_std
    dvar = -0.5 * inv_std**3 * np.sum(dx_hat * centred, axis=0)
    dmean = -inv_std * np.sum(dx_hat, axis=0)
    dx = dx_hat * inv_std + dvar * 2.0 * centred / num_samples + dmean / num_samples
    return dx, dgamma, dbeta
    # END SOLUTION


# %% [markdown]
# ### 4.3 Batch normalisation, backward in closed form (extra)
#
# Put the three ways together on paper and most of it cancels. One line is left for `dx`, without an intermediate
# gradient of the mean or the variance. Find it, and compare with what you have: the two must agree to rounding.


# %%
def batchnorm_backward_alt(dout, cache):
    """Return the gradients of batch normalisation in training mode, by one simplified formula.

    Args:
        dout: (N, D) float64, gradient with respect to the output.
        cache: what batchnorm_forward returned in training mode.

    Returns:
        The triple (dx, dgamma, dbeta), as from batchnorm_backward.
    """
    # BEGIN SOLUTION
    x_hat, inv_std, gamma = cache
    num_samples = dout.shape[0]
    dgamma = np.sum(dout * x_hat, axis=0)
    dbeta = np.sum(dout, axis=0)
    dx = gamma * inv_std / num_samples * (num_samples * dout - dbeta - x_hat * dgamma)
    return dx, dgamma, dbeta
    # END SOLUTION


# %%
if __name__ == "__main__":
    column = np.array([[1.0], [3.0], [8.0]])
    unit = np.array([[1.0], [0.0], [0.0]])
    two, zero = np.array([2.0]), np.array([0.0])
    try_it(lambda: batchnorm_forward(column, two, zero, {"mode": "train", "eps": 0.0})[0])
    try_it(lambda: batchnorm_backward(unit, batchnorm_forward(column, two, zero, {"mode": "train", "eps": 0.0})[1])[0])

# %% [markdown]
# ### 4.4 Layer normalisation
#
# Layer normalisation (Ba, Kiros and Hinton, 2016) takes the mean and the variance of each *sample*, over its
# features:
#
# $$\mu_n = \frac1D \sum_d x_{nd}, \qquad v_n = \frac1D \sum_d (x_{nd} - \mu_n)^2, \qquad
#   \hat x_{nd} = \frac{x_{nd} - \mu_n}{\sqrt{v_n + \epsilon}}, \qquad y_{nd} = \gamma_d\,\hat x_{nd} + \beta_d.$$
#
# No sample sees another one, so there is no training or test mode, nothing to remember, and a batch of one is as
# good as any. `gamma` and `beta` still belong to the features: each is shared by all the samples. Worked numbers:
# the row $(1, 3, 8)$ becomes $(-1.0190, -0.3397, 1.3587)$, just as the column did above.
#
# *What usually goes wrong.* Two axes now play two parts. Which of the sums of the backward run over the samples,
# which over the features? Which of $N$ and $D$ stands under each of them?


# %%
def layernorm_forward(x, gamma, beta, ln_param):
    """Normalise each sample over its features, then scale and shift each feature.

    Args:
        x: (N, D) float64. N >= 1.
        gamma: (D,) float64, scales.
        beta: (D,) float64, shifts.
        ln_param: dict, left unchanged.
            "eps": float, added to the variance before the root is taken; 1e-5 where it is missing.

    Returns:
        The pair (out, cache). out: (N, D) float64. cache: for layernorm_backward.
    """
    # BEGIN SOLUTION
    eps = ln_param.get("eps", 1e-5)
    mean = np.mean(x, axis=1, keepdims=True)
    var = np.mean((x - mean) ** 2, axis=1, keepdims=True)
    inv_std = 1.0 / np.sqrt(var + eps)
    x_hat = (x - mean) * inv_std
    return gamma * x_hat + beta, (x_hat, inv_std, gamma)
    # END SOLUTION


def layernorm_backward(dout, cache):
    """Return the gradients of layer normalisation.

    Args:
        dout: (N, D) float64, gradient with respect to the output.
        cache: what layernorm_forward returned.

    Returns:
        The triple (dx, dgamma, dbeta). dx: (N, D) float64. dgamma, dbeta: (D,) float64.
    """
    # BEGIN SOLUTION
    x_hat, inv_std, gamma = cache
    num_features = dout.shape[1]
    dgamma = np.sum(dout * x_hat, axis=0)
    dbeta = np.sum(dout, axis=0)
    dx_hat = dout * gamma
    mean_term = np.sum(dx_hat, axis=1, keepdims=True)
    var_term = x_hat * np.sum(dx_hat * x_hat, axis=1, keepdims=True)
    dx = inv_std / num_features * (num_features * dx_hat - mean_term - var_term)
    return dx, dgamma, dbeta
    # END SOLUTION


# %%
if __name__ == "__main__":
    row, ones, zeros = np.array([[1.0, 3.0, 8.0]]), np.ones(3), np.zeros(3)
    try_it(lambda: layernorm_forward(row, ones, zeros, {})[0])


# %% [markdown]
# ## 5. Dropout and weight decay
#
# Two ways to keep a network from learning its training set by heart: make its units unreliable, so that none can
# depend on the presence of another, and make large weights expensive.
#
# ### 5.1 Dropout
#
# While training, dropout (Srivastava et al., 2014) sets each number to zero at random, independently of all others,
# and keeps it with the probability $p$. What is kept is divided by $p$ (*inverted* dropout), so that the expected
# value of every number stays what it was and nothing has to be done at test time:
#
# $$y_i = \frac{m_i}{p}\,x_i, \qquad m_i = \begin{cases} 1 & \text{with probability } p \\ 0 & \text{else,}\end{cases}
#   \qquad \frac{\partial L}{\partial x_i} = \frac{m_i}{p}\,g_i.$$
#
# In test mode $y = x$. Worked numbers: with $p = 0.8$ about one number in five becomes $0$, and a $2$ that stays
# becomes $2.5$.
#
# **Mind the convention.** Here, as in the paper and in later versions of CS231n, `p` is the probability to *keep* a
# number; PyTorch and others mean the probability to *drop*. The docstring decides.
#
# *What usually goes wrong.* At $p = 0.8$, how much is left of your array: most of it, or little? Does a number
# that stays come out larger or smaller than it went in? On the way back, which numbers were dropped: those of this
# call, or those of a new draw?


# %%
def dropout_forward(x, dropout_param):
    """Drop entries at random and scale up the others (training mode), or do nothing (test mode).

    Args:
        x: float64 array of any shape.
        dropout_param: dict, left unchanged.
            "mode": "train" or "test".
            "p": float, 0 < p <= 1, the probability to KEEP an entry. Each entry has a draw of its own.
            "seed": int. If it is there (and not None), calls with the same seed and the same shape drop the same
            entries, and calls with different seeds draw anew; if not, every call draws anew.

    Returns:
        The pair (out, cache). out: float64, shape of x; in training mode the kept entries divided by p and zeros
        elsewhere, in test mode the entries of x. cache: for dropout_backward.
    """
    # BEGIN SOLUTION
    keep = dropout_param["p"]
    if dropout_param["mode"] == "test":
        return x, None
    draws = np.random.default_rng(dropout_param.get("seed"))
    mask = (draws.random(x.shape) < keep) / keep
    return x * mask, mask
    # END SOLUTION


def dropout_backward(dout, cache):
    """Return the gradient with respect to the input of dropout, in the mode of the forward.

    Args:
        dout: float64, gradient with respect to the output, same shape.
        cache: what dropout_forward returned, in training or in test mode.

    Returns:
        dx: float64, shape of dout.
    """
    # BEGIN SOLUTION
    mask = cache
    if mask is None:
        return dout
    return dout * mask
    # END SOLUTION


# %%
if __name__ == "__main__":
    try_it(lambda: dropout_forward(np.full((2, 5), 2.0), {"mode": "train", "p": 0.8, "seed": 1})[0])
    try_it(lambda: dropout_forward(np.full((2, 5), 2.0), {"mode": "test", "p": 0.8})[0])

# %% [markdown]
# ### 5.2 Weight decay
#
# The L2 penalty pulls each weight towards zero with a force proportional to its size:
#
# $$R = \frac{\lambda}{2} \sum_{\text{weights}} w^2, \qquad \frac{\partial R}{\partial w} = \lambda\,w,
#   \qquad \lambda = \texttt{reg}.$$
#
# It is meant for what multiplies the signals of the layer before: the weights. A bias or a `beta` only shifts, and
# the scale `gamma` of a normalised feature is there to be free; they stay out. Worked numbers: a single weight of
# $3$ and a bias of $5$ with $\lambda = 0.1$ cost $0.45$, and the weight is pulled with $0.3$.
#
# *What usually goes wrong.* Which of the names in `params` are weights? Do loss and gradient fit each other: what is
# the derivative of your penalty for a single weight?


# %%
def l2_penalty(params, reg):
    """Return the L2 penalty of the weights of a network and its gradient.

    Args:
        params: dict of float64 arrays with names such as "W1", "b1", "gamma1", "beta1", "W2", "b2". The weights are
            those whose name starts with "W", however many there are; nothing else has a penalty.
        reg: float, strength of the penalty.

    Returns:
        The pair (penalty, grads). penalty: float, 0.5 * reg times the sum of the squares of all weights.
        grads: dict with the gradient of the penalty for the name of each weight, float64 of the shape of the
        weight; the other names may be missing or hold zeros.
    """
    # BEGIN SOLUTION
    penalty = 0.0
    grads = {}
    for name, value in params.items():
        if name.startswith("W"):
            penalty = penalty + 0.5 * reg * np.sum(value * value)
            grads[name] = reg * value
    return float(penalty), grads
    # END SOLUTION


# %%
if __name__ == "__main__":
    try_it(lambda: l2_penalty({"W1": np.array([[3.0]]), "b1": np.array([5.0])}, 0.1))


# %% [markdown]
# ## 6. A deep network with everything
#
# Now the layers become a network. Each of its hidden layers is
#
# *affine → normalisation (if any) → ReLU → dropout (if any)*,
#
# and a last affine layer gives the scores for the softmax. With $L$ affine layers the parameters are $W_1, b_1$ to
# $W_L, b_L$ and, where the network normalises, $\gamma_1, \beta_1$ to $\gamma_{L-1}, \beta_{L-1}$. The way back takes
# the same stations in reverse.
#
# Two things depend on whether the network is learning or in use: batch normalisation and dropout. Here labels tell:
# with `y` the network learns (training mode), without it is asked for scores (test mode). Each batch normalisation
# has a dict of its own in `bn_params`, because each has its own running statistics.
#
# *What usually goes wrong.* Is the mode set in every dict on every call? Ask the network twice for the scores of the
# same sample: why might the answers differ, and may they? Do two layers share a memory? Which parameters of the last
# layer exist, and which must not? And does every weight have its penalty, in the loss and in its gradient?


# %%
class FullyConnectedNet:
    """A deep network: (affine, normalisation, ReLU, dropout) for each hidden layer, then affine, softmax.

    Attributes:
        params: dict of float64 arrays: "W1", "b1" to "WL", "bL" for the L = len(hidden_dims) + 1 affine layers,
            weights of shape (number of inputs, number of outputs); with a normalisation also "gamma1", "beta1" to
            "gamma(L-1)", "beta(L-1)", of shape (number of outputs of the layer,).
        num_layers: L.
        normalization: None, "batchnorm" or "layernorm".
        dropout_keep_ratio: float, probability to keep a unit; with 1 the network has no dropout.
        reg: float, strength of the L2 penalty.
        bn_params: with "batchnorm" a list of L - 1 dicts, the bn_param of each hidden layer, where the running
            statistics are kept; else empty.
        seed: the "seed" given to every dropout layer, or None.
    """

    def __init__(
        self,
        hidden_dims,
        input_dim,
        num_classes,
        dropout_keep_ratio=1.0,
        normalization=None,
        reg=0.0,
        weight_scale=None,
        rng=None,
        seed=None,
    ):
        """Draw the weights; set biases and betas to zero and gammas to one.

        Args:
            hidden_dims: list with the number of units of each hidden layer.
            input_dim: number of features of a sample, D.
            num_classes: number of classes, C.
            dropout_keep_ratio: probability to keep a unit, above 0 and up to 1; 1 means no dropout.
            normalization: None, "batchnorm" or "layernorm".
            reg: strength of the L2 penalty, 0.5 * reg times the sum of the squares of all weights.
            weight_scale: standard deviation of all weights, which are normal with mean 0. None means He
                initialisation: sqrt(2 / number of inputs) for the weights of each affine layer.
            rng: numpy.random.Generator, from which the weights are drawn; None takes a fresh one.
            seed: int, passed to dropout, so that every call drops the same units (to check gradients); None draws
                new masks on every call.
        """
        self.params = {}
        self.num_layers = len(hidden_dims) + 1
        self.normalization = normalization
        self.dropout_keep_ratio = dropout_keep_ratio
        self.reg = reg
        self.seed = seed
        self.bn_params = []
        rng = np.random.default_rng() if rng is None else rng
        # BEGIN SOLUTION
        sizes = [input_dim, *hidden_dims, num_classes]
        for layer in range(1, self.num_layers + 1):
            inputs, outputs = sizes[layer - 1], sizes[layer]
            scale = math.sqrt(2.0 / inputs) if weight_scale is None else weight_scale
            self.params[f"W{layer}"] = scale * rng.standard_normal((inputs, outputs))
            self.params[f"b{layer}"] = np.zeros(outputs)
            if normalization is not None and layer < self.num_layers:
                self.params[f"gamma{layer}"] = np.ones(outputs)
                self.params[f"beta{layer}"] = np.zeros(outputs)
        if normalization == "batchnorm":
            self.bn_params = [{"mode": "train"} for _ in hidden_dims]
        # END SOLUTION

    def loss(self, X, y=None):
        """Return the scores of a batch (test mode), or its loss and the gradients (training mode).

        In training mode batch normalisation uses the batch and updates its running statistics, and dropout drops. In
        test mode batch normalisation uses the running statistics and changes nothing, and dropout does nothing. The
        layers have their default eps and momentum.

        Args:
            X: (N, d_1, ..., d_k) float64 with d_1 * ... * d_k = input_dim.
            y: (N,) integers from 0 to C - 1, or None.

        Returns:
            Without y: scores, (N, C) float64.
            With y: the pair (loss, grads). loss: float, mean softmax loss plus the L2 penalty.
            grads: dict with the keys of params and arrays of the same shapes.
        """
        # BEGIN SOLUTION
        mode = "test" if y is None else "train"
        for bn_param in self.bn_params:
            bn_param["mode"] = mode
        dropout_param = {"mode": mode, "p": self.dropout_keep_ratio, "seed": self.seed}

        last = self.num_layers
        signal = X
        caches = {}
        for layer in range(1, last):
            W, b = self.params[f"W{layer}"], self.params[f"b{layer}"]
            signal, affine_cache = affine_forward(signal, W, b)
            norm_cache, dropout_cache = None, None
            if self.normalization == "batchnorm":
                gamma, beta = self.params[f"gamma{layer}"], self.params[f"beta{layer}"]
                signal, norm_cache = batchnorm_forward(signal, gamma, beta, self.bn_params[layer - 1])
            elif self.normalization == "layernorm":
                gamma, beta = self.params[f"gamma{layer}"], self.params[f"beta{layer}"]
                signal, norm_cache = layernorm_forward(signal, gamma, beta, {})
            signal, relu_cache = relu_forward(signal)
            if self.dropout_keep_ratio < 1:
                signal, dropout_cache = dropout_forward(signal, dropout_param)
            caches[layer] = affine_cache, norm_cache, relu_cache, dropout_cache
        W, b = self.params[f"W{last}"], self.params[f"b{last}"]
        scores, scores_cache = affine_forward(signal, W, b)
        if y is None:
            return scores

        data_loss, dscores = softmax_loss(scores, y)
        grads = {}
        dsignal, dW, db = affine_backward(dscores, scores_cache)
        grads[f"W{last}"], grads[f"b{last}"] = dW, db
        for layer in range(last - 1, 0, -1):
            affine_cache, norm_cache, relu_cache, dropout_cache = caches[layer]
            if self.dropout_keep_ratio < 1:
                dsignal = dropout_backward(dsignal, dropout_cache)
            dsignal = relu_backward(dsignal, relu_cache)
            if self.normalization == "batchnorm":
                dsignal, dgamma, dbeta = batchnorm_backward(dsignal, norm_cache)
                grads[f"gamma{layer}"], grads[f"beta{layer}"] = dgamma, dbeta
            elif self.normalization == "layernorm":
                dsignal, dgamma, dbeta = layernorm_backward(dsignal, norm_cache)
                grads[f"gamma{layer}"], grads[f"beta{layer}"] = dgamma, dbeta
            dsignal, dW, db = affine_backward(dsignal, affine_cache)
            grads[f"W{layer}"], grads[f"b{layer}"] = dW, db

        penalty, pulls = l2_penalty(self.params, self.reg)
        for name, pull in pulls.items():
            grads[name] = grads[name] + pull
        return data_loss + penalty, grads
        # END SOLUTION


# %%
if __name__ == "__main__":
    try_it(lambda: FullyConnectedNet([5, 4], 3, 2, normalization="batchnorm").loss(np.eye(3), np.array([0, 1, 1]))[0])
    try_it(lambda: FullyConnectedNet([5, 4], 3, 2, dropout_keep_ratio=0.5).loss(np.eye(3)))


# %% [markdown]
# ## 7. Finding a learning rate
#
# No number matters more. Too small, and an hour of training is an hour of waiting; too large, and the loss explodes.
# In between lie about two powers of ten, and they can be found in a minute.
#
# ### 7.1 The range test
#
# Smith (2017, *Cyclical learning rates*): train for a few steps only, and raise the learning rate with every one of
# them, by the same *factor*, from far too small to far too large:
#
# $$\eta_i = \eta_{\min} \left( \frac{\eta_{\max}}{\eta_{\min}} \right)^{i / (n - 1)}, \qquad i = 0, \dots, n - 1.$$
#
# Worked numbers: from $0.01$ to $1$ in five steps the rates are $0.01, 0.0316, 0.1, 0.316, 1$. At first the loss
# stays where it is, then it falls, then it explodes. Step $i$ notes the loss of its batch, and then moves the
# parameters by $-\eta_i$ times the gradient. Once a loss is not finite, or more than four times as large as the
# smallest so far, nothing is left to learn from it: the test ends and leaves that loss out.
#
# The test ruins the parameters it moves. Nobody wants to train on with those.
#
# Here a network is its dictionary `params` and a function `loss_fn(params, X, y)`, which returns the loss and the
# dictionary of gradients: so the test serves for whatever you can differentiate.
#
# *What usually goes wrong.* Are there as many rates between $0.001$ and $0.01$ as between $0.1$ and $1$? Which
# arrays does the test change, and who else holds them? Is NaN larger than four times the smallest loss?


# %%
def lr_range_test(loss_fn, params, next_batch, lr_min=1e-5, lr_max=10.0, num_steps=100):
    """Train with a growing learning rate, and note the loss of each step until it explodes.

    Args:
        loss_fn: function of (params, X, y); returns the pair (loss, grads): a float, and a dict with a float64 array
            for each name in params, of the same shape.
        params: dict of float64 arrays, where training starts; the dict and its arrays are left unchanged.
        next_batch: function without arguments; each call returns the pair (X, y) of the next batch.
        lr_min, lr_max: floats above 0, the first and the last learning rate.
        num_steps: int, at least 2, number of rates and of batches.

    Returns:
        The pair (lrs, losses) of arrays of one length, (n,) float64, with n = num_steps unless the test ends early.
        lrs: the learning rates, on a geometric grid from lr_min to lr_max, both included.
        losses: entry i is the loss of batch i before the step of plain gradient descent with rate lrs[i]. All are
            finite and at most 4 times as large as the smallest one before them: the first loss that is not ends
            the test and is left out, together with its rate.
    """
    # BEGIN SOLUTION
    lrs = np.geomspace(lr_min, lr_max, num_steps)
    moving = {name: value.copy() for name, value in params.items()}
    losses = []
    for lr in lrs:
        X, y = next_batch()
        loss, grads = loss_fn(moving, X, y)
        if not np.isfinite(loss) or loss > 4.0 * min([loss, *losses]):
            break
        losses.append(float(loss))
        for name, gradient in grads.items():
            moving[name] -= lr * gradient
    return lrs[: len(losses)], np.array(losses)
    # END SOLUTION


# %% [markdown]
# ### 7.2 Reading the curve
#
# Which rate is best? Not the one with the smallest loss: there the next step explodes. Where the loss *falls
# fastest*, learning is fastest. The rates are spread evenly over the logarithm, so take the slope over that:
#
# $$\text{lr} = \arg\min_{\eta_i} \frac{\mathrm{d}\,\text{loss}}{\mathrm{d} \log \eta}.$$
#
# Worked numbers: losses of $3, 2.9, 2.0, 1.4, 1.3, 5$ at rates $10^{-5}, 10^{-4}, \dots, 1$ have the central slopes
# (of the points in the middle, a decade a step) $-0.5, -0.75, -0.35, 1.8$, so $10^{-3}$ is suggested. The losses of
# small batches jump up and down: smooth them first; `smoothed` is given.
#
# *What usually goes wrong.* Is the lowest point of a curve the one where it falls? And is a slope the same over
# $\eta$ as over $\log \eta$?


# %%
def suggest_lr(lrs, losses):
    """Return the learning rate at which the loss of a range test falls fastest.

    Args:
        lrs: (n,) float64, n >= 3, learning rates on a geometric grid, growing.
        losses: (n,) float64, the loss at each of them, smooth enough to take slopes.

    Returns:
        lr: float, the entry of lrs where the slope of the loss over the logarithm of the rate is the most negative.
        (Differences may be central or one-sided: the entry next to it is right too.)
    """
    # BEGIN SOLUTION
    slopes = np.gradient(losses, np.log(lrs))
    return float(lrs[np.argmin(slopes)])
    # END SOLUTION


# %%
# Given: batches without end, a mean over neighbours, and the test on a small network.


def endless_batches(X, y, batch_size, rng):
    """Yield batches, epoch after epoch."""
    while True:
        yield from iterate_minibatches(X, y, batch_size, rng)


def smoothed(losses, window=5):
    """Return each loss as the mean of up to ``window`` losses around it."""
    half = window // 2
    return np.array([np.mean(losses[max(0, i - half) : i + half + 1]) for i in range(len(losses))])


def as_loss_function(net):
    """Return loss_fn(params, X, y) of a network."""

    def loss_fn(params, X, y):
        net.params = params
        return net.loss(X, y)

    return loss_fn


def find_rate():
    """Return the suggested learning rate of a small network that tells two clouds of points apart."""
    rng = np.random.default_rng(0)
    y = rng.integers(2, size=400)
    X = rng.normal(size=(400, 3)) + 2.0 * y[:, None]
    net = FullyConnectedNet([8], 3, 2, rng=rng)
    batches = endless_batches(X, y, 50, rng)
    lrs, losses = lr_range_test(as_loss_function(net), net.params, lambda: next(batches))
    return suggest_lr(lrs, smoothed(losses))


if __name__ == "__main__":
    try_it(lambda: suggest_lr(10.0 ** np.arange(-5, 1), np.array([3.0, 2.9, 2.0, 1.4, 1.3, 5.0])))
    try_it(find_rate)


# %% [markdown]
# ## 8. Sanity checks before training
#
# A network with a mistake in it often trains all the same, only worse, and nobody knows how good it could have been.
# Two checks cost a second each and find most of it. Here you write the checks themselves: they must *pass* for what is
# right and, which is the harder half, *fail* for what is wrong.
#
# ### 8.1 The loss at the start
#
# With small weights all scores are about equal, the network is guessing, and the loss of guessing is known:
#
# | loss | of guessing |
# |---|---|
# | softmax, $C$ classes | $\ln C$ |
# | binary cross-entropy of one logit | $\ln 2$ |
# | multiclass hinge (SVM) with margin 1 | $C - 1$ |
#
# Worked numbers: ten classes cost $2.3026$ at the start of a softmax and $9$ at that of an SVM. Of this, the penalty
# of the weights is no part: look at the data alone first, with `reg` zero. Then switch the penalty on: the loss must
# rise, or the penalty is not connected.
#
# *What usually goes wrong.* Which logarithm is it? Is 5 % meant of the expected loss, and both ways: what does a
# loss tell that is far too *low*?


# %%
def check_initial_loss(loss_fn, params, X, y, num_classes, kind="softmax", reg=1.0, tolerance=0.05):
    """Tell whether the loss of a network with small weights is that of guessing, and whether its penalty counts.

    Args:
        loss_fn: function of (params, X, y, reg); returns the pair (loss, grads), the loss including the penalty of
            strength reg.
        params: dict of float64 arrays with small weights; left unchanged.
        X: (N, ...) float64, samples.
        y: (N,) integers, labels.
        num_classes: int, C.
        kind: "softmax", "binary" (cross-entropy of one logit for two classes) or "svm" (multiclass hinge, margin 1).
        reg: float above 0, the strength of the penalty for the second part of the check.
        tolerance: float, the allowed difference as a share of the expected loss.

    Returns:
        The triple (passed, loss, expected).
        passed: bool, True if the loss without a penalty differs from the expected one by at most tolerance times
            the expected one, and the loss with strength reg is larger than the loss without a penalty.
        loss: float, the loss without a penalty (strength 0).
        expected: float, the loss of guessing for this kind.
    """
    # BEGIN SOLUTION
    expected = {"softmax": math.log(num_classes), "binary": math.log(2.0), "svm": num_classes - 1.0}[kind]
    loss, _ = loss_fn(params, X, y, 0.0)
    penalised, _ = loss_fn(params, X, y, reg)
    near = abs(loss - expected) <= tolerance * expected
    rises = penalised > loss
    return bool(near and rises), float(loss), expected
    # END SOLUTION


# %% [markdown]
# ### 8.2 Twenty samples by heart
#
# A network with thousands of weights can learn twenty samples by heart, all of them. If yours cannot, it is broken, and
# more data will not mend it. So draw a few samples, train on *the same few* in every step, and look: does it get every
# one of them right?
#
# A falling loss is not enough. What counts is that the *scores* name the right class in the end, at least 99 in 100.
#
# *What usually goes wrong.* Do the labels still belong to the samples after drawing? Does each step use its own
# gradient, and in which direction? If a network does not learn at all, does your check say so?


# %%
def overfit_tiny_batch(loss_fn, scores_fn, params, X, y, rng, num_samples=20, num_steps=200, learning_rate=0.1):
    """Tell whether a network can learn a few samples by heart.

    Args:
        loss_fn: function of (params, X, y); returns the pair (loss, grads): a float, and a dict with a float64 array
            for each name in params, of the same shape.
        scores_fn: function of (params, X); returns the scores, (N, C) float64.
        params: dict of float64 arrays, where training starts; the dict and its arrays are left unchanged.
        X: (N, ...) float64, samples.
        y: (N,) integers, their labels.
        rng: numpy.random.Generator, draws the samples.
        num_samples: int, how many different samples are drawn, at most N.
        num_steps: int, number of steps of plain gradient descent, each on all the samples that were drawn.
        learning_rate: float.

    Returns:
        The triple (passed, accuracy, losses).
        passed: bool, True if the accuracy is at least 0.99.
        accuracy: float, the share of the drawn samples whose largest score, after the last step, is that of its label.
        losses: list of num_steps floats, the loss before each step.
    """
    # BEGIN SOLUTION
    chosen = rng.choice(X.shape[0], size=num_samples, replace=False)
    X_tiny, y_tiny = X[chosen], y[chosen]
    moving = {name: value.copy() for name, value in params.items()}
    losses = []
    for _ in range(num_steps):
        loss, grads = loss_fn(moving, X_tiny, y_tiny)
        losses.append(float(loss))
        for name, gradient in grads.items():
            moving[name] -= learning_rate * gradient
    predicted = np.argmax(scores_fn(moving, X_tiny), axis=1)
    accuracy = float(np.mean(predicted == y_tiny))
    return accuracy >= 0.99, accuracy, losses
    # END SOLUTION


# %%
# Given: both checks on a network of section 6.


def check_small_network():
    """Return what both checks say of a small network on random points."""
    rng = np.random.default_rng(0)
    X, y = rng.normal(size=(50, 6)), rng.integers(3, size=50)
    small = FullyConnectedNet([10], 6, 3, weight_scale=1e-2, rng=rng)
    net = FullyConnectedNet([50], 6, 3, rng=rng)

    def penalised_loss(params, X, y, reg):
        small.params, small.reg = params, reg
        return small.loss(X, y)

    def scores(params, X):
        net.params = params
        return net.loss(X)

    start = check_initial_loss(penalised_loss, small.params, X, y, 3)
    by_heart = overfit_tiny_batch(as_loss_function(net), scores, net.params, X, y, rng, num_steps=500)
    return start, by_heart[:2]


if __name__ == "__main__":
    try_it(check_small_network)


# %% [markdown]
# ## 9. Looking inside
#
# When the loss does not fall, the loss does not say why. Four numbers do.
#
# ### 9.1 How large are the gradients?
#
# For each parameter the length of its gradient, seen as one long vector: $\|g\| = \sqrt{\sum g^2}$. A gradient of the
# first layer that is a million times shorter than that of the last is *vanishing*, the other way round it is
# *exploding*. Worked numbers: $\begin{pmatrix} 1 & 2 \\ 2 & 4 \end{pmatrix}$ has the norm $5$.
#
# ### 9.2 How large are the steps?
#
# A step of $0.01$ is nothing for a weight of $100$ and everything for one of $0.001$. So compare the length of the
# *update*, which is what was added to a parameter, with that of the parameter itself,
#
# $$r = \frac{\|\Delta w\|}{\|w\|}.$$
#
# A healthy network has about $10^{-3}$ (Karpathy, CS231n). Far below, the learning rate is too small; far above, it
# is too large. Worked numbers: $w = (3, 4)$ and $\Delta w = (0, -0.01)$ give $0.002$.
#
# *What usually goes wrong.* Is it one number for the network, or one for each parameter? Which of the two lengths
# stands below the line? Biases start at zero: what is divided by then?


# %%
def grad_norms(grads):
    """Return the norm of each gradient.

    Args:
        grads: dict of float64 arrays of any shapes, gradient by the name of the parameter.

    Returns:
        norms: dict of float with the same names, the square root of the sum of the squares of all entries.
    """
    # BEGIN SOLUTION
    return {name: float(np.sqrt(np.sum(gradient**2))) for name, gradient in grads.items()}
    # END SOLUTION


def update_ratio(params, updates):
    """Return how large the last step was beside each parameter.

    Args:
        params: dict of float64 arrays of any shapes, the parameters before the step.
        updates: dict of float64 arrays with the same names and shapes: what the step added to them.

    Returns:
        ratios: dict of float with the same names, the norm of the update divided by the norm of the parameter, or by
        1e-8 where that norm is smaller.
    """
    # BEGIN SOLUTION
    ratios = {}
    for name, value in params.items():
        length = float(np.sqrt(np.sum(value**2)))
        moved = float(np.sqrt(np.sum(updates[name] ** 2)))
        ratios[name] = moved / max(length, 1e-8)
    return ratios
    # END SOLUTION


# %%
if __name__ == "__main__":
    try_it(lambda: grad_norms({"W1": np.array([[1.0, 2.0], [2.0, 4.0]]), "b1": np.array([-3.0])}))
    try_it(lambda: update_ratio({"W1": np.array([3.0, 4.0])}, {"W1": np.array([0.0, -0.01])}))

# %% [markdown]
# ### 9.3 Dead units
#
# A ReLU that gives zero for *every* sample gets no gradient from any of them, and never will: it is dead. One large
# step is enough to kill a unit. That it is silent for one batch says little: another batch may wake it.
#
# Worked numbers: a layer of three units gives $\begin{pmatrix} 0 & 1 & 0 \\ 0 & 0 & 2 \end{pmatrix}$ for the first
# batch and $\begin{pmatrix} 0 & 0 & 3 \end{pmatrix}$ for the second. One unit of three is dead. In the second batch
# alone, two are silent.
#
# *What usually goes wrong.* Are you counting units, or zeros? When is a unit alive: if it speaks up once, or always?


# %%
def dead_relu_fraction(batches):
    """Return the share of the units of a ReLU layer that are zero for every sample of every batch.

    Args:
        batches: list of arrays, the outputs of one layer for one batch after the other: (N_i, H) float64, not
            negative. The batches may have different numbers of samples.

    Returns:
        fraction: float from 0 to 1, the number of dead units divided by H.
    """
    # BEGIN SOLUTION
    outputs = np.concatenate(batches, axis=0)
    dead = np.all(outputs == 0.0, axis=0)
    return float(np.mean(dead))
    # END SOLUTION


# %% [markdown]
# ### 9.4 How the signal travels
#
# Follow one batch through the layers. In a healthy network the standard deviation of the activations stays about the
# same from layer to layer; where it shrinks, the layers above see nothing, where it grows, they explode. That is all
# initialisation and normalisation are about.
#
# Worked numbers: activations $\begin{pmatrix} 0 & 2 \\ 0 & 6 \end{pmatrix}$ have the mean $2$, the standard deviation
# $\sqrt{24 / 4} \approx 2.4495$, and half of them are zero.
#
# *What usually goes wrong.* The mean and deviation of the layer are taken over all its entries: is the mean of the
# deviations of its units the same?


# %%
def activation_stats(activations):
    """Return mean, standard deviation and share of zeros of the activations of each layer.

    Args:
        activations: list of L float64 arrays, (N, H_l), the outputs of each layer for one batch.

    Returns:
        The triple (means, stds, zeros) of (L,) float64 arrays, each over all N * H_l entries of a layer.
        stds: the root of the mean squared difference from the mean (divided by the number of entries).
        zeros: share of the entries that are exactly zero, from 0 to 1.
    """
    # BEGIN SOLUTION
    means = np.array([np.mean(layer) for layer in activations])
    stds = np.array([np.std(layer) for layer in activations])
    zeros = np.array([np.mean(layer == 0.0) for layer in activations])
    return means, stds, zeros
    # END SOLUTION


# %%
# Given: twelve layers of ReLU from three starts.


def follow_signal(weight_scale, rng):
    """Return the standard deviations of a signal in the 1st, 6th and 12th of twelve layers of 50 ReLUs."""
    signal, activations = rng.normal(size=(100, 50)), []
    for _ in range(12):
        signal = np.maximum(0.0, signal @ (weight_scale * rng.normal(size=(50, 50))))
        activations.append(signal)
    return activation_stats(activations)[1][[0, 5, 11]]


if __name__ == "__main__":
    try_it(lambda: dead_relu_fraction([np.array([[0.0, 1.0, 0.0], [0.0, 0.0, 2.0]]), np.array([[0.0, 0.0, 3.0]])]))
    for scale in (0.01, 0.2, 0.5):
        try_it(lambda scale=scale: follow_signal(scale, np.random.default_rng(0)))


# %% [markdown]
# ## 10. The training loop
#
# Everything comes together in a *solver*: it deals out the batches, asks the model for loss and gradients, clips them,
# asks the schedule for the learning rate and the update rule for the next parameters. After every epoch it looks at the
# validation data, and it remembers where the network was best.
#
# **What is trained on.** The training data, nothing else. What the network has trained on tells nothing about what
# it will do with new data.
#
# **How it is judged.** `model.loss(X, y)` is the network *learning*: dropout drops, batch normalisation looks at the
# batch and changes its running statistics. `model.loss(X)` gives the scores of the network *in use*. The validation
# loss is the mean softmax loss (`softmax_loss` is given) of those scores; it has no penalty in it.
#
# **When it stops.** Training on and on, the validation loss first falls, then rises again: the network learns the
# training data by heart. So keep the parameters of the end of the epoch with the lowest validation loss, and give up
# after `patience` epochs in a row that were not better (Prechelt, 1998). Worked numbers: with a patience of $2$ and
# validation losses of $0.9, 0.7, 0.8, 0.6, 0.65, 0.62, 0.5$ training stops after the sixth epoch, never sees the
# seventh, and the parameters of the fourth are the result.
#
# *What usually goes wrong.* If `best` is another name for a dictionary that goes on changing, what is in it at the
# end? Does each parameter have a velocity of its own? Is the order of the samples new in every epoch? How many epochs
# without a new best are `patience` epochs: is the best one among them?

# %%
# Given: update rules by name.


def find_update_rule(update_rule):
    """Return an update rule: the function of that name in this file, or what is a function already."""
    return globals()[update_rule] if isinstance(update_rule, str) else update_rule


# %%
class Solver:
    """Trains a model on training data, and keeps the parameters that do best on validation data.

    Attributes:
        model: what is trained; has params, a dict of float64 arrays, and loss as FullyConnectedNet has it.
        X_train, y_train, X_val, y_val: the data.
        update_rule, optim_config, lr_schedule, max_norm, batch_size, num_epochs, patience, rng: see __init__.
        loss_history: list of float, the loss of every batch before its step, as model.loss(X, y) returns it.
        val_loss_history: list of float, the validation loss at the end of each epoch.
        val_acc_history: list of float, the validation accuracy at the end of each epoch.
        best_val_loss: float, the smallest validation loss.
        best_params: dict of float64 arrays, the parameters at the end of the epoch with that loss (of the first such
            epoch).
    """

    def __init__(
        self,
        model,
        data,
        update_rule="sgd",
        optim_config=None,
        lr_schedule=None,
        max_norm=None,
        batch_size=100,
        num_epochs=10,
        patience=None,
        rng=None,
    ):
        """Keep what is needed for training; nothing is trained yet.

        Args:
            model: see above.
            data: dict with X_train (N, ...), y_train (N,), X_val (M, ...) and y_val (M,).
            update_rule: name of an optimiser in this file, such as "adam", or a function of (w, dw, config) that
                returns the pair (next_w, config), as they do.
            optim_config: dict with the settings of the update rule, such as "learning_rate"; None takes its defaults.
            lr_schedule: function of the number of steps taken so far (0 at the first step), called once a step; what
                it returns is the "learning_rate" of every parameter in that step. None: the rate stays as it is.
            max_norm: float; before each step the gradients are clipped to this joint norm. None: no clipping.
            batch_size: number of samples of a step; the last batch of an epoch is shorter where N does not divide by
                it.
            num_epochs: how often every training sample is used, at most.
            patience: int, at least 1; training ends after so many epochs in a row without a validation loss below the
                smallest before. None: it goes on to the last epoch.
            rng: numpy.random.Generator, the only source of randomness; orders the samples, anew in every epoch. None
                takes a fresh one.
        """
        self.model = model
        self.X_train, self.y_train = data["X_train"], data["y_train"]
        self.X_val, self.y_val = data["X_val"], data["y_val"]
        self.update_rule = find_update_rule(update_rule)
        self.optim_config = {} if optim_config is None else optim_config
        self.lr_schedule = lr_schedule
        self.max_norm = max_norm
        self.batch_size = batch_size
        self.num_epochs = num_epochs
        self.patience = patience
        self.rng = np.random.default_rng() if rng is None else rng
        self.loss_history = []
        self.val_loss_history = []
        self.val_acc_history = []
        self.best_val_loss = math.inf
        self.best_params = {}

    def evaluate(self, X, y):
        """Judge the model in use (test mode); nothing changes.

        Args:
            X: (N, ...) float64, samples.
            y: (N,) integers, labels.

        Returns:
            The pair (loss, accuracy). loss: float, mean softmax loss of the scores, without a penalty. accuracy:
            float, share of the samples whose largest score is that of the label.
        """
        # BEGIN SOLUTION
        scores = self.model.loss(X)
        loss, _ = softmax_loss(scores, y)
        return loss, float(np.mean(np.argmax(scores, axis=1) == y))
        # END SOLUTION

    def train(self):
        """Train the model, keep the histories, and put the best parameters into the model.

        Afterwards model.params equals best_params: the parameters of the epoch with the smallest validation loss, not
        those of the last step.

        Returns:
            loss_history.
        """
        # BEGIN SOLUTION
        configs = {name: dict(self.optim_config) for name in self.model.params}
        epochs_since_best = 0
        for _ in range(self.num_epochs):
            for X_batch, y_batch in iterate_minibatches(self.X_train, self.y_train, self.batch_size, self.rng):
                self.take_step(X_batch, y_batch, configs)
            val_loss, val_accuracy = self.evaluate(self.X_val, self.y_val)
            self.val_loss_history.append(val_loss)
            self.val_acc_history.append(val_accuracy)
            if val_loss < self.best_val_loss or not self.best_params:
                self.best_val_loss = val_loss
                self.best_params = {name: value.copy() for name, value in self.model.params.items()}
                epochs_since_best = 0
            else:
                epochs_since_best += 1
            if epochs_since_best == self.patience:
                break
        self.model.params = {name: value.copy() for name, value in self.best_params.items()}
        return self.loss_history
        # END SOLUTION

    def take_step(self, X_batch, y_batch, configs):
        """Update every parameter once; a place for the inside of the loop of train, if you want one.

        Args:
            X_batch: (M, ...) float64, samples of one minibatch.
            y_batch: (M,) integers, their labels.
            configs: dict with the settings and the memory of the update rule of each parameter, by its name.
        """
        # BEGIN SOLUTION
        loss, grads = self.model.loss(X_batch, y_batch)
        if self.max_norm is not None:
            grads, _ = clip_grad_norm(grads, self.max_norm)
        if self.lr_schedule is not None:
            learning_rate = self.lr_schedule(len(self.loss_history))
            for config in configs.values():
                config["learning_rate"] = learning_rate
        self.loss_history.append(float(loss))
        params = self.model.params
        for name, gradient in grads.items():
            params[name], configs[name] = self.update_rule(params[name], gradient, configs[name])
        # END SOLUTION


# %% [markdown]
# ## 11. The experiment: deep and narrow
#
# Twelve hidden layers of twenty units each, on the digits: not a sensible network, but one that shows what all this
# is good for. Plain gradient descent from small normal weights leaves it at 10 %, which is guessing, however long it
# trains. Find a recipe that trains it within **400 steps** of 64 samples.
#
# Your recipe is plain data: how the weights start, what is normalised, the update rule and its settings, the learning
# rate of each step, clipping. It is tried on *our* solver and network, with all parts right, so that a mistake of yours
# elsewhere does not cost you anything here; and the budget is ours to keep. All points are earned from 80 % of
# held-out digits on, none below 30 %. More than one recipe gets there.
#
# Try recipes below on the validation digits, change one thing at a time, and before you do, guess what will happen.
# What does the loss look like if it never moves from $\ln 10$? Which of the four numbers of section 9 tells why? And
# which rate does the range test suggest?


# %%
def deep_recipe(num_steps):
    """Return the settings with which a network of twelve hidden layers of twenty units learns the digits.

    Args:
        num_steps: int, the number of steps that training may take, 64 samples each.

    Returns:
        recipe: dict with the following entries.
            weight_scale: None for He initialisation, or a float, the standard deviation of all weights at the start.
            normalization: None, "batchnorm" or "layernorm".
            update_rule: name of one of the optimisers of section 1, such as "sgd".
            optim_config: dict of floats by name, settings of the update rule; may be empty.
            learning_rates: list of num_steps floats, the learning rate of each step, such as a schedule of section 2
                gives, or the same rate for all.
            max_norm: float, the joint norm to which the gradients are clipped, or None.
    """
    # BEGIN SOLUTION
    return {
        "weight_scale": None,
        "normalization": "batchnorm",
        "update_rule": "sgd_momentum",
        "optim_config": {"momentum": 0.9},
        "learning_rates": [cosine_with_warmup(step, num_steps, 5e-2, num_steps // 10) for step in range(num_steps)],
        "max_norm": None,
    }
    # END SOLUTION


# %%
# Given: read the digits, and try a recipe on the validation images.


def load_images(path):
    """Read the digits as data of a Solver: pixels from 0 to 1 as float64, labels as integers."""
    with np.load(path) as arrays:
        data = {name: arrays[name] for name in ("X_train", "y_train", "X_val", "y_val")}
        for name in ("X_train", "X_val"):
            data[name] = data[name].astype(np.float64) / float(arrays["pixel_max"])
        return data


def try_recipe(recipe, data, rng):
    """Return the validation accuracy of a deep and narrow network after 400 steps, by your own parts."""
    rates = recipe["learning_rates"]
    net = FullyConnectedNet(
        [20] * 12,
        data["X_train"].shape[1],
        10,
        normalization=recipe["normalization"],
        weight_scale=recipe["weight_scale"],
        rng=rng,
    )
    solver = Solver(
        net,
        data,
        update_rule=recipe["update_rule"],
        optim_config=recipe["optim_config"],
        lr_schedule=lambda step: rates[step],
        max_norm=recipe["max_norm"],
        batch_size=64,
        num_epochs=20,
        rng=rng,
    )
    solver.train()
    return solver.evaluate(data["X_val"], data["y_val"])[1]


if __name__ == "__main__" and Path("data/digits.npz").exists():
    try_it(lambda: try_recipe(deep_recipe(400), load_images("data/digits.npz"), np.random.default_rng(0)))
