"""When a hand-in came: as the system says that it was handed in to, or, where that is asked for, by its files.

The dates of files are those of the copy on this disk: a download often has its own. The dates of members of an archive
are the student's to choose, and are never looked at.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import UTC, datetime
from pathlib import Path

from grader.errors import SubmissionError
from grader.ingest.files import LeftOut
from grader.ingest.folder import read_regular, regular_files

_LIMIT_BYTES = 200


def read_timestamp(path: Path) -> str:
    """Return the time that nbgrader wrote, such as "2026-11-30 22:58:23.948203 UTC"; "" where there is none."""
    try:
        text = read_regular(str(path), _LIMIT_BYTES).decode("ascii")
    except (SubmissionError, UnicodeDecodeError):
        return ""
    return in_utc(text.strip().removesuffix(" UTC") + "+00:00" if text.strip().endswith(" UTC") else text.strip())


def in_utc(value: object) -> str:
    """Return a time with a time zone as ISO 8601 in UTC, to the second; "" for anything else."""
    if isinstance(value, str):
        try:
            value = datetime.fromisoformat(value)
        except ValueError:
            return ""
    if not isinstance(value, datetime) or value.tzinfo is None:
        return ""
    try:
        return value.astimezone(UTC).isoformat(timespec="seconds")
    except OverflowError:  # in another zone it lies before the first year, or after the last
        return ""


def newest_file(paths: Sequence[Path]) -> str:
    """Return when the youngest of the files was changed, on this disk; "" where none can be looked at."""
    changed = [seconds for path in paths for seconds in _changed_s(path)]
    try:
        return datetime.fromtimestamp(max(changed), UTC).isoformat(timespec="seconds") if changed else ""
    except (OverflowError, ValueError, OSError):  # some file systems keep dates that no calendar has
        return ""


def _changed_s(path: Path) -> Iterator[float]:
    try:
        if path.is_symlink():
            return
        if path.is_dir():
            left_out: list[LeftOut] = []
            yield from (file.lstat().st_mtime for file in regular_files(path, left_out))
        else:
            yield path.lstat().st_mtime
    except (OSError, SubmissionError):
        return
