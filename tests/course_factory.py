"""A tiny course to grade with: seven parts, public and hidden checks, a misconception for each part.

Every source a test grades is the solution with small, named changes, so that what a test changes is all it says.
"""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import numpy as np

from grader.course import Assignment, load_assignment
from grader.misconceptions import definitions
from grader.model import CaseResult, CheckGrade, Grade, PartGrade, SourceUnit, Submission
from grader.release.regions import find_regions, hide_solutions

SECRET = b"a secret for tests"

SOLUTION = '''\
# %% [markdown]
# # A tiny network
#
# ## 1. Layers

# %%
import numpy as np


# %%
def affine_forward(x, w, b):
    """Return the pair (out, cache) of x w + b."""
    # BEGIN SOLUTION
    weighted = x @ w + b
    return weighted, (x, w, b)
    # END SOLUTION


def affine_backward(dout, cache):
    """Return the gradients dx, dw, db."""
    # BEGIN SOLUTION
    x, w, b = cache
    return dout @ w.T, x.T @ dout, np.sum(dout, axis=0)
    # END SOLUTION


# %%
def affine_relu_forward(x, w, b):
    """Return the pair (out, cache) of the affine layer followed by ReLU."""
    # BEGIN SOLUTION
    weighted, affine_cache = affine_forward(x, w, b)
    return np.maximum(weighted, 0.0), (affine_cache, weighted)
    # END SOLUTION


def affine_relu_backward(dout, cache):
    """Return the gradients dx, dw, db of the two layers."""
    # BEGIN SOLUTION
    affine_cache, weighted = cache
    return affine_backward(np.where(weighted > 0, dout, 0.0), affine_cache)
    # END SOLUTION


# %% [markdown]
# ## 2. Training


# %%
class Net:
    """A linear classifier; params holds W (D, C) and b (C,)."""

    def __init__(self, features, classes):
        # BEGIN SOLUTION
        self.params = {"W": np.zeros((features, classes)), "b": np.zeros(classes)}
        # END SOLUTION

    def loss(self, X, y=None):
        """Return the scores without y, and the pair (loss, grads) with it."""
        # BEGIN SOLUTION
        scores, cache = affine_forward(X, self.params["W"], self.params["b"])
        if y is None:
            return scores
        rows = np.arange(len(y))
        shifted = scores - np.max(scores, axis=1, keepdims=True)
        logarithms = shifted - np.log(np.sum(np.exp(shifted), axis=1, keepdims=True))
        dscores = np.exp(logarithms)
        dscores[rows, y] -= 1.0
        _, dW, db = affine_backward(dscores / len(y), cache)
        return float(-np.mean(logarithms[rows, y])), {"W": dW, "b": db}
        # END SOLUTION


# %%
def batches(X, y, size, rng):
    """Yield the samples in random order, each once, in batches of up to size."""
    # BEGIN SOLUTION
    order = rng.permutation(len(X))
    for start in range(0, len(X), size):
        chosen = order[start : start + size]
        yield X[chosen], y[chosen]
    # END SOLUTION


# %%
def train(model, X, y, epochs, rng):
    """Train a model by gradient descent and return the list of its losses."""
    # BEGIN SOLUTION
    losses = []
    for _ in range(epochs):
        for X_batch, y_batch in batches(X, y, 8, rng):
            value, grads = model.loss(X_batch, y_batch)
            losses.append(float(value))
            for name in grads:
                model.params[name] = model.params[name] - 0.5 * grads[name]
    return losses
    # END SOLUTION
'''

ASSIGNMENT = """\
name = "tiny"
title = "A tiny network"
public_checks = ["checks/test_tiny.py"]
data = ["points.npz"]
heldout = ["points_test.npz"]

[[parts]]
name = "affine_forward"
title = "Affine layer, forward"
returns = ["out", "cache"]
aliases = ["forward_affine"]
pair = "affine"

[[parts]]
name = "affine_backward"
title = "Affine layer, backward"
returns = ["dx", "dw", "db"]
pair = "affine"

[[parts]]
name = "affine_relu_forward"
title = "Affine layer and ReLU, forward"
returns = ["out", "cache"]
pair = "affine_relu"
uses = ["affine_forward", "affine_backward"]

[[parts]]
name = "affine_relu_backward"
title = "Affine layer and ReLU, backward"
returns = ["dx", "dw", "db"]
pair = "affine_relu"
uses = ["affine_forward", "affine_backward"]

[[parts]]
name = "Net"
title = "Linear classifier"
kind = "class"
methods = ["loss"]
uses = ["affine_forward", "affine_backward"]

[[parts]]
name = "batches"
title = "Batches"
kind = "iterator"
returns = ["X_batch", "y_batch"]

[[parts]]
name = "train"
title = "Training"
returns = ["losses"]
uses = ["Net", "batches"]
"""

PUBLIC = '''\
"""Public checks."""

import numpy as np
import pytest

from grader.checking import assert_close, assert_gradients, unpack

INPUTS = {
    "x": np.array([[1.0, 2.0], [3.0, 4.0], [-1.0, 0.5]]),
    "w": np.array([[1.0, 0.0], [2.0, 1.0]]),
    "b": np.array([0.5, 0.0]),
}


@pytest.mark.check("affine_forward", points=1)
def test_small_numbers(student):
    """Gives the numbers worked out by hand."""
    out, _ = unpack(student.affine_forward, student.affine_forward(*INPUTS.values()))
    assert_close("out", out, [[5.5, 2.0], [11.5, 4.0], [0.5, 0.5]])


@pytest.mark.check("affine_backward", points=1)
def test_differences(student, rng):
    """Agrees with differences of your own affine_forward."""
    assert_gradients(student.affine_forward, student.affine_backward, INPUTS, rng=rng)


@pytest.mark.check("Net", points=1)
def test_loss_of_an_untrained_net(student, data, advise):
    """An untrained net has the loss log C."""
    X, y = data("points.npz")["X"], data("points.npz")["y"]
    net = student.Net(2, 2)
    loss, _ = net.loss(X, y)
    assert_close("loss", loss, np.log(2.0))
    advise(not np.any(net.params["W"]), "Weights that start at zero train just as well here.")
'''

HIDDEN = '''\
"""Hidden checks."""

import numpy as np
import pytest

from grader.checking import (
    assert_at_least, assert_gradients, assert_matches, assert_network_gradients, assert_true, unpack
)
from grader.model import Curve, Measure

SHAPES = pytest.mark.parametrize("N, D, M", [(4, 3, 5), (1, 6, 2)])


def inputs(rng, N, D, M):
    return {"x": rng.normal(size=(N, D)), "w": rng.normal(size=(D, M)), "b": rng.normal(size=M)}


@pytest.mark.check("affine_forward", points=2)
@SHAPES
def test_values(student, reference, rng, N, D, M):
    """Computes x w + b."""
    assert_matches(student.affine_forward, reference.affine_forward, *inputs(rng, N, D, M).values())


@pytest.mark.check("affine_backward", points=3)
@SHAPES
def test_gradients(student, rng, N, D, M):
    """Returns the gradients with respect to x, w and b."""
    assert_gradients(student.affine_forward, student.affine_backward, inputs(rng, N, D, M), rng=rng)


@pytest.mark.check("affine_relu_forward", points=1)
def test_composed_values(student, reference, rng):
    """Applies the affine layer and then ReLU."""
    assert_matches(student.affine_relu_forward, reference.affine_relu_forward, *inputs(rng, 4, 3, 5).values())


@pytest.mark.check("affine_relu_backward", points=2)
def test_composed_gradients(student, rng):
    """Returns the gradients of the two layers in one."""
    assert_gradients(student.affine_relu_forward, student.affine_relu_backward, inputs(rng, 4, 3, 5), rng=rng)


@pytest.mark.check("Net", points=2)
def test_net_gradients(student, reference, rng):
    """Returns the gradients of the loss it returns."""
    params = {"W": rng.normal(size=(3, 4)), "b": rng.normal(size=4)}
    X, y = rng.normal(size=(6, 3)), rng.integers(0, 4, size=6)
    assert_network_gradients(student.Net(3, 4), reference.Net(3, 4), params, X, y, rng=rng, part="Net")


@pytest.mark.check("batches", points=1)
def test_each_sample_once(student, rng):
    """Deals out every sample once."""
    X = rng.normal(size=(7, 2))
    dealt = [unpack(student.batches, batch) for batch in student.batches(X, np.arange(7), 3, rng)]
    rows = sorted(int(label) for _, labels in dealt for label in labels)
    assert_true(rows == list(range(7)), "Not every sample was dealt out once.")


@pytest.mark.check("train", points=2)
def test_accuracy(student, data, rng, show, advise):
    """Learns to tell two clouds of points apart."""
    net = student.Net(2, 2)
    losses = student.train(net, data("points.npz")["X"], data("points.npz")["y"], 4, rng)
    held = data("points_test.npz")
    scores = net.loss(held["X"])
    accuracy = float(np.mean(np.argmax(scores, axis=1) == held["y"]))
    show(Curve(name="loss", x=tuple(range(len(losses))), y=tuple(losses)))
    show(Measure(name="accuracy", value=accuracy, full=0.95, none=0.45))
    advise(len(losses) == 20, "One loss for each batch makes a finer plot.")
    assert_at_least("The accuracy", accuracy, full=0.95, none=0.45)
'''

MISCONCEPTIONS = '''\
"""Wrong solutions."""

from grader.misconceptions import Misconception

MISCONCEPTIONS = (
    Misconception(
        name="bias-omitted",
        part="affine_forward",
        edits=(("x @ w + b", "x @ w"),),
        hint="The output does not depend on one of the three inputs.",
    ),
    Misconception(
        name="db-averaged",
        part="affine_backward",
        edits=(("np.sum(dout", "np.mean(dout"),),
        hint="Each bias is used once for every sample.",
    ),
    Misconception(
        name="relu-omitted",
        part="affine_relu_forward",
        edits=(("np.maximum(weighted, 0.0)", "weighted"),),
        hint="Can an output of ReLU be negative?",
    ),
    Misconception(
        name="mask-omitted",
        part="affine_relu_backward",
        edits=(("np.where(weighted > 0, dout, 0.0)", "dout"),),
        hint="Does the gradient pass through both layers?",
    ),
    Misconception(
        name="gradient-not-averaged",
        part="Net",
        edits=(("dscores / len(y)", "dscores"),),
        hint="The loss is a mean.",
    ),
    Misconception(
        name="last-batch-dropped",
        part="batches",
        edits=(("range(0, len(X), size)", "range(0, len(X) - size + 1, size)"),),
        hint="Does every sample get its turn?",
    ),
    Misconception(
        name="train-uphill",
        part="train",
        edits=(("- 0.5", "+ 0.5"),),
        hint="Which way does the loss fall?",
    ),
)
'''

POSSIBLE = 16.0


def write_course(folder: Path, *, files: dict[str, str] | None = None) -> Assignment:
    """Write the course into an empty folder.

    Args:
        folder: takes ``reference/`` and ``assignments/``.
        files: further files of ``reference/tiny``, or others in place of those that are written here.

    Returns:
        the assignment, as ``load_assignment`` reads it.
    """
    reference = folder / "reference" / "tiny"
    texts = {
        "assignment.toml": ASSIGNMENT,
        "tiny.py": SOLUTION,
        "checks/test_tiny.py": PUBLIC,
        "checks/test_tiny_hidden.py": HIDDEN,
        "misconceptions/tiny.py": MISCONCEPTIONS,
        **(files or {}),
    }
    for name, text in texts.items():
        path = reference / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8")
    shared = folder / "assignments" / "tiny" / "data"
    for path, seed in ((shared / "points.npz", 1), (reference / "data" / "points_test.npz", 2)):
        path.parent.mkdir(parents=True, exist_ok=True)
        write_points(path, seed)
    (shared / "README.md").write_text("Two clouds of points.\n")
    return load_assignment(reference)


def write_points(path: Path, seed: int) -> None:
    """Write two clouds of points, X (40, 2) float64 and y (40,) int64, far apart."""
    rng = np.random.default_rng(seed)
    y = np.arange(40) % 2
    X = rng.normal(size=(40, 2)) + np.where(y[:, np.newaxis] == 1, 3.0, -3.0)
    np.savez(path, X=X, y=y)


def stub() -> str:
    """Return what students start from."""
    return hide_solutions(SOLUTION, find_regions(SOLUTION, Path("tiny.py")))


def changed(*edits: tuple[str, str], source: str = SOLUTION) -> str:
    """Return a source with edits (old, new); each old text must stand in it exactly once."""
    for old, new in edits:
        assert source.count(old) == 1, f"{old!r} stands {source.count(old)} times in the source, expected once"
        source = source.replace(old, new)
    return source


def with_part(part: str, text: str, source: str = SOLUTION) -> str:
    """Return a source with another definition in the place of a part."""
    start, end = definitions(source)[part]
    return source[:start] + text.rstrip() + "\n" + source[end:]


def submission(text: str, *, student: str = "ada", cells: Sequence[str] = ()) -> Submission:
    """Return a hand-in of one file, or of a notebook's cells."""
    units = [SourceUnit(module="tiny", label="tiny.py", text=text)]
    if cells:
        labels = (f"tiny.ipynb cell {number}" for number in range(1, len(cells) + 1))
        units = [SourceUnit(module="tiny", label=label, text=cell) for label, cell in zip(labels, cells, strict=True)]
    return Submission(
        student=student, key=student, digest=f"digest of {student}", origin=f"{student}.py", units=tuple(units)
    )


def part_of(grade: Grade, name: str) -> PartGrade:
    """Return one part of a grade."""
    return next(part for part in grade.parts if part.part == name)


def check_of(grade: Grade, name: str) -> CheckGrade:
    """Return one check of a grade, by the name of its test function."""
    checks = (check for part in grade.parts for check in part.checks)
    return next(check for check in checks if check.check.id.endswith(f"::{name}"))


def case_of(grade: Grade, name: str) -> CaseResult:
    """Return the first case of a check, by the name of its test function."""
    return check_of(grade, name).cases[0]


def lost(grade: Grade) -> dict[str, float]:
    """Return the points that were not earned, by part; parts that earned all are left out."""
    return {part.part: part.possible - part.earned for part in grade.parts if part.earned < part.possible}
