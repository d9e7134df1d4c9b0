from __future__ import annotations

import os
from pathlib import Path

import pytest

from grader.export.atomic import sweep, write_bytes


def break_disk(handle: int) -> None:
    raise OSError("No space left on device")


def test_the_file_holds_the_new_content(tmp_path: Path) -> None:
    (tmp_path / "a").write_bytes(b"old")
    write_bytes(tmp_path / "a", b"new")
    assert (tmp_path / "a").read_bytes() == b"new"


def test_a_failed_write_leaves_the_old_file(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "a").write_bytes(b"old")
    monkeypatch.setattr(os, "fsync", break_disk)
    with pytest.raises(OSError, match=r"^No space left on device$"):
        write_bytes(tmp_path / "a", b"new")
    assert (tmp_path / "a").read_bytes() == b"old"


def test_a_failed_write_leaves_no_temporary_file(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(os, "fsync", break_disk)
    with pytest.raises(OSError, match=r"^No space left on device$"):
        write_bytes(tmp_path / "a", b"new")
    assert list(tmp_path.iterdir()) == []


def test_only_the_owner_may_read_grades(tmp_path: Path) -> None:
    write_bytes(tmp_path / "a", b"new")
    assert (tmp_path / "a").stat().st_mode & 0o777 == 0o600


def test_what_a_killed_writer_left_is_swept(tmp_path: Path) -> None:
    (tmp_path / ".gradebook.csv.ab12cd34.part").write_text("student,key")
    (tmp_path / "gradebook.csv").write_text("whole")
    sweep(tmp_path)
    assert [path.name for path in tmp_path.iterdir()] == ["gradebook.csv"]
