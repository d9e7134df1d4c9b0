from __future__ import annotations

import pytest

from grader.report.fingerprints import PIECE_LENGTH, symbols


def told(source: str) -> str:
    return " ".join(symbols(source).values)


def test_a_heading_is_dropped_and_names_become_one_letter() -> None:
    assert told("def f(x, y=(1, 2)):\n    total = x + y\n    return total\n") == "a = a + a ; return a ;"


def test_a_heading_with_colons_inside_ends_at_its_own() -> None:
    assert told("def f(x: int, key={1: 2}) -> dict[str, int]:\n    return x\n") == "return a ;"


def test_comments_docstrings_and_layout_are_dropped() -> None:
    plain = "def f(x):\n    return g(x, 1)\n"
    noisy = 'def f(x):\n    """Doc."""\n    # why\n\n    "more"\n    return g(\n        x,  # x\n        1)\n'
    assert told(noisy) == told(plain)


def test_names_of_numpy_and_of_python_stay() -> None:
    assert told("a = np.maximum(len(x), self.mine)") == "a = a . maximum len a a . a ;"


def test_a_number_is_its_value() -> None:
    assert told("x = 1.50 + 1_0") == told("y = 1.5 + 10.0") == "a = 1.5 + 10.0 ;"


def test_a_number_of_another_base_stays_as_it_is() -> None:
    assert told("x = 0xff + 2j") == "a = 0xff + 2j ;"


def test_parentheses_and_commas_that_formatters_change_are_dropped() -> None:
    assert told("def f(x):\n    return (x, f(\n        1,\n    ),)") == told("def f(x): return x, f(1)")


def test_all_strings_are_one() -> None:
    assert told("x['w1'] = \"it's\"") == "a [ s ] = s ;"


@pytest.mark.parametrize("source", ["x = 1\ny = (2", "x = 1\n  y = 2\n z", "x = 1\n'open", "x = 1\n\0"])
def test_what_stands_before_an_error_is_read(source: str) -> None:
    assert told(source).startswith("a = 1.0 ;")


@pytest.mark.parametrize("source", ["", "\n", "def", "def f(", "class A:", "@", '"""'])
def test_nothing_to_compare_is_no_error(source: str) -> None:
    assert symbols(source).pieces() == []


def test_pieces_are_all_runs_of_symbols() -> None:
    read = symbols("x = " + " + ".join("abcdefgh"))
    assert [len(piece.split()) for piece in read.pieces()] == [PIECE_LENGTH] * (len(read.values) - PIECE_LENGTH + 1)


def test_the_symbols_of_a_line_are_those_of_its_code() -> None:
    assert symbols("def f(x):\n    # why\n    return (x +\n            1)").by_line(4) == [
        "", "", "return a +", "1.0",
    ]  # fmt: skip


def test_deep_nesting_is_no_error() -> None:
    assert told("x = 1\ny = " + "-(" * 5000).startswith("a = 1.0 ;")
