"""Decode the bytes of one source file, as Python itself would or more strictly."""

from __future__ import annotations

import codecs
import re

from grader.errors import SubmissionError
from grader.ingest.files import limit_bytes, show
from grader.model import Record

_COOKIE = re.compile(rb"[ \t\f]*#.*?coding[:=][ \t]*([-_.a-zA-Z0-9]+)")  # from PEP 263
_BLANK = re.compile(rb"[ \t\f]*(?:#.*)?\r?$")
_ENCODINGS = (
    ("utf-8", "utf-8"),
    ("utf8", "utf-8"),
    ("ascii", "ascii"),
    ("us-ascii", "ascii"),
    ("latin-1", "latin-1"),
    ("latin1", "latin-1"),
    ("iso-8859-1", "latin-1"),
    ("iso-latin-1", "latin-1"),
)
# Characters that make source read otherwise than it runs (CVE-2021-42574, "Trojan Source").
_DEFINED_OUTSIDE_ASCII = re.compile(r"^[ \t]*(?:async[ ]+)?(?:def|class)[ ]+(\w*[^\x00-\x7f]\w*)", re.MULTILINE)
_BIDI = re.compile("[\u202a-\u202e\u2066-\u2069]")


class Text(Record, frozen=True, kw_only=True):
    """The text of a source file with lines ended by a newline, and sentences about it."""

    text: str
    notes: tuple[str, ...] = ()


def decode_source(name: str, data: bytes) -> Text:
    """Return the text of the .py file ``name``.

    A byte order mark and any line ends are accepted, and an encoding declared as PEP 263 has it, so long as
    it is ASCII, Latin-1 or UTF-8.

    Raises:
        SubmissionError: the file is too large, or is not text in one of these encodings.
    """
    text = decode_text(name, data, encoding=_declared_encoding(name, data))
    return Text(text=text, notes=odd_notes(show(name), text))


def decode_text(name: str, data: bytes, *, encoding: str = "utf-8") -> str:
    """Return ``data`` as text with lines ended by a newline.

    Raises:
        SubmissionError: ``data`` is too large for a file called ``name``, holds NUL, or cannot be decoded.
    """
    shown, limit = show(name), limit_bytes(name)
    if len(data) > limit:
        raise SubmissionError(
            f"{shown} is larger than {limit >> 20} MiB. Take out data and outputs, and hand it in again."
        )
    if data.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)):
        encoding = "utf-16"
    elif data.startswith(codecs.BOM_UTF8):
        encoding = "utf-8-sig"
    try:
        text = data.decode(encoding)
    except UnicodeDecodeError as error:
        raise SubmissionError(
            f"{shown} is not {encoding.removesuffix('-sig').upper()} text: byte {error.start} cannot be decoded. "
            "Save it again as UTF-8, and hand that in."
        ) from None
    if "\0" in text:
        at = len(text[: text.index("\0")].encode(encoding))
        raise SubmissionError(f"{shown} is not text: byte {at} is NUL. Save it again as UTF-8 text, and hand that in.")
    return text.replace("\r\n", "\n").replace("\r", "\n")


def odd_notes(label: str, text: str) -> tuple[str, ...]:
    """Return a sentence for each kind of character in ``text`` that makes it read otherwise than it runs."""
    return (*bidi_notes(label, text), *lookalike_notes(label, text))


def lookalike_notes(label: str, text: str) -> tuple[str, ...]:
    """Return a sentence when a function or class has a letter outside ASCII in its name.

    A Cyrillic a looks like a Latin one: a part of such a name is missing, and its author sees no reason.
    """
    found = _DEFINED_OUTSIDE_ASCII.search(text)
    if not found:
        return ()
    line = text.count("\n", 0, found.start()) + 1
    letter = next(character for character in found[1] if not character.isascii())
    return (
        f"{label}, line {line}: the name {show(found[1])} has the letter \\u{ord(letter):04x}, which may look like "
        "another and is none. Where a name was given, type it anew.",
    )


def bidi_notes(label: str, text: str) -> tuple[str, ...]:
    """Return a sentence when ``text`` has characters that change the direction of reading."""
    found = _BIDI.search(text)
    if not found:
        return ()
    line = text.count("\n", 0, found.start()) + 1
    return (
        f"{label}, line {line}, has an invisible character ({show(found[0])}) that changes the order in "
        "which the line is displayed; what runs may not be what is seen.",
    )


def _declared_encoding(name: str, data: bytes) -> str:
    """Return the encoding that one of the first two lines declares, as PEP 263 reads them."""
    first, *rest = data.split(b"\n", 2)
    found = _COOKIE.match(first)
    if not found and rest and _BLANK.match(first):
        found = _COOKIE.match(rest[0])
    if not found:
        return "utf-8"
    declared = found[1].decode("ascii")
    normal = declared.lower().replace("_", "-")
    for prefix, encoding in _ENCODINGS:
        # Emacs declares the line ends as well: utf-8-unix.
        if normal == prefix or normal.startswith(f"{prefix}-"):
            return encoding
    raise SubmissionError(
        f"{show(name)} declares the encoding {show(declared)!r}; UTF-8, ASCII and Latin-1 are read. "
        "Save it again as UTF-8, and hand that in."
    )
