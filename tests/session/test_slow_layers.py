"""A network on nested loops, or none: neither must cost the points of training and of looking at what was learnt.

The first submission convolves and pools with a loop for every axis, and the convolution as one matrix product is not
written; the second has no network. Both are graded in the real sandbox, with the budget of grading.
"""

from __future__ import annotations

import pytest

from grader.model import CaseResult, Grade
from grader.sandbox.host import Sandbox
from tests.course_factory import SECRET, case_of, part_of
from tests.reference.harness import HABITS, read_assignment, with_parts_replaced
from tests.session.conftest import graded, process_restored

ASSIGNMENT = read_assignment("cnn")
UNWRITTEN = {"im2col", "col2im", "conv_forward_im2col", "conv_backward_im2col"}
BUILT_ON_LOOPS = ["ThreeLayerConvNet", "train_convnet", "feature_maps", "saliency_map", "maximise_activation"]

POOLS = """
def max_pool_forward(x, pool_param):
    N, C, H, W = x.shape
    height, width, s = pool_param["pool_height"], pool_param["pool_width"], pool_param["stride"]
    out = np.zeros((N, C, (H - height) // s + 1, (W - width) // s + 1))
    for n, c, i, j in np.ndindex(out.shape):
        out[n, c, i, j] = np.max(x[n, c, i * s : i * s + height, j * s : j * s + width])
    return out, (x, pool_param)


def max_pool_backward(dout, cache):
    x, pool_param = cache
    height, width, s = pool_param["pool_height"], pool_param["pool_width"], pool_param["stride"]
    dx = np.zeros_like(x)
    for n, c, i, j in np.ndindex(dout.shape):
        window = x[n, c, i * s : i * s + height, j * s : j * s + width]
        k, m = np.unravel_index(np.argmax(window), window.shape)
        dx[n, c, i * s + k, j * s + m] += dout[n, c, i, j]
    return dx
"""


# Calls what the network has besides loss: when the network is served, so are its other methods.
BY_FORWARD_AND_BACKWARD = """
class ThreeLayerConvNet:
    def __init__(self, *args, **kwargs):
        raise NotImplementedError


def saliency_map(model, X, y):
    scores, cache = model.forward(X)
    dX, grads = model.backward(np.eye(scores.shape[1])[y], cache)
    return np.abs(dX).max(axis=1)
"""


def naive() -> str:
    """Return the reference with nested loops, without im2col, and with a network that calls conv_forward."""
    loops = (HABITS / "cnn" / "nested_loops.py").read_text(encoding="utf-8")
    source = with_parts_replaced(ASSIGNMENT, "").replace("(conv_forward_im2col(", "(conv_forward(")
    for function in ("conv_forward", "conv_backward"):
        source = source.replace(f"= {function}_im2col(", f"= {function}(")
    unwritten = "\n".join(f"def {name}(*args):\n    raise NotImplementedError" for name in sorted(UNWRITTEN))
    return "\n\n".join((source, loops, POOLS, unwritten))


@pytest.fixture(scope="module")
def grades(grading_sandbox: Sandbox) -> dict[str, Grade]:
    sources = {"naive": naive(), "no network": with_parts_replaced(ASSIGNMENT, BY_FORWARD_AND_BACKWARD)}
    with process_restored():
        return graded(grading_sandbox, ASSIGNMENT, sources, SECRET)


def digits_case(grade: Grade) -> CaseResult:
    return case_of(grade, "test_digits")


@pytest.mark.parametrize("part", BUILT_ON_LOOPS)
def test_a_part_on_top_of_nested_loops_earns_its_points(grades: dict[str, Grade], part: str) -> None:
    found = part_of(grades["naive"], part)
    assert found.earned == found.possible


def test_nested_loops_lose_only_what_is_not_written(grades: dict[str, Grade]) -> None:
    assert {part.part for part in grades["naive"].parts if part.earned < part.possible} == UNWRITTEN


def test_a_training_on_nested_loops_says_that_it_was_stopped_and_run_again(grades: dict[str, Grade]) -> None:
    (advice,) = digits_case(grades["naive"]).advice
    assert advice.startswith("train_convnet was stopped after ")
    assert advice.endswith("It was run again with our own components in the place of yours.")


def test_a_training_on_nested_loops_costs_one_budget_and_not_one_a_check(grades: dict[str, Grade]) -> None:
    assert grades["naive"].cpu_s < 20.0


@pytest.mark.parametrize("part", ["train_convnet", "feature_maps", "saliency_map", "maximise_activation"])
def test_a_part_earns_its_points_without_a_network(grades: dict[str, Grade], part: str) -> None:
    found = part_of(grades["no network"], part)
    assert found.earned == found.possible


def test_training_says_that_the_network_was_served(grades: dict[str, Grade]) -> None:
    assert digits_case(grades["no network"]).right_once == ("ThreeLayerConvNet",)
