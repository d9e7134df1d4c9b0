"""The layout of Gradescope's "Export Submissions": ``submission_4711/`` a student, and ``submission_metadata.yml``.

The file holds, for each folder, ``:created_at:`` and ``:submitters:`` with ``:name:`` and ``:email:``. A group is
called by all its names. Folders of the same addresses are attempts, in the order of their numbers; they go by the
first one.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from pathlib import Path

import yaml  # type: ignore[import-untyped]  # it ships no types

from grader.errors import SubmissionError
from grader.ingest.folder import read_regular
from grader.ingest.layout import Entry, entry
from grader.ingest.times import in_utc
from grader.model import Record

METADATA = "submission_metadata.yml"
_FOLDER = re.compile(r"submission_\d+")
_LIMIT_BYTES = 10 << 20


def find(entries: Sequence[Path], assignment: str) -> list[Entry]:
    """Return the students of a Gradescope export; [] where it is none.

    Raises:
        SubmissionError: the list of names is damaged.
    """
    folders = [path for path in entries if _FOLDER.fullmatch(path.name)]
    listed = [path for path in entries if path.name == METADATA]
    if not folders or len(listed) != 1 or len(folders) + 1 < len(entries):
        return []
    known = _listed(listed[0])
    first: dict[str, Path] = {}
    found = []
    for path in sorted(folders, key=_number):
        about = known.get(path.name, Listed())
        known_by = first.setdefault(about.addresses, path) if about.addresses else path
        name = f"{about.names} ({known_by.name})".strip()
        found.append(entry(name, path, attempt=_number(path), submitted=about.submitted, told_by="gradescope"))
    return found


class Listed(Record, frozen=True, kw_only=True):
    """What the list says of a folder, as far as it does."""

    names: str = ""
    addresses: str = ""
    submitted: str = ""


def _number(folder: Path) -> int:
    return int(folder.name.rpartition("_")[2])


def _addresses(found: Sequence[object]) -> str:
    """Return the addresses of all submitters, by which folders are attempts of the same; "" where one has none."""
    return " ".join(sorted(map(str, found))) if all(found) else ""


def _listed(path: Path) -> dict[str, Listed]:
    """Return what the list says of each folder."""
    try:
        found = yaml.safe_load(read_regular(str(path), _LIMIT_BYTES))
        return {
            folder: Listed(
                names=" and ".join(str(who[":name"]) for who in about[":submitters"]),
                addresses=_addresses([who.get(":email") for who in about[":submitters"]]),
                submitted=in_utc(about.get(":created_at")),
            )
            for folder, about in found.items()
        }
    except (yaml.YAMLError, SubmissionError, AttributeError, KeyError, TypeError, ValueError, RecursionError):
        raise SubmissionError(
            f"{METADATA} does not list the submitters as Gradescope does. Export the submissions again, or remove "
            "the file to grade them under the names of their folders."
        ) from None
