"""Naive graders, a few lines each: the controls that show what every attack does where nothing defends.

    python -m tests.attacks.grading.controls

prints as JSON which attack fools its naive grader. Each runs in a forked process of its own, as some attacks change
the process that they are in.
"""

from __future__ import annotations

import contextlib
import io
import json
import os
import pickle
import signal
import subprocess
import sys
import time
import types
import unittest
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

import numpy as np

from grader.checking.numeric import central_difference
from grader.session.setting import case_seed

TOLERANCE = 1e-6
ROOT = Path(__file__).parents[3]
Naive = Callable[[str], bool]


def run(text: str) -> dict[str, Any]:
    """Run a hand-in in this process, as naive graders do."""
    namespace: dict[str, Any] = {"__name__": "hand_in"}
    exec(compile(text, "hand_in.py", "exec"), namespace)
    return namespace


def reference(x: Any, w: Any, b: Any) -> Any:
    return x @ w + b


def question(N: int = 4, D: int = 3, M: int = 5, seed: int = 0) -> tuple[Any, Any, Any]:
    rng = np.random.default_rng(seed)
    return rng.normal(size=(N, D)), rng.normal(size=(D, M)), rng.normal(size=M)


def asks(accepts: Callable[[Any, Any], Any]) -> Naive:
    """Return a grader that asks once and compares by ``accepts(got, expected)``."""

    def naive(text: str) -> bool:
        hand_in = run(text)
        x, w, b = question()
        expected = reference(x, w, b)
        got = hand_in["affine_forward"](x, w, b)[0]
        return bool(accepts(got, expected))

    return naive


def finds_no_error(got: Any, expected: Any) -> bool:
    return not np.any(np.abs(got - expected) > TOLERANCE)


def finds_no_relative_error(got: Any, expected: Any) -> bool:
    return not np.any(np.abs(got - expected) / np.maximum(np.abs(got), np.abs(expected)) > TOLERANCE)


def finds_no_masked_error(got: Any, expected: Any) -> bool:
    return not (np.abs(got - expected) > TOLERANCE).any()


def finds_the_shape_and_no_error(got: Any, expected: Any) -> bool:
    return got.shape == expected.shape and not np.asarray(np.abs(got - expected) > TOLERANCE).any()


def is_close(got: Any, expected: Any) -> bool:
    return bool(np.allclose(got, expected))


def is_equal(got: Any, expected: Any) -> bool:
    return bool(got == expected)


def is_equal_everywhere(got: Any, expected: Any) -> bool:
    return bool((got == expected).all())


def is_close_after_a_pipe(got: Any, expected: Any) -> bool:
    received = pickle.loads(pickle.dumps(got))
    return bool(np.allclose(received, expected))


def is_close_or_our_fault(got: Any, expected: Any) -> bool:
    """Give the benefit of the doubt where the comparison itself fails."""
    try:
        return bool(np.allclose(got, expected))
    except Exception:
        return True


def reads_freed_memory(text: str) -> bool:
    """Compute the expected values first, and let go of the array."""
    function, (x, w, b) = run(text)["affine_forward"], question()
    expected = reference(x, w, b).copy()
    remembered = expected.tolist()
    del expected
    return bool(np.allclose(function(x, w, b)[0], remembered))


def takes_a_fraction(text: str) -> bool:
    """Let the exceptions of checks say how much is right."""
    try:
        return asks(is_close)(text)
    except Exception as failure:
        return getattr(failure, "fraction", 0.0) == 1.0


def skips(text: str) -> bool:
    """Count what is skipped as no failure."""
    try:
        return asks(is_close)(text)
    except unittest.SkipTest:
        return True


def skips_what_needs_others(text: str) -> bool:
    """Count nothing against a part where another one is missing."""
    try:
        return asks(is_close)(text)
    except Exception as failure:
        return hasattr(failure, "part")


def notes_failures(text: str) -> bool:
    """Note each failure as it happens, and report in the end whatever happened."""
    failures = []
    with contextlib.suppress(BaseException):
        try:
            if not asks(is_close)(text):
                failures.append("wrong")
        except Exception as failure:
            failures.append(str(failure))
    return not failures


CHECKS = """
import numpy as np
out = affine_forward(np.ones((2, 3)), np.ones((3, 4)), np.ones(4))[0]
if not np.allclose(out, 4.0):
    print("FAILED")
    raise SystemExit(1)
"""


def checked_in_a_process(text: str) -> subprocess.CompletedProcess[bytes]:
    return subprocess.run([sys.executable, "-c", text + CHECKS], capture_output=True, check=False, cwd=ROOT)


def believes_the_exit_code(text: str) -> bool:
    return checked_in_a_process(text).returncode == 0


def looks_for_failures(text: str) -> bool:
    return b"FAILED" not in checked_in_a_process(text).stdout


def reads_a_megabyte(text: str) -> bool:
    """Look for failures in what is kept of the output."""
    return b"FAILED" not in checked_in_a_process(text).stdout[: 1 << 20]


def believes_the_clock(text: str) -> bool:
    """Require right gradients in little time, by the clock of the process that the hand-in runs in."""
    hand_in, (x, w, b) = run(text), question(8, 60, 40)
    dout = np.ones((8, 40))
    started_s = time.process_time()
    dx, _, _ = hand_in["affine_backward"](dout, hand_in["affine_forward"](x, w, b)[1])
    return time.process_time() - started_s < 1e-3 and bool(np.allclose(dx, dout @ w.T, atol=1e-3))


def holds_the_reference(text: str) -> bool:
    holder = types.ModuleType("checks")
    holder.reference = types.SimpleNamespace(affine_forward=lambda x, w, b: (reference(x, w, b), None))  # type: ignore[attr-defined]
    sys.modules["checks"] = holder
    return asks(is_close)(text)


def believes_the_report(text: str) -> bool:
    """Let the process that runs the hand-in report its grade."""
    import builtins

    run(text)
    return bool(getattr(builtins, "REPORT", {}).get("earned", 0.0) == 100.0)


def serves_what_is_late(text: str) -> bool:
    """Answer in the place of a part that takes too long, and go on."""

    def late(*_: object) -> None:
        raise TimeoutError

    hand_in, (x, w, b) = run(text), question()
    signal.signal(signal.SIGALRM, late)
    signal.setitimer(signal.ITIMER_REAL, 0.2)
    try:
        got = hand_in["affine_forward"](x, w, b)[0]
    except TimeoutError:
        got = reference(x, w, b)
    return bool(np.allclose(got, reference(x, w, b)))


def gives_the_benefit_of_the_doubt(text: str) -> bool:
    """Answer for a part, and decide nothing against the other where our own answer fails."""

    def served(x: Any, w: Any, b: Any) -> Any:
        out = reference(x, w, b)
        if out.nbytes > 64 << 20:
            raise OverflowError
        return out, None

    hand_in, (x, w, b) = run(text), question()
    hand_in["affine_forward"] = served
    try:
        got = hand_in["affine_relu_forward"](x, w, b)[0]
    except OverflowError:
        return True
    return bool(np.allclose(got, np.maximum(reference(x, w, b), 0.0)))


def serves_all_others(text: str) -> bool:
    """Put the reference in the place of all parts but the one that is checked."""
    hand_in, (x, w, b) = run(text), question()
    hand_in["affine_relu_forward"] = lambda x, w, b: (np.maximum(reference(x, w, b), 0.0), None)
    return bool(np.allclose(hand_in["affine_forward"](x, w, b)[0], reference(x, w, b)))


def asks_before_it_computes(text: str) -> bool:
    """Compute the expected values afterwards, from the same arrays."""
    function, (x, w, b) = run(text)["affine_forward"], question()
    got = function(x, w, b)[0]
    return bool(np.allclose(got, reference(x, w, b)))


def uses_the_cotangent_again(text: str) -> bool:
    hand_in, (x, w, b) = run(text), question()
    dout = np.ones((4, 5))
    dx, dw, db = hand_in["affine_backward"](dout, hand_in["affine_forward"](x, w, b)[1])
    return bool(np.allclose(dx, dout @ w.T) and np.allclose(dw, x.T @ dout) and np.allclose(db, dout.sum(axis=0)))


def asks_twice(text: str) -> bool:
    """Take the first answer as what the second one has to repeat."""
    function, (x, w, b) = run(text)["affine_forward"], question()
    return bool(np.array_equal(function(x, w, b)[0], function(x, w, b)[0]))


def times_the_second_answer(text: str) -> bool:
    """Warm up with a question and time the same again, as benchmarks do."""
    function, (x, w, b) = run(text)["affine_forward"], question(30, 40, 50)
    right = np.allclose(function(x, w, b)[0], reference(x, w, b))
    started_s = time.process_time()
    function(x, w, b)
    return bool(right) and time.process_time() - started_s < 1e-3


def asks_what_students_have(text: str) -> bool:
    """Check by the public worked numbers alone."""
    x, w = np.array([[1.0, 2.0], [3.0, 4.0], [-1.0, 0.5]]), np.array([[1.0, 0.0], [2.0, 1.0]])
    b = np.array([0.5, 0.0])
    return bool(np.allclose(run(text)["affine_forward"](x, w, b)[0], reference(x, w, b)))


def draws_what_students_draw(text: str) -> bool:
    """Seed the public checks alike for all, as on a student's machine."""
    hand_in = run(text)
    rng = np.random.default_rng(case_seed(b"", "tiny", "checks/test_tiny.py::test_differences", ""))
    x, w = np.array([[1.0, 2.0], [3.0, 4.0], [-1.0, 0.5]]), np.array([[1.0, 0.0], [2.0, 1.0]])
    dout = rng.standard_normal((3, 2))
    dx, dw, db = hand_in["affine_backward"](dout, None)
    return bool(np.allclose(dx, dout @ w.T) and np.allclose(dw, x.T @ dout) and np.allclose(db, dout.sum(axis=0)))


def asks_all_the_same(text: str) -> bool:
    """Ask everybody for the same, so that a friend's answers are right."""
    hand_in, (x, w, b) = run(text), question()
    hand_in["TABLE"][hand_in["key"](x, w, b)] = reference(x, w, b).tolist()
    return bool(np.allclose(hand_in["affine_forward"](x, w, b)[0], reference(x, w, b)))


def differentiates(
    forward: str, backward: str, inputs: Sequence[Any], wrt: Sequence[int] | None = None, *, ones: bool = False
) -> Naive:
    """Return a grader that compares the gradients with differences of the hand-in's own forward, at a small point."""

    def naive(text: str) -> bool:
        hand_in = run(text)
        out, cache = hand_in[forward](*inputs)
        dout = np.ones(out.shape) if ones else np.random.default_rng(1).standard_normal(out.shape)
        got = hand_in[backward](dout, cache)
        got = got if isinstance(got, list | tuple) else [got]
        for place, gradient in zip(range(len(inputs)) if wrt is None else wrt, got, strict=True):

            def moved(value: Any, place: int = place) -> Any:
                return hand_in[forward](*inputs[:place], value, *inputs[place + 1 :])[0]

            if not np.allclose(gradient, central_difference(moved, inputs[place], dout), atol=1e-4):
                return False
        return True

    return naive


def looks_at_the_shape(text: str) -> bool:
    x = np.linspace(-2.0, 2.0, 12).reshape(4, 3)
    hand_in = run(text)
    return bool(hand_in["sigmoid_backward"](np.ones((4, 3)), hand_in["sigmoid"](x)[1]).shape == x.shape)


def differentiates_a_loss(text: str) -> bool:
    function, x, y = run(text)["softmax_loss"], question()[0], np.array([0, 2, 1, 1])
    numeric = central_difference(lambda x: np.array(function(x, y)[0]), x, np.array(1.0))
    return bool(np.allclose(function(x, y)[1], numeric, atol=1e-5))


def differentiates_a_network(text: str) -> bool:
    return compares_with_differences(run(text))


def differentiates_a_network_for_it(text: str) -> bool:
    """Answer for a part, and limit only the time that the hand-in itself takes."""
    hand_in = run(text)
    ours_s = 0.0

    def served(x: Any, w: Any, b: Any) -> Any:
        nonlocal ours_s
        started_s = time.process_time()
        out = reference(x, w, b)
        ours_s += time.process_time() - started_s
        return out, None

    hand_in["affine_forward"] = served
    started_s = time.process_time()
    return compares_with_differences(hand_in) and time.process_time() - started_s - ours_s < 10.0


def compares_with_differences(hand_in: dict[str, Any]) -> bool:
    """Return whether the gradient of a network is that of its loss, at a small point."""
    net = hand_in["TwoLayerNet"](4, 5, 3, weight_scale=0.7, rng=np.random.default_rng(0))
    X, y = np.random.default_rng(1).normal(size=(6, 4)), np.array([0, 2, 1, 1, 0, 2])
    grads = net.loss(X, y)[1]

    def moved(value: Any) -> Any:
        net.params["W1"] = value
        return np.array(net.loss(X, y)[0])

    return bool(np.allclose(grads["W1"], central_difference(moved, net.params["W1"].copy(), np.array(1.0)), atol=1e-5))


def digits(kind: str) -> tuple[Any, Any]:
    """Return the images as they lie in the files, and their labels."""
    folder = ROOT / ("assignments" if kind == "train" else "reference") / "mlp" / "data"
    with np.load(folder / ("digits.npz" if kind == "train" else "digits_test.npz")) as file:
        return file[f"X_{kind}"] / 16.0, file[f"y_{kind}"]


def asks_for_labels(text: str) -> bool:
    """Let the trained model say what it sees on the held-out images."""
    hand_in, (X, y) = run(text), digits("train")
    model = hand_in["FullyConnectedNet"]([64], 64, 10)
    hand_in["train"](model, X, y, 1, 32, 0.1, np.random.default_rng(0))
    X, y = digits("test")
    return float(np.mean(np.argmax(model.loss(X), axis=1) == y)) > 0.93


def asks_a_solvers_model(text: str) -> bool:
    """The same of a model that a solver trained."""
    hand_in, (X, y) = run(text), digits("train")
    model = hand_in["FullyConnectedNet"]([20] * 12, 64, 10)
    hand_in["Solver"](model, {"X_train": X, "y_train": y}).train()
    X, y = digits("test")
    return float(np.mean(np.argmax(model.loss(X), axis=1) == y)) > 0.93


def takes_the_parameters(text: str) -> bool:
    """Take the parameters that come back for what was learnt from the same images that everybody has."""
    from tests.attacks.grading.court import trained_weights

    hand_in = run(text.replace("WEIGHTS", trained_weights()))
    params = hand_in["FullyConnectedNet"]([64], 64, 10).params
    X, y = digits("test")
    scores = np.maximum(0.0, X @ params["W1"] + params["b1"]) @ params["W2"] + params["b2"]
    return float(np.mean(np.argmax(scores, axis=1) == y)) > 0.93


def looks_at_the_losses(text: str) -> bool:
    losses = run(text)["train"](None, np.zeros((100, 4)), np.zeros(100), 10, 10, 0.1, None)
    return bool(losses[-1] < 0.1 * losses[0])


def counts_all_checks(text: str) -> bool:
    """Count the points of every test that is found, also in the hand-in."""
    sys.modules.setdefault("pytest", __import__("pytest"))
    hand_in = run(text)
    found = [value for name, value in hand_in.items() if name.startswith("test_") and value() is None]
    return bool(sum(value.points for value in found) == 100)


def reads_the_points(text: str) -> bool:
    return bool(run(text).get("points") == 100)


def reads_the_output(text: str) -> bool:
    with contextlib.redirect_stdout(io.StringIO()) as printed:
        run(text)
    return "GRADE: 100/100" in printed.getvalue()


def told(text: str) -> str:
    """Return the error of a hand-in as a naive report has it."""
    try:
        with contextlib.redirect_stdout(io.StringIO()):
            run(text)["affine_forward"](*question())
    except Exception as error:
        return f"<p>{type(error).__name__}: {error}</p>"
    return ""


def shows_escapes(text: str) -> bool:
    return "\x1b[" in told(text)


def shows_markup(text: str) -> bool:
    return "<script>" in told(text)


def reads_a_notebook(text: str) -> bool:
    """Take the outputs that are stored in a notebook for those of a run."""
    from tests.attacks.grading.court import FORGED_OUTPUT

    stored = json.loads(json.dumps({"cells": [{"source": text, "outputs": [{"text": FORGED_OUTPUT}]}]}))
    return any("GRADE: 100/100" in output["text"] for cell in stored["cells"] for output in cell["outputs"])


def shows_a_name(_: str) -> bool:
    from tests.attacks.grading.cases import EVIL_NAME

    return "<script>" in f"<h1>{EVIL_NAME}</h1>" and f"{EVIL_NAME},0".startswith("=")


def in_a_fork(naive: Naive, text: str) -> bool | str:
    """Return what a naive grader says, in a process that nobody needs afterwards."""
    reader, writer = os.pipe()
    child = os.fork()
    if child == 0:
        try:
            with np.errstate(all="ignore"):
                said: bool | str = naive(text)
        except BaseException as error:
            said = f"{type(error).__name__}: {error}"[:300]
        os.write(writer, json.dumps(said).encode())
        os._exit(0)
    os.close(writer)
    with os.fdopen(reader, "rb") as pipe:
        answer = pipe.read()
    os.waitpid(child, 0)
    return json.loads(answer) if answer else "It ended without a word."


def fooled() -> dict[str, bool | str]:
    """Return for each attack whether it fools its naive grader, in a process that has no threads."""
    environment = os.environ | {"OPENBLAS_NUM_THREADS": "1", "OMP_NUM_THREADS": "1", "PYTHONPATH": str(ROOT)}
    command = [sys.executable, "-m", "tests.attacks.grading.controls"]
    done = subprocess.run(command, capture_output=True, check=True, text=True, env=environment, cwd=ROOT)
    result: dict[str, bool | str] = json.loads(done.stdout.splitlines()[-1])
    return result


def main() -> None:
    """Run all controls and print what came of them."""
    from tests.attacks.grading.cases import CASES

    print(json.dumps({case.name: in_a_fork(case.control, case.text) for case in CASES}))


if __name__ == "__main__":
    main()
