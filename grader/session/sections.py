"""Tell which section of the assignment a part is explained in, and where students can read it."""

from __future__ import annotations

import re

from grader.course import Assignment
from grader.misconceptions import definitions, solution_path

# In the Markdown cells of a solution in percent format, which ``grader release`` puts into the README.
HEADING = re.compile(r"^# #{2,4} (.+)$", re.MULTILINE)


def sections(assignment: Assignment) -> dict[str, str]:
    """Return, by part, the heading that stands last before its definition; "" where none does.

    Args:
        assignment: read from ``reference/<name>``.
    """
    source = solution_path(assignment).read_text(encoding="utf-8")
    headings = [(found.start(), found[1].strip()) for found in HEADING.finditer(source)]
    return {
        name: next((title for place, title in reversed(headings) if place < start), "")
        for name, (start, _) in definitions(source).items()
    }


def address(url: str, heading: str) -> str:
    """Return the address of a heading of the README that is published at ``url``; "" where one of them is "".

    GitHub, GitLab, Jupyter Book and MkDocs name a heading by its words in lower case with hyphens between:
    "3.1 Softmax cross-entropy" is ``#31-softmax-cross-entropy``.
    """
    words = re.sub(r"[^\w\- ]", "", heading.lower()).replace(" ", "-")
    return f"{url}#{words}" if url and heading else ""
