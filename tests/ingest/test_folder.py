"""A student's folder on disk."""

from __future__ import annotations

import os
import re
import socket
from pathlib import Path
from tempfile import TemporaryDirectory

import pytest

from grader.errors import SubmissionError
from grader.ingest.files import LeftOut
from grader.ingest.folder import read_folder, read_regular


def paths(folder: Path) -> list[str]:
    return [file.path for file in read_folder(folder).read]


def test_source_is_read_from_subfolders(tmp_path: Path) -> None:
    (tmp_path / "homework").mkdir()
    (tmp_path / "homework" / "mlp.py").write_text("x = 1\n")
    (tmp_path / "layers.py").write_text("")
    assert paths(tmp_path) == ["homework/mlp.py", "layers.py"]


def test_a_link_is_not_followed(tmp_path: Path) -> None:
    (tmp_path / "secret.py").write_text("x = 1\n")
    (tmp_path / "ada").mkdir()
    (tmp_path / "ada" / "mlp.py").symlink_to(tmp_path / "secret.py")
    assert read_folder(tmp_path / "ada").left_out == (
        LeftOut(path="mlp.py", reason="it is a symbolic link, and links are not followed"),
    )


def test_a_link_to_a_folder_is_not_followed(tmp_path: Path) -> None:
    (tmp_path / "secret").mkdir()
    (tmp_path / "secret" / "mlp.py").write_text("x = 1\n")
    (tmp_path / "ada").mkdir()
    (tmp_path / "ada" / "homework").symlink_to(tmp_path / "secret")
    assert paths(tmp_path / "ada") == []


def test_a_link_to_itself_does_not_loop(tmp_path: Path) -> None:
    (tmp_path / "loop").symlink_to(tmp_path)
    assert paths(tmp_path) == []


def test_a_pipe_is_never_opened(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "mlp.py")
    assert read_folder(tmp_path).left_out == (LeftOut(path="mlp.py", reason="it is not a regular file"),)


def test_a_socket_is_left_out(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)  # the path of a socket is limited to 108 bytes
    with socket.socket(socket.AF_UNIX) as listener:
        listener.bind("mlp.py")
        assert paths(tmp_path) == []


NOBODY = 65534


def test_an_unreadable_file_is_left_out() -> None:
    is_root = os.geteuid() == 0  # root reads everything, so the folder is read as somebody else
    with TemporaryDirectory() as folder:
        Path(folder).chmod(0o755)
        (Path(folder) / "mlp.py").touch(mode=0)
        if is_root:
            os.seteuid(NOBODY)
        try:
            left_out = read_folder(Path(folder)).left_out
        finally:
            if is_root:
                os.seteuid(0)
    assert left_out == (LeftOut(path="mlp.py", reason="it cannot be opened (permission denied)"),)


def test_a_hard_link_is_noted(tmp_path: Path) -> None:
    (tmp_path / "secret.py").write_text("x = 1\n")
    (tmp_path / "ada").mkdir()
    os.link(tmp_path / "secret.py", tmp_path / "ada" / "mlp.py")
    assert read_folder(tmp_path / "ada").notes == ("mlp.py has a second name elsewhere on this disk (a hard link).",)


def test_litter_is_left_out_silently(tmp_path: Path) -> None:
    for name in (".git", "__pycache__", ".ipynb_checkpoints", "__MACOSX"):
        (tmp_path / name).mkdir()
        (tmp_path / name / "mlp.py").touch()
    (tmp_path / ".DS_Store").touch()
    files = read_folder(tmp_path)
    assert (files.read, files.left_out) == ((), ())


def test_other_files_are_not_opened(tmp_path: Path) -> None:
    (tmp_path / "weights.npy").write_bytes(b"\x93NUMPY")
    assert read_folder(tmp_path).left_out == (LeftOut(path="weights.npy", reason="only .py and .ipynb files are read"),)


def test_a_crowded_folder_is_refused(tmp_path: Path) -> None:
    folder = tmp_path / "ada"
    folder.mkdir()
    for i in range(1001):
        (folder / f"{i}.txt").touch()
    sentence = "The folder ada holds more than 1000 files. Hand in the assignment's file alone."
    with pytest.raises(SubmissionError, match=f"^{re.escape(sentence)}$"):
        read_folder(folder)


def test_much_source_is_refused(tmp_path: Path) -> None:
    for i in range(3):
        (tmp_path / f"{i}.ipynb").write_bytes(b" " * (9 << 20))
    sentence = "The folder holds more than 20 MiB of .py and .ipynb files. Hand in the assignment's file alone."
    with pytest.raises(SubmissionError, match=f"^{re.escape(sentence)}$"):
        read_folder(tmp_path)


def test_deep_folders_are_not_entered(tmp_path: Path) -> None:
    (tmp_path / "a/b/c/d").mkdir(parents=True)
    (tmp_path / "a/b/c/d" / "mlp.py").touch()
    assert read_folder(tmp_path).left_out == (LeftOut(path="a/b/c/d/", reason="it lies too deep"),)


def test_four_levels_are_read(tmp_path: Path) -> None:
    (tmp_path / "a/b/c").mkdir(parents=True)
    (tmp_path / "a/b/c" / "mlp.py").touch()
    assert paths(tmp_path) == ["a/b/c/mlp.py"]


def test_a_file_that_became_a_link_is_not_followed(tmp_path: Path) -> None:
    # Between listing and opening, a file may be exchanged.
    (tmp_path / "secret.py").write_text("x = 1\n")
    (tmp_path / "mlp.py").symlink_to(tmp_path / "secret.py")
    sentence = "it cannot be opened (too many levels of symbolic links)"
    with pytest.raises(SubmissionError, match=f"^{re.escape(sentence)}$"):
        read_regular(str(tmp_path / "mlp.py"), 10)


def test_a_file_that_became_a_pipe_is_not_read(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "mlp.py")
    with pytest.raises(SubmissionError, match=r"^it is not a regular file$"):
        read_regular(str(tmp_path / "mlp.py"), 10)
