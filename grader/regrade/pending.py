"""What a regrade found out and nobody has published yet, beside the published results in the same file.

It starts as a copy of what is published, into which a run grades what changed; so whatever ends that run, the next one
goes on from there. To publish it is one transaction: a reader sees the old results or the new.
"""

from __future__ import annotations

from typing import Literal

from grader.store import PENDING, TABLES, Store

State = Literal["none", "under way", "complete"]


class Pending:
    """The pending results beside published ones.

    Args:
        published: the store of the published results.

    Attributes:
        results: the store of the pending results.
    """

    def __init__(self, published: Store) -> None:
        self._connection = published.connection
        self.results = Store(self._connection, PENDING)

    def state(self) -> State:
        """Tell whether anything is pending, and whether the run that grades it came to its end."""
        found = self._connection.execute("SELECT value FROM run WHERE name = 'regrade'").fetchone()
        return found[0] if found is not None else "none"

    def begin(self) -> None:
        """Start from what is published; where something is pending already, go on from that."""
        with self._connection:
            if self.state() == "none":
                self._copy(source="", target=PENDING)
            self._set("under way")

    def finish(self) -> None:
        """Note that everything is graded."""
        with self._connection:
            self._set("complete")

    def publish(self) -> None:
        """Put what is pending in the place of what is published."""
        with self._connection:
            self._copy(source=PENDING, target="")
            self._drop()

    def discard(self) -> None:
        """Drop what is pending."""
        with self._connection:
            self._drop()

    def _set(self, state: State) -> None:
        self._connection.execute("INSERT OR REPLACE INTO run VALUES ('regrade', ?)", (state,))

    def _drop(self) -> None:
        for table in TABLES:
            self._connection.execute(f"DELETE FROM {PENDING}{table}")
        self._connection.execute("DELETE FROM run WHERE name = 'regrade'")

    def _copy(self, *, source: str, target: str) -> None:
        for table in TABLES:
            self._connection.execute(f"DELETE FROM {target}{table}")
            self._connection.execute(f"INSERT INTO {target}{table} SELECT * FROM {source}{table}")
