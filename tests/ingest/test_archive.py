"""Zip archives, honest and hostile; each attack is refused whole, with the entry's name."""

from __future__ import annotations

import io
import re
import stat
import struct
import zipfile
from collections.abc import Callable

import pytest

from grader.errors import SubmissionError
from grader.ingest.archive import read_archive

AGAIN = "Make the archive again from the assignment's file alone."
DAMAGED = "The archive is damaged or is not a zip. Make it again and hand that in."


def zip_of(*entries: tuple[str | zipfile.ZipInfo, bytes], compression: int = zipfile.ZIP_DEFLATED) -> bytes:
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", compression) as archive:
        for name, data in entries:
            archive.writestr(name, data)
    return buffer.getvalue()


def entry(name: str, mode: int = 0o100644) -> zipfile.ZipInfo:
    info = zipfile.ZipInfo(name)
    info.external_attr = mode << 16
    return info


def patched(name: str, old: bytes, new: bytes) -> bytes:
    """An archive whose only entry has a name that zipfile itself would not write."""
    assert len(old) == len(new)
    data = zip_of((name, b"x = 1\n"))
    assert data.count(old) == 2
    return data.replace(old, new)


def refuses(data: bytes, sentence: str) -> None:
    with pytest.raises(SubmissionError, match=f"^{re.escape(sentence)}$"):
        read_archive(data)


def test_source_is_read() -> None:
    (file,) = read_archive(zip_of(("mlp/mlp.py", b"x = 1\n"))).read
    assert (file.path, file.data) == ("mlp/mlp.py", b"x = 1\n")


def test_stored_source_is_read() -> None:
    (file,) = read_archive(zip_of(("mlp.py", b"x = 1\n"), compression=zipfile.ZIP_STORED)).read
    assert file.data == b"x = 1\n"


def test_names_outside_ascii_are_read() -> None:
    (file,) = read_archive(zip_of(("Übung/mlp.py", b"x = 1\n"))).read
    assert file.path == "Übung/mlp.py"


def test_litter_is_left_out_silently() -> None:
    files = read_archive(zip_of(("__MACOSX/._mlp.py", b""), (".DS_Store", b""), ("a/__pycache__/m.pyc", b"")))
    assert (files.read, files.left_out) == ((), ())


@pytest.mark.parametrize(
    "name",
    ["data.npy", "fast.so", "conftest.py", "sitecustomize.py", "numpy.py", "random.py", "test_mlp.py", "mlp_test.py"],
)
def test_what_is_not_source_is_noted(name: str) -> None:
    assert [left_out.path for left_out in read_archive(zip_of((name, b""))).left_out] == [name]


def test_an_entry_too_large_for_source_is_read_to_one_byte_beyond() -> None:
    # Decoding then refuses it with its own sentence.
    noise = bytes(range(256)) * (8 << 10)
    (file,) = read_archive(zip_of(("mlp.py", noise), compression=zipfile.ZIP_STORED)).read
    assert len(file.data) == (1 << 20) + 1


@pytest.mark.parametrize(
    ("make", "name", "reason"),
    [
        pytest.param(lambda: zip_of(("../mlp.py", b"")), "../mlp.py", "leads out of the archive", id="zip slip"),
        pytest.param(
            lambda: zip_of(("a/../../mlp.py", b"")), "a/../../mlp.py", "leads out of the archive", id="inner slip"
        ),
        pytest.param(lambda: zip_of(("/etc/mlp.py", b"")), "/etc/mlp.py", "is an absolute path", id="absolute"),
        pytest.param(lambda: zip_of(("C:/mlp.py", b"")), "C:/mlp.py", "is an absolute path", id="drive"),
        pytest.param(lambda: zip_of(("//host/mlp.py", b"")), "//host/mlp.py", "is an absolute path", id="UNC"),
        pytest.param(lambda: zip_of(("a\\mlp.py", b"")), "a\\mlp.py", "has a backslash in its name", id="backslash"),
        pytest.param(
            lambda: patched("mlp_.py", b"mlp_.py", b"mlp\0.py"),
            "mlp\\x00.py",
            "has control characters in its name",
            id="NUL",
        ),
        pytest.param(
            lambda: zip_of(("mlp\x1b[2J.py", b"")),
            "mlp\\x1b[2J.py",
            "has control characters in its name",
            id="terminal escape",
        ),
        pytest.param(
            lambda: zip_of((entry("mlp.py", stat.S_IFLNK | 0o777), b"/etc/passwd")),
            "mlp.py",
            "is a link or a device",
            id="symbolic link",
        ),
        pytest.param(
            lambda: zip_of((entry("mlp.py", stat.S_IFCHR | 0o666), b"")),
            "mlp.py",
            "is a link or a device",
            id="device",
        ),
        pytest.param(
            lambda: zip_of((entry("mlp.py", 0o104755), b"")),
            "mlp.py",
            "has a set-user-id or set-group-id bit",
            id="set-user-id",
        ),
        pytest.param(
            lambda: zip_of(("mlp.py", b"#" * 1_000_000)),
            "mlp.py",
            "unpacks to more than 100 times its size",
            id="bomb",
        ),
        pytest.param(
            lambda: zip_of(("mlp.py", b"x"), compression=zipfile.ZIP_LZMA),
            "mlp.py",
            "uses a compression other than deflate",
            id="other compression",
        ),
        pytest.param(
            lambda: zip_of(("inner.zip", zip_of(("mlp.py", b"x = 1\n")))),
            "inner.zip",
            "is an archive in the archive",
            id="nested",
        ),
        pytest.param(lambda: encrypted(), "mlp.py", "is encrypted", id="encrypted"),
    ],
)
def test_a_hostile_entry_is_named(make: Callable[[], bytes], name: str, reason: str) -> None:
    refuses(
        make(),
        f"The archive was refused: its entry '{name}' {reason}. {AGAIN}",
    )


def encrypted() -> bytes:
    data = bytearray(zip_of(("mlp.py", b"x = 1\n")))
    data[data.index(b"PK\x01\x02") + 8] |= 1
    return bytes(data)


def test_names_that_differ_in_case_alone_are_refused() -> None:
    refuses(
        zip_of(("mlp.py", b""), ("MLP.py", b"")),
        "The archive was refused: it has two entries called 'MLP.py', apart from upper and lower case. " + AGAIN,
    )


def test_many_entries_are_refused() -> None:
    refuses(
        zip_of(*((f"{i}.py", b"") for i in range(501))),
        "The archive has more than 500 entries. Hand in the assignment's file alone.",
    )


def test_500_entries_are_read() -> None:
    assert len(read_archive(zip_of(*((f"m{i}.py", b"") for i in range(500)))).read) == 500


def test_a_large_sum_is_refused() -> None:
    chunk = bytes(range(256)) * 4096
    refuses(
        zip_of(*((f"m{i}.npy", chunk) for i in range(21)), compression=zipfile.ZIP_STORED),
        f"The archive was refused: it unpacks to more than 20 MiB. {AGAIN}",
    )


def test_a_member_that_lies_about_its_size_is_not_believed() -> None:
    data = bytearray(zip_of(("mlp.py", b"x = 1\n" * 1000)))
    at = data.index(b"PK\x01\x02") + 24
    struct.pack_into("<I", data, at, 6)
    refuses(bytes(data), DAMAGED)


def test_overlapping_members_are_refused() -> None:
    data = bytearray(zip_of(("a.py", b"x = 1\n"), ("b.py", b"y = 2\n")))
    second = data.index(b"PK\x01\x02", data.index(b"PK\x01\x02") + 1)
    struct.pack_into("<I", data, second + 42, 4)
    refuses(bytes(data), f"The archive was refused: its entries overlap. {AGAIN}")


@pytest.mark.parametrize("data", [b"", b"PK", b"x = 1\n", zip_of(("mlp.py", b"x = 1\n"))[:-5]])
def test_a_damaged_archive_is_refused(data: bytes) -> None:
    refuses(data, DAMAGED)


def test_a_wrong_checksum_is_refused() -> None:
    data = zip_of(("mlp.py", b"x = 1\n"), compression=zipfile.ZIP_STORED)
    refuses(data.replace(b"x = 1\n", b"x = 2\n"), DAMAGED)
