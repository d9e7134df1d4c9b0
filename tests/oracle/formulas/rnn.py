"""The functions of the assignment rnn in JAX: a cell is a function of (input, state), a layer its ``lax.scan``.

A state is the pair of hidden state and memory; the plain cell and the GRU carry the memory along unused.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import jax
import jax.numpy as jnp
import numpy as np
from jax import lax

from tests.oracle.formulas.common import clip_by_norm, softmax_loss
from tests.oracle.formulas.compilation import compiled

State = tuple[Any, Any]
Cell = Callable[[Any, State], State]


def rnn_cell(Wx: Any, Wh: Any, b: Any) -> Cell:
    """Return Elman's cell (1990), on input and state laid out as one row."""
    W = jnp.concatenate([Wx, Wh])

    def cell(x: Any, state: State) -> State:
        return jnp.tanh(jnp.concatenate([x, state[0]], axis=1) @ W + b), state[1]

    return cell


def lstm_cell(Wx: Any, Wh: Any, b: Any) -> Cell:
    """Return the cell of Gers, Schmidhuber and Cummins (2000); each block of columns is a product of its own."""
    blocks = [jnp.split(array, 4, axis=-1) for array in (Wx, Wh, b)]

    def cell(x: Any, state: State) -> State:
        h, c = state
        a_input, a_forget, a_output, a_candidate = (
            x @ wx + h @ wh + bias for wx, wh, bias in zip(*blocks, strict=True)
        )
        memory = jax.nn.sigmoid(a_forget) * c + jax.nn.sigmoid(a_input) * jnp.tanh(a_candidate)
        return jax.nn.sigmoid(a_output) * jnp.tanh(memory), memory

    return cell


def gru_cell(Wx: Any, Wh: Any, b: Any) -> Cell:
    """Return the cell of Cho et al. (2014), equations 5 to 8, with biases."""
    (wx_r, wx_z, wx_n), (wh_r, wh_z, wh_n), (b_r, b_z, b_n) = (jnp.split(array, 3, axis=-1) for array in (Wx, Wh, b))

    def cell(x: Any, state: State) -> State:
        h, memory = state
        reset = jax.nn.sigmoid(x @ wx_r + h @ wh_r + b_r)
        update = jax.nn.sigmoid(x @ wx_z + h @ wh_z + b_z)
        candidate = jnp.tanh(x @ wx_n + (reset * h) @ wh_n + b_n)
        # From the candidate towards the state before, by the share of the update gate.
        return candidate + update * (h - candidate), memory

    return cell


CELLS = {"rnn": rnn_cell, "lstm": lstm_cell, "gru": gru_cell}


def states(cell: Cell, x: Any, h0: Any) -> Any:
    """Return the hidden states (N, T, H) of all steps; the memory starts at zero."""

    def step(state: State, x: Any) -> tuple[State, Any]:
        after = cell(x, state)
        return after, after[0]

    _, found = lax.scan(step, (h0, jnp.zeros_like(h0)), jnp.swapaxes(x, 0, 1))
    return jnp.swapaxes(found, 0, 1)


def rnn_step(x: Any, prev_h: Any, Wx: Any, Wh: Any, b: Any) -> Any:
    return rnn_cell(Wx, Wh, b)(x, (prev_h, None))[0]


def lstm_step(x: Any, prev_h: Any, prev_c: Any, Wx: Any, Wh: Any, b: Any) -> Any:
    return lstm_cell(Wx, Wh, b)(x, (prev_h, prev_c))


def gru_step(x: Any, prev_h: Any, Wx: Any, Wh: Any, b: Any) -> Any:
    return gru_cell(Wx, Wh, b)(x, (prev_h, None))[0]


def rnn(x: Any, h0: Any, Wx: Any, Wh: Any, b: Any) -> Any:
    return states(rnn_cell(Wx, Wh, b), x, h0)


def lstm(x: Any, h0: Any, Wx: Any, Wh: Any, b: Any) -> Any:
    return states(lstm_cell(Wx, Wh, b), x, h0)


def gru(x: Any, h0: Any, Wx: Any, Wh: Any, b: Any) -> Any:
    return states(gru_cell(Wx, Wh, b), x, h0)


def word_embedding(x: Any, W: Any) -> Any:
    return jax.nn.one_hot(x, W.shape[0]) @ W


def temporal_affine(x: Any, w: Any, b: Any) -> Any:
    return jnp.einsum("ntd,dm->ntm", x, w) + b


def temporal_softmax_loss(x: Any, y: Any, mask: Any) -> Any:
    log_probability = jnp.sum(jax.nn.one_hot(y, x.shape[2]) * jax.nn.log_softmax(x, axis=2), axis=2)
    return -jnp.mean(jnp.sum(jnp.where(mask, log_probability, 0.0), axis=1))


def perplexity(loss: float, mask: Any) -> Any:
    return np.exp(loss / np.mean(np.sum(mask, axis=1)))


def truncated_bptt(x: Any, h0: Any, Wx: Any, Wh: Any, b: Any, chunk_length: int) -> Any:
    """Return the states of all steps, with the state between two chunks taken for a constant."""
    found, state = [], h0
    for start in range(0, x.shape[1], chunk_length):
        chunk = rnn(x[:, start : start + chunk_length], lax.stop_gradient(state), Wx, Wh, b)
        found.append(chunk)
        state = chunk[:, -1]
    return jnp.concatenate(found, axis=1)


def char_rnn(params: dict[str, Any], x: Any, y: Any, mask: Any, cell_type: str) -> Any:
    cell = CELLS[cell_type](params["Wx"], params["Wh"], params["b"])
    h = states(cell, word_embedding(x, params["W_embed"]), jnp.zeros((x.shape[0], params["Wh"].shape[0])))
    return temporal_softmax_loss(temporal_affine(h, params["W_vocab"], params["b_vocab"]), y, mask)


def greedy_sample(params: dict[str, Any], start: Any, max_length: int, cell_type: str) -> Any:
    """Return the likeliest word after each step, read as the next input."""
    cell = CELLS[cell_type](params["Wx"], params["Wh"], params["b"])

    def step(carry: tuple[Any, State], _: None) -> tuple[tuple[Any, State], Any]:
        word, state = carry
        state = cell(word_embedding(word, params["W_embed"]), state)
        likeliest = jnp.argmax(state[0] @ params["W_vocab"] + params["b_vocab"], axis=1)
        return (likeliest, state), likeliest

    nothing = jnp.zeros((len(start), params["Wh"].shape[0]))
    _, found = compiled(lambda first: lax.scan(step, (first, (nothing, nothing)), None, max_length))(start)
    return found.T


def last_state(h: Any, lengths: Any) -> Any:
    return jax.vmap(lambda sequence, length: sequence[length - 1])(h, lengths)


def sequence_classifier(params: dict[str, Any], X: Any, lengths: Any, y: Any, cell_type: str) -> Any:
    cell = CELLS[cell_type](params["Wx"], params["Wh"], params["b"])
    h = states(cell, X, jnp.zeros((X.shape[0], params["Wh"].shape[0])))
    scores = last_state(h, jnp.asarray(lengths)) @ params["W_out"] + params["b_out"]
    return softmax_loss(scores, y), scores


__all__ = ["clip_by_norm"]  # of common, under the names of entries
