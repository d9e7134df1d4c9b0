"""``python -m tests.fuzz [--full] [--seed N] [--keep]``: fuzz everything, print the counts, exit 1 on a finding."""

from __future__ import annotations

import argparse
import sys
import tempfile
from pathlib import Path

from tests.fuzz.campaign import campaign, keep
from tests.fuzz.plan import FULL, QUICK, all_targets


def main() -> int:
    """Run every campaign; return the exit code."""
    parser = argparse.ArgumentParser(prog="python -m tests.fuzz", description=__doc__)
    parser.add_argument("--full", action="store_true", help="a million frames, a hundred thousand hand-ins")
    parser.add_argument("--seed", type=int, default=1, help="another seed gives other inputs")
    parser.add_argument("--only", default="", help="one target, such as frames")
    parser.add_argument("--keep", action="store_true", help="write what found something into tests/fuzz/corpus")
    options = parser.parse_args()
    found = False
    with tempfile.TemporaryDirectory() as folder:
        for target in all_targets(Path(folder)):
            if options.only not in ("", target.name):
                continue
            count = campaign(target, (FULL if options.full else QUICK)[target.name], options.seed)
            print(count, flush=True)
            for finding in count.findings[:20]:
                print(f"  {finding.what[:300]}\n    {finding.data[:120]!r}")
            if options.keep and count.findings:
                print(*keep(count), sep="\n")
            found = found or bool(count.findings)
    return 1 if found else 0


if __name__ == "__main__":
    sys.exit(main())
