"""What came of attacks at a place, and the file in which it is kept from one run to the next."""

from __future__ import annotations

import json
from collections.abc import Iterable
from pathlib import Path
from typing import NamedTuple

from tests.attacks.places import CONTROL, fingerprint


class Report(NamedTuple):
    """What came of the attacks at one place.

    ``succeeded`` has, by attack and tier, whether it did; "none" stands for its control. A text says why it could
    not be judged. ``missing`` are the tiers that cannot be had there, with the reason.
    """

    user: str
    succeeded: dict[str, dict[str, bool | str]]
    missing: dict[str, str]

    def faults(self) -> list[str]:
        """Return what must not be, a sentence each."""
        found = []
        for name, outcomes in self.succeeded.items():
            for tier, outcome in outcomes.items():
                if tier == CONTROL and outcome not in (True, "for root"):
                    found.append(f"{name} did not work as {self.user} where nothing defends: {outcome}.")
                elif tier != CONTROL and outcome is not False:
                    found.append(f"{name} was not held as {self.user} in {tier}: {outcome}.")
        return found


class Results:
    """Outcomes by key, a JSON line each, written as they come.

    Those found with other code than the present are not read: they say nothing about it.
    """

    def __init__(self, path: Path | None, sources: Iterable[str]) -> None:
        """Read what is known.

        Args:
            path: of the file; None keeps nothing.
            sources: files and folders of the code that attacks, defends and judges.
        """
        self._path = path
        self._code = fingerprint(sources)
        self._known: dict[tuple[str, ...], object] = {}
        for line in path.read_text(encoding="utf-8").splitlines() if path is not None and path.exists() else ():
            code, key, outcome = json.loads(line)
            if code == self._code:
                self._known[tuple(key)] = outcome

    def __contains__(self, key: tuple[str, ...]) -> bool:
        return key in self._known

    def __getitem__(self, key: tuple[str, ...]) -> object:
        return self._known[key]

    def note(self, key: tuple[str, ...], outcome: object) -> None:
        """Keep an outcome, a value of JSON."""
        self._known[key] = outcome
        if self._path is not None:
            with self._path.open("a", encoding="utf-8") as file:
                file.write(json.dumps([self._code, key, outcome]) + "\n")
