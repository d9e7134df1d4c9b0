"""Results in SQLite: every grade is kept the moment it is known, so that reports can be made without grading again."""

from __future__ import annotations

import sqlite3
import zlib
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import closing, contextmanager, suppress
from pathlib import Path
from typing import Literal, TypeVar

import msgspec

from grader.errors import CourseError, GraderError
from grader.model import Arrival, Cell, Grade, Hand, Policy, Refusal, Release, Remark, Submission
from grader.session.basis import Basis, Graded
from grader.session.ingredients import Ingredients

Layer = Literal["", "pending_"]

# What SQLite says of a full disk, or of a quota.
CANNOT_WRITE = (sqlite3.SQLITE_FULL, sqlite3.SQLITE_IOERR)

# Records are kept as MessagePack, not JSON, which has no infinity: the error of a NaN is infinite.
SCHEMA = """
CREATE TABLE IF NOT EXISTS run (name TEXT PRIMARY KEY, value TEXT NOT NULL);
CREATE TABLE IF NOT EXISTS ingredients (digest TEXT PRIMARY KEY, ingredients BLOB NOT NULL);
CREATE TABLE IF NOT EXISTS remark (
    number INTEGER PRIMARY KEY, key TEXT NOT NULL, part TEXT NOT NULL, author TEXT NOT NULL, time TEXT NOT NULL,
    remark BLOB NOT NULL
);
CREATE TRIGGER IF NOT EXISTS remark_stays BEFORE UPDATE ON remark
    BEGIN SELECT RAISE(ABORT, 'remarks are only added'); END;
CREATE TRIGGER IF NOT EXISTS remark_is_kept BEFORE DELETE ON remark
    BEGIN SELECT RAISE(ABORT, 'remarks are only added'); END;
"""

# What a run finds out; once as it is published, and once as a regrade has it that is not published yet.
RESULTS = """
CREATE TABLE IF NOT EXISTS {layer}grade (
    key TEXT PRIMARY KEY, digest TEXT NOT NULL, fingerprint TEXT NOT NULL, held INTEGER NOT NULL, grade BLOB NOT NULL,
    bases BLOB NOT NULL
);
CREATE TABLE IF NOT EXISTS {layer}refusal (key TEXT PRIMARY KEY, refusal BLOB NOT NULL);
CREATE TABLE IF NOT EXISTS {layer}policy (one INTEGER PRIMARY KEY CHECK (one = 1), policy BLOB NOT NULL);
CREATE TABLE IF NOT EXISTS {layer}arrival (key TEXT PRIMARY KEY, arrival BLOB NOT NULL);
CREATE TABLE IF NOT EXISTS {layer}notebook (key TEXT PRIMARY KEY, digest TEXT NOT NULL, cells BLOB NOT NULL);
"""
TABLES = ("grade", "refusal", "policy", "arrival", "notebook")
PUBLISHED: Layer = ""
PENDING: Layer = "pending_"


class Store:
    """The results of one assignment and one class.

    Args:
        connection: to a database with the schema.
        layer: the published results, or those of a regrade that is not published yet.
    """

    def __init__(self, connection: sqlite3.Connection, layer: Layer = PUBLISHED) -> None:
        self._connection = connection
        self._layer = layer

    @property
    def connection(self) -> sqlite3.Connection:
        """The connection, for a store of the other layer."""
        return self._connection

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
        query = f"SELECT 1 FROM {self._layer}grade WHERE key = ? AND digest = ? AND fingerprint = ? AND held = 0"
        return self._connection.execute(query, (key, digest, fingerprint)).fetchone() is not None

    def earlier(self, key: str, digest: str) -> Graded | None:
        """Return the grade of this very hand-in by whichever checks; None where a later grader cannot read it."""
        query = f"SELECT grade, bases FROM {self._layer}grade WHERE key = ? AND digest = ?"
        found = self._connection.execute(query, (key, digest)).fetchone()
        if found is None:
            return None
        with suppress(msgspec.DecodeError):
            grade = msgspec.msgpack.decode(found[0], type=Grade)
            return Graded(grade=grade, bases=msgspec.msgpack.decode(found[1], type=dict[str, Basis]))
        return None

    def put(self, graded: Graded, fingerprint: str) -> None:
        """Keep a grade, in the place of an earlier one of the same student."""
        grade = graded.grade
        blob, bases = msgspec.msgpack.encode(grade), msgspec.msgpack.encode(graded.bases)
        with self._connection:
            self._connection.execute(f"DELETE FROM {self._layer}refusal WHERE key = ?", (grade.key,))
            self._connection.execute(
                f"INSERT OR REPLACE INTO {self._layer}grade VALUES (?, ?, ?, ?, ?, ?)",
                (grade.key, grade.digest, fingerprint, int(grade.held), blob, bases),
            )

    def refuse(self, refusal: Refusal) -> None:
        """Keep a hand-in that could not be read."""
        blob = msgspec.msgpack.encode(refusal)
        with self._connection:
            self._connection.execute(f"DELETE FROM {self._layer}grade WHERE key = ?", (refusal.key,))
            self._connection.execute(f"INSERT OR REPLACE INTO {self._layer}refusal VALUES (?, ?)", (refusal.key, blob))

    def keep_notebooks(self, submissions: Iterable[Submission]) -> None:
        """Keep the cells of hand-ins that are notebooks, in the place of all that were kept before."""
        rows = ((one.key, one.digest, packed(one.cells)) for one in submissions if one.cells)
        with self._connection:
            self._connection.execute(f"DELETE FROM {self._layer}notebook")
            self._connection.executemany(f"INSERT INTO {self._layer}notebook VALUES (?, ?, ?)", rows)

    def notebooks(self) -> dict[str, bytes]:
        """Return the packed cells of each notebook that was graded as it is kept here, by student."""
        return dict(
            self._connection.execute(
                f"SELECT key, cells FROM {self._layer}notebook JOIN {self._layer}grade USING (key, digest)"
            )
        )

    def keep_only(self, keys: frozenset[str]) -> None:
        """Forget students whose hand-in is no longer among the submissions."""
        with self._connection:
            for table in ("grade", "refusal"):
                found = self._connection.execute(f"SELECT key FROM {self._layer}{table}").fetchall()
                gone = [row for row in found if row[0] not in keys]
                self._connection.executemany(f"DELETE FROM {self._layer}{table} WHERE key = ?", gone)

    def grades(self) -> tuple[Grade, ...]:
        """Return all the grades, by student.

        Raises:
            CourseError: they were stored by a version of the grader whose records were others.
        """
        rows = self._connection.execute(f"SELECT grade FROM {self._layer}grade ORDER BY key").fetchall()
        return tuple(decoded(row[0], Grade) for row in rows)

    def refusals(self) -> tuple[Refusal, ...]:
        """Return all the refusals, by student; raises as ``grades``."""
        rows = self._connection.execute(f"SELECT refusal FROM {self._layer}refusal ORDER BY key").fetchall()
        return tuple(decoded(row[0], Refusal) for row in rows)

    def graded(self) -> tuple[Graded, ...]:
        """Return all the grades with what they rest on, by student; raises as ``grades``."""
        rows = self._connection.execute(f"SELECT grade, bases FROM {self._layer}grade ORDER BY key").fetchall()
        return tuple(Graded(grade=decoded(row[0], Grade), bases=bases_of(row[1])) for row in rows)

    def learn(self, ingredients: Mapping[str, Ingredients]) -> None:
        """Keep what the digests of bases are made of."""
        rows = ((digest, msgspec.msgpack.encode(found)) for digest, found in ingredients.items())
        with self._connection:
            self._connection.executemany("INSERT OR IGNORE INTO ingredients VALUES (?, ?)", rows)

    def ingredients(self) -> dict[str, Ingredients]:
        """Return what the digests of bases are made of, as far as it can be read."""
        found = {}
        for digest, blob in self._connection.execute("SELECT digest, ingredients FROM ingredients"):
            with suppress(msgspec.DecodeError):
                found[digest] = msgspec.msgpack.decode(blob, type=Ingredients)
        return found

    def arrange(self, policy: Policy, arrivals: Sequence[Arrival]) -> None:
        """Keep what the course decided, and when the hand-ins came, in the place of what was kept before."""
        rows = [(arrival.key, msgspec.msgpack.encode(arrival)) for arrival in arrivals]
        with self._connection:
            self._decide(policy)
            self._connection.execute(f"DELETE FROM {self._layer}arrival")
            self._connection.executemany(f"INSERT INTO {self._layer}arrival VALUES (?, ?)", rows)

    def release(self, release: Release) -> None:
        """Keep what students are shown from now on."""
        with self._connection:
            self._decide(msgspec.structs.replace(self.hand().policy, release=release))

    def _decide(self, policy: Policy) -> None:
        self._connection.execute(
            f"INSERT OR REPLACE INTO {self._layer}policy VALUES (1, ?)", (msgspec.msgpack.encode(policy),)
        )

    def remark(self, remark: Remark) -> Remark:
        """Add an entry of an instructor's hand, which nothing changes or removes; returned with its number."""
        with self._connection:
            # Taken before the number is chosen: of two instructors who write at once, one waits for the other.
            self._connection.execute("BEGIN IMMEDIATE")
            (last,) = self._connection.execute("SELECT coalesce(max(number), 0) FROM remark").fetchone()
            made = msgspec.structs.replace(remark, number=last + 1)
            self._connection.execute(
                "INSERT INTO remark VALUES (?, ?, ?, ?, ?, ?)",
                (made.number, made.key, made.part, made.author, made.time, msgspec.msgpack.encode(made)),
            )
        return made

    def hand(self) -> Hand:
        """Return all that is added to the automatic grades; raises as ``grades``."""
        found = self._connection.execute(f"SELECT policy FROM {self._layer}policy").fetchone()
        arrivals = self._connection.execute(f"SELECT arrival FROM {self._layer}arrival ORDER BY key").fetchall()
        remarks = self._connection.execute("SELECT remark FROM remark ORDER BY number").fetchall()
        return Hand(
            policy=decoded(found[0], Policy) if found is not None else Policy(),
            arrivals=tuple(decoded(row[0], Arrival) for row in arrivals),
            remarks=tuple(decoded(row[0], Remark) for row in remarks),
        )


def bases_of(blob: bytes) -> dict[str, Basis]:
    """Return what a grade rests on; nothing where a later grader cannot read it."""
    with suppress(msgspec.DecodeError):
        return msgspec.msgpack.decode(blob, type=dict[str, Basis])
    return {}


def packed(cells: Sequence[Cell]) -> bytes:
    """Return the cells of a notebook in a tenth of their size."""
    return zlib.compress(msgspec.msgpack.encode(cells))


def unpacked(blob: bytes) -> tuple[Cell, ...]:
    """Return the cells of a notebook; raises as ``Store.grades``."""
    return decoded(zlib.decompress(blob), tuple[Cell, ...])


Stored = TypeVar("Stored")


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
        GraderError: the disk is full.
    """
    try:
        with suppress(OSError):  # sqlite says below what is wrong with the path
            path.touch(mode=0o600)  # everybody's results are the instructor's alone, as the pages beside are
        with closing(sqlite3.connect(path)) as connection:
            # With its rollback journal a result is there or it is not, whatever is killed, and even in a power cut.
            connection.execute("PRAGMA synchronous = FULL")
            connection.executescript(SCHEMA + "".join(RESULTS.format(layer=layer) for layer in (PUBLISHED, PENDING)))
            yield Store(connection)
    except sqlite3.OperationalError as error:
        if error.sqlite_errorcode & 0xFF not in CANNOT_WRITE:
            raise CourseError(unusable(path, error)) from error
        raise GraderError(
            f"{path} cannot be written: {error}. What was graded before is kept; make room, then run the same command."
        ) from error
    except sqlite3.DatabaseError as error:
        raise CourseError(unusable(path, error)) from error


def unusable(path: Path, error: sqlite3.Error) -> str:
    return f"{path} cannot be used as results: {error}. Move it away, or give another --out."
