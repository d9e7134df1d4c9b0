from __future__ import annotations

import textwrap

import pytest

from grader.sandbox.statements import Statement, future_flags, split

BROKEN_MIDDLES = {
    "missing colon": "def middle(x)\n    return x\n",
    "unbalanced bracket": "def middle(x):\n    y = np.sum((x\n    return y\n",
    "extra bracket": "def middle(x):\n    return x)\n",
    "bad indentation": "def middle(x):\n    y = 2\n      z = 3\n    return y\n",
    "bad dedent": "def middle(x):\n        y = 2\n    return y\n",
    "no body": "def middle(x):\n",
    "unterminated string": "def middle(x):\n    y = 'abc\n    return y\n",
    "unterminated docstring": 'def middle(x):\n    """Doc.\n    return x\n',
    "tabs and spaces": "def middle(x):\n    y = 2\n\treturn y\n",
    "half a word": "def middle(x):\n    retur x\n",
    "bracket in the head": "def middle(x:\n    return x\n",
    "else without if": "def middle(x):\n    else:\n        return x\n",
}
FIRST = 'def first(x):\n    """Doc."""\n    return x\n'
LAST = 'def last(x):\n    """Doc."""\n    return x\n'


def parts(source: str) -> list[Statement]:
    return split(textwrap.dedent(source), "<mlp.py>")


def survivors(source: str) -> list[str]:
    return [name for part in parts(source) if part.error is None for name in part.defines]


def voided(source: str) -> list[str]:
    return [name for part in parts(source) if part.error is not None for name in part.defines]


@pytest.mark.parametrize("middle", BROKEN_MIDDLES.values(), ids=BROKEN_MIDDLES.keys())
def test_a_syntax_error_voids_its_own_function_alone(middle: str) -> None:
    source = f"import numpy as np\n\n{FIRST}\n\n{middle}\n\n{LAST}\nvalue = last(1)\n"
    assert survivors(source) == ["np", "first", "last", "value"]
    assert voided(source) == ["middle"]


@pytest.mark.parametrize("middle", BROKEN_MIDDLES.values(), ids=BROKEN_MIDDLES.keys())
def test_a_syntax_error_in_a_method_leaves_the_other_methods(middle: str) -> None:
    body = textwrap.indent(f"{FIRST}\n{middle}\n{LAST}", "    ")
    (whole, broken) = parts(f"class Net(Base):\n{body}")
    assert whole.defines == ("Net",)
    assert [method.name for method in whole.tree.body] == ["first", "last"]  # type: ignore[union-attr]
    assert broken.defines == ("Net.middle",)


def test_the_line_of_a_syntax_error_is_that_of_the_file() -> None:
    (error,) = (part.error for part in parts(f"{FIRST}\n\ndef middle(x)\n    return x\n") if part.error)
    assert isinstance(error, SyntaxError)
    assert (error.msg, error.lineno) == ("expected ':'", 6)


def test_the_lines_of_what_survives_are_those_of_the_file() -> None:
    assert [part.line for part in parts(f"{FIRST}\ndef middle(x)\n    return x\n\n{LAST}")] == [1, 5, 8]


def test_decorators_and_strings_at_the_margin_stay_with_their_statement() -> None:
    source = """
    @decorate
    @decorate
    def first(x):
        return x

    text = '''
    left margin
    '''
    broken = = 3
    values = [
    1,
    2,
    ]
    if values:
        a = 1
    else:
        b = 2
    """
    assert survivors(source) == ["first", "text", "values", "a", "b"]
    assert voided(source) == ["broken"]


def test_what_follows_a_misplaced_return_survives() -> None:
    assert survivors(f"{FIRST}return 3\n  x = 4\n{LAST}") == ["first", "last"]


def test_hostile_nesting_is_an_error_of_its_statement() -> None:
    assert survivors(f"{FIRST}deep = {'(' * 10_000}1{')' * 10_000}\n{LAST}") == ["first", "last"]


def test_a_null_byte_voids_its_statement() -> None:
    assert survivors(f"{FIRST}x = '\0'\n{LAST}") == ["first", "last"]


def test_empty_source_has_no_statements() -> None:
    assert parts("# nothing\n\n") == []


def test_future_imports_apply_to_the_whole_unit() -> None:
    import __future__

    flags = future_flags(parts("from __future__ import annotations\nx = 1\n"))
    assert flags == __future__.annotations.compiler_flag
