"""Results in SQLite: every grade is kept the moment it is known, so that reports can be made without grading again."""

from __future__ import annotations

import hashlib
import sqlite3
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path
from typing import TypeVar

import msgspec

from grader import __version__
from grader.course import Assignment
from grader.errors import CourseError
from grader.model import Grade, Refusal

# Records are kept as MessagePack, not JSON, which has no infinity: the error of a NaN is infinite.
SCHEMA = """
CREATE TABLE IF NOT EXISTS run (name TEXT PRIMARY KEY, value TEXT NOT NULL);
CREATE TABLE IF NOT EXISTS grade (
    key TEXT PRIMARY KEY, digest TEXT NOT NULL, fingerprint TEXT NOT NULL, held INTEGER NOT NULL, grade BLOB NOT NULL
);
CREATE TABLE IF NOT EXISTS refusal (key TEXT PRIMARY KEY, refusal BLOB NOT NULL);
"""


class Store:
    """The results of one assignment and one class.

    Args:
        connection: to a database with the schema.
    """

    def __init__(self, connection: sqlite3.Connection) -> None:
        self._connection = connection

    def assign(self, name: str) -> None:
        """Bind the store to an assignment.

        Raises:
            CourseError: it holds the results of another one.
        """
        found = self._connection.execute("SELECT value FROM run WHERE name = 'assignment'").fetchone()
        if found is not None and found[0] != name:
            raise CourseError(
                f"The output folder holds results of assignment {found[0]!r}, not {name!r}. Give another --out."
            )
        with self._connection:
            self._connection.execute("INSERT OR REPLACE INTO run VALUES ('assignment', ?)", (name,))

    def has(self, key: str, digest: str, fingerprint: str) -> bool:
        """Tell whether this very hand-in was graded by these very checks, without an error of ours."""
        query = "SELECT 1 FROM grade WHERE key = ? AND digest = ? AND fingerprint = ? AND held = 0"
        return self._connection.execute(query, (key, digest, fingerprint)).fetchone() is not None

    def put(self, grade: Grade, fingerprint: str) -> None:
        """Keep a grade, in the place of an earlier one of the same student."""
        blob = msgspec.msgpack.encode(grade)
        with self._connection:
            self._connection.execute("DELETE FROM refusal WHERE key = ?", (grade.key,))
            self._connection.execute(
                "INSERT OR REPLACE INTO grade VALUES (?, ?, ?, ?, ?)",
                (grade.key, grade.digest, fingerprint, int(grade.held), blob),
            )

    def refuse(self, refusal: Refusal) -> None:
        """Keep a hand-in that could not be read."""
        blob = msgspec.msgpack.encode(refusal)
        with self._connection:
            self._connection.execute("DELETE FROM grade WHERE key = ?", (refusal.key,))
            self._connection.execute("INSERT OR REPLACE INTO refusal VALUES (?, ?)", (refusal.key, blob))

    def keep_only(self, keys: frozenset[str]) -> None:
        """Forget students whose hand-in is no longer among the submissions."""
        with self._connection:
            for table in ("grade", "refusal"):
                found = self._connection.execute(f"SELECT key FROM {table}").fetchall()
                gone = [row for row in found if row[0] not in keys]
                self._connection.executemany(f"DELETE FROM {table} WHERE key = ?", gone)

    def grades(self) -> tuple[Grade, ...]:
        """Return all the grades, by student.

        Raises:
            CourseError: they were stored by a version of the grader whose records were others.
        """
        rows = self._connection.execute("SELECT grade FROM grade ORDER BY key").fetchall()
        return tuple(decoded(row[0], Grade) for row in rows)

    def refusals(self) -> tuple[Refusal, ...]:
        """Return all the refusals, by student; raises as ``grades``."""
        rows = self._connection.execute("SELECT refusal FROM refusal ORDER BY key").fetchall()
        return tuple(decoded(row[0], Refusal) for row in rows)


Stored = TypeVar("Stored", Grade, Refusal)


def decoded(blob: bytes, kind: type[Stored]) -> Stored:
    try:
        return msgspec.msgpack.decode(blob, type=kind)
    except msgspec.DecodeError as error:
        raise CourseError(
            f"The stored results are of another version of the grader: {error}. Grade again, with another --out."
        ) from error


@contextmanager
def open_store(path: Path) -> Iterator[Store]:
    """Open the results at ``path``; made if there are none.

    Raises:
        CourseError: the file is not a database of results.
    """
    try:
        with closing(sqlite3.connect(path)) as connection:
            connection.executescript(SCHEMA)
            yield Store(connection)
    except sqlite3.DatabaseError as error:
        raise CourseError(f"{path} cannot be used as results: {error}. Move it away, or give another --out.") from error


def fingerprint(assignment: Assignment, secret: bytes) -> str:
    """Return a digest of all that decides a grade besides the submission: checks, reference, data, secret, version."""
    digest = hashlib.sha256(secret + __version__.encode())
    # Our own code decides too, and changes more often than the version.
    folders = (assignment.folder, assignment.data_folder, Path(__file__).parent)
    files = sorted({file for folder in folders for file in folder.rglob("*") if is_input(file)})
    for file in files:
        digest.update(file.name.encode() + b"\0" + hashlib.sha256(file.read_bytes()).digest())
    return digest.hexdigest()


def is_input(file: Path) -> bool:
    return file.is_file() and "__pycache__" not in file.parts and file.suffix not in (".md", ".html", ".css", ".js")
