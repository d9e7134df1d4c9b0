"""Executable wrong solutions: how they are read, checked and applied."""

from __future__ import annotations

from pathlib import Path

import pytest

from grader.course import Assignment, Part
from grader.errors import CourseError
from grader.misconceptions import Misconception, definitions, load_misconceptions, solution_path, wrong_source

SOLUTION = '''\
import numpy as np

SCALE = 2.0


def affine_forward(x, w, b):
    """Return x w + b."""
    out = x @ w + b
    return out, (x, w)


@np.errstate(all="ignore")
def affine_backward(dout, cache):
    x, w = cache
    return dout @ w.T, x.T @ dout, dout.sum(axis=0)


class Net:
    def loss(self, x):
        return x.sum(axis=0)
'''

WRONG_AXIS = Misconception(
    name="affine-db-wrong-axis",
    part="affine_backward",
    edits=(("sum(axis=0)", "sum(axis=1)"),),
    hint="Over which axis does the bias meet the batch?",
)


@pytest.fixture
def assignment(tmp_path: Path) -> Assignment:
    """Return an assignment with the solution and an empty folder of misconceptions."""
    folder = tmp_path / "reference" / "mlp"
    (folder / "misconceptions").mkdir(parents=True)
    (folder / "mlp.py").write_text(SOLUTION, encoding="utf-8")
    parts = tuple(Part(name=name, title=name) for name in ("affine_forward", "affine_backward", "Net"))
    return Assignment(
        name="mlp", title="", folder=folder, min_tier="T1", public_checks=(), data=(), heldout=(), parts=parts
    )


def write(assignment: Assignment, name: str, *misconceptions: str) -> None:
    text = "from grader.misconceptions import Misconception\n\nMISCONCEPTIONS = (\n"
    body = "".join(f"    Misconception({fields}),\n" for fields in misconceptions)
    (assignment.folder / "misconceptions" / name).write_text(f"{text}{body})\n", encoding="utf-8")


def fields(
    name: str, part: str = "affine_backward", edit: tuple[str, str] = ("sum(axis=0)", "sum(axis=1)"), more: str = ""
) -> str:
    return f"name={name!r}, part={part!r}, edits=({edit!r},), hint='Which axis?'{more}"


# --- edits ------------------------------------------------------------------------------------------------


def test_an_edit_changes_its_part_and_nothing_else() -> None:
    expected = SOLUTION.replace("x.T @ dout, dout.sum(axis=0)", "x.T @ dout, dout.sum(axis=1)")
    assert wrong_source(SOLUTION, WRONG_AXIS) == expected


def test_the_wrong_solution_is_wrong_where_it_says() -> None:
    # The same text stands in another part, where it must stay.
    assert wrong_source(SOLUTION, WRONG_AXIS).endswith("return x.sum(axis=0)\n")


def test_an_edit_may_lie_in_another_part_than_the_one_that_loses_points() -> None:
    misconception = Misconception(
        name="cache", part="affine_backward", where="affine_forward", edits=(("(x, w)", "(w, x)"),), hint=""
    )
    # The signature holds "(x, w," and no "(x, w)".
    assert "return out, (w, x)\n" in wrong_source(SOLUTION, misconception)


def test_edits_are_applied_one_after_the_other() -> None:
    edits = (("x @ w", "w @ x"), ("w @ x + b", "w @ x - b"))
    misconception = Misconception(name="two", part="affine_forward", edits=edits, hint="")
    assert "    out = w @ x - b\n" in wrong_source(SOLUTION, misconception)


def test_a_text_that_is_not_there_is_told() -> None:
    misconception = Misconception(name="old", part="Net", edits=(("mean(axis=0)", "0"),), hint="")
    message = (
        r"^misconception 'old': the text 'mean\(axis=0\)' stands 0 times in Net, expected once\. "
        r"Give a longer or a current piece of the solution\.$"
    )
    with pytest.raises(CourseError, match=message):
        wrong_source(SOLUTION, misconception)


def test_a_text_that_is_there_twice_is_told() -> None:
    misconception = Misconception(name="short", part="affine_forward", edits=(("out", "result"),), hint="")
    message = r"^misconception 'short': the text 'out' stands 2 times in affine_forward, expected once\. "
    with pytest.raises(CourseError, match=message):
        wrong_source(SOLUTION, misconception)


def test_a_part_that_the_solution_does_not_define_is_told() -> None:
    misconception = Misconception(name="lost", part="relu_forward", edits=(("a", "b"),), hint="")
    with pytest.raises(CourseError, match=r"^misconception 'lost': the solution defines no 'relu_forward'\.$"):
        wrong_source(SOLUTION, misconception)


# --- definitions ------------------------------------------------------------------------------------------


def test_a_definition_reaches_from_its_first_to_its_last_line() -> None:
    start, end = definitions(SOLUTION)["Net"]
    assert SOLUTION[start:end] == "class Net:\n    def loss(self, x):\n        return x.sum(axis=0)\n"


def test_only_functions_and_classes_at_the_top_are_definitions() -> None:
    assert set(definitions(SOLUTION)) == {"affine_forward", "affine_backward", "Net"}


@pytest.mark.parametrize("separator", ["\f", "\x0b", "\x1c", "\u2028", "\x85"])
def test_only_newlines_end_lines(separator: str) -> None:
    source = f'NOTE = """one{separator}two"""\n\ndef f():\n    return 1\n'
    start, end = definitions(source)["f"]
    assert source[start:end] == "def f():\n    return 1\n"


def test_the_last_line_needs_no_newline() -> None:
    source = "def f():\n    return 1"
    assert definitions(source)["f"] == (0, len(source))


def test_letters_of_several_bytes_count_as_one() -> None:
    source = 'NOTE = "∂L/∂w"\ndef f():\n    return "µ"\n'
    start, end = definitions(source)["f"]
    assert source[start:end] == 'def f():\n    return "µ"\n'


# --- reading ----------------------------------------------------------------------------------------------


def test_the_solution_stands_under_the_name_of_the_assignment(assignment: Assignment) -> None:
    assert solution_path(assignment).read_text(encoding="utf-8") == SOLUTION


def test_an_assignment_without_misconceptions_has_none(assignment: Assignment) -> None:
    assert load_misconceptions(assignment) == ()


def test_the_files_are_read_in_order(assignment: Assignment) -> None:
    write(assignment, "b.py", fields("third"))
    write(assignment, "a.py", fields("first"), fields("second"))
    assert [m.name for m in load_misconceptions(assignment)] == ["first", "second", "third"]


def test_everything_written_is_read(assignment: Assignment) -> None:
    write(assignment, "a.py", fields("first", more=", also=('other',), affects=('Net',), seen='[3]'"))
    assert load_misconceptions(assignment) == (
        Misconception(
            name="first",
            part="affine_backward",
            edits=(("sum(axis=0)", "sum(axis=1)"),),
            hint="Which axis?",
            also=("other",),
            affects=("Net",),
            seen="[3]",
        ),
    )


def test_a_file_without_misconceptions_has_none(assignment: Assignment) -> None:
    (assignment.folder / "misconceptions" / "shared.py").write_text("AXIS = 'sum(axis=0)'\n", encoding="utf-8")
    assert load_misconceptions(assignment) == ()


@pytest.mark.parametrize(
    "second", [fields("first"), fields("second", more=", also=('first',)")], ids=["a name", "another name"]
)
def test_a_name_given_twice_is_told(assignment: Assignment, second: str) -> None:
    write(assignment, "a.py", fields("first"))
    write(assignment, "b.py", second)
    with pytest.raises(CourseError, match=r"misconceptions: the misconception 'first' is given 2 times\.$"):
        load_misconceptions(assignment)


@pytest.mark.parametrize(
    "wrong", [fields("first", part="relu"), fields("first", more=", affects=('relu',)")], ids=["part", "affects"]
)
def test_an_unknown_part_is_told(assignment: Assignment, wrong: str) -> None:
    write(assignment, "a.py", wrong)
    with pytest.raises(CourseError, match=r"^There is no part 'relu' in assignment 'mlp'\."):
        load_misconceptions(assignment)


def test_an_edit_that_does_not_apply_is_told_when_reading(assignment: Assignment) -> None:
    write(assignment, "a.py", fields("first", edit=("gone", "here")))
    with pytest.raises(CourseError, match=r"^misconception 'first': the text 'gone' stands 0 times in affine_backward"):
        load_misconceptions(assignment)
