"""A student's own code as HTML: tokens in a few colours of the page, numbered lines, the telling ones marked."""

from __future__ import annotations

from collections.abc import Collection, Iterator
from dataclasses import dataclass
from itertools import groupby

from markupsafe import Markup, escape
from pygments.lexers.python import PythonLexer  # type: ignore[import-untyped]  # it brings no types
from pygments.token import Comment, Keyword, Name, Number, String, _TokenType  # type: ignore[import-untyped]

from grader.model import Excerpt, PartGrade, Status
from grader.report.untrusted import capped

LINE_WIDTH = 240
# Few kinds make few elements: a page of a class with a dozen wrong parts stays small.
KINDS = (
    (Comment, "tc"),
    (String.Doc, "tc"),
    (String, "ts"),
    (Number, "tn"),
    (Keyword, "tk"),
    (Name.Function, "tf"),
    (Name.Class, "tf"),
)


@dataclass(frozen=True, slots=True)
class CodeView:
    """The code of one part.

    Attributes:
        where: "mlp.py, lines 40 to 52".
        lines: HTML of each, with its number and whether it is marked.
        marked: numbers of the marked lines, in words; "" where there are none.
    """

    where: str
    lines: tuple[tuple[int, bool, Markup], ...]
    marked: str

    @property
    def size(self) -> int:
        """Length of its HTML, about."""
        return sum(len(line) + 40 for _, _, line in self.lines)


def code_view(part: PartGrade) -> CodeView | None:
    """Return the code of a part that is wrong, with the lines marked at which it raised."""
    source = part.source
    if source is None or part.status not in (Status.FAILED, Status.PARTIAL):
        return None
    marked = raised_at(part, source)
    lines = tuple(
        (number, number in marked, line) for number, line in enumerate(html_lines(source.text), start=source.first_line)
    )
    shown = [str(number) for number, is_marked, _ in lines if is_marked]
    return CodeView(f"{source.label}, {span(source.first_line, lines[-1][0])}", lines, listed(shown))


def raised_at(part: PartGrade, source: Excerpt) -> Collection[int]:
    """Return the lines of a unit that a traceback of the part's cases went through."""
    errors = (case.evidence.error for check in part.checks for case in check.cases if case.evidence is not None)
    return {frame.line for error in errors if error for frame in error.frames if frame.label == source.label}


def html_lines(text: str) -> list[Markup]:
    """Return Python source as HTML, line by line; escaped, controls written out, long lines cut."""
    plain = "\n".join(capped(line, LINE_WIDTH) for line in text.split("\n"))
    lines: list[Markup] = [Markup()]
    for kind, piece in tokens(plain):
        first, *others = (element(kind, part) for part in piece.split("\n"))
        lines[-1] += first
        lines += others
    return lines


def tokens(text: str) -> Iterator[tuple[str, str]]:
    """Yield runs of source of one kind; together they are ``text``."""
    lexer = PythonLexer(stripnl=False, ensurenl=False)
    found = ((kind_of(token), value) for token, value in lexer.get_tokens(text))
    for kind, run in groupby(found, key=lambda item: item[0]):
        yield kind, "".join(value for _, value in run)


def kind_of(token: _TokenType) -> str:
    return next((name for kind, name in KINDS if token in kind), "")


def element(kind: str, text: str) -> Markup:
    return Markup('<b class="{}">{}</b>').format(kind, text) if kind and text.strip() else escape(text)


def span(first: int, last: int) -> str:
    return f"line {first}" if first == last else f"lines {first} to {last}"


def listed(names: list[str]) -> str:
    """Return names as part of a sentence: "", "3", "3 and 5", "3, 5 and 7"."""
    return " and ".join(filter(None, (", ".join(names[:-1]), *names[-1:])))
