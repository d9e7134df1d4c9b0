"""Correct solutions of ``rnn`` in other styles earn full points, and mistakes in other styles are named all the same.

Parts: losses over time, clipping and truncation, models, training.
"""

from __future__ import annotations

import os
import sys
from collections.abc import Iterator

import pytest

from grader.model import CaseResult, Grade
from tests.reference.harness import (
    STYLES,
    grade_sources,
    parts_in,
    read_assignment,
    what_was_lost,
    with_parts_replaced,
)

ASSIGNMENT = read_assignment("rnn")
SOURCES = {path.stem: path.read_text(encoding="utf-8") for path in sorted((STYLES / "rnn").glob("models_*.py"))}
STYLE_PARTS = [(name, part) for name, source in SOURCES.items() for part in sorted(parts_in(ASSIGNMENT, source))]
EXPECTED_PARTS = {
    *("temporal_affine_forward", "temporal_affine_backward", "temporal_softmax_loss", "perplexity"),
    *("clip_gradients", "truncated_bptt", "inputs_and_targets", "CharRNN", "train_char_model"),
    *("last_state_forward", "last_state_backward", "SequenceClassifier", "train_classifier"),
}
# Only what trains in a style of its own is trained in earnest: it takes seconds.
TRAINED = {"train_char_model", "train_classifier"}
OTHERS = {part.name for part in ASSIGNMENT.parts} - EXPECTED_PARTS

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


@pytest.fixture(scope="module")
def grades() -> Iterator[dict[str, Grade]]:
    before = dict(os.environ), sys.dont_write_bytecode
    sources = SOURCES | {name: source for name, (_, source) in MISTAKES.items()}
    whole = {name: with_parts_replaced(ASSIGNMENT, source) for name, source in sources.items()}
    trained = {name: source for name, source in whole.items() if parts_in(ASSIGNMENT, sources[name]) >= TRAINED}
    others = {name: source for name, source in whole.items() if name not in trained}
    yield grade_sources(ASSIGNMENT, trained, without=OTHERS) | grade_sources(
        ASSIGNMENT, others, without=OTHERS | TRAINED
    )
    os.environ.clear()
    os.environ.update(before[0])
    sys.dont_write_bytecode = before[1]


@pytest.mark.parametrize(("style", "part"), STYLE_PARTS)
def test_another_correct_style_earns_full_points(grades: dict[str, Grade], style: str, part: str) -> None:
    assert list(what_was_lost(grades[style], {part})) == []


@pytest.mark.parametrize("part", sorted(EXPECTED_PARTS))
def test_each_part_is_written_in_two_styles_or_more(part: str) -> None:
    assert sum(part == written for _, written in STYLE_PARTS) >= 2


@pytest.mark.parametrize(("name", "part"), [(name, part) for name, (part, _) in MISTAKES.items()])
def test_a_mistake_in_another_style_is_named(grades: dict[str, Grade], name: str, part: str) -> None:
    found = {grade.part: grade.diagnosis for grade in grades[name].parts}[part]
    assert found is not None
    assert (found.kind, found.name) == ("misconception", name)


def case_of(grade: Grade, name: str) -> CaseResult:
    checks = {check.check.id: check for part in grade.parts for check in part.checks}
    return checks[f"checks/test_training.py::{name}"].cases[0]


@pytest.mark.parametrize("name", ["test_names", "test_digits", "test_vowels"])
def test_training_shows_the_loss_beside_the_reference_and_a_measure(grades: dict[str, Grade], name: str) -> None:
    evidence = case_of(grades["models_einsum"], name).evidence
    assert evidence is not None
    assert {curve.name for curve in evidence.curves} == {"loss", "reference loss"}
    assert len(evidence.measures) == 1


def test_some_names_that_were_invented_are_in_the_report(grades: dict[str, Grade]) -> None:
    evidence = case_of(grades["models_einsum"], "test_names").evidence
    assert evidence is not None
    assert [(text.name, len(text.lines)) for text in evidence.texts] == [("names that your model has invented", 6)]
