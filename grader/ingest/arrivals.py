"""A list of times of handing in, for a course whose system does not tell them in the files it gives out."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path

import msgspec

from grader.errors import SubmissionError
from grader.ingest.times import in_utc
from grader.model import Arrival, Refusal, Submission

COLUMNS = ("student", "submitted")
EXAMPLE = "2026-11-30T22:58:00+01:00"
_LIMIT_BYTES = 10 << 20


def read_times(path: Path) -> dict[str, str]:
    """Return the time of handing in of each student of a list, as ISO 8601 in UTC.

    Args:
        path: a CSV file with the columns ``student`` (name or key, as in the gradebook) and ``submitted`` (ISO 8601
            with a time zone); others are not looked at.

    Raises:
        SubmissionError: it cannot be read, or a line of it is wrong; the message names the line.
    """
    try:
        text = path.read_bytes()[:_LIMIT_BYTES].decode("utf-8-sig")
    except OSError as error:
        raise SubmissionError(f"{path} cannot be read: {(error.strerror or 'unknown error').lower()}.") from error
    except UnicodeDecodeError as error:
        raise SubmissionError(f"{path} is not UTF-8. Save it as CSV UTF-8.") from error
    rows = csv.DictReader(io.StringIO(text, newline=""))
    missing = [name for name in COLUMNS if name not in (rows.fieldnames or ())]
    if missing:
        found = ", ".join(rows.fieldnames or ()) or "nothing"
        raise SubmissionError(
            f"{path} should have the columns student and submitted in its first line, and has {found}."
        )
    times: dict[str, str] = {}
    for row in rows:
        where, student = f"{path}, line {rows.line_num}", (row["student"] or "").strip()
        submitted = in_utc((row["submitted"] or "").strip())
        if not student:
            raise SubmissionError(f"{where}: there is no student.")
        if not submitted:
            raise SubmissionError(
                f"{where}: {row['submitted']!r} should be a date and time with a time zone, such as {EXAMPLE}."
            )
        if times.setdefault(student.casefold(), submitted) != submitted:
            raise SubmissionError(f"{where}: {student!r} is there twice, with two times. Keep one.")
    return times


def with_times(hand_ins: Sequence[Submission | Refusal], times: Mapping[str, str]) -> Iterator[Submission | Refusal]:
    """Yield the hand-ins with the times of a list, which count before any other; of several attempts for the last."""
    for hand_in in hand_ins:
        arrival = hand_in.arrival or Arrival(key=hand_in.key, student_key=hand_in.key)
        submitted = times.get(hand_in.student.casefold()) or times.get(arrival.student_key.casefold())
        if submitted is not None and arrival.attempt == arrival.attempts:
            arrival = msgspec.structs.replace(arrival, submitted=submitted, told_by="list")
        yield msgspec.structs.replace(hand_in, arrival=arrival)
