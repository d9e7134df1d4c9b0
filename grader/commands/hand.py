"""The instructor's hand: ``adjust``, ``comment``, ``remarks`` and ``undo``.

An entry is kept beside the automatic grades, and ``grader report`` writes what it changes.
"""

from __future__ import annotations

import getpass
from collections.abc import Iterator, Sequence
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import msgspec
import typer
from rich.console import Console
from rich.markup import escape
from rich.table import Table

from grader.terminal import AsJson, clean, open_results

if TYPE_CHECKING:
    from grader.final import Chosen
    from grader.model import Final, Grade, Remark
    from grader.store import Store

Out = Annotated[Path, typer.Argument(metavar="OUT", help="Folder of an earlier run, as given to grade --out.")]
Student = Annotated[str, typer.Argument(help="The student's name or key, as in the gradebook.")]
PartName = Annotated[str, typer.Argument(metavar="[PART]", help="Such as affine_forward.", show_default="the whole")]
Reason = Annotated[str, typer.Option("--reason", help="For instructors; students do not read it.")]
Author = Annotated[str, typer.Option("--author", help="Who writes.", show_default="your user name")]


def adjust(
    out: Out,
    student: Student,
    part: PartName = "",
    points: Annotated[str, typer.Option("--points", help="+1.5 adds, -2 takes off, =3 sets.")] = "",
    reason: Reason = "",
    comment: Annotated[str, typer.Option("--comment", help="For the student.")] = "",
    author: Author = "",
) -> None:
    """Change a student's points in a part, or in the hand-in as a whole, beside the automatic ones."""
    from grader.remarks import read_points

    given = read_points(points)
    write(out, student, part, reason=reason, comment=comment, author=author, points=given.value, sets=given.sets)


def comment(
    out: Out,
    student: Student,
    text: Annotated[str, typer.Argument(help="What the student reads.")],
    part: Annotated[str, typer.Option("--part", help="Such as affine_forward.", show_default="the whole")] = "",
    reason: Reason = "",
    author: Author = "",
) -> None:
    """Write a comment to a student, on a part or on the hand-in as a whole."""
    write(out, student, part, reason=reason, comment=text, author=author)


def undo(
    out: Out,
    number: Annotated[int, typer.Argument(help="Of the entry, as `grader remarks` lists it.")],
    reason: Reason = "",
    author: Author = "",
) -> None:
    """Take back an entry; both stay in the list."""
    from grader.remarks import undoing

    with open_results(out) as store:
        entry = undoing(number, store.hand().remarks, author=author or user(), time=now(), reason=reason)
        made = store.remark(entry)
    typer.echo(f"Entry {made.number}: entry {number} no longer holds.")
    tell_next(out)


def remarks(
    out: Out,
    student: Annotated[str, typer.Argument(metavar="[STUDENT]", help="Only of this one.")] = "",
    as_json: AsJson = False,
) -> None:
    """List all that instructors wrote, also what was undone: who, when and why."""
    from grader.remarks import find_student

    with open_results(out) as store:
        chosen = chosen_of(store)
    entries = chosen.hand.remarks
    if student:
        key = find_student(student, (*chosen.grades, *chosen.refusals)).key
        entries = tuple(entry for entry in entries if entry.key == key)
    if as_json:
        typer.echo(msgspec.json.encode(entries))
    elif entries:
        show(entries, chosen)
    else:
        typer.echo("Nobody wrote anything.")


def register(app: typer.Typer) -> None:
    """Add the commands to the command line."""
    for command in (adjust, comment, undo, remarks):
        app.command()(command)


def write(
    out: Path,
    student: str,
    part: str,
    *,
    reason: str,
    comment: str,
    author: str,
    points: float | None = None,
    sets: bool = False,
) -> None:
    """Keep an entry and tell what it comes to."""
    from grader.final import final_grades
    from grader.model import Grade, Remark
    from grader.remarks import find_student, write_remark

    with open_results(out) as store:
        chosen = chosen_of(store)
        record = find_student(student, (*chosen.grades, *chosen.refusals))
        made = Remark(
            number=0,
            key=record.key,
            part=part,
            author=author or user(),
            time=now(),
            reason=reason,
            comment=comment,
            points=points,
            sets=sets,
        )
        made = store.remark(write_remark(made, record))
        remarks = store.hand().remarks
    where = f"{clean(record.student)}, {part or 'the whole hand-in'}"
    typer.echo(f"Entry {made.number}: {where}: {said(made)}.")
    if isinstance(record, Grade) and points is not None and not record.held:
        final = final_grades([record], msgspec.structs.replace(chosen.hand, remarks=remarks))[record.key]
        for sentence in comes_to(final, record, part):
            typer.echo(sentence)
    tell_next(out)


def comes_to(final: Final, grade: Grade, part: str) -> Iterator[str]:
    """Tell what counts after an entry, and where it is more than the part is worth."""
    yield f"The total is now {final.total:g} of {final.possible:g}; the checks gave {final.automatic:g}."
    possible = {known.part: known.possible for known in grade.parts}
    for changed in final.parts:
        if changed.part == part and changed.points > possible[part]:
            yield f"That is {changed.points:g} in a part of {possible[part]:g} points."


def said(remark: Remark) -> str:
    """Tell in a few words what an entry does."""
    if remark.undoes is not None:
        return f"undoes {remark.undoes}"
    if remark.points is None:
        return "comment"
    return f"={remark.points:g} points" if remark.sets else f"{remark.points:+g} points"


def show(entries: Sequence[Remark], chosen: Chosen) -> None:
    from grader.remarks import standing

    names = {grade.key: grade.student for grade in chosen.grades}
    names |= {refusal.key: refusal.student for refusal in chosen.refusals}
    hold = standing(chosen.hand.remarks)
    table = Table(show_edge=False, pad_edge=False)
    for heading in ("No.", "Student", "Part", "What", "Comment", "Reason", "Author", "Time (UTC)"):
        table.add_column(heading, overflow="fold", justify="right" if heading == "No." else "left")
    for entry in entries:
        what = said(entry) + ("" if entry.number in hold else " (undone)")
        time = entry.time[:16].replace("T", " ")
        cells = (names.get(entry.key, entry.key), entry.part, what, entry.comment, entry.reason, entry.author, time)
        table.add_row(
            str(entry.number),
            *(escape(clean(cell)) for cell in cells),
            style="" if entry.number in hold else "dim",
        )
    Console().print(table)


def chosen_of(store: Store) -> Chosen:
    """Return one result a student, with all that instructors wrote."""
    from grader.final import chosen_attempts

    return chosen_attempts(store.grades(), store.refusals(), store.hand())


def tell_next(out: Path) -> None:
    typer.echo(f"To write it into reports and gradebook, run: grader report {out}")


def user() -> str:
    """Return the name of who runs this; "unknown" for a user without one."""
    try:
        return getpass.getuser()
    except (KeyError, OSError):
        return "unknown"


def now() -> str:
    return datetime.now(UTC).isoformat(timespec="seconds")
