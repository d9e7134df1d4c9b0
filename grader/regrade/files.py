"""The files that show a difference, beside those of the published run."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

from grader.errors import GraderError
from grader.export import difference_csv
from grader.export.atomic import write_bytes
from grader.model import Difference
from grader.report.difference import render_difference

PAGE, TABLE = "difference.html", "difference.csv"


def write(out: Path, difference: Difference, *, published: bool, links: Mapping[str, str]) -> None:
    """Write the page and the table of a difference.

    Args:
        out: folder of the run.
        difference: between the published results and the pending ones.
        published: whether it was published since.
        links: key of a student to the address of the published report.

    Raises:
        GraderError: a file cannot be written; each is as it was or as it should be.
    """
    page = render_difference(difference, folder=str(out), published=published, links=links)
    try:
        write_bytes(out / PAGE, page.encode())
        difference_csv.write(out / TABLE, difference)
    except OSError as error:
        reason = (error.strerror or "unknown error").lower()
        raise GraderError(
            f"The difference cannot be written into {out}: {reason}. What was graded is kept; make room, "
            "then run the same command."
        ) from error


def remove(out: Path) -> None:
    """Remove the files of an earlier difference."""
    for name in (PAGE, TABLE):
        (out / name).unlink(missing_ok=True)
