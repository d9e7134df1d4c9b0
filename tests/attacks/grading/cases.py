"""The attacks on grading: which row of the catalogue each stands for, what it is after, who is fooled by it.

    python -m tests.attacks.grading.cases

prints what came of each. An attack's ``allowed`` are the points that what is right in it deserves; one point more,
a report that is held, or a page with what it wrote on it, and it has succeeded.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import numpy as np

from grader.export import gradebook
from grader.model import Grade
from grader.report.class_ import render_class
from grader.report.student import render_student
from tests.attacks.grading import controls
from tests.attacks.grading.case import Case
from tests.attacks.grading.court import grade_cases

EVIL_NAME = "=HYPERLINK(0)<script>document.title='100/100'</script>\x1b[32m"

POINTS = np.array([[-2.0, 0.5, 1.0], [3.0, -0.25, -1.5]])
AFFINE = controls.question()
BATCH = (np.random.default_rng(0).normal(size=(5, 3)), np.array([1.0, 2.0, 0.5]), np.array([0.1, 0.2, 0.3]))
IMAGES = tuple(np.random.default_rng(0).normal(size=shape) for shape in ((2, 2, 4, 5), (3, 2, 3, 3), (3,)))
SEQUENCE = tuple(np.random.default_rng(0).normal(size=shape) for shape in ((2, 3, 4), (2, 5), (4, 5), (5, 5), (5,)))


def pages(grade: Grade) -> str:
    """Return what is shown of a grade in a browser: the student's page and that of the class."""
    return render_student(grade) + render_class([grade], [], title="A class", links={})


def table(grade: Grade) -> str:
    """Return what is shown of a grade in a spreadsheet."""
    with TemporaryDirectory() as folder:
        path = Path(folder) / "gradebook.csv"
        gradebook.write(path, [grade], [])
        return path.read_text(encoding="utf-8")


def shows(*pieces: str) -> Callable[[Grade], bool]:
    """Return a judge of what stands on the pages as it was handed in."""
    return lambda grade: any(piece in pages(grade) for piece in pieces)


def shows_its_name(grade: Grade) -> bool:
    return shows("<script>document", "\x1b")(grade) or any(piece in table(grade) for piece in ("\n=", "\x1b"))


def answer(name: str, rows: str, control: controls.Naive, **other: Any) -> Case:
    """Return an attack on the values of one part."""
    return Case(name, rows, control, {"affine_forward": 0.0}, **other)


def gradient(name: str, rows: str, pairs: Mapping[str, float], control: controls.Naive, course: str = "mlp") -> Case:
    return Case(name, rows, control, pairs, course)


def differences(name: str, course: str, target: str, control: controls.Naive, also: tuple[str, ...] = ()) -> Case:
    """Return an attack that differentiates numerically in the place of a derivation."""
    return Case(name, "E38 7.8", control, {target: 0.0}, course, also=also)


ASKS = controls.asks
ANSWERS = (
    answer("answer_with_nan", "E08 7.8", ASKS(controls.finds_no_error)),
    answer("answer_with_infinity", "E08", ASKS(controls.finds_no_relative_error)),
    answer("answer_with_nothing", "7.8", ASKS(controls.finds_no_error)),
    answer("answer_equal_to_all", "E15", ASKS(controls.is_equal)),
    answer("answer_with_an_operator", "E15", ASKS(controls.is_equal_everywhere)),
    answer("answer_with_a_subclass", "E15", ASKS(controls.is_close)),
    answer("answer_with_a_masked_array", "E15 7.8", ASKS(controls.finds_no_masked_error)),
    answer("answer_with_two_faces", "E15", ASKS(controls.finds_the_shape_and_no_error)),
    answer("answer_lazily", "E20 E07", ASKS(controls.is_close)),
    answer("answer_with_freed_memory", "E21", controls.reads_freed_memory),
    answer("answer_with_a_pickle", "E05", ASKS(controls.is_close_after_a_pipe)),
    answer("answer_from_a_table", "E18 E23 E37", controls.asks_all_the_same),
)
ENDINGS = (
    answer("raise_full_marks", "E16", controls.takes_a_fraction),
    answer("raise_a_skip", "E12", controls.skips),
    answer("raise_past_the_checker", "E12", controls.notes_failures),
    answer("interrupt_the_run", "E12", controls.notes_failures),
    answer("blame_the_grader", "E13", ASKS(controls.is_close_or_our_fault)),
    answer("blame_another_part", "E13", controls.skips_what_needs_others),
    answer("exit_with_success", "E12", controls.believes_the_exit_code),
    answer("exit_while_loading", "E12", controls.believes_the_exit_code),
    answer("crash_the_process", "E13", controls.looks_for_failures),
    answer("flood_the_output", "E14", controls.reads_a_megabyte),
)
THE_CHECKER = (
    answer("patch_the_assertions", "E16", ASKS(controls.is_close)),
    Case("patch_the_clock", "E17 E38", controls.believes_the_clock, {"affine_backward": 0.0}),
    answer("find_the_expected_values", "E07", ASKS(controls.is_close)),
    answer("borrow_the_reference", "E07", controls.holds_the_reference),
    answer("forge_the_load", "E09", controls.believes_the_report),
    answer("be_slow_to_be_served", "7.6", controls.serves_what_is_late),
    answer("call_it_served", "7.8", controls.serves_all_others),
    Case(
        "ask_for_too_much", "own", controls.gives_the_benefit_of_the_doubt, {"affine_relu_forward": 0.0},
        also=("affine_forward",),
    ),
)  # fmt: skip
MEMORY = (
    answer("change_the_inputs", "E22", controls.asks_before_it_computes),
    Case("change_the_cotangent", "E22", controls.uses_the_cotangent_again, {"affine_backward": 0.0}),
    Case("replay_an_answer", "E18", controls.times_the_second_answer, {"test_fast": 0.0}),
    answer("recognise_the_object", "E18", controls.asks_twice),
    # What is printed in the public checks deserves their one point, and no other.
    Case(
        "recognise_the_public_inputs", "E23", controls.asks_what_students_have,
        {"affine_forward": 1.0, "test_values": 0.0, "affine_backward": 0.0},
    ),
    Case("foresee_the_public_draws", "E23", controls.draws_what_students_draw, {"affine_backward": 0.0}),
    # Its one right call may be that of a case, of one point at most.
    Case("behave_while_watched", "E19", ASKS(controls.is_close), {"affine_forward": 1.0, "test_values": 1.0}),
)  # fmt: skip
SIGMOID = controls.differentiates("sigmoid", "sigmoid_backward", (POINTS,))
SIGMOID_AND_TANH = {"sigmoid": 0.0, "sigmoid_backward": 0.0, "tanh_forward": 0.0, "tanh_backward": 0.0}
GRADIENTS = (
    gradient("return_the_cotangent", "7.8", SIGMOID_AND_TANH, SIGMOID),
    gradient("return_the_cotangent_alone", "7.8", {"sigmoid_backward": 0.0}, controls.looks_at_the_shape),
    Case(
        "assume_a_cotangent_of_ones", "7.8",
        controls.differentiates("affine_forward", "affine_backward", AFFINE, ones=True), {"affine_backward": 0.0},
    ),
    gradient("be_a_constant", "7.8", SIGMOID_AND_TANH, SIGMOID),
    gradient("be_a_straight_line", "7.8", SIGMOID_AND_TANH, SIGMOID),
    gradient("ignore_the_labels", "7.8", {"softmax_loss": 0.0}, controls.differentiates_a_loss),
    # The right derivative of a wrong curve is work and earns its backward; the values earn nothing.
    gradient("square_everything", "7.8", {"sigmoid": 0.0, "tanh_forward": 0.0, "relu_forward": 0.0}, SIGMOID),
    differences(
        "differentiate_affine", "mlp", "affine_backward",
        controls.differentiates("affine_forward", "affine_backward", AFFINE), ("affine_forward",),
    ),
    differences(
        "differentiate_by_complex_steps", "mlp", "affine_backward",
        controls.differentiates("affine_forward", "affine_backward", AFFINE), ("affine_forward",),
    ),
    differences("differentiate_a_network", "mlp", "test_two_layers", controls.differentiates_a_network),
    Case(
        "differentiate_at_our_cost", "own", controls.differentiates_a_network_for_it, {"test_two_layers": 0.0}, "mlp",
        also=("affine_forward",),
    ),
    differences(
        "differentiate_batchnorm", "training", "batchnorm_backward",
        controls.differentiates("batchnorm_forward", "batchnorm_backward", (*BATCH, {"mode": "train"}), (0, 1, 2)),
    ),
    differences(
        "differentiate_a_convolution", "cnn", "conv_backward",
        controls.differentiates("conv_forward", "conv_backward", (*IMAGES, {"stride": 1, "pad": 1}), (0, 1, 2)),
    ),
    differences(
        "differentiate_through_time", "rnn", "rnn_backward",
        controls.differentiates("rnn_forward", "rnn_backward", SEQUENCE),
    ),
)  # fmt: skip
LEARNING = (
    Case(
        "remember_the_nearest_neighbours", "7.8", controls.asks_for_labels, {"test_digits": 0.0}, "mlp", "solution"
    ),
    Case("look_up_in_a_solver", "own", controls.asks_a_solvers_model, {"test_digits": 0.0}, "training", "solution"),
    Case("bring_trained_weights", "7.8", controls.takes_the_parameters, {"test_digits": 0.0}, "mlp", "solution"),
    # Losses that nobody computed are told by the parameters that did not move.
    Case(
        "forge_the_losses", "7.8", controls.looks_at_the_losses,
        {"test_digits": 0.0, "test_one_full_batch_step": 0.0, "test_several_full_batch_steps": 0.0,
         "test_number_of_losses": 0.0, "test_training_lowers_the_loss": 0.0}, "mlp", "solution",
    ),
)  # fmt: skip
CLAIMS = (
    answer("claim_another_parts_points", "E16", controls.counts_all_checks),
    answer("take_another_parts_name", "7.8", controls.reads_the_points),
    answer("print_a_report", "E24", controls.reads_the_output),
    answer("grade_itself_in_a_notebook", "E24", controls.reads_a_notebook, shows=shows("GRADE: 100/100")),
    answer("rewrite_the_terminal", "E35", controls.shows_escapes, shows=shows("\x1b", "\r")),
    answer("inject_a_script", "E35", controls.shows_markup, shows=shows("<script>document", "<img src=x")),
    answer("hide_behind_a_name", "E35", controls.shows_a_name, student=EVIL_NAME, shows=shows_its_name),
)
CASES = (*ANSWERS, *ENDINGS, *THE_CHECKER, *MEMORY, *GRADIENTS, *LEARNING, *CLAIMS)
BY_NAME = {case.name: case for case in CASES}


def main() -> None:
    """Grade all attacks and print what came of them."""
    grades = grade_cases(CASES)
    fooled = controls.fooled()
    for case in CASES:
        grade = grades[case.name]
        earned = {part.part: part.earned for part in grade.parts if part.earned}
        said = "SUCCEEDED" if case.succeeds(grade) else "held"
        print(f"{case.name:36} {case.rows:12} {said:10} control {fooled[case.name]} {earned} {grade.wall_s:.1f} s")


if __name__ == "__main__":
    main()
