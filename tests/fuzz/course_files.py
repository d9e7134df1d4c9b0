"""Mutated ``assignment.toml`` files, which are read or are a CourseError."""

from __future__ import annotations

import random
from collections.abc import Callable, Sequence
from pathlib import Path

from grader.course import ASSIGNMENT_FILE, load_assignment
from grader.errors import CourseError
from tests.fuzz.bytes_ import mutated
from tests.fuzz.campaign import Target

REFERENCE = Path(__file__).parents[2] / "reference"
WORDS = (
    b"name", b"[[parts]]\n", b"uses = []\n", b'""', b'"a"', b"[[[", b"1979-05-27", b"nan", b"9" * 5000, b"true",
    b'"\\u0000"', b'"' + b"a" * 400 + b'.npz"', b"{a={b=1}}", b"data = ['..']\n", b'uses = ["affine_forward"]\n',
    b"a.b.c = 1\n", b"\xff", b"[" * 5000, b"{a=" * 3000, b'"test_\\u202e"', b"kind = 'class'\n", b"\r\n", b"\\",
    b"07:32:00",
)  # fmt: skip


def target(folder: Path) -> Target:
    """Return the loader of a course that is laid out in ``folder``, with real course files to start from."""
    seeds = [path.read_bytes() for path in sorted(REFERENCE.glob(f"*/{ASSIGNMENT_FILE}"))]
    # Shorter ones, so that a change is as likely in the header as in one of forty parts.
    seeds += [b"[[parts]]".join(seed.split(b"[[parts]]")[:3]) for seed in seeds]
    return Target("course-files", lambda dice: _file(seeds, dice), reader(folder), most_bytes=32 << 20)


def reader(folder: Path) -> Callable[[bytes], bool]:
    """Return what reads some bytes as an assignment, as the author's and as the released one."""
    places = (folder / "reference" / "mlp", folder / "assignments" / "mlp")
    for place in places:
        place.mkdir(parents=True, exist_ok=True)

    def read(data: bytes) -> bool:
        accepted = False
        for place in places:
            (place / ASSIGNMENT_FILE).write_bytes(data)
            try:
                assignment = load_assignment(place)
            except CourseError as error:
                if not str(error).startswith(str(place / ASSIGNMENT_FILE)):
                    raise AssertionError(f"a message without the file: {error}") from error
            else:
                accepted = True
                assignment.with_pairs([part.name for part in assignment.parts])
        return accepted

    return read


def _file(seeds: Sequence[bytes], dice: random.Random) -> bytes:
    data = dice.choice(seeds)
    if dice.random() < 0.6:
        lines = data.splitlines(keepends=True)
        for _ in range(dice.randrange(1, 4)):
            _change_line(lines, dice)
        data = b"".join(lines)
    return mutated(data, (*seeds, *WORDS), dice) if dice.random() < 0.5 else data


def _change_line(lines: list[bytes], dice: random.Random) -> None:
    at = dice.randrange(len(lines))
    key, equals, value = lines[at].partition(b"=")
    match dice.randrange(5):
        case 0:
            lines[at] = key + equals + dice.choice(WORDS) + b"\n"
        case 1:
            lines[at] = dice.choice(WORDS) + equals + value
        case 2:
            lines[at:at] = [dice.choice(lines)]
        case 3:
            del lines[at]
            lines.append(b"")
        case _:
            lines[at:at] = [dice.choice(WORDS)]
