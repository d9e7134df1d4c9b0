"""Correct solutions in other styles earn full points, and mistakes in other styles are named all the same.

Parts: the recurrent step and the sequence, LSTM, GRU, embeddings.
"""

from __future__ import annotations

import pytest

from grader.model import Grade
from tests.reference.harness import (
    STYLES,
    grade_sources,
    parts_in,
    read_assignment,
    what_was_lost,
    with_parts_replaced,
)

FILES = sorted((STYLES / "rnn").glob("layers_*.py"))
ASSIGNMENT = read_assignment("rnn")
SOURCES = {path.stem: path.read_text(encoding="utf-8") for path in FILES}
STYLE_PARTS = [(name, part) for name, source in SOURCES.items() for part in sorted(parts_in(ASSIGNMENT, source))]
EXPECTED_PARTS = {
    *("rnn_step_forward", "rnn_step_backward", "rnn_forward", "rnn_backward"),
    *("lstm_step_forward", "lstm_step_backward", "lstm_forward", "lstm_backward"),
    *("gru_step_forward", "gru_step_backward", "gru_forward", "gru_backward"),
    *("word_embedding_forward", "word_embedding_backward"),
}
OTHER_PARTS = {part.name for part in ASSIGNMENT.parts} - EXPECTED_PARTS

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


@pytest.fixture(scope="module")
def grades() -> dict[str, Grade]:
    sources = SOURCES | {name: source for name, (_, source) in MISTAKES.items()}
    replaced = {name: with_parts_replaced(ASSIGNMENT, source) for name, source in sources.items()}
    return grade_sources(ASSIGNMENT, replaced, without=OTHER_PARTS)


@pytest.mark.parametrize(("style", "part"), STYLE_PARTS)
def test_another_correct_style_earns_full_points(grades: dict[str, Grade], style: str, part: str) -> None:
    assert list(what_was_lost(grades[style], {part})) == []


@pytest.mark.parametrize("part", sorted(EXPECTED_PARTS))
def test_each_part_is_written_in_two_styles_or_more(part: str) -> None:
    assert sum(part == written for _, written in STYLE_PARTS) >= 2


def advice_of(grade: Grade, part: str) -> set[str]:
    (found,) = (each for each in grade.parts if each.part == part)
    return {sentence for check in found.checks for case in check.cases for sentence in case.advice}


@pytest.mark.parametrize("part", ["rnn_backward", "lstm_backward"])
def test_a_cache_that_is_used_up_gets_advice(grades: dict[str, Grade], part: str) -> None:
    assert advice_of(grades["layers_in_place_consumed"], part) == {
        f"A second {part} on the same cache fails or gives other gradients: the first one uses the cache up."
    }


@pytest.mark.parametrize("part", ["rnn_backward", "lstm_backward"])
def test_a_cache_that_can_be_used_again_gets_none(grades: dict[str, Grade], part: str) -> None:
    assert advice_of(grades["layers_classes"], part) == set()


@pytest.mark.parametrize(("name", "part"), [(name, part) for name, (part, _) in MISTAKES.items()])
def test_a_mistake_in_another_style_is_named(grades: dict[str, Grade], name: str, part: str) -> None:
    found = {grade.part: grade.diagnosis for grade in grades[name].parts}[part]
    assert found is not None
    assert (found.kind, found.name) == ("misconception", name)


@pytest.mark.parametrize(("name", "part"), [(name, part) for name, (part, _) in MISTAKES.items()])
def test_a_mistake_in_another_style_costs_its_own_part_only(grades: dict[str, Grade], name: str, part: str) -> None:
    lost = {grade.part for grade in grades[name].parts if grade.earned < grade.possible}
    assert lost == {part}
