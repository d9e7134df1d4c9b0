"""The rooms of ``grader/`` import only downwards, and each does what is its alone (docs/architecture.md)."""

from __future__ import annotations

import ast
import re
import sys
from collections.abc import Iterator
from graphlib import TopologicalSorter
from pathlib import Path
from typing import NamedTuple

import pytest

ROOT = Path(__file__).parents[1]
PACKAGE = ROOT / "grader"

LEVELS = {
    "__init__": 0,
    "model": 0,
    "errors": 0,
    "policy": 1,
    "course": 1,
    "misconceptions": 1,
    "sandbox": 1,
    "checking": 1,
    "ingest": 2,
    "release": 2,
    "session": 3,
    "scoring": 3,
    "remarks": 2,
    "final": 3,
    "batch": 4,
    "store": 4,
    "report": 5,
    "export": 5,
    "publish": 5,
    "regrade": 5,
    "validate": 5,
    "demo": 5,
    "new": 5,
    "student_check": 5,
    "jupyter": 6,
    "terminal": 6,
    "commands": 6,
    "cli": 6,
}

# The command line, which alone prints.
COMMAND_LINE = ("cli.py", "terminal.py", "commands/")

# What runs in the worker, beside the student's code, with the standard library, NumPy and msgspec.
WORKER = ("worker", "program", "statements", "failures", "generators", "streams", "lockdown", "seccomp", "told", "wire")

# Executes source: the worker's program; on trusted source or a student's own machine, the session; and course
# files in Python, which are the author's.
EXECUTE = {
    "sandbox/program.py": "student source, in the worker",
    "sandbox/preload.py": "modules of NumPy and the standard library, by name",
    "sandbox/tether.py": "a module of ours, by name",
    "session/runner.py": "the reference and the misconceptions",
    "session/desk.py": "source we trust, in tests and measurements",
    "session/local.py": "a student's own file, on their own machine",
    "misconceptions.py": "the author's files",
}
EXECUTING = re.compile(r"^(exec|eval|run_path|run_module|__import__|import_module|exec_module)$")


class Import(NamedTuple):
    """One import of a module of the package by another."""

    file: str  # relative to grader/
    line: int
    target: str  # "grader.sandbox.wire"
    only_for_types: bool


def files() -> list[Path]:
    return sorted(PACKAGE.rglob("*.py"))


def tree_of(path: Path) -> ast.Module:
    return ast.parse(path.read_text(encoding="utf-8"))


def name_of(path: Path) -> str:
    return path.relative_to(PACKAGE).as_posix()


def room_of(name: str) -> str:
    """Return "sandbox" for "grader.sandbox.wire", and for "sandbox/wire.py"."""
    parts = name.removesuffix(".py").removeprefix("grader.").replace("/", ".").split(".")
    return "__init__" if name == "grader" else parts[0]


def imports_of(path: Path) -> Iterator[Import]:
    """Yield every import of the package's own modules; ``from grader.sandbox import wire`` names the module."""
    tree = tree_of(path)
    for_types = {id(node) for block in ast.walk(tree) if is_type_checking(block) for node in ast.walk(block)}
    for node in ast.walk(tree):
        if isinstance(node, ast.ImportFrom):
            assert node.level == 0, f"{name_of(path)}, line {node.lineno}: a relative import hides its room."
            targets = [resolved(node.module or "", alias.name) for alias in node.names]
        elif isinstance(node, ast.Import):
            targets = [alias.name for alias in node.names]
        else:
            continue
        for target in targets:
            if target.split(".")[0] == "grader":
                yield Import(name_of(path), node.lineno, target, id(node) in for_types)


def is_type_checking(node: ast.AST) -> bool:
    return isinstance(node, ast.If) and ast.unparse(node.test) == "TYPE_CHECKING"


def resolved(module: str, name: str) -> str:
    path = ROOT / Path(*module.split("."), name)
    return f"{module}.{name}" if path.with_suffix(".py").is_file() or path.is_dir() else module


IMPORTS = [found for path in files() for found in imports_of(path)]


def calls_of(path: Path) -> Iterator[tuple[str, int]]:
    """Yield the last name and the line of everything that is called."""
    for node in ast.walk(tree_of(path)):
        if isinstance(node, ast.Call):
            function = node.func
            if isinstance(function, ast.Name):
                yield function.id, node.lineno
            elif isinstance(function, ast.Attribute):
                yield function.attr, node.lineno


def test_every_room_has_a_level() -> None:
    assert {room_of(name_of(path)) for path in files()} == LEVELS.keys()


def test_rooms_import_downwards() -> None:
    upwards = [i for i in IMPORTS if LEVELS[room_of(i.target)] > LEVELS[room_of(i.file)]]
    assert upwards == []


def test_no_two_rooms_import_each_other() -> None:
    graph: dict[str, set[str]] = {}
    for found in IMPORTS:
        source, target = room_of(found.file), room_of(found.target)
        if source != target:
            graph.setdefault(source, set()).add(target)
    TopologicalSorter(graph).prepare()


def test_no_two_modules_import_each_other() -> None:
    graph: dict[str, set[str]] = {}
    for found in IMPORTS:
        if not found.only_for_types:
            graph.setdefault(found.file, set()).add(file_of(found.target))
    TopologicalSorter(graph).prepare()


def file_of(target: str) -> str:
    path = ROOT / Path(*target.split("."))
    return name_of(path / "__init__.py" if path.is_dir() else path.with_suffix(".py"))


def test_checking_knows_nothing_of_the_session() -> None:
    rooms = {room_of(i.target) for i in IMPORTS if room_of(i.file) == "checking"}
    assert rooms <= {"checking", "model", "errors"}


def test_the_sandbox_knows_nothing_but_records_and_errors() -> None:
    rooms = {room_of(i.target) for i in IMPORTS if room_of(i.file) == "sandbox"}
    assert rooms <= {"sandbox", "model", "errors"}


def test_reports_see_records_only() -> None:
    rooms = {room_of(i.target) for i in IMPORTS if room_of(i.file) in ("report", "export")}
    assert rooms <= {"report", "export", "model", "errors"}


@pytest.mark.parametrize("module", WORKER)
def test_the_worker_imports_its_own_siblings_alone(module: str) -> None:
    targets = {i.target for i in IMPORTS if i.file == f"sandbox/{module}.py"}
    assert targets <= {"grader.sandbox", *(f"grader.sandbox.{sibling}" for sibling in WORKER)}


@pytest.mark.parametrize("module", WORKER)
def test_the_worker_needs_numpy_and_msgspec_alone(module: str) -> None:
    found = set()
    tree = tree_of(PACKAGE / "sandbox" / f"{module}.py")
    for_types = {id(node) for block in ast.walk(tree) if is_type_checking(block) for node in ast.walk(block)}
    for node in (node for node in ast.walk(tree) if id(node) not in for_types):
        if isinstance(node, ast.Import):
            found |= {alias.name.split(".")[0] for alias in node.names}
        elif isinstance(node, ast.ImportFrom) and node.module is not None:
            found.add(node.module.split(".")[0])
    assert found - sys.stdlib_module_names <= {"grader", "numpy", "msgspec"}


def test_only_the_command_line_prints() -> None:
    printing = {"print", "pprint", "echo", "secho"}
    found = [f"{name_of(path)}:{line}" for path in files() for name, line in calls_of(path) if name in printing]
    assert [where for where in found if not where.startswith(COMMAND_LINE)] == []


def test_only_the_command_line_writes_to_the_terminal() -> None:
    found = [name_of(path) for path in files() if re.search(r"\bsys\.(stdout|stderr)\.write|rich", imports_text(path))]
    assert [name for name in found if not name.startswith(COMMAND_LINE)] == []


def imports_text(path: Path) -> str:
    nodes = [n for n in ast.walk(tree_of(path)) if isinstance(n, ast.Import | ast.ImportFrom | ast.Call)]
    return "\n".join(ast.unparse(node.func if isinstance(node, ast.Call) else node) for node in nodes)


def executing() -> dict[str, list[str]]:
    found: dict[str, list[str]] = {}
    for path in files():
        names = {node.id for node in ast.walk(tree_of(path)) if isinstance(node, ast.Name)}
        attributes = {node.attr for node in ast.walk(tree_of(path)) if isinstance(node, ast.Attribute)}
        if used := sorted(name for name in names | attributes if EXECUTING.match(name)):
            found[name_of(path)] = used
    return found


def test_source_is_executed_where_it_is_meant_to_be() -> None:
    assert executing().keys() == EXECUTE.keys()


@pytest.mark.parametrize("room", ["ingest", "checking", "report", "export", "batch"])
def test_nothing_there_can_execute_what_was_handed_in(room: str) -> None:
    assert [name for name in executing() if room_of(name) == room] == []


def test_nothing_is_unpickled() -> None:
    unsafe = re.compile(r"^(pickle|_pickle|dill|cloudpickle|shelve|marshal)$")
    found = {
        name_of(path): names
        for path in files()
        if (names := [word for word in re.findall(r"\w+", imports_text(path)) if unsafe.match(word)])
    }
    # Compiled source comes from the same submission's first worker, and is read in its later ones alone.
    assert found.keys() <= {"sandbox/program.py", "sandbox/preload.py"}


def test_arrays_are_loaded_without_pickle() -> None:
    loads = [
        (name_of(path), ast.unparse(node))
        for path in files()
        for node in ast.walk(tree_of(path))
        if isinstance(node, ast.Call) and ast.unparse(node.func) in ("np.load", "numpy.load")
    ]
    assert [where for where, text in loads if "allow_pickle=False" not in text] == []


def test_no_file_is_called_utils() -> None:
    assert [path for path in files() if re.fullmatch(r"utils?|helpers?|misc|common", path.stem)] == []


def test_the_levels_are_those_of_the_architecture() -> None:
    text = (ROOT / "docs" / "architecture.md").read_text(encoding="utf-8")
    table = " ".join(
        line.strip() for line in text.splitlines() if line.startswith("    ") and re.search(r"\b\d ", line)
    )
    found = {
        room: int(level)
        for level, rooms in re.findall(r"(\d) ([a-z_, ]+)", table)
        for room in re.findall(r"\w+", rooms)
        if room in LEVELS
    }
    assert {room: LEVELS[room] for room in found} == found
