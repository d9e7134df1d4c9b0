"""Entries of the assignment training."""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.random import RandomState

from grader.session.student import Student
from tests.oracle.comparison import Results
from tests.oracle.draws import (
    Arguments,
    Maker,
    dense_params,
    labels,
    normal,
    normal_arrays,
    positive,
    random_shape,
    sizes,
)
from tests.oracle.entry import Cotangents, Entry, Gradient, Output, function, pair, spread, values_only

# Optimisers: several steps with one config that goes from step to step.


def descent(shape: tuple[int, ...], num_steps: int, config: dict[str, float] | None, scheduled: bool = False) -> Maker:
    """Return a maker of a start, the gradients of all steps, and the learning rate of each, where it changes."""

    def make(rng: RandomState) -> Arguments:
        rates = rng.uniform(0.01, 0.5, size=num_steps) if scheduled else None
        return {"w": normal(rng, *shape), "gradients": normal(rng, num_steps, *shape), "config": config, "rates": rates}

    return make


def descents(**config: float) -> dict[str, Maker]:
    """Return the cases of an optimiser, with its settings for those that do not take the defaults."""
    return {
        "defaults": descent((3, 2), 4, None),
        "other settings": descent((2, 3, 1), 5, config),
        "one number": descent((1,), 3, config),
        "a single step": descent((4,), 1, config),
        "a schedule": descent((2, 3), 6, config, scheduled=True),
        "random shape": random_shape(lambda N, D, num_steps: descent((N, D), num_steps, config), 3),
    }


def optimiser(part: str, cases: dict[str, Maker], *, state: str = "") -> Entry:
    """Return the entry of an optimiser: all points of its way, and what it remembers at the end."""

    def run(reference: Student, given: Arguments, cotangent: Cotangents) -> Results:
        w, config, way = given["w"], given["config"], []
        for step, gradient in enumerate(given["gradients"]):
            if given["rates"] is not None:
                config = {**config, "learning_rate": float(given["rates"][step])}
            w, config = getattr(reference, part)(w, gradient, config)
            way.append(w)
        return spread([(part, name) for name in names], [np.stack(way), *(config[name] for name in state.split())])

    names = ["next_w", *state.split()]
    return values_only(part, cases, [(part, name) for name in names], run)


# Schedules: every step of one.


def schedule(part: str, cases: dict[str, Arguments], *, returns: str) -> Entry:
    """Return the entry of a schedule; its cases hold ``steps`` and its settings."""

    def run(reference: Student, given: Arguments, cotangent: Cotangents) -> Results:
        settings = {name: value for name, value in given.items() if name != "steps"}
        rows = [np.ravel(getattr(reference, part)(int(step), **settings)) for step in given["steps"]]
        return spread([(part, name) for name in returns.split()], list(np.transpose(rows)))

    makers = {name: fixed(given) for name, given in cases.items()}
    return values_only(part, makers, [(part, name) for name in returns.split()], run)


def fixed(given: Arguments) -> Maker:
    return lambda rng: dict(given)


STEP_DECAYS = {
    "tenfold": {"steps": range(12), "base_lr": 0.8, "drop_every": 4},
    "every step": {"steps": range(6), "base_lr": 0.3, "drop_every": 1, "factor": 0.7},
    "never": {"steps": range(5), "base_lr": 0.3, "drop_every": 9, "factor": 0.5},
}
EXP_DECAYS = {
    "slow": {"steps": range(0, 200, 13), "base_lr": 0.5, "decay_rate": 0.01},
    "none": {"steps": range(4), "base_lr": 0.5, "decay_rate": 0.0},
    "fast": {"steps": range(8), "base_lr": 2.0, "decay_rate": 1.3},
}
COSINES = {
    "with warm-up": {"steps": range(24), "total": 23, "max_lr": 0.7, "warmup": 6},
    "without warm-up": {"steps": range(10), "total": 9, "max_lr": 0.4, "warmup": 0, "min_lr": 0.1},
    "warm-up of one step": {"steps": range(9), "total": 8, "max_lr": 2.0, "warmup": 1, "min_lr": 0.3},
    "a single step of descent": {"steps": range(8), "total": 7, "max_lr": 1.0, "warmup": 6},
}
ONE_CYCLES = {
    "defaults": {"steps": range(21), "total": 20, "max_lr": 1.5},
    "peak between two steps": {"steps": range(14), "total": 13, "max_lr": 0.4, "rise": 0.45},
    "other ends": {
        "steps": range(11),
        "total": 10,
        "max_lr": 2.0,
        "rise": 0.5,
        "div": 10.0,
        "final_div": 100.0,
        "high_momentum": 0.9,
        "low_momentum": 0.6,
    },
}


# Clipping.


def gradients(limit: str, value: float, *shapes: tuple[int, ...]) -> Maker:
    return lambda rng: {
        "grads": normal_arrays(rng, **{f"W{i}": shape for i, shape in enumerate(shapes, 1)}),
        limit: value,
    }


def no_gradients(limit: str) -> Maker:
    return lambda rng: {"grads": {"W1": np.zeros((2, 3)), "b1": np.zeros(3)}, limit: 1.0}


def clippings(limit: str) -> dict[str, Maker]:
    """Return the cases of clipping by the limit of that name."""
    return {
        "too long": gradients(limit, 0.7, (3, 4), (4,), (2, 1, 2)),
        "short enough": gradients(limit, 100.0, (3, 4), (4,)),
        "one number": gradients(limit, 0.01, (1,)),
        "all zero": no_gradients(limit),
        "random shape": lambda rng: gradients(limit, 0.5, tuple(sizes(rng, 2)), tuple(sizes(rng, 3)))(rng),
    }


# Layers.


RUNNING = ("running_mean", "running_var")


def batch(N: int, D: int, running: bool = False, shift: float = 0.0, **settings: object) -> Maker:
    def make(rng: RandomState) -> Arguments:
        bn_param: dict[str, Any] = {"mode": "train", **settings}
        if running:
            bn_param |= {"running_mean": normal(rng, D), "running_var": positive(rng, D)}
        x = 2.0 * normal(rng, N, D) + shift
        return {"x": x, "gamma": normal(rng, D), "beta": normal(rng, D), "bn_param": bn_param}

    return make


BATCHES = {
    "the first batch": batch(5, 3),
    "a later batch": batch(4, 6, running=True, momentum=0.7),
    "two samples": batch(2, 3),
    "one feature": batch(6, 1, running=True),
    "large eps": batch(4, 3, eps=0.3),
    "far from zero": batch(7, 2, shift=50.0),
    "random shape": random_shape(batch, 2, 2, 6, running=True),
}
TEST_BATCHES = {
    "a batch": batch(5, 3, running=True, mode="test"),
    "batch 1": batch(1, 4, running=True, mode="test", eps=0.2),
    "one feature": batch(3, 1, running=True, mode="test", momentum=0.5),
    "random shape": random_shape(batch, 2, running=True, mode="test"),
}


def samples(N: int, D: int, **ln_param: float) -> Maker:
    return lambda rng: {
        "x": 2.0 * normal(rng, N, D),
        "gamma": normal(rng, D),
        "beta": normal(rng, D),
        "ln_param": dict(ln_param),
    }


SAMPLES = {
    "five features": samples(4, 5),
    "batch 1": samples(1, 6),
    "two features": samples(3, 2),
    "large eps": samples(4, 3, eps=0.3),
    "random shape": random_shape(samples, 2, 2),
}


def dropped(*shape: int, **dropout_param: object) -> Maker:
    return lambda rng: {"x": normal(rng, *shape), "dropout_param": {"seed": 7, **dropout_param}}


DROPPED = {
    "keep 0.7": dropped(5, 6, mode="train", p=0.7),
    "keep 0.2, images": dropped(2, 3, 2, 2, mode="train", p=0.2),
    "keep all": dropped(4, 3, mode="train", p=1.0),
    "test mode": dropped(4, 3, mode="test", p=0.5),
    "batch 1": dropped(1, 7, mode="train", p=0.5),
    "random shape": random_shape(dropped, 2, mode="train", p=0.6),
}


def kept(reference: Student, shape: tuple[int, ...], dropout_param: dict[str, Any]) -> Any:
    """Return which entries the reference keeps: the same seed and shape keep the same ones."""
    out, _ = reference.dropout_forward(np.ones(shape), dropout_param)
    return out != 0.0


def with_kept(reference: Student, given: Arguments) -> Arguments:
    return given | {"kept": kept(reference, given["x"].shape, given["dropout_param"])}


DROPOUT = pair("dropout", [("dropout_forward", "dropout_backward")], DROPPED, wrt="x", prepare=with_kept)


# The penalty.


def penalised(reg: float, *widths: int) -> Maker:
    def make(rng: RandomState) -> Arguments:
        params = dense_params(rng, *widths) | {"gamma1": normal(rng, 3), "beta1": normal(rng, 3)}
        return {"params": params, "reg": reg}

    return make


PENALISED = {
    "two layers": penalised(0.3, 4, 3, 2),
    "one weight": penalised(0.1, 1, 1),
    "without a penalty": penalised(0.0, 3, 2),
    "twelve layers": penalised(0.2, *[2] * 13),
}


def run_l2_penalty(reference: Student, given: Arguments, cotangent: Cotangents) -> Results:
    penalty, grads = reference.l2_penalty(given["params"], given["reg"])
    # Names without a penalty may be missing.
    complete = {name: grads.get(name, np.zeros_like(value)) for name, value in given["params"].items()}
    return spread([("l2_penalty", "penalty"), ("l2_penalty", "grads")], [penalty, complete])


L2_PENALTY = Entry(
    formula="l2",
    cases=PENALISED,
    outputs=(Output((("l2_penalty", "penalty"),), "one"),),
    gradients=(Gradient((("l2_penalty", "grads"),), "params"),),
    run=run_l2_penalty,
)


# The network.


def network(N: int, sample: tuple[int, ...], widths: tuple[int, ...], **settings: object) -> Maker:
    """Return a maker of a batch to learn, other samples to judge, and the parameters of a network."""

    def make(rng: RandomState) -> Arguments:
        params = dense_params(rng, int(np.prod(sample)), *widths)
        if settings.get("normalization"):
            for layer, width in enumerate(widths[:-1], start=1):
                params |= {f"gamma{layer}": positive(rng, width), f"beta{layer}": normal(rng, width)}
        X, X_test = normal(rng, N, *sample), normal(rng, 2, *sample)
        defaults = {"normalization": None, "reg": 0.0, "dropout_keep_ratio": 1.0}
        y = labels(rng, widths[-1], N)
        return {"params": params, "X": X, "y": y, "X_test": X_test, **defaults, **settings}

    return make


NETWORKS = {
    "plain, images, batch 1": network(1, (2, 1, 3), (4, 3)),
    "penalty": network(4, (3,), (5, 2), reg=0.3),
    "batch normalisation": network(5, (4,), (6, 3, 2), normalization="batchnorm", reg=0.2),
    "batch normalisation, two samples": network(2, (3,), (4, 3), normalization="batchnorm"),
    "layer normalisation": network(3, (4,), (5, 6, 3), normalization="layernorm", reg=0.1),
    "dropout": network(4, (5,), (6, 7, 3), dropout_keep_ratio=0.7),
    "all together": network(4, (3,), (5, 6, 4), normalization="layernorm", reg=0.3, dropout_keep_ratio=0.6),
}
SEED = 3


def hidden_dims(params: dict[str, Any]) -> list[int]:
    widths = [value.shape[1] for name, value in params.items() if name.startswith("W")]
    return widths[:-1]


def run_network(reference: Student, given: Arguments, cotangent: Cotangents) -> Results:
    """Return loss and gradients of a batch, then the scores of other samples, by the running statistics."""
    params = given["params"]
    last = max(name for name in params if name.startswith("W"))
    net = reference.FullyConnectedNet(
        hidden_dims(params),
        params["W1"].shape[0],
        params[last].shape[1],
        dropout_keep_ratio=given["dropout_keep_ratio"],
        normalization=given["normalization"],
        reg=given["reg"],
        seed=SEED,
    )
    net.params = params
    loss, grads = net.loss(given["X"], given["y"])
    names = [("FullyConnectedNet", name) for name in ("loss", "scores", "grads")]
    return spread(names, [loss, net.loss(given["X_test"]), grads])


def with_units_kept(reference: Student, given: Arguments) -> Arguments:
    p, N = given["dropout_keep_ratio"], given["X"].shape[0]
    dropout_param = {"mode": "train", "p": p, "seed": SEED}
    units = [kept(reference, (N, width), dropout_param) for width in hidden_dims(given["params"])]
    return given | {"units": units}


NETWORK = Entry(
    formula="fully_connected_net",
    cases=NETWORKS,
    outputs=(
        Output((("FullyConnectedNet", "loss"),), "one"),
        Output((("FullyConnectedNet", "scores"),)),
    ),
    gradients=(Gradient((("FullyConnectedNet", "grads"),), "params"),),
    run=run_network,
    prepare=with_units_kept,
)

ENTRIES = (
    optimiser("sgd", descents(learning_rate=0.3)),
    optimiser("sgd_momentum", descents(learning_rate=0.3, momentum=0.6), state="velocity"),
    optimiser("rmsprop", descents(learning_rate=0.3, decay_rate=0.8, epsilon=0.1), state="cache"),
    optimiser("adam", descents(learning_rate=0.3, beta1=0.7, beta2=0.8, epsilon=0.1), state="m v t"),
    optimiser("nesterov", descents(learning_rate=0.3, momentum=0.6), state="velocity"),
    optimiser("adagrad", descents(learning_rate=0.3, epsilon=0.1), state="cache"),
    optimiser("adamw", descents(learning_rate=0.3, beta1=0.7, beta2=0.8, epsilon=0.1, weight_decay=0.2), state="m v t"),
    schedule("step_decay", STEP_DECAYS, returns="lr"),
    schedule("exp_decay", EXP_DECAYS, returns="lr"),
    schedule("cosine_with_warmup", COSINES, returns="lr"),
    schedule("one_cycle", ONE_CYCLES, returns="lr momentum"),
    function("clip_by_norm", "clip_grad_norm", clippings("max_norm"), returns="clipped norm"),
    function("clip_by_value", "clip_grad_value", clippings("limit"), returns="clipped"),
    pair(
        "batchnorm",
        [("batchnorm_forward", "batchnorm_backward"), ("batchnorm_forward", "batchnorm_backward_alt")],
        BATCHES,
        wrt="x gamma beta",
        state=RUNNING,
    ),
    function("batchnorm_in_use", "batchnorm_forward", TEST_BATCHES, returns="out", state=RUNNING),
    pair("layernorm", [("layernorm_forward", "layernorm_backward")], SAMPLES, wrt="x gamma beta"),
    DROPOUT,
    L2_PENALTY,
    NETWORK,
)
