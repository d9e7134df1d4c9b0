"""Read a zip archive in memory: members are checked first, counted while read, and never written to disk.

Each rule answers an attack: names that leave the folder, bombs, overlapping members, links and devices,
members that two systems would unpack under different names.
"""

from __future__ import annotations

import io
import re
import stat
import unicodedata
import zipfile
import zlib
from collections.abc import Iterator, Sequence
from pathlib import PurePosixPath

from grader.errors import SubmissionError
from grader.ingest.files import (
    TOTAL_LIMIT_BYTES,
    File,
    Files,
    LeftOut,
    is_litter,
    limit_bytes,
    reason_to_leave_out,
    show,
    suffix,
)

MOST_ENTRIES = 500
MOST_RATIO = 100
_LOCAL_HEADER_BYTES = 30
_CENTRAL_HEADER = b"PK\x01\x02"
_ENCRYPTED = 0x1 | 0x40 | 0x2000  # bits 0, 6 and 13 of APPNOTE.TXT section 4.4.4
_AGAIN = "Make the archive again from the assignment's file alone."
_ARCHIVES = frozenset({".zip", ".jar", ".whl", ".tar", ".gz", ".tgz", ".bz2", ".xz", ".rar", ".7z"})


def read_archive(data: bytes) -> Files:
    """Return the source files in the zip archive ``data``.

    Raises:
        SubmissionError: the archive is damaged or has a member no honest archive has; it is refused whole.
    """
    # Counted in the raw bytes: zipfile would build a record for each of a million entries first.
    if data.count(_CENTRAL_HEADER) > MOST_ENTRIES:
        raise SubmissionError(f"The archive has more than {MOST_ENTRIES} entries. Hand in the assignment's file alone.")
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            members = archive.infolist()
            _check_members(members, len(data))
            return _read_members(archive, members)
    except (zipfile.BadZipFile, zlib.error, EOFError, OSError, ValueError, NotImplementedError, RuntimeError):
        raise SubmissionError("The archive is damaged or is not a zip. Make it again and hand that in.") from None


def _check_members(members: Sequence[zipfile.ZipInfo], archive_bytes: int) -> None:
    for member in members:
        for reason in _member_problems(member):
            raise SubmissionError(
                f"The archive was refused: its entry '{show(member.orig_filename)}' {reason}. {_AGAIN}"
            )
    for problem in _archive_problems(members, archive_bytes):
        raise SubmissionError(f"The archive was refused: {problem}. {_AGAIN}")


def _member_problems(member: zipfile.ZipInfo) -> Iterator[str]:
    name, mode = member.orig_filename, member.external_attr >> 16
    if not name.strip("/"):
        yield "has no name"
    # Of newer Pythons, zipfile takes another name from the extra field 0x7075, which nothing here has looked at.
    if member.filename != name and "\0" not in name:
        yield "has two names"
    if any(unicodedata.category(c).startswith("C") for c in name):
        yield "has control characters in its name"
    if "\\" in name:
        yield "has a backslash in its name"
    if name.startswith("/") or re.match(r"[A-Za-z]:", name):
        yield "is an absolute path"
    if ".." in name.split("/"):
        yield "leads out of the archive"
    if member.flag_bits & _ENCRYPTED:
        yield "is encrypted"
    if stat.S_IFMT(mode) not in (0, stat.S_IFREG, stat.S_IFDIR):
        yield "is a link or a device"
    if mode & (stat.S_ISUID | stat.S_ISGID):
        yield "has a set-user-id or set-group-id bit"
    if member.compress_type not in (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED):
        yield "uses a compression other than deflate"
    if member.file_size > MOST_RATIO * max(member.compress_size, 1):
        yield f"unpacks to more than {MOST_RATIO} times its size"
    if suffix(name) in _ARCHIVES:
        yield "is an archive in the archive"


def _archive_problems(members: Sequence[zipfile.ZipInfo], archive_bytes: int) -> Iterator[str]:
    if sum(member.file_size for member in members) > TOTAL_LIMIT_BYTES:
        yield f"it unpacks to more than {TOTAL_LIMIT_BYTES >> 20} MiB"
    if repeated := _repeated_name(members):
        yield f"it has two entries called '{show(repeated)}', apart from upper and lower case"
    # A bomb of overlapping members reads the same bytes again and again (Fifield 2019).
    spans = sorted((member.header_offset, _least_end(member)) for member in members)
    ends = [start for start, _ in spans[1:]] + [archive_bytes]
    if any(end > following for (_, end), following in zip(spans, ends, strict=False)):
        yield "its entries overlap"


def _least_end(member: zipfile.ZipInfo) -> int:
    return member.header_offset + _LOCAL_HEADER_BYTES + member.compress_size


def _repeated_name(members: Sequence[zipfile.ZipInfo]) -> str:
    seen: set[str] = set()
    for member in members:
        name = unicodedata.normalize("NFC", member.filename.rstrip("/")).casefold()
        if name in seen:
            return member.filename
        seen.add(name)
    return ""


def _read_members(archive: zipfile.ZipFile, members: Sequence[zipfile.ZipInfo]) -> Files:
    read: list[File] = []
    left_out: list[LeftOut] = []
    left_bytes = TOTAL_LIMIT_BYTES
    for member in members:
        path = str(PurePosixPath(member.filename))
        if member.is_dir() or _is_litter(path):
            continue
        if reason := reason_to_leave_out(path):
            left_out.append(LeftOut(path=path, reason=reason))
            continue
        # What the header says is not believed: the bytes are counted as they come.
        with archive.open(member) as file:
            data = file.read(min(limit_bytes(path), left_bytes) + 1)
        left_bytes -= len(data)
        if left_bytes < 0:
            limit = f"{TOTAL_LIMIT_BYTES >> 20} MiB"
            raise SubmissionError(f"The archive was refused: it unpacks to more than {limit}. {_AGAIN}")
        read.append(File(path=path, data=data))
    return Files(read=tuple(sorted(read, key=lambda file: file.path)), left_out=tuple(left_out))


def _is_litter(path: str) -> bool:
    *folders, name = path.split("/")
    return is_litter(name, kind="file") or any(is_litter(folder, kind="folder") for folder in folders)
