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


def adam(w, dw, config=None):
    """Take one step of Adam (Kingma and Ba, 2015).

    Args:
        w: float64 array of any shape, a parameter; left unchanged.
        dw: float64, gradient with respect to w, same shape.
        config: None in the first step, later what the step before returned; a dict with learning_rate
            (default 1e-3), beta1 (0.9), beta2 (0.999), epsilon (1e-8), m and v (0, shape of w), t (0).
            It is left unchanged.

    Returns:
        The pair (next_w, config): the parameter after the step, and the config for the next one.
    """
    config = {"learning_rate": 1e-3, "beta1": 0.9, "beta2": 0.999, "epsilon": 1e-8, "t": 0, **(config or {})}
    beta1, beta2 = config["beta1"], config["beta2"]
    t = config["t"] + 1
    m = beta1 * config.get("m", 0.0) + (1.0 - beta1) * dw
    v = beta2 * config.get("v", 0.0) + (1.0 - beta2) * dw**2
    step = (m / (1.0 - beta1**t)) / (np.sqrt(v / (1.0 - beta2**t)) + config["epsilon"])
    return w - config["learning_rate"] * step, {**config, "m": m, "v": v, "t": t}


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
    # Write your solution here.
    raise NotImplementedError("rnn_step_forward is not written yet.")


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
    # Write your solution here.
    raise NotImplementedError("rnn_step_backward is not written yet.")


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
    # Write your solution here.
    raise NotImplementedError("rnn_forward is not written yet.")


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
    # Write your solution here.
    raise NotImplementedError("rnn_backward is not written yet.")


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
    # Write your solution here.
    raise NotImplementedError("lstm_step_forward is not written yet.")


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
    # Write your solution here.
    raise NotImplementedError("lstm_step_backward is not written yet.")


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
    # Write your solution here.
    raise NotImplementedError("lstm_forward is not written yet.")


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
    # Write your solution here.
    raise NotImplementedError("lstm_backward is not written yet.")


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
    # Write your solution here.
    raise NotImplementedError("gru_step_forward is not written yet.")


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
    # Write your solution here.
    raise NotImplementedError("gru_step_backward is not written yet.")


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
    # Write your solution here.
    raise NotImplementedError("gru_forward is not written yet.")


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
    # Write your solution here.
    raise NotImplementedError("gru_backward is not written yet.")


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
    # Write your solution here.
    raise NotImplementedError("word_embedding_forward is not written yet.")


def word_embedding_backward(dout, cache):
    """Return the gradient with respect to the table. Words have no gradient.

    Args:
        dout: (N, T, D) float64, gradient with respect to the output.
        cache: what word_embedding_forward returned.

    Returns:
        dW: (V, D) float64.
    """
    # Write your solution here.
    raise NotImplementedError("word_embedding_backward is not written yet.")


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
# A recurrent layer returns one hidden state a step. What follows treats every step alike, with the same weights:
# an affine layer turns each state into scores, and a softmax turns each row of scores into a guess of the next word.
#
# ### 6.1 The affine layer at every step
#
# $$y_{ntm} = \sum_d x_{ntd}\,w_{dm} + b_m.$$
#
# It is the affine layer you know, on a batch of $N \cdot T$ rows: time is one more batch axis. On the way back $w$ and
# $b$ collect what every sample *and* every step has to say. Worked numbers: one sample of two steps, $x = (1, 2)$,
# with $w = 3$ and $b = 10$ gives $(13, 16)$. With `dout` $(1, -2)$: $\partial L/\partial x = (3, -6)$,
# $\partial L/\partial w = 1 \cdot 1 + 2 \cdot (-2) = -3$ and $\partial L/\partial b = -1$.
#
# *What usually goes wrong.* Over how many axes does the gradient of the bias sum, and what shape must it end with?
# After laying out the steps as rows and back, is every number again at its own sample and its own step?


# %%
def temporal_affine_forward(x, w, b):
    """Return the weighted sums of an affine layer that is applied to each step of each sample.

    Args:
        x: (N, T, D) float64, N sequences of T steps with D features.
        w: (D, M) float64, weights, the same at every step.
        b: (M,) float64, biases, the same at every step.

    Returns:
        The pair (out, cache). out: (N, T, M) float64. cache: for temporal_affine_backward.
    """
    # Write your solution here.
    raise NotImplementedError("temporal_affine_forward is not written yet.")


def temporal_affine_backward(dout, cache):
    """Return the gradients of an affine layer that is applied to each step.

    Args:
        dout: (N, T, M) float64, gradient with respect to the output.
        cache: what temporal_affine_forward returned.

    Returns:
        The triple (dx, dw, db).
        dx: (N, T, D) float64.
        dw: (D, M) float64, summed over samples and steps.
        db: (M,) float64, summed over samples and steps.
    """
    # Write your solution here.
    raise NotImplementedError("temporal_affine_backward is not written yet.")


# %% [markdown]
# ### 6.2 Softmax loss over time, with a mask
#
# At each step the model guesses a word out of $V$. Sequences of different lengths are padded to a common one, and what
# it guesses where there is only padding must not matter: the mask $m_{nt}$ is $1$ where a word counts and $0$ where
# it does not. The loss *sums over time* and *averages over the batch* (as CS231n has it):
#
# $$L = -\frac1N \sum_{n,t} m_{nt} \ln p_{n,t,y_{nt}}, \qquad
#   \frac{\partial L}{\partial x_{ntv}} = \frac{m_{nt}}{N}\left(p_{ntv} - [v = y_{nt}]\right).$$
#
# Worked numbers: one sample, three words, two steps. Scores $(1, 2, 3)$ with $y = 2$ cost $0.4076$; equal scores cost
# $\ln 3 = 1.0986$ whatever $y$ is. Together $1.5062$; with the second step masked, $0.4076$.
#
# *What usually goes wrong.* By what is the sum divided: by the number of sequences, of steps, or of words that count?
# What should the gradient be at a step that is padding? Is the loss still finite when all scores are near $1000$?


# %%
def temporal_softmax_loss(x, y, mask):
    """Return the softmax cross-entropy of sequences, summed over time and averaged over the batch.

    Args:
        x: (N, T, V) float64, scores of each word at each step; finite, of any size.
        y: (N, T) integers from 0 to V - 1, the correct words; what stands where mask is False is of no account.
        mask: (N, T) bool, True where the step counts.

    Returns:
        The pair (loss, dx). loss: float, natural logarithm, sum over the steps that count divided by N.
        dx: (N, T, V) float64, zero where mask is False.
    """
    # Write your solution here.
    raise NotImplementedError("temporal_softmax_loss is not written yet.")


# %% [markdown]
# ### 6.3 Perplexity
#
# How good is a loss of $20$ for names? That depends on how long they are. The *perplexity* is the exponential of the
# mean cost *of a word that counts*; it says among how many words the model is, on average, undecided. Guessing one of
# $V$ words costs $\ln V$ each and has the perplexity $V$; certainty has $1$.
#
# $$\mathrm{perplexity} = \exp\Big(\frac{L \cdot N}{\sum_{n,t} m_{nt}}\Big)$$
#
# Worked numbers: the loss $1.5062$ above was spent on two words of one sample: $e^{0.7531} = 2.1236$.
#
# *What usually goes wrong.* The loss was divided by $N$ already: what has to be undone before it can be divided by the
# number of words? Which logarithm did the loss take?


# %%
def perplexity(loss, mask):
    """Return the perplexity of a model, the exponential of its mean loss per word that counts.

    Args:
        loss: float, of a batch, as temporal_softmax_loss returns it.
        mask: (N, T) bool, True where a step of that batch counts; at least one does.

    Returns:
        perplexity: float, from 1 on.
    """
    # Write your solution here.
    raise NotImplementedError("perplexity is not written yet.")


# %%
if __name__ == "__main__":
    two_guesses, two_words = np.array([[[1.0, 2.0, 3.0], [0.0, 0.0, 0.0]]]), np.array([[2, 0]])
    both, first_only = np.array([[True, True]]), np.array([[True, False]])
    try_it(lambda: temporal_affine_forward(np.array([[[1.0], [2.0]]]), np.array([[3.0]]), np.array([10.0]))[0])
    try_it(lambda: temporal_softmax_loss(two_guesses, two_words, both)[0])
    try_it(lambda: temporal_softmax_loss(two_guesses, two_words, first_only)[0])
    try_it(lambda: perplexity(1.5062, both))


# %% [markdown]
# ## 7. Clipping and truncation
#
# ### 7.1 Clipping the gradients
#
# Backpropagation through time multiplies by the same weights again and again, so now and then a gradient is a thousand
# times larger than usual, and one step ruins what a thousand have learnt. Keep its direction and limit its length
# (Pascanu, Mikolov and Bengio, 2013): with all gradients thought of as *one* long vector $g$,
#
# $$\|g\| = \sqrt{\textstyle\sum_{\text{arrays}} \sum_i g_i^2}, \qquad
#   g \leftarrow g \cdot \frac{c}{\|g\|} \quad \text{if } \|g\| > c.$$
#
# Worked numbers: the gradients $(3)$ and $(4)$ of two parameters have the norm $5$. With $c = 1$ they become $(0.6)$
# and $(0.8)$; with $c = 10$ they stay as they are.
#
# *What usually goes wrong.* How many norms are there, one for each array or one for all? What happens to gradients that
# are short enough already? Which norm is worth knowing afterwards: the one before the clipping or the one after it?


# %%
def clip_gradients(grads, max_norm):
    """Shorten gradients, all by the same factor, so that their common norm is at most max_norm.

    Args:
        grads: dict of float64 arrays of any shapes; left unchanged.
        max_norm: float above 0, the largest norm allowed.

    Returns:
        The pair (clipped, norm). clipped: dict with the same keys, float64 arrays of the same shapes.
        norm: float, the Euclidean norm of all gradients together, before clipping.
    """
    # Write your solution here.
    raise NotImplementedError("clip_gradients is not written yet.")


# %% [markdown]
# ### 7.2 Truncated backpropagation through time
#
# A text has no end: nobody can go back through all of it for one step of learning. Cut the sequence into *chunks* of
# $k$ steps (the last one may be shorter). On the way forward nothing changes: the last state of a chunk is the first
# state of the next one. On the way back the gradient stops at the border of the chunk: the state that was carried in
# is taken for a constant, *detached* from how it came about. The gradients of the weights add up over the chunks.
#
# Five steps with $k = 2$ make chunks of $2$, $2$ and $1$ steps. With $k \ge T$ there is a single chunk, and the result
# is that of full backpropagation through time.
#
# *What usually goes wrong.* With which state does the second chunk begin? When the gradient with respect to that state
# has been computed, where does it go? Do the last steps count when $T$ does not divide by $k$?


# %%
def truncated_bptt(x, h0, Wx, Wh, b, dh, chunk_length):
    """Run a recurrent layer over a sequence and backpropagate through time, within chunks only.

    Args:
        x: (N, T, D) float64, inputs.
        h0: (N, H) float64, state before the first step.
        Wx: (D, H) float64.
        Wh: (H, H) float64.
        b: (H,) float64.
        dh: (N, T, H) float64, gradient that arrives from above at the state of each step.
        chunk_length: int from 1 on, number of steps of a chunk; the last chunk is shorter when T does not
            divide by it.

    Returns:
        The tuple (h, dWx, dWh, db).
        h: (N, T, H) float64, the states of all steps, as rnn_forward gives them for the whole sequence.
        dWx: (D, H), dWh: (H, H), db: (H,) float64, summed over the chunks; no gradient passes from a chunk to
            the one before it.
    """
    # Write your solution here.
    raise NotImplementedError("truncated_bptt is not written yet.")


# %%
if __name__ == "__main__":
    try_it(lambda: clip_gradients({"w": np.array([3.0]), "b": np.array([4.0])}, 1.0))
    one_unit, three_steps = np.ones((1, 1)), np.ones((1, 3, 1))
    try_it(lambda: truncated_bptt(three_steps, np.zeros((1, 1)), one_unit, one_unit, np.zeros(1), three_steps, 2))


# %% [markdown]
# ## 8. A character model that invents names
#
# A model that can guess the next letter of a name can invent one: guess a letter, read it as the next input, and so
# on. A *word* is here a letter or one of three signs, written as an integer: `0` is NULL, the padding; `1` is START,
# read before the first letter; `2` is END, guessed after the last one; `3` to `28` are the letters from a to z. With
# a common length of $7$, the name "ada" is the row $(1, 3, 6, 3, 2, 0, 0)$.
#
# ### 8.1 Inputs and targets
#
# At each step the model reads a word and guesses *the one that follows*: the targets are the inputs one step later.
# "ada" as above has the inputs $(1, 3, 6, 3, 2, 0)$ and the targets $(3, 6, 3, 2, 0, 0)$; the guesses of letters and
# of END count, the guesses of padding do not: the mask is $(1, 1, 1, 1, 0, 0)$.
#
# *What usually goes wrong.* If input and target are the same word, what does the model learn? Does the mask look at
# what is read or at what is guessed? Does the model ever learn where a name ends?


# %%
def inputs_and_targets(words, null=0):
    """Return what a model reads and what it is to guess at each step, and which guesses count.

    Args:
        words: (N, L) integers, padded sequences, L >= 2.
        null: the word that stands for padding.

    Returns:
        The triple (x, y, mask).
        x: (N, L - 1) integers, the words read: all but the last one of each row.
        y: (N, L - 1) integers, the words to guess: y[n, t] is the word that follows x[n, t].
        mask: (N, L - 1) bool, True where the word to guess is not padding.
    """
    # Write your solution here.
    raise NotImplementedError("inputs_and_targets is not written yet.")


# %% [markdown]
# ### 8.2 The model
#
# *Embedding, recurrent layer, affine layer at every step, softmax loss over time.* All the pieces are there; the model
# keeps their weights in `params`. It comes in two kinds, with the plain recurrent layer and with the LSTM, whose four
# gates need weights four times as wide.
#
# To *sample*, the model starts from the state zero and one given word for each row. At each step it computes scores
# $s_v$, draws the next word with the probabilities
#
# $$p_v = \frac{e^{s_v / \tau}}{\sum_u e^{s_u / \tau}},$$
#
# and reads the word it has drawn as its next input. The temperature $\tau$ is $1$ for the probabilities the model has
# learnt; lower ones make it cautious, higher ones reckless. At $\tau \to 0$ only the likeliest word is left:
# temperature $0$ stands for that *greedy* choice. Worked numbers: scores $(1, 2, 3)$ give $(0.090, 0.245, 0.665)$ at
# $\tau = 1$ and $(0.186, 0.307, 0.506)$ at $\tau = 2$.
#
# *What usually goes wrong.* Does the state of one step reach the next one when you sample, and for the LSTM both of
# its states? Is the word chosen for each row by itself? Which way does the temperature act? Are the gradients of all
# six parameters returned?


# %%
class CharRNN:
    """A model of sequences of words: embedding, recurrent layer, affine layer, softmax.

    Attributes:
        params: dict of float64 arrays; V = vocab_size, E = embed_dim, H = hidden_dim, G = H for "rnn" and 4 H for
            "lstm": "W_embed" (V, E), "Wx" (E, G), "Wh" (H, G), "b" (G,), "W_vocab" (H, V), "b_vocab" (V,).
        cell_type: "rnn" or "lstm".
    """

    def __init__(self, vocab_size, embed_dim, hidden_dim, cell_type="rnn", rng=None):
        """Draw the weights and set the biases to zero.

        Weights are normal with mean 0. Their standard deviation is 1 for "W_embed", 1 / sqrt(E) for "Wx" and
        1 / sqrt(H) for "Wh" and "W_vocab".

        Args:
            vocab_size: number of different words, V.
            embed_dim: length of an embedding, E.
            hidden_dim: number of hidden units, H.
            cell_type: "rnn" or "lstm".
            rng: numpy.random.Generator, the only source of randomness; None takes a fresh one.

        Raises:
            ValueError: cell_type is neither of the two.
        """
        if cell_type not in ("rnn", "lstm"):
            raise ValueError(f"cell_type is {cell_type!r}, expected 'rnn' or 'lstm'.")
        self.params = {}
        self.cell_type = cell_type
        rng = np.random.default_rng() if rng is None else rng
        # Write your solution here.
        raise NotImplementedError("CharRNN.__init__ is not written yet.")

    def loss(self, x, y, mask):
        """Return the loss of a batch and its gradients; the state before the first step is zero.

        Args:
            x: (N, T) integers from 0 to V - 1, the words read.
            y: (N, T) integers from 0 to V - 1, the words to guess.
            mask: (N, T) bool, True where a guess counts.

        Returns:
            The pair (loss, grads). loss: float, summed over time and averaged over the batch, as
            temporal_softmax_loss has it. grads: dict with the keys of params and arrays of the same shapes.
        """
        # Write your solution here.
        raise NotImplementedError("CharRNN.loss is not written yet.")

    def sample(self, start, max_length, temperature=1.0, rng=None):
        """Return sequences that the model makes up, one for each row of start.

        The state before the first step is zero. Sampling goes on after END: cut the result there yourself.

        Args:
            start: (N,) integers from 0 to V - 1, the word that each row reads first.
            max_length: int from 1 on, number of words to choose.
            temperature: float from 0 on; words are drawn with the probabilities softmax(scores / temperature),
                and 0 takes the word with the largest score.
            rng: numpy.random.Generator, the only source of randomness; None takes a fresh one.

        Returns:
            words: (N, max_length) integers, the words chosen; words[:, 0] are those that follow start.
        """
        rng = np.random.default_rng() if rng is None else rng
        # Write your solution here.
        raise NotImplementedError("CharRNN.sample is not written yet.")


# %% [markdown]
# ### 8.3 Learning names
#
# The loop you know: minibatches in a new random order in every epoch, loss and gradients, the gradients clipped, then
# one step of Adam for each parameter with a `config` of its own. `iterate_minibatches` and `adam` are given; a name is
# its own label, so give `iterate_minibatches` the words twice. A few hundred steps of $64$ names are fast where the
# layers multiply matrices; with a loop over every single number they take minutes.
#
# *What usually goes wrong.* Does each parameter keep its own moments from step to step, or do they start anew? Are the
# clipped gradients the ones that are used? Do the new values arrive in `model.params`?


# %%
def train_char_model(model, words, num_epochs, batch_size, learning_rate, max_norm, rng):
    """Train a character model with Adam on clipped gradients.

    The parameters in model.params are changed; nothing else is.

    Args:
        model: has params, a dict of float64 arrays, and loss(x, y, mask), which returns the pair (loss, grads).
        words: (N, L) integers, padded sequences; 0 is padding.
        num_epochs: how many times every sequence is used.
        batch_size: number of sequences of a step; the last batch of an epoch may be smaller.
        learning_rate: float, of Adam; its other settings keep their defaults.
        max_norm: float, the largest norm that all gradients of a step have together.
        rng: numpy.random.Generator, the only source of randomness; orders the batches.

    Returns:
        losses: list of float, the loss of each batch before its step; num_epochs times the number of batches.
    """
    # Write your solution here.
    raise NotImplementedError("train_char_model is not written yet.")


# %%
# Given: learn the first names of the US census, and invent some.


def load_names(path):
    """Read the names.

    Args:
        path: of names.npz.

    Returns:
        train (N, L) and val (M, L), integers, padded names; alphabet (V,), the sign of each word.
    """
    with np.load(path) as arrays:
        return arrays["train"].astype(np.int64), arrays["val"].astype(np.int64), arrays["alphabet"]


def as_text(row, alphabet):
    """Return a row of words as text, up to its END."""
    ends = np.flatnonzero(row == 2)
    return "".join(alphabet[row[: ends[0]] if ends.size else row])


def invent_names(path):
    """Train a model on names; return its perplexity on names it has not seen, and ten names of its own."""
    train, val, alphabet = load_names(path)
    rng = np.random.default_rng(0)
    model = CharRNN(len(alphabet), 16, 64, rng=rng)
    train_char_model(model, train, num_epochs=8, batch_size=64, learning_rate=5e-3, max_norm=5.0, rng=rng)
    x, y, mask = inputs_and_targets(val)
    reached = perplexity(model.loss(x, y, mask)[0], mask)
    invented = model.sample(np.ones(10, dtype=np.int64), 12, temperature=0.7, rng=rng)
    return reached, [as_text(row, alphabet) for row in invented]


if __name__ == "__main__" and Path("data/names.npz").exists():
    try_it(lambda: invent_names("data/names.npz"))


# %% [markdown]
# ## 9. Digits row by row
#
# To classify a sequence, read it to its end and look at the last state only. A digit of $8 \times 8$ pixels is a
# sequence of $8$ steps with $8$ features each, one row a step: the network never sees the image as a whole, it has to
# remember.
#
# ### 9.1 The last state
#
# Sequences of a batch may have different lengths $\ell_n$ and are padded at their end. The state that has read all of
# sequence $n$ and nothing else is
#
# $$y_n = h_{n,\,\ell_n - 1},$$
#
# counting steps from $0$. On the way back the gradient goes to that step of that sequence, and all other steps get
# nothing from above. Worked numbers: two sequences of $3$ steps and lengths $3$ and $1$, states $(1, 2, 3)$ and
# $(4, 5, 6)$, give $(3, 4)$; `dout` $(10, 20)$ becomes $(0, 0, 10)$ and $(20, 0, 0)$.
#
# *What usually goes wrong.* A sequence of length $1$ ends at which index? What has the state read that stands in the
# last column of a short sequence? Does every sample have its own step?


# %%
def last_state_forward(h, lengths):
    """Return the state of each sequence at its own last step.

    Args:
        h: (N, T, H) float64, the states of all steps.
        lengths: (N,) integers from 1 to T, the number of steps of each sequence.

    Returns:
        The pair (out, cache). out: (N, H) float64. cache: for last_state_backward.
    """
    # Write your solution here.
    raise NotImplementedError("last_state_forward is not written yet.")


def last_state_backward(dout, cache):
    """Return the gradient with respect to the states of all steps.

    Args:
        dout: (N, H) float64, gradient with respect to the output.
        cache: what last_state_forward returned.

    Returns:
        dh: (N, T, H) float64.
    """
    # Write your solution here.
    raise NotImplementedError("last_state_backward is not written yet.")


# %% [markdown]
# ### 9.2 The classifier
#
# *Recurrent layer, last state, affine layer, softmax loss.* As before, the model answers one question, `loss`: without
# labels the scores, with labels the loss and the gradients.
#
# *What usually goes wrong.* Does what stands behind the end of a sequence change its scores? Is the loss a mean over
# the batch, as `softmax_loss` (given) has it? Does the LSTM kind use the LSTM on both ways?


# %%
class SequenceClassifier:
    """A classifier of sequences: recurrent layer, its last state, affine layer, softmax.

    Attributes:
        params: dict of float64 arrays; D = input_dim, H = hidden_dim, C = num_classes, G = H for "rnn" and 4 H for
            "lstm": "Wx" (D, G), "Wh" (H, G), "b" (G,), "W_out" (H, C), "b_out" (C,).
        cell_type: "rnn" or "lstm".
    """

    def __init__(self, input_dim, hidden_dim, num_classes, cell_type="rnn", rng=None):
        """Draw the weights and set the biases to zero.

        Weights are normal with mean 0. Their standard deviation is 1 / sqrt(D) for "Wx" and 1 / sqrt(H) for "Wh"
        and "W_out".

        Args:
            input_dim: number of features of a step, D.
            hidden_dim: number of hidden units, H.
            num_classes: number of classes, C.
            cell_type: "rnn" or "lstm".
            rng: numpy.random.Generator, the only source of randomness; None takes a fresh one.

        Raises:
            ValueError: cell_type is neither of the two.
        """
        if cell_type not in ("rnn", "lstm"):
            raise ValueError(f"cell_type is {cell_type!r}, expected 'rnn' or 'lstm'.")
        self.params = {}
        self.cell_type = cell_type
        rng = np.random.default_rng() if rng is None else rng
        # Write your solution here.
        raise NotImplementedError("SequenceClassifier.__init__ is not written yet.")

    def loss(self, X, lengths, y=None):
        """Return the scores of a batch, or its loss and the gradients; the state before the first step is zero.

        Args:
            X: (N, T, D) float64, sequences padded to T steps.
            lengths: (N,) integers from 1 to T, the number of steps of each sequence; what follows is padding.
            y: (N,) integers from 0 to C - 1, or None.

        Returns:
            Without y: scores, (N, C) float64.
            With y: the pair (loss, grads). loss: float, mean softmax loss. grads: dict with the keys of params and
            arrays of the same shapes.
        """
        # Write your solution here.
        raise NotImplementedError("SequenceClassifier.loss is not written yet.")


# %% [markdown]
# ### 9.3 Training it
#
# The same loop as for the names, with lengths and labels. Each sample is a sequence, its length and its label: deal out
# the *numbers* of the samples with `iterate_minibatches`, and pick all three by them.
#
# *What usually goes wrong.* Does each sequence keep its own length when the samples are shuffled?


# %%
def train_classifier(model, X, lengths, y, num_epochs, batch_size, learning_rate, max_norm, rng):
    """Train a classifier of sequences with Adam on clipped gradients.

    The parameters in model.params are changed; nothing else is.

    Args:
        model: has params, a dict of float64 arrays, and loss(X, lengths, y), which returns the pair (loss, grads).
        X: (N, T, D) float64, sequences padded to T steps.
        lengths: (N,) integers from 1 to T.
        y: (N,) integers, labels.
        num_epochs: how many times every sequence is used.
        batch_size: number of sequences of a step; the last batch of an epoch may be smaller.
        learning_rate: float, of Adam; its other settings keep their defaults.
        max_norm: float, the largest norm that all gradients of a step have together.
        rng: numpy.random.Generator, the only source of randomness; orders the batches.

    Returns:
        losses: list of float, the loss of each batch before its step; num_epochs times the number of batches.
    """
    # Write your solution here.
    raise NotImplementedError("train_classifier is not written yet.")


# %%
# Given: read the digits row by row.


def load_rows(path):
    """Read the digits as sequences of rows.

    Args:
        path: of digits.npz.

    Returns:
        X_train (N, 8, 8) float64 from 0 to 1, y_train (N,) integers, X_val, y_val.
    """
    with np.load(path) as arrays:
        pixel_max = float(arrays["pixel_max"])
        X_train, X_val = (arrays[name].reshape(-1, 8, 8) / pixel_max for name in ("X_train", "X_val"))
        return X_train, arrays["y_train"], X_val, arrays["y_val"]


def share_correct(scores, y):
    """Return the share of samples whose largest score is that of the correct class."""
    return float(np.mean(np.argmax(scores, axis=1) == y))


def read_digits_row_by_row(path):
    """Train a classifier on the rows of digits and return its accuracy on the validation images."""
    X_train, y_train, X_val, y_val = load_rows(path)
    rng = np.random.default_rng(0)
    model = SequenceClassifier(8, 64, 10, rng=rng)
    lengths, lengths_val = np.full(len(X_train), 8), np.full(len(X_val), 8)
    settings = {"num_epochs": 15, "batch_size": 32, "learning_rate": 5e-3, "max_norm": 5.0, "rng": rng}
    train_classifier(model, X_train, lengths, y_train, **settings)
    return share_correct(model.loss(X_val, lengths_val), y_val)


if __name__ == "__main__" and Path("data/digits.npz").exists():
    try_it(lambda: read_digits_row_by_row("data/digits.npz"))


# %% [markdown]
# ## 10. Who said this vowel?
#
# Nine men say the two vowels /ae/. A recording became a sequence of $7$ to $29$ steps with $12$ numbers each
# (cepstrum coefficients, which describe the sound at a moment; Kudo, Toyama and Shimbo, 1999), padded with zeros to
# $29$. Your classifier is to tell who speaks. There are only $270$ recordings to learn from, $30$ a speaker, and
# those it is tested on were made on other occasions.
#
# Nothing is left to write. Try both kinds of cells, more hidden units, another learning rate; and see what happens when
# the lengths are ignored: `np.full(len(X), 29)`.

# %%
# Given: tell speakers apart.


def load_vowels(path):
    """Read the recordings.

    Args:
        path: of vowels.npz.

    Returns:
        The triples (X, lengths, y) of training and of validation: X (N, 29, 12) float64, lengths (N,) and
        y (N,) integers, the speakers from 0 to 8.
    """
    with np.load(path) as arrays:
        train, val = (
            (arrays[f"X_{split}"].astype(np.float64), arrays[f"lengths_{split}"], arrays[f"y_{split}"])
            for split in ("train", "val")
        )
        return train, val


def tell_speakers(path):
    """Train a classifier on the vowels and return its accuracy on the validation recordings."""
    (X, lengths, y), (X_val, lengths_val, y_val) = load_vowels(path)
    rng = np.random.default_rng(0)
    model = SequenceClassifier(12, 32, 9, cell_type="lstm", rng=rng)
    settings = {"num_epochs": 20, "batch_size": 32, "learning_rate": 1e-2, "max_norm": 5.0, "rng": rng}
    train_classifier(model, X, lengths, y, **settings)
    return share_correct(model.loss(X_val, lengths_val), y_val)


if __name__ == "__main__" and Path("data/vowels.npz").exists():
    try_it(lambda: tell_speakers("data/vowels.npz"))
