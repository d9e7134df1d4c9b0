"""Arguments in, exit code out; the only room that prints.

Exit codes: 0 all is well; 1 there is something to look at (a failed check, a refused hand-in, a breach found by
validate, a release out of step); 2 the call or a course file is wrong; 3 this machine cannot isolate student
code; 4 a fault of ours, some reports are held; 130 interrupted.
"""

# The rooms are imported inside the commands: `grader --help` and a mistyped word answer at once.

from __future__ import annotations

import os
import sys
from collections.abc import Sequence
from contextlib import nullcontext, redirect_stdout
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import msgspec
import typer
from rich.console import Console
from rich.markup import escape
from rich.table import Table

from grader import __version__
from grader.commands import hand, regrade
from grader.commands.grading import grade_hand_ins, read_hand_ins
from grader.commands.telling import publish_stored
from grader.errors import CourseError, GraderError, IsolationError, SubmissionError
from grader.terminal import (
    CORES,
    INTERRUPTED,
    LOOK,
    NO_ISOLATION,
    OK,
    OUR_FAULT,
    WRONG_CALL,
    Anonymous,
    AsJson,
    AssignmentName,
    Jobs,
    clean,
    clean_lines,
    end,
    make_folder,
    open_results,
    progress,
)

if TYPE_CHECKING:
    from grader.course import Assignment
    from grader.model import CaseResult, Check, Policy, Refusal, Submission
    from grader.sandbox.probe import Probe
    from grader.validate import Validation

AS_IN_FILE = "{}; otherwise as assignment.toml says."
Released = Annotated[
    str,
    typer.Option(
        "--release",
        metavar="all|scores|public|after-due",
        help=AS_IN_FILE.format(
            "What students see of hidden checks: all, their points alone, nothing, nothing until due"
        ),
    ),
]

app = typer.Typer(
    name="grader",
    help="Grade neural networks that students build from scratch in NumPy.",
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
    rich_markup_mode=None,
)


def main() -> None:
    """Run the command line and exit with its code."""
    try:
        app(standalone_mode=True)
    except IsolationError as error:
        end(NO_ISOLATION, str(error))
    except (CourseError, SubmissionError) as error:
        end(WRONG_CALL, str(error))
    except GraderError as error:
        end(OUR_FAULT, f"A fault of the grader, not of any student: {error}")
    except SystemExit as ended:
        # typer makes this of KeyboardInterrupt, and says nothing.
        if ended.code == INTERRUPTED:
            end(INTERRUPTED, "Interrupted. What was graded is kept; the same command goes on from there.")
        raise


def show_version(wanted: bool) -> None:
    if wanted:
        typer.echo(f"grader {__version__}")
        raise typer.Exit


@app.callback()
def options(
    version: Annotated[
        bool, typer.Option("--version", callback=show_version, is_eager=True, help="Print the version.")
    ] = False,
) -> None:
    """Grade neural networks that students build from scratch in NumPy."""


# --- grade, report, demo ------------------------------------------------------------------------------------


@app.command()
def grade(
    assignment: AssignmentName,
    submissions: Annotated[
        Path, typer.Argument(help="A folder of .py, .ipynb, .zip or student folders, or one of them.")
    ],
    out: Annotated[Path, typer.Option("--out", help="Folder for gradebook, reports and results.")],
    jobs: Jobs = CORES,
    as_json: AsJson = False,
    anonymous: Anonymous = False,
    again: Annotated[
        bool,
        typer.Option("--regrade", help="Publish nothing: show who would gain or lose and why, for grader publish."),
    ] = False,
    yes: Annotated[bool, typer.Option("--yes", help="With --regrade: publish at once.")] = False,
    submitted: Annotated[
        str,
        typer.Option(
            "--submitted",
            metavar="CSV|files",
            help="When hand-ins came: a list with the columns student and submitted; files trusts their dates.",
            show_default="what the layout tells",
        ),
    ] = "",
    attempts: Annotated[
        str, typer.Option("--attempts", metavar="last|best", help=AS_IN_FILE.format("Which hand-in counts"))
    ] = "",
    released: Released = "",
) -> None:
    """Grade a class: gradebook, a feedback report a student, a class report.

    Run again with the same --out it grades only what is new or changed.
    """
    from grader.course import find_assignment, load_assignment
    from grader.policy import with_options
    from grader.sandbox.tiers import available_layers, require_tier

    regrade.require_fitting_options(again=again, yes=yes, anonymous=anonymous)
    chosen = load_assignment(find_assignment(assignment, Path.cwd()))
    policy = with_options(chosen.policy, attempts=attempts, release=released)
    require_tier(chosen.min_tier, available_layers())
    hand_ins = read_hand_ins(submissions, chosen.name, policy, submitted)
    if not hand_ins:
        raise SubmissionError(
            f"{submissions} holds no hand-in. Expected .py, .ipynb or .zip files, or student folders."
        )
    if again:
        sys.exit(regrade.regrade_into(chosen, hand_ins, policy, out, jobs=jobs, as_json=as_json, yes=yes))
    sys.exit(grade_into(chosen, hand_ins, policy, out, jobs, as_json, anonymous))


@app.command()
def report(
    out: Annotated[Path, typer.Argument(help="Folder of an earlier run, as given to grade --out.")],
    jobs: Jobs = CORES,
    as_json: AsJson = False,
    anonymous: Anonymous = False,
    released: Released = "",
) -> None:
    """Write the reports and the gradebook of an earlier run again, without grading."""
    from grader.course import load_secret
    from grader.policy import with_options

    with open_results(out) as store:
        if released:
            store.release(with_options(store.hand().policy, release=released).release)
        sys.exit(publish_stored(store, out, jobs, 0, as_json, load_secret(Path.cwd()) if anonymous else None))


@app.command()
def demo(
    assignment: Annotated[str, typer.Argument(help="Name of a folder in reference/.")] = "mlp",
    out: Annotated[
        Path | None, typer.Option("--out", help="Folder for the demo's files.", show_default="demo-run/ASSIGNMENT")
    ] = None,
    jobs: Jobs = CORES,
    as_json: AsJson = False,
) -> None:
    """Grade a demo class made from the assignment's misconceptions."""
    from grader.course import assignment_names, find_assignment, find_course, load_assignment
    from grader.demo import write_class
    from grader.ingest import read_submissions
    from grader.sandbox.tiers import available_layers, require_tier

    chosen = load_assignment(find_assignment(assignment, Path.cwd()))
    require_tier(chosen.min_tier, available_layers())
    out = out or Path("demo-run", chosen.name)
    folder = out / "submissions"
    make_folder(folder)
    write_class(chosen, folder)
    hand_ins = list(read_submissions(folder, chosen.name))
    code = grade_into(chosen, hand_ins, chosen.policy, out, jobs, as_json)
    others = [name for name in assignment_names(find_course(Path.cwd())) if name != chosen.name]
    if others and not as_json:
        typer.echo(f"Other demos: {', '.join(f'grader demo {name}' for name in others)}")
    # The demo class holds a hand-in that must be refused: only our own faults make the demo fail.
    sys.exit(code if code not in (OK, LOOK) else OK)


def grade_into(
    assignment: Assignment,
    hand_ins: Sequence[Submission | Refusal],
    policy: Policy,
    out: Path,
    jobs: int,
    as_json: bool,
    anonymous: bool = False,
) -> int:
    """Grade hand-ins into a folder, write all its files, tell what came of it; return the exit code."""
    from grader.course import load_secret
    from grader.store import open_store

    make_folder(out)
    secret = load_secret(assignment.folder)
    with open_store(out / "results.sqlite") as store:
        regrade.refuse_where_pending(store, out)
        kept = grade_hand_ins(assignment, hand_ins, policy, store, secret=secret, jobs=jobs)
        return publish_stored(store, out, jobs, kept, as_json, secret if anonymous else None)


# --- new, release, validate ---------------------------------------------------------------------------------


@app.command()
def new(
    name: Annotated[str, typer.Argument(metavar="NAME", help="Of the assignment: a Python name, such as attention.")],
    title: Annotated[str, typer.Option("--title", help="What students read.", show_default="the name")] = "",
) -> None:
    """Start an assignment: two parts with checks and misconceptions, to change into your own."""
    from grader.new import new_assignment

    written = new_assignment(name, title or name.replace("_", " ").capitalize(), Path.cwd())
    for path in written:
        typer.echo(os.path.relpath(path))
    typer.echo(f"Now run: grader validate {name}")


@app.command()
def release(
    assignment: AssignmentName,
    check: Annotated[
        bool, typer.Option("--check", help="Only tell whether the release is in step with its source.")
    ] = False,
    bundle: Annotated[Path | None, typer.Option("--bundle", help="Also write a zip for students.")] = None,
) -> None:
    """Generate stubs, notebook, README and public checks from the one solution."""
    from grader import release as rooms
    from grader.course import find_assignment, load_assignment

    chosen = load_assignment(find_assignment(assignment, Path.cwd()))
    folder = chosen.data_folder.parent
    if check:
        stale = rooms.check_release(chosen, folder)
        for name in stale:
            typer.echo(f"{folder / name} is out of step.")
        if stale:
            end(LOOK, f"Run: grader release {assignment}")
        typer.echo(f"{folder} is in step with its source.")
        return
    for path in rooms.release(chosen, folder):
        typer.echo(path)
    if bundle is not None:
        rooms.bundle(chosen, bundle)
        typer.echo(bundle)


@app.command()
def validate(
    assignments: Annotated[list[str], typer.Argument(metavar="ASSIGNMENT...", help="Names of folders in reference/.")],
    jobs: Jobs = CORES,
    as_json: AsJson = False,
) -> None:
    """Grade the checks: reference full, stub zero, each misconception caught, named, and charged once."""
    from grader.course import find_assignment, load_assignment, load_secret
    from grader.sandbox.tiers import available_layers, require_tier
    from grader.validate import validate as run

    results = []
    for name in assignments:
        chosen = load_assignment(find_assignment(name, Path.cwd()))
        require_tier(chosen.min_tier, available_layers())
        with progress(f"Validating {name}", 0) as advance:
            secret = load_secret(chosen.folder)
            results.append(run(chosen, secret=secret, jobs=jobs, on_start=advance.set_total, on_grade=advance))
    if as_json:
        typer.echo(msgspec.json.encode(results))
    else:
        for result in results:
            show_validation(result)
    sys.exit(LOOK if any(result.breaches for result in results) else OK)


def show_validation(result: Validation) -> None:
    console = Console()
    table = Table(title=f"{result.assignment}: the checks put to the test", show_edge=False, pad_edge=False)
    table.add_column("Part", overflow="fold")
    for heading in ("Checks", "Cases", "Points", "Miscon-\nceptions", "Caught", "Diagnosed"):
        table.add_column(heading, justify="right")
    for row in result.rows:
        numbers = (row.checks, row.cases, row.points, row.misconceptions, row.caught, row.diagnosed)
        style = "" if row.caught == row.diagnosed == row.misconceptions else "bold red"
        table.add_row(row.part, *(f"{number:g}" for number in numbers), style=style)
    table.add_section()
    sums = [sum(values) for values in zip(*(msgspec.structs.astuple(row)[1:] for row in result.rows), strict=True)]
    table.add_row(f"{len(result.rows)} parts", *(f"{number:g}" for number in sums), style="bold")
    console.print(table)
    for breach in result.breaches:
        console.print(escape(breach), style="bold red", soft_wrap=True)
    verdict = f"{len(result.breaches)} breaches." if result.breaches else "No breach: the checks are good."
    console.print(verdict, style="bold red" if result.breaches else "bold green")


# --- check, doctor ------------------------------------------------------------------------------------------


@app.command()
def check(
    file: Annotated[Path, typer.Argument(help="Your .py or .ipynb file.")],
    parts: Annotated[
        list[str] | None, typer.Argument(metavar="[PART]...", help="Only the checks of these parts.")
    ] = None,
    everything: Annotated[
        bool, typer.Option("--all", help="Tell all failures in full, and not only the first.")
    ] = False,
    as_json: AsJson = False,
) -> None:
    """Run the public checks on your own file, on your own machine, as pytest does.

    The first failure in the order of the assignment is told in full, the others in a line each.
    """
    from grader.student_check import run_public_checks

    # What the student's code prints has no place in the JSON.
    with redirect_stdout(sys.stderr) if as_json else nullcontext():
        results = run_public_checks(file, tuple(parts or ()))
    if as_json:
        typer.echo(msgspec.json.encode([{"check": check, "result": result} for check, result in results]))
    else:
        show_results(results, everything)
    good = ("passed", "not attempted", "skipped")
    sys.exit(OK if all(result.status in good for _, result in results) else LOOK)


def show_results(results: Sequence[tuple[Check, CaseResult]], everything: bool) -> None:
    from grader.session.summary import summary_of

    console = Console()
    summary = summary_of(results, everything=everything)
    for message in summary.full:
        head, *body = clean_lines(message).splitlines()
        console.print(escape(head), style="bold red", highlight=False, soft_wrap=True)
        console.print(escape("\n".join(body)), highlight=False, soft_wrap=True, end="\n\n")
    if summary.brief:
        console.print("Also not right yet:" if summary.full else "Not right yet:", style="bold")
        for line in summary.brief:
            console.print(escape(f"  {clean(line)}"), highlight=False, no_wrap=True, overflow="ellipsis")
        if summary.full and not everything:
            console.print("--all tells all of them in full.", style="dim")
        console.print()
    if summary.unwritten:
        console.print(escape(clean(summary.unwritten)), highlight=False)
    console.print(summary.counts, style="" if summary.full else "green", highlight=False)


@app.command()
def doctor(as_json: AsJson = False) -> None:
    """Say what protects this machine from student code, by trying it.

    Exits with 0 for tiers T3, T2 and T2u, with 1 for T1, and with 3 where nothing does.
    """
    from grader.course import private_paths
    from grader.sandbox.doctor import examine

    found = examine(private_paths(Path.cwd()))
    if as_json:
        typer.echo(msgspec.json.encode([item._asdict() for item in found]))
    else:
        show_probes(found)
    sys.exit({"T3": OK, "T2": OK, "T2u": OK, "T1": LOOK}.get(found[0].detail, NO_ISOLATION))


PROBE_GROUPS = {
    "tier": "",
    "machine": "This machine",
    "layers": "What locks a worker",
    "zygote": "The process that workers are forked from",
    "tried": "Tried in a worker; each must be refused",
    "limits": "Limits, reached on purpose",
    "worker": "A worker",
    "speed": "Speed",
}


def show_probes(probes: Sequence[Probe]) -> None:
    from grader.sandbox.tiers import MEANINGS

    console = Console()
    for group, title in PROBE_GROUPS.items():
        chosen = [item for item in probes if item.group == group]
        if not chosen:
            continue
        if title:
            console.print(f"\n{title}", style="bold")
        table = Table(show_header=False, show_edge=False, pad_edge=False, box=None)
        table.add_column(min_width=24, max_width=30, overflow="fold")
        table.add_column(no_wrap=True, width=3)
        table.add_column(overflow="fold")
        for item in chosen:
            detail = f"{item.detail}: {MEANINGS[item.detail]}" if group == "tier" else item.detail
            said = f"{detail}\n{item.remedy}" if item.remedy else detail
            style = "" if item.ok else "bold red" if item.decides else "yellow"
            table.add_row(escape(clean(item.name)), "yes" if item.ok else "NO", escape(clean_lines(said)), style=style)
        console.print(table)


# --- the instructor's hand, and regrades: grader/commands/ --------------------------------------------------

hand.register(app)
regrade.register(app)
