"""The files of one hand-in in memory, and which of them are read at all."""

from __future__ import annotations

import sys
import unicodedata
from collections.abc import Iterable
from pathlib import PurePosixPath
from typing import Literal

from grader.model import Record

SOURCE_LIMIT_BYTES = 1 << 20
NOTEBOOK_LIMIT_BYTES = 10 << 20
TOTAL_LIMIT_BYTES = 20 << 20

# As check files and start-up files these would be given a meaning they must not have.
_SPECIAL_STEMS = frozenset({"conftest", "sitecustomize", "usercustomize", "__main__", "__init__"})
_SHADOWED_STEMS = frozenset(sys.stdlib_module_names) | {"numpy"}
_LITTER_FOLDERS = frozenset({"__MACOSX", "__pycache__", "node_modules", "site-packages", "venv"})
_LITTER_FILES = frozenset({"Thumbs.db", "desktop.ini"})


class File(Record, frozen=True, kw_only=True):
    """One source file; ``data`` holds one byte more than the limit when the file is too large."""

    path: str  # relative to the hand-in, with forward slashes
    data: bytes


class LeftOut(Record, frozen=True, kw_only=True):
    """A file that was not read, with the reason as the second half of a sentence."""

    path: str
    reason: str


class Files(Record, frozen=True, kw_only=True):
    """What was found in one hand-in."""

    read: tuple[File, ...]
    left_out: tuple[LeftOut, ...] = ()
    notes: tuple[str, ...] = ()


def limit_bytes(path: str) -> int:
    """Return how large the source file ``path`` may be."""
    return NOTEBOOK_LIMIT_BYTES if suffix(path) == ".ipynb" else SOURCE_LIMIT_BYTES


def suffix(path: str) -> str:
    """Return the ending of ``path`` in lower case, with its dot."""
    return PurePosixPath(path).suffix.lower()


def is_litter(name: str, *, kind: Literal["file", "folder"]) -> bool:
    """Whether ``name`` is something a computer left behind, not worth a note: ``.DS_Store``, ``__MACOSX``."""
    if name.startswith("."):
        return True
    return name in (_LITTER_FOLDERS if kind == "folder" else _LITTER_FILES)


def reason_to_leave_out(path: str) -> str:
    """Return why the file ``path`` is not read, or "" when it is."""
    name = PurePosixPath(path)
    if suffix(path) not in (".py", ".ipynb"):
        return "only .py and .ipynb files are read"
    if suffix(path) == ".ipynb":
        return ""
    if name.stem in _SPECIAL_STEMS:
        return "files of this name are not used in grading"
    if name.stem in _SHADOWED_STEMS:
        return "it has the name of a module of Python or NumPy, which is used instead"
    if name.stem.startswith("test_") or name.stem.endswith("_test"):
        return "checks come from the course"
    return ""


def shown_names(files: Files) -> tuple[str, ...]:
    """Return every path of a hand-in, and every name in them, as sentences show them."""
    listed = {file.path for file in files.read} | {entry.path for entry in files.left_out}
    paths = map(PurePosixPath, listed)
    found = {name for path in paths for whole in (path, *path.parents) for name in (str(whole), whole.name)}
    return tuple(sorted(show(name) for name in found if name not in ("", ".", "/")))


def describe_left_out(left_out: Iterable[LeftOut], *, most: int = 5) -> tuple[str, ...]:
    """Return one sentence for each reason, naming at most ``most`` files."""
    by_reason: dict[str, list[str]] = {}
    for entry in left_out:
        by_reason.setdefault(entry.reason, []).append(show(entry.path))
    return tuple(_sentence(sorted(paths), reason, most) for reason, paths in sorted(by_reason.items()))


def _sentence(paths: list[str], reason: str, most: int) -> str:
    named = ", ".join(paths[:most])
    if len(paths) > most:
        named += f" and {len(paths) - most} more"
    return f"{named} {'was' if len(paths) == 1 else 'were'} left out: {reason}."


def show(text: str, *, most: int = 80) -> str:
    r"""Return ``text`` fit for a sentence: control, format and surrogate characters as ``\xNN``, capped."""
    visible = "".join(_escape(character) for character in text[:most])
    return visible if len(text) <= most else f"{visible}…"


def _escape(character: str) -> str:
    code, category = ord(character), unicodedata.category(character)
    if category[0] != "C" and category not in ("Zl", "Zp"):
        return character
    return f"\\x{code:02x}" if code < 256 else f"\\u{code:04x}"
