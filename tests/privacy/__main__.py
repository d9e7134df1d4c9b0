"""``python -m tests.privacy [ASSIGNMENT...]``: search the reports of all misconceptions for hidden values."""

from __future__ import annotations

import sys

from grader.course import assignment_names
from tests.privacy.misconceptions import read_all
from tests.reference.harness import REFERENCE


def main() -> int:
    """Print what was read and found; return 1 when a page tells a value."""
    leaks = 0
    for name in sys.argv[1:] or assignment_names(REFERENCE.parent):
        read = read_all(name, sample=None)
        seen = sum(bool(page.undisclosed) for page in read)
        leaking = [page for page in read if page.told]
        print(
            f"{name}: {len(read)} reports read; {seen} would tell values undisclosed, {len(leaking)} tell one",
            flush=True,
        )
        for page in leaking:
            print(f"  {page.name}: {', '.join(page.told)}")
        leaks += len(leaking)
    return 1 if leaks else 0


if __name__ == "__main__":
    sys.exit(main())
