"""The code of each part is found as it counts, in whatever state the hand-in is, and is capped."""

from __future__ import annotations

import time

import msgspec
import pytest

from grader.course import Assignment, Part
from grader.model import Excerpt, Grade, SourceUnit
from grader.session.desk import SubmissionState
from grader.session.excerpts import BYTE_LIMIT, LINE_LIMIT, excerpts
from grader.session.sheet import Sheet
from tests.course_factory import SOLUTION, part_of, submission
from tests.session.conftest import GradeAll

FORWARD = Part(name="forward", title="Forward", aliases=("affine",))
NET = Part(name="Net", title="Net", kind="class")


def unit(text: str, label: str = "tiny.py") -> SourceUnit:
    return SourceUnit(module="tiny", label=label, text=text)


def found(*texts: str, part: Part = FORWARD) -> Excerpt | None:
    units = [unit(text, f"cell {number}") for number, text in enumerate(texts, start=1)]
    return excerpts(units, [part]).get(part.name)


def text_of(excerpt: Excerpt | None) -> str:
    assert excerpt is not None
    return excerpt.text


def test_a_function_is_found_with_its_first_line() -> None:
    assert found("import numpy\n\ndef forward(x):\n    return x\n\ny = 1\n") == Excerpt(
        label="cell 1", first_line=3, text="def forward(x):\n    return x"
    )


def test_decorators_belong_to_a_function() -> None:
    assert found("@cached\n@timed\ndef forward(x):\n    return x\n") == Excerpt(
        label="cell 1", first_line=1, text="@cached\n@timed\ndef forward(x):\n    return x"
    )


def test_a_class_is_shown_whole() -> None:
    source = "class Net:\n    def __init__(self):\n        pass\n\n    def loss(self):\n        return 0"
    assert text_of(found(f"{source}\n\nNet()\n", part=NET)) == source


def test_the_last_definition_in_the_last_unit_counts() -> None:
    excerpt = found(
        "def forward(x):\n    return 1\n", "def forward(x):\n    return 2\ndef forward(x):\n    return 3\n", ""
    )
    assert excerpt == Excerpt(label="cell 2", first_line=3, text="def forward(x):\n    return 3")


def test_an_alias_counts_where_the_name_is_missing() -> None:
    assert text_of(found("def affine(x):\n    return 1\n")).startswith("def affine")


def test_the_name_goes_before_an_alias() -> None:
    assert text_of(found("def forward(x):\n    return 1\ndef affine(x):\n    return 2\n")).startswith("def forward")


def test_a_part_that_is_not_defined_has_no_excerpt() -> None:
    assert found("forward = 1\ndef other():\n    def forward(x):\n        return x\n") is None


def test_source_with_a_syntax_error_is_cut_at_the_left_margin() -> None:
    source = (
        "def broken(:\n    pass\n\ndef forward(x,\n            y\n):\n    return x\n\n# Next.\ndef last():\n    pass\n"
    )
    assert found(source) == Excerpt(
        label="cell 1", first_line=4, text="def forward(x,\n            y\n):\n    return x"
    )


def test_an_invalid_escape_raises_no_warning() -> None:
    assert text_of(found('def forward(x):\n    return "\\d"\n')).endswith('"\\d"')


def test_long_code_is_cut_with_a_last_line_that_says_so() -> None:
    lines = text_of(found("def forward(x):\n" + "    x += 1\n" * 500)).split("\n")
    assert (len(lines), lines[-1]) == (LINE_LIMIT + 1, "# (cut here: 200 of 501 lines are shown)")


def test_wide_code_is_cut_at_its_bytes() -> None:
    text = text_of(found("def forward(x):\n" + f'    "{"é" * 1000}"\n' * 50))
    assert len(text.encode()) < BYTE_LIMIT + 100
    assert text.endswith("# (cut here: 7 of 51 lines are shown)")


def test_a_lone_surrogate_can_be_stored() -> None:
    excerpt = found('def forward(x):\n    return "\ud800"\n')
    assert b"\\\\ud800" in msgspec.json.encode(excerpt)


HOSTILE = {
    "nested brackets": "x = " + "(" * 50_000 + ")" * 50_000,
    "a long sum": "x = " + "1+" * 40_000 + "1",
    "many signs": "x = " + "-" * 60_000 + "1",
    "nested attributes": "x = a" + ".a" * 50_000,
    "a long list": "x = [" + "1," * 400_000 + "]",
    "a NUL": "x = '\0'",
}


@pytest.mark.parametrize("trick", HOSTILE.values(), ids=HOSTILE.keys())
def test_hostile_source_is_cut_in_a_second(trick: str) -> None:
    started = time.process_time()
    assert text_of(found(f"{trick}\ndef forward(x):\n    return x\n")) == "def forward(x):\n    return x"
    assert time.process_time() - started < 1.0


@pytest.fixture(scope="module")
def grade(tiny: Assignment, grade_all: GradeAll) -> Grade:
    return grade_all(tiny, {"ada": SOLUTION})["ada"]


def test_a_grade_holds_the_code_of_each_part(grade: Grade) -> None:
    line = SOLUTION.split("\n").index("def batches(X, y, size, rng):")
    source = part_of(grade, "batches").source
    assert source is not None
    assert (source.label, source.first_line, source.text[:11]) == ("tiny.py", line + 1, "def batches")


def test_a_kept_part_gets_its_code_too(tiny: Assignment, grade: Grade) -> None:
    checks = [graded.check for part in grade.parts for graded in part.checks]
    sheet = Sheet(SubmissionState(submission(SOLUTION)), {}, checks, None)
    sheet.kept = {part.part: msgspec.structs.replace(part, source=None) for part in grade.parts}
    assert sheet.parts(tiny) == grade.parts
