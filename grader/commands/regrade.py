"""``grade --regrade``, ``publish`` and ``discard``: a change in the course is looked at before it is published."""

from __future__ import annotations

import sys
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import msgspec
import typer
from rich.console import Console
from rich.markup import escape
from rich.table import Table

from grader.commands.grading import grade_hand_ins
from grader.commands.telling import publish_stored
from grader.errors import CourseError
from grader.terminal import CORES, LOOK, OK, OUR_FAULT, Anonymous, AsJson, Jobs, clean, open_results

if TYPE_CHECKING:
    from grader.course import Assignment
    from grader.model import Difference, Policy, Refusal, StudentChange, Submission
    from grader.regrade.pending import Pending
    from grader.store import Store

Out = Annotated[Path, typer.Argument(help="Folder of the run, as given to grade --out.")]

COUNTED = {
    "gains": "up",
    "loses": "down",
    "rescaled": "of another total",
    "reworded": "in other words",
    "held": "held now",
    "refused": "refused now",
    "decided": "decided now",
    "new": "new",
    "gone": "gone",
}


def register(app: typer.Typer) -> None:
    """Add the commands of this module to the command line."""
    app.command()(publish)
    app.command()(discard)


def require_fitting_options(*, again: bool, yes: bool, anonymous: bool) -> None:
    """Raise a CourseError where options of ``grade`` contradict each other."""
    if yes and not again:
        raise CourseError("--yes publishes what --regrade found; without --regrade everything is published anyway.")
    if again and anonymous:
        raise CourseError(
            "--regrade shows students by their names, --anonymous hides them: give --anonymous to grader publish."
        )


def regrade_into(
    assignment: Assignment,
    hand_ins: Sequence[Submission | Refusal],
    policy: Policy,
    out: Path,
    *,
    jobs: int,
    as_json: bool,
    yes: bool,
) -> int:
    """Grade what changed beside the published results, and show the difference; return the exit code.

    Where nothing at all comes out otherwise, there is nothing to publish, and nothing stays pending.
    """
    from grader.course import load_secret
    from grader.regrade.difference import are_the_same
    from grader.regrade.pending import Pending

    nothing = f"{out} holds no results to compare with. Grade without --regrade first."
    if not (out / "results.sqlite").is_file():
        raise CourseError(nothing)
    with open_results(out) as store:
        if not (store.grades() or store.refusals()):
            raise CourseError(nothing)
        store.assign(assignment.name)
        pending = Pending(store)
        pending.begin()
        secret = load_secret(assignment.folder)
        kept = grade_hand_ins(assignment, hand_ins, policy, pending.results, secret=secret, jobs=jobs)
        pending.finish()
        if yes:
            return publish_pending(store, pending, out, jobs=jobs, kept=kept, as_json=as_json, secret=None)
        found = write_difference(store, pending, out)
        if are_the_same(store, pending.results):
            drop_what_is_the_same(pending, out)
        return tell(found, pending, out, as_json)


def drop_what_is_the_same(pending: Pending, out: Path) -> None:
    """Take over what the results rest on now; what they are is published already."""
    from grader.regrade import files

    pending.publish()
    files.remove(out)


def publish(out: Out, jobs: Jobs = CORES, as_json: AsJson = False, anonymous: Anonymous = False) -> None:
    """Publish a regrade: take its results for those of the run, and write all files."""
    from grader.course import load_secret
    from grader.regrade.pending import Pending

    with open_results(out) as store:
        pending = Pending(store)
        require_complete(pending, out)
        secret = load_secret(Path.cwd()) if anonymous else None
        sys.exit(publish_pending(store, pending, out, jobs=jobs, kept=0, as_json=as_json, secret=secret))


def publish_pending(
    store: Store, pending: Pending, out: Path, *, jobs: int, kept: int, as_json: bool, secret: bytes | None
) -> int:
    """Put what is pending in the place of what is published, write all files, and say what changed."""
    found = write_difference(store, pending, out, published=True)
    pending.publish()
    code = publish_stored(store, out, jobs, kept, as_json, secret)
    if not as_json:
        console = Console()
        console.print(f"Published: {counts(found)}", soft_wrap=True, highlight=False)
        show_files(console, out)
    return code


def discard(out: Out) -> None:
    """Drop a regrade that is not published; what is published stays as it is."""
    from grader.regrade import files
    from grader.regrade.pending import Pending

    with open_results(out) as store:
        pending = Pending(store)
        require_pending(pending, out)
        pending.discard()
    files.remove(out)
    typer.echo(f"The regrade in {out} is dropped; what was published stays as it is.")


def require_pending(pending: Pending, out: Path) -> None:
    if pending.state() == "none":
        raise CourseError(
            f"No regrade waits in {out}. After a change in the course, run: "
            f"grader grade ASSIGNMENT SUBMISSIONS --out {out} --regrade"
        )


def require_complete(pending: Pending, out: Path) -> None:
    require_pending(pending, out)
    if pending.state() == "under way":
        raise CourseError(
            f"The regrade in {out} broke off before its end, so it cannot be published. Run the same command with "
            f"--regrade once more, which goes on from there, or drop it: grader discard {out}"
        )


def refuse_where_pending(store: Store, out: Path) -> None:
    """Refuse to publish past a regrade that somebody is still to look at.

    Raises:
        CourseError: a regrade is pending.
    """
    from grader.regrade.pending import Pending

    match Pending(store).state():
        case "complete":
            from grader.regrade.files import PAGE  # brings matplotlib along, which no other run needs so early

            raise CourseError(
                f"A regrade in {out} is not published yet, so nothing was graded. Look at {out / PAGE}, then run: "
                f"grader publish {out} (or: grader discard {out}). To grade again without publishing, add --regrade."
            )
        case "under way":
            raise CourseError(
                f"A regrade in {out} broke off before its end, so nothing was graded. To go on with it, add "
                f"--regrade; to drop it, run: grader discard {out}"
            )


def write_difference(store: Store, pending: Pending, out: Path, *, published: bool = False) -> Difference:
    """Compare what is pending with what is published, and write the files that show it."""
    from grader.regrade import files
    from grader.regrade.difference import difference, results

    before = results(store.graded(), store.refusals())
    after = results(pending.results.graded(), pending.results.refusals())
    found = difference(before, after, store.ingredients())
    reports = after if published else before
    links = {key: f"reports/{key}.html" for key in reports.graded}
    files.write(out, found, published=published, links=links)
    return found


def tell(found: Difference, pending: Pending, out: Path, as_json: bool) -> int:
    """Tell what a regrade changes; return the exit code."""
    waits = pending.state() == "complete"
    if as_json:
        typer.echo(msgspec.json.encode({"pending": waits, **msgspec.structs.asdict(found)}))
    else:
        console = Console()
        if found.changes:
            console.print(difference_table(found))
        console.print(counts(found), soft_wrap=True, highlight=False)
        if waits:
            show_files(console, out)
            console.print(
                escape(
                    "Nothing is published yet.\n"
                    f"To publish it: grader publish {out}\n"
                    f"To drop it:    grader discard {out}"
                ),
                style="bold",
                soft_wrap=True,
                highlight=False,
            )
        else:
            console.print("Nothing comes out otherwise, so there is nothing to publish.")
    results = pending.results if waits else None
    if results is not None and any(grade.held for grade in results.grades()):
        return OUR_FAULT
    return LOOK if waits else OK


def show_files(console: Console, out: Path) -> None:
    from grader.regrade.files import PAGE, TABLE

    for name, file in (("Difference", PAGE), ("As a table", TABLE)):
        console.print(f"{name + ':':<14}{escape(str(out / file))}", soft_wrap=True, highlight=False)


def counts(found: Difference) -> str:
    """Count whom a difference concerns: "1 up, 2 down, 5 unchanged."."""
    numbers = {kind: sum(change.kind == kind for change in found.changes) for kind in COUNTED}
    always = ("gains", "loses")
    shown = [f"{numbers[kind]} {words}" for kind, words in COUNTED.items() if numbers[kind] or kind in always]
    return f"{', '.join(shown)}, {found.unchanged} unchanged."


def difference_table(found: Difference) -> Table:
    table = Table(show_edge=False, pad_edge=False)
    table.add_column("Student", overflow="fold", min_width=8)
    for heading in ("Change", "Before", "After"):
        table.add_column(heading, justify="right", no_wrap=True)
    table.add_column("Where and why", overflow="fold")
    for change in found.changes:
        before, after = score(change.before, change.possible_before), score(change.after, change.possible_after)
        table.add_row(escape(clean(change.student or change.key)), moved(change), before, after, escape(where(change)))
    return table


def moved(change: StudentChange) -> str:
    """Return the change in points, of another total the one in percent, or a word where neither moves."""
    from grader.report.difference import percents, signed

    if change.kind not in ("gains", "loses", "rescaled"):
        return "words" if change.kind == "reworded" else change.kind
    if change.kind == "rescaled":
        return "same share"
    if change.possible_before != change.possible_after:
        return percents(change)
    return signed(change.before, change.after)


def score(earned: float | None, possible: float) -> str:
    return "–" if earned is None else f"{earned:g} / {possible:g}"


def where(change: StudentChange) -> str:
    """Name the parts with their reasons, those first whose points move; of many the first three."""
    ordered = sorted(change.parts, key=lambda part: part.before == part.after)
    lines = [f"{part.part}: {plain(part.why)}" for part in ordered] or [plain(change.why)]
    rest = [f"and in {len(lines) - 3} more"] if len(lines) > 3 else []
    return "\n".join([*lines[:3], *rest])


def plain(sentences: Sequence[str]) -> str:
    return clean(" ".join(sentences).replace("`", ""))
