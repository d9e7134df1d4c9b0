"""Walk the entries of a class folder, one a student, and read each on its own."""

from __future__ import annotations

import hashlib
import re
import stat
import unicodedata
from collections.abc import Callable, Iterator, Sequence
from functools import partial
from itertools import groupby
from pathlib import Path

import msgspec

from grader.errors import SubmissionError
from grader.ingest import canvas, github_classroom, gradescope, moodle, nbgrader
from grader.ingest.archive import read_archive
from grader.ingest.assemble import assemble
from grader.ingest.files import (
    TOTAL_LIMIT_BYTES,
    File,
    Files,
    LeftOut,
    is_litter,
    limit_bytes,
    reason_to_leave_out,
    show,
    shown_names,
    suffix,
)
from grader.ingest.folder import read_folder, read_regular
from grader.ingest.layout import Entry, Named, entry
from grader.ingest.times import newest_file
from grader.model import Arrival, Attempts, Refusal, SourceUnit, Submission

# Tried in this order; none takes a folder of plain entries for its own.
LAYOUTS = (canvas.find, moodle.find, gradescope.find, github_classroom.find, nbgrader.find)

_SOURCE = frozenset({".py", ".ipynb"})
_ATTEMPT = re.compile(r"(?P<student>.+?)[ _-]+attempt[ _-]*(?P<number>\d{1,4})", re.IGNORECASE | re.DOTALL)
_OTHER_ARCHIVES = frozenset({".tar", ".gz", ".tgz", ".bz2", ".xz", ".rar", ".7z"})


def read_submissions(
    path: Path, assignment: str, *, attempts: Attempts = "last", file_times: bool = False
) -> Iterator[Submission | Refusal]:
    """Return every hand-in at ``path``, sorted by name.

    Args:
        path: a folder with one entry a student (``ada.py``, ``ada.ipynb``, ``ada.zip`` or a folder ``ada``),
            or one hand-in: a file, or a folder that holds ``<assignment>.py`` or ``<assignment>.ipynb``;
            or what Canvas, Moodle, Gradescope, GitHub Classroom or nbgrader hand out.
        attempts: which hand-ins of a student who has several are read: the last, or all, to find the best. Attempts
            are told by their names (``ada_attempt_2.py``), by Canvas's versions, and by Gradescope's addresses.
        file_times: whether the dates of files say when a hand-in came, where no system does.

    Returns:
        An iterator; a hand-in is read when it is reached, and one that cannot be read is a ``Refusal``. Each has an
        ``arrival``; the key of a student's first attempt is the student's own.

    Raises:
        SubmissionError: there is nothing at ``path``.
    """
    if not path.exists():
        raise SubmissionError(f"There is no file or folder {path}. Give the folder with the hand-ins.")
    if not path.is_dir() or _is_hand_in(path, assignment):
        # Made absolute, so that "." has a name.
        return _read_entries([entry(_student(path.absolute()), path)], assignment, attempts, file_times)
    entries = sorted(
        entry for entry in path.iterdir() if not is_litter(entry.name, kind="folder" if entry.is_dir() else "file")
    )
    if not entries:
        raise SubmissionError(f"The folder {path} holds no hand-in. It should have one file or folder a student.")
    for find in LAYOUTS:
        if found := find(entries, assignment):
            return _read_entries(found, assignment, attempts, file_times)
    return _read_entries([_plain(path) for path in entries], assignment, attempts, file_times)


def _plain(path: Path) -> Entry:
    """Return an entry that no system named: a student, and perhaps the number of an attempt."""
    found = _ATTEMPT.fullmatch(_student(path))
    return entry(found["student"], path, attempt=int(found["number"])) if found else entry(_student(path), path)


def read_submission(path: Path, assignment: str, *, student: str) -> Submission | Refusal:
    """Return the hand-in of ``student`` at ``path``: a .py, .ipynb or .zip file, or a folder.

    It never raises for what is in the hand-in; what cannot be read is a ``Refusal`` that says why.
    """
    return _read(path, assignment, student, lambda: _read_files(path))


def _read(path: Path, assignment: str, student: str, read: Callable[[], Files]) -> Submission | Refusal:
    names: tuple[str, ...] = ()
    try:
        files = read()
        names = shown_names(files)
        cells = assemble(files, assignment)
    except SubmissionError as error:
        return _refuse(student, path, str(error), names)
    except FileNotFoundError:
        return _refuse(student, path, f"It was not handed in: there is no {show(path.name)}.")
    except OSError as error:
        return _refuse(student, path, f"It cannot be read: {(error.strerror or 'unknown error').lower()}.")
    return Submission(
        student=_encodable(student),
        key=_key(student),
        digest=_digest(cells.units),
        origin=_encodable(str(path)),
        units=cells.units,
        notes=cells.notes,
        files=names,
        cells=cells.cells,
    )


def _read_entries(
    entries: Sequence[Entry], assignment: str, attempts: Attempts, file_times: bool
) -> Iterator[Submission | Refusal]:
    """Read what each student handed in, by name; of attempts the last, or all."""
    ordered = sorted(entries, key=lambda entry: (entry.student, entry.attempt))
    for _, mine in groupby(ordered, key=lambda entry: entry.student):
        numbered = [list(same) for _, same in groupby(mine, key=lambda entry: entry.attempt)]
        for number, same in enumerate(numbered, start=1):
            if attempts == "best" or number == len(numbered):
                key_of = number if attempts == "best" else 1
                yield _arrived(_read_attempt(same, assignment), same[0], number, len(numbered), key_of, file_times)


def _arrived(
    read: Submission | Refusal, entry: Entry, number: int, attempts: int, key_of: int, file_times: bool
) -> Submission | Refusal:
    """Return what was read with the time it came; a later attempt that is read beside others has a key of its own."""
    submitted, told_by = entry.submitted, entry.told_by
    if file_times and not submitted:
        submitted = newest_file([part.path for part in entry.parts])
        told_by = "files" if submitted else ""
    key = read.key if key_of == 1 else f"{read.key}-attempt-{key_of}"
    arrival = Arrival(
        key=key,
        student_key=read.key,
        attempt=number,
        attempts=attempts,
        submitted=submitted,
        told_by=told_by,
    )
    return msgspec.structs.replace(read, key=key, arrival=arrival)


def _read_attempt(entries: Sequence[Entry], assignment: str) -> Submission | Refusal:
    """Read one attempt; several entries are refused, as nobody can tell which one is meant."""
    entry, first = entries[0], entries[0].parts[0].path
    if len(entries) > 1:
        paths = [entry.parts[0].path for entry in entries]
        named = " and ".join(show(path.name) for path in paths)
        reason = f"There are several hand-ins of one student: {named}. Keep one."
        return _refuse(entry.student, first, reason, tuple(show(path.name) for path in paths))
    if len(entry.parts) == 1 and (entry.parts[0].name == first.name or not _is_source(first)):
        return read_submission(first, assignment, student=entry.student)
    return _read(first, assignment, entry.student, partial(_read_several, entry.parts))


def _is_source(path: Path) -> bool:
    return path.is_file() and suffix(path.name) in _SOURCE


def _read_several(parts: Sequence[Named]) -> Files:
    """Read files that were handed in together."""
    read: list[File] = []
    left_out: list[LeftOut] = []
    for part in parts:
        reason = reason_to_leave_out(part.name)
        if not reason and part.name in [file.path for file in read]:
            reason = "there is another file of this name"
        if reason:
            left_out.append(LeftOut(path=part.name, reason=reason))
        else:
            read.append(File(path=part.name, data=_bytes_of(part.path, limit_bytes(part.name))))
    if sum(len(file.data) for file in read) > TOTAL_LIMIT_BYTES:
        raise SubmissionError(f"It is larger than {TOTAL_LIMIT_BYTES >> 20} MiB. Hand in the assignment's file alone.")
    return Files(read=tuple(read), left_out=tuple(left_out))


def _read_files(path: Path) -> Files:
    mode = path.lstat().st_mode
    name = show(path.name)
    if stat.S_ISLNK(mode):
        raise SubmissionError(f"{name} is a symbolic link, and links are not followed. Hand in the file itself.")
    if stat.S_ISDIR(mode):
        return read_folder(path)
    if not stat.S_ISREG(mode):
        raise SubmissionError(f"{name} is not a regular file. Hand in a .py, .ipynb or .zip file, or a folder.")
    if suffix(path.name) == ".zip":
        return read_archive(_read_zip(path))
    if suffix(path.name) in _SOURCE:
        return Files(read=(File(path=path.name, data=_bytes_of(path, limit_bytes(path.name))),))
    if suffix(path.name) in _OTHER_ARCHIVES:
        raise SubmissionError(f"{name} is an archive that is not read. Hand in a .zip, or the assignment's file alone.")
    raise SubmissionError(f"{name} is not a hand-in. Expected is a .py, .ipynb or .zip file, or a folder.")


def _read_zip(path: Path) -> bytes:
    data = _bytes_of(path, TOTAL_LIMIT_BYTES)
    if len(data) > TOTAL_LIMIT_BYTES:
        limit = f"{TOTAL_LIMIT_BYTES >> 20} MiB"
        raise SubmissionError(f"{show(path.name)} is larger than {limit}. Hand in the assignment's file alone.")
    return data


def _bytes_of(path: Path, most_bytes: int) -> bytes:
    try:
        return read_regular(str(path), most_bytes)
    except SubmissionError as error:
        raise SubmissionError(f"{show(path.name)} cannot be read: {error}.") from None


def _is_hand_in(folder: Path, assignment: str) -> bool:
    return any((folder / f"{assignment}{ending}").is_file() for ending in (".py", ".ipynb"))


def _student(path: Path) -> str:
    if path.is_dir():
        return path.name
    return path.stem.removesuffix(".tar")  # of ada.tar.gz


def _refuse(student: str, path: Path, reason: str, files: tuple[str, ...] = ()) -> Refusal:
    return Refusal(
        student=_encodable(student), key=_key(student), origin=_encodable(str(path)), reason=reason, files=files
    )


def _key(student: str) -> str:
    """Return a name fit for files: what is readable of the student's, and a digest that keeps it unique."""
    plain = unicodedata.normalize("NFKD", student).encode("ascii", "ignore").decode("ascii").lower()
    slug = re.sub(r"[^a-z0-9]+", "-", plain).strip("-")[:40].strip("-")
    digest = hashlib.sha256(student.encode("utf-8", "surrogatepass")).hexdigest()[:10]
    return f"{slug}-{digest}" if slug else digest


def _digest(units: Sequence[SourceUnit]) -> str:
    """Return the SHA-256 of what is executed; labels are left out, so that a renamed copy has the same."""
    content = [(unit.module, unit.text) for unit in units]
    return hashlib.sha256(msgspec.json.encode(content)).hexdigest()


def _encodable(text: str) -> str:
    """Return ``text`` without the lone surrogates that stand for undecodable bytes in a file's name."""
    return text.encode("utf-8", "replace").decode("utf-8")
