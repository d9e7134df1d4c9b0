"""Take what only IPython understands out of a notebook cell, keeping every line at its number.

``%matplotlib inline``, ``!pip install``, ``np.dot?`` and the like stand where a statement starts; there no
Python statement can begin with ``%``, ``!`` or ``?``. So the text is walked statement by statement, which
leaves ``% width`` on the second line of an expression and ``!`` in a string alone. Nothing is compiled here:
that is the sandbox's work.
"""

from __future__ import annotations

import re

from grader.model import Record

# What runs the cell as Python; the names other cell magics stand for (%%bash, %%html) do not.
_PYTHON_CELL_MAGICS = frozenset({"time", "timeit", "capture", "prun", "check"})

_CELL_MAGIC = re.compile(r"\s*%%(\w*)[^\n]*")
_TIMED = re.compile(r"([ \t]*)%time[ \t]+(?=\S)")
_MAGIC = re.compile(
    r"""
      [ \t]* [%!?]                                    # %matplotlib inline, !pip install, ?np.dot
    | [^\#'"\n]* \? [ \t]* $                          # np.dot?
    | [ \t]* [A-Za-z_][\w, ]* = [ \t]* (?:!|%[A-Za-z])  # files = !ls
    """,
    re.VERBOSE | re.MULTILINE,
)
_MAGIC_LINE = re.compile(r"(?:[^\n]*\\\n)*[^\n]*(?:\n|\Z)")
_TOKEN = re.compile(
    r"""
      \#[^\n]*
    | \"\"\" (?:\\.|[^\\])*? (?:\"\"\"|\Z)
    | \'\'\' (?:\\.|[^\\])*? (?:\'\'\'|\Z)
    | " (?:\\.|[^"\\\n])* "?
    | ' (?:\\.|[^'\\\n])* '?
    | (?P<open>[(\[{])
    | (?P<close>[)\]}])
    | \\\n
    | (?P<end>\n)
    """,
    re.VERBOSE | re.DOTALL,
)


class Magic(Record, frozen=True, kw_only=True):
    """One magic that was taken out; ``line`` counts from 1 within the cell."""

    line: int
    text: str


class Stripped(Record, frozen=True, kw_only=True):
    """A cell without its magics; ``text`` is None when none of the cell is Python (``%%bash``)."""

    text: str | None
    magics: tuple[Magic, ...] = ()


def strip_magics(text: str) -> Stripped:
    """Return the cell ``text`` with every magic replaced, so that line numbers stay."""
    found = _CELL_MAGIC.match(text)
    if not found:
        kept, magics = _strip_lines(text)
        return Stripped(text=kept, magics=magics)
    line = text.count("\n", 0, found.end()) + 1
    magic = Magic(line=line, text=found[0].strip())
    if found[1] not in _PYTHON_CELL_MAGICS:
        return Stripped(text=None, magics=(magic,))
    kept, magics = _strip_lines("\n" * (line - 1) + text[found.end() :])
    return Stripped(text=kept, magics=(magic, *magics))


def _strip_lines(text: str) -> tuple[str, tuple[Magic, ...]]:
    kept: list[str] = []
    magics: list[Magic] = []
    position, line = 0, 1
    while position < len(text):
        timed = _TIMED.match(text, position)
        if timed:
            # "%time net = train()" defines net: the statement stays.
            kept.append(timed[1])
            position = timed.end()
        if not timed and _MAGIC.match(text, position):
            statement = _line_of_magic(text, position)
            magics.append(Magic(line=line, text=statement.strip()))
            kept.append(_placeholder(statement))
        else:
            statement = text[position : _end_of_statement(text, position)]
            kept.append(statement)
        position += len(statement)
        line += statement.count("\n")
    return "".join(kept), tuple(magics)


def _line_of_magic(text: str, position: int) -> str:
    found = _MAGIC_LINE.match(text, position)
    assert found is not None, "it matches the empty text too"
    return found[0]


def _placeholder(statement: str) -> str:
    """Return ``pass`` where the magic stood: it may be all there is in a block."""
    indent = statement[: len(statement) - len(statement.lstrip(" \t"))]
    return f"{indent}pass" + "\n" * statement.count("\n")


def _end_of_statement(text: str, start: int) -> int:
    """Return where the logical line that begins at ``start`` ends, after its newline."""
    depth = 0
    for token in _TOKEN.finditer(text, start):
        if token.lastgroup == "open":
            depth += 1
        elif token.lastgroup == "close":
            depth = max(depth - 1, 0)
        elif token.lastgroup == "end" and depth == 0:
            return token.end()
    return len(text)
