"""Correct solutions in other styles earn full points, and mistakes in other styles are named all the same.

Parts: the recurrent step and the sequence, LSTM, GRU, embeddings.
"""

from __future__ import annotations

import pytest

from grader.model import Grade
from tests.reference import styles
from tests.reference.harness import advice_of, grade_sources, part_of

PARTS = {
    *("rnn_step_forward", "rnn_step_backward", "rnn_forward", "rnn_backward"),
    *("lstm_step_forward", "lstm_step_backward", "lstm_forward", "lstm_backward"),
    *("gru_step_forward", "gru_step_backward", "gru_forward", "gru_backward"),
    *("word_embedding_forward", "word_embedding_backward"),
}

# Mistakes written in another way than the misconception of that name: part, source.
MISTAKES = {
    "rnn-tanh-derivative-of-input": (
        "rnn_step_backward",
        "def rnn_step_forward(x, prev_h, Wx, Wh, b):\n    a = b + np.dot(prev_h, Wh) + np.dot(x, Wx)\n"
        "    return np.tanh(a), {'a': a, 'x': x, 'h': prev_h, 'Wx': Wx, 'Wh': Wh}\n"
        "def rnn_step_backward(dnext_h, cache):\n    da = dnext_h - dnext_h * cache['a'] ** 2\n"
        "    dWx, dWh = (np.einsum('na,nh->ah', cache[k], da) for k in ('x', 'h'))\n"
        "    return da.dot(cache['Wx'].T), da.dot(cache['Wh'].T), dWx, dWh, da.sum(0)",
    ),
    "bptt-no-dprev_h": (
        "rnn_backward",
        "def rnn_backward(dh, cache):\n"
        "    dx, dh0, dWx, dWh, db = zip(*[rnn_step_backward(dh[:, t], step) for t, step in enumerate(cache)])\n"
        "    return np.stack(dx, 1), dh0[0], sum(dWx), sum(dWh), sum(db)",
    ),
    "lstm-dprev_c-uses-raw-dnext_c": (
        "lstm_step_backward",
        "_step = lstm_step_backward\ndef lstm_step_backward(dnext_h, dnext_c, cache):\n"
        "    dx, dh, dc, *rest = _step(dnext_h, dnext_c, cache)\n"
        "    return (dx, dh, cache[6] * dnext_c, *rest)",
    ),
    "lstm-dc-not-passed-back": (
        "lstm_backward",
        "def lstm_backward(dh, cache):\n    N, T, H = dh.shape\n    back, dx, sums = 0, [], [0, 0, 0]\n"
        "    for t in range(T - 1, -1, -1):\n"
        "        one, back, _, *grads = lstm_step_backward(dh[:, t] + back, np.zeros((N, H)), cache[t])\n"
        "        dx.insert(0, one)\n        sums = [s + g for s, g in zip(sums, grads)]\n"
        "    return (np.stack(dx, 1), back, *sums)",
    ),
    "gru-z-inverted": (
        "gru_step_forward",
        "_step = gru_step_forward\ndef gru_step_forward(x, prev_h, Wx, Wh, b):\n"
        "    _, (x, h, Wx, Wh, r, z, n) = _step(x, prev_h, Wx, Wh, b)\n"
        "    return h + z * (n - h), (x, h, Wx, Wh, r, z, n)",
    ),
    "embedding-repeat-index-overwritten": (
        "word_embedding_backward",
        "def word_embedding_backward(dout, cache):\n    x, shape = cache\n    dW = np.zeros(shape)\n"
        "    for n, t in np.ndindex(x.shape):\n        dW[x[n, t]] = dout[n, t]\n    return dW",
    ),
}

STYLES = styles.read("rnn", "layers", PARTS, MISTAKES)


@pytest.fixture(scope="module")
def grades() -> dict[str, Grade]:
    return grade_sources(STYLES.assignment, styles.whole_sources(STYLES), without=styles.other_parts(STYLES))


test_another_correct_style_earns_full_points = styles.earns_full_points(STYLES)
test_each_part_is_written_in_two_styles_or_more = styles.is_written_twice(STYLES)
test_a_mistake_in_another_style_is_named = styles.is_named(STYLES)
test_a_mistake_in_another_style_costs_its_own_part_only = styles.costs_its_own_part_only(STYLES)


@pytest.mark.parametrize("part", ["rnn_backward", "lstm_backward"])
def test_a_cache_that_is_used_up_gets_advice(grades: dict[str, Grade], part: str) -> None:
    assert advice_of([part_of(grades["layers_in_place_consumed"], part)]) == {
        f"A second {part} on the same cache fails or gives other gradients: the first one uses the cache up."
    }


@pytest.mark.parametrize("part", ["rnn_backward", "lstm_backward"])
def test_a_cache_that_can_be_used_again_gets_none(grades: dict[str, Grade], part: str) -> None:
    assert advice_of([part_of(grades["layers_classes"], part)]) == set()
