"""What only IPython understands, taken out of a cell."""

from __future__ import annotations

import time

import pytest

from grader.ingest.magics import Magic, strip_magics


@pytest.mark.parametrize(
    ("cell", "kept"),
    [
        pytest.param("%matplotlib inline\nx = 1", "pass\nx = 1", id="line magic"),
        pytest.param("!pip install numpy\nx = 1", "pass\nx = 1", id="shell"),
        pytest.param("!echo 'it\nx = 1", "pass\nx = 1", id="shell with an open quote"),
        pytest.param("!echo \\\n  two\nx = 1", "pass\n\nx = 1", id="shell over two lines"),
        pytest.param("?np.dot\nx = 1", "pass\nx = 1", id="help before"),
        pytest.param("np.dot?\nx = 1", "pass\nx = 1", id="help after"),
        pytest.param("np.dot??\nx = 1", "pass\nx = 1", id="source after"),
        pytest.param("files = !ls\nx = 1", "pass\nx = 1", id="shell assigned"),
        pytest.param("t = %timeit -o f()\nx = 1", "pass\nx = 1", id="magic assigned"),
        pytest.param("if x:\n    %debug\nelse:\n    y", "if x:\n    pass\nelse:\n    y", id="in a block"),
        pytest.param("%time x = train()\ny", "x = train()\ny", id="timed statement"),
        pytest.param("x = 1)\n%debug", "x = 1)\npass", id="after a bracket too many"),
        pytest.param("%%time\nx = 1", "\nx = 1", id="timed cell"),
        pytest.param("\n%%capture out\nx = 1", "\n\nx = 1", id="cell magic after an empty line"),
        pytest.param("%%check conv_forward\nx = 1", "\nx = 1", id="checked cell"),
        pytest.param("%%time\n%debug\nx = 1", "\npass\nx = 1", id="magic in a timed cell"),
    ],
)
def test_a_magic_is_taken_out_and_lines_stay(cell: str, kept: str) -> None:
    assert strip_magics(cell).text == kept


@pytest.mark.parametrize(
    "cell",
    [
        pytest.param("print('%d'\n      % 3)", id="remainder on a second line"),
        pytest.param("x = ((1)\n% 2)", id="remainder in the outer brackets"),
        pytest.param("x = a \\\n  % b", id="remainder after a joined line"),
        pytest.param("s = '''\n%time\n!ls\nwhat?\n'''\n", id="in a string"),
        pytest.param('"""Is it\nright?\n"""\n', id="in a docstring"),
        pytest.param("x = 1  # why?\n", id="in a comment"),
        pytest.param("s = 'why?'\n", id="at the end of a string"),
        pytest.param("x != y\n", id="not equal"),
        pytest.param("x = y % z\n", id="remainder"),
        pytest.param("s = r'\\'\n", id="raw string"),
        pytest.param("s = 'it\nx = (1,\n", id="unfinished"),
    ],
)
def test_python_stays_as_it_is(cell: str) -> None:
    assert strip_magics(cell).text == cell


@pytest.mark.parametrize("name", ["bash", "html", "writefile mlp.py", "javascript", "", "python2"])
def test_a_cell_in_another_language_is_dropped(name: str) -> None:
    assert strip_magics(f"%%{name}\nx = 1\n").text is None


def test_the_line_of_each_magic_is_kept() -> None:
    assert strip_magics("x = '''\n'''\n%debug  \n\n!ls\n").magics == (
        Magic(line=3, text="%debug"),
        Magic(line=5, text="!ls"),
    )


def test_the_line_of_a_cell_magic_is_kept() -> None:
    assert strip_magics("\n%%time\n%debug").magics == (
        Magic(line=2, text="%%time"),
        Magic(line=3, text="%debug"),
    )


def test_a_timed_statement_over_lines_is_walked_whole() -> None:
    assert strip_magics("%time x = (1\n% 2)\n%debug").text == "x = (1\n% 2)\npass"


@pytest.mark.parametrize("unit", ["(", "'", '"""', "\\\n", "% \n", "x?", "a = ", "\\", "a,", "%time "])
def test_the_time_grows_with_the_length(unit: str) -> None:
    start_s = time.process_time()
    strip_magics(unit * (500_000 // len(unit)))
    # Quadratic work on half a million characters takes hours.
    assert time.process_time() - start_s < 10
