"""What a worker says in words carries no numbers out."""

from __future__ import annotations

import pytest

from grader.model import Frame, StudentError
from grader.sandbox import told
from grader.sandbox.client import _believed

SOURCES = {"mlp.py": ["def f(x):", "    raise ValueError(x)"]}


@pytest.mark.parametrize("name", ["ndarray", "Net", "float128", "my.Net", "Ünet"])
def test_the_name_of_an_honest_type_is_repeated(name: str) -> None:
    assert told.type_name(name) == name


@pytest.mark.parametrize("name", ["x 0.7391", "0.7391", "", "a-b", "1 2 3", "x" * 3 + "\x1b[31m"])
def test_what_is_no_name_is_not_repeated(name: str) -> None:
    assert told.type_name(name) == "object of another type"


def test_a_name_of_many_digits_loses_them() -> None:
    assert told.type_name("x_0_7391") == "x_#_####"


@pytest.mark.parametrize(
    "reason",
    [
        "has dtype object",
        "has dtype float128",
        "has dtype <U5",
        "has dtype datetime64[ns]",
        "has dtype [('a', '<f8')]",
        "does not fit into 64 bits",
    ],
)
def test_our_own_reasons_are_repeated(reason: str) -> None:
    assert told.reason(reason) == reason


def test_a_dtype_with_fields_is_not_spelt_out() -> None:
    assert told.reason("has dtype [('x7391', '<f8')]") == "has a dtype of its own"


def test_a_reason_made_up_is_not_repeated() -> None:
    assert told.reason("is 0.7391") == "cannot leave the worker"


@pytest.mark.parametrize("size", ["holds 1,600,000 bytes or more", "has more than 16,384 items"])
def test_our_own_sizes_are_repeated(size: str) -> None:
    assert told.size(size) == size


def test_a_size_made_up_is_not_repeated() -> None:
    assert told.size("is 0.7391 and 0.1234") == "is too large"


def frame(**fields: object) -> Frame:
    return Frame(**{"label": "mlp.py", "line": 2, "function": "f", "text": "x = 0.7391", **fields})  # type: ignore[arg-type]  # any of them


def believed(told: Frame) -> tuple[Frame, ...]:
    return _believed(StudentError(type="ValueError", message="no", frames=(told,)), SOURCES).frames


def test_the_text_of_a_line_is_read_in_the_source() -> None:
    assert believed(frame()) == (frame(text="raise ValueError(x)"),)


@pytest.mark.parametrize("fields", [{"label": "0.7391"}, {"line": 7391}, {"line": 0}, {"line": -3}])
def test_a_line_that_is_not_in_the_source_is_left_out(fields: dict[str, object]) -> None:
    assert believed(frame(**fields)) == ()


def test_a_function_is_named_as_a_type_is() -> None:
    assert believed(frame(function="f_0_7391"))[0].function == "f_#_####"


def test_the_level_of_a_module_keeps_its_name() -> None:
    assert believed(frame(function="<module>"))[0].function == "<module>"
