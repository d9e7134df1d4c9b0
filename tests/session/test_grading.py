"""Who earns what: right and wrong parts, composed parts, parts that are missing."""

from __future__ import annotations

import pytest

from grader.course import Assignment
from grader.model import Grade, Status, Visibility
from tests.course_factory import POSSIBLE, SOLUTION, case_of, changed, check_of, lost, part_of, stub, with_part
from tests.session.conftest import GradeAll

WRONG_FORWARD = ("x @ w + b", "x @ w + 2 * b")
WRONG_BACKWARD = ("np.sum(dout, axis=0)", "3 * np.sum(dout, axis=0)")
WRONG_NET = ("dscores / len(y)", "-dscores / len(y)")

ZEROS = with_part(
    "affine_backward",
    "def affine_backward(dout, cache):\n    return tuple(np.zeros_like(array) for array in cache)\n",
    with_part(
        "affine_forward",
        "def affine_forward(x, w, b):\n    return np.zeros((len(x), w.shape[1])), (x, w, b)\n",
    ),
)

TRAIN_BY_NEW_DICT = changed(
    (
        "            for name in grads:\n                model.params[name] = model.params[name] - 0.5 * grads[name]\n",
        "            model.params = {name: model.params[name] - 0.5 * grads[name] for name in grads}\n",
    )
)
TRAIN_IN_PLACE = changed(
    ("model.params[name] = model.params[name] - 0.5 * grads[name]", "model.params[name] -= 0.5 * grads[name]")
)

SOURCES = {
    "reference": SOLUTION,
    "stub": stub(),
    "zeros": ZEROS,
    "wrong forward": changed(WRONG_FORWARD),
    "wrong backward": changed(WRONG_BACKWARD),
    "wrong pair": changed(WRONG_FORWARD, WRONG_BACKWARD),
    "bias omitted": changed(("x @ w + b", "x @ w")),
    "wrong net": changed(WRONG_NET),
    "wrong net, new dict": changed(WRONG_NET, source=TRAIN_BY_NEW_DICT),
    "wrong net, in place": changed(WRONG_NET, source=TRAIN_IN_PLACE),
    "net unwritten": with_part("Net", stub()[stub().index("class Net") : stub().index("# %%\ndef batches")]),
    "wrong batches": changed(("X[chosen], y[chosen]", "X[chosen], 1 - y[chosen]")),
    "one class of two": changed(("return losses", "model.params['W'] = 0 * model.params['W']\n    return losses")),
    "few losses": changed(("return losses", "return losses[:3]")),
    "uphill": changed(("- 0.5", "+ 0.5")),
    "composed wrong too": changed(WRONG_FORWARD, ("np.maximum(weighted, 0.0)", "np.maximum(weighted, 0.1)")),
}


@pytest.fixture(scope="module")
def grades(grade_all: GradeAll, tiny: Assignment) -> dict[str, Grade]:
    return grade_all(tiny, SOURCES)


def test_the_reference_earns_everything(grades: dict[str, Grade]) -> None:
    assert (grades["reference"].earned, grades["reference"].possible) == (POSSIBLE, POSSIBLE)


def test_every_part_of_the_reference_is_passed(grades: dict[str, Grade]) -> None:
    assert {part.status for part in grades["reference"].parts} == {Status.PASSED}


def test_parts_come_in_the_order_of_the_assignment(grades: dict[str, Grade], tiny: Assignment) -> None:
    assert [part.part for part in grades["reference"].parts] == [part.name for part in tiny.parts]


def test_a_stub_earns_nothing(grades: dict[str, Grade]) -> None:
    assert grades["stub"].earned == 0.0


def test_a_stub_is_attempted_nowhere(grades: dict[str, Grade]) -> None:
    assert {part.status for part in grades["stub"].parts} == {Status.NOT_ATTEMPTED}


def test_a_stub_says_what_is_not_written(grades: dict[str, Grade]) -> None:
    assert case_of(grades["stub"], "test_gradients").reason == "affine_backward is not written yet."


def test_zeros_for_forward_and_backward_earn_nothing(grades: dict[str, Grade]) -> None:
    earned = {name: part_of(grades["zeros"], name).earned for name in ("affine_forward", "affine_backward")}
    assert earned == {"affine_forward": 0.0, "affine_backward": 0.0}


def test_a_wrong_forward_costs_the_forward_alone(grades: dict[str, Grade]) -> None:
    assert lost(grades["wrong forward"]) == {"affine_forward": 3.0}


def test_a_right_backward_of_a_wrong_forward_earns_its_points(grades: dict[str, Grade]) -> None:
    assert part_of(grades["wrong forward"], "affine_backward").status is Status.PASSED


def test_a_wrong_backward_costs_the_backward_alone(grades: dict[str, Grade]) -> None:
    assert lost(grades["wrong backward"]) == {"affine_backward": 4.0}


def test_a_wrong_pair_costs_that_pair_alone(grades: dict[str, Grade]) -> None:
    assert lost(grades["wrong pair"]) == {"affine_forward": 3.0, "affine_backward": 4.0}


@pytest.mark.parametrize("check", ["test_composed_values", "test_net_gradients"])
def test_a_composed_part_says_which_component_was_served(grades: dict[str, Grade], check: str) -> None:
    assert case_of(grades["wrong forward"], check).right_once == ("affine_forward",)


def test_a_component_that_is_right_is_not_named(grades: dict[str, Grade]) -> None:
    assert case_of(grades["wrong backward"], "test_composed_values").right_once == ()


def test_a_composed_part_that_is_wrong_itself_is_charged(grades: dict[str, Grade]) -> None:
    assert lost(grades["composed wrong too"]) == {"affine_forward": 3.0, "affine_relu_forward": 1.0}


@pytest.mark.parametrize("name", ["wrong net", "wrong net, new dict", "wrong net, in place", "net unwritten"])
def test_training_does_not_pay_for_a_wrong_network(grades: dict[str, Grade], name: str) -> None:
    assert part_of(grades[name], "train").earned == 2.0


@pytest.mark.parametrize("name", ["wrong net, new dict", "wrong net, in place", "net unwritten"])
def test_training_says_that_the_network_was_served(grades: dict[str, Grade], name: str) -> None:
    assert case_of(grades[name], "test_accuracy").right_once == ("Net",)


def test_training_does_not_pay_for_what_its_network_uses(grades: dict[str, Grade]) -> None:
    assert lost(grades["zeros"]) == {"affine_forward": 3.0, "affine_backward": 4.0}


def test_training_does_not_pay_for_wrong_batches(grades: dict[str, Grade]) -> None:
    assert part_of(grades["wrong batches"], "train").earned == 2.0


def test_a_misconception_is_named(grades: dict[str, Grade]) -> None:
    diagnosis = part_of(grades["bias omitted"], "affine_forward").diagnosis
    assert diagnosis is not None
    assert (diagnosis.name, diagnosis.kind) == ("bias-omitted", "misconception")


def test_a_misconception_carries_its_hint(grades: dict[str, Grade]) -> None:
    diagnosis = part_of(grades["bias omitted"], "affine_forward").diagnosis
    assert diagnosis is not None
    assert diagnosis.hint == "The output does not depend on one of the three inputs."


def test_a_wrong_answer_like_no_misconception_is_not_named_as_one(grades: dict[str, Grade]) -> None:
    diagnosis = part_of(grades["wrong forward"], "affine_forward").diagnosis
    assert diagnosis is None or diagnosis.kind != "misconception"


def test_a_fraction_of_the_points_is_earned(grades: dict[str, Grade]) -> None:
    assert part_of(grades["one class of two"], "train").earned == pytest.approx(2.0 * (0.5 - 0.45) / (0.95 - 0.45))


def test_a_part_with_a_fraction_of_its_points_is_partial(grades: dict[str, Grade]) -> None:
    assert part_of(grades["one class of two"], "train").status is Status.PARTIAL


def test_a_fraction_comes_with_its_measure(grades: dict[str, Grade]) -> None:
    evidence = case_of(grades["one class of two"], "test_accuracy").evidence
    assert evidence is not None
    assert evidence.summary == "The accuracy is 0.500; all points need 0.950, and 0.450 earns none."


def test_what_a_check_shows_is_kept_when_it_passes(grades: dict[str, Grade]) -> None:
    evidence = case_of(grades["reference"], "test_accuracy").evidence
    assert evidence is not None
    assert [len(curve.y) for curve in evidence.curves] == [20]


def test_what_a_check_shows_is_kept_when_it_fails(grades: dict[str, Grade]) -> None:
    evidence = case_of(grades["uphill"], "test_accuracy").evidence
    assert evidence is not None
    assert [measure.name for measure in evidence.measures][-1] == "accuracy"


def test_advice_costs_nothing(grades: dict[str, Grade]) -> None:
    assert lost(grades["few losses"]) == {}


def test_advice_is_kept(grades: dict[str, Grade]) -> None:
    assert case_of(grades["few losses"], "test_accuracy").advice == ("One loss for each batch makes a finer plot.",)


def test_advice_that_does_not_apply_is_not_given(grades: dict[str, Grade]) -> None:
    assert case_of(grades["reference"], "test_accuracy").advice == ()


def test_a_check_of_a_public_file_is_public(grades: dict[str, Grade]) -> None:
    assert check_of(grades["reference"], "test_small_numbers").check.visibility is Visibility.PUBLIC


def test_a_check_of_another_file_is_hidden(grades: dict[str, Grade]) -> None:
    assert check_of(grades["reference"], "test_values").check.visibility is Visibility.HIDDEN


def test_a_check_has_the_title_of_its_docstring(grades: dict[str, Grade]) -> None:
    assert check_of(grades["reference"], "test_values").check.title == "Computes x w + b"


def test_a_parametrized_check_names_its_cases(grades: dict[str, Grade]) -> None:
    assert check_of(grades["reference"], "test_values").check.cases == ("4-3-5", "1-6-2")
