"""``%load_ext grader`` in Jupyter, Colab or IPython: ``%check conv_forward`` shows the card of the report.

The checks run in the notebook's own process, on the functions that its cells have defined. Jupyter and Colab show
the card; a terminal, where there is only text, the words of ``grader check``.
"""

from __future__ import annotations

import difflib
import os
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

import msgspec
from IPython.core.error import UsageError
from IPython.core.magic_arguments import MagicArgumentParser
from IPython.display import display

from grader.course import ASSIGNMENT_FILE, Assignment, load_assignment
from grader.errors import CourseError, GraderError, SubmissionError
from grader.model import CaseResult, Check, Frame, PartGrade
from grader.report import render_card
from grader.report.untrusted import visible
from grader.scoring import grade_parts
from grader.session.summary import WRONG, Summary, summary_of
from grader.student_check import run_public_checks_on, shipped_folders

if TYPE_CHECKING:
    from IPython.core.interactiveshell import InteractiveShell

Results = Sequence[tuple[Check, CaseResult]]


@dataclass(frozen=True, slots=True)
class Card:
    """What IPython displays: HTML where it can be shown, else text."""

    html: str
    text: str

    def _repr_html_(self) -> str:
        return self.html

    def __repr__(self) -> str:
        return self.text


def load_ipython_extension(shell: InteractiveShell) -> None:
    """Add the magic ``%check`` to a notebook or an IPython session."""
    shell.register_magic_function(Magic(shell).check, magic_kind="line_cell", magic_name="check")


def unload_ipython_extension(shell: InteractiveShell) -> None:
    """Take the magic away again."""
    for magics in shell.magics_manager.magics.values():
        magics.pop("check", None)


class Magic:
    """The magic of one notebook; it remembers the assignment once it was named.

    Args:
        shell: whose names are checked.
    """

    def __init__(self, shell: InteractiveShell) -> None:
        self._shell = shell
        self._chosen = ""

    def check(self, line: str, cell: str | None = None) -> None:
        """Run the public checks on the functions of this notebook.

        ::

            %check                          all parts; the first that is wrong in full
            %check conv_forward             one part, or several
            %check --all                    all parts in full
            %check --assignment cnn         where the folder does not tell which assignment it is
            %%check conv_forward            runs the cell, then the checks

        Raises:
            UsageError: the line is wrong, or nothing could be checked; the sentence says why.
        """
        wanted = parser().parse_argstring(line)
        if cell is not None and not self._shell.run_cell(cell).success:
            raise UsageError("The cell raised an exception, so nothing was checked. Its traceback is above.")
        self._chosen = wanted.assignment or self._chosen
        names = self._shell.user_ns
        try:
            folder = folder_of(wanted.parts, self._chosen, Path.cwd(), notebook_name(names), names)
            assignment = load_assignment(folder)
            parts = tuple(part_called(assignment, name) for name in wanted.parts)
            results = run_public_checks_on(names, folder, parts)
        except (CourseError, SubmissionError) as error:
            raise UsageError(str(error)) from error
        except GraderError as error:
            raise UsageError(f"A fault of the grader, not yours: {error}") from error
        labelled = [(check, with_cells(result, self._cell)) for check, result in results]
        display(card_of(assignment, labelled, in_full=bool(parts) or wanted.all))

    def _cell(self, file: str) -> str:
        """Return "cell In[3]" for the file name that IPython made up for a cell; other names as they are."""
        kind, name = self._shell.compile.format_code_name(file) or ("", file)
        return f"{kind.lower()} {name}" if kind == "Cell" else name


def parser() -> MagicArgumentParser:
    parser = MagicArgumentParser(prog="%check")
    parser.add_argument("parts", nargs="*", metavar="PART")
    parser.add_argument("--assignment", default="", metavar="NAME")
    parser.add_argument("--all", action="store_true")
    return parser


# --- Which assignment -------------------------------------------------------------------------------------


def notebook_name(names: Mapping[str, Any]) -> str:
    """Return the notebook's file name without its ending, as VS Code or the Jupyter server tells it; or ""."""
    told = names.get("__vsc_ipynb_file__") or os.environ.get("JPY_SESSION_NAME", "")
    return Path(str(told)).stem


def folder_of(parts: Sequence[str], chosen: str, here: Path, notebook: str, names: Mapping[str, Any]) -> Path:
    """Return the folder of the assignment that is meant.

    Args:
        parts: that are to be checked; all where empty.
        chosen: the assignment's name, where it was given.
        here: the notebook's working directory; it may be the assignment's folder, or hold it.
        notebook: the notebook's name, without its ending; "" where unknown.
        names: all that the notebook has defined.

    Raises:
        CourseError: none fits, or several do; the sentence says what to write.
    """
    known = shipped_folders() | {path.parent.name: path.parent for path in sorted(here.glob(f"*/{ASSIGNMENT_FILE}"))}
    own = here if (here / ASSIGNMENT_FILE).is_file() else None
    if chosen:
        if own is not None and load_assignment(own).name == chosen:
            return own
        return known_folder(known, chosen)
    if own is not None:
        return own
    if notebook in known:
        return known[notebook]
    return only_fitting(known, parts, names)


def known_folder(known: Mapping[str, Path], name: str) -> Path:
    if name in known:
        return known[name]
    close = difflib.get_close_matches(name, known, n=1)
    hint = f"Did you mean {close[0]!r}?" if close else f"There are: {', '.join(known) or 'none'}."
    raise CourseError(f"There is no assignment {name!r}. {hint}")


def only_fitting(known: Mapping[str, Path], parts: Sequence[str], names: Mapping[str, Any]) -> Path:
    """Return the only assignment that has the parts asked for, or some that the notebook has defined."""
    wanted = set(parts) or {name for name, value in names.items() if callable(value)}
    fits = set.issubset if parts else lambda asked, has: bool(asked & has)
    fitting = [name for name, folder in known.items() if fits(wanted, part_names(load_assignment(folder)))]
    if len(fitting) == 1:
        return known[fitting[0]]
    asked = " and ".join(parts) if parts else "functions of this notebook"
    if fitting:
        raise CourseError(
            f"Several assignments have {asked}: {', '.join(fitting)}. "
            f"Say which is yours, once: %check --assignment {fitting[0]}"
        )
    raise CourseError(
        f"No assignment has {asked}. Run the cells that define your functions, and work in the folder that you "
        "were given or say which assignment it is, such as: %check --assignment mlp"
    )


def part_names(assignment: Assignment) -> set[str]:
    return {name for part in assignment.parts for name in (part.name, *part.aliases)}


def part_called(assignment: Assignment, name: str) -> str:
    """Return the part that goes by a name of its own or an alias.

    Raises:
        CourseError: there is none; the closest name is suggested.
    """
    aliases = (part.name for part in assignment.parts if name in part.aliases)
    return next(aliases, None) or assignment.part(name).name


# --- What is shown ----------------------------------------------------------------------------------------


def with_cells(result: CaseResult, cell_of: Callable[[str], str]) -> CaseResult:
    """Return a result whose traceback names cells, not the files that IPython keeps them in."""
    evidence = result.evidence
    if evidence is None or evidence.error is None:
        return result
    frames = tuple(named_frames(evidence.error.frames, cell_of))
    error = msgspec.structs.replace(evidence.error, frames=frames)
    return msgspec.structs.replace(result, evidence=msgspec.structs.replace(evidence, error=error))


def named_frames(frames: Sequence[Frame], cell_of: Callable[[str], str]) -> Iterator[Frame]:
    for frame in frames:
        yield msgspec.structs.replace(frame, label=cell_of(frame.label))


def card_of(assignment: Assignment, results: Results, *, in_full: bool) -> Card:
    """Return what to display of results: all parts in full, or the first that is wrong and a line for each other."""
    summary = summary_of(results, everything=in_full)
    grades = graded(assignment, results)
    shown = grades if in_full else [grade for grade in grades if grade.status in WRONG][:1]
    named = {grade.part for grade in shown}
    lines = [line for line in summary.brief if line.split(":")[0] not in named]
    html = render_card(
        shown,
        title=assignment.title,
        where="your notebook",
        lines=lines,
        said=[sentence for sentence in (summary.unwritten, summary.counts) if sentence],
    )
    return Card(html, text_of(summary))


def graded(assignment: Assignment, results: Results) -> list[PartGrade]:
    """Return the parts that were checked, with the points of their public checks."""
    cases: dict[str, list[CaseResult]] = {}
    for check, result in results:
        cases.setdefault(check.id, []).append(result)
    checks = {check.id: check for check, _ in results}
    return list(grade_parts(assignment, list(checks.values()), cases))


def text_of(summary: Summary) -> str:
    """Return a summary as a terminal shows it, control characters written out."""
    blocks = [*summary.full, "\n".join(summary.brief), summary.unwritten, summary.counts]
    return "\n\n".join("\n".join(visible(line) for line in block.splitlines()) for block in blocks if block)
