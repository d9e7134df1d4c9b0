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
# # Recurrent networks from scratch
#
# *"What I cannot create, I do not understand."* (Richard Feynman)
#
# In this assignment you build networks with a memory out of nothing but NumPy: the recurrent step, LSTM and GRU,
# each as one step and over a sequence; embeddings; losses over time with a mask; backpropagation through time, full
# and truncated. At the end your own code reads digits row by row, tells speakers by a vowel, and invents names.
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


def sigmoid(x):
    """Return the sigmoid of each entry, 1 / (1 + exp(-x)), the values alone.

    Args:
        x: float64 array of any shape. Entries may be as large as 800 in magnitude: no overflow, no warning.

    Returns:
        float64, shape of x, values from 0 to 1. Where the value is s, the slope is s * (1 - s).
    """
    decay = np.exp(-np.abs(x))
    return np.where(x >= 0, 1.0, decay) / (1.0 + decay)


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
# ## 1. The recurrent step
#
# A network that reads one piece of a sequence at a time needs a memory. The simplest one is a row of $H$ numbers,
# the *hidden state* $h$, which each step computes anew from what it reads and from what it remembers
# (Elman, 1990):
#
# $$a = x W_x + h_{\text{prev}} W_h + b, \qquad h_{\text{next}} = \tanh(a).$$
#
# That is an affine layer with two inputs, followed by tanh. Going back, $\partial L/\partial a$ comes first, and
# from there every gradient is one product or one sum, as in the affine layer:
#
# $$\frac{\partial L}{\partial a} = \frac{\partial L}{\partial h_{\text{next}}} \odot (1 - \tanh^2(a)).$$
#
# Worked numbers, all sizes 1: $x = 2$, $h_{\text{prev}} = 0.5$, $W_x = 0.5$, $W_h = -1$, $b = 0.1$ give $a = 0.6$ and
# $h_{\text{next}} \approx 0.5370$. With the upstream gradient $1$: $\partial L/\partial a \approx 0.7116$, so
# `dx` $\approx 0.3558$, `dprev_h` $\approx -0.7116$, `dWx` $\approx 1.4231$, `dWh` $\approx 0.3558$,
# `db` $\approx 0.7116$.
#
# *What usually goes wrong.* The slope of tanh can be had from what went in or from what came out: which of the two
# is in your formula, and which is in your cache? $W_x$ and $W_h$ have the same shape when $D = H$: which error stays
# invisible then? And how many rows of the batch use the one bias?


# %%
def rnn_step_forward(x, prev_h, Wx, Wh, b):
    """Return the hidden state after one step of a recurrent network with tanh.

    Args:
        x: (N, D) float64, what is read at this step.
        prev_h: (N, H) float64, hidden state before the step.
        Wx: (D, H) float64, weights from input to hidden state.
        Wh: (H, H) float64, weights from hidden state to hidden state, used as prev_h @ Wh.
        b: (H,) float64, biases.

    Returns:
        The pair (next_h, cache).
        next_h: (N, H) float64, values from -1 to 1. cache: for rnn_step_backward.
    """
    # BEGIN SOLUTION
    next_h = np.tanh(x @ Wx + prev_h @ Wh + b)
    return next_h, (x, prev_h, Wx, Wh, next_h)
    # END SOLUTION


def rnn_step_backward(dnext_h, cache):
    """Return the gradients of one recurrent step.

    Args:
        dnext_h: (N, H) float64, gradient with respect to next_h.
        cache: what rnn_step_forward returned.

    Returns:
        The five gradients (dx, dprev_h, dWx, dWh, db).
        dx: (N, D) float64. dprev_h: (N, H) float64.
        dWx: (D, H) float64. dWh: (H, H) float64. db: (H,) float64.
    """
    # BEGIN SOLUTION
    x, prev_h, Wx, Wh, next_h = cache
    dscore = dnext_h * (1.0 - next_h**2)
    dx = dscore @ Wx.T
    dprev_h = dscore @ Wh.T
    dWx = x.T @ dscore
    dWh = prev_h.T @ dscore
    db = np.sum(dscore, axis=0)
    return dx, dprev_h, dWx, dWh, db
    # END SOLUTION


# %%
if __name__ == "__main__":
    STEP = (np.array([[2.0]]), np.array([[0.5]]), np.array([[0.5]]), np.array([[-1.0]]), np.array([0.1]))
    try_it(lambda: rnn_step_forward(*STEP)[0])
    try_it(lambda: rnn_step_backward(np.array([[1.0]]), rnn_step_forward(*STEP)[1]))

# %% [markdown]
# ## 2. A sequence
#
# Apply the same step, with the same weights, to $x_1, \dots, x_T$, each time starting from the hidden state that the
# step before has left:
#
# $$h_t = \mathrm{step}(x_t, h_{t-1}), \qquad t = 1, \dots, T,$$
#
# and keep every $h_t$. Laid out in time this is a network of $T$ layers that share their weights, and *backpropagation
# through time* is the chain rule on it. Two things follow. $h_t$ is used twice: it is an output, and it is what step
# $t + 1$ starts from; so two gradients arrive at it, and they add up:
#
# $$\frac{\partial L}{\partial h_t} = \texttt{dh}_t +
#   \left(\texttt{dprev\_h} \text{ of step } t + 1\right), \qquad \text{with nothing from behind the last step.}$$
#
# And each weight is used in every step, so its gradient is a sum over the steps.
#
# Worked numbers: the step of part 1 and $x = (2, 0)$ give $h \approx (0.5370, -0.4112)$. With the upstream gradient
# $(0, 1)$, at the second step only, `dx` $\approx (-0.2956, 0.4155)$, `dh0` $\approx 0.5913$ and
# `db` $\approx 0.8309 - 0.5913 = 0.2396$: the loss looks at the last state alone, and still the first step learns.
#
# *What usually goes wrong.* Which step has all it needs to go back first? What does your code do when there is just
# one step, or just one sequence in the batch? When the loss looks at the last state only, which gradients are zero? The
# state before the first step is an input like the others: who gets its gradient?


# %%
def rnn_forward(x, h0, Wx, Wh, b):
    """Return the hidden states of a recurrent network over a batch of sequences.

    Args:
        x: (N, T, D) float64, T >= 1 steps of N sequences of one length.
        h0: (N, H) float64, hidden state before the first step.
        Wx: (D, H) float64, weights from input to hidden state.
        Wh: (H, H) float64, weights from hidden state to hidden state.
        b: (H,) float64, biases. The steps share all weights.

    Returns:
        The pair (h, cache). h: (N, T, H) float64, h[:, t] is the state after step t; h0 is not among them.
        cache: for rnn_backward.
    """
    # BEGIN SOLUTION
    states, caches = [], []
    prev_h = h0
    for t in range(x.shape[1]):
        prev_h, cache = rnn_step_forward(x[:, t], prev_h, Wx, Wh, b)
        states.append(prev_h)
        caches.append(cache)
    return np.stack(states, axis=1), caches
    # END SOLUTION


def rnn_backward(dh, cache):
    """Return the gradients of a recurrent network over a batch of sequences.

    Args:
        dh: (N, T, H) float64, gradient with respect to h of what the loss makes of each state itself; what reaches
            a state by way of later steps is not in it.
        cache: what rnn_forward returned.

    Returns:
        The five gradients (dx, dh0, dWx, dWh, db).
        dx: (N, T, D) float64. dh0: (N, H) float64.
        dWx: (D, H) float64. dWh: (H, H) float64. db: (H,) float64.
    """
    # BEGIN SOLUTION
    dprev_h = np.zeros_like(dh[:, 0])
    dx_backwards = []
    dWx, dWh, db = 0.0, 0.0, 0.0
    for t in reversed(range(dh.shape[1])):
        dx_t, dprev_h, dWx_t, dWh_t, db_t = rnn_step_backward(dh[:, t] + dprev_h, cache[t])
        dx_backwards.append(dx_t)
        dWx = dWx + dWx_t
        dWh = dWh + dWh_t
        db = db + db_t
    dx = np.stack(dx_backwards[::-1], axis=1)
    return dx, dprev_h, dWx, dWh, db
    # END SOLUTION


# %%
if __name__ == "__main__":
    SEQUENCE = (np.array([[[2.0], [0.0]]]), *STEP[1:])
    try_it(lambda: rnn_forward(*SEQUENCE)[0])
    try_it(lambda: rnn_backward(np.array([[[0.0], [1.0]]]), rnn_forward(*SEQUENCE)[1]))

# %% [markdown]
# ## 3. LSTM
#
# On its way back through $T$ steps the gradient above is multiplied by $W_h^\top$ and a slope of tanh $T$ times: it
# fades or explodes. *Long short-term memory* (Hochreiter and Schmidhuber, 1997; with a forget gate: Gers, Schmidhuber
# and Cummins, 2000) adds a second memory, the *cell* $c$, that is changed by addition only.
#
# ### 3.1 One step
#
# One product gives $4H$ numbers a row, $a = x W_x + h_{\text{prev}} W_h + b$, cut into four blocks of $H$ columns
# **in this order**:
#
# $$i = \sigma(a_{1}), \qquad f = \sigma(a_{2}), \qquad o = \sigma(a_{3}), \qquad g = \tanh(a_{4}):$$
#
# the input gate, the forget gate, the output gate, and the candidate. Then
#
# $$c_{\text{next}} = f \odot c_{\text{prev}} + i \odot g, \qquad h_{\text{next}} = o \odot \tanh(c_{\text{next}}).$$
#
# A step has two outputs, so two upstream gradients arrive. $c_{\text{next}}$ is an output, and it is also used
# to compute the other output.
#
# Worked numbers, all sizes 1: let $a = (0, 0, 0, 0)$ and $c_{\text{prev}} = 2$. All gates are half open and the
# candidate is $0$, so $c_{\text{next}} = 1$ and $h_{\text{next}} = 0.5 \tanh(1) \approx 0.3808$. With
# $(\texttt{dnext\_h}, \texttt{dnext\_c}) = (1, 0)$, `dprev_c` $\approx 0.1050$; with $(1, 1)$,
# `dprev_c` $\approx 0.6050$.
#
# *What usually goes wrong.* By how many ways does the loss depend on $c_{\text{next}}$, and does the gradient that you
# send on to $c_{\text{prev}}$ know of all of them? Four blocks, two kinds of squashing: which slope belongs to which?
# If two blocks were swapped, in which inputs would you see it?


# %%
def lstm_step_forward(x, prev_h, prev_c, Wx, Wh, b):
    """Return hidden state and cell after one step of an LSTM.

    The blocks of H columns in Wx, Wh and b belong, in this order, to the input gate, the forget gate, the output
    gate (sigmoid) and the candidate (tanh).

    Args:
        x: (N, D) float64, what is read at this step.
        prev_h: (N, H) float64, hidden state before the step.
        prev_c: (N, H) float64, cell before the step.
        Wx: (D, 4H) float64, weights from input to gates.
        Wh: (H, 4H) float64, weights from hidden state to gates.
        b: (4H,) float64, biases.

    Returns:
        The triple (next_h, next_c, cache).
        next_h: (N, H) float64. next_c: (N, H) float64. cache: for lstm_step_backward.
    """
    # BEGIN SOLUTION
    scores = x @ Wx + prev_h @ Wh + b
    score_i, score_f, score_o, score_g = np.split(scores, 4, axis=1)
    i, f, o = sigmoid(score_i), sigmoid(score_f), sigmoid(score_o)
    g = np.tanh(score_g)
    next_c = f * prev_c + i * g
    squashed_c = np.tanh(next_c)
    next_h = o * squashed_c
    return next_h, next_c, (x, prev_h, prev_c, Wx, Wh, i, f, o, g, squashed_c)
    # END SOLUTION


def lstm_step_backward(dnext_h, dnext_c, cache):
    """Return the gradients of one step of an LSTM.

    Args:
        dnext_h: (N, H) float64, gradient with respect to next_h.
        dnext_c: (N, H) float64, gradient with respect to next_c of what later steps make of the cell; what the cell
            does to next_h in this step is not in it.
        cache: what lstm_step_forward returned.

    Returns:
        The six gradients (dx, dprev_h, dprev_c, dWx, dWh, db).
        dx: (N, D) float64. dprev_h: (N, H) float64. dprev_c: (N, H) float64.
        dWx: (D, 4H) float64. dWh: (H, 4H) float64. db: (4H,) float64.
    """
    # BEGIN SOLUTION
    x, prev_h, prev_c, Wx, Wh, i, f, o, g, squashed_c = cache
    dc = dnext_c + dnext_h * o * (1.0 - squashed_c**2)
    dscore_i = dc * g * i * (1.0 - i)
    dscore_f = dc * prev_c * f * (1.0 - f)
    dscore_o = dnext_h * squashed_c * o * (1.0 - o)
    dscore_g = dc * i * (1.0 - g**2)
    dscores = np.concatenate([dscore_i, dscore_f, dscore_o, dscore_g], axis=1)
    dx = dscores @ Wx.T
    dprev_h = dscores @ Wh.T
    dprev_c = dc * f
    dWx = x.T @ dscores
    dWh = prev_h.T @ dscores
    db = np.sum(dscores, axis=0)
    return dx, dprev_h, dprev_c, dWx, dWh, db
    # END SOLUTION


# %%
if __name__ == "__main__":
    LSTM_STEP = (np.zeros((1, 1)), np.zeros((1, 1)), np.array([[2.0]]), np.ones((1, 4)), np.ones((1, 4)), np.zeros(4))
    try_it(lambda: lstm_step_forward(*LSTM_STEP)[:2])
    try_it(lambda: lstm_step_backward(np.array([[1.0]]), np.array([[1.0]]), lstm_step_forward(*LSTM_STEP)[2])[2])

# %% [markdown]
# ### 3.2 A sequence
#
# As before, with two memories handed from step to step. The cell is the network's own affair: it starts at $c_0 = 0$
# and it is no output, so nothing arrives at it from outside. From the step behind it, something does.
#
# *What usually goes wrong.* Two states go from step to step on the way forward: how many gradients must go from step
# to step on the way back, and where does each of them start?


# %%
def lstm_forward(x, h0, Wx, Wh, b):
    """Return the hidden states of an LSTM over a batch of sequences; the cell starts at zero.

    Args:
        x: (N, T, D) float64, T >= 1 steps of N sequences of one length.
        h0: (N, H) float64, hidden state before the first step.
        Wx: (D, 4H) float64, weights from input to gates, blocks as in lstm_step_forward.
        Wh: (H, 4H) float64, weights from hidden state to gates.
        b: (4H,) float64, biases. The steps share all weights.

    Returns:
        The pair (h, cache). h: (N, T, H) float64, h[:, t] is the hidden state after step t. cache: for lstm_backward.
    """
    # BEGIN SOLUTION
    states, caches = [], []
    prev_h, prev_c = h0, np.zeros_like(h0)
    for t in range(x.shape[1]):
        prev_h, prev_c, cache = lstm_step_forward(x[:, t], prev_h, prev_c, Wx, Wh, b)
        states.append(prev_h)
        caches.append(cache)
    return np.stack(states, axis=1), caches
    # END SOLUTION


def lstm_backward(dh, cache):
    """Return the gradients of an LSTM over a batch of sequences.

    Args:
        dh: (N, T, H) float64, gradient with respect to h of what the loss makes of each state itself; what reaches
            a state by way of later steps is not in it.
        cache: what lstm_forward returned.

    Returns:
        The five gradients (dx, dh0, dWx, dWh, db).
        dx: (N, T, D) float64. dh0: (N, H) float64.
        dWx: (D, 4H) float64. dWh: (H, 4H) float64. db: (4H,) float64.
    """
    # BEGIN SOLUTION
    dprev_h, dprev_c = np.zeros_like(dh[:, 0]), np.zeros_like(dh[:, 0])
    dx_backwards = []
    dWx, dWh, db = 0.0, 0.0, 0.0
    for t in reversed(range(dh.shape[1])):
        dnext_h = dh[:, t] + dprev_h
        dx_t, dprev_h, dprev_c, dWx_t, dWh_t, db_t = lstm_step_backward(dnext_h, dprev_c, cache[t])
        dx_backwards.append(dx_t)
        dWx = dWx + dWx_t
        dWh = dWh + dWh_t
        db = db + db_t
    dx = np.stack(dx_backwards[::-1], axis=1)
    return dx, dprev_h, dWx, dWh, db
    # END SOLUTION


# %%
if __name__ == "__main__":
    LSTM_SEQUENCE = (np.zeros((1, 3, 1)), np.zeros((1, 1)), np.ones((1, 4)), np.ones((1, 4)), np.ones(4))
    try_it(lambda: lstm_forward(*LSTM_SEQUENCE)[0])
    try_it(lambda: lstm_backward(np.array([[[0.0], [0.0], [1.0]]]), lstm_forward(*LSTM_SEQUENCE)[1]))

# %% [markdown]
# ## 4. GRU (extra)
#
# The *gated recurrent unit* gets along with one memory. There are several variants; this is the one of Cho et al.
# (2014, *Learning Phrase Representations using RNN Encoder-Decoder*, equations 5 to 8), with biases. $W_x$, $W_h$ and
# $b$ hold three blocks of $H$ columns, **in this order**: reset gate $r$, update gate $z$, candidate $n$:
#
# $$r = \sigma(x W_{xr} + h W_{hr} + b_r), \qquad z = \sigma(x W_{xz} + h W_{hz} + b_z),$$
#
# $$n = \tanh(x W_{xn} + (r \odot h) W_{hn} + b_n), \qquad h_{\text{next}} = z \odot h + (1 - z) \odot n,$$
#
# where $h$ is the state before the step. Note what $r$ multiplies: the state *before* its product with $W_{hn}$. (Some
# libraries multiply the product instead, $n = \tanh(x W_{xn} + r \odot (h W_{hn}) + b_n)$, because it is faster: that
# is another function.) And note what $z$ does here: at $z = 1$ the state is kept, at $z = 0$ it is replaced. (Some
# papers have it the other way round.)
#
# Worked numbers, all sizes 1: $x = 0$, $h = 1$, $b = 0$ and $W_h = (0, 0, 2)$ give $r = z = 0.5$,
# $n = \tanh(0.5 \cdot 1 \cdot 2) \approx 0.7616$ and $h_{\text{next}} \approx 0.5 + 0.3808 = 0.8808$.
#
# *What usually goes wrong.* In how many places of the formulas does $h$ stand? `dprev_h` has one term for each. What
# multiplies $W_{hn}$ in the forward, and so what belongs into the gradient of this block?


# %%
def gru_step_forward(x, prev_h, Wx, Wh, b):
    """Return the hidden state after one step of a gated recurrent unit.

    The variant of Cho et al. (2014), with biases; the blocks of H columns in Wx, Wh and b belong, in this order, to
    the reset gate r, the update gate z (sigmoid) and the candidate n (tanh)::

        n = tanh(x @ Wx_n + (r * prev_h) @ Wh_n + b_n)
        next_h = z * prev_h + (1 - z) * n

    Args:
        x: (N, D) float64, what is read at this step.
        prev_h: (N, H) float64, hidden state before the step.
        Wx: (D, 3H) float64, weights from input to gates.
        Wh: (H, 3H) float64, weights from hidden state to gates.
        b: (3H,) float64, biases.

    Returns:
        The pair (next_h, cache). next_h: (N, H) float64. cache: for gru_step_backward.
    """
    # BEGIN SOLUTION
    H = prev_h.shape[1]
    gates = sigmoid(x @ Wx[:, : 2 * H] + prev_h @ Wh[:, : 2 * H] + b[: 2 * H])
    r, z = np.split(gates, 2, axis=1)
    n = np.tanh(x @ Wx[:, 2 * H :] + (r * prev_h) @ Wh[:, 2 * H :] + b[2 * H :])
    next_h = z * prev_h + (1.0 - z) * n
    return next_h, (x, prev_h, Wx, Wh, r, z, n)
    # END SOLUTION


def gru_step_backward(dnext_h, cache):
    """Return the gradients of one step of a gated recurrent unit.

    Args:
        dnext_h: (N, H) float64, gradient with respect to next_h.
        cache: what gru_step_forward returned.

    Returns:
        The five gradients (dx, dprev_h, dWx, dWh, db).
        dx: (N, D) float64. dprev_h: (N, H) float64.
        dWx: (D, 3H) float64. dWh: (H, 3H) float64. db: (3H,) float64.
    """
    # BEGIN SOLUTION
    x, prev_h, Wx, Wh, r, z, n = cache
    H = prev_h.shape[1]
    dscore_n = dnext_h * (1.0 - z) * (1.0 - n**2)
    dreset_h = dscore_n @ Wh[:, 2 * H :].T
    dscore_r = dreset_h * prev_h * r * (1.0 - r)
    dscore_z = dnext_h * (prev_h - n) * z * (1.0 - z)
    dgates = np.concatenate([dscore_r, dscore_z], axis=1)
    dscores = np.concatenate([dgates, dscore_n], axis=1)
    dx = dscores @ Wx.T
    dprev_h = dnext_h * z + dreset_h * r + dgates @ Wh[:, : 2 * H].T
    dWx = x.T @ dscores
    dWh = np.concatenate([prev_h.T @ dgates, (r * prev_h).T @ dscore_n], axis=1)
    db = np.sum(dscores, axis=0)
    return dx, dprev_h, dWx, dWh, db
    # END SOLUTION


# %%
def gru_forward(x, h0, Wx, Wh, b):
    """Return the hidden states of a GRU over a batch of sequences.

    Args:
        x: (N, T, D) float64, T >= 1 steps of N sequences of one length.
        h0: (N, H) float64, hidden state before the first step.
        Wx: (D, 3H) float64, weights from input to gates, blocks as in gru_step_forward.
        Wh: (H, 3H) float64, weights from hidden state to gates.
        b: (3H,) float64, biases. The steps share all weights.

    Returns:
        The pair (h, cache). h: (N, T, H) float64, h[:, t] is the hidden state after step t. cache: for gru_backward.
    """
    # BEGIN SOLUTION
    states, caches = [], []
    prev_h = h0
    for t in range(x.shape[1]):
        prev_h, cache = gru_step_forward(x[:, t], prev_h, Wx, Wh, b)
        states.append(prev_h)
        caches.append(cache)
    return np.stack(states, axis=1), caches
    # END SOLUTION


def gru_backward(dh, cache):
    """Return the gradients of a GRU over a batch of sequences.

    Args:
        dh: (N, T, H) float64, gradient with respect to h of what the loss makes of each state itself; what reaches
            a state by way of later steps is not in it.
        cache: what gru_forward returned.

    Returns:
        The five gradients (dx, dh0, dWx, dWh, db).
        dx: (N, T, D) float64. dh0: (N, H) float64.
        dWx: (D, 3H) float64. dWh: (H, 3H) float64. db: (3H,) float64.
    """
    # BEGIN SOLUTION
    dprev_h = np.zeros_like(dh[:, 0])
    dx_backwards = []
    dWx, dWh, db = 0.0, 0.0, 0.0
    for t in reversed(range(dh.shape[1])):
        dx_t, dprev_h, dWx_t, dWh_t, db_t = gru_step_backward(dh[:, t] + dprev_h, cache[t])
        dx_backwards.append(dx_t)
        dWx = dWx + dWx_t
        dWh = dWh + dWh_t
        db = db + db_t
    dx = np.stack(dx_backwards[::-1], axis=1)
    return dx, dprev_h, dWx, dWh, db
    # END SOLUTION


# %%
if __name__ == "__main__":
    GRU_STEP = (np.zeros((1, 1)), np.ones((1, 1)), np.ones((1, 3)), np.array([[0.0, 0.0, 2.0]]), np.zeros(3))
    try_it(lambda: gru_step_forward(*GRU_STEP)[0])
    try_it(lambda: gru_forward(np.zeros((1, 3, 1)), *GRU_STEP[1:])[0])

# %% [markdown]
# ## 5. Embeddings
#
# Words and characters are not numbers one could multiply. Give each of the $V$ words a row of $D$ numbers of its own,
# to be learned like any other weight: word $v$ becomes row $v$ of $W$,
#
# $$\texttt{out}_{nt} = W_{x_{nt}}.$$
#
# That is an affine layer on one-hot rows, without the multiplications by zero. Going back, each position sends its
# gradient to the row it has read, and a row that was read several times gets the sum.
#
# Worked numbers: $W$ has the rows $(0, 0), (1, 2), (3, 4)$. The words $x = (2, 1, 2)$ become $(3, 4), (1, 2), (3, 4)$.
# With the upstream gradients $(1, 1), (10, 10), (100, 100)$ the rows of `dW` are $(0, 0)$, $(10, 10)$ and $(101, 101)$.
#
# *What usually goes wrong.* What does `dW[x] += dout` do in NumPy when an index occurs twice in `x`? And which rows
# does `dW` have: those of the words that occurred, or all?


# %%
def word_embedding_forward(x, W):
    """Replace each word by its row of the table.

    Args:
        x: (N, T) integers from 0 to V - 1, words; a word may occur several times, or never.
        W: (V, D) float64, one row a word.

    Returns:
        The pair (out, cache). out: (N, T, D) float64. cache: for word_embedding_backward.
    """
    # BEGIN SOLUTION
    vectors = W[x]
    return vectors, (x, W.shape)
    # END SOLUTION


def word_embedding_backward(dout, cache):
    """Return the gradient with respect to the table. Words have no gradient.

    Args:
        dout: (N, T, D) float64, gradient with respect to the output.
        cache: what word_embedding_forward returned.

    Returns:
        dW: (V, D) float64.
    """
    # BEGIN SOLUTION
    x, shape = cache
    dW = np.zeros(shape)
    np.add.at(dW, x, dout)
    return dW
    # END SOLUTION


# %%
if __name__ == "__main__":
    TABLE = np.array([[0.0, 0.0], [1.0, 2.0], [3.0, 4.0]])
    WORDS = np.array([[2, 1, 2]])
    UPSTREAM = np.array([[[1.0, 1.0], [10.0, 10.0], [100.0, 100.0]]])
    try_it(lambda: word_embedding_forward(WORDS, TABLE)[0])
    try_it(lambda: word_embedding_backward(UPSTREAM, word_embedding_forward(WORDS, TABLE)[1]))

# %% [markdown]
# ## 6. Layers and losses over time
#


# %% [markdown]
# ## 7. Clipping and truncation
#


# %% [markdown]
# ## 8. A character model that invents names
#


# %% [markdown]
# ## 9. Digits row by row
#


# %% [markdown]
# ## 10. Who said this vowel?
#
