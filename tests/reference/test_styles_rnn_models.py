"""Correct solutions of ``rnn`` in other styles earn full points, and mistakes in other styles are named all the same.

Parts: losses over time, clipping and truncation, models, training.
"""

from __future__ import annotations

import pytest

from grader.model import Grade
from tests.reference import styles
from tests.reference.harness import evidence_of, grade_sources, parts_in

PARTS = {
    *("temporal_affine_forward", "temporal_affine_backward", "temporal_softmax_loss", "perplexity"),
    *("clip_gradients", "truncated_bptt", "inputs_and_targets", "CharRNN", "train_char_model"),
    *("last_state_forward", "last_state_backward", "SequenceClassifier", "train_classifier"),
}
# Only what trains in a style of its own is trained in earnest: it takes seconds.
TRAINED = {"train_char_model", "train_classifier"}

# Mistakes written in another way than the misconception of that name: part, source.
MISTAKES = {
    "mask-normalised-by-NT": (
        "temporal_softmax_loss",
        "_loss = temporal_softmax_loss\ndef temporal_softmax_loss(x, y, mask):\n    loss, dx = _loss(x, y, mask)\n"
        "    return loss / x.shape[1], dx / x.shape[1]",
    ),
    "clip-per-array": (
        "clip_gradients",
        "def clip_gradients(grads, max_norm):\n    total = 0.0\n    for name in grads:\n"
        "        own = np.linalg.norm(grads[name])\n        total += own**2\n        if own > max_norm:\n"
        "            grads[name] = grads[name] / own * max_norm\n    return grads, total**0.5",
    ),
    "state-not-carried-between-chunks": (
        "truncated_bptt",
        "def truncated_bptt(x, h0, Wx, Wh, b, dh, k):\n    parts = []\n    for t in range(0, x.shape[1], k):\n"
        "        h, cache = rnn_forward(x[:, t : t + k], h0, Wx, Wh, b)\n"
        "        parts.append((h, *rnn_backward(dh[:, t : t + k], cache)[2:]))\n    hs, *grads = zip(*parts)\n"
        "    return (np.concatenate(hs, 1), *(sum(g) for g in grads))",
    ),
    "temperature-multiplied": (
        "CharRNN",
        "_Model = CharRNN\nclass CharRNN(_Model):\n"
        "    def sample(self, start, max_length, temperature=1.0, rng=None):\n"
        "        other = 1.0 / temperature if temperature else 0.0\n"
        "        return super().sample(start, max_length, other, rng)",
    ),
    "last-state-off-by-one": (
        "last_state_forward",
        "_last = last_state_forward\ndef last_state_forward(h, lengths):\n"
        "    return _last(h, np.minimum(lengths + 1, h.shape[1]))",
    ),
}

STYLES = styles.read("rnn", "models", PARTS, MISTAKES)


@pytest.fixture(scope="module")
def grades() -> dict[str, Grade]:
    others = styles.other_parts(STYLES)
    whole = styles.whole_sources(STYLES)
    training = [name for name, text in STYLES.sources.items() if parts_in(STYLES.assignment, text) >= TRAINED]
    trained = {name: whole.pop(name) for name in training}
    return grade_sources(STYLES.assignment, trained, without=others) | grade_sources(
        STYLES.assignment, whole, without=others | TRAINED
    )


test_another_correct_style_earns_full_points = styles.earns_full_points(STYLES)
test_each_part_is_written_in_two_styles_or_more = styles.is_written_twice(STYLES)
test_a_mistake_in_another_style_is_named = styles.is_named(STYLES)


@pytest.mark.parametrize("name", ["test_names", "test_digits", "test_vowels"])
def test_training_shows_the_loss_beside_the_reference_and_a_measure(grades: dict[str, Grade], name: str) -> None:
    evidence = evidence_of(grades["models_einsum"], f"checks/test_training.py::{name}")
    assert {curve.name for curve in evidence.curves} == {"loss", "reference loss"}
    assert len(evidence.measures) == 1


def test_some_names_that_were_invented_are_in_the_report(grades: dict[str, Grade]) -> None:
    evidence = evidence_of(grades["models_einsum"], "checks/test_training.py::test_names")
    assert [(text.name, len(text.lines)) for text in evidence.texts] == [("names that your model has invented", 6)]
