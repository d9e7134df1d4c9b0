"""Archives: hostile zips, and what is no zip."""

from __future__ import annotations

import io
import random
import tarfile
import zipfile

from tests.bad_inputs.table import HandIn, Item, Row, file, refused, zip_bytes, zipped
from tests.course_factory import SOLUTION

# Seven bits of eight are zero: it shrinks to an eighth or so, which is no bomb yet.
HALF_NOISE = random.Random(0).randbytes(1 << 20).translate(bytes(byte & 1 for byte in range(256)))

MAIN = ("tiny.py", SOLUTION)


def named(name: str) -> HandIn:
    """Return what writes an archive with the solution and an entry of this name."""
    return zipped(MAIN, (name, "x = 1\n"))


def renamed(old: str, new: str) -> HandIn:
    """Return what writes an archive with a name that zipfile itself would not write."""
    assert len(old) == len(new)
    return file(".zip", zip_bytes(MAIN, (old, "x = 1\n")).replace(old.encode(), new.encode()))


def with_mode(mode: int) -> HandIn:
    """Return what writes an archive with an entry of this Unix mode."""
    info = zipfile.ZipInfo("linked.py")
    info.create_system, info.external_attr = 3, mode << 16
    return zipped(MAIN, (info, "/etc/passwd"))


def encrypted() -> HandIn:
    """Return what writes an archive whose entry says that it is encrypted."""
    data = bytearray(zip_bytes(MAIN))
    data[6] |= 1
    data[data.index(b"PK\x01\x02") + 8] |= 1
    return file(".zip", bytes(data))


def overlapping() -> HandIn:
    """Return what writes an archive whose two entries are the same bytes (Fifield 2019)."""
    data = bytearray(zip_bytes(("a.py", SOLUTION), ("b.py", SOLUTION), compression=zipfile.ZIP_STORED))
    second = data.rindex(b"PK\x01\x02")
    data[second + 42 : second + 46] = bytes(4)
    return file(".zip", bytes(data))


def tar(mode: str) -> bytes:
    """Return a tar archive with the solution."""
    buffer = io.BytesIO()
    with tarfile.open(fileobj=buffer, mode=mode) as archive:  # type: ignore[call-overload]  # mode is no literal
        info = tarfile.TarInfo("tiny.py")
        info.size = len(SOLUTION.encode())
        archive.addfile(info, io.BytesIO(SOLUTION.encode()))
    return buffer.getvalue()


ZIPS = Row(
    "Zip archives",
    (
        Item(
            "zip that climbs out",
            named("../../tiny2.py"),
            refused(
                "The archive was refused: its entry '../../tiny2.py' leads out of the archive. Make the "
                "archive again from the assignment's file alone."
            ),
        ),
        Item(
            "zip with an absolute path",
            named("/etc/tiny2.py"),
            refused(
                "The archive was refused: its entry '/etc/tiny2.py' is an absolute path. Make the "
                "archive again from the assignment's file alone."
            ),
        ),
        Item(
            "zip with a drive",
            named("C:/tiny2.py"),
            refused(
                "The archive was refused: its entry 'C:/tiny2.py' is an absolute path. Make the archive "
                "again from the assignment's file alone."
            ),
        ),
        Item(
            "zip with a network path",
            renamed("@@server@share@a.py", "\\\\server\\share\\a.py"),
            refused(
                "The archive was refused: its entry '\\\\server\\share\\a.py' has a backslash in its name. "
                "Make the archive again from the assignment's file alone."
            ),
        ),
        Item(
            "zip with a backslash",
            renamed("a@tiny2.py", "a\\tiny2.py"),
            refused(
                "The archive was refused: its entry 'a\\tiny2.py' has a backslash in its name. Make the "
                "archive again from the assignment's file alone."
            ),
        ),
        Item(
            "zip with NUL in a name",
            renamed("a@tiny2.py", "a\0tiny2.py"),
            refused(
                "The archive was refused: its entry 'a\\x00tiny2.py' has control characters in its name. "
                "Make the archive again from the assignment's file alone."
            ),
        ),
        Item(
            "zip with a control character in a name",
            named("a\x1b[2Jtiny2.py"),
            refused(
                "The archive was refused: its entry 'a\\x1b[2Jtiny2.py' has control characters in its "
                "name. Make the archive again from the assignment's file alone."
            ),
        ),
        Item(
            "zip with two names that differ in case",
            zipped(MAIN, ("TINY.py", "x = 1\n")),
            refused(
                "The archive was refused: it has two entries called 'TINY.py', apart from upper and "
                "lower case. Make the archive again from the assignment's file alone."
            ),
        ),
        Item(
            "zip with 501 entries",
            zipped(*((f"{number}.py", "") for number in range(501))),
            refused("The archive has more than 500 entries. Hand in the assignment's file alone."),
        ),
        Item(
            "zip of more than 20 MiB",
            zipped(*((f"{number}.txt", HALF_NOISE) for number in range(21))),
            refused(
                "The archive was refused: it unpacks to more than 20 MiB. Make the archive again from "
                "the assignment's file alone."
            ),
        ),
        Item(
            "zip that unpacks to 1000 times its size",
            zipped(MAIN, ("data.txt", bytes(1 << 20))),
            refused(
                "The archive was refused: its entry 'data.txt' unpacks to more than 100 times its size. "
                "Make the archive again from the assignment's file alone."
            ),
        ),
        Item(
            "zip whose entries overlap",
            overlapping(),
            refused(
                "The archive was refused: its entries overlap. Make the archive again from the assignment's file alone."
            ),
        ),
        Item(
            "zip in a zip",
            zipped(MAIN, ("more.zip", zip_bytes(MAIN))),
            refused(
                "The archive was refused: its entry 'more.zip' is an archive in the archive. Make the "
                "archive again from the assignment's file alone."
            ),
        ),
        Item(
            "zip with a password",
            encrypted(),
            refused(
                "The archive was refused: its entry 'tiny.py' is encrypted. Make the archive again from "
                "the assignment's file alone."
            ),
        ),
        Item(
            "zip with a symbolic link",
            with_mode(0o120777),
            refused(
                "The archive was refused: its entry 'linked.py' is a link or a device. Make the archive "
                "again from the assignment's file alone."
            ),
        ),
        Item(
            "zip with a device",
            with_mode(0o020644),
            refused(
                "The archive was refused: its entry 'linked.py' is a link or a device. Make the archive "
                "again from the assignment's file alone."
            ),
        ),
        Item(
            "zip with a set-user-id bit",
            with_mode(0o104755),
            refused(
                "The archive was refused: its entry 'linked.py' has a set-user-id or set-group-id bit. "
                "Make the archive again from the assignment's file alone."
            ),
        ),
        Item(
            "zip with another compression",
            zipped(MAIN, compression=zipfile.ZIP_LZMA),
            refused(
                "The archive was refused: its entry 'tiny.py' uses a compression other than deflate. "
                "Make the archive again from the assignment's file alone."
            ),
        ),
        Item(
            "zip cut off",
            file(".zip", zip_bytes(MAIN)[:-30]),
            refused("The archive is damaged or is not a zip. Make it again and hand that in."),
        ),
        Item(
            "zip that is no zip",
            file(".zip", SOLUTION),
            refused("The archive is damaged or is not a zip. Make it again and hand that in."),
        ),
        Item(
            "zip that is empty",
            zipped(),
            refused("There is no .py or .ipynb file in it. Hand in tiny.py or tiny.ipynb."),
        ),
        Item(
            "zip without source",
            zipped(("essay.docx", "Dear grader")),
            refused(
                "There is no .py or .ipynb file in it. essay.docx was left out: only .py and .ipynb "
                "files are read. Hand in tiny.py or tiny.ipynb."
            ),
        ),
        Item(
            "zip with two main files",
            zipped(("a/tiny.py", SOLUTION), ("b/tiny.py", SOLUTION)),
            refused("It holds several folders with source files: a and b. Hand in one of them."),
        ),
        Item(
            "zip with files of other names",
            zipped(("one.py", "x = 1\n"), ("two.py", "x = 1\n")),
            refused("It cannot be told which file is the main one: one.py, two.py. Call it tiny.py or tiny.ipynb."),
        ),
    ),
)

OTHERS = Row(
    "Other archives",
    (
        Item(
            "tar",
            file(".tar", tar("w")),
            refused("tar.tar is an archive that is not read. Hand in a .zip, or the assignment's file alone."),
        ),
        Item(
            "compressed tar",
            file(".tar.gz", tar("w:gz")),
            refused(
                "compressed-tar.tar.gz is an archive that is not read. Hand in a .zip, or the assignment's file alone."
            ),
        ),
        Item(
            "rar",
            file(".rar", b"Rar!\x1a\x07\x01\x00"),
            refused("rar.rar is an archive that is not read. Hand in a .zip, or the assignment's file alone."),
        ),
        Item(
            "7z",
            file(".7z", b"7z\xbc\xaf\x27\x1c"),
            refused("7z.7z is an archive that is not read. Hand in a .zip, or the assignment's file alone."),
        ),
        Item(
            "tar called zip",
            file(".zip", tar("w")),
            refused("The archive is damaged or is not a zip. Make it again and hand that in."),
        ),
        Item(
            "word document",
            file(".docx", b"PK\x03\x04"),
            refused("word-document.docx is not a hand-in. Expected is a .py, .ipynb or .zip file, or a folder."),
        ),
        Item(
            "file without an ending",
            file("", SOLUTION),
            refused("file-without-an-ending is not a hand-in. Expected is a .py, .ipynb or .zip file, or a folder."),
        ),
    ),
)

ROWS = (ZIPS, OTHERS)
