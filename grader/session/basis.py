"""What results rest on: when it is the same as before, so are they, and nothing is run again.

``fingerprint`` is over everything and can be had without running anything; where it differs, ``part_digests`` tell
which parts it concerns. Only results can tell the rest: a part that failed is judged with the wrong parts that it
uses replaced, so that it also rests on which of these are wrong.
"""

from __future__ import annotations

import ast
import hashlib
from collections.abc import Collection, Iterable
from pathlib import Path

import msgspec

from grader import __version__
from grader.course import ASSIGNMENT_FILE, Assignment
from grader.misconceptions import load_misconceptions, solution_path
from grader.model import Check, Grade, Record

PACKAGE = Path(__file__).parent.parent


class Basis(Record, frozen=True, kw_only=True):
    """What the result of one part of one submission rests on, besides the submission."""

    digest: str  # of the course's files that decide it, and of our own code
    stopped: tuple[str, ...] = ()  # parts that it uses and that had overrun their time before
    wrong: tuple[str, ...] | None = None  # parts that it uses and that were wrong; None where that did not matter
    overran: dict[str, str] = msgspec.field(
        default_factory=dict
    )  # parts that overran their time in its checks, with what is said of them


class Graded(Record, frozen=True, kw_only=True):
    """A grade with what each of its parts rests on; of a part that is not among them nothing may be kept."""

    grade: Grade
    bases: dict[str, Basis] = msgspec.field(default_factory=dict)
    ran: tuple[str, ...] = ()  # the parts that were run for it; the others were kept


def fingerprint(assignment: Assignment, secret: bytes) -> str:
    """Return a digest of all that decides a grade besides the submission: checks, reference, data, secret, version."""
    files = {file for folder in (assignment.folder, assignment.data_folder) for file in inputs_in(folder)}
    return joined(own_code(), secret, *contents(sorted(files)))


def part_digests(assignment: Assignment, secret: bytes, checks: Iterable[Check]) -> dict[str, str]:
    """Return for each part a digest of what decides its points besides the submission.

    Comments and layout of check files do not count. What a file holds beside checks counts for each part that has
    a check in it; solution, ``assignment.toml``, data and the other files in ``checks/`` count for all.

    Args:
        assignment: read from ``reference/<name>``.
        secret: of the course.
        checks: as collected, in order.
    """
    checks = tuple(checks)
    ids = {check.id for check in checks}
    sources = {file.name: CheckFile(file, ids) for file in inputs_in(assignment.folder / "checks") if is_check(file)}
    shared = shared_digest(assignment, secret)
    misconceptions = load_misconceptions(assignment)
    digests = {}
    for part in assignment.parts:
        mine = [check for check in checks if check.part == part.name]
        files = dict.fromkeys(file_of(check) for check in mine)
        digests[part.name] = joined(
            shared,
            *(sources[name].rest for name in files),
            *(msgspec.msgpack.encode((check, sources[file_of(check)].functions[check.id])) for check in mine),
            *(msgspec.msgpack.encode(m) for m in misconceptions if m.part == part.name),
        )
    return digests


def shared_digest(assignment: Assignment, secret: bytes) -> bytes:
    """Return a digest of what decides the points of every part."""
    files = {
        assignment.folder / ASSIGNMENT_FILE,
        solution_path(assignment),
        *inputs_in(assignment.folder / "data"),
        *inputs_in(assignment.data_folder),
        *(file for file in inputs_in(assignment.folder / "checks") if not is_check(file)),
    }
    return joined(own_code(), secret, *contents(sorted(files))).encode()


class CheckFile:
    """A file of checks, taken apart.

    Attributes:
        functions: the syntax tree of each check, by id.
        rest: the syntax trees of everything else in it.
    """

    def __init__(self, path: Path, ids: Collection[str]) -> None:
        self.functions: dict[str, str] = {}
        rest = []
        for node in ast.parse(path.read_text(encoding="utf-8")).body:
            name = f"checks/{path.name}::{node.name}" if isinstance(node, ast.FunctionDef) else ""
            if name in ids:
                self.functions[name] = ast.dump(node)
            else:
                rest.append(ast.dump(node))
        self.rest = "\n".join(rest).encode()


def own_code() -> bytes:
    """Return a digest of the grader itself: its code decides too, and changes more often than the version."""
    return joined(__version__.encode(), *contents(inputs_in(PACKAGE))).encode()


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
