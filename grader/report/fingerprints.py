"""Turn source into a sequence of symbols that a copyist cannot change by renaming or by rewording comments.

The source is hostile: it is tokenised and never parsed or executed. A name that a student may choose becomes one
letter, a string another, a number its value; keywords, operators, built-ins and names of NumPy stay, as nobody
can rename them. Comments, docstrings, layout, parentheses and commas (which formatters change) and headings
(``def f(x):``, which the stub gives) are dropped.
"""

from __future__ import annotations

import builtins
import io
import keyword
import tokenize
from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np

PIECE_LENGTH = 8  # symbols; three quarters of a line, so that a run of pieces seldom agrees by chance

_NAME, _STRING, _END = "a", "s", ";"
_PUNCTUATION = frozenset("(),")
_BUILT_IN = frozenset(dir(builtins))
_ATTRIBUTES = frozenset(
    name for owner in (np, np.ndarray, np.linalg, np.random.Generator) for name in dir(owner) if name[0] != "_"
)
_LAYOUT = {tokenize.COMMENT, tokenize.NL, tokenize.INDENT, tokenize.DEDENT, tokenize.ENCODING, tokenize.ENDMARKER}
# From Python 3.12 on an f-string comes in parts; its first stands for all.
_REST_OF_STRING = {getattr(tokenize, name, -1) for name in ("FSTRING_MIDDLE", "FSTRING_END")}
_STRINGS = {tokenize.STRING, getattr(tokenize, "FSTRING_START", -1)}


@dataclass(frozen=True, slots=True)
class Symbols:
    """A normalised source.

    Attributes:
        values: one symbol a token that counts.
        lines: the line of each in the source, from 0.
    """

    values: tuple[str, ...]
    lines: tuple[int, ...]

    def pieces(self) -> list[str]:
        """Return every run of PIECE_LENGTH symbols, in order; none where there are fewer symbols."""
        starts = range(len(self.values) - PIECE_LENGTH + 1)
        return [" ".join(self.values[start : start + PIECE_LENGTH]) for start in starts]

    def by_line(self, number: int) -> list[str]:
        """Return the symbols of each of ``number`` lines, "" for a line of which nothing counts."""
        found: list[list[str]] = [[] for _ in range(number)]
        for value, line in zip(self.values, self.lines, strict=True):
            if value != _END:
                found[line].append(value)
        return [" ".join(values) for values in found]


def symbols(source: str) -> Symbols:
    """Normalise source; of source that is no Python, what stands before the first error."""
    found = list(_without_docstrings(_without_headings(_tokens(source))))
    before = ["", *(token.string for token in found)]
    told = [(_symbol(token, dot), token.start[0] - 1) for dot, token in zip(before, found, strict=False)]
    kept = [(value, line) for value, line in told if value not in _PUNCTUATION]
    return Symbols(tuple(value for value, _ in kept), tuple(line for _, line in kept))


def _tokens(source: str) -> Iterator[tokenize.TokenInfo]:
    left_out = _LAYOUT | _REST_OF_STRING
    try:
        for token in tokenize.generate_tokens(io.StringIO(source).readline):
            if token.type not in left_out:
                yield token
    except (tokenize.TokenError, SyntaxError):  # what both tokenisers, that of 3.11 and that of 3.12, raise
        return


def _without_docstrings(tokens: Iterator[tokenize.TokenInfo]) -> Iterator[tokenize.TokenInfo]:
    """Leave out statements that are strings alone, and empty ones."""
    statement: list[tokenize.TokenInfo] = []
    for token in tokens:
        statement.append(token)
        if _ends(token):
            if any(part.type not in _STRINGS for part in statement[:-1]):
                yield from statement
            statement = []
    yield from statement


def _without_headings(tokens: Iterator[tokenize.TokenInfo]) -> Iterator[tokenize.TokenInfo]:
    """Leave out everything from ``def`` or ``class`` to its colon."""
    depth, heading = 0, False
    for token in tokens:
        heading = heading or token.string in ("def", "class")
        depth += (token.string in ("(", "[", "{")) - (token.string in (")", "]", "}"))
        if not heading:
            yield token
        elif (token.string == ":" and depth <= 0) or _ends(token):
            depth, heading = 0, False


def _ends(token: tokenize.TokenInfo) -> bool:
    return token.type == tokenize.NEWLINE or token.string == ";"


def _symbol(token: tokenize.TokenInfo, before: str) -> str:
    if token.type == tokenize.NAME:
        return _name(token.string, before)
    if token.type == tokenize.NUMBER:
        return _number(token.string)
    if token.type in _STRINGS:
        return _STRING
    return _END if _ends(token) else token.string


def _name(name: str, before: str) -> str:
    if before == ".":
        return name if name in _ATTRIBUTES else _NAME
    return name if keyword.iskeyword(name) or name in _BUILT_IN else _NAME


def _number(text: str) -> str:
    try:
        return repr(float(text.replace("_", "")))
    except ValueError:  # of another base, or imaginary
        return text
