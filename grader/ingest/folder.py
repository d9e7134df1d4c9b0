"""Read a student's folder or single file; links are not followed, and only regular files are opened."""

from __future__ import annotations

import os
import stat
from collections.abc import Iterator
from pathlib import Path, PurePosixPath

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
)

MOST_ENTRIES = 1000
MOST_LEVELS = 4

# Without O_NONBLOCK, opening a pipe would wait for its writer for ever. Windows has O_BINARY alone: there a
# student's own file is all that is read.
_FLAGS = os.O_RDONLY | sum(getattr(os, name, 0) for name in ("O_NOFOLLOW", "O_NONBLOCK", "O_CLOEXEC", "O_BINARY"))

_LINK = "it is a symbolic link, and links are not followed"
_SPECIAL = "it is not a regular file"


def read_folder(folder: Path) -> Files:
    """Return the source files in ``folder`` and below, at most four levels deep.

    Symbolic links, pipes, sockets and devices are left out without being opened.

    Raises:
        SubmissionError: more than 1000 entries, or more than 20 MiB of source.
    """
    read: list[File] = []
    left_out: list[LeftOut] = []
    notes: list[str] = []
    total_bytes = 0
    for path, name, parent in _walk(folder, left_out):
        if reason := reason_to_leave_out(path):
            left_out.append(LeftOut(path=path, reason=reason))
            continue
        try:
            data = read_regular(name, limit_bytes(path), parent=parent)
        except SubmissionError as error:
            left_out.append(LeftOut(path=path, reason=str(error)))
            continue
        total_bytes += len(data)
        if total_bytes > TOTAL_LIMIT_BYTES:
            raise SubmissionError(
                f"The folder holds more than {TOTAL_LIMIT_BYTES >> 20} MiB of .py and .ipynb files. "
                "Hand in the assignment's file alone."
            )
        read.append(File(path=path, data=data))
        if os.stat(name, dir_fd=parent, follow_symlinks=False).st_nlink > 1:
            notes.append(f"{show(path)} has a second name elsewhere on this disk (a hard link).")
    return Files(read=tuple(sorted(read, key=lambda file: file.path)), left_out=tuple(left_out), notes=tuple(notes))


def read_regular(name: str, most_bytes: int, *, parent: int | None = None) -> bytes:
    """Return at most ``most_bytes + 1`` bytes of a regular file; one byte too many says it is too large.

    Args:
        name: path of the file, relative to the open directory ``parent`` when that is given.

    Raises:
        SubmissionError: it is a link or not a regular file, or it cannot be opened; the message is the
            second half of a sentence that starts with the name.
    """
    try:
        handle = os.open(name, _FLAGS, dir_fd=parent)
    except OSError as error:
        raise SubmissionError(f"it cannot be opened ({_why(error)})") from error
    with os.fdopen(handle, "rb") as file:
        if not stat.S_ISREG(os.fstat(handle).st_mode):
            raise SubmissionError(_SPECIAL)
        return file.read(most_bytes + 1)


def regular_files(folder: Path, left_out: list[LeftOut]) -> Iterator[Path]:
    """Yield the regular files that would be read; raises as ``read_folder``."""
    for path, _, _ in _walk(folder, left_out):
        yield folder / path


def _walk(folder: Path, left_out: list[LeftOut]) -> Iterator[tuple[str, str, int]]:
    """Yield path, name and open directory of each regular file."""

    def note(error: OSError) -> None:
        left_out.append(LeftOut(path=str(error.filename), reason=f"it cannot be opened ({_why(error)})"))

    entries = 0
    for root, folders, names, parent in os.fwalk(folder, onerror=note):
        at = PurePosixPath(os.path.relpath(root, folder))
        folders[:] = sorted(name for name in folders if not is_litter(name, kind="folder"))
        names = sorted(name for name in names if not is_litter(name, kind="file"))
        entries += len(folders) + len(names)
        if entries > MOST_ENTRIES:
            raise SubmissionError(
                f"The folder {show(folder.name)} holds more than {MOST_ENTRIES} files. "
                "Hand in the assignment's file alone."
            )
        for name in (*folders, *names):
            mode = os.stat(name, dir_fd=parent, follow_symlinks=False).st_mode
            path = str(at / name)
            if stat.S_ISREG(mode):
                yield path, name, parent
            elif not stat.S_ISDIR(mode):
                left_out.append(LeftOut(path=path, reason=_LINK if stat.S_ISLNK(mode) else _SPECIAL))
        if len(at.parts) + 1 >= MOST_LEVELS:
            left_out += [LeftOut(path=f"{at / name}/", reason="it lies too deep") for name in folders]
            folders.clear()


def _why(error: OSError) -> str:
    return (error.strerror or "unknown error").lower()
