"""What decides the points of a part besides the submission, ingredient by ingredient.

Taken together they tell whether a result still stands; one by one, which of them changed since: that is what the
difference of a regrade names. What a file of checks holds beside checks counts for each part with a check in it;
solution, the parts in ``assignment.toml``, data and the other files in ``checks/`` count for all. Comments and layout
of check files do not count, nor does what a docstring says below its first line.
"""

from __future__ import annotations

import ast
import hashlib
from collections.abc import Collection, Iterable, Iterator
from pathlib import Path
from typing import Literal

import msgspec

from grader import __version__
from grader.course import Assignment
from grader.misconceptions import Misconception, load_misconceptions, solution_path
from grader.model import Check, Record

PACKAGE = Path(__file__).parent.parent

Kind = Literal[
    "grader",
    "secret",
    "assignment",
    "reference",
    "data",
    "helper",
    "surroundings",
    "check",
    "points",
    "title",
    "visibility",
    "cases",
    "misconception",
    "hint",
]


class Ingredient(Record, frozen=True, kw_only=True):
    """One thing that the result of a part rests on."""

    kind: Kind
    name: str  # of the file, the check or the misconception; "" where there is only one
    value: str  # its digest; of points, title, visibility and hint what they are


Ingredients = tuple[Ingredient, ...]


def part_ingredients(assignment: Assignment, secret: bytes, checks: Iterable[Check]) -> dict[str, Ingredients]:
    """Return for each part what decides its points besides the submission.

    Args:
        assignment: read from ``reference/<name>``.
        secret: of the course.
        checks: as collected, in order.
    """
    checks = tuple(checks)
    ids = {check.id for check in checks}
    sources = {file.name: CheckFile(file, ids) for file in inputs_in(assignment.folder / "checks") if is_check(file)}
    shared = tuple(shared_ingredients(assignment, secret))
    misconceptions = load_misconceptions(assignment)
    found = {}
    for part in assignment.parts:
        mine = [check for check in checks if check.part == part.name]
        files = dict.fromkeys(file_of(check) for check in mine)
        found[part.name] = (
            *shared,
            *(Ingredient(kind="surroundings", name=name, value=sources[name].rest) for name in files),
            *(piece for check in mine for piece in of_check(check, sources[file_of(check)])),
            *(piece for m in misconceptions if m.part == part.name for piece in of_misconception(m)),
        )
    return found


def digest_of(ingredients: Ingredients) -> str:
    """Return the digest of all that a part rests on."""
    return joined(msgspec.msgpack.encode(ingredients))


def shared_ingredients(assignment: Assignment, secret: bytes) -> Iterator[Ingredient]:
    """Yield what decides the points of every part."""
    yield Ingredient(kind="grader", name="", value=own_code())
    yield Ingredient(kind="secret", name="", value=joined(b"secret", secret))
    yield Ingredient(kind="assignment", name="", value=of_assignment(assignment))
    yield of_file("reference", solution_path(assignment))
    for file in (*inputs_in(assignment.folder / "data"), *inputs_in(assignment.data_folder)):
        yield of_file("data", file)
    for file in inputs_in(assignment.folder / "checks"):
        if not is_check(file):
            yield of_file("helper", file)


def of_assignment(assignment: Assignment) -> str:
    """Return a digest of what ``assignment.toml`` says about the work itself, not about when it is due."""
    decides = (assignment.name, assignment.min_tier, assignment.data, assignment.heldout, assignment.parts)
    return joined(msgspec.msgpack.encode(decides))


def of_file(kind: Kind, file: Path) -> Ingredient:
    return Ingredient(kind=kind, name=file.name, value=joined(file.read_bytes()))


def of_check(check: Check, source: CheckFile) -> Iterator[Ingredient]:
    """Yield what there is to a check: its code, and what the record says of it."""
    values: tuple[tuple[Kind, str], ...] = (
        ("check", source.functions[check.id]),
        ("points", f"{check.points:g}"),
        ("title", check.title),
        ("visibility", check.visibility.value),
        ("cases", joined(*(case.encode() for case in check.cases))),
    )
    for kind, value in values:
        yield Ingredient(kind=kind, name=check.id, value=value)


def of_misconception(misconception: Misconception) -> Iterator[Ingredient]:
    bare = msgspec.structs.replace(misconception, hint="", seen="")
    yield Ingredient(kind="misconception", name=misconception.name, value=joined(msgspec.msgpack.encode(bare)))
    yield Ingredient(kind="hint", name=misconception.name, value=misconception.hint)


class CheckFile:
    """A file of checks, taken apart.

    Attributes:
        functions: the digest of the code of each check, by id, without its title and its points.
        rest: the digest of everything else in it.
    """

    def __init__(self, path: Path, ids: Collection[str]) -> None:
        self.functions: dict[str, str] = {}
        rest = []
        for node in ast.parse(path.read_text(encoding="utf-8")).body:
            name = f"checks/{path.name}::{node.name}" if isinstance(node, ast.FunctionDef) else ""
            if isinstance(node, ast.FunctionDef) and name in ids:
                self.functions[name] = joined(code_of(node).encode())
            else:
                rest.append(ast.dump(node).encode())
        self.rest = joined(*rest)


def code_of(node: ast.FunctionDef) -> str:
    """Return the syntax tree of a check without its docstring, which its title is, and without its points."""
    body = node.body[1:] if ast.get_docstring(node) is not None else node.body
    decorators = map(without_points, node.decorator_list)
    return "\n".join((node.name, *map(ast.dump, (node.args, *decorators, *body))))


def without_points(decorator: ast.expr) -> ast.expr:
    if isinstance(decorator, ast.Call) and ast.unparse(decorator.func).endswith("mark.check"):
        kept = [keyword for keyword in decorator.keywords if keyword.arg != "points"]
        return ast.Call(func=decorator.func, args=decorator.args, keywords=kept)
    return decorator


def own_code() -> str:
    """Return a digest of the grader itself: its code decides too, and changes more often than the version."""
    return joined(__version__.encode(), *contents(inputs_in(PACKAGE)))


def joined(*pieces: bytes) -> str:
    """Return a digest of pieces; where one ends and the next begins makes a difference."""
    digest = hashlib.sha256()
    for piece in pieces:
        digest.update(hashlib.sha256(piece).digest())
    return digest.hexdigest()


def contents(files: Iterable[Path]) -> Iterable[bytes]:
    return (file.name.encode() + b"\0" + file.read_bytes() for file in files)


def inputs_in(folder: Path) -> list[Path]:
    """Return the files of a folder and its folders that can decide anything, sorted."""
    return sorted(file for file in folder.rglob("*") if is_input(file))


def is_input(file: Path) -> bool:
    return file.is_file() and "__pycache__" not in file.parts and file.suffix not in (".md", ".html", ".css", ".js")


def is_check(file: Path) -> bool:
    return file.name.startswith("test_") and file.suffix == ".py"


def file_of(check: Check) -> str:
    return check.id.removeprefix("checks/").partition("::")[0]
