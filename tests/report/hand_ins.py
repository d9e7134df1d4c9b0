"""Hand-ins with code, for what compares code: independent solutions of the four assignments, and disguised copies."""

from __future__ import annotations

import ast
import builtins
import functools
import io
import keyword
import random
import tokenize
from collections.abc import Callable, Mapping
from pathlib import Path

import msgspec

from grader.course import Assignment, load_assignment
from grader.model import Excerpt, Grade, PartGrade, SourceUnit, Status
from grader.session.excerpts import excerpts
from tests.report import factory

ROOT = Path(__file__).parents[2]
ASSIGNMENTS = ("mlp", "training", "cnn", "rnn")
Disguise = Callable[[str], str]


@functools.cache
def sources(assignment: str) -> Mapping[str, str]:
    """Return independent solutions of parts of an assignment: the styles, and the reference."""
    styles = sorted((ROOT / "tests" / "fixtures" / "styles" / assignment).glob("*.py"))
    paths = [*styles, ROOT / "reference" / assignment / f"{assignment}.py"]
    return {path.stem: path.read_text(encoding="utf-8") for path in paths}


@functools.cache
def described(assignment: str) -> Assignment:
    return load_assignment(ROOT / "reference" / assignment)


def handed_in(assignment: str, student: str, source: str) -> Grade:
    """Return a grade that holds the code of each part that is defined in ``source``."""
    unit = SourceUnit(module=assignment, label=f"{assignment}.py", text=source)
    found = excerpts([unit], described(assignment).parts)
    return grade_of(student, found)


def grade_of(student: str, code: Mapping[str, Excerpt]) -> Grade:
    """Return a grade in which nothing but the code matters."""
    parts = tuple(
        PartGrade(part=name, title=name, status=Status.PASSED, earned=0.0, possible=0.0, source=excerpt)
        for name, excerpt in code.items()
    )
    return Grade(
        assignment="mlp", assignment_title="MLP", student=student, key=student, digest="", origin=f"{student}.py",
        earned=0.0, possible=0.0, parts=parts,
    )  # fmt: skip


@functools.cache
def a_class(assignment: str) -> tuple[Grade, ...]:
    """Return the independent solutions as hand-ins."""
    return tuple(handed_in(assignment, name, source) for name, source in sources(assignment).items())


def renamed(source: str) -> str:
    """Give every name that can be changed another one, all through."""
    names: dict[str, str] = {}
    kept = {*dir(builtins), *keyword.kwlist, "np", "numpy", *top_level(source)}
    tokens, before = [], ""
    for token in tokenize.generate_tokens(io.StringIO(source).readline):
        text = token.string
        if token.type == tokenize.NAME and before != "." and text not in kept:
            text = names.setdefault(text, f"renamed_{len(names)}")
        tokens.append((token.type, text))
        before = token.string
    return tokenize.untokenize(tokens)


def recommented(source: str) -> str:
    """Drop every comment and docstring, and put other comments at the ends of lines."""
    return "\n".join(f"{line}  # line {n}" for n, line in enumerate(ast.unparse(bare(source)).split("\n")))


def reordered(source: str) -> str:
    """Put the functions, classes and methods of a file into another order."""
    tree = ast.parse(source)
    for body in [tree.body, *(node.body for node in tree.body if isinstance(node, ast.ClassDef))]:
        definitions = [node for node in body if isinstance(node, ast.FunctionDef | ast.ClassDef)]
        others = [node for node in body if node not in definitions]
        random.Random(5).shuffle(definitions)
        body[:] = [*others, *definitions]
    return ast.unparse(tree)


def disguised(source: str) -> str:
    return recommented(reordered(renamed(source)))


def bare(source: str) -> ast.Module:
    tree = ast.parse(source)
    for node in ast.walk(tree):
        if isinstance(node, ast.FunctionDef | ast.ClassDef) and ast.get_docstring(node) and len(node.body) > 1:
            del node.body[0]
    return tree


def top_level(source: str) -> set[str]:
    return {node.name for node in ast.parse(source).body if isinstance(node, ast.FunctionDef | ast.ClassDef)}


def with_copy() -> list[Grade]:
    """Return a class with points, in which Vera handed in what Tom did, in a disguise."""
    source = sources("cnn")["layers_loops"]
    grades = [*a_class("cnn"), handed_in("cnn", "Vera", disguised(source))]
    return [_with_points(grade, number) for number, grade in enumerate(grades)]


def _with_points(grade: Grade, number: int) -> Grade:
    makers = (factory.failed_part, factory.hidden_part, factory.training_part, factory.time_out_part)
    shown = factory.grade([*grade.parts, factory.passed_part(), makers[number % 4]()], student=grade.student)
    return msgspec.structs.replace(
        shown, key=grade.key, student="Tom" if grade.key == "layers_loops" else grade.student
    )
