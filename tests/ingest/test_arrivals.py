"""Lists of times of handing in."""

from __future__ import annotations

from pathlib import Path

import pytest

from grader.errors import SubmissionError
from grader.ingest import read_submissions
from grader.ingest.arrivals import read_times, with_times
from grader.model import Attempts


def listed(folder: Path, text: str) -> Path:
    path = folder / "times.csv"
    path.write_text(text, encoding="utf-8")
    return path


def test_times_are_read_in_utc_whatever_their_zone(tmp_path: Path) -> None:
    path = listed(
        tmp_path, "submitted,student,mail\n2026-11-30T22:58:00+01:00,Ada,a@b\n2026-11-30T22:58:00Z,ŁUKASZ,l@b\n"
    )
    assert read_times(path) == {"ada": "2026-11-30T21:58:00+00:00", "łukasz": "2026-11-30T22:58:00+00:00"}


def test_a_list_saved_by_a_spreadsheet_is_read(tmp_path: Path) -> None:
    path = listed(tmp_path, "\ufeffstudent,submitted\r\nAda,2026-11-30 22:58:00+00:00\r\n")
    assert read_times(path) == {"ada": "2026-11-30T22:58:00+00:00"}


@pytest.mark.parametrize(
    ("text", "sentence"),
    [
        ("", " should have the columns student and submitted in its first line, and has nothing."),
        ("name,time\n", " should have the columns student and submitted in its first line, and has name, time."),
        ("student,submitted\n,2026-11-30T22:58:00Z\n", ", line 2: there is no student."),
        (
            "student,submitted\nada,2026-11-30T22:58:00\n",
            ", line 2: '2026-11-30T22:58:00' should be a date and time with a time zone, "
            "such as 2026-11-30T22:58:00+01:00.",
        ),
        (
            "student,submitted\nada\n",
            ", line 2: None should be a date and time with a time zone, such as 2026-11-30T22:58:00+01:00.",
        ),
        (
            "student,submitted\nada,2026-11-30T22:58:00Z\nAda,2026-11-30T22:59:00Z\n",
            ", line 3: 'Ada' is there twice, with two times. Keep one.",
        ),
    ],
)
def test_a_wrong_list_is_said_to_be(tmp_path: Path, text: str, sentence: str) -> None:
    path = listed(tmp_path, text)
    with pytest.raises(SubmissionError) as caught:
        read_times(path)
    assert str(caught.value) == f"{path}{sentence}"


def test_a_list_that_is_not_there_is_said_to_be(tmp_path: Path) -> None:
    path = tmp_path / "none.csv"
    with pytest.raises(SubmissionError) as caught:
        read_times(path)
    assert str(caught.value) == f"{path} cannot be read: no such file or directory."


def test_a_list_in_another_encoding_is_said_to_be(tmp_path: Path) -> None:
    path = tmp_path / "times.csv"
    path.write_bytes("student,submitted\nŁukasz,2026".encode("utf-16"))
    with pytest.raises(SubmissionError) as caught:
        read_times(path)
    assert str(caught.value) == f"{path} is not UTF-8. Save it as CSV UTF-8."


@pytest.mark.parametrize(("attempts", "submitted"), [("last", ["LIST"]), ("best", ["", "LIST"])])
def test_a_list_tells_the_time_of_the_last_attempt(tmp_path: Path, attempts: Attempts, submitted: list[str]) -> None:
    for name in ("ada_attempt_1.py", "ada_attempt_2.py"):
        (tmp_path / name).write_text("x = 1\n")
    found = with_times(list(read_submissions(tmp_path, "mlp", attempts=attempts)), {"ada": "LIST"})
    assert [read.arrival.submitted for read in found if read.arrival] == submitted


def test_whom_the_list_does_not_name_has_no_time_by_it(tmp_path: Path) -> None:
    (tmp_path / "ada.py").write_text("x = 1\n")
    (found,) = with_times(list(read_submissions(tmp_path, "mlp")), {"bela": "LIST"})
    assert found.arrival is not None
    assert (found.arrival.submitted, found.arrival.told_by) == ("", "")
