"""The layout of Gradescope's "Export Submissions": ``submission_4711/`` a student, and ``submission_metadata.yml``.

The file holds, for each folder, ``:submitters:`` with ``:name:`` and ``:email:``. A group is called by all its names.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from pathlib import Path

import yaml  # type: ignore[import-untyped]  # it ships no types

from grader.errors import SubmissionError
from grader.ingest.folder import read_regular
from grader.ingest.layout import Entry, entry

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
    names = _names(listed[0])
    return [entry(f"{names.get(path.name, '')} ({path.name})".strip(), path) for path in folders]


def _names(path: Path) -> dict[str, str]:
    """Return the names of the submitters of each folder, as far as they are given."""
    try:
        found = yaml.safe_load(read_regular(str(path), _LIMIT_BYTES))
        return {
            folder: " and ".join(str(who[":name"]) for who in about[":submitters"]) for folder, about in found.items()
        }
    except (yaml.YAMLError, SubmissionError, AttributeError, KeyError, TypeError, ValueError, RecursionError):
        raise SubmissionError(
            f"{METADATA} does not list the submitters as Gradescope does. Export the submissions again, or remove "
            "the file to grade them under the names of their folders."
        ) from None
