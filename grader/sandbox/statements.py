"""Split a piece of student source into its top-level statements, tolerating syntax errors.

Source that compiles is split by its syntax tree. Source that does not is cut into chunks at lines that start
a statement at the left margin; a chunk that is merely incomplete (a decorator, a multi-line string) is joined
with the next one, and a chunk that is wrong voids itself alone. So an unbalanced bracket or an unterminated
string costs one function, not the rest of the file. Inside a class the methods are tried one by one.

A tolerant parser (parso) was tried first: it gives up the rest of the file after an unterminated
triple-quoted string, and leaves the body of a function whose colon is missing at the top level.
"""

from __future__ import annotations

import ast
import codeop
import re
import textwrap
import warnings
from collections.abc import Iterator
from types import CodeType
from typing import NamedTuple

# A line at the left margin that carries on what came before: a closing bracket, the next arm of a statement.
CONTINUATION = re.compile(r"[)\]}\s#]|$|(?:else|elif|except|finally|case)\b")
DEFINITION = re.compile(r"^\s*(?:async\s+)?(?:def|class)\s+(\w+)", re.MULTILINE)
ASSIGNMENT = re.compile(r"^(\w+)\s*=", re.MULTILINE)
CLASS = re.compile(r"class\s+(\w+)")
MAX_JOINED = 200  # chunks that one unfinished statement may swallow before it is given up


class Compiled(NamedTuple):
    """One top-level statement ready to run; plain data but for the code, so that ``marshal`` can keep it.

    ``is_plain``: running it runs no code of the student's beyond a definition, nor takes time.
    ``may_be_skipped``: it is neither a definition nor an import.
    """

    line: int
    code: CodeType
    defines: tuple[str, ...]
    is_plain: bool
    may_be_skipped: bool


class Statement(NamedTuple):
    """One top-level statement, or what is wrong with it."""

    line: int
    tree: ast.stmt | None
    error: BaseException | None
    defines: tuple[str, ...]

    @property
    def is_plain(self) -> bool:
        """Whether running it runs no code of the student's beyond a definition, nor takes time."""
        match self.tree:
            case ast.FunctionDef(decorator_list=[], args=ast.arguments(defaults=[], kw_defaults=[])):
                return True
            case ast.Expr(value=ast.Constant()):
                return True
        return False

    @property
    def may_be_skipped(self) -> bool:
        """Whether it is neither a definition nor an import."""
        return not isinstance(
            self.tree, ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef | ast.Import | ast.ImportFrom
        )


class _Chunk(NamedTuple):
    line: int
    text: str


def split(text: str, filename: str) -> list[Statement]:
    """Return the top-level statements of ``text``, in order; wrong ones carry their error."""
    tree = _parse(text, 1, filename)
    if isinstance(tree, ast.Module):
        return [_statement(node) for node in tree.body]
    return [statement for piece in _pieces(text, 1, filename) for statement in piece]


def future_flags(statements: list[Statement]) -> int:
    """Return the compiler flags of the ``from __future__`` imports among the statements."""
    import __future__

    flags = 0
    for statement in statements:
        match statement.tree:
            case ast.ImportFrom(module="__future__", names=names):
                for alias in names:
                    feature = getattr(__future__, alias.name, None)
                    flags |= feature.compiler_flag if feature else 0
    return flags


def compile_statement(tree: ast.stmt, filename: str, flags: int) -> CodeType:
    """Compile one statement as if it stood in a file with the given future flags."""
    module = ast.Module(body=[tree], type_ignores=[])
    code: CodeType = compile(module, filename, "exec", flags=flags, dont_inherit=True)
    return code


def too_deep(line: int, filename: str) -> SyntaxError:
    """Return what stands for the errors without line or message that deep nesting ends the compiler with."""
    return SyntaxError("this statement is nested too deeply for Python to read", (filename, line, 1, None))


def _parse(text: str, line: int, filename: str) -> ast.Module | BaseException:
    try:
        tree = ast.parse(text, filename)
    except SyntaxError as error:
        if error.lineno is not None:
            error.lineno += line - 1
        return error
    except (MemoryError, RecursionError, SystemError):
        return too_deep(line, filename)
    except Exception as error:
        return error
    ast.increment_lineno(tree, line - 1)
    return tree


def _pieces(text: str, line: int, filename: str) -> Iterator[list[Statement]]:
    chunks = list(_chunks(text, line))
    place = 0
    while place < len(chunks):
        count, tree = _longest_needed(chunks[place : place + MAX_JOINED], filename)
        chunk = _joined(chunks[place : place + count])
        place += count
        if isinstance(tree, ast.Module):
            yield [_statement(node) for node in tree.body]
        elif CLASS.match(chunk.text):
            yield _salvaged_class(chunk, tree, filename)
        else:
            yield [_broken(chunk, tree)]


def _chunks(text: str, line: int) -> Iterator[_Chunk]:
    start, lines = line, list[str]()
    for number, content in enumerate(text.splitlines(keepends=True), line):
        if lines and not CONTINUATION.match(content):
            yield _Chunk(start, "".join(lines))
            start, lines = number, []
        lines.append(content)
    if lines:
        yield _Chunk(start, "".join(lines))


def _longest_needed(chunks: list[_Chunk], filename: str) -> tuple[int, ast.Module | BaseException]:
    """Return how many chunks make the first statement, and its tree; one chunk and its error if none do."""
    first_error: BaseException | None = None
    for count in range(1, len(chunks) + 1):
        chunk = _joined(chunks[:count])
        tree = _parse(chunk.text, chunk.line, filename)
        if isinstance(tree, ast.Module):
            return count, tree
        first_error = first_error or tree
        if not _is_incomplete(chunk.text):
            break
    assert first_error is not None
    return 1, first_error


def _is_incomplete(text: str) -> bool:
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        try:
            return codeop.compile_command(text, symbol="exec") is None
        except Exception:
            return False


def _joined(chunks: list[_Chunk]) -> _Chunk:
    return _Chunk(chunks[0].line, "".join(chunk.text for chunk in chunks))


def _salvaged_class(chunk: _Chunk, error: BaseException, filename: str) -> list[Statement]:
    """Return the class without its broken methods, and one broken statement for each of them."""
    head, _, body = chunk.text.partition("\n")
    header = _parse(head + "\n    pass\n", chunk.line, filename)
    name = CLASS.match(chunk.text)
    if not isinstance(header, ast.Module) or name is None or not isinstance(header.body[0], ast.ClassDef):
        return [_broken(chunk, error)]
    parts = [part for piece in _pieces(textwrap.dedent(body), chunk.line + 1, filename) for part in piece]
    definition = header.body[0]
    definition.body = [part.tree for part in parts if part.tree is not None] or definition.body
    broken = [
        part._replace(defines=tuple(f"{name[1]}.{method}" for method in part.defines))
        for part in parts
        if part.tree is None
    ]
    return [_statement(definition), *broken]


def _statement(tree: ast.stmt) -> Statement:
    return Statement(tree.lineno, tree, None, _defined_names(tree))


def _broken(chunk: _Chunk, error: BaseException) -> Statement:
    names = DEFINITION.findall(chunk.text)[:1] or ASSIGNMENT.findall(chunk.text)[:1]
    return Statement(chunk.line, None, error, tuple(names))


def _defined_names(tree: ast.stmt) -> tuple[str, ...]:
    match tree:
        case ast.FunctionDef(name=name) | ast.AsyncFunctionDef(name=name) | ast.ClassDef(name=name):
            return (name,)
        case ast.Import(names=names) | ast.ImportFrom(names=names):
            return tuple((alias.asname or alias.name).partition(".")[0] for alias in names)
    stored = (node for node in ast.walk(tree) if isinstance(node, ast.Name) and isinstance(node.ctx, ast.Store))
    return tuple(dict.fromkeys(node.id for node in stored))
