"""The student's source inside a worker: its modules, and running them statement by statement."""

from __future__ import annotations

import contextlib
import importlib
import importlib.abc
import importlib.machinery
import itertools
import marshal
import sys
import time
from collections.abc import Callable, Collection, Sequence
from types import FunctionType, ModuleType
from typing import Any, NamedTuple

from grader.sandbox.failures import Sources, describe
from grader.sandbox.statements import Compiled, Statement, compile_statement, future_flags, split, too_deep

MAX_PROBLEMS = 200
MAX_NAMES = 2000
SLOW_S = 1.0


class Unit(NamedTuple):
    """One piece of student source."""

    module: str
    label: str
    text: str

    @property
    def filename(self) -> str:
        return f"<{self.label}>"


class _Planned(NamedTuple):
    number: int  # over all units of the submission
    unit: int
    statement: Compiled | Broken


Progress = Callable[[int, int, int], None]  # number of the statement, of its unit, its line


class Program:
    """Runs the units once; afterwards holds the student's modules."""

    def __init__(self, units: Sequence[Unit], skip: Collection[int], progress: Progress, compiled: bytes = b"") -> None:
        """Plan the statements.

        Args:
            units: the source.
            skip: numbers of statements to leave out.
            progress: told before a statement runs.
            compiled: what ``compiled`` of an earlier program of the same units held; b"" to compile now.
        """
        self.units = units
        self.skip = frozenset(skip)
        self.progress = progress
        self.modules: dict[str, ModuleType] = {}
        self.problems: list[dict[str, Any]] = []
        self.slow: list[int] = []
        self.sources: Sources = {unit.filename: (unit.label, unit.text.splitlines()) for unit in units}
        statements = unpacked(compiled) if compiled else [_compiled(unit) for unit in units]
        self.compiled = compiled or packed(statements)
        self.plan = self._planned(statements)

    def run(self) -> None:
        """Run every module, in the order of the units; an exception voids only its statement."""
        # Nothing can be read from disk any more: look only where something can be found.
        keep = (importlib.machinery.BuiltinImporter, importlib.machinery.FrozenImporter)
        sys.meta_path[:] = [*keep, StudentFinder(self)]
        for name in self.plan:
            if name in self.modules:
                continue  # another unit imported it
            if is_importable(name):
                # Student code may break the import system itself; then the module just cannot be imported.
                with contextlib.suppress(BaseException):
                    importlib.import_module(name)
            if name not in self.modules:
                self.execute(ModuleType(name))

    def execute(self, module: ModuleType) -> None:
        """Run the statements of one module in its namespace."""
        name = module.__name__
        self.modules[name] = module
        namespace = vars(module)
        for planned in self.plan.get(name, ()):
            namespace["__file__"] = self.units[planned.unit].label
            if planned.number not in self.skip:
                self._execute(planned, namespace)

    def find(self, name: str) -> object:
        """Return the first global called ``name`` of the student's modules, in the order of the units.

        Raises:
            NameError: there is none.
        """
        for module in self.modules.values():
            if name in vars(module):
                return vars(module)[name]
        raise NameError(f"{name} is not defined.")

    def names(self) -> dict[str, str]:
        """Return the globals of all student modules and whether each is a function, a class or other."""
        found: dict[str, str] = {}
        for module in self.modules.values():
            for name, value in vars(module).items():
                if type(name) is str and not name.startswith("__") and not isinstance(value, ModuleType):
                    found.setdefault(name, _kind(value))
        return dict(list(found.items())[:MAX_NAMES])

    def _planned(self, statements: list[list[Compiled | Broken]]) -> dict[str, list[_Planned]]:
        plan: dict[str, list[_Planned]] = {unit.module: [] for unit in self.units}
        numbers = itertools.count()
        for place, (unit, mine) in enumerate(zip(self.units, statements, strict=True)):
            plan[unit.module].extend(_Planned(next(numbers), place, statement) for statement in mine)
        return plan

    def _execute(self, planned: _Planned, namespace: dict[str, Any]) -> None:
        statement = planned.statement
        if isinstance(statement, Broken):
            self._note(planned, statement.error)
            return
        if not statement.is_plain:
            self.progress(planned.number, planned.unit, statement.line)
        started_s = time.process_time()
        try:
            exec(statement.code, namespace)
        except BaseException as error:
            self._note(planned, error)
        if time.process_time() - started_s > SLOW_S and statement.may_be_skipped:
            self.slow.append(planned.number)

    def _note(self, planned: _Planned, error: BaseException) -> None:
        if len(self.problems) < MAX_PROBLEMS:
            self.problems.append({
                "error": describe(error, self.sources),
                "defines": [name[:80] for name in planned.statement.defines[:50]],
                "statement": planned.number,
            })  # fmt: skip


class Broken(NamedTuple):
    """A statement that cannot be compiled."""

    error: BaseException
    defines: tuple[str, ...]


def _compiled(unit: Unit) -> list[Compiled | Broken]:
    statements = split(unit.text, unit.filename)
    flags = future_flags(statements)
    return [_ready(statement, unit.filename, flags) for statement in statements]


def _ready(statement: Statement, filename: str, flags: int) -> Compiled | Broken:
    if statement.error is not None or statement.tree is None:
        return Broken(statement.error or SyntaxError("invalid syntax"), statement.defines)
    try:
        code = compile_statement(statement.tree, filename, flags)
    except (MemoryError, RecursionError, SystemError):
        return Broken(too_deep(statement.line, filename), statement.defines)
    except Exception as error:  # what only the compiler finds: a return outside a function
        return Broken(error, statement.defines)
    return Compiled(statement.line, code, statement.defines, statement.is_plain, statement.may_be_skipped)


def packed(statements: list[list[Compiled | Broken]]) -> bytes:
    """Return compiled statements for the next worker of the same submission; b"" where one is broken.

    Only workers of that submission ever unpack it; to the trusted side it is a heap of bytes.
    """
    if any(isinstance(statement, Broken) for mine in statements for statement in mine):
        return b""
    return marshal.dumps([[tuple(statement) for statement in mine] for mine in statements])


def unpacked(compiled: bytes) -> list[list[Compiled | Broken]]:
    """Return what ``packed`` was given."""
    return [[Compiled(*fields) for fields in mine] for mine in marshal.loads(compiled)]


class StudentFinder(importlib.abc.MetaPathFinder, importlib.abc.Loader):
    """Finds the student's own modules, last of all, and explains why nothing else can be imported."""

    def __init__(self, program: Program) -> None:
        self.program = program

    def find_spec(self, fullname: str, path: object = None, target: object = None) -> importlib.machinery.ModuleSpec:
        """Return where a module comes from.

        Raises:
            ModuleNotFoundError: it is not the student's; the sentence says what may be imported.
        """
        is_package = any(name.startswith(fullname + ".") for name in self.program.plan)
        if fullname in self.program.plan or is_package:
            return importlib.machinery.ModuleSpec(fullname, self, origin=fullname, is_package=is_package)
        raise ModuleNotFoundError(_why_not(fullname), name=fullname)

    def create_module(self, spec: importlib.machinery.ModuleSpec) -> None:
        """Let the import system make the module."""

    def exec_module(self, module: ModuleType) -> None:
        """Run the module's statements."""
        self.program.execute(module)


def is_importable(name: str) -> bool:
    """Return whether a student module may be found under ``name``: nothing shadows NumPy or the library."""
    root = name.partition(".")[0]
    is_taken = root in sys.modules or root in sys.stdlib_module_names
    return not is_taken and all(part.isidentifier() for part in name.split("."))


def _why_not(fullname: str) -> str:
    root = fullname.partition(".")[0]
    if root in sys.modules or root in sys.stdlib_module_names:
        return f"{fullname} is not available while code is graded."
    return f"{root} is not available: this course uses NumPy and the standard library only."


def _kind(value: object) -> str:
    if isinstance(value, type):
        return "class"
    return "function" if isinstance(value, FunctionType) or callable(value) else "other"
