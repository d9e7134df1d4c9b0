"""Replace identities: the same grades under other names, to be given to graders or to be shared.

A pseudonym is drawn by HMAC from the course's secret, so that a student has the same one in every run and nobody
without the secret can tell whose it is by trying names. It stands for the student's name, key and origin; file
names, which carry names as often as not, are numbered; the digest, by which whoever has a file would know it
again, is keyed as well. What a student wrote in code or printed is theirs: only exact names are replaced there.
"""

from __future__ import annotations

import csv
import hashlib
import hmac
import io
import re
from collections import Counter
from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from pathlib import Path, PurePosixPath
from typing import Any

import msgspec

from grader.export.atomic import write_bytes
from grader.export.sheet import neutralised
from grader.model import Grade, Hand, Record, Refusal, Remark
from grader.report.untrusted import visible

HEADER = ("pseudonym", "student", "key", "origin")

ADJECTIVES = (
    "amber", "ashen", "azure", "bold", "brave", "brisk", "bronze", "calm", "clear", "cloudy", "coral", "crimson",
    "curly", "dusky", "eager", "early", "fair", "fleet", "fresh", "frosty", "gentle", "golden", "grand", "green",
    "hazel", "indigo", "ivory", "jade", "jolly", "keen", "kind", "lilac", "lively", "lunar", "mellow", "merry",
    "mild", "misty", "noble", "olive", "opal", "pearl", "placid", "plucky", "polar", "proud", "quick", "quiet",
    "rapid", "rosy", "ruby", "rustic", "sandy", "silver", "snowy", "solar", "steady", "stout", "sunny", "swift",
    "teal", "tidy", "velvet", "warm",
)  # fmt: skip
ANIMALS = (
    "badger", "beaver", "bison", "bittern", "bobcat", "buzzard", "camel", "civet", "condor", "cormorant", "coyote",
    "crane", "curlew", "dingo", "dolphin", "dormouse", "egret", "eider", "ermine", "falcon", "ferret", "finch",
    "gannet", "gazelle", "gecko", "gibbon", "grouse", "heron", "hoopoe", "ibex", "ibis", "jackal", "jackdaw", "kestrel",
    "kiwi", "lapwing", "lemur", "linnet", "lynx", "magpie", "marmot", "marten", "mole", "newt", "ocelot", "osprey",
    "otter", "panda", "petrel", "plover", "puffin", "quail", "raven", "salmon", "seal", "shrew", "stork", "swallow",
    "tapir", "tern", "thrush", "toad", "vole", "walrus",
)  # fmt: skip

# Text of the course and closed sets, in which no student's name stands.
_NOT_SCRUBBED = frozenset(
    {"assignment", "assignment_title", "part", "title", "check", "case", "status", "kind", "name", "right_once",
     "tier", "grader_version", "digest", "files"}
)  # fmt: skip
_QUOTED = re.compile(r"'[^']*'|\"[^\"]*\"")


class Anonymous(Record, frozen=True, kw_only=True):
    """Results under pseudonyms, sorted by them, and who they are."""

    grades: tuple[Grade, ...]
    refusals: tuple[Refusal, ...]
    hand: Hand
    identities: tuple[tuple[str, str, str, str], ...]  # as in HEADER


def anonymous(
    grades: Sequence[Grade], refusals: Sequence[Refusal], secret: bytes, hand: Hand | None = None
) -> Anonymous:
    """Return the results of a run under pseudonyms.

    Args:
        grades, refusals: all results of the run.
        secret: of the course; another one gives other pseudonyms.
        hand: what instructors wrote on these students; who wrote it and why is left out, and comments are given
            away but for the names of the student and of the student's files.
    """
    records: tuple[Grade | Refusal, ...] = (*grades, *refusals)
    names = pseudonyms([record.key for record in records], secret)
    return Anonymous(
        grades=tuple(sorted((_grade(g, names[g.key], secret) for g in grades), key=lambda grade: grade.key)),
        refusals=tuple(sorted((_refusal(r, names[r.key]) for r in refusals), key=lambda refusal: refusal.key)),
        hand=_hand(hand or Hand(), records, names),
        identities=tuple(sorted((names[r.key], r.student, r.key, r.origin) for r in records)),
    )


def pseudonyms(keys: Collection[str], secret: bytes) -> dict[str, str]:
    """Return a pseudonym for each key, such as "amber-otter-3f2a", fit as a file name; longer where two were equal."""
    short = {key: _pseudonym(key, secret, digits=4) for key in keys}
    uses = Counter(short.values())
    return {key: name if uses[name] == 1 else _pseudonym(key, secret, digits=32) for key, name in short.items()}


def write_identities(path: Path, identities: Iterable[Sequence[str]]) -> None:
    """Write who is who as UTF-8 CSV that only its owner may read, replacing ``path`` in one step.

    Raises:
        OSError: the folder cannot be written; ``path`` is as it was.
    """
    buffer = io.StringIO(newline="")
    writer = csv.writer(buffer, lineterminator="\n")
    writer.writerow(HEADER)
    writer.writerows([neutralised(cell) for cell in row] for row in identities)
    write_bytes(path, buffer.getvalue().encode())


def _pseudonym(key: str, secret: bytes, *, digits: int) -> str:
    drawn = hmac.digest(secret, b"pseudonym\0" + key.encode(), hashlib.sha256)
    adjective, animal = ADJECTIVES[drawn[0] % len(ADJECTIVES)], ANIMALS[drawn[1] % len(ANIMALS)]
    return f"{adjective}-{animal}-{drawn[2:].hex()[:digits]}"


def _grade(grade: Grade, pseudonym: str, secret: bytes) -> Grade:
    scrub = _scrubber(grade, pseudonym, grade.assignment)
    plain = _walked(msgspec.to_builtins(grade), scrub)
    named = {"student": pseudonym, "key": pseudonym, "origin": pseudonym, "files": ()}
    digest = hmac.digest(secret, b"digest\0" + grade.digest.encode(), hashlib.sha256).hex()
    return msgspec.convert({**plain, **named, "digest": digest}, Grade)


def _hand(hand: Hand, records: Sequence[Grade | Refusal], names: Mapping[str, str]) -> Hand:
    scrubbers = {r.key: _scrubber(r, names[r.key], r.assignment if isinstance(r, Grade) else "") for r in records}
    return msgspec.structs.replace(
        hand,
        arrivals=tuple(
            msgspec.structs.replace(arrival, key=names[arrival.key], student_key=names[arrival.key])
            for arrival in hand.arrivals
            if arrival.key in names
        ),
        remarks=tuple(
            _remark(remark, names[remark.key], scrubbers[remark.key]) for remark in hand.remarks if remark.key in names
        ),
    )


def _remark(remark: Remark, pseudonym: str, scrub: Callable[[str], str]) -> Remark:
    return msgspec.structs.replace(remark, key=pseudonym, author="", reason="", comment=scrub(remark.comment))


def _refusal(refusal: Refusal, pseudonym: str) -> Refusal:
    # What was refused before its files were known names them in quotation marks.
    reason = _QUOTED.sub("'…'", _scrubber(refusal, pseudonym, "")(refusal.reason))
    return Refusal(student=pseudonym, key=pseudonym, origin=pseudonym, reason=reason)


def _scrubber(record: Grade | Refusal, pseudonym: str, assignment: str) -> Callable[[str], str]:
    """Return what replaces the names of a student and of the student's files in a text."""
    origin = PurePosixPath(record.origin)
    own = (record.student, record.key, record.origin, origin.name, origin.stem)
    known = {text: pseudonym for name in own for text in (name, visible(name)) if text.strip("./")}
    for number, file in enumerate(sorted(set(record.files)), start=1):
        name = PurePosixPath(file)
        if name.stem.lower() != assignment.lower() and name.name != assignment:
            known.setdefault(file, f"file{number}{name.suffix}")
    if not known:
        return lambda text: text
    lowered = {name.lower(): stand_in for name, stand_in in known.items()}
    longest_first = sorted(known, key=len, reverse=True)
    # Not inside a word: a student called An would take the middle out of "channel".
    pattern = re.compile(rf"(?<![^\W_])(?:{'|'.join(map(re.escape, longest_first))})(?![^\W_])", re.IGNORECASE)
    return lambda text: pattern.sub(lambda found: lowered.get(found[0].lower(), pseudonym), text)


def _walked(value: Any, scrub: Callable[[str], str]) -> Any:
    if isinstance(value, str):
        return scrub(value)
    if isinstance(value, dict):
        return {key: item if key in _NOT_SCRUBBED else _walked(item, scrub) for key, item in value.items()}
    if isinstance(value, list | tuple):
        return [_walked(item, scrub) for item in value]
    return value
