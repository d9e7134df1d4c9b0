"""Read and validate what a course is made of: its assignments and its secret.

A course is a folder with ``reference/<name>/assignment.toml`` for each assignment. Every mistake in such a
file is a ``CourseError`` that names the file and the key, before anything is graded or released.
"""

from __future__ import annotations

import difflib
import keyword
import os
import re
import secrets
import tempfile
import tomllib
from collections import Counter
from collections.abc import Collection, Iterable, Iterator
from graphlib import CycleError, TopologicalSorter
from pathlib import Path, PurePosixPath
from typing import Literal, TypeVar

import msgspec

from grader.errors import CourseError
from grader.model import Late, Policy, Record
from grader.policy import PolicyKeys, policy_of

ASSIGNMENT_FILE = "assignment.toml"
# What a stub raises, as NotImplementedError: "affine_forward is not written yet."
UNWRITTEN = "is not written yet."
SECRET_FILE = ".grader-secret"
SECRET_BYTES = 32

Kind = Literal["function", "class", "iterator"]
Tier = Literal["T1", "T2u", "T2", "T3"]


class Part(Record, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """One function or class a student implements."""

    name: str
    title: str
    returns: tuple[str, ...] = ()  # names of the returned values; one called "cache" stays in the worker
    aliases: tuple[str, ...] = ()  # other names accepted
    pair: str = ""  # parts of one pair are served together
    uses: tuple[str, ...] = ()  # parts this one may call
    kind: Kind = "function"
    methods: tuple[str, ...] = ()  # of a class: what checks call; everything else is an attribute
    extra: bool = False  # beyond the required work

    @property
    def opaque(self) -> tuple[int, ...] | Literal["all"]:
        """Indexes of the results that stay in the worker; "all" for a class, whose instances do."""
        if self.kind == "class":
            return "all"
        return tuple(i for i, name in enumerate(self.returns) if name == "cache")


class _AssignmentFile(Record, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """The keys of ``assignment.toml``; parts are read one by one so that messages can name them."""

    name: str
    title: str
    url: str = ""
    min_tier: Tier = "T1"
    public_checks: tuple[str, ...] = ()
    data: tuple[str, ...] = ()
    heldout: tuple[str, ...] = ()
    parts: tuple[dict[str, object], ...] = ()
    due: object = None
    late: dict[str, object] | None = None
    attempts: str = "last"
    release: str = "all"


class Assignment(Record, frozen=True, kw_only=True):
    """A validated ``assignment.toml`` and the folder it stands in."""

    name: str  # a Python identifier: students' code is imported under it
    title: str
    folder: Path
    min_tier: Tier
    public_checks: tuple[str, ...]  # relative to folder, with forward slashes
    data: tuple[str, ...]  # file names in assignments/<name>/data
    heldout: tuple[str, ...]  # file names in reference/<name>/data
    parts: tuple[Part, ...]
    url: str = ""  # where students read the README; reports link to its headings
    policy: Policy = Policy()

    @property
    def is_reference(self) -> bool:
        """Whether this is the author's folder, with solution and hidden checks, not the released one."""
        return self.folder.parent.name == "reference"

    @property
    def data_folder(self) -> Path:
        """Where the data files lie that students have too."""
        if self.is_reference:
            return self.folder.parent.parent / "assignments" / self.name / "data"
        return self.folder / "data"

    def part(self, name: str) -> Part:
        """Return the part called ``name``; aliases do not count.

        Raises:
            CourseError: there is no such part; the closest name is suggested.
        """
        for part in self.parts:
            if part.name == name:
                return part
        names = [part.name for part in self.parts]
        raise CourseError(f"There is no part {name!r} in assignment {self.name!r}.{_suggest(name, names)}")

    def with_pairs(self, names: Collection[str]) -> frozenset[str]:
        """Return ``names`` and every part that shares a pair with one of them.

        Raises:
            CourseError: one of the names is not a part.
        """
        pairs = {self.part(name).pair for name in names} - {""}
        return frozenset(names) | {part.name for part in self.parts if part.pair in pairs}


def load_assignment(folder: Path) -> Assignment:
    """Return the assignment described by ``folder / "assignment.toml"``, validated.

    Args:
        folder: ``reference/<name>`` or a released ``assignments/<name>``; in the former the check and data
            files that are named must exist.

    Raises:
        CourseError: the file is missing or wrong; the message names the file and the key.
    """
    path = folder.absolute() / ASSIGNMENT_FILE
    shown = folder / ASSIGNMENT_FILE
    raw = _read_toml(path, shown)
    header = _convert(raw, _AssignmentFile, f"{shown}")
    parts = tuple(_convert(part, Part, f"{shown}, {_part_label(i, part)}") for i, part in enumerate(header.parts))
    assignment = Assignment(
        name=header.name,
        title=header.title,
        folder=path.parent,
        min_tier=header.min_tier,
        public_checks=header.public_checks,
        data=header.data,
        heldout=header.heldout,
        parts=parts,
        url=header.url,
        policy=_policy(header, shown),
    )
    for problem in _problems(assignment):
        raise CourseError(f"{shown}: {problem}")
    return assignment


def _policy(header: _AssignmentFile, shown: Path) -> Policy:
    late = None if header.late is None else _convert(header.late, Late, f"{shown}, the key 'late'")
    keys = PolicyKeys(due=header.due, late=late, attempts=header.attempts, release=header.release)
    try:
        return policy_of(keys)
    except CourseError as error:
        raise CourseError(f"{shown}: {error}") from None


def find_assignment(name: str, start: Path) -> Path:
    """Return the folder ``reference/<name>`` of the course that ``start`` lies in.

    Raises:
        CourseError: ``start`` is in no course, or the course has no such assignment.
    """
    course = find_course(start)
    reference, names = course / "reference", assignment_names(course)
    if name in names:
        return reference / name
    known = f" The course has: {', '.join(names)}." if names else f" {reference} has no assignment yet."
    raise CourseError(f"There is no assignment {name!r}.{_suggest(name, names) or known}")


def assignment_names(course: Path) -> list[str]:
    """Return the names of the assignments of a course, sorted."""
    return sorted(path.parent.name for path in (course / "reference").glob(f"*/{ASSIGNMENT_FILE}"))


def find_course(start: Path) -> Path:
    """Return the nearest folder, from ``start`` upwards, that holds a ``reference`` folder.

    Raises:
        CourseError: there is none.
    """
    start = start.absolute()
    for folder in (start, *start.parents):
        if (folder / "reference").is_dir():
            return folder
    raise CourseError(
        f"There is no folder 'reference' in {start} or above it. "
        "Run this inside the course's folder, the one that holds reference/ and assignments/."
    )


def private_paths(start: Path) -> tuple[Path, ...]:
    """Return what of the course that ``start`` lies in student code must never reach: () outside a course.

    They are the folder of the references, the folder above it and, once it is made, the secret.
    """
    try:
        course = find_course(start)
    except CourseError:
        return ()
    secret = course / SECRET_FILE
    return (course, course / "reference", *((secret,) if secret.is_file() else ()))


def load_secret(folder: Path) -> bytes:
    """Return the secret of the course that ``folder`` lies in, made at first use.

    It seeds the inputs of hidden checks, so it is kept in ``.grader-secret`` beside ``reference/``, readable
    by its owner alone, and is never shipped.

    Returns:
        32 random bytes, the same at every call.

    Raises:
        CourseError: ``folder`` is in no course, or the file is malformed or readable by others.
    """
    path = find_course(folder) / SECRET_FILE
    if not path.exists():
        _create_secret(path)
    if path.stat().st_mode & 0o077:
        raise CourseError(f"{path} can be read by other users. Run: chmod 600 {SECRET_FILE}")
    text = path.read_bytes().strip()
    if not re.fullmatch(rb"[0-9a-f]{%d}" % (2 * SECRET_BYTES), text):
        raise CourseError(
            f"{path} should hold {2 * SECRET_BYTES} hexadecimal digits and does not. "
            "Restore it, or delete it to start with a new secret: the inputs of hidden checks then change."
        )
    return bytes.fromhex(text.decode("ascii"))


def _create_secret(path: Path) -> None:
    # Linked into place when complete: of two graders that start together, both read the same secret.
    handle, draft = tempfile.mkstemp(prefix=SECRET_FILE, dir=path.parent)
    try:
        with os.fdopen(handle, "w", encoding="ascii") as file:
            file.write(secrets.token_hex(SECRET_BYTES) + "\n")
        os.link(draft, path)
    except FileExistsError:
        pass
    finally:
        os.unlink(draft)


def _read_toml(path: Path, shown: Path) -> dict[str, object]:
    try:
        return tomllib.loads(path.read_text(encoding="utf-8"))
    except FileNotFoundError:
        raise CourseError(f"{shown} does not exist. Every assignment's folder holds one.") from None
    except OSError as error:
        raise CourseError(f"{shown} cannot be read: {error.strerror}.") from error
    except UnicodeDecodeError as error:
        raise CourseError(f"{shown} is not UTF-8 text: byte {error.start} cannot be decoded.") from error
    except tomllib.TOMLDecodeError as error:
        raise CourseError(f"{shown} is not valid TOML: {error}.") from error
    except RecursionError:
        raise CourseError(f"{shown} is not valid TOML: its values are nested too deeply.") from None
    except ValueError:
        # Only an integer beyond Python's limit of digits is left.
        raise CourseError(f"{shown} is not valid TOML: it holds an integer of too many digits.") from None


_Keys = TypeVar("_Keys", bound=Record)
_UNKNOWN = re.compile(r"Object contains unknown field `(?P<key>.*?)`")
_MISSING = re.compile(r"Object missing required field `(?P<key>.*?)`")
_AT = re.compile(r"(?P<what>.*?)(?: - at `\$\.?(?P<key>.*)`)?", re.DOTALL)


def _convert(raw: object, keys: type[_Keys], where: str) -> _Keys:
    try:
        return msgspec.convert(raw, keys, strict=True)
    except msgspec.ValidationError as error:
        raise CourseError(f"{where}: {_explain(str(error), keys)}") from None


def _explain(message: str, keys: type[Record]) -> str:
    """Turn a message of msgspec into a sentence that names the key."""
    known = [field.name for field in msgspec.structs.fields(keys)]
    if found := _UNKNOWN.match(message):
        others = f" Known are: {', '.join(known)}."
        return f"the key {found['key']!r} is not known here.{_suggest(found['key'], known) or others}"
    if found := _MISSING.match(message):
        return f"the key {found['key']!r} is missing."
    found = _AT.fullmatch(message)
    assert found is not None, "every text matches"
    what = found["what"][:1].lower() + found["what"][1:].replace("`", "'")
    return f"the key {found['key']!r} is wrong: {what}."


def _part_label(index: int, raw: dict[str, object]) -> str:
    name = raw.get("name")
    return f"part {name!r}" if isinstance(name, str) else f"part number {index + 1}"


def _problems(assignment: Assignment) -> Iterator[str]:
    """Yield a sentence for everything that types alone do not catch."""
    yield from _name_problems(assignment)
    yield from _uses_problems(assignment)
    yield from _path_problems(assignment)
    if assignment.is_reference:
        yield from _missing_files(assignment)


def _name_problems(assignment: Assignment) -> Iterator[str]:
    if not _is_name(assignment.name):
        yield f"the key 'name' should be a Python identifier such as 'mlp', and is {assignment.name!r}."
    if assignment.is_reference and assignment.name != assignment.folder.name:
        folder = assignment.folder.name
        yield f"the key 'name' should be that of the folder, {folder!r}, and is {assignment.name!r}."
    if assignment.url and not re.fullmatch(r"https?://[^\s#]+", assignment.url):
        yield f"the key 'url' should be a web address such as 'https://course.example/mlp/', and is {assignment.url!r}."
    if not assignment.parts:
        yield "the key 'parts' is missing. An assignment has at least one [[parts]]."
    names = [name for part in assignment.parts for name in (part.name, *part.aliases)]
    for name in names:
        if not _is_name(name):
            yield f"{name!r}, given as a part's 'name' or 'aliases', is not a Python identifier."
    for name in _repeated(names):
        yield f"{name!r} is given more than once among the 'name' and 'aliases' of the parts."


def _uses_problems(assignment: Assignment) -> Iterator[str]:
    known = [part.name for part in assignment.parts]
    for part in assignment.parts:
        if part.methods and part.kind != "class":
            yield f"part {part.name!r} has 'methods' and is no class. Add: kind = \"class\""
        for name in part.uses:
            if name not in known:
                hint = _suggest(name, known)
                yield f"'uses' of part {part.name!r} names {name!r}, which is not a part.{hint}"
    try:
        TopologicalSorter({part.name: part.uses for part in assignment.parts}).prepare()
    except CycleError as error:
        yield f"the keys 'uses' form a circle: {' -> '.join(reversed(error.args[1]))}."


def _path_problems(assignment: Assignment) -> Iterator[str]:
    for name in assignment.public_checks:
        path = PurePosixPath(name)
        if len(path.parts) != 2 or path.parts[0] != "checks" or not path.match("test_*.py"):
            example = f"checks/test_{assignment.name}.py"
            yield f"'public_checks' should name files such as {example!r}, and has {name!r}."
    for key, names in (("data", assignment.data), ("heldout", assignment.heldout)):
        for name in names:
            if PurePosixPath(name).name != name or name in ("", ".."):
                yield f"{key!r} should name plain files such as 'digits.npz', and has {name!r}."
    for name in _repeated((*assignment.data, *assignment.heldout)):
        yield f"{name!r} is given more than once among 'data' and 'heldout'."


def _missing_files(assignment: Assignment) -> Iterator[str]:
    for key, folder, names in (
        ("public_checks", assignment.folder, assignment.public_checks),
        ("data", assignment.data_folder, assignment.data),
        ("heldout", assignment.folder / "data", assignment.heldout),
    ):
        for name in names:
            if not (folder / name).is_file():
                yield f"{key!r} names {name!r}, and there is no file {folder / name}."


def _is_name(name: str) -> bool:
    return name.isidentifier() and not keyword.iskeyword(name)


def _repeated(names: Iterable[str]) -> list[str]:
    return [name for name, count in Counter(names).items() if count > 1]


def _suggest(name: str, known: Collection[str]) -> str:
    close = difflib.get_close_matches(name, known, n=1)
    return f" Did you mean {close[0]!r}?" if close else ""
