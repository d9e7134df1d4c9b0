"""A class folder, one entry a student."""

from __future__ import annotations

import io
import json
import os
import re
import zipfile
from pathlib import Path

import pytest

from grader.errors import SubmissionError
from grader.ingest import read_submission, read_submissions
from grader.model import Refusal, Submission


def read(path: Path) -> list[Submission | Refusal]:
    return list(read_submissions(path, "mlp"))


def one(path: Path) -> Submission:
    (result,) = read(path)
    assert isinstance(result, Submission), result
    return result


def reason(path: Path) -> str:
    (result,) = read(path)
    assert isinstance(result, Refusal), result
    return result.reason


def zip_of(**files: str) -> bytes:
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w") as archive:
        for name, text in files.items():
            archive.writestr(name, text)
    return buffer.getvalue()


def notebook_of(*cells: str) -> str:
    return json.dumps({"nbformat": 4, "cells": [{"cell_type": "code", "source": cell} for cell in cells]})


def test_results_are_sorted_by_student(tmp_path: Path) -> None:
    for name in ("grace.py", "ada.py", "linus.zip"):
        (tmp_path / name).write_text("")
    assert [result.student for result in read(tmp_path)] == ["ada", "grace", "linus"]


def test_a_single_file_is_importable_under_the_name_of_the_assignment(tmp_path: Path) -> None:
    (tmp_path / "ada.py").write_text("x = 1\n")
    assert [(unit.module, unit.label, unit.text) for unit in one(tmp_path).units] == [("mlp", "ada.py", "x = 1\n")]


def test_a_student_may_be_called_like_a_module_of_python(tmp_path: Path) -> None:
    (tmp_path / "random.py").write_text("x = 1\n")
    assert one(tmp_path).student == "random"


def test_a_notebook_gives_one_unit_for_each_code_cell(tmp_path: Path) -> None:
    (tmp_path / "ada.ipynb").write_text(notebook_of("x = 1", "y = 2"))
    assert [(unit.module, unit.label) for unit in one(tmp_path).units] == [
        ("mlp", "ada.ipynb cell 1"),
        ("mlp", "ada.ipynb cell 2"),
    ]


def test_a_folder_is_a_student(tmp_path: Path) -> None:
    (tmp_path / "ada").mkdir()
    (tmp_path / "ada" / "solution.py").write_text("x = 1\n")
    assert one(tmp_path).student == "ada"


def test_an_archive_may_hold_a_folder(tmp_path: Path) -> None:
    (tmp_path / "ada.zip").write_bytes(zip_of(**{"homework/mlp.py": "x = 1\n"}))
    assert [unit.label for unit in one(tmp_path).units] == ["mlp.py"]


def test_a_single_file_may_be_graded_alone(tmp_path: Path) -> None:
    path = tmp_path / "ada.py"
    path.write_text("x = 1\n")
    assert one(path).student == "ada"


def test_a_single_folder_may_be_graded_alone(tmp_path: Path) -> None:
    path = tmp_path / "ada"
    path.mkdir()
    (path / "mlp.py").write_text("x = 1\n")
    assert one(path).student == "ada"


def test_the_working_directory_has_a_name(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = tmp_path / "ada"
    path.mkdir()
    (path / "mlp.py").write_text("x = 1\n")
    monkeypatch.chdir(path)
    assert one(Path(".")).student == "ada"


def test_a_path_that_is_not_there_is_said_so(tmp_path: Path) -> None:
    path = tmp_path / "handins"
    sentence = f"There is no file or folder {path}. Give the folder with the hand-ins."
    with pytest.raises(SubmissionError, match=f"^{re.escape(sentence)}$"):
        read_submissions(path, "mlp")


def test_an_empty_folder_is_said_so(tmp_path: Path) -> None:
    sentence = f"The folder {tmp_path} holds no hand-in. It should have one file or folder a student."
    with pytest.raises(SubmissionError, match=f"^{re.escape(sentence)}$"):
        read_submissions(tmp_path, "mlp")


def test_one_bad_hand_in_does_not_stop_the_others(tmp_path: Path) -> None:
    (tmp_path / "ada.ipynb").write_text("{")
    (tmp_path / "grace.py").write_text("")
    assert [type(result) for result in read(tmp_path)] == [Refusal, Submission]


def test_litter_is_no_student(tmp_path: Path) -> None:
    for name in (".DS_Store", "__MACOSX", ".ipynb_checkpoints", "__pycache__"):
        (tmp_path / name).mkdir()
    (tmp_path / "ada.py").write_text("")
    assert [result.student for result in read(tmp_path)] == ["ada"]


@pytest.mark.parametrize("name", ["ada.tar", "ada.tar.gz", "ada.rar", "ada.7z"])
def test_other_archives_are_refused(tmp_path: Path, name: str) -> None:
    (tmp_path / name).touch()
    assert reason(tmp_path) == f"{name} is an archive that is not read. Hand in a .zip, or the assignment's file alone."


def test_other_files_are_refused(tmp_path: Path) -> None:
    (tmp_path / "ada.pdf").touch()
    assert reason(tmp_path) == ("ada.pdf is not a hand-in. Expected is a .py, .ipynb or .zip file, or a folder.")


def test_two_hand_ins_of_one_student_are_refused(tmp_path: Path) -> None:
    (tmp_path / "ada.py").touch()
    (tmp_path / "ada.zip").touch()
    assert reason(tmp_path) == "There are several hand-ins of one student: ada.py and ada.zip. Keep one."


def test_a_link_is_refused(tmp_path: Path) -> None:
    secret = tmp_path / "secret.py"
    secret.write_text("x = 1\n")
    (tmp_path / "class").mkdir()
    (tmp_path / "class" / "ada.py").symlink_to(secret)
    assert reason(tmp_path / "class") == (
        "ada.py is a symbolic link, and links are not followed. Hand in the file itself."
    )


def test_a_link_to_a_folder_is_refused(tmp_path: Path) -> None:
    (tmp_path / "secret").mkdir()
    (tmp_path / "secret" / "notes.py").touch()
    (tmp_path / "class").mkdir()
    (tmp_path / "class" / "ada").symlink_to(tmp_path / "secret")
    assert reason(tmp_path / "class").startswith("ada is a symbolic link")


def test_a_pipe_is_refused_without_waiting_for_its_writer(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "ada.py")
    assert reason(tmp_path) == ("ada.py is not a regular file. Hand in a .py, .ipynb or .zip file, or a folder.")


def test_an_empty_folder_of_a_student_is_refused(tmp_path: Path) -> None:
    (tmp_path / "ada").mkdir()
    assert reason(tmp_path) == "There is no .py or .ipynb file in it. Hand in mlp.py or mlp.ipynb."


def test_a_large_archive_is_refused(tmp_path: Path) -> None:
    (tmp_path / "ada.zip").write_bytes(b"\0" * ((20 << 20) + 1))
    assert reason(tmp_path) == "ada.zip is larger than 20 MiB. Hand in the assignment's file alone."


def test_keys_are_safe_file_names(tmp_path: Path) -> None:
    (tmp_path / "Łukasz Ångström ..'$(x).py").touch()
    assert re.fullmatch(r"ukasz-angstrom-x-[0-9a-f]{10}", one(tmp_path).key)


def test_keys_of_long_names_are_short(tmp_path: Path) -> None:
    (tmp_path / f"{'a' * 200}.py").touch()
    assert len(one(tmp_path).key) == 51


def test_keys_of_names_without_latin_letters_differ(tmp_path: Path) -> None:
    for name in ("王芳.py", "王伟.py"):
        (tmp_path / name).touch()
    assert len({result.key for result in read(tmp_path)}) == 2


def test_keys_of_names_that_differ_in_case_differ(tmp_path: Path) -> None:
    for name in ("ada.py", "Ada.py"):
        (tmp_path / name).touch()
    assert len({result.key for result in read(tmp_path)}) == 2


def test_a_key_depends_on_the_name_alone(tmp_path: Path) -> None:
    (tmp_path / "ada.py").write_text("x = 1\n")
    before = one(tmp_path).key
    (tmp_path / "ada.py").write_text("x = 2\n")
    assert one(tmp_path).key == before


def test_a_name_that_is_not_utf8_is_kept_readable(tmp_path: Path) -> None:
    path = os.path.join(os.fsencode(tmp_path), b"ad\xe4.py")
    with open(path, "w", encoding="utf-8"):
        pass
    assert one(tmp_path).student == "ad?"


def test_a_label_has_no_control_characters(tmp_path: Path) -> None:
    (tmp_path / "a\x1b[2J.py").touch()
    assert one(tmp_path).units[0].label == "a\\x1b[2J.py"


def test_a_sentence_about_a_file_stays_on_one_line(tmp_path: Path) -> None:
    (tmp_path / "a\u2028b.pdf").touch()
    assert reason(tmp_path).startswith("a\\u2028b.pdf is not a hand-in.")


def test_a_long_name_is_cut_in_a_sentence(tmp_path: Path) -> None:
    (tmp_path / f"{'a' * 100}.pdf").touch()
    assert reason(tmp_path).startswith(f"{'a' * 80}… is not a hand-in.")


def test_the_digest_follows_the_text(tmp_path: Path) -> None:
    (tmp_path / "ada.py").write_text("x = 1\n")
    (tmp_path / "grace.py").write_text("x = 2\n")
    digests = {result.digest for result in read(tmp_path) if isinstance(result, Submission)}
    assert len(digests) == 2


def test_a_renamed_copy_has_the_same_digest(tmp_path: Path) -> None:
    for name in ("ada.py", "grace.py"):
        (tmp_path / name).write_text("x = 1\n")
    digests = {result.digest for result in read(tmp_path) if isinstance(result, Submission)}
    assert len(digests) == 1


def test_the_student_may_be_named_apart_from_the_file(tmp_path: Path) -> None:
    path = tmp_path / "upload-17.py"
    path.touch()
    assert read_submission(path, "mlp", student="Ada Lovelace").student == "Ada Lovelace"


def test_a_hand_in_that_is_gone_is_refused(tmp_path: Path) -> None:
    result = read_submission(tmp_path / "ada.py", "mlp", student="ada")
    assert isinstance(result, Refusal)
    assert result.reason == "It was not handed in: there is no ada.py."
