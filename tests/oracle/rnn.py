"""Entries of the assignment rnn."""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.random import RandomState

from grader.session.student import Student
from tests.oracle.comparison import Results
from tests.oracle.draws import Arguments, Maker, labels, normal, random_shape, sizes
from tests.oracle.entry import Cotangents, Entry, Gradient, Output, function, loss, network, pair, spread, values_only
from tests.oracle.training import clippings

GATES = {"rnn": 1, "lstm": 4, "gru": 3}


# One step, and sequences.


def weights(rng: RandomState, cell: str, D: int, H: int) -> Arguments:
    width = GATES[cell] * H
    return {"Wx": normal(rng, D, width), "Wh": normal(rng, H, width), "b": normal(rng, width)}


def step(cell: str, N: int, D: int, H: int) -> Maker:
    def make(rng: RandomState) -> Arguments:
        states = {"prev_h": normal(rng, N, H)} | ({"prev_c": normal(rng, N, H)} if cell == "lstm" else {})
        return {"x": normal(rng, N, D), **states, **weights(rng, cell, D, H)}

    return make


def steps(cell: str) -> dict[str, Maker]:
    return {
        "three sizes": step(cell, 3, 4, 5),
        "batch 1": step(cell, 1, 2, 3),
        "all sizes 1": step(cell, 1, 1, 1),
        "random shape": lambda rng: step(cell, *sizes(rng, 3))(rng),
    }


def sequence(cell: str, N: int, T: int, D: int, H: int) -> Maker:
    return lambda rng: {"x": normal(rng, N, T, D), "h0": normal(rng, N, H), **weights(rng, cell, D, H)}


def sequences(cell: str) -> dict[str, Maker]:
    return {
        "four sizes": sequence(cell, 2, 3, 4, 5),
        "length 1": sequence(cell, 3, 1, 2, 4),
        "batch 1": sequence(cell, 1, 4, 3, 2),
        "long": sequence(cell, 2, 12, 1, 2),
        "random shape": lambda rng: sequence(cell, *sizes(rng, 4))(rng),
    }


# Words, and layers over time.


def words(N: int, T: int, V: int, D: int) -> Maker:
    return lambda rng: {"x": labels(rng, V, N, T), "W": normal(rng, V, D)}


WORDS = {
    "words that repeat": words(3, 4, 5, 2),
    "batch 1": words(1, 3, 4, 3),
    "length 1": words(3, 1, 2, 4),
    "one word": words(2, 3, 1, 2),
    "words that never occur": words(2, 2, 40, 3),
    "random shape": random_shape(words, 4),
}


def over_time(N: int, T: int, D: int, M: int) -> Maker:
    return lambda rng: {"x": normal(rng, N, T, D), "w": normal(rng, D, M), "b": normal(rng, M)}


OVER_TIME = {
    "four sizes": over_time(2, 3, 4, 5),
    "batch 1": over_time(1, 4, 3, 2),
    "length 1": over_time(3, 1, 2, 4),
    "random shape": random_shape(over_time, 4),
}


def masked(N: int, T: int, V: int, share: float = 0.7, scale: float = 1.0) -> Maker:
    return lambda rng: {
        "x": scale * normal(rng, N, T, V),
        "y": labels(rng, V, N, T),
        "mask": rng.uniform(size=(N, T)) < share,
    }


MASKED = {
    "some masked": masked(3, 4, 5),
    "none masked": masked(2, 3, 4, share=1.0),
    "all masked": masked(2, 3, 4, share=0.0),
    "batch 1": masked(1, 5, 3),
    "length 1": masked(4, 1, 3),
    "large scores": masked(2, 4, 3, scale=1000.0),
    "random shape": random_shape(masked, 3),
}


def costs(N: int, T: int, value: float) -> Maker:
    def make(rng: RandomState) -> Arguments:
        mask = rng.uniform(size=(N, T)) < 0.6
        mask[0, 0] = True
        return {"loss": value, "mask": mask}

    return make


COSTS = {"some masked": costs(4, 3, 5.5), "batch 1, length 1": costs(1, 1, 0.4), "no cost": costs(3, 2, 0.0)}


# Truncation.


def chunks(N: int, T: int, D: int, H: int, chunk_length: int) -> Maker:
    made = sequence("rnn", N, T, D, H)
    return lambda rng: made(rng) | {"chunk_length": chunk_length}


CHUNKS = {
    "a shorter last chunk": chunks(2, 5, 3, 4, 2),
    "chunks of one step": chunks(3, 4, 2, 3, 1),
    "a single chunk": chunks(2, 3, 4, 2, 7),
    "batch 1, length 1": chunks(1, 1, 3, 2, 2),
}


def run_truncated_bptt(reference: Student, given: Arguments, cotangent: Cotangents) -> Results:
    *inputs, chunk_length = given.values()
    N, T, _ = given["x"].shape
    dh = cotangent(0, (N, T, given["h0"].shape[1]))
    names = [("truncated_bptt", name) for name in ("h", "dWx", "dWh", "db")]
    return spread(names, reference.truncated_bptt(*inputs, dh, chunk_length))


TRUNCATED = Entry(
    formula="truncated_bptt",
    cases=CHUNKS,
    outputs=(Output((("truncated_bptt", "h"),), "random"),),
    gradients=tuple(Gradient((("truncated_bptt", f"d{name}"),), name) for name in ("Wx", "Wh", "b")),
    run=run_truncated_bptt,
)


# The character model.


def character_params(rng: RandomState, cell: str, V: int, E: int, H: int) -> Arguments:
    ends = {"W_embed": normal(rng, V, E), "W_vocab": normal(rng, H, V), "b_vocab": normal(rng, V)}
    return weights(rng, cell, E, H) | ends


def characters(cell: str, N: int, T: int, V: int, E: int, H: int) -> Maker:
    def make(rng: RandomState) -> Arguments:
        x, y = labels(rng, V, N, T), labels(rng, V, N, T)
        mask = rng.uniform(size=(N, T)) < 0.7
        return {"params": character_params(rng, cell, V, E, H), "x": x, "y": y, "mask": mask, "cell_type": cell}

    return make


CHARACTERS = {
    "rnn": characters("rnn", 3, 4, 5, 2, 6),
    "rnn, batch 1": characters("rnn", 1, 3, 4, 3, 2),
    "lstm": characters("lstm", 2, 3, 5, 4, 3),
    "lstm, length 1": characters("lstm", 3, 1, 4, 2, 2),
}


def sampled(cell: str, N: int, length: int) -> Maker:
    return lambda rng: {
        "params": character_params(rng, cell, 12, 4, 8),
        "start": labels(rng, 12, N),
        "max_length": length,
        "cell_type": cell,
    }


SAMPLED = {"rnn": sampled("rnn", 6, 8), "lstm": sampled("lstm", 6, 9), "rnn, batch 1": sampled("rnn", 1, 1)}


def character_model(reference: Student, given: Arguments) -> Any:
    params = given["params"]
    model = reference.CharRNN(*params["W_embed"].shape, params["Wh"].shape[0], cell_type=given["cell_type"])
    model.params = params
    return model


def run_char_rnn(reference: Student, given: Arguments, cotangent: Cotangents) -> Results:
    value, grads = character_model(reference, given).loss(given["x"], given["y"], given["mask"])
    return spread([("CharRNN", "loss"), ("CharRNN", "grads")], [value, grads])


CHAR_RNN = Entry(
    formula="char_rnn",
    cases=CHARACTERS,
    outputs=(Output((("CharRNN", "loss"),), "one"),),
    gradients=(Gradient((("CharRNN", "grads"),), "params"),),
    run=run_char_rnn,
)


def run_greedy_sample(reference: Student, given: Arguments, cotangent: Cotangents) -> Results:
    model = character_model(reference, given)
    return spread([("CharRNN", "sample")], [model.sample(given["start"], given["max_length"], temperature=0)])


# The classifier.


def lengths_up_to(rng: RandomState, T: int, N: int) -> Any:
    return rng.randint(1, T + 1, size=N).astype(np.int64)


def states(N: int, T: int, H: int) -> Maker:
    return lambda rng: {"h": normal(rng, N, T, H), "lengths": lengths_up_to(rng, T, N)}


STATES = {
    "several lengths": states(5, 4, 3),
    "batch 1": states(1, 3, 2),
    "length 1": states(3, 1, 4),
    "random shape": random_shape(states, 3),
}


def classified(cell: str, N: int, T: int, D: int, H: int, C: int) -> Maker:
    return lambda rng: {
        "params": weights(rng, cell, D, H) | {"W_out": normal(rng, H, C), "b_out": normal(rng, C)},
        "X": normal(rng, N, T, D),
        "lengths": lengths_up_to(rng, T, N),
        "y": labels(rng, C, N),
        "cell_type": cell,
    }


CLASSIFIED = {
    "rnn": classified("rnn", 4, 5, 3, 6, 2),
    "rnn, batch 1, length 1": classified("rnn", 1, 1, 3, 2, 4),
    "lstm": classified("lstm", 3, 4, 2, 3, 5),
    "lstm, batch 1": classified("lstm", 1, 3, 4, 2, 3),
}


def classifier(reference: Student, given: Arguments) -> Any:
    params = given["params"]
    (H, C), D = params["W_out"].shape, params["Wx"].shape[0]
    return reference.SequenceClassifier(D, H, C, cell_type=given["cell_type"])


ENTRIES = (
    pair(
        "rnn_step",
        [("rnn_step_forward", "rnn_step_backward")],
        steps("rnn"),
        wrt="x prev_h Wx Wh b",
        outputs="next_h",
    ),
    pair("rnn", [("rnn_forward", "rnn_backward")], sequences("rnn"), wrt="x h0 Wx Wh b", outputs="h"),
    pair(
        "lstm_step",
        [("lstm_step_forward", "lstm_step_backward")],
        steps("lstm"),
        wrt="x prev_h prev_c Wx Wh b",
        outputs="next_h next_c",
    ),
    pair("lstm", [("lstm_forward", "lstm_backward")], sequences("lstm"), wrt="x h0 Wx Wh b", outputs="h"),
    pair(
        "gru_step",
        [("gru_step_forward", "gru_step_backward")],
        steps("gru"),
        wrt="x prev_h Wx Wh b",
        outputs="next_h",
    ),
    pair("gru", [("gru_forward", "gru_backward")], sequences("gru"), wrt="x h0 Wx Wh b", outputs="h"),
    pair("word_embedding", [("word_embedding_forward", "word_embedding_backward")], WORDS, wrt="W"),
    pair("temporal_affine", [("temporal_affine_forward", "temporal_affine_backward")], OVER_TIME, wrt="x w b"),
    loss("temporal_softmax_loss", "temporal_softmax_loss", MASKED, wrt="x"),
    function("perplexity", "perplexity", COSTS, returns="perplexity"),
    function("clip_by_norm", "clip_gradients", clippings("max_norm"), returns="clipped norm"),
    TRUNCATED,
    CHAR_RNN,
    values_only("greedy_sample", SAMPLED, [("CharRNN", "sample")], run_greedy_sample),
    pair("last_state", [("last_state_forward", "last_state_backward")], STATES, wrt="h"),
    network("sequence_classifier", "SequenceClassifier", CLASSIFIED, classifier, inputs="X lengths y"),
)
