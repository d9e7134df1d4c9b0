"""Write the files of a run and tell what came of it: how ``grade``, ``report``, ``demo`` and ``publish`` end."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING

import msgspec
import typer
from rich.console import Console
from rich.markup import escape
from rich.table import Table

from grader.terminal import LOOK, OK, OUR_FAULT, clean, progress

if TYPE_CHECKING:
    from grader.final import Chosen
    from grader.model import Final, Grade, Hand, Refusal
    from grader.publish import Published
    from grader.report.release import Shown
    from grader.store import Store


def publish_stored(store: Store, out: Path, jobs: int, kept: int, as_json: bool, secret: bytes | None) -> int:
    """Write all the files of stored results and tell what came of them; return the exit code."""
    from grader.final import chosen_attempts

    chosen = chosen_attempts(store.grades(), store.refusals(), store.hand())
    notebooks = {chosen.kept[key]: cells for key, cells in store.notebooks().items() if key in chosen.kept}
    return publish_and_tell(chosen, out, jobs, kept, as_json, secret, notebooks)


def publish_and_tell(
    chosen: Chosen,
    out: Path,
    jobs: int,
    kept: int,
    as_json: bool,
    secret: bytes | None,
    notebooks: Mapping[str, bytes],
) -> int:
    """Write all the files of a run and tell what came of it; under pseudonyms where a secret to draw them is given.

    Under pseudonyms no notebook is written: a student's name may stand anywhere in it.
    """
    from grader.final import shown_at

    shown = shown_at(chosen.hand.policy, datetime.now(UTC))
    if secret is None:
        published = publish_all(chosen.grades, chosen.refusals, chosen.hand, shown, out, jobs, notebooks)
        code = tell(chosen.grades, chosen.refusals, published, kept, as_json)
        if not as_json:
            show_hand(chosen.grades, chosen.hand, published, shown)
        return code
    from grader.export.pseudonyms import anonymous, write_identities

    renamed = anonymous(chosen.grades, chosen.refusals, secret, chosen.hand)
    # Who is who stays with the results; what may be given away has a folder of its own.
    identities = out / "identities.csv"
    write_identities(identities, renamed.identities)
    published = publish_all(renamed.grades, renamed.refusals, renamed.hand, shown, out / "anonymous", jobs, {})
    code = tell(renamed.grades, renamed.refusals, published, kept, as_json)
    if not as_json:
        show_hand(renamed.grades, renamed.hand, published, shown)
        Console().print(f"Identities:   {escape(str(identities))} (keep it)", soft_wrap=True, highlight=False)
    return code


def publish_all(
    grades: Sequence[Grade],
    refusals: Sequence[Refusal],
    hand: Hand,
    shown: Shown,
    out: Path,
    jobs: int,
    notebooks: Mapping[str, bytes],
) -> Published:
    from grader.publish import publish

    title = grades[0].assignment_title if grades else out.name
    with progress("Writing reports", len(grades)) as advance:
        return publish(
            grades,
            refusals,
            out,
            title=title,
            jobs=jobs,
            notebooks=notebooks,
            hand=hand,
            shown=shown,
            on_report=advance,
        )


def show_hand(grades: Sequence[Grade], hand: Hand, published: Published, shown: Shown) -> None:
    """Tell what was added to the checks' grades, and what nobody knows."""
    from grader.commands.sentences import hand_sentences

    for sentence in hand_sentences(grades, hand, published.finals, shown):
        Console().print(escape(clean(sentence)), soft_wrap=True, highlight=False)


def tell(grades: Sequence[Grade], refusals: Sequence[Refusal], published: Published, kept: int, as_json: bool) -> int:
    held = [grade for grade in grades if grade.held]
    if as_json:
        typer.echo(msgspec.json.encode(run_summary(grades, refusals, published, kept)))
    else:
        console = Console()
        console.print(run_table(grades, refusals, published.finals))
        said = f"{len(grades)} graded, {len(refusals)} refused, {len(held)} held"
        console.print(said + (f"; {kept} unchanged since the last run" if kept else "") + ".")
        for grade in held:
            console.print(
                escape(f"{clean(grade.student)}: held, a fault of the grader. {first_fault(grade)}"), style="bold red"
            )
        for name, path in (
            ("Class report", published.class_report),
            ("Gradebook", published.gradebook),
            ("Reports", published.reports),
        ):
            console.print(f"{name + ':':<14}{escape(str(path))}", soft_wrap=True, highlight=False)
    if held:
        return OUR_FAULT
    return LOOK if refusals else OK


def run_summary(
    grades: Sequence[Grade], refusals: Sequence[Refusal], published: Published, kept: int
) -> dict[str, object]:
    return {
        "students": [
            {
                "student": grade.student,
                "key": grade.key,
                "earned": None if grade.held else grade.earned,
                "total": None if grade.held else published.finals[grade.key].total,
                "possible": grade.possible,
                "held": grade.held,
            }
            for grade in grades
        ],
        "refused": [{"student": r.student, "key": r.key, "reason": r.reason} for r in refusals],
        "unchanged": kept,
        "class_report": str(published.class_report),
        "gradebook": str(published.gradebook),
        "reports": str(published.reports),
    }


def run_table(grades: Sequence[Grade], refusals: Sequence[Refusal], finals: Mapping[str, Final]) -> Table:
    table = Table(show_edge=False, pad_edge=False)
    table.add_column("Student", overflow="fold", min_width=8)
    table.add_column("Points", justify="right", no_wrap=True)
    table.add_column("Not right yet", overflow="fold")
    for grade in grades:
        total = finals[grade.key].total
        points = "held" if grade.held else f"{total:g} / {grade.possible:g}"
        if not grade.held and total != grade.earned:
            points += f" (checks {grade.earned:g})"
        table.add_row(escape(clean(grade.student)), points, escape(open_parts(grade)))
    for refusal in refusals:
        table.add_row(escape(clean(refusal.student)), "refused", escape(clean(refusal.reason)))
    return table


def open_parts(grade: Grade) -> str:
    """Name the parts with missing points, with the diagnosis where there is one, and the count of untouched ones."""
    from grader.model import Status

    named = [
        part.part + (f" ({part.diagnosis.name})" if part.diagnosis is not None else "")
        for part in grade.parts
        if part.earned < part.possible and part.status is not Status.NOT_ATTEMPTED
    ]
    untouched = sum(part.status is Status.NOT_ATTEMPTED for part in grade.parts)
    shown = [*named[:4], *([f"{len(named) - 4} more"] if len(named) > 4 else [])]
    return ", ".join([*shown, *([f"{untouched} not attempted"] if untouched else [])])


def first_fault(grade: Grade) -> str:
    from grader.validate import first_reason

    return clean(first_reason(grade))
